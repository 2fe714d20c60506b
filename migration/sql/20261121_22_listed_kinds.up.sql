-- Listings know what kind of event they list, how long it may last and until when: events of one kind
-- in one country and in a range of time are found in the listing, without looking at the others.

drop view anonymous.event_place, anonymous.event_country, anonymous.event_actor, anonymous.event_source;
drop view listed_place, listed_country, listed_actor, listed_source;
drop table event_place, event_country, event_actor, event_source;

create view listed_event as
  select id as event_id, coalesce(start_earliest, '-infinity') as start, kind::text as kind,
         event_span(start_earliest, end_latest)::smallint as span,
         case when ongoing then 'infinity' else coalesce(end_latest, 'infinity') end as until, location_id
  from event;
comment on view listed_event is 'What listings say of an event, wherever they list it';

create table event_place (
  place_id  uuid not null,
  start     timestamptz not null,
  event_id  uuid not null,
  kind      text not null,
  span      smallint not null,
  until     timestamptz not null,
  primary key (place_id, start, event_id) include (kind, span, until)
);
comment on table event_place is 'Every event under its place and all places around it, in order of time; kept by the database';
comment on column event_place.place_id is 'The place, or one around it';
comment on column event_place.start is 'The event''s earliest start, -infinity when unknown';
comment on column event_place.event_id is 'The event';
comment on column event_place.kind is 'What happened';
comment on column event_place.span is 'How long the event may have lasted, as event_span has it';
comment on column event_place.until is 'The event''s latest end, infinity when unknown or when it goes on';
-- Which events of this place that last for years, or nobody knows how long, reach into a range of time?
create index event_place_long on event_place (place_id, start, event_id) include (kind, until) where span = 2;

create table event_country (
  country   country_code not null,
  start     timestamptz not null,
  event_id  uuid not null,
  kind      text not null,
  span      smallint not null,
  until     timestamptz not null,
  primary key (country, start, event_id) include (kind, span, until)
);
comment on table event_country is 'Every event under the countries its place lies in, in order of time; kept by the database';
comment on column event_country.country is 'The country of the place or of one around it; both countries at a border';
comment on column event_country.start is 'The event''s earliest start, -infinity when unknown';
comment on column event_country.event_id is 'The event';
comment on column event_country.kind is 'What happened';
comment on column event_country.span is 'How long the event may have lasted, as event_span has it';
comment on column event_country.until is 'The event''s latest end, infinity when unknown or when it goes on';
-- Which events of this country that last for years, or nobody knows how long, reach into a range of time?
create index event_country_long on event_country (country, start, event_id) include (kind, until) where span = 2;

create table event_actor (
  actor_id  uuid not null,
  start     timestamptz not null,
  event_id  uuid not null,
  role      participant_role not null,
  kind      text not null,
  span      smallint not null,
  until     timestamptz not null,
  primary key (actor_id, start, event_id, role) include (kind, span, until)
);
comment on table event_actor is 'Every event under the actors that took part, in order of time; kept by the database';
comment on column event_actor.actor_id is 'Who took part';
comment on column event_actor.start is 'The event''s earliest start, -infinity when unknown';
comment on column event_actor.event_id is 'The event';
comment on column event_actor.role is 'The part taken';
comment on column event_actor.kind is 'What happened';
comment on column event_actor.span is 'How long the event may have lasted, as event_span has it';
comment on column event_actor.until is 'The event''s latest end, infinity when unknown or when it goes on';
-- Which events of this actor that last for years, or nobody knows how long, reach into a range of time?
create index event_actor_long on event_actor (actor_id, start, event_id) include (kind, until, role) where span = 2;

create table event_source (
  source_id uuid not null,
  start     timestamptz not null,
  event_id  uuid not null,
  kind      text not null,
  span      smallint not null,
  until     timestamptz not null,
  primary key (source_id, start, event_id) include (kind, span, until)
);
comment on table event_source is 'Every event under the sources that report it, in order of time; kept by the database';
comment on column event_source.source_id is 'Who reports it, in an article or without';
comment on column event_source.start is 'The event''s earliest start, -infinity when unknown';
comment on column event_source.event_id is 'The event';
comment on column event_source.kind is 'What happened';
comment on column event_source.span is 'How long the event may have lasted, as event_span has it';
comment on column event_source.until is 'The event''s latest end, infinity when unknown or when it goes on';
-- Which events of this source that last for years, or nobody knows how long, reach into a range of time?
create index event_source_long on event_source (source_id, start, event_id) include (kind, until) where span = 2;

