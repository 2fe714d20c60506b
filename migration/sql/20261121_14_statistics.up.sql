-- Statistics: sums of events and of deaths by month, kind, dataset and country, kept in step by whoever writes.
--
-- Writers append what they changed, and one of them at a time folds what has gathered into the sums:
-- nobody waits for anybody. A reader adds up both.

create function statistics_month(start_earliest timestamptz) returns date
language sql immutable parallel safe as $$
  select coalesce(date_trunc('month', start_earliest at time zone 'UTC')::date, '-infinity'::date)
$$;
comment on function statistics_month is 'The month in UTC in which an event counts: that of its earliest start; -infinity when nobody knows';

create function statistics_until(end_latest timestamptz) returns date
language sql immutable parallel safe as $$
  select coalesce((date_trunc('month', (end_latest - interval '1 microsecond') at time zone 'UTC')
                   + interval '1 month')::date, 'infinity'::date)
$$;
comment on function statistics_until is
  'The first beginning of a month in UTC at or after the latest end, so that an end lies after the beginning of a month just when this does; infinity when nobody knows';

-- Under which countries the events of a place are counted. There are far fewer sets of countries than
-- places, so that sums are kept by set: an event is in one, also at a border.

create table country_set (
  id    integer generated always as identity primary key,
  under text[] not null unique
);
comment on table country_set is 'Countries that some place lies in, together';
comment on column country_set.id is 'Row id; 1 is the set of no country';
comment on column country_set.under is
  'The codes of the countries, "-" when there are none, and the ids of the places of kind COUNTRY';
insert into country_set (under) values (array['-']);

create table location_country (
  location_id uuid primary key references location on delete cascade deferrable,
  set_id      integer not null references country_set
);
-- Which places lie in these countries?
create index location_country_set on location_country (set_id);
comment on table location_country is 'Under which countries the events of a place are counted; kept by the database';
comment on column location_country.location_id is 'The place';
comment on column location_country.set_id is 'The countries';

create view location_country_now as
  select a.location_id,
         coalesce(array_agg(distinct l.country::text order by l.country::text) filter (where l.country is not null), array['-'])
           || coalesce(array_agg(distinct l.id::text order by l.id::text) filter (where l.kind = 'COUNTRY'), '{}') as under
  from location_ancestor a join location l on l.id = a.ancestor_id
  group by a.location_id;
comment on view location_country_now is
  'The countries that location_country ought to have, as each place and those around it say';

create procedure place_in_countries(places uuid[]) language sql as $$
  insert into country_set (under)
  select distinct under from location_country_now where location_id = any (places) order by under
  on conflict do nothing;
  insert into location_country as kept
  select location_id, s.id from location_country_now join country_set s using (under)
  where location_id = any (places)
  on conflict (location_id) do update set set_id = excluded.set_id where kept.set_id <> excluded.set_id
$$;
comment on procedure place_in_countries is 'Brings the countries of these places up to date';

create function follow_countries() returns trigger language plpgsql as $$
declare
  moved uuid[];
begin
  if tg_table_name = 'location_ancestor' then
    -- What has lost every place around it, itself included, is being moved, and soon has others.
    moved := array(select distinct location_id from changed_rows);
  else
    moved := array(
      select distinct a.location_id from new_rows n join old_rows o using (id)
      join location_ancestor a on a.ancestor_id = n.id
      where (n.country, n.kind) is distinct from (o.country, o.kind));
  end if;
  if cardinality(moved) > 0 then call place_in_countries(moved); end if;
  return null;
end
$$;
comment on function follow_countries is 'Keeps location_country in step with places';

create trigger follow_placed_country after insert on location_ancestor
  referencing new table as changed_rows for each statement execute function follow_countries();
create trigger follow_displaced_country after delete on location_ancestor
  referencing old table as changed_rows for each statement execute function follow_countries();
create trigger follow_country after update on location
  referencing old table as old_rows new table as new_rows for each statement execute function follow_countries();

-- The sums, and what is to be added to them.

