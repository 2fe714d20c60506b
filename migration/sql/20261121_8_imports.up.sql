-- What large and repeated imports ask for: runs that go on where they were broken off, and rows with a version of their dataset's own.

create domain on_conflict as text constraint on_conflict_known check (value in ('newer', 'replace', 'keep'));
comment on domain on_conflict is 'What an import does with records that are there already';

alter table import_run
  add column tables jsonb not null default '{}',
  add column batches_done bigint not null default 0,
  add column batch_lines bigint not null default 0,
  add column on_conflict on_conflict not null default 'newer';
comment on column import_run.tables is 'What it did to each table: {"event": {"created": 1, "updated": 0, "unchanged": 0}}';
comment on column import_run.batches_done is 'How many of its batches are committed';
comment on column import_run.batch_lines is 'How many lines make a batch: a run that was broken off goes on with the same';
comment on column import_run.on_conflict is 'What it does with records that are there already';

-- Which run of this file was broken off?
create index import_run_unfinished on import_run (file_hash) where finished_at is null;

alter table event add column dataset_version bigint;
comment on column event.dataset_version is 'The version of its row in its dataset, such as ACLED''s timestamp: an older row never replaces a newer one; null where the dataset has none';

-- Of many places at once, since an import asks for the zones of all of its places.
create function location_timezones(places uuid[]) returns table (place uuid, zone text)
language sql stable parallel safe as $$
  select location_id, case when count(distinct timezone) = 1 then min(timezone) end
  from (
    select a.location_id, l.timezone, rank() over (partition by a.location_id order by a.depth) as nearness
    from location_ancestor a join location l on l.id = a.ancestor_id
    where a.location_id = any (places) and l.timezone is not null) zones
  where nearness = 1
  group by location_id
$$;
comment on function location_timezones is
  'The time zones that hold at places: of each its own, else the nearest around it; null where two equally near differ; no row where there is none';

create or replace function location_timezone(place uuid) returns text language sql stable parallel safe as $$
  select zone from location_timezones(array[place])
$$;
