-- The one way back: what a revert needs of the history, and what only a revert may do.

-- Versions go on counting where a record was gone for a time.

-- At which version did this record go?
create index revision_of_deleted on revision (record_id, version) where operation = 'DELETE';

create function continue_version() returns trigger language plpgsql as $$
begin
  new.version := 1 + coalesce(
    (select max(version) from revision
     where record_id = new.id and operation = 'DELETE' and record_type = tg_table_name), 0);
  return new;
end
$$;
comment on function continue_version is 'Numbers a new record from 1, and one that was deleted from where it ended';

create or replace procedure keep_history(records regclass) language plpgsql as $$
begin
  execute format('create trigger continue_version before insert on %s for each row execute function continue_version()', records);
  execute format('create trigger count_version before update on %s for each row execute function count_version()', records);
  execute format('create trigger keep_created after insert on %s referencing new table as new_rows for each statement execute function keep_revision()', records);
  execute format('create trigger keep_updated after update on %s referencing old table as old_rows new table as new_rows for each statement execute function keep_revision()', records);
  execute format('create trigger keep_deleted after delete on %s referencing old table as old_rows for each statement execute function keep_revision()', records);
end
$$;

do $$
declare
  records regclass;
begin
  for records in select tgrelid from pg_trigger where tgname = 'count_version' loop
    execute format('create trigger continue_version before insert on %s for each row execute function continue_version()', records);
  end loop;
end
$$;

create or replace function keep_revision() returns trigger language plpgsql as $$
declare
  change_set uuid;
  is_part constant boolean := coalesce(tg_argv[0] = 'part', false);
begin
  if tg_op = 'INSERT' then
    if not exists (select from new_rows) then return null; end if;
    change_set := current_change_set();
    if is_part then
      insert into revision (change_set_id, record_type, record_id, version, operation)
      select change_set, tg_table_name, id, 1, 'CREATE' from new_rows;
    else
      insert into revision (change_set_id, record_type, record_id, version, operation)
      select change_set, tg_table_name, n.id, n.version, 'CREATE' from new_rows n;
    end if;
  elsif tg_op = 'UPDATE' then
    if not exists (select from new_rows) then return null; end if;
    change_set := current_change_set();
    insert into revision (change_set_id, record_type, record_id, version, operation, before)
    select change_set, tg_table_name, o.id, o.version + 1, 'UPDATE', to_jsonb(o) from old_rows o;
  else
    if not exists (select from old_rows) then return null; end if;
    change_set := current_change_set();
    if is_part then
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

-- What has been reverted is closed: nothing more can be written under it.

create or replace function current_change_set() returns uuid language plpgsql stable as $$
declare
  setting text := current_setting('dateline.change_set', true);
begin
  if coalesce(setting, '') = '' then
    raise exception 'a write needs a change set'
      using errcode = 'DL001', hint = 'Insert a change_set and set dateline.change_set to its id for the transaction.';
  end if;
  if exists (select from change_set where id = setting::uuid and reverted_by_id is not null) then
    raise exception 'this change set has been reverted: write under a new one' using errcode = 'DL003';
  end if;
  return setting::uuid;
end
$$;

create function reverted_change_sets() returns uuid[] language sql stable as $$
  select array(select s.id from change_set r join change_set s on s.reverted_by_id = r.id
               where r.kind = 'REVERT' and r.id = nullif(current_setting('dateline.change_set', true), '')::uuid)
$$;
comment on function reverted_change_sets is 'What this transaction''s change set reverts; empty when it is no revert';

-- Claims: a revert, and nothing else, deletes those that the reverted change set made. Retracted
-- ones would still be found by their ids and counted by whoever asks for retracted claims, as if
-- somebody had said and taken back what was never there; the deleted ones stand in the revisions.

create function refuse_deletion_of_claim() returns trigger language plpgsql as $$
declare
  reverted constant uuid[] := reverted_change_sets();
  refused boolean;
begin
  if tg_when = 'BEFORE' then
    refused := cardinality(reverted) = 0;
  else
    -- As sets, so that no plan can look at each row with each.
    refused := exists (
      select id from old_rows
      except
      select record_id from revision
      where change_set_id = any (reverted) and operation = 'CREATE' and record_type = tg_table_name);
  end if;
  if refused then
    raise exception 'claims are never deleted: retract the wrong one, or revert the change set that made it'
      using errcode = 'check_violation', constraint = 'claim_is_never_edited';
  end if;
  return null;
end
$$;
comment on function refuse_deletion_of_claim is 'Refuses to delete a claim or a relay, but for a revert of the change set that made it; asks before who deletes, and after what was deleted';

drop trigger a_claim_is_never_edited on claim;
create trigger a_claim_is_never_edited before update on claim for each row execute function refuse_edit_of_claim();
-- Before the relays of the claim are asked; the other looks at each row.
create trigger a_claim_is_not_deleted before delete on claim for each statement execute function refuse_deletion_of_claim();
create trigger a_claim_is_never_deleted after delete on claim
  referencing old table as old_rows for each statement execute function refuse_deletion_of_claim();
drop trigger a_relay_is_never_edited on claim_relay;
create trigger a_relay_is_never_edited before update on claim_relay for each row execute function refuse_edit_of_claim();
create trigger a_relay_is_never_deleted after delete on claim_relay
  referencing old table as old_rows for each statement execute function refuse_deletion_of_claim();
create trigger keep_deleted after delete on claim_relay
  referencing old table as old_rows for each statement execute function keep_revision('part');

create trigger follow_unclaimed after delete on claim
  referencing old table as changed_rows for each statement execute function follow_claims();
