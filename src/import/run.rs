//! One run of an import, from the first byte to the commit.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Row as _};
use tokio::io::{AsyncBufRead, AsyncBufReadExt};
use uuid::Uuid;

use super::dateline::{Line, parse, value_at};
use super::merge::{self, Counts};
use super::resolve::Found;
use super::stage::{self, Waiting};
use super::{Reject, Summary, TableCount, reference};
use crate::account::keep;
use crate::db::Database;

/// What a run is told beside its input.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The slug of the dataset of lines that name none; it is made when it is not there.
    pub dataset: Option<String>,
    /// The file's name without its folder; none for standard input.
    pub file_name: Option<String>,
}

/// A run that failed as a whole: nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The input cannot be read.
    #[error("the input cannot be read: {0}")]
    Input(#[from] std::io::Error),
    /// The dataset that was named cannot be one.
    #[error(
        "{0:?} cannot name a dataset: a slug is lower-case letters and digits in groups joined by hyphens"
    )]
    Dataset(String),
    /// The database failed.
    #[error("the database failed, and nothing was imported: {0}")]
    Database(#[from] sqlx::Error),
}

/// What reading the input brought.
struct Read {
    lines: u64,
    hash: String,
    rejects: Vec<Reject>,
}

/// Imports a file of the native format.
///
/// # Errors
/// When the input cannot be read or the database fails; then nothing was written. Lines that are
/// at fault are no error: they stand in the summary.
pub async fn import_dateline(
    database: &Database,
    input: impl AsyncBufRead + Unpin + Send,
    options: &Options,
) -> Result<Summary, ImportError> {
    if let Some(slug) = options.dataset.as_ref().filter(|slug| !is_slug(slug)) {
        return Err(ImportError::Dataset(slug.clone()));
    }
    let mut connection = database.pool().acquire().await?;
    let mut transaction = connection.begin().await?;
    let (run, started_at) = begin(&mut transaction, options).await?;
    let mut read = stage_lines(&mut transaction, input, options.dataset.as_deref()).await?;
    stage::analyze(&mut transaction).await?;

    // Until a pass finds no more lines at fault, take it back, leave those out and pass again.
    let counts = loop {
        let mut savepoint = transaction.begin().await?;
        let pass = merge::pass(&mut savepoint).await?;
        if pass.found.is_empty() {
            savepoint.commit().await?;
            break pass.counts;
        }
        savepoint.rollback().await?;
        let rejects = rejects(&mut transaction, pass.found).await?;
        stage::remove(&mut transaction, &rejects).await?;
        read.rejects.extend(rejects);
    };
    read.rejects.sort_by_key(|reject| reject.line);
    keep::refresh(&mut transaction).await?;

    let used = |counts: &Counts| *counts != Counts::default();
    let tables = counts.into_iter().filter(|(_, counts)| used(counts));
    let tables = tables
        .map(|(table, Counts { created, updated, unchanged })| TableCount {
            table,
            created,
            updated,
            unchanged,
        })
        .collect();
    let summary = Summary { run, read: read.lines, tables, rejects: read.rejects };
    finish(&mut transaction, &summary, &read.hash, started_at, options).await?;
    transaction.commit().await?;
    Ok(summary)
}

