-- The closures that are asked for, with all that tells when they are in force and who stands behind them.
with chosen as (
  select c.* from closure c where {chosen}
),
-- Which events they end, and by which they are ended.
ending as (
  select event_id, other_id, alleged from event_relation
  where kind = 'ENDS' and (event_id in (select event_id from chosen) or other_id in (select event_id from chosen))
),
-- The reports of their events and of those that end them.
reported as (
  select r.id, r.event_id, r.article_id, r.source_id, a.published_start_earliest as start_earliest,
         a.published_start_latest as start_latest, a.published_end_earliest as end_earliest, a.published_end_latest as end_latest
  from report r left join article a on a.id = r.article_id
  where r.event_id in (
    select event_id from chosen union select event_id from ending where other_id in (select event_id from chosen))
),
-- Of what is claimed of their events by each act, the latest as-of; publication where there is none.
spoken as (
  select distinct on (c.event_id, c.act) c.event_id, c.act, m.*
  from claim c
  left join article a on a.id = c.article_id
  cross join lateral (
    select c.as_of_start_earliest, c.as_of_start_latest, c.as_of_end_earliest, c.as_of_end_latest where c.as_of_ongoing is not null
    union all
    select a.published_start_earliest, a.published_start_latest, a.published_end_earliest, a.published_end_latest
    where c.as_of_ongoing is null) m (start_earliest, start_latest, end_earliest, end_latest)
  where c.event_id in (select event_id from chosen) and c.retracted_at is null
  order by c.event_id, c.act, coalesce(m.end_latest, m.start_latest, m.end_earliest, m.start_earliest) desc nulls last
)
select json_build_object(
  'closures', (select coalesce(json_agg(json_build_object('closure', chosen, 'modality', e.modality,
                 'timezone', case when chosen.schedule is not null then location_timezone(chosen.place_id) end)), '[]')
               from chosen join event e on e.id = chosen.event_id),
  'endings', (select coalesce(json_agg(ending), '[]') from ending),
  'reports', (select coalesce(json_agg(reported), '[]') from reported),
  'claims', (select coalesce(json_agg(spoken), '[]') from spoken),
  -- A report that names closures speaks for those alone.
  'named', (select coalesce(json_agg(json_build_object('report_id', n.report_id, 'closure_id', n.closure_id)), '[]')
            from report_closure n join reported r on r.id = n.report_id),
  'origins', (select coalesce(json_agg(o), '[]') from article_origins(array(
                select distinct article_id from reported where article_id is not null)) o)
)
