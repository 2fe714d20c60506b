-- What is withheld from readers without a token: the records of datasets that are TOKEN_ONLY, and what
-- refers to one of them, since it could not be read without it.
--
-- The schema `anonymous` has everything that a reader asks, under the same names, without what is withheld.
-- Whoever reads for them has it first in the search path: no statement says who reads, and none can forget it.

-- First: which datasets, and which records of others.

create table withheld_dataset (
  dataset_id uuid primary key
);
comment on table withheld_dataset is 'Datasets that are TOKEN_ONLY; kept by the database';
comment on column withheld_dataset.dataset_id is
  'The dataset. No foreign key: what the history knows of a dataset that is gone stays withheld';

create table withheld_record (
  id uuid primary key
);
comment on table withheld_record is
  'Records of other datasets, or of none, that refer to a record that is withheld, through however many; kept by the database';
comment on column withheld_record.id is 'The record';

create view record_reference as
            select 'affiliation' as record_type, r.id as record_id, r.dataset_id, p.id as parent_id, p.dataset_id as parent_dataset_id
            from affiliation r join actor p on p.id = r.member_id
  union all select 'affiliation', r.id, r.dataset_id, p.id, p.dataset_id from affiliation r join actor p on p.id = r.group_id
  union all select 'location', r.id, r.dataset_id, p.id, p.dataset_id from location r join location p on p.id = r.parent_id
  union all select 'location', r.id, r.dataset_id, p.id, p.dataset_id from location r join location p on p.id = r.between_a_id
  union all select 'location', r.id, r.dataset_id, p.id, p.dataset_id from location r join location p on p.id = r.between_b_id
  -- A place whose crossing refers to what is withheld goes with it; one whose crossing another dataset adds does not.
  union all select 'location', r.id, r.dataset_id, p.id, null from location r join border_crossing p on p.location_id = r.id
  union all select 'border_crossing', r.id, r.dataset_id, p.id, p.dataset_id from border_crossing r join location p on p.id = r.location_id
  union all select 'border_crossing', r.id, r.dataset_id, p.id, p.dataset_id from border_crossing r join actor p on p.id = r.a_authority_id
  union all select 'border_crossing', r.id, r.dataset_id, p.id, p.dataset_id from border_crossing r join actor p on p.id = r.b_authority_id
  union all select 'event', r.id, r.dataset_id, p.id, p.dataset_id from event r join location p on p.id = r.location_id
  union all select 'event', r.id, r.dataset_id, p.id, p.dataset_id from event r join event p on p.id = r.parent_id
  union all select 'participation', r.id, r.dataset_id, p.id, p.dataset_id from participation r join event p on p.id = r.event_id
  union all select 'participation', r.id, r.dataset_id, p.id, p.dataset_id from participation r join actor p on p.id = r.actor_id
  union all select 'event_relation', r.id, r.dataset_id, p.id, p.dataset_id from event_relation r join event p on p.id = r.event_id
  union all select 'event_relation', r.id, r.dataset_id, p.id, p.dataset_id from event_relation r join event p on p.id = r.other_id
  union all select 'closure', r.id, r.dataset_id, p.id, p.dataset_id from closure r join event p on p.id = r.event_id
  union all select 'closure', r.id, r.dataset_id, p.id, p.dataset_id from closure r join location p on p.id = r.place_id
  union all select 'closure', r.id, r.dataset_id, p.id, p.dataset_id from closure r join actor p on p.id = r.decided_by_id
  union all select 'article', r.id, r.dataset_id, p.id, p.dataset_id from article r join source p on p.id = r.source_id
  union all select 'article', r.id, r.dataset_id, p.id, p.dataset_id from article r join location p on p.id = r.dateline_id
  union all select 'article', r.id, r.dataset_id, p.id, p.dataset_id
            from article_derivation x join article r on r.id = x.article_id join article p on p.id = x.from_article_id
  union all select 'article', r.id, r.dataset_id, p.id, p.dataset_id
            from article_derivation x join article r on r.id = x.article_id join source p on p.id = x.from_source_id
  union all select 'report', r.id, r.dataset_id, p.id, p.dataset_id from report r join event p on p.id = r.event_id
  union all select 'report', r.id, r.dataset_id, p.id, p.dataset_id from report r join article p on p.id = r.article_id
  union all select 'report', r.id, r.dataset_id, p.id, p.dataset_id from report r join source p on p.id = r.source_id
  union all select 'report', r.id, r.dataset_id, p.id, p.dataset_id
            from report_closure x join report r on r.id = x.report_id join closure p on p.id = x.closure_id
  union all select 'claim', r.id, r.dataset_id, p.id, p.dataset_id from claim r join event p on p.id = r.event_id
  union all select 'claim', r.id, r.dataset_id, p.id, p.dataset_id from claim r join claim_property p on p.code = r.property
  union all select 'claim', r.id, r.dataset_id, p.id, p.dataset_id from claim r join source p on p.id = r.source_id
  union all select 'claim', r.id, r.dataset_id, p.id, p.dataset_id from claim r join article p on p.id = r.article_id
  union all select 'claim', r.id, r.dataset_id, p.id, p.dataset_id from claim r join actor p on p.id = r.speaker_id
  union all select 'claim', r.id, r.dataset_id, p.id, p.dataset_id from claim r join actor p on p.id = r.target_id
  union all select 'claim', r.id, r.dataset_id, p.id, p.dataset_id from claim r join border_crossing p on p.id = r.crossing_id
  union all select 'claim', r.id, r.dataset_id, p.id, p.dataset_id from claim r join actor p on p.id = r.value_actor_id
  union all select 'claim', r.id, r.dataset_id, p.id, p.dataset_id from claim r join location p on p.id = r.value_location_id
  union all select 'claim', r.id, r.dataset_id, p.id, p.dataset_id
            from claim_relay x join claim r on r.id = x.claim_id join source p on p.id = x.source_id;