create trigger follow_unrelayed after delete on claim_relay
  referencing old table as changed_rows for each statement execute function follow_claims();

-- A revert brings names back with the ids they had; what follows the record would stand in their way.

create or replace function follow_primary_name() returns trigger language plpgsql as $$
begin
  if cardinality(reverted_change_sets()) > 0 then return null; end if;
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
comment on function follow_primary_name is 'Keeps the PRIMARY name in step with the record''s own; in a revert, names come back by themselves';

-- What was changed, old rows beside new ones, is asked by `execute`, which plans it each time: a plan
-- that was made and kept for a statement of few rows takes the square of the rows of a large one.

create or replace function follow_location_tree() returns trigger language plpgsql as $$
declare
  moved uuid[];
begin
  if tg_op = 'INSERT' then
    moved := array(select id from new_rows);
  else
    execute $query$select array(
      select n.id from new_rows n join old_rows o using (id)
      where (n.parent_id, n.between_a_id, n.between_b_id) is distinct from (o.parent_id, o.between_a_id, o.between_b_id))$query$ into moved;
  end if;
  if cardinality(moved) = 0 then return null; end if;
  -- Two writers who each see half of a cycle would both pass: one at a time.
  perform pg_advisory_xact_lock(hashtext('dateline.location_tree'));
  -- What lies beneath a moved place has new ancestors too.
  moved := array(
    with recursive beneath(id) as (
      select unnest(moved)
      union
      select l.id from beneath b cross join lateral (
        -- One by one, so that each is asked by its index.
        select id from location where parent_id = b.id
        union all select id from location where between_a_id = b.id
        union all select id from location where between_b_id = b.id) l)
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
    execute $query$select array(select n.id from new_rows n join old_rows o using (id)
      where (n.start_earliest, n.end_earliest) is distinct from (o.start_earliest, o.end_earliest)
        and exists (select from claim c where c.event_id = n.id))$query$ into stale;
  elsif tg_table_name = 'article' then
    execute $query$select array(select c.event_id from claim c where c.article_id in (
      select article_id from articles_from(array(select n.id from new_rows n join old_rows o using (id)
        where (n.source_id, n.published_start_earliest, n.dateline_id)
          is distinct from (o.source_id, o.published_start_earliest, o.dateline_id)))))$query$ into stale;
  elsif tg_table_name = 'location' then
    execute $query$select array(select c.event_id from new_rows n join old_rows o using (id)
      join location_ancestor x on x.ancestor_id = n.id
      join article a on a.dateline_id = x.location_id
      join claim c on c.article_id = a.id
      where n.timezone is distinct from o.timezone)$query$ into stale;
  elsif tg_table_name = 'source' then
    execute $query$select array(
      with changed as (select n.id from new_rows n join old_rows o using (id) where (n.kind = 'UNKNOWN') <> (o.kind = 'UNKNOWN'))
      select c.event_id from claim c where c.article_id in (select article_id from articles_from(array(
        select a.id from article a join changed on changed.id = a.source_id))))$query$ into stale;
  elsif tg_table_name = 'actor' then
    execute $query$select array(select c.event_id from claim c where c.speaker_id in (
      select n.id from new_rows n join old_rows o using (id) where (n.kind = 'UNNAMED_ROLE') <> (o.kind = 'UNNAMED_ROLE')))$query$ into stale;
  elsif tg_table_name = 'claim_property' then
    execute $query$select array(select c.event_id from claim c where c.property in (
      select n.code from new_rows n join old_rows o using (id)
      where (n.functional, n.unit) is distinct from (o.functional, o.unit)))$query$ into stale;
  end if;
  call accounts_are_stale(stale);
  return null;
end
$$;

-- A run tells what happened, and stays when a revert takes its dataset away; imported again, the
-- dataset has the same id.
alter table import_run drop constraint import_run_dataset_id_fkey;
comment on column import_run.dataset_id is
  'The dataset it was run for; null when none was named. No foreign key: a revert can take the dataset away, and the run stays';

-- What did this change set do, in order of writing? A page at a time, however much it was.
create index revision_change_set_in_order on revision (change_set_id, id);
drop index revision_change_set;
-- Which change sets were there, latest first? Of this kind?
create index change_set_by_time on change_set (at, id);

create view record_revision as
  select lpad(to_hex(id), 32, '0')::uuid as id, id as position, change_set_id, record_type, record_id, version, operation,
         -- Computed from the latitude and the longitude, and unreadable.
         before - 'point' as before
  from revision;
comment on view record_revision is 'A revision as it is read: with an id like every other record''s';

create view run_reject as
  select lpad(to_hex(line), 32, '0')::uuid as id, import_run_id, line, field, value, reason from import_reject;
comment on view run_reject is 'A rejected line as it is read: with an id, of its own within its run';

-- Whether an event is part of itself is asked of two tables.

create function refuse_event_cycles(changed uuid[]) returns void language plpgsql as $$
begin
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
end
$$;
comment on function refuse_event_cycles is 'Refuses that any of these events is part of itself, by its parent or by a relation';

create or replace function refuse_event_cycle() returns trigger language plpgsql as $$
declare
  changed uuid[];
begin
  if tg_table_name = 'event_relation' then
    changed := array(select event_id from new_rows where kind = 'PART_OF');
  else
    changed := array(select id from new_rows where parent_id is not null);
  end if;
  -- A revert brings both tables back, one after the other, and asks when both are.
  if cardinality(changed) = 0 or cardinality(reverted_change_sets()) > 0 then return null; end if;
  perform refuse_event_cycles(changed);
  return null;
end
$$;
