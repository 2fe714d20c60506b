create or replace function refuse_event_cycle() returns trigger language plpgsql as $$
declare
  changed uuid[];
begin
  if tg_table_name = 'event_relation' then
    changed := array(select event_id from new_rows where kind = 'PART_OF');
  else
    changed := array(select id from new_rows where parent_id is not null);
  end if;
  if cardinality(changed) = 0 then return null; end if;
  -- Two writers who each see half of a cycle would both pass: one at a time.
  perform pg_advisory_xact_lock(hashtext('dateline.event_tree'));
  if exists (
    with recursive upward(id) as (
      select unnest(changed)
      union all
      select whole.id from upward u
      cross join lateral (
        select parent_id as id from event where event.id = u.id and parent_id is not null
        union all
        select other_id from event_relation where event_id = u.id and kind = 'PART_OF') whole
    ) cycle id set is_cycle using path
    select from upward where is_cycle)
  then
    raise exception 'an event cannot be part of itself' using errcode = 'check_violation', constraint = 'event_tree_has_no_cycle';
  end if;
  return null;
end
$$;
drop function refuse_event_cycles;
drop view run_reject;
drop view record_revision;
drop index change_set_by_time;
create index revision_change_set on revision (change_set_id);
drop index revision_change_set_in_order;
-- Runs of datasets that reverts took away lose what they were run for.
update import_run set dataset_id = null where not exists (select from dataset d where d.id = import_run.dataset_id);
alter table import_run add constraint import_run_dataset_id_fkey foreign key (dataset_id) references dataset;
comment on column import_run.dataset_id is 'The dataset it was run for; null when none was named';

create or replace function follow_location_tree() returns trigger language plpgsql as $$
declare
  moved uuid[];
begin
  if tg_op = 'INSERT' then
    moved := array(select id from new_rows);
  else
    moved := array(
      select n.id from new_rows n join old_rows o using (id)
      where (n.parent_id, n.between_a_id, n.between_b_id) is distinct from (o.parent_id, o.between_a_id, o.between_b_id));
  end if;
  if cardinality(moved) = 0 then return null; end if;
  -- Two writers who each see half of a cycle would both pass: one at a time.
  perform pg_advisory_xact_lock(hashtext('dateline.location_tree'));
  -- What lies beneath a moved place has new ancestors too.
  moved := array(
    with recursive beneath(id) as (
      select unnest(moved)
      union
      select l.id from beneath b join location l on b.id in (l.parent_id, l.between_a_id, l.between_b_id))
    select id from beneath);
  delete from location_ancestor where location_id = any (moved);
  insert into location_ancestor (location_id, ancestor_id, depth)
  with recursive upward(location_id, ancestor_id, depth) as (
    select id, id, 0 from unnest(moved) as id
    union all
    select u.location_id, around.id, u.depth + 1
    from upward u
    join location l on l.id = u.ancestor_id
    cross join lateral (values (l.parent_id), (l.between_a_id), (l.between_b_id)) around (id)
    where around.id is not null
  ) cycle ancestor_id set is_cycle using path
  -- A place that meets itself on the way up keeps the depth of the meeting, which the table refuses.
  select location_id, ancestor_id, case when bool_or(is_cycle) then max(depth) else min(depth) end
  from upward where exists (select from location a where a.id = ancestor_id)
  group by location_id, ancestor_id;
  return null;
end
$$;

create or replace function follow_changes() returns trigger language plpgsql as $$
declare
  stale uuid[];
begin
  if tg_table_name = 'event' then
    stale := array(select n.id from new_rows n join old_rows o using (id)
      where (n.start_earliest, n.end_earliest) is distinct from (o.start_earliest, o.end_earliest)
        and exists (select from claim c where c.event_id = n.id));
  elsif tg_table_name = 'article' then
    stale := array(select c.event_id from claim c where c.article_id in (
      select article_id from articles_from(array(select n.id from new_rows n join old_rows o using (id)
        where (n.source_id, n.published_start_earliest, n.dateline_id)
          is distinct from (o.source_id, o.published_start_earliest, o.dateline_id)))));
  elsif tg_table_name = 'location' then
    stale := array(select c.event_id from new_rows n join old_rows o using (id)
      join location_ancestor x on x.ancestor_id = n.id
      join article a on a.dateline_id = x.location_id
      join claim c on c.article_id = a.id
      where n.timezone is distinct from o.timezone);
  elsif tg_table_name = 'source' then
    stale := array(
      with changed as (select n.id from new_rows n join old_rows o using (id) where (n.kind = 'UNKNOWN') <> (o.kind = 'UNKNOWN'))
      select c.event_id from claim c where c.article_id in (select article_id from articles_from(array(
        select a.id from article a join changed on changed.id = a.source_id))));
  elsif tg_table_name = 'actor' then
    stale := array(select c.event_id from claim c where c.speaker_id in (
      select n.id from new_rows n join old_rows o using (id) where (n.kind = 'UNNAMED_ROLE') <> (o.kind = 'UNNAMED_ROLE')));
  elsif tg_table_name = 'claim_property' then
    stale := array(select c.event_id from claim c where c.property in (
      select n.code from new_rows n join old_rows o using (id)
      where (n.functional, n.unit) is distinct from (o.functional, o.unit)));
  end if;
  call accounts_are_stale(stale);
  return null;
