-- Who reports it and who says what: articles, reports, properties and claims.

create table article (
  id                       uuid primary key,
  source_id                uuid not null references source deferrable,
  url                      web_address constraint article_url_taken unique,
  title                    text not null constraint article_title_given check (title <> ''),
  title_given              boolean not null default true,
  author                   text,
  published_start_earliest timestamptz,
  published_start_latest   timestamptz,
  published_end_earliest   timestamptz,
  published_end_latest     timestamptz,
  published_ongoing        boolean,
  published_edtf           text,
  published_time_text      text,
  published_note           text,
  language                 text,
  dateline_id              uuid references location deferrable,
  summary                  text,
  content_hash             text constraint article_content_hash_is_sha256 check (content_hash ~ '^[0-9a-f]{64}$'),
  dataset_id               uuid references dataset,
  external_id              text,
  recorded_at              timestamptz not null default now(),
  updated_at               timestamptz not null default now(),
  version                  integer not null default 1,
  constraint article_external_id_taken unique (dataset_id, external_id),
  -- A claim names both, so that its source is its article's.
  constraint article_of_source unique (id, source_id),
  constraint article_published_is_ordered check (extent_is_ordered(published_start_earliest, published_start_latest,
    published_end_earliest, published_end_latest, published_ongoing))
);
-- Articles in order of publication, a page at a time; those of one source.
create index article_by_published on article ((coalesce(published_start_earliest, '-infinity')), id);
create index article_source_by_published on article (source_id, (coalesce(published_start_earliest, '-infinity')), id);
create index article_dateline on article (dateline_id) where dateline_id is not null;
comment on table article is 'One published document';
comment on column article.source_id is 'Who published it';
comment on column article.url is 'Where it stands; null when unknown';
comment on column article.title is 'Its title, or an editor''s label when it prints none';
comment on column article.title_given is 'Whether the article prints that title';
comment on column article.author is 'As printed';
comment on column article.published_note is 'How the time of publication was inferred; null when it is printed';
comment on column article.language is 'BCP 47 tag';
comment on column article.dateline_id is 'The place its dateline names';
comment on column article.summary is 'What it says, in our own words; the text itself is never stored';
comment on column article.content_hash is 'SHA-256 of its text, hexadecimal';
call describe_record('article');
call describe_extent('article', 'published_', 'When it was published');

create table article_derivation (
  id               uuid primary key default gen_random_uuid(),
  article_id       uuid not null references article on delete cascade deferrable,
  kind             derivation_kind not null,
  from_article_id  uuid references article deferrable,
  from_source_id   uuid references source deferrable,
  constraint article_derivation_from_one check (num_nonnulls(from_article_id, from_source_id) = 1),
  constraint article_derivation_not_from_itself check (article_id <> from_article_id),
  constraint article_derivation_given_twice unique nulls not distinct (article_id, kind, from_article_id, from_source_id)
);
create index article_derivation_from_article on article_derivation (from_article_id) where from_article_id is not null;
create index article_derivation_from_source on article_derivation (from_source_id) where from_source_id is not null;
comment on table article_derivation is 'An article comes from another article or a source';
comment on column article_derivation.id is 'Row id';
comment on column article_derivation.article_id is 'The article that derives';
comment on column article_derivation.kind is 'How';
comment on column article_derivation.from_article_id is 'The article it comes from';
comment on column article_derivation.from_source_id is 'The source it comes from, when no article is known';

create table report (
  id          uuid primary key,
  article_id  uuid references article deferrable,
  source_id   uuid references source deferrable,
  citation    text,
  event_id    uuid not null references event deferrable,
  relevance   relevance not null default 'MAIN',
  locator     text,
  confidence  double precision constraint report_confidence_is_a_share check (confidence between 0 and 1),
  dataset_id  uuid references dataset,
  external_id text,
  recorded_at timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  version     integer not null default 1,
  constraint report_external_id_taken unique (dataset_id, external_id),
  constraint report_by_one check (num_nonnulls(article_id, source_id, citation) = 1),
  constraint report_given_twice unique (article_id, event_id),
  constraint report_of_event unique (id, event_id)
);
-- Who reports this event? What does this source report?
create index report_event on report (event_id, id);
create index report_source on report (source_id) where source_id is not null;
comment on table report is 'An article reports an event; where a dataset names no article, a source or a citation does';
comment on column report.article_id is 'The article';
comment on column report.source_id is 'The source, when no article is known';
comment on column report.citation is 'The citation as printed, when no source can be told';
comment on column report.event_id is 'The event';
comment on column report.relevance is 'How much of the article the event is';
comment on column report.locator is 'Where in the article: paragraph or range of characters';
comment on column report.confidence is 'From 0 to 1, when its dataset gives one';
call describe_record('report');

