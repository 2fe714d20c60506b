-- The change feed: every change there is, in one order that never changes behind a reader.
--
-- A stretch is what one statement wrote to the history: revisions of one change set, one table and one
-- operation. It is written by a trigger with them, without a position. Positions are given once the
-- transactions are committed, by one writer at a time, in the order of revisions.
--
-- Why that order is right for each record: who changes a record holds it until the commit, and its revision
-- is numbered when the record is held. So of two changes of one record the later one has the greater number,
-- and whoever sees the later one as committed sees the earlier one, too.

create table change_stretch (
  first_revision bigint primary key,
  last_revision  bigint not null constraint change_stretch_is_ordered check (last_revision >= first_revision),
  change_set_id  uuid not null references change_set,
  record_type    text not null,
  operation      change_operation not null,
  at             timestamptz not null default now(),
  position       bigint
);
-- What comes after this place of the feed? No two stretches share one.
create unique index change_stretch_in_order on change_stretch (position);
-- Which stretches wait for their position, in the order of writing?
create index change_stretch_waiting on change_stretch (last_revision) where position is null;
-- In which stretch is this revision?
create index change_stretch_of_change_set on change_stretch (change_set_id, first_revision);
comment on table change_stretch is
  'What one statement wrote to the history: revisions of one table and operation, with their place in the feed of changes; kept by the database';
comment on column change_stretch.first_revision is 'The first of its revisions';
comment on column change_stretch.last_revision is
  'The last of its revisions; those in between that belong to other change sets are not its own';
comment on column change_stretch.change_set_id is 'The change set they belong to';
comment on column change_stretch.record_type is 'The table of their records';
comment on column change_stretch.operation is 'What they did';
comment on column change_stretch.at is 'When their transaction began';
comment on column change_stretch.position is
  'Its place in the feed, from 1; null until somebody has given positions after its commit';

-- Within a change set the revisions of two stretches do not interleave: one transaction at a time writes under it.
create function hold_change_set() returns trigger language plpgsql as $$
begin
  perform from change_set where id = current_change_set() for no key update;
  return null;
end
$$;
comment on function hold_change_set is 'Lets another transaction write under this change set only when this one has ended';

create function keep_stretch() returns trigger language plpgsql as $$
begin
  insert into change_stretch (first_revision, last_revision, change_set_id, record_type, operation)
  select min(id), max(id), change_set_id, record_type, operation from new_rows
  group by change_set_id, record_type, operation;
  perform pg_notify('dateline_written', '');
  return null;
end
$$;
comment on function keep_stretch is 'Writes the stretch of what a statement wrote to the history, and tells, at the commit, that it waits for its position';

create trigger hold_change_set before insert on revision for each statement execute function hold_change_set();
create trigger keep_stretch after insert on revision
  referencing new table as new_rows for each statement execute function keep_stretch();

-- What was written before there was a feed. Where change sets interleaved, a stretch ends at each other one.
insert into change_stretch (first_revision, last_revision, change_set_id, record_type, operation, at)
select min(r.id), max(r.id), r.change_set_id, r.record_type, r.operation, min(c.at)
from (
  select id, change_set_id, record_type, operation,
         row_number() over (order by id)
           - row_number() over (partition by change_set_id, record_type, operation order by id) as run
  from revision
) r
join change_set c on c.id = r.change_set_id
group by r.change_set_id, r.record_type, r.operation, r.run;

create function give_positions() returns bigint language plpgsql as $$
declare
  last bigint;
begin
  -- One at a time: the next one begins after the commit of this one, and sees what it did.
  perform pg_advisory_xact_lock(hashtext('dateline.feed'));
  last := coalesce((select max(position) from change_stretch), 0);
  update change_stretch s set position = last + w.place
  from (select first_revision, row_number() over (order by last_revision) as place
        from change_stretch where position is null) w
  where w.first_revision = s.first_revision;
  if found then
    last := (select max(position) from change_stretch);
    perform pg_notify('dateline_changed', last::text);
  end if;
  return last;
end
$$;
comment on function give_positions is
  'Gives what is committed its positions in the feed, tells whoever listens, and returns the last one';

create function dataset_of_change(changed_type text, changed uuid, earlier jsonb) returns uuid language plpgsql stable as $$
declare
  part jsonb;
  found_dataset uuid;
