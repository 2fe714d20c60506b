-- Who says what: the claims that accounts are made of, and an account row for each property of each
-- event, which the program keeps, since the rules are the program's.

create domain agreement as text
  constraint agreement_known check (value in ('SINGLE', 'AGREED', 'VARIED', 'UPDATED', 'DENIED', 'DISPUTED'));
comment on domain agreement is 'How what is claimed of one property of one event stands together';

create function published_as_of(article article) returns timestamptz language sql stable parallel safe as $$
  select case when date_trunc('day', local.start) = local.start then local.start at time zone 'UTC'
              else article.published_start_earliest end
  from (select article.published_start_earliest
          at time zone coalesce(location_timezone(article.dateline_id), 'UTC') as start) local
$$;
comment on function published_as_of is
  'The earliest an article was published; where only the date is known, that date: two papers of one day, in two zones, are of one time';

create function account_positions(events uuid[], properties text[]) returns table (
  event_id uuid, asked_property text, claim claim, origin origin, as_of timestamptz, ended timestamptz,
  functional boolean, unit text, around uuid[])
language sql stable parallel safe as $$
  with asked(event_id, property) as (
    select distinct * from unnest(events, properties)
  ),
  live as (
    select a.property as asked_property, c as claim
    from asked a
    join claim c on c.event_id = a.event_id and (a.property = '' or c.property = a.property)
    where c.retracted_at is null
  )
  select (l.claim).event_id, l.asked_property, l.claim, o.origin,
         -- What is not stated is the time of publication.
         case when (l.claim).as_of_ongoing is null then published_as_of(a) else (l.claim).as_of_start_earliest end,
         e.end_earliest, p.functional, p.unit,
         (select array_agg(x.ancestor_id) from location_ancestor x
          where x.location_id = (l.claim).value_location_id and x.depth > 0)
  from live l
  join claim_origins(array(select distinct (claim).id from live)) o on o.claim_id = (l.claim).id
  join event e on e.id = (l.claim).event_id
  join claim_property p on p.code = (l.claim).property
  left join article a on a.id = (l.claim).article_id
$$;
comment on function account_positions is
  'The claims that stand about each event and property, an empty one meaning all, with what the rules of accounts ask of them';

create table account (
  id          uuid primary key,
  event_id    uuid not null references event on delete cascade deferrable,
  property    text not null references claim_property (code) on update cascade deferrable,
  crossing_id uuid references border_crossing on delete cascade deferrable,
  direction   direction,
  traffic     traffic_class,
  agreement   agreement not null,
  event_start timestamptz not null
);
-- What stands about this event? Is any of it disputed?
create index account_event on account (event_id, agreement);
-- Where does anybody disagree, latest event first? About this property? With this agreement?
create index account_disagreement on account (event_start, id) where agreement in ('DISPUTED', 'DENIED');
create index account_property on account (property, event_start, id);
create index account_agreement on account (agreement, event_start, id);
create index account_crossing on account (crossing_id) where crossing_id is not null;
comment on table account is 'How what is claimed of one property of one event, and of one scope, stands together; computed from the claims';
comment on column account.id is 'UUIDv5 of what it is about, so that it stays the same';
comment on column account.event_id is 'The event';
comment on column account.property is 'The property';
comment on column account.crossing_id is 'Scope: the crossing';
comment on column account.direction is 'Scope: the direction';
comment on column account.traffic is 'Scope: the traffic; null: all';
comment on column account.agreement is 'How the claims stand together';
comment on column account.event_start is 'The event''s earliest start, for the order of lists; -infinity when unknown';

create table account_stale (
  event_id uuid primary key references event on delete cascade deferrable
);
comment on table account_stale is 'Events whose account rows have to be computed again: whoever writes claims does so before the commit';
comment on column account_stale.event_id is 'The event';

-- Triggers name what is stale, so that no writer can forget it.

create procedure accounts_are_stale(events uuid[]) language sql as $$
  -- In one order, so that two writers do not wait for each other.
  insert into account_stale select distinct e from unnest(events) e order by e on conflict do nothing
$$;
comment on procedure accounts_are_stale is 'Has the accounts of these events computed again';

create function articles_from(articles uuid[]) returns table (article_id uuid) language sql stable parallel safe as $$
  with recursive downward(id) as (
    select unnest(articles)
    union
    select d.article_id from downward join article_derivation d on d.from_article_id = downward.id
  )
  select id from downward
$$;
comment on function articles_from is 'These articles and all that come from them';

