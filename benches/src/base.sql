-- The base that reading is measured on: `events` of them (a psql variable), the same rows every time, skewed
-- as real ones are. Few countries, places, actors and sources have most of the events, most events
-- are recent, some last for years, and one in twenty is at a border crossing.
-- Triggers are off, foreign keys with them: what they would keep is written at the end.

\set QUIET on
set session_replication_role = replica;
set maintenance_work_mem = '512MB';
set work_mem = '128MB';
set synchronous_commit = off;

-- Where a number falls between 0 and 1: the same every time, and another for each salt.
create function pg_temp.share(n bigint, salt bigint) returns double precision language sql immutable parallel safe as
  $$ select (hashint8extended(n, salt) & 9007199254740991)::double precision / 9007199254740992 $$;
-- One of the numbers below `most`; the greater the skew, the more often a low one.
create function pg_temp.pick(n bigint, salt bigint, most bigint, skew double precision) returns bigint language sql immutable parallel safe as
  $$ select floor(most * power((hashint8extended(n, salt) & 9007199254740991)::double precision / 9007199254740992, skew))::bigint $$;
create function pg_temp.uuid(kind text, n bigint) returns uuid language sql immutable parallel safe as
  $$ select md5(kind || n)::uuid $$;

-- Indexes are built once the rows are there, which takes a fraction of the time.
create temp table index_kept as
select pg_get_indexdef(indexrelid) as definition, indexrelid::regclass::text as name from pg_index
where indrelid in ('event'::regclass, 'participation'::regclass, 'report'::regclass, 'article'::regclass, 'location'::regclass)
  and not exists (select from pg_constraint where conindid = indexrelid);
do $$ declare kept record; begin
  for kept in select * from index_kept loop execute format('drop index %s', kept.name); end loop;
end $$;

insert into dataset (id, slug, title)
select pg_temp.uuid('dataset', n), 'dataset-' || n, 'Dataset ' || n from generate_series(0, 2) n;

-- 40 countries, under codes that are nobody's; 1,000 provinces, 100,000 towns, and 300 crossings on the 40
-- borders of each country with the next.
create temp table country as
select n as number, pg_temp.uuid('country', n) as id, case when n < 26 then 'X' || chr(65 + n) else 'Q' || chr(77 + n - 26) end as code
from generate_series(0, 39) n;
insert into location (id, slug, name, kind, country, latitude, longitude)
select id, 'country-' || number, 'Country ' || number, 'COUNTRY', code, number, number * 4 from country;
insert into location (id, slug, name, kind, country, parent_id, latitude, longitude)
select pg_temp.uuid('province', n), 'province-' || n, 'Province ' || n, 'ADMIN1', c.code, c.id, c.number + 0.03 * (n / 40), c.number * 4
from generate_series(0, 999) n join country c on c.number = n % 40;
insert into location (id, slug, name, kind, country, parent_id, latitude, longitude, precision_metres)
select pg_temp.uuid('town', n), case when n % 10 = 0 then 'town-' || n end, 'Town ' || n, 'CITY', c.code, pg_temp.uuid('province', n % 1000),
  c.number + 0.9 * pg_temp.share(n, 1), c.number * 4 + 3 * pg_temp.share(n, 2), 1000
from generate_series(0, 99999) n join country c on c.number = n % 40;
insert into location (id, slug, name, kind, between_a_id, between_b_id)
select pg_temp.uuid('border', a.number), 'border-' || a.number, 'Border ' || a.number, 'BORDER', a.id, b.id
from country a join country b on b.number = (a.number + 1) % 40;
insert into location (id, slug, name, kind, parent_id, latitude, longitude)
select pg_temp.uuid('crossing', n), 'crossing-' || n, 'Crossing ' || n, 'BORDER_CROSSING', pg_temp.uuid('border', n % 40),
  n % 40 + 0.1 * (n / 40), n % 40 * 4 + 3.5
from generate_series(0, 299) n;
insert into border_crossing (id, location_id, a_country, a_local_name, b_country, b_local_name)
select pg_temp.uuid('border crossing', n), pg_temp.uuid('crossing', n), a.code, 'Gate ' || n, b.code, 'Pass ' || n
from generate_series(0, 299) n join country a on a.number = n % 40 join country b on b.number = (n + 1) % 40;
insert into location_ancestor (location_id, ancestor_id, depth)
with recursive upward (location_id, ancestor_id, depth) as (
  select id, id, 0 from location
  union all
  select u.location_id, around.id, u.depth + 1
  from upward u join location l on l.id = u.ancestor_id
  cross join lateral (values (l.parent_id), (l.between_a_id), (l.between_b_id)) around (id)
  where around.id is not null)
select location_id, ancestor_id, min(depth) from upward group by 1, 2;

