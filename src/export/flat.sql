-- One row an event, with what stands around it gathered into its columns. The names of the columns are
-- those of the file.
select
  r.id,
  d.slug as dataset, d.licence, r.external_id as "externalId", r.slug,
  r.kind, r.kind as category, r.native_type as "nativeType", r.modality, r.title, r.summary,
  r.start_earliest as "startEarliest", r.start_latest as "startLatest",
  r.end_earliest as "endEarliest", r.end_latest as "endLatest",
  r.ongoing, r.edtf, r.time_text as "timeText",
  l.name as location, r.location_id as "locationId", l.kind as "locationKind",
  around.countries, around.names as "locationPath",
  l.latitude, l.longitude, l.precision_metres as "precisionMetres",
  r.fatalities_best as "fatalitiesBest", r.fatalities_low as "fatalitiesLow", r.fatalities_high as "fatalitiesHigh",
  actors.names as actors,
  reports.articles, reports.sources, reports.names as "sourceNames", reports.urls as "articleUrls",
  exists (select from account a where a.event_id = r.id and a.agreement = 'DISPUTED') as disputed,
  r.parent_id as "parentId"
from event r
left join dataset d on d.id = r.dataset_id
left join location l on l.id = r.location_id
-- The countries it lies in, two where it lies on a border; and the places, the widest first.
left join lateral (
  select array_agg(distinct o.country::text) filter (where o.country is not null) as countries,
         array_agg(o.name order by a.depth desc, o.name collate "C") as names
  from location_ancestor a join location o on o.id = a.ancestor_id
  where a.location_id = r.location_id
) around on true
left join lateral (
  select array_agg(format('%s (%s)', a.name, p.role || case when p.alleged then ', alleged' else '' end)
           order by p.role collate "C", a.name collate "C", p.id) as names
  from participation p join actor a on a.id = p.actor_id
  where p.event_id = r.id
) actors on true
left join lateral (
  select count(distinct a.id) as articles, count(distinct s.id) as sources,
         array_agg(distinct s.name) filter (where s.id is not null) as names,
         array_agg(distinct a.url::text) filter (where a.url is not null) as urls
  from report p
  left join article a on a.id = p.article_id
  -- Kept apart, so that a source is found once and not for each of its reports.
  left join lateral (select o.id, o.name from source o where o.id = coalesce(a.source_id, p.source_id) offset 0) s on true
  where p.event_id = r.id
) reports on true
where {selected}
order by coalesce(r.start_earliest, '-infinity'), r.id
