-- What large and repeated imports ask for: runs that go on where they were broken off, and rows with a version of their dataset's own.

create domain on_conflict as text constraint on_conflict_known check (value in ('newer', 'replace', 'keep'));
comment on domain on_conflict is 'What an import does with records that are there already';

alter table import_run
  add column tables jsonb not null default '{}',
  add column batches_done bigint not null default 0,
  add column batch_lines bigint not null default 0,
  add column on_conflict on_conflict not null default 'newer';
comment on column import_run.tables is 'What it did to each table: {"event": {"created": 1, "updated": 0, "unchanged": 0}}';
comment on column import_run.batches_done is 'How many of its batches are committed';
comment on column import_run.batch_lines is 'How many lines make a batch: a run that was broken off goes on with the same';
comment on column import_run.on_conflict is 'What it does with records that are there already';

-- Which run of this file was broken off?
create index import_run_unfinished on import_run (file_hash) where finished_at is null;

alter table event add column dataset_version bigint;
comment on column event.dataset_version is 'The version of its row in its dataset, such as ACLED''s timestamp: an older row never replaces a newer one; null where the dataset has none';
