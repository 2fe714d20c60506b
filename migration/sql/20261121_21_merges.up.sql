-- Merges: two records were one. The one is taken out of its table, all that referred to it refers to the
-- other, and what it was called leads there. The history keeps the row, and a revert brings it back.

create table merged_record (
  id                 uuid primary key default gen_random_uuid(),
  from_id            uuid not null constraint merged_record_once unique,
  source_id          uuid references source deferrable,
  actor_id           uuid references actor deferrable,
  location_id        uuid references location deferrable,
  border_crossing_id uuid references border_crossing deferrable,
  article_id         uuid references article deferrable,
  -- What the merge of others made the same: goes with the one that stayed.
  participation_id   uuid references participation on delete cascade deferrable,
  report_id          uuid references report on delete cascade deferrable,
  slug               slug,
  url                web_address,
  name               text,
  dataset_id         uuid references dataset,
  external_id        text,
  merged_at          timestamptz not null default now(),
  into_id            uuid generated always as
                       (coalesce(source_id, actor_id, location_id, border_crossing_id, article_id, participation_id, report_id)) stored,
  record_type        text generated always as (case
                       when source_id is not null then 'source' when actor_id is not null then 'actor'
                       when location_id is not null then 'location' when border_crossing_id is not null then 'border_crossing'
                       when article_id is not null then 'article' when participation_id is not null then 'participation'
                       else 'report' end) stored,
  constraint merged_record_into_one check
    (num_nonnulls(source_id, actor_id, location_id, border_crossing_id, article_id, participation_id, report_id) = 1),
  constraint merged_record_not_into_itself check (from_id <> into_id)
);
-- Which record has become part of which? By this slug, this address, this key of a dataset? What became part of this one?
create index merged_record_slug on merged_record (slug) where slug is not null;
create index merged_record_url on merged_record (url) where url is not null;
create index merged_record_external_id on merged_record (dataset_id, external_id);
create index merged_record_source on merged_record (source_id) where source_id is not null;
create index merged_record_actor on merged_record (actor_id) where actor_id is not null;
create index merged_record_location on merged_record (location_id) where location_id is not null;
create index merged_record_border_crossing on merged_record (border_crossing_id) where border_crossing_id is not null;
create index merged_record_article on merged_record (article_id) where article_id is not null;
create index merged_record_participation on merged_record (participation_id) where participation_id is not null;
create index merged_record_report on merged_record (report_id) where report_id is not null;
comment on table merged_record is
  'A record that has become part of another: by which names it was known, and where they lead now. What leads there is a foreign key, so that it ends at a record that is there, and no two lead to each other';
comment on column merged_record.id is 'Row id';
comment on column merged_record.from_id is 'The id it had';
comment on column merged_record.source_id is 'The source it is part of';
comment on column merged_record.actor_id is 'The actor it is part of';
comment on column merged_record.location_id is 'The location it is part of';
comment on column merged_record.border_crossing_id is 'The crossing it is part of, since their places were merged';
comment on column merged_record.article_id is 'The article it is part of';
comment on column merged_record.participation_id is 'The participation that says the same, since two actors were merged';
comment on column merged_record.report_id is 'The report that says the same, since two articles were merged';
comment on column merged_record.slug is 'The slug it had; of a crossing, its place''s';
comment on column merged_record.url is 'Where it stood, when it was an article';
comment on column merged_record.name is 'What it was called; of an article, its title';
comment on column merged_record.dataset_id is 'The dataset it came from';
comment on column merged_record.external_id is 'Its own key in that dataset';
comment on column merged_record.merged_at is 'When it was merged';
comment on column merged_record.into_id is 'The record it is part of, of whatever type';
comment on column merged_record.record_type is 'The table of both';
call keep_part_history('merged_record');

-- What belonged to a merged record belongs to the other. Files that know nothing of the merge leave it there.
alter table name add column came_from_id uuid;
alter table identifier add column came_from_id uuid;
alter table article_derivation add column came_from_id uuid;
alter table report_closure add column came_from_id uuid;
-- Which names came from this record?
create index name_came_from on name (came_from_id) where came_from_id is not null;
comment on column name.came_from_id is 'The merged record whose name it was; null when it is the record''s own';
comment on column identifier.came_from_id is 'The merged record whose id elsewhere it was; null when it is the record''s own';
comment on column article_derivation.came_from_id is 'The merged article that derived so; null when it is the article''s own';
comment on column report_closure.came_from_id is 'The merged report that spoke for it; null when it is the report''s own';

-- What is merged does not come again beside the record that it is part of.