create table report_closure (
  id         uuid primary key default gen_random_uuid(),
  report_id  uuid not null,
  closure_id uuid not null,
  event_id   uuid not null,
  constraint report_closure_given_twice unique (report_id, closure_id),
  constraint report_closure_report foreign key (report_id, event_id) references report (id, event_id) on delete cascade deferrable,
  constraint report_closure_closure foreign key (closure_id, event_id) references closure (id, event_id) on delete cascade deferrable
);
create index report_closure_report_event on report_closure (report_id, event_id);
create index report_closure_closure_event on report_closure (closure_id, event_id);
comment on table report_closure is 'The closures of its event that a report speaks for; a report without any speaks for all';
comment on column report_closure.id is 'Row id';
comment on column report_closure.report_id is 'The report';
comment on column report_closure.closure_id is 'The closure';
comment on column report_closure.event_id is 'The event of both: holds them to one';

create table claim_property (
  id          uuid primary key,
  code        text not null unique constraint claim_property_code_well_formed check (code ~ '^[a-z][a-z0-9_]*$'),
  label       text not null constraint claim_property_label_given check (label <> ''),
  value_kind  value_kind not null,
  unit        text,
  functional  boolean not null,
  needs_scope boolean not null default false,
  dataset_id  uuid references dataset,
  external_id text,
  recorded_at timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  version     integer not null default 1,
  constraint claim_property_external_id_taken unique (dataset_id, external_id),
  -- A claim names all three, so that its value is of its property's kind and its scope is there.
  constraint claim_property_shape unique (code, value_kind, needs_scope),
  constraint claim_property_unit_of_numbers check (unit is null or value_kind = 'NUMBER')
);
comment on table claim_property is 'What claims can be about';
comment on column claim_property.code is 'The name by which claims mean it';
comment on column claim_property.label is 'The name people read';
comment on column claim_property.value_kind is 'The kind of its values';
comment on column claim_property.unit is 'What its numbers count; null for a bare count';
comment on column claim_property.functional is 'Whether only one value can be true; else its values form a set';
comment on column claim_property.needs_scope is 'Whether a claim must say for which crossing and direction';
call describe_record('claim_property');

create table claim_property_code (
  id       uuid primary key default gen_random_uuid(),
  property text not null references claim_property (code) on update cascade on delete cascade deferrable,
  code     text not null constraint claim_property_code_is_upper_case check (code ~ '^[A-Z][A-Z0-9_]*$'),
  constraint claim_property_code_given_twice unique (property, code)
);
comment on table claim_property_code is 'The values that a property of kind CODE allows';
comment on column claim_property_code.id is 'Row id';
comment on column claim_property_code.property is 'The property';
comment on column claim_property_code.code is 'A value it allows';