end
$$;

create or replace function follow_primary_name() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    execute format(
      'delete from name using old_rows o join new_rows n using (id) where name.%1$I = o.id and name.kind = ''PRIMARY'' and o.name <> n.name',
      tg_argv[0]);
    execute format(
      'insert into name (%1$I, value, kind) select n.id, n.name, ''PRIMARY'' from new_rows n join old_rows o using (id) where o.name <> n.name',
      tg_argv[0]);
  else
    execute format('insert into name (%1$I, value, kind) select id, name, ''PRIMARY'' from new_rows', tg_argv[0]);
  end if;
  return null;
end
$$;
comment on function follow_primary_name is 'Keeps the PRIMARY name in step with the record''s own';

drop trigger follow_unrelayed on claim_relay;
drop trigger follow_unclaimed on claim;
drop trigger keep_deleted on claim_relay;
drop trigger a_relay_is_never_deleted on claim_relay;
drop trigger a_relay_is_never_edited on claim_relay;
create trigger a_relay_is_never_edited before update or delete on claim_relay for each row execute function refuse_edit_of_claim();
drop trigger a_claim_is_never_deleted on claim;
drop trigger a_claim_is_not_deleted on claim;
drop trigger a_claim_is_never_edited on claim;
create trigger a_claim_is_never_edited before update or delete on claim for each row execute function refuse_edit_of_claim();
drop function refuse_deletion_of_claim, reverted_change_sets;

create or replace function current_change_set() returns uuid language plpgsql stable as $$
declare
  setting text := current_setting('dateline.change_set', true);
begin
  if coalesce(setting, '') = '' then
    raise exception 'a write needs a change set'
      using errcode = 'DL001', hint = 'Insert a change_set and set dateline.change_set to its id for the transaction.';
  end if;
  return setting::uuid;
end
$$;

create or replace function keep_revision() returns trigger language plpgsql as $$
declare
  change_set uuid;
begin
  if tg_op = 'INSERT' then
    if not exists (select from new_rows) then return null; end if;
    insert into revision (change_set_id, record_type, record_id, version, operation)
    select current_change_set(), tg_table_name, id, 1, 'CREATE' from new_rows;
  elsif tg_op = 'UPDATE' then
    if not exists (select from new_rows) then return null; end if;
    change_set := current_change_set();
    insert into revision (change_set_id, record_type, record_id, version, operation, before)
    select change_set, tg_table_name, o.id, o.version + 1, 'UPDATE', to_jsonb(o) from old_rows o;
  else
    if not exists (select from old_rows) then return null; end if;
    change_set := current_change_set();
    if tg_argv[0] = 'part' then
      insert into revision (change_set_id, record_type, record_id, version, operation, before)
      select change_set, tg_table_name, id, 2, 'DELETE', to_jsonb(o) from old_rows o;
    else
      insert into revision (change_set_id, record_type, record_id, version, operation, before)
      select change_set, tg_table_name, id, o.version + 1, 'DELETE', to_jsonb(o) from old_rows o;
    end if;
  end if;
  return null;
end
$$;

do $$
declare
  records regclass;
begin
  for records in select tgrelid from pg_trigger where tgname = 'continue_version' loop
    execute format('drop trigger continue_version on %s', records);
  end loop;
end
$$;

create or replace procedure keep_history(records regclass) language plpgsql as $$
begin
  execute format('create trigger count_version before update on %s for each row execute function count_version()', records);
  execute format('create trigger keep_created after insert on %s referencing new table as new_rows for each statement execute function keep_revision()', records);
  execute format('create trigger keep_updated after update on %s referencing old table as old_rows new table as new_rows for each statement execute function keep_revision()', records);
  execute format('create trigger keep_deleted after delete on %s referencing old table as old_rows for each statement execute function keep_revision()', records);
end
$$;

drop function continue_version;
drop index revision_of_deleted;
