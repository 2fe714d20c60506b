-- Datasets, imports and history: every write belongs to a change set, and a revision keeps what each record was before.

create table dataset (
  id             uuid primary key,
  slug           slug not null unique,
  title          text not null constraint dataset_title_given check (title <> ''),
  licence        text,
  redistribution redistribution not null default 'OPEN',
  homepage       web_address,
  recorded_at    timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  version        integer not null default 1
);
comment on table dataset is 'Where imported records come from, and under which licence';
comment on column dataset.id is 'UUIDv5 of the slug';
comment on column dataset.slug is 'The name by which lines and commands mean the dataset; ids of its records are computed from it, so it never changes';
comment on column dataset.title is 'The name people read';
comment on column dataset.licence is 'SPDX identifier or the licence''s own name; null when unknown';
comment on column dataset.redistribution is 'OPEN, or TOKEN_ONLY: not shown to anonymous readers';
comment on column dataset.homepage is 'Where the dataset is published';
comment on column dataset.recorded_at is 'When it was recorded here';
comment on column dataset.updated_at is 'When it last changed';
comment on column dataset.version is 'Counts its changes, from 1';

create table change_set (
  id             uuid primary key,
  at             timestamptz not null default now(),
  kind           change_set_kind not null,
  by             text,
  reason         text,
  reverted_by_id uuid references change_set
);
create index change_set_reverted_by on change_set (reverted_by_id) where reverted_by_id is not null;
comment on table change_set is 'One write, import or merge, whole: what can be reverted at once';
comment on column change_set.id is 'UUIDv7';
comment on column change_set.at is 'When its transaction began';
comment on column change_set.kind is 'What kind of write';
comment on column change_set.by is 'Who wrote; null when nobody is known';
comment on column change_set.reason is 'Why, in words';
comment on column change_set.reverted_by_id is 'The change set that took this one back; null while it stands';

create table revision (
  id            bigint generated always as identity primary key,
  change_set_id uuid not null references change_set,
  record_type   text not null,
  record_id     uuid not null,
  version       integer not null,
  operation     change_operation not null,
  before        jsonb
);
-- Which revisions did a change set make?
create index revision_change_set on revision (change_set_id);
-- What was this record before?
create index revision_record on revision (record_id, version);
comment on table revision is 'What one record was before one change';
comment on column revision.id is 'Order of writing';
comment on column revision.change_set_id is 'The change set it belongs to';
comment on column revision.record_type is 'The record''s table';
comment on column revision.record_id is 'The record';
comment on column revision.version is 'The record''s version after the change';
comment on column revision.operation is 'What the change did';
comment on column revision.before is 'The row as it was; null for a record that was new';

create table import_run (
  id            uuid primary key,
  dataset_id    uuid references dataset,
  change_set_id uuid references change_set,
  format        text not null,
  file_name     text,
  file_hash     text,
  started_at    timestamptz not null,
  finished_at   timestamptz,
  rows_read     bigint not null default 0,
  created       bigint not null default 0,
  updated       bigint not null default 0,
  unchanged     bigint not null default 0,
  rejected      bigint not null default 0
);
-- Which runs loaded this dataset, latest first?
create index import_run_dataset on import_run (dataset_id, started_at desc);
create index import_run_change_set on import_run (change_set_id) where change_set_id is not null;
-- Which runs were there, latest first?
create index import_run_started on import_run (started_at desc, id desc);
comment on table import_run is 'One run of an import, with its counts';
comment on column import_run.id is 'UUIDv7';
comment on column import_run.dataset_id is 'The dataset it was run for; null when none was named';
comment on column import_run.change_set_id is 'What it changed; null when it changed nothing';
comment on column import_run.format is 'The format it was read as';
comment on column import_run.file_name is 'The file''s name without its folder; null for standard input';
comment on column import_run.file_hash is 'SHA-256 of the bytes read, hexadecimal';
comment on column import_run.started_at is 'When it began';
comment on column import_run.finished_at is 'When it ended; null while it runs or when it died';
comment on column import_run.rows_read is 'Lines read, blank ones left out';
comment on column import_run.created is 'Records that were new';
comment on column import_run.updated is 'Records that changed';
comment on column import_run.unchanged is 'Records that were already so';
comment on column import_run.rejected is 'Lines that were not loaded';

create table import_reject (
  import_run_id uuid not null references import_run on delete cascade,
  line          bigint not null,
  field         text,
  value         text,
  reason        text not null,
  primary key (import_run_id, line)
);
comment on table import_reject is 'One line that an import did not load, and why';
comment on column import_reject.import_run_id is 'The run';
comment on column import_reject.line is 'Its number in the file, from 1';
comment on column import_reject.field is 'The field at fault; null when it is the line as a whole';
comment on column import_reject.value is 'What stood there, shortened';
comment on column import_reject.reason is 'What is wrong and what would mend it';

-- History is kept by the database, so that no writer can forget it.

