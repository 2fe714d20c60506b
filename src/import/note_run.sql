-- Writes down how far a run is: the first time its entry is made, then it is kept up to date.
insert into import_run as r (id, dataset_id, change_set_id, format, file_name, file_hash, started_at,
    rows_read, created, updated, unchanged, tables, batches_done, batch_lines, on_conflict, finished_at)
values ($1, (select id from dataset where slug = $2), $1, $3, $4, $5, $14,
    $6, $7, $8, $9, $10, $11, $15, $12, case when $13 then clock_timestamp() end)
on conflict (id) do update set
  created = excluded.created, updated = excluded.updated, unchanged = excluded.unchanged,
  tables = excluded.tables, batches_done = excluded.batches_done, finished_at = excluded.finished_at