create table event_sum (
  set_id     integer not null,
  month      date not null,
  until      date,
  kind       text not null,
  dataset_id uuid,
  events     bigint not null,
  best       bigint not null,
  best_known bigint not null,
  low        bigint not null,
  low_known  bigint not null,
  high       bigint not null,
  high_known bigint not null,
  -- What are the sums of all events, or of those in a country?
  constraint event_sum_of unique nulls not distinct (set_id, month, until, kind, dataset_id)
) with (fillfactor = 80);
comment on table event_sum is
  'Events and deaths summed up, all of them by month, end, kind and dataset, those of each set of countries by month and kind; together with event_sum_change what the events say; kept by the database';
comment on column event_sum.set_id is '0: all events; else those in this set of countries, of which 1 has events without a place, too';
comment on column event_sum.month is 'The month in UTC of the earliest start, by its first day; -infinity when unknown';
comment on column event_sum.until is 'The first beginning of a month at or after the latest end, infinity when unknown; null in the sums of countries';
comment on column event_sum.kind is 'What happened';
comment on column event_sum.dataset_id is 'The dataset they came from; null when made here, and in the sums of countries';
comment on column event_sum.events is 'How many events';
comment on column event_sum.best is 'The sum of the best estimates of deaths';
comment on column event_sum.best_known is 'How many events have such an estimate';
comment on column event_sum.low is 'The sum of the lowest estimates';
comment on column event_sum.low_known is 'How many events have such an estimate';
comment on column event_sum.high is 'The sum of the highest estimates';
comment on column event_sum.high_known is 'How many events have such an estimate';

create table event_sum_change (
  -- Without an index: these are only ever read, and taken away, all at once.
  id         bigint generated always as identity,
  set_id     integer not null,
  month      date not null,
  until      date,
  kind       text not null,
  dataset_id uuid,
  events     bigint not null,
  best       bigint not null,
  best_known bigint not null,
  low        bigint not null,
  low_known  bigint not null,
  high       bigint not null,
  high_known bigint not null
);
comment on table event_sum_change is 'What writers have changed of the sums in event_sum and nobody has added there yet';
comment on column event_sum_change.id is 'Order of writing';
comment on column event_sum_change.set_id is 'As in event_sum';
comment on column event_sum_change.month is 'As in event_sum';
comment on column event_sum_change.until is 'As in event_sum';
comment on column event_sum_change.kind is 'As in event_sum';
comment on column event_sum_change.dataset_id is 'As in event_sum';
comment on column event_sum_change.events is 'How many events more, or fewer';
comment on column event_sum_change.best is 'What is added to the sum of the best estimates';
comment on column event_sum_change.best_known is 'How many more have such an estimate, or fewer';
comment on column event_sum_change.low is 'What is added to the sum of the lowest estimates';
comment on column event_sum_change.low_known is 'How many more have such an estimate, or fewer';
comment on column event_sum_change.high is 'What is added to the sum of the highest estimates';
comment on column event_sum_change.high_known is 'How many more have such an estimate, or fewer';

create function fold_event_sums() returns void language plpgsql as $$
declare
  emptied event_sum[];
begin
  -- Whoever is at it holds the lock until its commit, and nobody waits: changes can lie.
  if not pg_try_advisory_xact_lock(hashtext('dateline.event_sum')) then return; end if;
  with gathered as (
    delete from event_sum_change returning *
  ),
  added as (
    select set_id, month, until, kind, dataset_id, sum(events) as events, sum(best) as best, sum(best_known) as best_known,
           sum(low) as low, sum(low_known) as low_known, sum(high) as high, sum(high_known) as high_known
    from gathered group by set_id, month, until, kind, dataset_id
  ),
  folded as (
    insert into event_sum as s
    select * from added
    where (events, best, best_known, low, low_known, high, high_known) <> (0, 0, 0, 0, 0, 0, 0)
    on conflict on constraint event_sum_of do update set
      events = s.events + excluded.events,
      best = s.best + excluded.best, best_known = s.best_known + excluded.best_known,
      low = s.low + excluded.low, low_known = s.low_known + excluded.low_known,
      high = s.high + excluded.high, high_known = s.high_known + excluded.high_known
    returning s.*
  )
  select array_agg(folded::event_sum) into emptied from folded where events = 0;
  delete from event_sum s using unnest(emptied) e
  where (s.set_id, s.month, s.kind) = (e.set_id, e.month, e.kind)
    and (s.until, s.dataset_id) is not distinct from (e.until, e.dataset_id);