create function refuse_merged() returns trigger language plpgsql as $$
declare
  name_column text := tg_argv[0];
  name_taken text := tg_argv[1];
  is_taken boolean;
begin
  if not exists (select from merged_record) then return null; end if;
  execute format('select exists (select from new_rows n join merged_record m on m.%1$I = n.%1$I where m.record_type = %2$L)',
    name_column, tg_table_name) into is_taken;
  if is_taken then
    raise exception 'this % leads to another %', name_column, tg_table_name
      using errcode = 'unique_violation', constraint = name_taken;
  end if;
  if tg_op = 'INSERT' and exists (select from new_rows n join merged_record m on m.from_id = n.id) then
    raise exception 'this % was merged into another', tg_table_name
      using errcode = 'unique_violation', constraint = 'merged_record_id_taken';
  end if;
  return null;
end
$$;
comment on function refuse_merged is 'Refuses a record with the id, the slug or the address of one that is merged';

do $$
declare
  followed record;
begin
  for followed in
    values ('source', 'slug', 'source_slug_key'), ('actor', 'slug', 'actor_slug_key'), ('location', 'slug', 'location_slug_key'),
           ('article', 'url', 'article_url_taken')
  loop
    execute format('create trigger refuse_merged_of_created after insert on %I
      referencing new table as new_rows for each statement execute function refuse_merged(%L, %L)',
      followed.column1, followed.column2, followed.column3);
    execute format('create trigger refuse_merged_of_updated after update on %I
      referencing new table as new_rows for each statement execute function refuse_merged(%L, %L)',
      followed.column1, followed.column2, followed.column3);
  end loop;
end
$$;

-- The history says MERGE of a record that became part of another, and UNMERGE where a revert took that back.

-- At which version was this record merged?
create index revision_of_merged on revision (record_id, version) where operation = 'MERGE';
-- What did this change set merge, or take apart again?
create index revision_of_merge on revision (change_set_id, record_id) where operation in ('MERGE', 'UNMERGE');

create or replace function continue_version() returns trigger language plpgsql as $$
begin
  new.version := 1 + coalesce(greatest(
    (select max(version) from revision
     where record_id = new.id and operation = 'DELETE' and record_type = tg_table_name),
    (select max(version) from revision
     where record_id = new.id and operation = 'MERGE' and record_type = tg_table_name)), 0);
  return new;
end
$$;
comment on function continue_version is 'Numbers a new record from 1, and one that was deleted or merged from where it ended';

create or replace function keep_revision() returns trigger language plpgsql as $$
declare
  change_set uuid;
  -- Merged, or taken apart, by the change sets that this one reverts.
  turned uuid[] := '{}';
  is_part constant boolean := coalesce(tg_argv[0] = 'part', false);
begin
  if tg_op = 'INSERT' then
    if not exists (select from new_rows) then return null; end if;
    change_set := current_change_set();
    if is_part then
      insert into revision (change_set_id, record_type, record_id, version, operation)
      select change_set, tg_table_name, id, 1, 'CREATE' from new_rows;
    else
      turned := turned_around(tg_table_name, 'MERGE');
      insert into revision (change_set_id, record_type, record_id, version, operation)
      select change_set, tg_table_name, n.id, n.version, case when n.id = any (turned) then 'UNMERGE' else 'CREATE' end
      -- Each operation is a stretch of the feed by itself.
      from new_rows n order by n.id = any (turned);
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
      turned := turned_around(tg_table_name, 'UNMERGE');
      insert into revision (change_set_id, record_type, record_id, version, operation, before)
      select change_set, tg_table_name, id, o.version + 1, operation, to_jsonb(o)
      from old_rows o
      cross join lateral (
        select case when o.id = any (turned) or exists (select from merged_record m where m.from_id = o.id) then 'MERGE' else 'DELETE' end::change_operation as operation) did
      order by operation;
    end if;
  end if;
  return null;
end
$$;

create function turned_around(records text, done text) returns uuid[] language plpgsql stable as $$
declare
  reverted constant uuid[] := reverted_change_sets();
begin
  if cardinality(reverted) = 0 then return '{}'; end if;
  return array(
    select record_id from revision
    where change_set_id = any (reverted) and operation in ('MERGE', 'UNMERGE') and operation = done and record_type = records);
end
$$;
comment on function turned_around is 'The records of a table to which the change sets that this transaction reverts did this: MERGE or UNMERGE';

-- A claim stays what it is: only where somebody or something that it names is merged, it names the other.