-- In which countries is this event?
create index event_country_event on event_country (event_id);

-- What each listing ought to have, as the other tables say now, some rows more than once.

create view listed_place as
  select a.ancestor_id as under, e.start, e.event_id, e.kind, e.span, e.until, e.location_id
  from listed_event e join location_ancestor a using (location_id);
comment on view listed_place is 'What event_place ought to have';

create view listed_country as
  select l.country as under, e.start, e.event_id, e.kind, e.span, e.until, e.location_id
  from listed_event e join location_ancestor a using (location_id) join location l on l.id = a.ancestor_id
  where l.country is not null;
comment on view listed_country is 'What event_country ought to have';

create view listed_actor as
  select p.actor_id as under, e.start, e.event_id, p.role, e.kind, e.span, e.until
  from participation p join listed_event e using (event_id);
comment on view listed_actor is 'What event_actor ought to have';

create view listed_source as
  select coalesce(r.source_id, a.source_id) as under, e.start, e.event_id, e.kind, e.span, e.until
  from report r join listed_event e using (event_id) left join article a on a.id = r.article_id
  where coalesce(r.source_id, a.source_id) is not null;
comment on view listed_source is 'What event_source ought to have';

create function list_events(events uuid[]) returns void language plpgsql as $$
begin
  insert into event_place
  select under, start, event_id, kind, span, until from listed_place where event_id = any (events);
  insert into event_country
  select distinct under, start, event_id, kind, span, until from listed_country where event_id = any (events);
  -- Who took part and who reports it may have been written before, where constraints are deferred.
  insert into event_actor
  select under, start, event_id, role, kind, span, until from listed_actor where event_id = any (events);
  insert into event_source
  select distinct under, start, event_id, kind, span, until from listed_source where event_id = any (events);
end
$$;
comment on function list_events is 'Lists events that are in no listing';

create or replace function list_new_events() returns trigger language plpgsql as $$
begin
  perform list_events(array(select id from new_rows));
  return null;
end
$$;

create or replace function list_changed_events() returns trigger language plpgsql as $$
begin
  -- Where rows are deleted there are no new ones to be asked.
  if tg_op = 'UPDATE' then
    if not exists (
      select from new_rows n join old_rows o using (id)
      where (n.start_earliest, n.end_latest, n.ongoing, n.kind, n.location_id)
        is distinct from (o.start_earliest, o.end_latest, o.ongoing, o.kind, o.location_id))
    then return null; end if;
  end if;
  -- An event is listed under its old start where it was.
  delete from event_place l using old_rows o join location_ancestor a on a.location_id = o.location_id
  where l.place_id = a.ancestor_id and l.start = coalesce(o.start_earliest, '-infinity') and l.event_id = o.id;
  delete from event_country l using old_rows o where l.event_id = o.id;
  delete from event_actor l using old_rows o join participation p on p.event_id = o.id
  where l.actor_id = p.actor_id and l.start = coalesce(o.start_earliest, '-infinity') and l.event_id = o.id;
  delete from event_source l using old_rows o join report r on r.event_id = o.id left join article a on a.id = r.article_id
  where l.source_id = coalesce(r.source_id, a.source_id) and l.start = coalesce(o.start_earliest, '-infinity') and l.event_id = o.id;
  if tg_op = 'UPDATE' then perform list_events(array(select id from new_rows)); end if;
  return null;
end
$$;
comment on function list_changed_events is 'Lists events anew of which a listing says something else now, and unlists those that are gone';

create or replace function list_under_actors() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    delete from event_actor l using old_rows o join event e on e.id = o.event_id
    where l.actor_id = o.actor_id and l.start = coalesce(e.start_earliest, '-infinity') and l.event_id = e.id and l.role = o.role;
  end if;
  if tg_op <> 'DELETE' then
    insert into event_actor
    select n.actor_id, e.start, e.event_id, n.role, e.kind, e.span, e.until from new_rows n join listed_event e using (event_id)
    on conflict do nothing;
  end if;
  return null;