/// Whether the domain `slug` of the database would take it.
fn is_slug(text: &str) -> bool {
    let group = |group: &str| {
        !group.is_empty() && group.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.len() <= 200 && text.split('-').all(group)
}

/// Opens the run's change set; returns its id and when it began.
async fn begin(
    connection: &mut PgConnection,
    options: &Options,
) -> Result<(Uuid, DateTime<Utc>), sqlx::Error> {
    // Two imports at once would wait for each other's rows in whatever order they come.
    sqlx::query("select pg_advisory_xact_lock(hashtext('dateline.import'))")
        .execute(&mut *connection)
        .await?;
    stage::create(connection).await?;
    let run = Uuid::now_v7();
    let started_at = sqlx::query(
        "insert into change_set (id, kind, reason) values ($1, 'IMPORT', $2) \
         returning clock_timestamp(), set_config('dateline.change_set', $1::text, true)",
    )
    .bind(run)
    .bind(options.file_name.as_ref().map(|name| format!("import of {name}")))
    .fetch_one(&mut *connection)
    .await?
    .try_get(0)?;
    if let Some(slug) = &options.dataset {
        sqlx::query(
            "insert into dataset (id, slug, title) values ($1, $2, $2) on conflict (slug) do nothing",
        )
        .bind(reference::dataset(slug))
        .bind(slug)
        .execute(connection)
        .await?;
    }
    Ok((run, started_at))
}

/// Reads every line into the staging tables.
async fn stage_lines(
    connection: &mut PgConnection,
    mut input: impl AsyncBufRead + Unpin + Send,
    dataset: Option<&str>,
) -> Result<Read, ImportError> {
    let (mut hash, mut waiting, mut bytes) = (Sha256::new(), Waiting::default(), Vec::new());
    let mut read = Read { lines: 0, hash: String::new(), rejects: Vec::new() };
    let mut number = 0;
    while input.read_until(b'\n', &mut bytes).await? > 0 {
        number += 1;
        hash.update(&bytes);
        let line =
            if number == 1 { bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes) } else { &bytes };
        match std::str::from_utf8(line).map(str::trim) {
            Ok("") => {}
            Ok(text) => {
                read.lines += 1;
                match parse(&Line { number, text, dataset }) {
                    Ok(rows) => waiting.add(number, text, rows),
                    Err(reject) => read.rejects.push(reject),
                }
            }
            Err(error) => {
                read.lines += 1;
                let reason = format!("it is not UTF-8 (byte {} of the line)", error.valid_up_to() + 1);
                let text = line.trim_ascii().to_vec();
                read.rejects.push(Reject { line: number, field: None, value: None, reason, text });
            }
        }
        if waiting.is_full() {
            waiting.send(connection).await?;
        }
        bytes.clear();
    }
    waiting.send(connection).await?;
    read.hash = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(read)
}

/// Completes what a merge found with the lines' texts; of several faults of a line, the first counts.
async fn rejects(connection: &mut PgConnection, found: Vec<Found>) -> Result<Vec<Reject>, sqlx::Error> {
    let lines: Vec<i64> = found.iter().filter_map(|found| i64::try_from(found.line).ok()).collect();
    let texts: std::collections::HashMap<i64, String> =
        sqlx::query_as("select line, text from stage_line where line = any ($1)")
            .bind(lines)
            .fetch_all(connection)
            .await?
            .into_iter()
            .collect();
    let mut rejects: Vec<Reject> = found
        .into_iter()
        .map(|found| {
            let text =
                i64::try_from(found.line).ok().and_then(|line| texts.get(&line)).cloned().unwrap_or_default();
            let value = found.value.or_else(|| value_at(&text, found.field.as_deref()?));
            let text = text.into_bytes();
            Reject { line: found.line, field: found.field, value, reason: found.reason, text }
        })
        .collect();
    rejects.sort_by_key(|reject| reject.line);
    rejects.dedup_by_key(|reject| reject.line);
    Ok(rejects)
}

/// Keeps the run and its rejects; a change set that changed nothing is taken away again.
async fn finish(
    connection: &mut PgConnection,
    summary: &Summary,
    hash: &str,
    started_at: DateTime<Utc>,
    options: &Options,
) -> Result<(), sqlx::Error> {
    let emptied = sqlx::query(
        "delete from change_set where id = $1 and not exists (select from revision where change_set_id = $1)",
    )
    .bind(summary.run)
    .execute(&mut *connection)
    .await?
    .rows_affected();
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    sqlx::query(
        "insert into import_run (id, dataset_id, change_set_id, format, file_name, file_hash, started_at, finished_at, \
           rows_read, created, updated, unchanged, rejected) \
         values ($1, (select id from dataset where slug = $2), $3, 'dateline', $4, $5, $6, clock_timestamp(), \
           $7, $8, $9, $10, $11)",
    )
    .bind(summary.run)
    .bind(&options.dataset)
    .bind((emptied == 0).then_some(summary.run))
    .bind(&options.file_name)
    .bind(hash)
    .bind(started_at)
    .bind(count(summary.read))
    .bind(count(summary.created()))
    .bind(count(summary.updated()))
    .bind(count(summary.unchanged()))
    .bind(count(summary.rejected()))
    .execute(&mut *connection)
    .await?;
    let lines: Vec<i64> = summary.rejects.iter().map(|reject| count(reject.line)).collect();
    let texts = |of: fn(&Reject) -> Option<String>| summary.rejects.iter().map(of).collect::<Vec<_>>();
    sqlx::query(
        "insert into import_reject (import_run_id, line, field, value, reason) \
         select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::text[])",
    )
    .bind(summary.run)
    .bind(lines)
    .bind(texts(|reject| reject.field.clone()))
    .bind(texts(|reject| reject.value.clone()))
    .bind(texts(|reject| Some(reject.reason.clone())))
    .execute(connection)
    .await?;
    Ok(())
}