create or replace function refuse_edit_of_claim() returns trigger language plpgsql as $$
declare
  mutable constant text[] := array['retracted_at', 'retraction_reason', 'updated_at', 'version'];
  led constant text[] := array['source_id', 'article_id', 'speaker_id', 'target_id', 'crossing_id', 'value_actor_id', 'value_location_id'];
  was jsonb;
  is_now jsonb;
begin
  if tg_op = 'UPDATE' and tg_table_name = 'claim' then
    was := to_jsonb(old) - mutable;
    is_now := to_jsonb(new) - mutable;
    if was = is_now then return new; end if;
    if was - led = is_now - led and (
      -- A revert brings back what the claim named.
      cardinality(reverted_change_sets()) > 0
      or not exists (
        select from unnest(led) named
        where was ->> named is distinct from is_now ->> named
          and not exists (select from merged_record m
                          where m.from_id = (was ->> named)::uuid and m.into_id = (is_now ->> named)::uuid)))
    then
      return new;
    end if;
  end if;
  raise exception 'claims are never edited: retract the wrong one and enter it again'
    using errcode = 'check_violation', constraint = 'claim_is_never_edited';
end
$$;
comment on function refuse_edit_of_claim is
  'Refuses whatever would change what a claim says; a retraction may be set and taken back, and a record that it names may be the one that it was merged into';

create or replace function refuse_deletion_of_claim() returns trigger language plpgsql as $$
declare
  reverted constant uuid[] := reverted_change_sets();
  refused boolean;
begin
  -- A relay of a source that was merged gives way to one of the source that it is part of.
  if tg_table_name = 'claim_relay' and cardinality(reverted) = 0 then
    refused := exists (
      select from old_rows o
      where not exists (select from merged_record m where m.from_id = o.source_id)
        or not exists (select from claim c where c.id = o.claim_id));
  elsif tg_when = 'BEFORE' then
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
comment on function refuse_deletion_of_claim is
  'Refuses to delete a claim or a relay, but for a revert of the change set that made it, and the relay of a source that is merged; asks before who deletes, and after what was deleted';

-- What readers without a token see of it.

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
    or exists (
      select from public.revision last
      where last.record_id = record and last.operation = 'MERGE' and names_withheld(last.before))
$$;

create view anonymous.merged_record as
  select m.* from public.merged_record m
  where coalesce(m.dataset_id <> all (array(select dataset_id from public.withheld_dataset)), true)
    and (m.source_id is null or exists (select from anonymous.source o where o.id = m.source_id))
    and (m.actor_id is null or exists (select from anonymous.actor o where o.id = m.actor_id))
    and (m.location_id is null or exists (select from anonymous.location o where o.id = m.location_id))
    and (m.border_crossing_id is null or exists (select from anonymous.border_crossing o where o.id = m.border_crossing_id))
    and (m.article_id is null or exists (select from anonymous.article o where o.id = m.article_id))
    and (m.participation_id is null or exists (select from anonymous.participation o where o.id = m.participation_id))
    and (m.report_id is null or exists (select from anonymous.report o where o.id = m.report_id));
comment on view anonymous.merged_record is 'What anonymous readers see of merged_record';

-- What came from a record whose dataset was withheld after the merge is withheld with it.
create or replace view anonymous.name as
  select n.* from public.name n
  where (n.actor_id is null or exists (select from anonymous.actor o where o.id = n.actor_id))
    and (n.location_id is null or exists (select from anonymous.location o where o.id = n.location_id))
    and (n.source_id is null or exists (select from anonymous.source o where o.id = n.source_id))
    and coalesce(n.came_from_id <> all (array(select m.from_id from public.merged_record m join public.withheld_dataset w using (dataset_id))), true);
create or replace view anonymous.identifier as
  select n.* from public.identifier n
  where (n.actor_id is null or exists (select from anonymous.actor o where o.id = n.actor_id))
    and (n.location_id is null or exists (select from anonymous.location o where o.id = n.location_id))
    and (n.source_id is null or exists (select from anonymous.source o where o.id = n.source_id))
    and coalesce(n.came_from_id <> all (array(select m.from_id from public.merged_record m join public.withheld_dataset w using (dataset_id))), true);
create or replace view anonymous.article_derivation as
  select p.* from public.article_derivation p
  where exists (select from anonymous.article o where o.id = p.article_id)
    and coalesce(p.came_from_id <> all (array(select m.from_id from public.merged_record m join public.withheld_dataset w using (dataset_id))), true);