create table claim (
  id                   uuid primary key,
  event_id             uuid not null references event deferrable,
  property             text not null,
  value_kind           value_kind not null,
  needs_scope          boolean not null,
  source_id            uuid not null references source deferrable,
  article_id           uuid,
  speaker_id           uuid references actor deferrable,
  target_id            uuid references actor deferrable,
  act                  claim_act not null default 'ASSERT',
  crossing_id          uuid references border_crossing deferrable,
  direction            direction,
  traffic              traffic_class,
  value_number         double precision,
  value_low            double precision,
  value_high           double precision,
  value_unit           text,
  value_qualifier      number_qualifier,
  value_start_earliest timestamptz,
  value_start_latest   timestamptz,
  value_end_earliest   timestamptz,
  value_end_latest     timestamptz,
  value_ongoing        boolean,
  value_edtf           text,
  value_time_text      text,
  value_code           text,
  value_text           text constraint claim_text_given check (value_text <> ''),
  value_actor_id       uuid references actor deferrable,
  value_location_id    uuid references location deferrable,
  value_boolean        boolean,
  as_of_start_earliest timestamptz,
  as_of_start_latest   timestamptz,
  as_of_end_earliest   timestamptz,
  as_of_end_latest     timestamptz,
  as_of_ongoing        boolean,
  as_of_edtf           text,
  as_of_time_text      text,
  locator              text,
  quote                text constraint claim_quote_is_short check (array_length(regexp_split_to_array(btrim(quote), '\s+'), 1) <= 25),
  note                 text,
  retracted_at         timestamptz,
  retraction_reason    text,
  dataset_id           uuid references dataset,
  external_id          text,
  recorded_at          timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  version              integer not null default 1,
  constraint claim_property_of_kind foreign key (property, value_kind, needs_scope)
    references claim_property (code, value_kind, needs_scope) on update cascade deferrable,
  constraint claim_code_allowed foreign key (property, value_code) references claim_property_code (property, code) deferrable,
  constraint claim_article_of_source foreign key (article_id, source_id) references article (id, source_id) on update cascade deferrable,
  constraint claim_has_one_value check (
        (value_kind = 'NUMBER') = (num_nonnulls(value_number, value_low, value_high) > 0)
    and (value_kind = 'EXTENT') = (value_ongoing is not null)
    and (value_kind = 'CODE') = (value_code is not null)
    and (value_kind = 'TEXT') = (value_text is not null)
    and (value_kind = 'ACTOR') = (value_actor_id is not null)
    and (value_kind = 'LOCATION') = (value_location_id is not null)
    and (value_kind = 'BOOLEAN') = (value_boolean is not null)),
  constraint claim_number_is_qualified check
    ((value_kind = 'NUMBER') = (value_qualifier is not null) and (value_kind = 'NUMBER' or value_unit is null)),
  constraint claim_number_is_ordered check
    (coalesce(value_low <= value_number, true) and coalesce(value_number <= value_high, true) and coalesce(value_low <= value_high, true)),
  constraint claim_value_extent_is_ordered check
    (extent_is_ordered(value_start_earliest, value_start_latest, value_end_earliest, value_end_latest, value_ongoing)),
  constraint claim_as_of_is_ordered check
    (extent_is_ordered(as_of_start_earliest, as_of_start_latest, as_of_end_earliest, as_of_end_latest, as_of_ongoing)),
  constraint claim_has_its_scope check (not needs_scope or (crossing_id is not null and direction is not null)),
  constraint claim_retraction_has_a_reason check ((retracted_at is null) = (retraction_reason is null))
);
-- One live claim a key: a revised figure is a new claim and retracts the old one.
create unique index claim_external_id_taken on claim (dataset_id, external_id) where retracted_at is null;
create index claim_dataset on claim (dataset_id);
-- What is claimed about this event? By this article, source, speaker? About this crossing? Of this property?
create index claim_event on claim (event_id, property, id);
create index claim_article on claim (article_id, id);
create index claim_source on claim (source_id, id);
create index claim_speaker on claim (speaker_id, id);
create index claim_target on claim (target_id) where target_id is not null;
create index claim_crossing on claim (crossing_id) where crossing_id is not null;
create index claim_property_used on claim (property, value_kind, needs_scope);
create index claim_code_used on claim (property, value_code);
create index claim_value_actor on claim (value_actor_id) where value_actor_id is not null;
create index claim_value_location on claim (value_location_id) where value_location_id is not null;
create index claim_article_and_source on claim (article_id, source_id);
-- Claims in order of recording, a page at a time.
create index claim_by_recorded on claim (recorded_at, id);
comment on table claim is 'What one article says one speaker said about one property of one event; never edited';
comment on column claim.event_id is 'What it is about';
comment on column claim.property is 'Which property of it';
comment on column claim.value_kind is 'The kind of its value: its property''s';
comment on column claim.needs_scope is 'Whether its property needs a scope: its property''s';
comment on column claim.source_id is 'Where it stands; with an article, the article''s source';
comment on column claim.article_id is 'The article it stands in; null only when a dataset itself makes the estimate';
comment on column claim.speaker_id is 'Who says it; null when the outlet says it in its own voice';
comment on column claim.target_id is 'Who is accused, asked or threatened';
comment on column claim.act is 'What the speaker does with it';
comment on column claim.crossing_id is 'Scope: the crossing it speaks of';
comment on column claim.direction is 'Scope: the direction it speaks of';
comment on column claim.traffic is 'Scope: the traffic it speaks of; null: all';
comment on column claim.value_number is 'A number: the figure itself; null when only a range is given';
comment on column claim.value_low is 'A number: its lower end';
comment on column claim.value_high is 'A number: its upper end';
comment on column claim.value_unit is 'A number: what it counts';
comment on column claim.value_qualifier is 'A number: how it is meant';
comment on column claim.value_code is 'A code: one of its property''s';
comment on column claim.value_text is 'A text, in our own words';
comment on column claim.value_actor_id is 'An actor';
comment on column claim.value_location_id is 'A location';
comment on column claim.value_boolean is 'True or false';
comment on column claim.locator is 'Where in the article';
comment on column claim.quote is 'A few words of the article, or null';
comment on column claim.note is 'An editor''s remark';
comment on column claim.retracted_at is 'When it was taken back; null while it stands';
comment on column claim.retraction_reason is 'Why it was taken back';
call describe_record('claim');
call describe_extent('claim', 'value_', 'An extent');
call describe_extent('claim', 'as_of_', 'The moment the speaker speaks about');

