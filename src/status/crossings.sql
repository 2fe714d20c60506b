-- Of crossings, by their locations: where what closes them may lie, and what is claimed of their status.
with place as (
  select a.location_id, a.ancestor_id from location_ancestor a
  join location l on l.id = a.ancestor_id and l.kind in ('BORDER_CROSSING', 'BORDER')
  where a.location_id = any ($1)
),
spoken as (
  select b.location_id, c as claim, a.published_start_earliest as start_earliest, a.published_start_latest as start_latest,
         a.published_end_earliest as end_earliest, a.published_end_latest as end_latest
  from border_crossing b
  join claim c on c.crossing_id = b.id and c.property = 'status' and c.retracted_at is null
  -- What is claimed of an event that was called off, or never happened, is no status; nor is what is only announced.
  join event e on e.id = c.event_id and e.modality in ('OCCURRED', 'ONGOING', 'ALLEGED')
  left join article a on a.id = c.article_id
  where b.location_id in (select location_id from place)
)
select json_build_object(
  'places', (select coalesce(json_agg(place), '[]') from place),
  'claims', (select coalesce(json_agg(spoken), '[]') from spoken),
  'origins', (select coalesce(json_agg(o), '[]') from claim_origins(array(select (claim).id from spoken)) o)
)