create or replace view anonymous.report_closure as
  select p.* from public.report_closure p
  where exists (select from anonymous.report o where o.id = p.report_id)
    and coalesce(p.came_from_id <> all (array(select m.from_id from public.merged_record m join public.withheld_dataset w using (dataset_id))), true);
create or replace view anonymous.spelling as
  select s.* from public.spelling s
  where case s.record_type
          when 'ACTOR' then exists (select from anonymous.actor o where o.id = s.record_id)
          when 'LOCATION' then exists (select from anonymous.location o where o.id = s.record_id)
          when 'SOURCE' then exists (select from anonymous.source o where o.id = s.record_id) end
    and (s.crossing_id is null or exists (select from anonymous.border_crossing o where o.id = s.crossing_id))
    and coalesce(s.name_id <> all (array(
      select n.id from public.name n join public.merged_record m on m.from_id = n.came_from_id
      join public.withheld_dataset w on w.dataset_id = m.dataset_id)), true);

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
      when 'merged_record' then exists (select from anonymous.merged_record o where o.id = r.record_id)
        or not exists (select from public.merged_record o where o.id = r.record_id)
      else true end;

-- In the feed it has the dataset that it had in the end.

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
        when 'claim_property_code' then coalesce(earlier, (select to_jsonb(p) from claim_property_code p where id = changed))
        when 'merged_record' then coalesce(earlier, (select to_jsonb(p) from merged_record p where id = changed)) end;
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
          dataset_of_change('claim_property', (select id from claim_property where code = part ->> 'property'), null)
        -- That of the one which gave way.
        when changed_type = 'merged_record' then (part ->> 'dataset_id')::uuid end;
  end case;
  if found then return found_dataset; end if;
  -- What is gone is known by what it was in the end.
  return coalesce((earlier ->> 'dataset_id')::uuid, (
    select (before ->> 'dataset_id')::uuid from (
      (select version, before from revision where record_id = changed and operation = 'DELETE' order by version desc limit 1)
      union all
      (select version, before from revision where record_id = changed and operation = 'MERGE' order by version desc limit 1)) last
    order by version desc limit 1));
end
$$;

-- Which records may be one? Proposed and never done: by what they are called, and by their ids elsewhere.

create function merge_pairs(named text) returns table (one_id uuid, other_id uuid, why text, value text, weight double precision)
language sql stable as $$
  with
  -- A name or an id that many share tells nothing of any two of them, and would make too many pairs.
  identified as (
    select 'IDENTIFIER' as why, i.scheme || ' ' || i.value as value, 0.9::double precision as weight, array_agg(distinct o.id) as ids
    from identifier i
    cross join lateral (select case named when 'ACTOR' then i.actor_id when 'LOCATION' then i.location_id when 'SOURCE' then i.source_id end as id) o
    where o.id is not null
    group by i.scheme, i.value having count(distinct o.id) between 2 and 8
  ),
  called as (
    select 'NAME' as why, min(s.value) as value, 0.8::double precision as weight, array_agg(distinct s.record_id) as ids
    from (select folded from spelling where record_type = named and folded <> '' group by folded having count(*) between 2 and 24) f
    join spelling s on s.folded = f.folded and s.record_type = named
    group by s.folded having count(distinct s.record_id) between 2 and 8
  ),
  sounding as (
    select 'SOUND' as why, min(s.value) as value, 0.6::double precision as weight, array_agg(distinct s.record_id) as ids
    from (select replace(sound, ' ', '') as sound from spelling where record_type = named and length(sound) > 5
          group by 1 having count(*) between 2 and 24 and min(folded collate "C") <> max(folded collate "C")) f
    join spelling s on replace(s.sound, ' ', '') = f.sound and s.record_type = named
    group by f.sound having count(distinct s.record_id) between 2 and 8
  ),
  housed as (
    select 'HOMEPAGE' as why, h.host as value, 0.7::double precision as weight, array_agg(h.id) as ids
    from (select id, regexp_replace(lower(homepage), '^https?://(www\.)?|/+$', '', 'g') as host from source
          where named = 'SOURCE' and homepage is not null) h
    group by h.host having count(*) between 2 and 8
  ),
  -- A copy in another source is another article.
  written as (
    select 'CONTENT' as why, min(a.title) as value, 0.9::double precision as weight, array_agg(a.id) as ids
    from article a where named = 'ARTICLE' and a.content_hash is not null
    group by a.source_id, a.content_hash having count(*) between 2 and 8
  ),
  entitled as (
    select 'TITLE' as why, min(a.title) as value, 0.7::double precision as weight, array_agg(a.id) as ids
    from article a where named = 'ARTICLE' and a.published_start_earliest is not null
    group by a.source_id, a.published_start_earliest, lower(a.title) having count(*) between 2 and 8
  ),
  addressed as (
    select 'ADDRESS' as why, min(u.url) as value, 0.8::double precision as weight, array_agg(u.id) as ids
    from (select id, source_id, url, regexp_replace(lower(url), '^https?://(www\.|m\.)?|/*([?#].*)?$', '', 'g') as place
          from article where named = 'ARTICLE' and url is not null) u
    group by u.source_id, u.place having count(*) between 2 and 8
  ),
  shared as (
    select * from identified union all select * from called union all select * from sounding union all select * from housed
    union all select * from written union all select * from entitled union all select * from addressed
  )
  select one, other, why, value, weight from shared cross join unnest(ids) one cross join unnest(ids) other where one < other