begin
  case changed_type
    when 'dataset' then return changed;
    when 'event' then select dataset_id into found_dataset from event where id = changed;
    when 'participation' then select dataset_id into found_dataset from participation where id = changed;
    when 'event_relation' then select dataset_id into found_dataset from event_relation where id = changed;
    when 'closure' then select dataset_id into found_dataset from closure where id = changed;
    when 'article' then select dataset_id into found_dataset from article where id = changed;
    when 'report' then select dataset_id into found_dataset from report where id = changed;
    when 'claim' then select dataset_id into found_dataset from claim where id = changed;
    when 'claim_property' then select dataset_id into found_dataset from claim_property where id = changed;
    when 'actor' then select dataset_id into found_dataset from actor where id = changed;
    when 'affiliation' then select dataset_id into found_dataset from affiliation where id = changed;
    when 'location' then select dataset_id into found_dataset from location where id = changed;
    when 'border_crossing' then select dataset_id into found_dataset from border_crossing where id = changed;
    when 'source' then select dataset_id into found_dataset from source where id = changed;
    else
      -- A part has that of its record.
      part := case changed_type
        when 'name' then coalesce(earlier, (select to_jsonb(p) from name p where id = changed))
        when 'identifier' then coalesce(earlier, (select to_jsonb(p) from identifier p where id = changed))
        when 'article_derivation' then coalesce(earlier, (select to_jsonb(p) from article_derivation p where id = changed))
        when 'report_closure' then coalesce(earlier, (select to_jsonb(p) from report_closure p where id = changed))
        when 'claim_relay' then coalesce(earlier, (select to_jsonb(p) from claim_relay p where id = changed))
        when 'claim_property_code' then coalesce(earlier, (select to_jsonb(p) from claim_property_code p where id = changed)) end;
      return case
        when changed_type in ('name', 'identifier') and part ->> 'actor_id' is not null
          then dataset_of_change('actor', (part ->> 'actor_id')::uuid, null)
        when changed_type in ('name', 'identifier') and part ->> 'location_id' is not null
          then dataset_of_change('location', (part ->> 'location_id')::uuid, null)
        when changed_type in ('name', 'identifier') then dataset_of_change('source', (part ->> 'source_id')::uuid, null)
        when changed_type = 'article_derivation' then dataset_of_change('article', (part ->> 'article_id')::uuid, null)
        when changed_type = 'report_closure' then dataset_of_change('report', (part ->> 'report_id')::uuid, null)
        when changed_type = 'claim_relay' then dataset_of_change('claim', (part ->> 'claim_id')::uuid, null)
        when changed_type = 'claim_property_code' then
          dataset_of_change('claim_property', (select id from claim_property where code = part ->> 'property'), null) end;
  end case;
  if found then return found_dataset; end if;
  -- What is gone is known by what it was in the end.
  return coalesce((earlier ->> 'dataset_id')::uuid, (
    select (before ->> 'dataset_id')::uuid from revision
    where record_id = changed and operation = 'DELETE' order by version desc limit 1));
end
$$;
comment on function dataset_of_change is 'The dataset of a record that was changed, or of the record that a part belongs to; null when it has none';

create function changes_after(
  after_position bigint, after_revision bigint, wanted integer, most_read integer,
  types text[], operations text[], datasets uuid[], records uuid[])
returns table (
  "position" bigint, revision bigint, change_set_id uuid, at timestamptz,
  record_type text, record_id uuid, version integer, operation text, dataset_id uuid, goes_on boolean)
language plpgsql stable as $$
#variable_conflict use_column
declare
  stretch record;
  change record;
  given integer := 0;
  been_read bigint := 0;
  -- Which part of a stretch is read.
  lower_end bigint;
  upper_end bigint;
  -- How far it was read; whether it goes on from there.
  to_position bigint := after_position;
  to_revision bigint := after_revision;
  goes_on boolean := false;
begin
  if records is not null then
    -- Few, wherever they are: found by their records, and put in order.
    for change in
      select s.position, r.id as revision, s.at, r.change_set_id, r.record_type, r.record_id, r.version, r.operation, r.before
      from (select * from revision r where r.record_id = any (records) offset 0) r
      cross join lateral (
        select * from change_stretch s
        where s.change_set_id = r.change_set_id and s.first_revision <= r.id
        order by s.first_revision desc limit 1) s
      where (s.position, r.id) > (after_position, after_revision)
        and (types is null or r.record_type = any (types)) and (operations is null or r.operation = any (operations))
      order by s.position, r.id
    loop
      dataset_id := dataset_of_change(change.record_type, change.record_id, change.before);
      continue when datasets is not null and coalesce(dataset_id <> all (datasets), true);
      if given = wanted then
        goes_on := true;
        exit;
      end if;
      given := given + 1;
      to_position := change.position;
      to_revision := change.revision;
      return query select change.position, change.revision, change.change_set_id, change.at, change.record_type,
        change.record_id, change.version, change.operation::text, dataset_id, true;
    end loop;
  else
    <<stretches>>
    for stretch in
      select * from change_stretch s
      where s.position >= after_position order by s.position limit most_read + 1
    loop
      lower_end := stretch.first_revision - 1;
      if stretch.position = after_position then lower_end := greatest(lower_end, after_revision); end if;
      continue when lower_end >= stretch.last_revision;
      upper_end := stretch.last_revision;
      if (types is null or stretch.record_type = any (types)) and (operations is null or stretch.operation = any (operations)) then
        -- Of a long one so much as may be read: who may not see it would look for its end in vain.
        upper_end := least(upper_end, lower_end + greatest(most_read - been_read, 1));
        for change in
          select r.id, r.record_id, r.version, r.before from revision r
          where r.change_set_id = stretch.change_set_id and r.id > lower_end and r.id <= upper_end
          order by r.id limit case when datasets is null then wanted + 1 end
        loop
          if given = wanted then
            goes_on := true;
            exit stretches;
          end if;
          to_position := stretch.position;
          to_revision := change.id;
          dataset_id := dataset_of_change(stretch.record_type, change.record_id, change.before);
          continue when datasets is not null and coalesce(dataset_id <> all (datasets), true);
          given := given + 1;
          return query select stretch.position, change.id, stretch.change_set_id, stretch.at, stretch.record_type,
            change.record_id, change.version, stretch.operation::text, dataset_id, true;
        end loop;
        been_read := been_read + (upper_end - lower_end);
      end if;
      -- One that is left out is read, too.
      been_read := been_read + 1;
      to_position := stretch.position;
      to_revision := upper_end;
      if been_read >= most_read then
        goes_on := true;
        exit;
      end if;
    end loop;
  end if;
  return query select to_position, to_revision, null::uuid, null::timestamptz, null, null::uuid, null::integer, null, null::uuid, goes_on;
end
$$;
comment on function changes_after is
  'A page of the feed after a place, read no further than so many revisions and stretches; the last row is no change: it says how far was read, and whether the feed goes on from there';

create view anonymous.change_stretch as
  select s.* from public.change_stretch s where not change_set_is_withheld(s.change_set_id);
comment on view anonymous.change_stretch is 'What anonymous readers see of change_stretch';
