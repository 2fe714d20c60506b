//! One run of an import, from the first byte to the last commit.

use std::io::Read;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};
use tokio::sync::mpsc;

use super::ledger::Ledger;
use super::merge::{self, Brought};
use super::reading::{self, Reading, Sent};
use super::{
    Format, ImportError, OnConflict, Options, Progress, Reject, Summary, adopt, batch, rejects, stage, sweep,
};
use crate::account::keep;
use crate::db::Database;

/// How many buffers of rows may wait between the reader and Postgres.
const WAITING: usize = 4;
/// So many new rows make Postgres's idea of a table a wrong one.
const MANY: u64 = 10_000;

/// Imports a file: it is read to its end first, then merged, batch by batch.
///
/// What happens on the way is told to `progress`, which has to be read; a run whose teller is gone
/// goes on.
///
/// # Errors
/// When the input cannot be read, it is none of its format, or the database fails. What was merged
/// by then stays, in whole batches, and the same import goes on from there; a file of one batch
/// leaves nothing. Lines that are at fault are no error: they are told and counted.
pub async fn import(
    database: &Database,
    input: Box<dyn Read + Send>,
    options: &Options,
    progress: mpsc::Sender<Progress>,
) -> Result<Summary, ImportError> {
    options.check()?;
    // Temporary tables and the lock go with the connection, however the run ends.
    let mut connection = database.pool().acquire().await?.detach();
    let summary = run(&mut connection, input, options, &progress).await;
    // A server that has gone needs no farewell; another finds the lock free at once.
    let _ = connection.execute("select pg_advisory_unlock_all()").await;
    let _ = connection.close().await;
    summary
}

/// The same, for callers that want no progress: gives the rejects beside the summary.
///
/// # Errors
/// As those of [`import`].
pub async fn import_gathering(
    database: &Database,
    input: Box<dyn Read + Send>,
    options: &Options,
) -> Result<(Summary, Vec<Reject>), ImportError> {
    let (progress, mut told) = mpsc::channel(WAITING);
    let gather = async {
        let mut rejects = Vec::new();
        while let Some(what) = told.recv().await {
            if let Progress::Rejected(reject) = what {
                rejects.push(reject);
            }
        }
        rejects
    };
    let (summary, rejects) = tokio::join!(import(database, input, options, progress), gather);
    Ok((summary?, rejects))
}

async fn run(
    connection: &mut PgConnection,
    input: Box<dyn Read + Send>,
    options: &Options,
    progress: &mpsc::Sender<Progress>,
) -> Result<Summary, ImportError> {
    let started_at = prepare(connection, options, progress).await?;
    let read = stage_input(connection, input, options, progress).await?;
    tell(progress, Progress::Settling).await;
    stage::settle(connection).await?;
    adopt::adopt(connection).await?;
    let batches = batch::assign(connection, read.last_line, options.batch_lines).await?;
    let mut ledger = Ledger::open(connection, options, &read, started_at).await?;
    rejects::recall(connection, &ledger).await?;

    let mut outcome = Outcome::default();
    if options.dry_run {
        let mut rehearsal = connection.begin().await?;
        for number in 0..batches {
            tell(progress, Progress::Merging { batch: number, of: batches }).await;
            merge_batch(&mut rehearsal, number, read.format, options, &mut ledger, &mut outcome).await?;
        }
        // With what was found in the rehearsal, which goes with it.
        let rejected = rejects::tell(&mut rehearsal, &read.heading, progress).await?;
        rehearsal.rollback().await?;
        return Ok(ledger.summary(&read, outcome.older, rejected));
    }
    let mut planned_for = 0;
    for number in ledger.batches_done()..batches {
        tell(progress, Progress::Merging { batch: number, of: batches }).await;
        let mut transaction = connection.begin().await?;
        merge_batch(&mut transaction, number, read.format, options, &mut ledger, &mut outcome).await?;
        ledger.note(&mut transaction, options, number + 1, number + 1 == batches).await?;
        transaction.commit().await?;
        // Each time there is twice as much, so that the next batch, and the first questions after the
        // last one, are planned for it: autovacuum comes minutes later.
        let is_last = number + 1 == batches;
        if ledger.created() > MANY && (is_last || ledger.created() > 2 * planned_for) {
            connection.execute("analyze").await?;
            planned_for = ledger.created();
        }
    }
    // What the batches changed of the sums of statistics, so that readers need not add it up.
    connection.execute("select fold_event_sums()").await?;
    let rejected = rejects::tell(connection, &read.heading, progress).await?;
    Ok(ledger.summary(&read, outcome.older, rejected))
}