comment on view record_reference is 'Which record refers to which, each with its dataset; what a part of a record refers to counts as the record''s';

create procedure withhold(records uuid[]) language plpgsql as $$
declare
  next uuid[] := records;
  stale uuid[];
begin
  while cardinality(next) > 0 loop
    insert into withheld_record select distinct id from unnest(next) id on conflict do nothing;
    stale := array(select event_id from claim where id = any (next));
    call accounts_are_stale(stale);
    next := array(
      select distinct r.record_id from record_reference r
      where r.parent_id = any (next)
        and coalesce(r.dataset_id <> all (array(select dataset_id from withheld_dataset)), true)
        and not exists (select from withheld_record w where w.id = r.record_id));
  end loop;
end
$$;
comment on procedure withhold is 'Withholds these records, and what refers to them';

create procedure withhold_anew() language plpgsql as $$
declare
  stale uuid[];
begin
  delete from withheld_record;
  -- Not `truncate`: readers would wait for the commit.
  delete from anonymous.account;
  delete from anonymous.account_stale;
  if exists (select from withheld_dataset) then
    insert into withheld_record
    select distinct r.record_id from record_reference r join withheld_dataset w on w.dataset_id = r.parent_dataset_id
    where coalesce(r.dataset_id <> all (array(select dataset_id from withheld_dataset)), true)
    on conflict do nothing;
    while found loop
      insert into withheld_record
      select distinct r.record_id from record_reference r join withheld_record w on w.id = r.parent_id
      where coalesce(r.dataset_id <> all (array(select dataset_id from withheld_dataset)), true)
        and not exists (select from withheld_record known where known.id = r.record_id)
      on conflict do nothing;
    end loop;
    stale := array(select distinct event_id from claim);
    call accounts_are_stale(stale);
  end if;
end
$$;
comment on procedure withhold_anew is 'Finds again all that is withheld; until their accounts are computed again, anonymous readers see none';

create function follow_redistribution() returns trigger language plpgsql as $$
declare
  freed boolean;
  is_first boolean;
begin
  -- Alone: no writer is between asking what is withheld and writing what refers to it.
  perform pg_advisory_xact_lock(hashtext('dateline.withheld'));
  delete from withheld_dataset w using new_rows n where n.id = w.dataset_id and n.redistribution <> 'TOKEN_ONLY';
  freed := found;
  is_first := not exists (select from withheld_dataset);
  insert into withheld_dataset select id from new_rows where redistribution = 'TOKEN_ONLY' on conflict do nothing;
  if freed or found and (tg_op = 'UPDATE' or is_first) then
    call withhold_anew();
  end if;
  return null;
end
$$;
comment on function follow_redistribution is 'Withholds datasets that become TOKEN_ONLY, and gives those free that do so no longer';

create trigger follow_redistribution_of_created after insert on dataset
  referencing new table as new_rows for each statement execute function follow_redistribution();
create trigger follow_redistribution_of_updated after update on dataset
  referencing new table as new_rows for each statement execute function follow_redistribution();

-- Writers withhold what they write. A trigger names the type of the records that rows belong to, and the
-- column with their ids.

create function follow_references() returns trigger language plpgsql as $$
declare
  owners text := tg_argv[0];
  owner_column text := tg_argv[1];
  -- Rows of records say their dataset, rows of parts do not.
  is_record boolean := owner_column = 'id';
  datasets uuid[];
  asked uuid[];
  found_here uuid[];
  turned boolean := false;
