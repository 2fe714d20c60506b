-- Back to sums by end and dataset alone.

delete from event_sum where set_id = -1;
delete from event_sum_change where set_id = -1;

create or replace function sum_up_events() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into event_sum_change (set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known)
    select coalesce(set_id, 0), month, until, kind, dataset_id, count(*),
           coalesce(sum(best), 0), count(best), coalesce(sum(low), 0), count(low),
           coalesce(sum(high), 0), count(high)
    from (
      select case when e.location_id is null then 1 else c.set_id end as set_id, statistics_month(e.start_earliest) as month,
             statistics_until(e.end_latest) as until, e.kind, e.dataset_id,
             e.fatalities_best as best, e.fatalities_low as low, e.fatalities_high as high
      from new_rows e left join location_country c using (location_id)
    ) e
    group by grouping sets ((month, until, kind, dataset_id), (set_id, month, kind))
    -- A place that is not there yet brings its countries when it comes.
    having grouping(set_id) = 1 or set_id is not null;
  elsif tg_op = 'DELETE' then
    insert into event_sum_change (set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known)
    select coalesce(set_id, 0), month, until, kind, dataset_id, -count(*),
           -coalesce(sum(best), 0), -count(best), -coalesce(sum(low), 0), -count(low),
           -coalesce(sum(high), 0), -count(high)
    from (
      select case when e.location_id is null then 1 else c.set_id end as set_id, statistics_month(e.start_earliest) as month,
             statistics_until(e.end_latest) as until, e.kind, e.dataset_id,
             e.fatalities_best as best, e.fatalities_low as low, e.fatalities_high as high
      from old_rows e left join location_country c using (location_id)
    ) e
    group by grouping sets ((month, until, kind, dataset_id), (set_id, month, kind))
    -- A place that is not there yet brings its countries when it comes.
    having grouping(set_id) = 1 or set_id is not null;
  else
    insert into event_sum_change (set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known)
    select coalesce(set_id, 0), month, until, kind, dataset_id, sum(times),
           coalesce(sum(times * best), 0), coalesce(sum(times) filter (where best is not null), 0),
           coalesce(sum(times * low), 0), coalesce(sum(times) filter (where low is not null), 0),
           coalesce(sum(times * high), 0), coalesce(sum(times) filter (where high is not null), 0)
    from (
      select case when e.location_id is null then 1 else c.set_id end as set_id, statistics_month(e.start_earliest) as month,
             statistics_until(e.end_latest) as until, e.kind, e.dataset_id, e.times,
             e.fatalities_best::bigint as best, e.fatalities_low::bigint as low, e.fatalities_high::bigint as high
      from (
        select side.*
        from new_rows n join old_rows o using (id)
        cross join lateral (values
          (1, n.location_id, n.start_earliest, n.end_latest, n.kind, n.dataset_id, n.fatalities_best, n.fatalities_low, n.fatalities_high),
          (-1, o.location_id, o.start_earliest, o.end_latest, o.kind, o.dataset_id, o.fatalities_best, o.fatalities_low, o.fatalities_high))
          side (times, location_id, start_earliest, end_latest, kind, dataset_id, fatalities_best, fatalities_low, fatalities_high)
        where (n.location_id, n.start_earliest, n.end_latest, n.kind, n.dataset_id, n.fatalities_best, n.fatalities_low, n.fatalities_high)
          is distinct from (o.location_id, o.start_earliest, o.end_latest, o.kind, o.dataset_id, o.fatalities_best, o.fatalities_low, o.fatalities_high)
      ) e left join location_country c using (location_id)
    ) e
    group by grouping sets ((month, until, kind, dataset_id), (set_id, month, kind))
    having grouping(set_id) = 1 or set_id is not null;
  end if;
  return null;
end
$$;

create or replace view anonymous.event_sum as
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

comment on table event_sum is
  'Events and deaths summed up, all of them by month, end, kind and dataset, those of each set of countries by month and kind; together with event_sum_change what the events say; kept by the database';
comment on column event_sum.set_id is '0: all events; else those in this set of countries, of which 1 has events without a place, too';

-- Back to listings of time alone.

