-- What happened: events, who took part, how they hang together, and what they close or open.

create table event (
  id              uuid primary key,
  slug            slug unique,
  title           text not null constraint event_title_given check (title <> ''),
  summary         text,
  kind            event_kind not null,
  native_type     text,
  modality        modality not null default 'OCCURRED',
  start_earliest  timestamptz,
  start_latest    timestamptz,
  end_earliest    timestamptz,
  end_latest      timestamptz,
  ongoing         boolean not null default false,
  edtf            text,
  time_text       text,
  location_id     uuid references location deferrable,
  parent_id       uuid references event deferrable,
  fatalities_best integer constraint event_fatalities_best_counts check (fatalities_best >= 0),
  fatalities_low  integer constraint event_fatalities_low_counts check (fatalities_low >= 0),
  fatalities_high integer constraint event_fatalities_high_counts check (fatalities_high >= 0),
  dataset_id      uuid references dataset,
  external_id     text,
  recorded_at     timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  version         integer not null default 1,
  constraint event_external_id_taken unique (dataset_id, external_id),
  constraint event_extent_is_ordered check (extent_is_ordered(start_earliest, start_latest, end_earliest, end_latest, ongoing)),
  constraint event_fatalities_are_ordered check
    (coalesce(fatalities_low <= fatalities_best, true) and coalesce(fatalities_best <= fatalities_high, true)
     and coalesce(fatalities_low <= fatalities_high, true))
);
-- Events in order of time, a page at a time; those of one kind; those at a place; the parts of one.
create index event_by_start on event ((coalesce(start_earliest, '-infinity')), id);
create index event_kind_by_start on event (kind, (coalesce(start_earliest, '-infinity')), id);
create index event_location on event (location_id, (coalesce(start_earliest, '-infinity')), id);
create index event_parent on event (parent_id, (coalesce(start_earliest, '-infinity')), id) where parent_id is not null;
comment on table event is 'Something that happened, was announced, or is alleged to have happened';
comment on column event.slug is 'Short public name; null on imported records that nobody has named';
comment on column event.title is 'What it is called, in our own words';
comment on column event.summary is 'What happened, in our own words';
comment on column event.kind is 'What happened, of the vocabulary';
comment on column event.native_type is 'Its type in its dataset''s own coding';
comment on column event.modality is 'Whether it happened or is only said to have';
comment on column event.location_id is 'Where';
comment on column event.parent_id is 'The event it is part of';
comment on column event.fatalities_best is 'Deaths: its dataset''s own best estimate; null when it makes none';
comment on column event.fatalities_low is 'Deaths: its dataset''s own lowest estimate';
comment on column event.fatalities_high is 'Deaths: its dataset''s own highest estimate';
call describe_record('event');
call describe_extent('event', '', 'When, the editor''s envelope');

create table participation (
  id          uuid primary key,
  event_id    uuid not null references event deferrable,
  actor_id    uuid not null references actor deferrable,
  role        participant_role not null,
  alleged     boolean not null default false,
  dataset_id  uuid references dataset,
  external_id text,
  recorded_at timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  version     integer not null default 1,
  constraint participation_external_id_taken unique (dataset_id, external_id),
  constraint participation_given_twice unique (event_id, actor_id, role)
);
-- Who took part? In what did this actor take part?
create index participation_event on participation (event_id, id);
create index participation_actor on participation (actor_id, event_id);
comment on table participation is 'An actor takes part in an event, in a role';
comment on column participation.event_id is 'The event';
comment on column participation.actor_id is 'The actor';
comment on column participation.role is 'The part taken';
comment on column participation.alleged is 'Whether that is only alleged';
call describe_record('participation');

