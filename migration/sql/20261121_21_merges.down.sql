-- What is merged is gone from its table: reverting its change sets comes first.
do $$
begin
  if exists (select from merged_record) then
    raise exception 'records are merged: revert these change sets first, and take the step back then';
  end if;
end
$$;

create or replace view anonymous.revision as
  select r.* from public.revision r
  where not change_set_is_withheld(r.change_set_id)
    and not coalesce(names_withheld(r.before), false)
    and not is_withheld(r.record_id)
    -- A part that is there goes with its record.
    and case r.record_type
      when 'name' then exists (select from anonymous.name o where o.id = r.record_id)
        or not exists (select from public.name o where o.id = r.record_id)
      when 'identifier' then exists (select from anonymous.identifier o where o.id = r.record_id)
        or not exists (select from public.identifier o where o.id = r.record_id)
      when 'article_derivation' then exists (select from anonymous.article_derivation o where o.id = r.record_id)
        or not exists (select from public.article_derivation o where o.id = r.record_id)
      when 'report_closure' then exists (select from anonymous.report_closure o where o.id = r.record_id)
        or not exists (select from public.report_closure o where o.id = r.record_id)
      when 'claim_relay' then exists (select from anonymous.claim_relay o where o.id = r.record_id)
        or not exists (select from public.claim_relay o where o.id = r.record_id)
      when 'claim_property_code' then exists (select from anonymous.claim_property_code o where o.id = r.record_id)
        or not exists (select from public.claim_property_code o where o.id = r.record_id)
      else true end;
create or replace view anonymous.spelling as
  select s.* from public.spelling s
  where case s.record_type
          when 'ACTOR' then exists (select from anonymous.actor o where o.id = s.record_id)
          when 'LOCATION' then exists (select from anonymous.location o where o.id = s.record_id)
          when 'SOURCE' then exists (select from anonymous.source o where o.id = s.record_id) end
    and (s.crossing_id is null or exists (select from anonymous.border_crossing o where o.id = s.crossing_id));

-- Views whose columns go are made anew, and those over them as they were.
do $$
declare
  over constant text[] := array['revision', 'change_set', 'tombstone', 'import_run', 'import_reject', 'record_revision', 'run_reject'];
  definitions text[];
  definition text;
  seen text;
begin
  select array_agg(format('create view anonymous.%I as %s', o.name, pg_get_viewdef(format('anonymous.%I', o.name)::regclass)) order by o.place)
  into definitions from unnest(over) with ordinality o (name, place);
  drop view anonymous.run_reject, anonymous.record_revision, anonymous.import_reject, anonymous.import_run, anonymous.tombstone,
    anonymous.change_set, anonymous.revision, anonymous.report_closure, anonymous.article_derivation, anonymous.identifier, anonymous.name, anonymous.merged_record;
  alter table name drop column came_from_id;
  alter table identifier drop column came_from_id;
  alter table article_derivation drop column came_from_id;
  alter table report_closure drop column came_from_id;
  create view anonymous.name as
    select n.* from public.name n
    where (n.actor_id is null or exists (select from anonymous.actor o where o.id = n.actor_id))
      and (n.location_id is null or exists (select from anonymous.location o where o.id = n.location_id))
      and (n.source_id is null or exists (select from anonymous.source o where o.id = n.source_id));
  create view anonymous.identifier as
    select n.* from public.identifier n
    where (n.actor_id is null or exists (select from anonymous.actor o where o.id = n.actor_id))
      and (n.location_id is null or exists (select from anonymous.location o where o.id = n.location_id))
      and (n.source_id is null or exists (select from anonymous.source o where o.id = n.source_id));
  create view anonymous.article_derivation as
    select p.* from public.article_derivation p where exists (select from anonymous.article o where o.id = p.article_id);
  create view anonymous.report_closure as
    select p.* from public.report_closure p where exists (select from anonymous.report o where o.id = p.report_id);
  foreach definition in array definitions loop execute definition; end loop;
  foreach seen in array over || array['name', 'identifier', 'article_derivation', 'report_closure'] loop
    execute format('comment on view anonymous.%I is %L', seen, 'What anonymous readers see of ' || seen);
  end loop;
end
$$;


create or replace function is_withheld(record uuid) returns boolean language sql stable as $$
  select exists (select from public.withheld_dataset where dataset_id = record)
    or exists (select from public.withheld_record where id = record)
    or exists (
      select from (
        select id, dataset_id from public.source union all select id, dataset_id from public.actor
        union all select id, dataset_id from public.affiliation union all select id, dataset_id from public.location
        union all select id, dataset_id from public.border_crossing union all select id, dataset_id from public.event
        union all select id, dataset_id from public.participation union all select id, dataset_id from public.event_relation
        union all select id, dataset_id from public.closure union all select id, dataset_id from public.article
        union all select id, dataset_id from public.report union all select id, dataset_id from public.claim_property
        union all select id, dataset_id from public.claim) r
      where r.id = record and r.dataset_id = any (array(select dataset_id from public.withheld_dataset)))
    -- What is gone is known by what it was in the end.
    or exists (
      select from public.revision last
      where last.record_id = record and last.operation = 'DELETE' and names_withheld(last.before))
