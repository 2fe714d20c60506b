-- The extensions, the vocabularies and the rules that every table shares.

create extension if not exists postgis;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
create extension if not exists "uuid-ossp";

-- Vocabularies. A domain over text keeps each list in one place and travels as plain text.

create domain slug as text
  constraint slug_well_formed check (value ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(value) <= 200);
comment on domain slug is 'A short public name: lower-case letters and digits in groups joined by hyphens';

create domain country_code as text
  constraint country_code_well_formed check (value ~ '^[A-Z]{2}$');
comment on domain country_code is 'ISO 3166-1 alpha-2';

create domain web_address as text
  constraint web_address_well_formed check (value ~* '^https?://[^[:space:]]+$');
comment on domain web_address is 'An absolute http or https address';

create domain direction as text
  constraint direction_known check (value in ('A_TO_B', 'B_TO_A', 'BOTH'));
comment on domain direction is 'Which way across a border, from one side to the other';

create domain traffic_class as text
  constraint traffic_class_known check (value in
    ('PEDESTRIAN', 'PASSENGER', 'CARGO', 'TRANSIT_TRADE', 'HUMANITARIAN', 'MEDICAL', 'RETURNEES', 'DIPLOMATIC'));
comment on domain traffic_class is 'Who or what crosses';

create domain crossing_mode as text
  constraint crossing_mode_known check (value in ('ROAD', 'RAIL', 'FOOT', 'RIVER', 'SEA', 'AIR'));
comment on domain crossing_mode is 'How a border is crossed';

create domain source_kind as text
  constraint source_kind_known check (value in
    ('NEWSPAPER', 'WIRE', 'BROADCASTER', 'ONLINE', 'STATE_MEDIA', 'GOVERNMENT', 'IGO', 'NGO', 'SOCIAL_ACCOUNT', 'DATASET', 'UNKNOWN'));
comment on domain source_kind is 'What kind of outlet or body publishes';

create domain actor_kind as text
  constraint actor_kind_known check (value in
    ('STATE', 'GOVERNMENT_BODY', 'ARMED_GROUP', 'POLITICAL_PARTY', 'ORGANISATION', 'COMPANY', 'IGO', 'NGO', 'MEDIA', 'PERSON', 'COMMUNITY', 'UNNAMED_ROLE'));
comment on domain actor_kind is 'Who acts or speaks';

create domain location_kind as text
  constraint location_kind_known check (value in
    ('COUNTRY', 'ADMIN1', 'ADMIN2', 'ADMIN3', 'ADMIN4', 'CITY', 'VILLAGE', 'FACILITY', 'BORDER', 'BORDER_CROSSING', 'ROUTE', 'AREA', 'WATER'));
comment on domain location_kind is 'What kind of place';

create domain event_kind as text
  constraint event_kind_known check (value in
    ('CLOSURE', 'REOPENING', 'RESTRICTION', 'BLOCKADE', 'INCURSION', 'OBSERVATION',
     'TALKS', 'MEDIATION', 'VISIT', 'CALL',
     'CEASEFIRE', 'ACCORD', 'WITHDRAWAL', 'RELEASE', 'ACCORD_VIOLATION',
     'STATEMENT', 'ACCUSATION', 'DEMAND', 'THREAT', 'REJECTION',
     'ATTACK', 'ARMED_CLASH', 'AIRSTRIKE', 'SHELLING', 'BOMBING', 'SUICIDE_BOMBING', 'ATTACK_ON_CIVILIANS', 'ABDUCTION', 'SEXUAL_VIOLENCE', 'ASSASSINATION',
     'ARREST', 'DEPORTATION', 'CURFEW', 'SANCTION', 'SEIZURE',
     'MOBILISATION', 'TERRITORY_CHANGE', 'DEPLOYMENT',
     'DEMONSTRATION', 'RIOT', 'STRIKE',
     'DISPLACEMENT', 'RETURN', 'AID_DELIVERY', 'ACCESS_RESTRICTION', 'DISASTER', 'EPIDEMIC',
     'OTHER'));
comment on domain event_kind is 'What happened; the kinds fall into ten categories';

create domain modality as text
  constraint modality_known check (value in ('OCCURRED', 'ONGOING', 'ANNOUNCED', 'ALLEGED', 'CANCELLED', 'DID_NOT_HAPPEN'));
comment on domain modality is 'Whether it happened, is said to have happened, or was only announced';

create domain participant_role as text
  constraint participant_role_known check (value in
    ('INITIATOR', 'TARGET', 'PARTY', 'MEDIATOR', 'HOST', 'GUARANTOR', 'ORGANISER', 'AUTHORITY', 'DELEGATE', 'VICTIM', 'WITNESS', 'AFFECTED'));
