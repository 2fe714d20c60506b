-- Who acts, who publishes, and where: actors, sources, places, crossings, their names and identifiers.

create table source (
  id          uuid primary key,
  slug        slug unique,
  name        text not null constraint source_name_given check (name <> ''),
  kind        source_kind not null,
  country     country_code,
  homepage    web_address,
  languages   text[] not null default '{}',
  dataset_id  uuid references dataset,
  external_id text,
  recorded_at timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  version     integer not null default 1,
  constraint source_external_id_taken unique (dataset_id, external_id)
);
-- Sources by name, a page at a time.
create index source_by_name on source (name, id);
comment on table source is 'An outlet or body that publishes';
comment on column source.slug is 'Short public name; null on imported records that nobody has named';
comment on column source.name is 'The name people read';
comment on column source.kind is 'What kind of outlet or body';
comment on column source.country is 'Where it is based';
comment on column source.homepage is 'Its own address';
comment on column source.languages is 'BCP 47 tags of the languages it publishes in; empty when unknown';
call describe_record('source');

create table actor (
  id          uuid primary key,
  slug        slug unique,
  name        text not null constraint actor_name_given check (name <> ''),
  kind        actor_kind not null,
  country     country_code,
  description text,
  dataset_id  uuid references dataset,
  external_id text,
  recorded_at timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  version     integer not null default 1,
  constraint actor_external_id_taken unique (dataset_id, external_id)
);
-- Actors by name, a page at a time.
create index actor_by_name on actor (name, id);
comment on table actor is 'Who acts or speaks';
comment on column actor.slug is 'Short public name; null on imported records that nobody has named';
comment on column actor.name is 'The name people read';
comment on column actor.kind is 'What kind of actor; UNNAMED_ROLE for speakers a report does not name';
comment on column actor.country is 'Where it belongs';
comment on column actor.description is 'Who it is, in our own words';
call describe_record('actor');

create table affiliation (
  id             uuid primary key,
  member_id      uuid not null references actor deferrable,
  group_id       uuid not null references actor deferrable,
  role           text,
  start_earliest timestamptz,
  start_latest   timestamptz,
  end_earliest   timestamptz,
  end_latest     timestamptz,
  ongoing        boolean,
  edtf           text,
  time_text      text,
  dataset_id     uuid references dataset,
  external_id    text,
  recorded_at    timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  version        integer not null default 1,
  constraint affiliation_external_id_taken unique (dataset_id, external_id),
  constraint affiliation_joins_two_actors check (member_id <> group_id),
  constraint affiliation_extent_is_ordered check (extent_is_ordered(start_earliest, start_latest, end_earliest, end_latest, ongoing))
);
-- What does this actor belong to? Who belongs to it?
create index affiliation_member on affiliation (member_id, id);
create index affiliation_group on affiliation (group_id, id);
comment on table affiliation is 'An actor belongs to an actor, in a role, over a time';
comment on column affiliation.member_id is 'Who belongs';
comment on column affiliation.group_id is 'To whom';
comment on column affiliation.role is 'As what, such as "Minister of Information"';
call describe_record('affiliation');
call describe_extent('affiliation', '', 'When');

