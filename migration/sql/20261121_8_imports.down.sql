alter table event drop column dataset_version;
drop index import_run_unfinished;
alter table import_run drop column tables, drop column batches_done, drop column batch_lines, drop column on_conflict;
drop domain on_conflict;