create function current_change_set() returns uuid language plpgsql stable as $$
declare
  setting text := current_setting('dateline.change_set', true);
begin
  if coalesce(setting, '') = '' then
    raise exception 'a write needs a change set'
      using errcode = 'DL001', hint = 'Insert a change_set and set dateline.change_set to its id for the transaction.';
  end if;
  return setting::uuid;
end
$$;
comment on function current_change_set is 'The change set of this transaction; an error when there is none';

create function count_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.updated_at := now();
  return new;
end
$$;
comment on function count_version is 'Counts a record''s changes and dates the last one';

create function keep_revision() returns trigger language plpgsql as $$
declare
  change_set uuid;
begin
  if tg_op = 'INSERT' then
    if not exists (select from new_rows) then return null; end if;
    insert into revision (change_set_id, record_type, record_id, version, operation)
    select current_change_set(), tg_table_name, id, 1, 'CREATE' from new_rows;
  elsif tg_op = 'UPDATE' then
    if not exists (select from new_rows) then return null; end if;
    change_set := current_change_set();
    insert into revision (change_set_id, record_type, record_id, version, operation, before)
    select change_set, tg_table_name, o.id, o.version + 1, 'UPDATE', to_jsonb(o) from old_rows o;
  else
    if not exists (select from old_rows) then return null; end if;
    change_set := current_change_set();
    if tg_argv[0] = 'part' then
      insert into revision (change_set_id, record_type, record_id, version, operation, before)
      select change_set, tg_table_name, id, 2, 'DELETE', to_jsonb(o) from old_rows o;
    else
      insert into revision (change_set_id, record_type, record_id, version, operation, before)
      select change_set, tg_table_name, id, o.version + 1, 'DELETE', to_jsonb(o) from old_rows o;
    end if;
  end if;
  return null;
end
$$;
comment on function keep_revision is 'Writes one revision for each row a statement touched';

create procedure keep_history(records regclass) language plpgsql as $$
begin
  execute format('create trigger count_version before update on %s for each row execute function count_version()', records);
  execute format('create trigger keep_created after insert on %s referencing new table as new_rows for each statement execute function keep_revision()', records);
  execute format('create trigger keep_updated after update on %s referencing old table as old_rows new table as new_rows for each statement execute function keep_revision()', records);
  execute format('create trigger keep_deleted after delete on %s referencing old table as old_rows for each statement execute function keep_revision()', records);
end
$$;
comment on procedure keep_history is 'Puts a table of records under history: versions and revisions';

create procedure keep_part_history(parts regclass) language plpgsql as $$
begin
  execute format('create trigger keep_created after insert on %s referencing new table as new_rows for each statement execute function keep_revision(''part'')', parts);
  execute format('create trigger keep_deleted after delete on %s referencing old table as old_rows for each statement execute function keep_revision(''part'')', parts);
  execute format('create trigger never_updated before update on %s for each row execute function refuse_update()', parts);
end
$$;
comment on procedure keep_part_history is 'Puts a table of parts under history: parts of a record are added and removed, never updated';

create function refuse_update() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are added and removed, never updated', tg_table_name using errcode = 'DL002';
end
$$;
comment on function refuse_update is 'Refuses an update of a part of a record';

create procedure describe_record(records regclass) language plpgsql as $$
begin
  execute format('comment on column %s.id is ''UUIDv7 when made here, UUIDv5 of (dataset, kind, key) when imported''', records);
  execute format('comment on column %s.dataset_id is ''The dataset it came from; null when made here''', records);
  execute format('comment on column %s.external_id is ''Its own key in that dataset''', records);
  execute format('comment on column %s.recorded_at is ''When it was recorded here''', records);
  execute format('comment on column %s.updated_at is ''When it last changed''', records);
  execute format('comment on column %s.version is ''Counts its changes, from 1''', records);
end
$$;
comment on procedure describe_record is 'Comments the columns that every table of records has';

create procedure describe_extent(records regclass, prefix text, what text) language plpgsql as $$
begin
  execute format('comment on column %s.%sstart_earliest is %L', records, prefix, what || ': the start lies at or after this; null is open');
  execute format('comment on column %s.%sstart_latest is %L', records, prefix, what || ': the start lies before this, or at it when both bounds are equal; null is open');
  execute format('comment on column %s.%send_earliest is %L', records, prefix, what || ': the end lies at or after this; null is open');
  execute format('comment on column %s.%send_latest is %L', records, prefix, what || ': the end lies at or before this; null is open');
  execute format('comment on column %s.%songoing is %L', records, prefix, what || ': whether it has not ended; null when there is no extent at all');
  execute format('comment on column %s.%sedtf is %L', records, prefix, what || ': as written in EDTF; null where EDTF cannot say it');
  execute format('comment on column %s.%stime_text is %L', records, prefix, what || ': in the words of its report');
end
$$;
comment on procedure describe_extent is 'Comments the seven columns of an extent';

call keep_history('dataset');