end
$$;

create or replace function list_under_sources() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    delete from event_source l
    using old_rows o left join article a on a.id = o.article_id join event e on e.id = o.event_id
    where l.source_id = coalesce(o.source_id, a.source_id) and l.start = coalesce(e.start_earliest, '-infinity') and l.event_id = e.id
      -- Another article of the source may report it, too.
      and not exists (select from listed_source s where s.event_id = l.event_id and s.under = l.source_id);
  end if;
  if tg_op <> 'DELETE' then
    insert into event_source
    select distinct coalesce(n.source_id, a.source_id), e.start, e.event_id, e.kind, e.span, e.until
    from new_rows n left join article a on a.id = n.article_id join listed_event e on e.event_id = n.event_id
    where coalesce(n.source_id, a.source_id) is not null
    on conflict do nothing;
  end if;
  return null;
end
$$;

create or replace function list_under_source_of_article() returns trigger language plpgsql as $$
begin
  delete from event_source l
  using new_rows n join old_rows o using (id) join report r on r.article_id = n.id join event e on e.id = r.event_id
  where n.source_id <> o.source_id and l.source_id = o.source_id
    and l.start = coalesce(e.start_earliest, '-infinity') and l.event_id = e.id
    and not exists (select from listed_source s where s.event_id = l.event_id and s.under = l.source_id);
  insert into event_source
  select distinct n.source_id, e.start, e.event_id, e.kind, e.span, e.until
  from new_rows n join old_rows o using (id) join report r on r.article_id = n.id join listed_event e using (event_id)
  where n.source_id <> o.source_id
  on conflict do nothing;
  return null;
end
$$;

-- A revert takes an article away before the report that it had another one, and brings it back after.
create function list_under_source_of_lone_article() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into event_source
    select distinct n.source_id, e.start, e.event_id, e.kind, e.span, e.until
    from new_rows n join report r on r.article_id = n.id join listed_event e using (event_id)
    on conflict do nothing;
  else
    delete from event_source l
    using old_rows o join report r on r.article_id = o.id join event e on e.id = r.event_id
    where l.source_id = o.source_id and l.start = coalesce(e.start_earliest, '-infinity') and l.event_id = e.id
      and not exists (select from listed_source s where s.event_id = l.event_id and s.under = l.source_id);
  end if;
  return null;
end
$$;
comment on function list_under_source_of_lone_article is
  'Lists events under the source of an article that comes after its reports, and no longer under that of one that goes before them';
create trigger list_new after insert on article
  referencing new table as new_rows for each statement execute function list_under_source_of_lone_article();
create trigger list_gone after delete on article
  referencing old table as old_rows for each statement execute function list_under_source_of_lone_article();

create or replace function list_under_places() returns trigger language plpgsql as $$
declare
  moved uuid[] := array(select distinct location_id from changed_rows);
begin
  if not exists (select from event where location_id = any (moved)) then return null; end if;
  if tg_op = 'DELETE' then
    delete from event_place l using changed_rows c join event e on e.location_id = c.location_id
    where l.place_id = c.ancestor_id and l.start = coalesce(e.start_earliest, '-infinity') and l.event_id = e.id;
  else
    insert into event_place
    select c.ancestor_id, e.start, e.event_id, e.kind, e.span, e.until
    from changed_rows c join listed_event e using (location_id)
    on conflict do nothing;
  end if;
  call list_under_countries(moved);
  return null;
end
$$;

create or replace procedure list_under_countries(places uuid[]) language plpgsql as $$
begin
  delete from event_country l using event e where e.location_id = any (places) and l.event_id = e.id;
  insert into event_country
  select distinct under, start, event_id, kind, span, until from listed_country where location_id = any (places)
  on conflict do nothing;
end
$$;

-- Readers without a token, as before.
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

insert into event_place select under, start, event_id, kind, span, until from listed_place order by 1, 2, 3;
insert into event_country select distinct under, start, event_id, kind, span, until from listed_country order by 1, 2, 3;
insert into event_actor select under, start, event_id, role, kind, span, until from listed_actor order by 1, 2, 3;
insert into event_source select distinct under, start, event_id, kind, span, until from listed_source order by 1, 2, 3;