comment on domain participant_role is 'The part an actor takes in an event';

create domain event_relation_kind as text
  constraint event_relation_kind_known check (value in
    ('PART_OF', 'FOLLOWS', 'CAUSED_BY', 'RESPONSE_TO', 'ENDS', 'VIOLATES', 'SAME_AS'));
comment on domain event_relation_kind is 'How one event stands to another';

create domain closure_effect as text
  constraint closure_effect_known check (value in ('CLOSES', 'OPENS'));
comment on domain closure_effect is 'Whether a closure row closes a place or opens it';

create domain closure_severity as text
  constraint closure_severity_known check (value in ('FULL', 'PARTIAL'));
comment on domain closure_severity is 'Whether the effect is complete';

create domain closure_basis as text
  constraint closure_basis_known check (value in ('ORDERED', 'OBSERVED', 'UNSPECIFIED'));
comment on domain closure_basis is 'Whether the row says what was ordered or what was seen';

create domain relevance as text
  constraint relevance_known check (value in ('MAIN', 'UPDATE', 'BACKGROUND', 'MENTION'));
comment on domain relevance is 'How much of an article an event is';

create domain derivation_kind as text
  constraint derivation_kind_known check (value in ('SYNDICATES', 'REWRITES', 'TRANSLATES', 'QUOTES', 'CITES'));
comment on domain derivation_kind is 'How one article comes from another; the first three move the origin of its claims';

create domain claim_act as text
  constraint claim_act_known check (value in
    ('ASSERT', 'CONFIRM', 'DENY', 'ACCUSE', 'QUESTION', 'PREDICT', 'DEMAND', 'ANNOUNCE'));
comment on domain claim_act is 'What a speaker does with a claim; the first four are positions on what happened';

create domain value_kind as text
  constraint value_kind_known check (value in ('NUMBER', 'EXTENT', 'CODE', 'TEXT', 'ACTOR', 'LOCATION', 'BOOLEAN'));
comment on domain value_kind is 'The kind of value a property takes';

create domain number_qualifier as text
  constraint number_qualifier_known check (value in ('EXACT', 'AT_LEAST', 'AT_MOST', 'ABOUT', 'PLACEHOLDER'));
comment on domain number_qualifier is 'How a number is meant';

create domain name_kind as text
  constraint name_kind_known check (value in ('PRIMARY', 'ALIAS', 'TRANSLITERATION', 'ACRONYM', 'FORMER', 'NATIVE'));
comment on domain name_kind is 'What kind of name';

create domain redistribution as text
  constraint redistribution_known check (value in ('OPEN', 'TOKEN_ONLY'));
comment on domain redistribution is 'Whether anonymous readers may see a dataset''s records';

create domain change_set_kind as text
  constraint change_set_kind_known check (value in ('API', 'IMPORT', 'MERGE', 'REVERT'));
comment on domain change_set_kind is 'What kind of write';

create domain change_operation as text
  constraint change_operation_known check (value in ('CREATE', 'UPDATE', 'DELETE', 'MERGE', 'UNMERGE', 'RETRACT'));
comment on domain change_operation is 'What a change did to a record';

-- Extents.

create function extent_is_ordered(
  start_earliest timestamptz, start_latest timestamptz,
  end_earliest timestamptz, end_latest timestamptz, ongoing boolean
) returns boolean language sql immutable parallel safe as $$
  select coalesce(start_earliest <= start_latest, true)
     and coalesce(end_earliest <= end_latest, true)
     and coalesce(start_earliest <= end_latest, true)
     and not (coalesce(ongoing, false) and end_latest is not null)
     and (ongoing is not null or num_nonnulls(start_earliest, start_latest, end_earliest, end_latest) = 0)
$$;
comment on function extent_is_ordered is
  'Each pair of bounds is in order, the end can lie after the start, an ongoing end has no latest bound; an absent extent (ongoing null) has no bounds';

create function instant(bound text, zone text) returns timestamptz language sql stable parallel safe as $$
  select case when bound ~ '(Z|[+-]\d\d:\d\d)$' then bound::timestamptz
              else bound::timestamp at time zone coalesce(zone, 'UTC') end
$$;
comment on function instant is
  'The moment a bound means: by its own offset when it carries one, else read in the given IANA time zone, else in UTC';

create function timezone_is_known(zone text) returns boolean language plpgsql stable parallel safe as $$
begin
  perform timestamp '2000-01-01' at time zone zone;
  return true;
exception when invalid_parameter_value then
  return false;
end
$$;
comment on function timezone_is_known is 'Whether Postgres knows the time zone by this name';
