//! A few lines at once, from a caller who waits for the answer: they are staged, resolved and merged as
//! those of a file are, inside the caller's transaction, and each is answered for itself.
//!
//! The staging tables stay with the connection and are left empty, so that a small write makes none.

use std::collections::BTreeSet;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use uuid::Uuid;

use super::OnConflict;
use super::batch::LINES;
use super::fault;
pub use super::fault::FaultKind;
use super::format::dateline::Native;
use super::format::{Line, Normaliser, Wrong};
use super::merge;
pub use super::merge::Brought;
use super::resolve::Found;
use super::row::Rows;
use super::stage::{self, Waiting};

/// The batch that a few lines are.
const BATCH: i64 = 0;

/// Why a line was not merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The field at fault, as in `extent.start[0]`; none when it is the line as a whole.
    pub field: Option<String>,
    /// What is wrong, and what would mend it.
    pub reason: String,
    /// Of what kind it is.
    pub kind: FaultKind,
}

/// Makes the staging tables of a connection, once; and [`tidy`] keeps them small from one transaction to
/// the next.
pub use super::stage::{create as prepare, tidy};

/// Merges native lines that state records of `table`; the id of each line's record, or why there is none.
///
/// # Errors
/// When the database fails. A line at fault is no error.
pub async fn merge_lines(
    connection: &mut PgConnection,
    table: &str,
    lines: Vec<String>,
    brought: Brought,
) -> Result<Vec<Result<Uuid, Rejected>>, sqlx::Error> {
    let mut answers: Vec<Option<Result<Uuid, Rejected>>> = vec![None; lines.len()];
    let mut staged = stage_lines(connection, lines, &mut answers).await?;
    // Until a pass finds nothing at fault, take it back, leave those lines out and pass again.
    loop {
        let mut savepoint = connection.begin().await?;
        let found = merge::pass(&mut savepoint, BATCH, OnConflict::Replace, brought).await?.found;
        if found.is_empty() {
            savepoint.commit().await?;
            break;
        }
        savepoint.rollback().await?;
        stage::remove(connection, &found).await?;
        staged.insert("stage_rejected".to_owned());
        for Found { line, field, reason, kind, .. } in found {
            // Of several faults of a line, the first counts.
            if let Some(answer) = answers.get_mut(place(line)) {
                answer.get_or_insert(Err(Rejected { field, reason, kind }));
            }
        }
    }
    let ids = format!("select line, id from {} where not mentioned", super::table::stage(table));
    let ids: Vec<(i64, Uuid)> = sqlx::query_as(AssertSqlSafe(ids)).fetch_all(&mut *connection).await?;
    for (line, id) in ids {
        if let Some(answer) = answers.get_mut(place(line)) {
            *answer = Some(Ok(id));
        }
    }
    for table in staged {
        stage::empty(connection, &table).await?;
    }
    let lost = || sqlx::Error::Protocol("a line was neither merged nor found at fault".to_owned());
    answers.into_iter().map(|answer| answer.ok_or_else(lost)).collect()
}

/// Reads the lines and copies what they become to the staging tables, but for those at fault; gives the
/// tables.
async fn stage_lines(
    connection: &mut PgConnection,
    lines: Vec<String>,
    answers: &mut [Option<Result<Uuid, Rejected>>],
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut rows = Rows::of(None, LINES);
    let mut waiting = Waiting::default();
    let mut line = Line::default();
    for ((text, answer), number) in lines.into_iter().zip(answers).zip(1..) {
        (line.number, line.text) = (number, text);
        rows.begin(number);
        match Native.normalise(&line, &mut rows) {
            Ok(()) => waiting.add_rows(rows.finish()),
            Err(Wrong { field, reason, .. }) => {
                *answer = Some(Err(Rejected { field, reason, kind: FaultKind::Wrong }));
            }
        }
    }
    let tables = waiting.tables().into_iter().collect();
    waiting.send(connection).await?;
    Ok(tables)
}

/// What a broken constraint says, as people would say it; none where it is none that is known.
#[must_use]
pub fn fault_of(error: &sqlx::Error) -> Option<String> {
    fault::of_line(error).map(|fault| fault.reason)
}

/// The place of a line, whose number counts from 1, in the list of all.
fn place(line: i64) -> usize {
    usize::try_from(line - 1).unwrap_or(usize::MAX)
}
