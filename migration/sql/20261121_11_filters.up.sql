-- What lists are asked for: the orders of each, words, areas, and listings that give the events of a
-- place, a country, an actor or a source in order of time.

-- Events by when they ended, when they were recorded, deaths, title; those of one dataset by start.
create index event_by_end on event
  ((coalesce(end_latest, case when ongoing then timestamptz 'infinity' else '-infinity' end)), id);
create index event_by_recorded on event (recorded_at, id);
create index event_by_fatalities on event ((coalesce(fatalities_best, -1)), id);
create index event_by_title on event ((left(title, 200)), id);
create index event_dataset_by_start on event (dataset_id, (coalesce(start_earliest, '-infinity')), id);

create function event_span(start_earliest timestamptz, end_latest timestamptz) returns integer
language sql immutable parallel safe as $$
  select case when end_latest - start_earliest <= interval '32 days' then 0
              when end_latest - start_earliest <= interval '400 days' then 1
              else 2 end
$$;
comment on function event_span is
  'How long an event may have lasted: 0 at most 32 days, 1 at most 400, 2 longer or nobody knows; a range of time looks for each where it can begin';

-- Which events of more than a month reach into this range? Of more than a year, or of unknown length?
create index event_by_span on event
  (event_span(start_earliest, end_latest), (coalesce(start_earliest, '-infinity')), id);
create index event_long on event using gist (tstzrange(start_earliest, end_latest, '[]'))
  where event_span(start_earliest, end_latest) = 2;

-- Actors, places and sources in the order of recording; articles and claims in theirs.
create index actor_by_recorded on actor (recorded_at, id);
create index location_by_recorded on location (recorded_at, id);
create index source_by_recorded on source (recorded_at, id);
create index article_by_recorded on article (recorded_at, id);
create index closure_by_recorded on closure (recorded_at, id);
create index closure_by_end on closure
  ((coalesce(end_latest, case when ongoing then timestamptz 'infinity' else '-infinity' end)), id);
create index claim_by_as_of on claim ((coalesce(as_of_start_earliest, '-infinity')), id);

-- Which places lie in this box or polygon? Degrees as they are, edges straight.
create index location_point_flat on location using gist ((point::geometry));

-- Words. Languages without rules of their own are found by whole words too.

create function event_matches_text(title text, summary text, words text) returns boolean
language sql immutable parallel safe as $$
  select to_tsvector('simple', left(title, 10000) || ' ' || left(coalesce(summary, ''), 100000)) @@ websearch_to_tsquery('simple', words)
$$;
comment on function event_matches_text is 'Whether a title and summary, of an event or an article, have these words';

create function name_matches_text(name text, words text) returns boolean
language sql immutable parallel safe as $$
  select to_tsvector('simple', left(name, 10000)) @@ websearch_to_tsquery('simple', words)
$$;
comment on function name_matches_text is 'Whether a name has these words';

-- Which events, articles, names have these words?
create index event_words on event using gin (to_tsvector('simple', left(title, 10000) || ' ' || left(coalesce(summary, ''), 100000)));
create index article_words on article using gin (to_tsvector('simple', left(title, 10000) || ' ' || left(coalesce(summary, ''), 100000)));
create index name_words on name using gin (to_tsvector('simple', left(value, 10000)));

-- Listings. They hold what joins would find, in the order that a page is read in. There are no foreign
-- keys: the triggers write what they have just joined, and a check of each row would cost more than that.

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

create function list_new_events() returns trigger language plpgsql as $$
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

create function list_changed_events() returns trigger language plpgsql as $$
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

create function list_under_actors() returns trigger language plpgsql as $$
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

create function list_under_sources() returns trigger language plpgsql as $$
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

create function list_under_source_of_article() returns trigger language plpgsql as $$
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

create function list_under_places() returns trigger language plpgsql as $$
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

create procedure list_under_countries(places uuid[]) language plpgsql as $$
begin
  delete from event_country l using event e where e.location_id = any (places) and l.event_id = e.id;
  insert into event_country
  select distinct l.under, l.start, l.event_id from listed_country l where l.location_id = any (places)
  on conflict do nothing;
end
$$;
comment on procedure list_under_countries is 'Lists the events of these places under the countries they lie in';

create function list_under_other_countries() returns trigger language plpgsql as $$
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

create trigger list_new after insert on event
  referencing new table as new_rows for each statement execute function list_new_events();
create trigger list_changed after update on event
  referencing old table as old_rows new table as new_rows for each statement execute function list_changed_events();
create trigger list_gone after delete on event
  referencing old table as old_rows for each statement execute function list_changed_events();
create trigger list_new after insert on participation
  referencing new table as new_rows for each statement execute function list_under_actors();
create trigger list_changed after update on participation
  referencing old table as old_rows new table as new_rows for each statement execute function list_under_actors();
create trigger list_gone after delete on participation
  referencing old table as old_rows for each statement execute function list_under_actors();
create trigger list_new after insert on report
  referencing new table as new_rows for each statement execute function list_under_sources();
create trigger list_changed after update on report
  referencing old table as old_rows new table as new_rows for each statement execute function list_under_sources();
create trigger list_gone after delete on report
  referencing old table as old_rows for each statement execute function list_under_sources();
create trigger list_changed after update on article
  referencing old table as old_rows new table as new_rows for each statement execute function list_under_source_of_article();
create trigger list_new after insert on location_ancestor
  referencing new table as changed_rows for each statement execute function list_under_places();
create trigger list_gone after delete on location_ancestor
  referencing old table as changed_rows for each statement execute function list_under_places();
create trigger list_changed after update on location
  referencing old table as old_rows new table as new_rows for each statement execute function list_under_other_countries();

-- What happened before there were listings.
insert into event_place select under, start, event_id from listed_place;
insert into event_country select distinct under, start, event_id from listed_country;
insert into event_actor select under, start, event_id, role from listed_actor;
insert into event_source select distinct under, start, event_id from listed_source;