/// What merging brought beside the counts.
#[derive(Default)]
struct Outcome {
    /// Lines that are older than what the base has.
    older: u64,
}

/// Takes the lock and makes the staging tables.
async fn prepare(
    connection: &mut PgConnection,
    options: &Options,
    progress: &mpsc::Sender<Progress>,
) -> Result<DateTime<Utc>, ImportError> {
    // A batch takes as long as it takes, and sorts what it has.
    connection.execute("set statement_timeout = 0; set work_mem = '64MB'; set jit = off").await?;
    // Two imports at once would wait for each other's rows in whatever order they come.
    let is_free: bool = sqlx::query_scalar("select pg_try_advisory_lock(hashtext('dateline.import'))")
        .fetch_one(&mut *connection)
        .await?;
    if !is_free {
        if !options.wait {
            return Err(ImportError::Busy);
        }
        tell(progress, Progress::Waiting).await;
        connection.execute("select pg_advisory_lock(hashtext('dateline.import'))").await?;
    }
    stage::create(connection).await?;
    Ok(sqlx::query_scalar("select clock_timestamp()").fetch_one(connection).await?)
}

/// Reads the input on a thread of its own, and copies what it becomes to the staging tables.
async fn stage_input(
    connection: &mut PgConnection,
    input: Box<dyn Read + Send>,
    options: &Options,
    progress: &mpsc::Sender<Progress>,
) -> Result<Reading, ImportError> {
    let (send, mut receive) = mpsc::channel::<Sent>(WAITING);
    let reader = {
        let options = options.clone();
        tokio::task::spawn_blocking(move || reading::read(input, &options, &send))
    };
    while let Some(mut sent) = receive.recv().await {
        sent.rows.send(connection).await?;
        tell(progress, Progress::Reading { bytes: sent.bytes, lines: sent.lines, rejected: sent.rejected })
            .await;
    }
    reader.await.map_err(|_| ImportError::Input("the reader of the file failed".to_owned()))?
}

/// Merges one batch, without the lines at fault in it.
async fn merge_batch(
    connection: &mut PgConnection,
    number: u64,
    format: Format,
    options: &Options,
    ledger: &mut Ledger,
    outcome: &mut Outcome,
) -> Result<(), ImportError> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    ledger.begin(connection).await?;
    outcome.older += stage::leave_out_older(connection, number, options.on_conflict).await?;
    let sweeps = format.states_whole_events() && options.on_conflict != OnConflict::Keep;
    if sweeps {
        sweep::note_known(connection, number).await?;
    }
    // Until a pass finds nothing at fault, take it back, leave those lines out and pass again.
    let mut counts = loop {
        let mut savepoint = connection.begin().await?;
        let pass = merge::pass(&mut savepoint, number, options.on_conflict, Brought::Stays).await?;
        if pass.found.is_empty() {
            savepoint.commit().await?;
            break pass.counts;
        }
        savepoint.rollback().await?;
        rejects::note(connection, &pass.found).await?;
        stage::remove(connection, &pass.found).await?;
    };
    if sweeps {
        sweep::sweep(connection, &mut counts).await?;
    }
    if counts.get("claim").is_some_and(|claims| claims.created > MANY) {
        // A table of which Postgres knows nothing is joined as if each event had thousands of claims.
        connection.execute("analyze claim, account_stale").await?;
    }
    keep::refresh(connection).await?;
    ledger.count(counts);
    Ok(())
}

/// Whether the domain `slug` of the database would take it.
pub fn is_slug(text: &str) -> bool {
    let group = |group: &str| {
        !group.is_empty() && group.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.len() <= 200 && text.split('-').all(group)
}

/// Tells how far the run is, if anybody listens.
pub async fn tell(progress: &mpsc::Sender<Progress>, what: Progress) {
    let _ = progress.send(what).await;
}
