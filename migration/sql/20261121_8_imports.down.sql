create or replace function location_timezone(place uuid) returns text language sql stable parallel safe as $$
  select case when count(distinct timezone) = 1 then min(timezone) end
  from (
    select l.timezone, rank() over (order by a.depth) as nearness
    from location_ancestor a join location l on l.id = a.ancestor_id
    where a.location_id = place and l.timezone is not null) zones
  where nearness = 1
$$;
drop function location_timezones;
alter table event drop column dataset_version;
drop index import_run_unfinished;
alter table import_run drop column tables, drop column batches_done, drop column batch_lines, drop column on_conflict;
drop domain on_conflict;