$$;
comment on function merge_pairs is
  'Pairs of records of a kind that share an id elsewhere, a name, the sound of one, or an address; what more than eight share is left out';

create function merge_candidates(named text, most integer) returns table (
  from_id uuid, into_id uuid, score double precision, reasons jsonb)
language sql stable as $$
  with
  pair as (
    -- What else they share makes it likelier, and never certain.
    select one_id, other_id, 1 - exp(sum(ln(1 - weight))) as score, jsonb_agg(jsonb_build_object('by', why, 'value', value) order by weight desc, why) as reasons
    from (select distinct on (one_id, other_id, why) * from merge_pairs(named) order by one_id, other_id, why, value) p
    group by one_id, other_id
  ),
  -- Those that cannot be one are left out; those of two kinds, or of one dataset, which ought to know, stand back.
  compared as (
    select p.*, a.kind::text = b.kind::text as same_kind, a.dataset_id, b.dataset_id as other_dataset_id,
           (a.slug is null, a.dataset_id is not null, a.recorded_at, a.id) <= (b.slug is null, b.dataset_id is not null, b.recorded_at, b.id) as one_stays
    from pair p join actor a on a.id = p.one_id join actor b on b.id = p.other_id
    where named = 'ACTOR' and coalesce(a.country = b.country, true)
      and not exists (select from affiliation f where f.member_id = a.id and f.group_id = b.id)
      and not exists (select from affiliation f where f.member_id = b.id and f.group_id = a.id)
    union all
    select p.*, a.kind::text = b.kind::text, a.dataset_id, b.dataset_id,
           (a.slug is null, a.dataset_id is not null, a.recorded_at, a.id) <= (b.slug is null, b.dataset_id is not null, b.recorded_at, b.id)
    from pair p join location a on a.id = p.one_id join location b on b.id = p.other_id
    where named = 'LOCATION' and coalesce(a.country = b.country, true)
      and (a.kind = b.kind or (a.kind not in ('BORDER', 'BORDER_CROSSING') and b.kind not in ('BORDER', 'BORDER_CROSSING')))
      -- Farther apart than both points may be wrong by, and 25 km.
      and coalesce(st_dwithin(a.point, b.point, 25000 + coalesce(a.precision_metres, 0) + coalesce(b.precision_metres, 0)), true)
      and not exists (select from location_ancestor x where x.location_id = a.id and x.ancestor_id = b.id)
      and not exists (select from location_ancestor x where x.location_id = b.id and x.ancestor_id = a.id)
    union all
    select p.*, a.kind::text = b.kind::text, a.dataset_id, b.dataset_id,
           (a.slug is null, a.dataset_id is not null, a.recorded_at, a.id) <= (b.slug is null, b.dataset_id is not null, b.recorded_at, b.id)
    from pair p join source a on a.id = p.one_id join source b on b.id = p.other_id
    where named = 'SOURCE' and coalesce(a.country = b.country, true)
    union all
    select p.*, true, a.dataset_id, b.dataset_id,
           (a.dataset_id is not null, a.recorded_at, a.id) <= (b.dataset_id is not null, b.recorded_at, b.id)
    from pair p join article a on a.id = p.one_id join article b on b.id = p.other_id
    where named = 'ARTICLE'
  )
  select case when one_stays then other_id else one_id end, case when one_stays then one_id else other_id end,
         round((score * case when same_kind then 1 else 0.8 end * case when dataset_id = other_dataset_id then 0.7 else 1 end)::numeric, 3)::double precision,
         reasons
  from compared
  order by 3 desc, 1, 2
  limit most
$$;
comment on function merge_candidates is
  'The pairs of records of a kind that are most likely one, with a score and what they share; the one that would stay is the one with a slug, made here, recorded first';