-- All events are summed up by month and kind alone, too: what most ask for, in as few sums as there are answers.

create or replace function sum_up_events() returns trigger language plpgsql as $$
declare
  -- What comes counts once more, and what goes once less. Only one of the two tables may be there.
  changed constant text := case tg_op
    when 'INSERT' then 'select 1 as times, n.* from new_rows n'
    when 'DELETE' then 'select -1 as times, o.* from old_rows o'
    else $changed$
      select side.*
      from new_rows n join old_rows o using (id)
      cross join lateral (select 1 as times, n.* union all select -1, o.*) side
      where (n.location_id, n.start_earliest, n.end_latest, n.kind, n.dataset_id, n.fatalities_best, n.fatalities_low, n.fatalities_high)
        is distinct from (o.location_id, o.start_earliest, o.end_latest, o.kind, o.dataset_id, o.fatalities_best, o.fatalities_low, o.fatalities_high)
      $changed$ end;
begin
  execute format($sum$
    insert into event_sum_change (set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known)
    select case when grouping(set_id) = 0 then set_id when grouping(until) = 0 then 0 else -1 end,
           month, until, kind, dataset_id, sum(times),
           coalesce(sum(times * best), 0), coalesce(sum(times) filter (where best is not null), 0),
           coalesce(sum(times * low), 0), coalesce(sum(times) filter (where low is not null), 0),
           coalesce(sum(times * high), 0), coalesce(sum(times) filter (where high is not null), 0)
    from (
      select case when e.location_id is null then 1 else c.set_id end as set_id, statistics_month(e.start_earliest) as month,
             statistics_until(e.end_latest) as until, e.kind, e.dataset_id, e.times,
             e.fatalities_best::bigint as best, e.fatalities_low::bigint as low, e.fatalities_high::bigint as high
      from (%s) e left join location_country c using (location_id)
    ) e
    group by grouping sets ((month, until, kind, dataset_id), (set_id, month, kind), (month, kind))
    -- A place that is not there yet brings its countries when it comes.
    having grouping(set_id) = 1 or set_id is not null
    $sum$, changed);
  return null;
end
$$;

create or replace view anonymous.event_sum as
  select case when grouping(set_id) = 0 then set_id when grouping(until) = 0 then 0 else -1 end as set_id, month, until, kind, dataset_id, count(*) as events,
         coalesce(sum(best), 0)::bigint as best, count(best) as best_known, coalesce(sum(low), 0)::bigint as low, count(low) as low_known,
         coalesce(sum(high), 0)::bigint as high, count(high) as high_known
  from (
    select case when e.location_id is null then 1 else c.set_id end as set_id, statistics_month(e.start_earliest) as month,
           statistics_until(e.end_latest) as until, e.kind::text as kind, e.dataset_id,
           e.fatalities_best as best, e.fatalities_low as low, e.fatalities_high as high
    from anonymous.event e left join public.location_country c using (location_id)
  ) e
  group by grouping sets ((month, until, kind, dataset_id), (set_id, month, kind), (month, kind))
  having grouping(set_id) = 1 or set_id is not null;

comment on column event_sum.set_id is
  '-1: all events, by month and kind alone; 0: all events; else those in this set of countries, of which 1 has events without a place, too';
comment on table event_sum is
  'Events and deaths summed up: all of them by month, end, kind and dataset, and by month and kind; those of each set of countries by month and kind; together with event_sum_change what the events say; kept by the database';

-- What is summed up already. Nobody else folds until this step is done.
select pg_advisory_xact_lock(hashtext('dateline.event_sum'));
select fold_event_sums();
insert into event_sum
select -1, month, null, kind, null, sum(events), sum(best), sum(best_known), sum(low), sum(low_known), sum(high), sum(high_known)
from event_sum where set_id = 0 group by month, kind;

-- What reverts ask is asked of sets. Bases that were made before step 10 said so have the older wording.

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
-- Whether an event is part of itself is asked of two tables.

create or replace function refuse_event_cycles(changed uuid[]) returns void language plpgsql as $$
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
