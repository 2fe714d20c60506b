-- A base of the size at which a bad plan shows, skewed as real ones are: some places, kinds, actors
-- and sources have been silent for decades, others are in every second event, some events last for years.
-- Triggers are off: what they would keep is written at the end.

set session_replication_role = replica;
select setseed(0.5);

-- Indexes are built once the rows are there, which takes a fraction of the time.
create temp table index_kept as
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
where indrelid in ('event'::regclass, 'participation'::regclass, 'report'::regclass)
  and not exists (select from pg_constraint where conindid = indexrelid);
do $$ declare kept record; begin
  for kept in select * from index_kept loop execute format('drop index %s', kept.name); end loop;
end $$;

create function pg_temp.uuid(kind text, n bigint) returns uuid language sql immutable as
  $$ select md5(kind || n)::uuid $$;

insert into dataset (id, slug, title)
select pg_temp.uuid('dataset', n), 'dataset-' || n, 'Dataset ' || n from generate_series(0, 2) n;

-- 10 countries of 10 provinces of 20 towns.
insert into location (id, slug, name, kind, country, parent_id, latitude, longitude)
select pg_temp.uuid('country', n), 'country-' || n, 'Country ' || n, 'COUNTRY', 'X' || chr(65 + n), null, n, n * 10
from generate_series(0, 9) n;
insert into location (id, slug, name, kind, country, parent_id, latitude, longitude)
select pg_temp.uuid('province', n), 'province-' || n, 'Province ' || n, 'ADMIN1', 'X' || chr(65 + n / 10),
  pg_temp.uuid('country', n / 10), n / 10 + 0.05 * (n % 10), n
from generate_series(0, 99) n;
insert into location (id, slug, name, kind, country, parent_id, latitude, longitude)
select pg_temp.uuid('town', n), 'town-' || n, 'Town ' || n, 'CITY', 'X' || chr(65 + n / 200),
  pg_temp.uuid('province', n / 20), n / 200 + 0.05 * (n / 20 % 10) + 0.001 * (n % 20), n / 20 + 0.01 * (n % 20)
from generate_series(0, 1999) n;
insert into location_ancestor (location_id, ancestor_id, depth)
with recursive up (location_id, ancestor_id, depth) as (
  select id, id, 0 from location
  union all
  select up.location_id, l.parent_id, up.depth + 1 from up join location l on l.id = up.ancestor_id where l.parent_id is not null)
select * from up;

-- 1 in 200 lasts for years, 1 in 50 for months, and 1 in 400 has no end that anybody knows. Town 1999
-- back to 1800, which is country 9, and province 5 were heard of last before 1990.
insert into event (id, slug, title, summary, kind, modality, start_earliest, start_latest, end_earliest, end_latest,
  location_id, fatalities_best, dataset_id, recorded_at)
select pg_temp.uuid('event', n), case when n % 100 = 0 then 'event-' || n end,
  'Event ' || n || case when n % 1000 = 0 then ' of the thousand' else '' end, 'What happened on day ' || day,
  case when old and n % 50 = 0 then 'EPIDEMIC' when old then 'SHELLING'
       else (array['CLOSURE', 'TALKS', 'ATTACK', 'STATEMENT', 'ARREST', 'RIOT', 'ARMED_CLASH'])[1 + n % 7] end,
  case when n % 10 = 0 then 'ALLEGED' else 'OCCURRED' end,
  start, start, start + length, case when n % 400 = 7 then null else start + length end,
  pg_temp.uuid('town', town), case when n % 20 = 0 then n % 300 end,
  pg_temp.uuid('dataset', case when old then 2 else n % 2 end), now() - n * interval '1 second'
from (
  select n, town, old, day,
    timestamptz '1960-01-01 00:00Z' + (case when old then day % 10000 else 10000 + day % 14000 end) * interval '1 day' as start,
    case when n % 200 = 3 then interval '900 days' when n % 50 = 3 then interval '100 days' else interval '1 day' end as length
  from (
    select n, (n * 7919) % 2000 as town, (n * 104729) % 24000 as day,
      (n * 7919) % 2000 >= 1800 or (n * 7919) % 2000 / 20 = 5 as old
    from generate_series(1::bigint, 120000) n) places) timed;

-- Two actors for each event; actor 0 is in every third, actor 5 only in what is old.
insert into actor (id, slug, name, kind, country)
select pg_temp.uuid('actor', n), 'actor-' || n, 'Actor ' || n, 'ARMED_GROUP', 'XA' from generate_series(0, 299) n;
insert into participation (id, event_id, actor_id, role)
select pg_temp.uuid('party', row_number() over (order by id)), id,
  pg_temp.uuid('actor', case when kind in ('EPIDEMIC', 'SHELLING') then 5 when fatalities_best is null and random() < 0.4 then 0 else 10 + floor(random() * 280)::bigint end), 'PARTY'
from event
union all
select pg_temp.uuid('target', row_number() over (order by id)), id, pg_temp.uuid('actor', 10 + floor(random() * 280)::bigint), 'TARGET'
from event where id < '40000000-0000-0000-0000-000000000000';

-- 40 sources; source 3 reports only what is old.
insert into source (id, slug, name, kind, country)
select pg_temp.uuid('source', n), 'source-' || n, 'Source ' || n, 'NEWSPAPER', 'XA' from generate_series(0, 39) n;
insert into article (id, source_id, title, published_start_earliest, published_end_latest, published_ongoing)
select pg_temp.uuid('article', n), pg_temp.uuid('source', case when n < 2000 then 3 else 4 + n % 36 end), 'Article ' || n,
  timestamptz '1960-01-01 00:00Z' + n * interval '1 day', timestamptz '1960-01-02 00:00Z' + n * interval '1 day', false
from generate_series(0, 23999) n;
insert into report (id, event_id, article_id)
select pg_temp.uuid('report', row_number() over (order by id)), id,
  pg_temp.uuid('article', case when kind in ('EPIDEMIC', 'SHELLING') then floor(random() * 2000)::bigint else 2000 + floor(random() * 22000)::bigint end)
from event;

do $$ declare kept record; begin
  for kept in select * from index_kept loop execute kept.definition; end loop;
end $$;

insert into event_place select under, start, event_id, kind, span, until from listed_place order by 1, 2, 3;
insert into event_country select distinct under, start, event_id, kind, span, until from listed_country order by 1, 2, 3;
insert into event_actor select under, start, event_id, role, kind, span, until from listed_actor order by 1, 2, 3;
insert into event_source select distinct under, start, event_id, kind, span, until from listed_source order by 1, 2, 3;
insert into name (actor_id, value, kind) select id, name, 'PRIMARY' from actor;
insert into name (location_id, value, kind) select id, name, 'PRIMARY' from location;
insert into name (source_id, value, kind) select id, name, 'PRIMARY' from source;

set session_replication_role = origin;