begin
  if not exists (select from withheld_dataset) then return null; end if;
  perform pg_advisory_xact_lock_shared(hashtext('dateline.withheld'));
  datasets := array(select dataset_id from withheld_dataset);
  if tg_op = 'DELETE' then
    -- What is gone is not withheld any more; of what lost a part, nobody knows without asking everything.
    execute format('select array_agg(distinct %I) from old_rows', owner_column) into asked;
    if is_record then
      delete from withheld_record where id = any (asked);
    elsif exists (select from withheld_record where id = any (asked)) then
      call withhold_anew();
    end if;
    return null;
  end if;
  -- What a withheld dataset writes is withheld without being named: most of an import is not asked for.
  execute format('select array_agg(distinct %I) from new_rows %s', owner_column,
    case when is_record then 'where coalesce(dataset_id <> all ($1), true)' else '' end) into asked using datasets;
  if tg_op = 'UPDATE' and is_record then
    execute 'select exists (select from new_rows n join old_rows o using (id)
               where coalesce(n.dataset_id = any ($1), false) <> coalesce(o.dataset_id = any ($1), false))' into turned using datasets;
    if not turned then
      -- Does any of them not refer to what is withheld any longer?
      turned := exists (
        select from withheld_record w where w.id = any (asked) and not exists (
          select from record_reference r
          where r.record_id = w.id and r.record_type = owners
            -- A place and its crossing do not hold each other.
            and not (owners = 'location' and exists (select from border_crossing c where c.id = r.parent_id))
            and (r.parent_dataset_id = any (datasets) or exists (select from withheld_record p where p.id = r.parent_id))));
    end if;
    if turned then
      call withhold_anew();
      return null;
    end if;
  end if;
  found_here := array(
    select distinct r.record_id from record_reference r
    where r.record_id = any (asked) and r.record_type = owners
      and coalesce(r.dataset_id <> all (datasets), true)
      and (r.parent_dataset_id = any (datasets) or exists (select from withheld_record p where p.id = r.parent_id))
      and not exists (select from withheld_record w where w.id = r.record_id));
  call withhold(found_here);
  return null;
end
$$;
comment on function follow_references is 'Withholds records that come to refer to what is withheld, and gives those free that do so no longer';

do $$
declare
  followed record;
begin
  for followed in
    select name, name as owners, 'id' as owner_column from unnest(array['affiliation', 'location', 'border_crossing', 'event',
      'participation', 'event_relation', 'closure', 'article', 'report', 'claim']) name
    union all values ('article_derivation', 'article', 'article_id'), ('report_closure', 'report', 'report_id'), ('claim_relay', 'claim', 'claim_id')
  loop
    execute format('create trigger follow_references_of_created after insert on %I
      referencing new table as new_rows for each statement execute function follow_references(%L, %L)',
      followed.name, followed.owners, followed.owner_column);
    execute format('create trigger follow_references_of_deleted after delete on %I
      referencing old table as old_rows for each statement execute function follow_references(%L, %L)',
      followed.name, followed.owners, followed.owner_column);
    if followed.owner_column = 'id' then
      execute format('create trigger follow_references_of_updated after update on %I
        referencing old table as old_rows new table as new_rows for each statement execute function follow_references(%L, %L)',
        followed.name, followed.owners, followed.owner_column);
    end if;
  end loop;
end
$$;

-- A source, actor or property that changes its dataset is withheld, or free, with all that refers to it.
create function follow_dataset_of_record() returns trigger language plpgsql as $$
begin
  if exists (select from withheld_dataset) and exists (
    select from new_rows n join old_rows o using (id)
    where n.dataset_id is distinct from o.dataset_id
      and exists (select from withheld_dataset w where w.dataset_id in (n.dataset_id, o.dataset_id)))
  then
    perform pg_advisory_xact_lock_shared(hashtext('dateline.withheld'));
    call withhold_anew();
  end if;
  return null;
end
$$;
comment on function follow_dataset_of_record is 'Finds again what is withheld when a record that refers to nothing goes to another dataset';

create trigger follow_dataset after update on source
  referencing old table as old_rows new table as new_rows for each statement execute function follow_dataset_of_record();
create trigger follow_dataset after update on actor
  referencing old table as old_rows new table as new_rows for each statement execute function follow_dataset_of_record();
create trigger follow_dataset after update on claim_property
  referencing old table as old_rows new table as new_rows for each statement execute function follow_dataset_of_record();

-- Second: what anonymous readers see. Functions that read are the same for all: they find their tables by the
-- search path, and where they say what type a row has, it is that of the table.

