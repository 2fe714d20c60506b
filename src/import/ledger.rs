//! The ledger of a run: its change set, its counts, and how many of its batches are committed, so that
//! a run that was broken off goes on where it was.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::merge::Counts;
use super::reading::Reading;
use super::{Options, Summary, TableCount, reference};

/// One run's entry.
pub struct Ledger {
    run: Uuid,
    started_at: DateTime<Utc>,
    is_new: bool,
    batches_done: u64,
    format: &'static str,
    dataset: Option<String>,
    file_name: Option<String>,
    file_hash: String,
    read: u64,
    counts: BTreeMap<String, Counts>,
}

impl Ledger {
    /// Opens the entry of the run that was broken off with this file, or a new one.
    pub async fn open(
        connection: &mut PgConnection,
        options: &Options,
        read: &Reading,
        started_at: DateTime<Utc>,
    ) -> Result<Self, sqlx::Error> {
        let mut ledger = Self {
            run: Uuid::now_v7(),
            started_at,
            is_new: true,
            batches_done: 0,
            format: read.format.name(),
            dataset: options.dataset.clone(),
            file_name: options.file_name.clone(),
            file_hash: read.hash.clone(),
            read: read.lines,
            counts: BTreeMap::new(),
        };
        let broken_off = sqlx::query(
            "select r.id, r.batches_done, r.tables from import_run r left join dataset d on d.id = r.dataset_id \
             join change_set c on c.id = r.change_set_id and c.reverted_by_id is null \
             where r.finished_at is null and r.file_hash = $1 and r.format = $2 and d.slug is not distinct from $3 \
               and r.on_conflict = $4 and r.batch_lines = $5 \
             order by r.started_at desc limit 1",
        )
        .bind(&ledger.file_hash)
        .bind(ledger.format)
        .bind(&ledger.dataset)
        .bind(options.on_conflict.word())
        .bind(signed(options.batch_lines))
        .fetch_optional(connection)
        .await?;
        if let Some(row) = broken_off.filter(|_| !options.dry_run) {
            ledger.run = row.try_get(0)?;
            ledger.is_new = false;
            ledger.batches_done = unsigned(row.try_get(1)?);
            ledger.counts = row.try_get::<Json<_>, _>(2)?.0;
        }
        Ok(ledger)
    }

    /// The run's id.
    pub fn run(&self) -> Uuid {
        self.run
    }

    /// How many batches are committed.
    pub fn batches_done(&self) -> u64 {
        self.batches_done
    }

    /// Records that were new.
    pub fn created(&self) -> u64 {
        self.counts.values().map(|counts| counts.created).sum()
    }

    /// Puts a transaction under the run's change set, and makes that when it is not there.
    pub async fn begin(&mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query("select set_config('dateline.change_set', $1::text, true)")
            .bind(self.run)
            .execute(&mut *connection)
            .await?;
        if !self.is_new {
            return Ok(());
        }
        sqlx::query(
            "insert into change_set (id, kind, reason) values ($1, 'IMPORT', $2) on conflict do nothing",
        )
        .bind(self.run)
        .bind(self.file_name.as_ref().map(|name| format!("import of {name}")))
        .execute(&mut *connection)
        .await?;
        if let Some(slug) = &self.dataset {
            sqlx::query(
                "insert into dataset (id, slug, title) values ($1, $2, $2) on conflict (slug) do nothing",
            )
            .bind(reference::dataset(slug))
            .bind(slug)
            .execute(connection)
            .await?;
        }
        Ok(())
    }

    /// Adds what merging a batch did.
    pub fn count(&mut self, counts: BTreeMap<&'static str, Counts>) {
        for (table, counts) in counts {
            self.counts.entry(table.to_owned()).or_default().add(counts);
        }
    }

    /// Writes down how far the run is, in the transaction of a batch.
    pub async fn note(
        &mut self,
        connection: &mut PgConnection,
        options: &Options,
        batches_done: u64,
        is_last: bool,
    ) -> Result<(), sqlx::Error> {
        let total = |of: fn(&Counts) -> u64| signed(self.counts.values().map(of).sum());
        sqlx::query(include_str!("note_run.sql"))
            .bind(self.run)
            .bind(&self.dataset)
            .bind(self.format)
            .bind(&self.file_name)
            .bind(&self.file_hash)
            .bind(signed(self.read))
            .bind(total(|counts| counts.created))
            .bind(total(|counts| counts.updated))
            .bind(total(|counts| counts.unchanged))
            .bind(Json(&self.counts))
            .bind(signed(batches_done))
            .bind(options.on_conflict.word())
            .bind(is_last)
            .bind(self.started_at)
            .bind(signed(options.batch_lines))
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "insert into import_reject (import_run_id, line, field, value, reason) \
             select $1, line, field, value, reason from stage_reject on conflict do nothing",
        )
        .bind(self.run)
        .execute(&mut *connection)
        .await?;
        if is_last {
            self.close(connection).await?;
        }
        (self.is_new, self.batches_done) = (false, batches_done);
        Ok(())
    }

    /// Counts the rejects; a change set that changed nothing is taken away again.
    async fn close(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query(
            "update import_run set rejected = (select count(*) from import_reject where import_run_id = $1), \
               change_set_id = case when exists (select from revision where change_set_id = $1) then $1 end \
             where id = $1",
        )
        .bind(self.run)
        .execute(&mut *connection)
        .await?;
        sqlx::query(
            "delete from change_set where id = $1 and not exists (select from revision where change_set_id = $1)",
        )
        .bind(self.run)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// What the run did, as it is told at its end.
    pub fn summary(self, read: &Reading, older: u64, rejected: u64) -> Summary {
        let tables = self.counts.into_iter().filter(|(_, counts)| *counts != Counts::default());
        let tables = tables
            .map(|(table, Counts { created, updated, unchanged, removed })| TableCount {
                table,
                created,
                updated,
                unchanged,
                removed,
            })
            .collect();
        Summary { run: self.run, format: read.format, read: read.lines, older, tables, rejected }
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