drop view anonymous.event_place, anonymous.event_country, anonymous.event_actor, anonymous.event_source;
drop view listed_place, listed_country, listed_actor, listed_source;
drop table event_place, event_country, event_actor, event_source;
drop function list_events;
drop function list_under_source_of_lone_article cascade;
drop view listed_event;

create table event_place (
  place_id uuid not null,
  start    timestamptz not null,
  event_id uuid not null,
  primary key (place_id, start, event_id)
);
comment on table event_place is 'Every event under its place and all places around it, in order of time; kept by the database';
comment on column event_place.place_id is 'The place, or one around it';
comment on column event_place.start is 'The event''s earliest start, -infinity when unknown';
comment on column event_place.event_id is 'The event';

create table event_country (
  country  country_code not null,
  start    timestamptz not null,
  event_id uuid not null,
  primary key (country, start, event_id)
);
comment on table event_country is 'Every event under the countries its place lies in, in order of time; kept by the database';
comment on column event_country.country is 'The country of the place or of one around it; both countries at a border';
comment on column event_country.start is 'The event''s earliest start, -infinity when unknown';
comment on column event_country.event_id is 'The event';

create table event_actor (
  actor_id uuid not null,
  start    timestamptz not null,
  event_id uuid not null,
  role     participant_role not null,
  primary key (actor_id, start, event_id, role)
);
comment on table event_actor is 'Every event under the actors that took part, in order of time; kept by the database';
comment on column event_actor.actor_id is 'Who took part';
comment on column event_actor.start is 'The event''s earliest start, -infinity when unknown';
comment on column event_actor.event_id is 'The event';
comment on column event_actor.role is 'The part taken';

create table event_source (
  source_id uuid not null,
  start     timestamptz not null,
  event_id  uuid not null,
  primary key (source_id, start, event_id)
);
comment on table event_source is 'Every event under the sources that report it, in order of time; kept by the database';
comment on column event_source.source_id is 'Who reports it, in an article or without';
comment on column event_source.start is 'The event''s earliest start, -infinity when unknown';
comment on column event_source.event_id is 'The event';

-- In which countries is this event?
create index event_country_event on event_country (event_id);

-- What each listing ought to have, as the other tables say now, some rows more than once.

create view listed_place as
  select a.ancestor_id as under, coalesce(e.start_earliest, '-infinity') as start, e.id as event_id, e.location_id
  from event e join location_ancestor a on a.location_id = e.location_id;
comment on view listed_place is 'What event_place ought to have';

create view listed_country as
  select l.country as under, coalesce(e.start_earliest, '-infinity') as start, e.id as event_id, e.location_id
  from event e join location_ancestor a on a.location_id = e.location_id join location l on l.id = a.ancestor_id
  where l.country is not null;
comment on view listed_country is 'What event_country ought to have';

create view listed_actor as
  select p.actor_id as under, coalesce(e.start_earliest, '-infinity') as start, e.id as event_id, p.role
  from participation p join event e on e.id = p.event_id;
comment on view listed_actor is 'What event_actor ought to have';

create view listed_source as
  select coalesce(r.source_id, a.source_id) as under, coalesce(e.start_earliest, '-infinity') as start, e.id as event_id
  from report r join event e on e.id = r.event_id left join article a on a.id = r.article_id
  where coalesce(r.source_id, a.source_id) is not null;
comment on view listed_source is 'What event_source ought to have';

create or replace function list_new_events() returns trigger language plpgsql as $$
begin
  insert into event_place select l.under, l.start, l.event_id from new_rows n join listed_place l on l.event_id = n.id;
  insert into event_country select distinct l.under, l.start, l.event_id from new_rows n join listed_country l on l.event_id = n.id;
  -- Who took part and who reports it may have been written before, where constraints are deferred.
  insert into event_actor select l.under, l.start, l.event_id, l.role from new_rows n join listed_actor l on l.event_id = n.id;
  insert into event_source select distinct l.under, l.start, l.event_id from new_rows n join listed_source l on l.event_id = n.id;
  return null;
end
$$;
comment on function list_new_events is 'Lists events that are new';