create table location (
  id               uuid primary key,
  slug             slug unique,
  name             text not null constraint location_name_given check (name <> ''),
  kind             location_kind not null,
  country          country_code,
  parent_id        uuid references location deferrable,
  between_a_id     uuid references location deferrable,
  between_b_id     uuid references location deferrable,
  timezone         text constraint location_timezone_known check (timezone_is_known(timezone)),
  latitude         double precision constraint location_latitude_on_earth check (latitude between -90 and 90),
  longitude        double precision constraint location_longitude_on_earth check (longitude between -180 and 180),
  point            geography(Point, 4326) generated always as
                     (st_setsrid(st_makepoint(longitude, latitude), 4326)::geography) stored,
  precision_metres double precision constraint location_precision_positive check (precision_metres >= 0),
  dataset_id       uuid references dataset,
  external_id      text,
  recorded_at      timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  version          integer not null default 1,
  constraint location_external_id_taken unique (dataset_id, external_id),
  -- What hangs off a place of one kind names both, so that the kind holds.
  constraint location_of_kind unique (id, kind),
  constraint location_point_is_whole check ((latitude is null) = (longitude is null)),
  constraint location_only_borders_divide check (kind = 'BORDER' or num_nonnulls(between_a_id, between_b_id) = 0),
  constraint location_border_divides_two check
    ((between_a_id is null) = (between_b_id is null) and between_a_id is distinct from between_b_id or between_a_id is null and between_b_id is null)
);
-- Places by name, a page at a time; those inside another; those near a point.
create index location_by_name on location (name, id);
create index location_parent on location (parent_id, name, id);
create index location_between_a on location (between_a_id) where between_a_id is not null;
create index location_between_b on location (between_b_id) where between_b_id is not null;
create index location_point on location using gist (point);
comment on table location is 'A place';
comment on column location.slug is 'Short public name; null on imported records that nobody has named';
comment on column location.name is 'The name people read';
comment on column location.kind is 'What kind of place';
comment on column location.country is 'The country it lies in; null for a border, a crossing and whatever lies in none';
comment on column location.parent_id is 'The place it lies within; of a crossing, its border';
comment on column location.between_a_id is 'Of a border: one of the two countries it divides, in both of which it lies';
comment on column location.between_b_id is 'Of a border: the other';
comment on column location.timezone is 'IANA time zone; null: that of the nearest place around it';
comment on column location.latitude is 'Degrees north, WGS 84';
comment on column location.longitude is 'Degrees east, WGS 84';
comment on column location.point is 'The same point, for PostGIS';
comment on column location.precision_metres is 'How far the point may be from the truth; null when unknown';
call describe_record('location');

create table location_ancestor (
  location_id uuid not null references location on delete cascade deferrable,
  ancestor_id uuid not null references location on delete cascade deferrable,
  depth       integer not null,
  primary key (location_id, ancestor_id),
  constraint location_tree_has_no_cycle check (depth = 0 or location_id <> ancestor_id)
);
-- Which places lie in this one?
create index location_ancestor_within on location_ancestor (ancestor_id, location_id);
comment on table location_ancestor is 'Every place with every place around it, itself included; kept by the database';
comment on column location_ancestor.location_id is 'The place';
comment on column location_ancestor.ancestor_id is 'A place around it, or itself';
comment on column location_ancestor.depth is 'Steps up from one to the other; 0 for itself';

create function follow_location_tree() returns trigger language plpgsql as $$
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
comment on function follow_location_tree is 'Keeps location_ancestor in step with the parents and borders of places';

create trigger follow_tree_of_created after insert on location
  referencing new table as new_rows for each statement execute function follow_location_tree();
create trigger follow_tree_of_updated after update on location
  referencing old table as old_rows new table as new_rows for each statement execute function follow_location_tree();

create function location_timezone(place uuid) returns text language sql stable parallel safe as $$
  select case when count(distinct timezone) = 1 then min(timezone) end
  from (
    select l.timezone, rank() over (order by a.depth) as nearness
    from location_ancestor a join location l on l.id = a.ancestor_id
    where a.location_id = place and l.timezone is not null) zones
  where nearness = 1
$$;
comment on function location_timezone is
  'The time zone that holds at a place: its own, else the nearest around it; null when there is none, or two equally near that differ';

create table border_crossing (
  id            uuid primary key,
  location_id   uuid not null unique,
  location_kind location_kind not null default 'BORDER_CROSSING'
                  constraint border_crossing_is_a_crossing check (location_kind = 'BORDER_CROSSING'),
  a_country      country_code not null,
  a_local_name   text not null constraint border_crossing_a_name_given check (a_local_name <> ''),
  a_authority_id uuid references actor deferrable,
  b_country      country_code not null,
  b_local_name   text not null constraint border_crossing_b_name_given check (b_local_name <> ''),
  b_authority_id uuid references actor deferrable,
  modes         text[] not null default '{}'
                  -- The cast refuses what the vocabulary does not know.
                  constraint border_crossing_modes_known check (modes::crossing_mode[] is not null),
  dataset_id    uuid references dataset,
  external_id   text,
  recorded_at   timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  version       integer not null default 1,
  constraint border_crossing_external_id_taken unique (dataset_id, external_id),
  constraint border_crossing_location foreign key (location_id, location_kind) references location (id, kind) deferrable,
  -- A line of control is a crossing too: one country, two authorities.
  constraint border_crossing_joins_two_sides check
    (a_country <> b_country or coalesce(a_authority_id <> b_authority_id, false))
);
create index border_crossing_a_authority on border_crossing (a_authority_id) where a_authority_id is not null;
create index border_crossing_b_authority on border_crossing (b_authority_id) where b_authority_id is not null;
comment on table border_crossing is 'A location with exactly two sides';
comment on column border_crossing.location_id is 'The place that it is; its parent is the border';
comment on column border_crossing.location_kind is 'Always BORDER_CROSSING: holds the place to its kind';
comment on column border_crossing.a_country is 'Country of side A';
comment on column border_crossing.a_local_name is 'What side A calls it';
comment on column border_crossing.a_authority_id is 'Who controls side A';
comment on column border_crossing.b_country is 'Country of side B';
comment on column border_crossing.b_local_name is 'What side B calls it';
comment on column border_crossing.b_authority_id is 'Who controls side B';
comment on column border_crossing.modes is 'How it is crossed; empty when unknown';
call describe_record('border_crossing');