insert into actor (id, slug, name, kind, country)
select pg_temp.uuid('actor', n), 'actor-' || n, 'Actor ' || n, case when n < 40 then 'STATE' else 'ARMED_GROUP' end, c.code
from generate_series(0, 19999) n join country c on c.number = n % 40;
insert into source (id, slug, name, kind, country)
select pg_temp.uuid('source', n), 'source-' || n, 'Source ' || n, 'NEWSPAPER', c.code
from generate_series(0, 1999) n join country c on c.number = n % 40;

-- 1 in 200 lasts for years, 1 in 50 for months, 1 in 400 has no end that anybody knows.
insert into event (id, slug, title, summary, kind, native_type, modality, start_earliest, start_latest, end_earliest, end_latest,
  edtf, location_id, fatalities_best, fatalities_low, fatalities_high, dataset_id, external_id, recorded_at, updated_at)
select pg_temp.uuid('event', n), case when n % 100 = 0 then 'event-' || n end,
  initcap(replace(kind, '_', ' ')) || case when at_crossing then ' at crossing ' else ' near town ' end || place,
  'What happened on ' || start::date || ', in a sentence or two, as editors sum it up.',
  kind, 'Native ' || kind, case when n % 10 = 0 then 'ALLEGED' else 'OCCURRED' end,
  start, start + interval '1 day', start + length, case when n % 400 = 7 then null else start + length + interval '1 day' end,
  case when length = interval '0' then start::date::text else start::date || '/' || (start + length)::date end,
  pg_temp.uuid(case when at_crossing then 'crossing' else 'town' end, place),
  best, best / 2, best * 2, pg_temp.uuid('dataset', n % 3), n::text, start + interval '2 days', start + interval '2 days'
from (
  select n, at_crossing,
    case when at_crossing then pg_temp.pick(n, 3, 300, 1.5)
         -- Towns of low numbers in countries of low numbers, province by province.
         else pg_temp.pick(n, 4, 40, 2) + 40 * pg_temp.pick(n, 5, 2500, 3) end as place,
    case when at_crossing then (array['CLOSURE', 'CLOSURE', 'REOPENING', 'RESTRICTION'])[1 + pg_temp.pick(n, 6, 4, 1)]
         else (array['ARMED_CLASH', 'ATTACK', 'SHELLING', 'AIRSTRIKE', 'DEMONSTRATION', 'ATTACK_ON_CIVILIANS', 'BOMBING', 'RIOT',
                     'STATEMENT', 'ARREST', 'ABDUCTION', 'TALKS', 'STRIKE', 'DISPLACEMENT', 'AID_DELIVERY', 'CEASEFIRE', 'SANCTION',
                     'VISIT', 'DEPLOYMENT', 'EPIDEMIC'])[1 + pg_temp.pick(n, 7, 20, 2)] end as kind,
    timestamptz '2026-11-01 00:00Z' - pg_temp.pick(n, 8, 13500, 2) * interval '1 day' as start,
    case when n % 200 = 3 then interval '900 days' when n % 50 = 3 then interval '100 days'
         else pg_temp.pick(n, 9, 5, 3) * interval '1 day' end as length,
    case when n % 3 = 0 then pg_temp.pick(n, 10, 60, 4)::integer end as best
  from (select n, n % 20 = 0 as at_crossing from generate_series(1::bigint, :events) n) numbered) placed;

insert into closure (id, event_id, place_id, place_kind, effect, severity, basis, start_earliest, start_latest, end_earliest, end_latest,
  edtf, dataset_id, external_id)
select pg_temp.uuid('closure', e.external_id::bigint), e.id, e.location_id, 'BORDER_CROSSING',
  case when kind = 'REOPENING' then 'OPENS' else 'CLOSES' end, case when kind = 'RESTRICTION' then 'PARTIAL' else 'FULL' end,
  'ORDERED', start_earliest, start_latest, end_earliest, end_latest, edtf, dataset_id, external_id
from event e where e.external_id::bigint % 20 = 0;

-- 1.7 actors and 1.5 reports for each event.
insert into participation (id, event_id, actor_id, role, dataset_id)
select pg_temp.uuid('party', n * 4 + k), pg_temp.uuid('event', n), pg_temp.uuid('actor', pg_temp.pick(n * 4 + k, 11, 20000, 3)),
  (array['INITIATOR', 'TARGET', 'AFFECTED'])[1 + k], pg_temp.uuid('dataset', n % 3)
from generate_series(1::bigint, :events) n
cross join lateral generate_series(0, case when pg_temp.share(n, 12) < 0.1 then 2 when pg_temp.share(n, 12) < 0.6 then 1 else 0 end) k;

insert into article (id, source_id, url, title, published_start_earliest, published_start_latest, published_end_earliest, published_end_latest,
  published_ongoing, published_edtf, language, dataset_id, external_id)