$$;
comment on function is_withheld is 'Whether a record, a part of one or a dataset is withheld, be it there or gone';

create or replace function dataset_of_change(changed_type text, changed uuid, earlier jsonb) returns uuid language plpgsql stable as $$
declare
  part jsonb;
  found_dataset uuid;
begin
  case changed_type
    when 'dataset' then return changed;
    when 'event' then select dataset_id into found_dataset from event where id = changed;
    when 'participation' then select dataset_id into found_dataset from participation where id = changed;
    when 'event_relation' then select dataset_id into found_dataset from event_relation where id = changed;
    when 'closure' then select dataset_id into found_dataset from closure where id = changed;
    when 'article' then select dataset_id into found_dataset from article where id = changed;
    when 'report' then select dataset_id into found_dataset from report where id = changed;
    when 'claim' then select dataset_id into found_dataset from claim where id = changed;
    when 'claim_property' then select dataset_id into found_dataset from claim_property where id = changed;
    when 'actor' then select dataset_id into found_dataset from actor where id = changed;
    when 'affiliation' then select dataset_id into found_dataset from affiliation where id = changed;
    when 'location' then select dataset_id into found_dataset from location where id = changed;
    when 'border_crossing' then select dataset_id into found_dataset from border_crossing where id = changed;
    when 'source' then select dataset_id into found_dataset from source where id = changed;
    else
      -- A part has that of its record.
      part := case changed_type
        when 'name' then coalesce(earlier, (select to_jsonb(p) from name p where id = changed))
        when 'identifier' then coalesce(earlier, (select to_jsonb(p) from identifier p where id = changed))
        when 'article_derivation' then coalesce(earlier, (select to_jsonb(p) from article_derivation p where id = changed))
        when 'report_closure' then coalesce(earlier, (select to_jsonb(p) from report_closure p where id = changed))
        when 'claim_relay' then coalesce(earlier, (select to_jsonb(p) from claim_relay p where id = changed))
        when 'claim_property_code' then coalesce(earlier, (select to_jsonb(p) from claim_property_code p where id = changed)) end;
      return case
        when changed_type in ('name', 'identifier') and part ->> 'actor_id' is not null
          then dataset_of_change('actor', (part ->> 'actor_id')::uuid, null)
        when changed_type in ('name', 'identifier') and part ->> 'location_id' is not null
          then dataset_of_change('location', (part ->> 'location_id')::uuid, null)
        when changed_type in ('name', 'identifier') then dataset_of_change('source', (part ->> 'source_id')::uuid, null)
        when changed_type = 'article_derivation' then dataset_of_change('article', (part ->> 'article_id')::uuid, null)
        when changed_type = 'report_closure' then dataset_of_change('report', (part ->> 'report_id')::uuid, null)
        when changed_type = 'claim_relay' then dataset_of_change('claim', (part ->> 'claim_id')::uuid, null)
        when changed_type = 'claim_property_code' then
          dataset_of_change('claim_property', (select id from claim_property where code = part ->> 'property'), null) end;
  end case;
  if found then return found_dataset; end if;
  -- What is gone is known by what it was in the end.
  return coalesce((earlier ->> 'dataset_id')::uuid, (
    select (before ->> 'dataset_id')::uuid from revision
    where record_id = changed and operation = 'DELETE' order by version desc limit 1));
end
$$;

create or replace function refuse_deletion_of_claim() returns trigger language plpgsql as $$
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

create or replace function refuse_edit_of_claim() returns trigger language plpgsql as $$
declare
  mutable constant text[] := array['retracted_at', 'retraction_reason', 'updated_at', 'version'];
begin
  if tg_op = 'UPDATE' and tg_table_name = 'claim' then
    if to_jsonb(old) - mutable = to_jsonb(new) - mutable then return new; end if;
  end if;
  raise exception 'claims are never edited: retract the wrong one and enter it again'
    using errcode = 'check_violation', constraint = 'claim_is_never_edited';
end
$$;
comment on function refuse_edit_of_claim is 'Refuses whatever would change what a claim says; a retraction may be set and taken back';

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

create or replace function continue_version() returns trigger language plpgsql as $$
begin
  new.version := 1 + coalesce(
    (select max(version) from revision
     where record_id = new.id and operation = 'DELETE' and record_type = tg_table_name), 0);
  return new;
end
$$;
comment on function continue_version is 'Numbers a new record from 1, and one that was deleted from where it ended';

drop trigger refuse_merged_of_created on source;
drop trigger refuse_merged_of_updated on source;
drop trigger refuse_merged_of_created on actor;
drop trigger refuse_merged_of_updated on actor;
drop trigger refuse_merged_of_created on location;
drop trigger refuse_merged_of_updated on location;
drop trigger refuse_merged_of_created on article;
drop trigger refuse_merged_of_updated on article;
drop index revision_of_merge, revision_of_merged;
drop table merged_record;
drop function refuse_merged, turned_around, merge_candidates, merge_pairs;