create view named_crossing as
  select c.*, l.slug, l.name from border_crossing c join location l on l.id = c.location_id;
comment on view named_crossing is 'A border crossing with the slug and the name of its place: what a reader of crossings always wants';

create table name (
  id          uuid primary key default gen_random_uuid(),
  actor_id    uuid references actor on delete cascade deferrable,
  location_id uuid references location on delete cascade deferrable,
  source_id   uuid references source on delete cascade deferrable,
  value       text not null constraint name_value_given check (value <> ''),
  language    text,
  kind        name_kind not null,
  constraint name_of_one_record check (num_nonnulls(actor_id, location_id, source_id) = 1),
  constraint name_given_twice unique nulls not distinct (actor_id, location_id, source_id, value, language, kind)
);
create index name_actor on name (actor_id) where actor_id is not null;
create index name_location on name (location_id) where location_id is not null;
create index name_source on name (source_id) where source_id is not null;
comment on table name is 'Every name of an actor, location or source; not unique across records';
comment on column name.id is 'Row id';
comment on column name.actor_id is 'The actor it names';
comment on column name.location_id is 'The location it names';
comment on column name.source_id is 'The source it names';
comment on column name.value is 'The name';
comment on column name.language is 'BCP 47 tag; null when unknown';
comment on column name.kind is 'What kind of name; PRIMARY follows the record''s own';

create function follow_primary_name() returns trigger language plpgsql as $$
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

create table identifier (
  id          uuid primary key default gen_random_uuid(),
  actor_id    uuid references actor on delete cascade deferrable,
  location_id uuid references location on delete cascade deferrable,
  source_id   uuid references source on delete cascade deferrable,
  scheme      text not null constraint identifier_scheme_given check (scheme ~ '^[a-z0-9_-]+$'),
  value       text not null constraint identifier_value_given check (value <> ''),
  constraint identifier_of_one_record check (num_nonnulls(actor_id, location_id, source_id) = 1),
  constraint identifier_given_twice unique nulls not distinct (scheme, value, actor_id, location_id, source_id)
);
create index identifier_actor on identifier (actor_id) where actor_id is not null;
create index identifier_location on identifier (location_id) where location_id is not null;
create index identifier_source on identifier (source_id) where source_id is not null;
comment on table identifier is 'A record''s id elsewhere';
comment on column identifier.id is 'Row id';
comment on column identifier.actor_id is 'The actor it means';
comment on column identifier.location_id is 'The location it means';
comment on column identifier.source_id is 'The source it means';
comment on column identifier.scheme is 'Whose id: wikidata, geonames, osm, unlocode, iso3166, pcode, acled, ucdp, gdelt and others';
comment on column identifier.value is 'The id';

call keep_history('source');
call keep_history('actor');
call keep_history('affiliation');
call keep_history('location');
call keep_history('border_crossing');
call keep_part_history('name');
call keep_part_history('identifier');

create trigger follow_name_of_created after insert on source
  referencing new table as new_rows for each statement execute function follow_primary_name('source_id');
create trigger follow_name_of_updated after update on source
  referencing old table as old_rows new table as new_rows for each statement execute function follow_primary_name('source_id');
create trigger follow_name_of_created after insert on actor
  referencing new table as new_rows for each statement execute function follow_primary_name('actor_id');
create trigger follow_name_of_updated after update on actor
  referencing old table as old_rows new table as new_rows for each statement execute function follow_primary_name('actor_id');
create trigger follow_name_of_created after insert on location
  referencing new table as new_rows for each statement execute function follow_primary_name('location_id');
create trigger follow_name_of_updated after update on location
  referencing old table as old_rows new table as new_rows for each statement execute function follow_primary_name('location_id');