create function follow_claims() returns trigger language plpgsql as $$
declare
  stale uuid[];
begin
  if tg_table_name = 'claim' then
    stale := array(select event_id from changed_rows);
  elsif tg_table_name = 'claim_relay' then
    stale := array(select c.event_id from changed_rows r join claim c on c.id = r.claim_id);
  elsif tg_table_name = 'article_derivation' then
    stale := array(select c.event_id from claim c
      where c.article_id in (select article_id from articles_from(array(select article_id from changed_rows))));
  elsif tg_table_name = 'location_ancestor' then
    stale := array(select c.event_id from claim c
      where c.value_location_id in (select location_id from changed_rows));
  end if;
  call accounts_are_stale(stale);
  return null;
end
$$;
comment on function follow_claims is 'Names the events whose accounts rest on rows that came or went';

create function follow_changes() returns trigger language plpgsql as $$
declare
  stale uuid[];
begin
  if tg_table_name = 'event' then
    stale := array(select n.id from new_rows n join old_rows o using (id)
      where (n.start_earliest, n.end_earliest) is distinct from (o.start_earliest, o.end_earliest)
        and exists (select from claim c where c.event_id = n.id));
  elsif tg_table_name = 'article' then
    stale := array(select c.event_id from claim c where c.article_id in (
      select article_id from articles_from(array(select n.id from new_rows n join old_rows o using (id)
        where (n.source_id, n.published_start_earliest, n.dateline_id)
          is distinct from (o.source_id, o.published_start_earliest, o.dateline_id)))));
  elsif tg_table_name = 'location' then
    stale := array(select c.event_id from new_rows n join old_rows o using (id)
      join location_ancestor x on x.ancestor_id = n.id
      join article a on a.dateline_id = x.location_id
      join claim c on c.article_id = a.id
      where n.timezone is distinct from o.timezone);
  elsif tg_table_name = 'source' then
    stale := array(
      with changed as (select n.id from new_rows n join old_rows o using (id) where (n.kind = 'UNKNOWN') <> (o.kind = 'UNKNOWN'))
      select c.event_id from claim c where c.article_id in (select article_id from articles_from(array(
        select a.id from article a join changed on changed.id = a.source_id))));
  elsif tg_table_name = 'actor' then
    stale := array(select c.event_id from claim c where c.speaker_id in (
      select n.id from new_rows n join old_rows o using (id) where (n.kind = 'UNNAMED_ROLE') <> (o.kind = 'UNNAMED_ROLE')));
  elsif tg_table_name = 'claim_property' then
    stale := array(select c.event_id from claim c where c.property in (
      select n.code from new_rows n join old_rows o using (id)
      where (n.functional, n.unit) is distinct from (o.functional, o.unit)));
  end if;
  call accounts_are_stale(stale);
  return null;
end
$$;
comment on function follow_changes is 'Names the events whose accounts rest on what rows were';

create trigger follow_claimed after insert on claim
  referencing new table as changed_rows for each statement execute function follow_claims();
create trigger follow_retracted after update on claim
  referencing new table as changed_rows for each statement execute function follow_claims();
create trigger follow_relayed after insert on claim_relay
  referencing new table as changed_rows for each statement execute function follow_claims();
create trigger follow_derived after insert on article_derivation
  referencing new table as changed_rows for each statement execute function follow_claims();
create trigger follow_underived after delete on article_derivation
  referencing old table as changed_rows for each statement execute function follow_claims();
create trigger follow_placed after insert on location_ancestor
  referencing new table as changed_rows for each statement execute function follow_claims();
create trigger follow_displaced after delete on location_ancestor
  referencing old table as changed_rows for each statement execute function follow_claims();
create trigger follow_changed after update on event
  referencing old table as old_rows new table as new_rows for each statement execute function follow_changes();
create trigger follow_changed after update on article
  referencing old table as old_rows new table as new_rows for each statement execute function follow_changes();
create trigger follow_zone after update on location
  referencing old table as old_rows new table as new_rows for each statement execute function follow_changes();
create trigger follow_changed after update on source
  referencing old table as old_rows new table as new_rows for each statement execute function follow_changes();
create trigger follow_changed after update on actor
  referencing old table as old_rows new table as new_rows for each statement execute function follow_changes();
create trigger follow_changed after update on claim_property
  referencing old table as old_rows new table as new_rows for each statement execute function follow_changes();

-- What was claimed before there were accounts.
insert into account_stale select distinct event_id from claim;