create or replace function list_changed_events() returns trigger language plpgsql as $$
begin
  -- Where rows are deleted there are no new ones to be asked.
  if tg_op = 'UPDATE' then
    if not exists (
      select from new_rows n join old_rows o using (id)
      where (n.start_earliest, n.location_id) is distinct from (o.start_earliest, o.location_id))
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
  if tg_op = 'DELETE' then return null; end if;
  insert into event_place select l.under, l.start, l.event_id from new_rows n join listed_place l on l.event_id = n.id;
  insert into event_country select distinct l.under, l.start, l.event_id from new_rows n join listed_country l on l.event_id = n.id;
  insert into event_actor select l.under, l.start, l.event_id, l.role from new_rows n join listed_actor l on l.event_id = n.id;
  insert into event_source select distinct l.under, l.start, l.event_id from new_rows n join listed_source l on l.event_id = n.id;
  return null;
end
$$;
comment on function list_changed_events is 'Lists events anew that begin at another time or at another place, and unlists those that are gone';

create or replace function list_under_actors() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    delete from event_actor l using old_rows o join event e on e.id = o.event_id
    where l.actor_id = o.actor_id and l.start = coalesce(e.start_earliest, '-infinity') and l.event_id = e.id and l.role = o.role;
  end if;
  if tg_op <> 'DELETE' then
    insert into event_actor
    select n.actor_id, coalesce(e.start_earliest, '-infinity'), e.id, n.role from new_rows n join event e on e.id = n.event_id
    on conflict do nothing;
  end if;
  return null;
end
$$;
comment on function list_under_actors is 'Lists events under those who take part, as participations come and go';

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
    select distinct coalesce(n.source_id, a.source_id), coalesce(e.start_earliest, '-infinity'), e.id
    from new_rows n left join article a on a.id = n.article_id join event e on e.id = n.event_id
    where coalesce(n.source_id, a.source_id) is not null
    on conflict do nothing;
  end if;
  return null;
end
$$;
comment on function list_under_sources is 'Lists events under the sources that report them, as reports come and go';

create or replace function list_under_source_of_article() returns trigger language plpgsql as $$
begin
  delete from event_source l
  using new_rows n join old_rows o using (id) join report r on r.article_id = n.id join event e on e.id = r.event_id
  where n.source_id <> o.source_id and l.source_id = o.source_id
    and l.start = coalesce(e.start_earliest, '-infinity') and l.event_id = e.id
    and not exists (select from listed_source s where s.event_id = l.event_id and s.under = l.source_id);
  insert into event_source
  select distinct n.source_id, coalesce(e.start_earliest, '-infinity'), e.id
  from new_rows n join old_rows o using (id) join report r on r.article_id = n.id join event e on e.id = r.event_id
  where n.source_id <> o.source_id
  on conflict do nothing;
  return null;
end
$$;
comment on function list_under_source_of_article is 'Lists events under another source when it turns out that an article is that one''s';

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
    select c.ancestor_id, coalesce(e.start_earliest, '-infinity'), e.id
    from changed_rows c join event e on e.location_id = c.location_id
    on conflict do nothing;
  end if;
  call list_under_countries(moved);
  return null;
end
$$;
comment on function list_under_places is 'Lists events under other places, as places move';

create or replace procedure list_under_countries(places uuid[]) language plpgsql as $$
begin
  delete from event_country l using event e where e.location_id = any (places) and l.event_id = e.id;
  insert into event_country
  select distinct l.under, l.start, l.event_id from listed_country l where l.location_id = any (places)
  on conflict do nothing;
end
$$;
comment on procedure list_under_countries is 'Lists the events of these places under the countries they lie in';

create or replace function list_under_other_countries() returns trigger language plpgsql as $$
declare
  moved uuid[] := array(
    select distinct a.location_id from new_rows n join old_rows o using (id)
    join location_ancestor a on a.ancestor_id = n.id
    where n.country is distinct from o.country);
begin
  if cardinality(moved) > 0 then call list_under_countries(moved); end if;
  return null;
end
$$;
comment on function list_under_other_countries is 'Lists events under another country when a place turns out to lie there';

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

-- What happened before there were listings.
insert into event_place select under, start, event_id from listed_place;
insert into event_country select distinct under, start, event_id from listed_country;
insert into event_actor select under, start, event_id, role from listed_actor;
insert into event_source select distinct under, start, event_id from listed_source;