end
$$;
comment on function fold_event_sums is 'Adds the changes that have gathered to the sums, unless somebody else is at it';

create function fold_when_due() returns trigger language plpgsql as $$
begin
  -- Once in a thousand changes, so that a reader never has many to add up. Whoever writes thousands at
  -- once folds when all is written.
  if (select count(*) < 1000 and bool_or(id % 1000 = 0) from new_rows) then perform fold_event_sums(); end if;
  return null;
end
$$;
comment on function fold_when_due is 'Has changes folded when many have gathered';

create trigger fold_when_due after insert on event_sum_change
  referencing new table as new_rows for each statement execute function fold_when_due();

-- Sums follow events. There is a statement for each kind of write, because only then are its rows at hand.

create function sum_up_events() returns trigger language plpgsql as $$
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
comment on function sum_up_events is 'Notes what events that come, go or change make of the sums';

create trigger sum_up_created after insert on event
  referencing new table as new_rows for each statement execute function sum_up_events();
create trigger sum_up_updated after update on event
  referencing old table as old_rows new table as new_rows for each statement execute function sum_up_events();
create trigger sum_up_deleted after delete on event
  referencing old table as old_rows for each statement execute function sum_up_events();

-- Sums follow places: what lies in another country than before takes its events along.

create function sum_up_places(places uuid[], sets integer[], times integer) returns void language sql as $$
  insert into event_sum_change (set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known)
  select p.set_id, statistics_month(e.start_earliest), null, e.kind, null, times * count(*),
         times * coalesce(sum(e.fatalities_best), 0), times * count(e.fatalities_best),
         times * coalesce(sum(e.fatalities_low), 0), times * count(e.fatalities_low),
         times * coalesce(sum(e.fatalities_high), 0), times * count(e.fatalities_high)
  from unnest(places, sets) p (location_id, set_id) join event e using (location_id)
  group by 1, 2, e.kind
$$;
comment on function sum_up_places is 'Notes that the events of these places count under these countries, or, with times -1, no longer';

create function sum_up_moved() returns trigger language plpgsql as $$
begin
  -- Nested, because a condition is planned whole, and one of the two tables is not there.
  if tg_op <> 'INSERT' then
    if exists (select from old_rows join event using (location_id)) then
      perform sum_up_places(array(select location_id from old_rows order by location_id),
                         array(select set_id from old_rows order by location_id), -1);
    end if;
  end if;
  if tg_op <> 'DELETE' then
    if exists (select from new_rows join event using (location_id)) then
      perform sum_up_places(array(select location_id from new_rows order by location_id),
                         array(select set_id from new_rows order by location_id), 1);
    end if;
  end if;
  return null;
end
$$;
comment on function sum_up_moved is 'Notes what places that come, go or move make of the sums';

create trigger sum_up_placed after insert on location_country
  referencing new table as new_rows for each statement execute function sum_up_moved();
create trigger sum_up_moved after update on location_country
  referencing old table as old_rows new table as new_rows for each statement execute function sum_up_moved();
create trigger sum_up_displaced after delete on location_country
  referencing old table as old_rows for each statement execute function sum_up_moved();

-- What happened before there were sums. Each place that is entered brings its events to its countries.
insert into event_sum_change (set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known)
select coalesce(set_id, 0), month, until, kind, dataset_id, count(*),
       coalesce(sum(fatalities_best), 0), count(fatalities_best), coalesce(sum(fatalities_low), 0), count(fatalities_low),
       coalesce(sum(fatalities_high), 0), count(fatalities_high)
from (select *, case when location_id is null then 1 end as set_id, statistics_month(start_earliest) as month,
             statistics_until(end_latest) as until from event) e
group by grouping sets ((month, until, kind, dataset_id), (set_id, month, kind))
having grouping(set_id) = 1 or set_id is not null;
insert into country_set (under) select distinct under from location_country_now order by under on conflict do nothing;
insert into location_country select location_id, s.id from location_country_now join country_set s using (under);
select fold_event_sums();