create or replace function account_positions(events uuid[], properties text[]) returns table (
  event_id uuid, asked_property text, claim claim, origin origin, as_of timestamptz, ended timestamptz,
  functional boolean, unit text, around uuid[])
language sql stable parallel safe as $$
  with asked(event_id, property) as (
    select distinct * from unnest(events, properties)
  ),
  live as (
    select a.property as asked_property, row(c.*)::public.claim as claim
    from asked a
    join claim c on c.event_id = a.event_id and (a.property = '' or c.property = a.property)
    where c.retracted_at is null
  )
  select (l.claim).event_id, l.asked_property, l.claim, o.origin,
         -- What is not stated is the time of publication.
         case when (l.claim).as_of_ongoing is null then published_as_of(row(a.*)::public.article) else (l.claim).as_of_start_earliest end,
         e.end_earliest, p.functional, p.unit,
         (select array_agg(x.ancestor_id) from location_ancestor x
          where x.location_id = (l.claim).value_location_id and x.depth > 0)
  from live l
  join claim_origins(array(select distinct (claim).id from live)) o on o.claim_id = (l.claim).id
  join event e on e.id = (l.claim).event_id
  join claim_property p on p.code = (l.claim).property
  left join article a on a.id = (l.claim).article_id
$$;

create schema anonymous;
comment on schema anonymous is 'What readers without a token see: everything they ask for under its own name, without what is withheld';

do $$
declare
  record_table text;