create table event_relation (
  id          uuid primary key,
  event_id    uuid not null references event deferrable,
  kind        event_relation_kind not null,
  other_id    uuid not null references event deferrable,
  alleged     boolean not null default false,
  dataset_id  uuid references dataset,
  external_id text,
  recorded_at timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  version     integer not null default 1,
  constraint event_relation_external_id_taken unique (dataset_id, external_id),
  constraint event_relation_given_twice unique (event_id, kind, other_id),
  constraint event_relation_joins_two_events check (event_id <> other_id)
);
create index event_relation_other on event_relation (other_id);
comment on table event_relation is 'How one event stands to another';
comment on column event_relation.event_id is 'The event that, say, ENDS';
comment on column event_relation.kind is 'How it stands';
comment on column event_relation.other_id is 'The event that is, say, ended';
comment on column event_relation.alleged is 'Whether that is only alleged';
call describe_record('event_relation');

create function refuse_event_cycle() returns trigger language plpgsql as $$
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
comment on function refuse_event_cycle is 'Refuses an event that would be part of itself, through parents and PART_OF';

create table closure (
  id             uuid primary key,
  event_id       uuid not null references event deferrable,
  place_id       uuid not null,
  place_kind     location_kind not null
                   constraint closure_place_is_a_crossing_or_border check (place_kind in ('BORDER_CROSSING', 'BORDER')),
  effect         closure_effect not null default 'CLOSES',
  direction      direction not null default 'BOTH',
  traffic        text[] not null default '{}'
                   -- The cast refuses what the vocabulary does not know.
                   constraint closure_traffic_known check (traffic::traffic_class[] is not null),
  severity       closure_severity not null default 'FULL',
  basis          closure_basis not null default 'UNSPECIFIED',
  decided_by_id  uuid references actor deferrable,
  reason         text,
  schedule       text,
  start_earliest timestamptz,
  start_latest   timestamptz,
  end_earliest   timestamptz,
  end_latest     timestamptz,
  ongoing        boolean not null default false,
  edtf           text,
  time_text      text,
  dataset_id     uuid references dataset,
  external_id    text,
  recorded_at    timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  version        integer not null default 1,
  constraint closure_external_id_taken unique (dataset_id, external_id),
  constraint closure_of_event unique (id, event_id),
  constraint closure_place foreign key (place_id, place_kind) references location (id, kind) on update cascade deferrable,
  constraint closure_extent_is_ordered check (extent_is_ordered(start_earliest, start_latest, end_earliest, end_latest, ongoing))
);
-- What did this event close? What was closed here, in order of time? What was closed anywhere?
create index closure_event on closure (event_id, (coalesce(start_earliest, '-infinity')), id);
create index closure_place_by_start on closure (place_id, (coalesce(start_earliest, '-infinity')), id);
create index closure_by_start on closure ((coalesce(start_earliest, '-infinity')), id);
create index closure_decided_by on closure (decided_by_id) where decided_by_id is not null;
comment on table closure is 'What an event closes or opens: a place, for a direction and traffic, over a time';
comment on column closure.event_id is 'The event that does it';
comment on column closure.place_id is 'A crossing, or a border and with it every crossing on it';
comment on column closure.place_kind is 'The kind of that place: holds it to crossings and borders';
comment on column closure.effect is 'CLOSES or OPENS';
comment on column closure.direction is 'From one side to the other, or both ways';
comment on column closure.traffic is 'The classes it covers; empty: all';
comment on column closure.severity is 'FULL or PARTIAL';
comment on column closure.basis is 'Whether it was ordered or observed';
comment on column closure.decided_by_id is 'Who decided it';
comment on column closure.reason is 'Why, in our own words';
comment on column closure.schedule is 'The weekly times at which it applies, in OSM opening_hours; null: always';
call describe_record('closure');
call describe_extent('closure', '', 'When it applies');

call keep_history('event');
call keep_history('participation');
call keep_history('event_relation');
call keep_history('closure');

create trigger refuse_cycle_of_created after insert on event
  referencing new table as new_rows for each statement execute function refuse_event_cycle();
create trigger refuse_cycle_of_updated after update on event
  referencing new table as new_rows for each statement execute function refuse_event_cycle();
create trigger refuse_cycle_of_created after insert on event_relation
  referencing new table as new_rows for each statement execute function refuse_event_cycle();
create trigger refuse_cycle_of_updated after update on event_relation
  referencing new table as new_rows for each statement execute function refuse_event_cycle();