select pg_temp.uuid('article', n), pg_temp.uuid('source', source), 'https://source-' || source || '.example/articles/' || n,
  'What source ' || source || ' prints above article ' || n || ' of the base', day, day + interval '1 day', day, day + interval '1 day',
  false, day::date::text, 'en', pg_temp.uuid('dataset', n % 3), n::text
from (
  select n, pg_temp.pick(n, 13, 2000, 3) as source, timestamptz '2026-11-03 00:00Z' - pg_temp.pick(n, 14, 13500, 2) * interval '1 day' as day
  from generate_series(0::bigint, :events * 6 / 10) n) dated;

insert into report (id, event_id, article_id, relevance, dataset_id)
select distinct on (n, article) pg_temp.uuid('report', n * 8 + k), pg_temp.uuid('event', n), pg_temp.uuid('article', article),
  case when k = 0 then 'MAIN' else 'UPDATE' end, pg_temp.uuid('dataset', n % 3)
from (
  select n, k, pg_temp.pick(n * 8 + k, 15, :events * 6 / 10, 1) as article
  from generate_series(1::bigint, :events) n cross join lateral generate_series(0, pg_temp.pick(n, 16, 8, 12)) k) cited;

-- 200,000 claims in articles about the first 80,000 events, a third of which disagree.
insert into claim (id, event_id, property, value_kind, needs_scope, source_id, article_id, value_number, value_code, value_qualifier,
  as_of_start_earliest, as_of_ongoing, dataset_id)
select pg_temp.uuid('claim', c), pg_temp.uuid('event', n), property, case property when 'outcome' then 'CODE' else 'NUMBER' end, false,
  a.source_id, a.id, case when property <> 'outcome' then 10 + differs end,
  case when property = 'outcome' then (array['AGREEMENT', 'NO_AGREEMENT'])[1 + differs] end,
  case when property <> 'outcome' then 'EXACT' end,
  timestamptz '2026-11-10 00:00Z', false, pg_temp.uuid('dataset', n % 3)
from (
  select c, c * 2 / 5 as n, pg_temp.pick(c, 17, :events * 6 / 10, 1) as article,
    (array['fatalities', 'injuries', 'outcome'])[1 + pg_temp.pick(c * 2 / 5, 18, 3, 1)] as property,
    case when pg_temp.share(c, 19) < 0.2 then 1 else 0 end as differs
  from generate_series(3::bigint, 200002) c) said
join article a on a.id = pg_temp.uuid('article', article)
where n <= :events;

do $$ declare kept record; begin
  for kept in select * from index_kept loop execute kept.definition; end loop;
end $$;
analyze;

-- What triggers keep, as the steps that made it filled it.
insert into event_place select under, start, event_id, kind, span, until from listed_place order by 1, 2, 3;
insert into event_country select distinct under, start, event_id, kind, span, until from listed_country order by 1, 2, 3;
insert into event_actor select under, start, event_id, role, kind, span, until from listed_actor order by 1, 2, 3;
insert into event_source select distinct under, start, event_id, kind, span, until from listed_source order by 1, 2, 3;
insert into name (actor_id, value, kind) select id, name, 'PRIMARY' from actor;
insert into name (location_id, value, kind) select id, name, 'PRIMARY' from location;
insert into name (source_id, value, kind) select id, name, 'PRIMARY' from source;
insert into spelling (name_id, record_type, record_id, kind, value)
select id, case when actor_id is not null then 'ACTOR' when location_id is not null then 'LOCATION' else 'SOURCE' end,
       coalesce(actor_id, location_id, source_id), kind, value
from name;
insert into spelling (crossing_id, record_type, record_id, kind, value)
select c.id, 'LOCATION', c.location_id, 'ALIAS', side.local_name
from border_crossing c cross join lateral (select a_local_name union select b_local_name) side (local_name);
insert into country_set (under) select distinct under from location_country_now order by under on conflict do nothing;
insert into location_country select location_id, s.id from location_country_now join country_set s using (under);
insert into event_sum_change (set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known)
select case when grouping(set_id) = 0 then set_id when grouping(until) = 0 then 0 else -1 end, month, until, kind, dataset_id, count(*),
       coalesce(sum(best), 0), count(best), coalesce(sum(low), 0), count(low), coalesce(sum(high), 0), count(high)
from (
  select case when e.location_id is null then 1 else c.set_id end as set_id, statistics_month(e.start_earliest) as month,
         statistics_until(e.end_latest) as until, e.kind, e.dataset_id,
         e.fatalities_best as best, e.fatalities_low as low, e.fatalities_high as high
  from event e left join location_country c using (location_id)) e
group by grouping sets ((month, until, kind, dataset_id), (set_id, month, kind), (month, kind))
having grouping(set_id) = 1 or set_id is not null;
select fold_event_sums() \g /dev/null
insert into account_stale select distinct event_id from claim;

set session_replication_role = origin;