begin
  foreach record_table in array array['source', 'actor', 'affiliation', 'location', 'border_crossing', 'event', 'participation',
    'event_relation', 'closure', 'article', 'report', 'claim_property', 'claim']
  loop
    -- The datasets are found once a statement, and no record that has none is compared with them.
    execute format('create view anonymous.%1$I as select r.* from public.%1$I r
      where coalesce(r.dataset_id <> all (array(select dataset_id from public.withheld_dataset)), true)
        and not exists (select from public.withheld_record w where w.id = r.id)', record_table);
  end loop;
end
$$;

create view anonymous.dataset as
  select d.* from public.dataset d where not exists (select from public.withheld_dataset w where w.dataset_id = d.id);

-- Parts go with their records. What they refer to may be seen, or the record could not be.
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
create view anonymous.claim_relay as
  select p.* from public.claim_relay p where exists (select from anonymous.claim o where o.id = p.claim_id);
create view anonymous.claim_property_code as
  select p.* from public.claim_property_code p where exists (select from anonymous.claim_property o where o.code = p.property);
create view anonymous.named_crossing as
  select c.*, l.slug, l.name from anonymous.border_crossing c join anonymous.location l on l.id = c.location_id;

-- What the database keeps of records. Who sees a place sees all those around it.
create view anonymous.location_ancestor as
  select p.* from public.location_ancestor p where exists (select from anonymous.location o where o.id = p.location_id);
create view anonymous.spelling as
  select s.* from public.spelling s
  where case s.record_type
          when 'ACTOR' then exists (select from anonymous.actor o where o.id = s.record_id)
          when 'LOCATION' then exists (select from anonymous.location o where o.id = s.record_id)
          when 'SOURCE' then exists (select from anonymous.source o where o.id = s.record_id) end
    and (s.crossing_id is null or exists (select from anonymous.border_crossing o where o.id = s.crossing_id));
-- A listing is read in its order until a page is full: `offset 0` has each row asked for by itself, where a
-- join would first gather all there are.
create view anonymous.event_place as
  select l.* from public.event_place l where exists (select from anonymous.event o where o.id = l.event_id offset 0);
create view anonymous.event_country as
  select l.* from public.event_country l where exists (select from anonymous.event o where o.id = l.event_id offset 0);
create view anonymous.event_actor as
  select l.* from public.event_actor l
  where exists (select from anonymous.participation o where (o.event_id, o.actor_id, o.role) = (l.event_id, l.actor_id, l.role) offset 0);
create view anonymous.event_source as
  select l.* from public.event_source l
  where exists (select from anonymous.report o left join public.article a on a.id = o.article_id
                where o.event_id = l.event_id and coalesce(o.source_id, a.source_id) = l.source_id offset 0);

-- Counted as they are read: the sums that are kept know nothing of readers.
create view anonymous.event_sum as
  select coalesce(set_id, 0) as set_id, month, until, kind, dataset_id, count(*) as events,
         coalesce(sum(best), 0)::bigint as best, count(best) as best_known, coalesce(sum(low), 0)::bigint as low, count(low) as low_known,
         coalesce(sum(high), 0)::bigint as high, count(high) as high_known
  from (
    select case when e.location_id is null then 1 else c.set_id end as set_id, statistics_month(e.start_earliest) as month,
           statistics_until(e.end_latest) as until, e.kind::text as kind, e.dataset_id,
           e.fatalities_best as best, e.fatalities_low as low, e.fatalities_high as high
    from anonymous.event e left join public.location_country c using (location_id)
  ) e
  group by grouping sets ((month, until, kind, dataset_id), (set_id, month, kind))
  having grouping(set_id) = 1 or set_id is not null;
create view anonymous.event_sum_change as select * from public.event_sum_change where false;

-- The program keeps these as it keeps its own, by the claims that are seen.
create table anonymous.account (
  like public.account including all,
  foreign key (event_id) references public.event on delete cascade deferrable,
  foreign key (property) references public.claim_property (code) on update cascade deferrable,
  foreign key (crossing_id) references public.border_crossing on delete cascade deferrable
);
comment on table anonymous.account is 'How what is claimed stands together, as far as anonymous readers see the claims; empty while nothing is withheld';
create table anonymous.account_stale (
  like public.account_stale including all,
  foreign key (event_id) references public.event on delete cascade deferrable
);
comment on table anonymous.account_stale is 'Events whose rows in anonymous.account have to be computed again';

create or replace procedure accounts_are_stale(events uuid[]) language sql as $$
  -- In one order, so that two writers do not wait for each other.
  insert into public.account_stale select distinct e from unnest(events) e order by e on conflict do nothing;
  insert into anonymous.account_stale
  select distinct e from unnest(events) e where exists (select from public.withheld_dataset) order by e on conflict do nothing
$$;

-- Third: the history of what is seen.

create function names_withheld(before jsonb) returns boolean language plpgsql stable as $$
begin
  return exists (
    select from jsonb_each_text(before) field
    where field.key like '%\_id' and field.key <> 'external_id' and is_withheld(field.value::uuid));
end
$$;
comment on function names_withheld is 'Whether what a record was names a record or a dataset that is withheld';

create function is_withheld(record uuid) returns boolean language sql stable as $$
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

create function change_set_is_withheld(change_set uuid) returns boolean language sql stable as $$
  with recursive undone(id) as (
    select change_set
    union
    select c.id from undone u join public.change_set c on c.reverted_by_id = u.id
  )
  -- The change set of a run has its id.
  select exists (
    select from undone u join public.import_run r on r.id = u.id join public.withheld_dataset w using (dataset_id))
$$;
comment on function change_set_is_withheld is
  'Whether a change set is a run of a withheld dataset, or takes one back: those of its changes that touch other records are withheld, too';

create view anonymous.revision as
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

create view anonymous.change_set as
  select c.* from public.change_set c
  where not change_set_is_withheld(c.id)
    and (exists (select from anonymous.revision r where r.change_set_id = c.id)
      or not exists (select from public.revision r where r.change_set_id = c.id));

create view anonymous.import_run as
  select r.* from public.import_run r
  where coalesce(r.dataset_id <> all (array(select dataset_id from public.withheld_dataset)), true)
    and (exists (select from anonymous.change_set c where c.id = r.id)
      -- A run that changed nothing has none: it is told by the run that did.
      or (not exists (select from public.change_set c where c.id = r.id)
          and not exists (
            select from public.import_run o join public.change_set c on c.id = o.id
            where o.file_hash = r.file_hash and not exists (select from anonymous.change_set s where s.id = o.id))));

create view anonymous.import_reject as
  select j.* from public.import_reject j where exists (select from anonymous.import_run r where r.id = j.import_run_id);

create view anonymous.record_revision as
  select lpad(to_hex(id), 32, '0')::uuid as id, id as position, change_set_id, record_type, record_id, version, operation,
         before - 'point' as before
  from anonymous.revision;

create view anonymous.run_reject as
  select lpad(to_hex(line), 32, '0')::uuid as id, import_run_id, line, field, value, reason from anonymous.import_reject;

do $$
declare
  seen record;
begin
  for seen in select relname as name from pg_class where relnamespace = 'anonymous'::regnamespace and relkind = 'v' loop
    execute format('comment on view anonymous.%I is %L', seen.name, 'What anonymous readers see of ' || seen.name);
  end loop;
end
$$;

-- What was withheld before anybody followed it.
insert into withheld_dataset select id from dataset where redistribution = 'TOKEN_ONLY';
insert into withheld_dataset
select distinct record_id from revision
where record_type = 'dataset' and operation = 'DELETE' and before ->> 'redistribution' = 'TOKEN_ONLY'
on conflict do nothing;
call withhold_anew();