create table claim_relay (
  id        uuid primary key default gen_random_uuid(),
  claim_id  uuid not null references claim deferrable,
  position  integer not null constraint claim_relay_position_counts check (position >= 1),
  source_id uuid not null references source deferrable,
  constraint claim_relay_given_twice unique (claim_id, position)
);
create index claim_relay_source on claim_relay (source_id);
comment on table claim_relay is 'The sources a claim passed through';
comment on column claim_relay.id is 'Row id';
comment on column claim_relay.claim_id is 'The claim';
comment on column claim_relay.position is 'Its place in the chain, 1 nearest the origin';
comment on column claim_relay.source_id is 'The source';

create function refuse_edit_of_claim() returns trigger language plpgsql as $$
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

-- Named to run before the version is counted.
create trigger a_claim_is_never_edited before update or delete on claim for each row execute function refuse_edit_of_claim();
create trigger a_claim_is_never_emptied before truncate on claim for each statement execute function refuse_edit_of_claim();
create trigger a_relay_is_never_edited before update or delete on claim_relay for each row execute function refuse_edit_of_claim();
create trigger a_relay_is_never_emptied before truncate on claim_relay for each statement execute function refuse_edit_of_claim();

-- The built-in properties are part of the schema: they are there before any change set.
insert into claim_property (id, code, label, value_kind, unit, functional, needs_scope)
select uuid_generate_v5('8f1c7f0e-6a53-5d0c-9a55-0b1f6a2d9c11', 'claim_property:' || code), code, label, value_kind, unit, functional, needs_scope
from (values
  ('occurred',          'Whether it happened',              'BOOLEAN',  null,   true,  false),
  ('start',             'When it began',                    'EXTENT',   null,   true,  false),
  ('end',               'When it ended',                    'EXTENT',   null,   true,  false),
  ('duration',          'How long it lasted',               'NUMBER',   'day',  true,  false),
  ('session_time',      'How long its sessions ran',        'NUMBER',   'hour', true,  false),
  ('round',             'Which round it was',               'NUMBER',   null,   true,  false),
  ('outcome',           'How it ended',                     'CODE',     null,   true,  false),
  ('status',            'Whether the crossing is open',     'CODE',     null,   true,  true),
  ('location',          'Where it happened',                'LOCATION', null,   true,  false),
  ('responsibility',    'Who is responsible',               'ACTOR',    null,   true,  false),
  ('decided_by',        'Who decided it',                   'ACTOR',    null,   true,  false),
  ('fatalities',        'People killed',                    'NUMBER',   null,   true,  false),
  ('injuries',          'People injured',                   'NUMBER',   null,   true,  false),
  ('casualties',        'People killed or injured',         'NUMBER',   null,   true,  false),
  ('displaced',         'People displaced',                 'NUMBER',   null,   true,  false),
  ('deported',          'People deported',                  'NUMBER',   null,   true,  false),
  ('detained',          'People detained',                  'NUMBER',   null,   true,  false),
  ('stranded_vehicles', 'Vehicles stranded',                'NUMBER',   null,   true,  false),
  ('people_crossed',    'People who crossed',               'NUMBER',   null,   true,  false),
  ('vehicles_crossed',  'Vehicles that crossed',            'NUMBER',   null,   true,  false),
  ('participant',       'Who took part',                    'ACTOR',    null,   false, false),
  ('host',              'Who hosted it',                    'ACTOR',    null,   false, false),
  ('mediator',          'Who mediated',                     'ACTOR',    null,   false, false),
  ('cause',             'What caused it',                   'TEXT',     null,   false, false),
  ('reason',            'The reason given',                 'TEXT',     null,   false, false),
  ('demand',            'What was demanded',                'TEXT',     null,   false, false),
  ('statement',         'What was said',                    'TEXT',     null,   false, false)
) as built_in (code, label, value_kind, unit, functional, needs_scope);
insert into claim_property_code (property, code) values
  ('outcome', 'AGREEMENT'), ('outcome', 'PARTIAL_AGREEMENT'), ('outcome', 'NO_AGREEMENT'), ('outcome', 'CONTINUING'),
  ('status', 'OPEN'), ('status', 'RESTRICTED'), ('status', 'CLOSED');

call keep_history('article');
call keep_part_history('article_derivation');
call keep_history('report');
call keep_part_history('report_closure');
call keep_history('claim_property');
call keep_part_history('claim_property_code');
call keep_history('claim');
create trigger keep_created after insert on claim_relay
  referencing new table as new_rows for each statement execute function keep_revision('part');
