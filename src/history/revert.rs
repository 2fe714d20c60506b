//! Reverting a change set: a change set of its own, under which every record that the other one
//! touched becomes what it was before. A revert can be reverted, which is how to redo.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor};
use uuid::Uuid;

use super::catalogue::{Catalogue, Table};
use super::conflict::{self, Conflicts};
use super::restore;
use crate::account::keep;
use crate::db::sql_state;

/// What a revert did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverted {
    /// The change set that was made for it.
    pub change_set: Uuid,
    /// The change set that it took back.
    pub reverted: Uuid,
    /// What it did to each table of records or parts that the other had touched.
    pub tables: Vec<TableReverted>,
}

/// What a revert did to one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableReverted {
    /// The table.
    pub table: String,
    /// Rows that are gone, as they had been made.
    pub removed: u64,
    /// Rows that are again what they were.
    pub restored: u64,
    /// Rows that are there again, as they had been taken away.
    pub returned: u64,
}

/// Why nothing was reverted.
#[derive(Debug, thiserror::Error)]
pub enum RevertError {
    /// There is no such thing.
    #[error("{0} is the id of no change set and of no import run; `dateline import list` shows the runs")]
    Unknown(Uuid),
    /// There is nothing to take back.
    #[error("the import run {0} changed nothing, so there is nothing to revert")]
    NothingChanged(Uuid),
    /// It has been done before, by the second change set.
    #[error("{reverted} has been reverted already, by {by}; to have it again, revert {by}")]
    AlreadyReverted {
        /// What was to be reverted.
        reverted: Uuid,
        /// The change set that has reverted it.
        by: Uuid,
    },
    /// Others are at work.
    #[error("an import or another revert is running; try again when it has ended")]
    Busy,
    /// Later changes stand on it.
    #[error("later changes stand on it, and nothing was reverted; revert those first:\n{0}")]
    Conflict(Conflicts),
    /// Later changes stand on it, by a rule of the tables.
    #[error("later changes stand on it, and nothing was reverted: {0}")]
    Refused(String),
    /// The database failed.
    #[error("the database failed, and nothing was reverted: {0}")]
    Database(#[from] sqlx::Error),
}

/// How long a revert waits for an import to end.
const PATIENCE: &str = "3s";

/// The change set that an id means: its own, or that of an import run.
///
/// # Errors
/// When there is none, or the run changed nothing.
pub async fn change_set_of(connection: &mut PgConnection, id: Uuid) -> Result<Uuid, RevertError> {
    let found: Option<Option<Uuid>> = sqlx::query_scalar(
        "select change_set_id from import_run where id = $1 union all select id from change_set where id = $1 limit 1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    found.ok_or(RevertError::Unknown(id))?.ok_or(RevertError::NothingChanged(id))
}

/// Reverts a change set, in the transaction of the caller, who commits.
///
/// # Errors
/// When there is no such change set, it has been reverted, later changes stand on it, an import
/// runs, or the database fails. Then nothing was changed, and the transaction can go on.
pub async fn revert(
    connection: &mut PgConnection,
    change_set: Uuid,
    by: Option<&str>,
    reason: Option<&str>,
) -> Result<Reverted, RevertError> {
    let mut savepoint = connection.begin().await?;
    match attempt(&mut savepoint, change_set, by, reason).await {
        Ok(reverted) => {
            savepoint.commit().await?;
            Ok(reverted)
        }
        Err(error) => {
            savepoint.rollback().await?;
            Err(error)
        }
    }
}

async fn attempt(
    connection: &mut PgConnection,
    change_set: Uuid,
    by: Option<&str>,
    reason: Option<&str>,
) -> Result<Reverted, RevertError> {
    alone(connection).await?;
    let revert = begin(connection, change_set, by, reason).await?;
    let catalogue = Catalogue::read(connection).await?;
    let touched = steps(connection, change_set).await?;
    let tables = catalogue.in_order(&touched);
    for table in &tables {
        connection.execute(AssertSqlSafe(restore::lock(table))).await?;
    }
    if let Some(conflicts) = conflict::find(connection, &catalogue, &tables, change_set, revert).await? {
        return Err(RevertError::Conflict(conflicts));
    }
    let tables = bring_back(connection, &tables).await.map_err(refused)?;
    connection.execute(restore::REFUSE_CYCLES).await.map_err(refused)?;
    keep::refresh(connection).await?;
    connection.execute("set constraints all immediate").await.map_err(refused)?;
    Ok(Reverted { change_set: revert, reverted: change_set, tables })
}

/// Waits, but not for ever, until no import and no other revert runs.
///
/// # Errors
/// When one goes on for too long, or the database fails.
pub async fn alone(connection: &mut PgConnection) -> Result<(), RevertError> {
    let patience: String =
        sqlx::query_scalar("select current_setting('lock_timeout')").fetch_one(&mut *connection).await?;
    set_lock_timeout(connection, PATIENCE).await?;
    let locked = connection.execute("select pg_advisory_xact_lock(hashtext('dateline.import'))").await;
    match locked {
        // lock_not_available
        Err(error) if sql_state(&error).as_deref() == Some("55P03") => return Err(RevertError::Busy),
        locked => locked?,
    };
    set_lock_timeout(connection, &patience).await?;
    Ok(())
}

async fn set_lock_timeout(connection: &mut PgConnection, timeout: &str) -> Result<(), sqlx::Error> {
    sqlx::query("select set_config('lock_timeout', $1, true)").bind(timeout).execute(connection).await?;
    Ok(())
}

/// Holds the change set, marks it as reverted, and opens the one that reverts it.
async fn begin(
    connection: &mut PgConnection,
    change_set: Uuid,
    by: Option<&str>,
    reason: Option<&str>,
) -> Result<Uuid, RevertError> {
    // Whoever still writes under it holds its key: this waits for them.
    let reverted_by: Option<Option<Uuid>> =
        sqlx::query_scalar("select reverted_by_id from change_set where id = $1 for update")
            .bind(change_set)
            .fetch_optional(&mut *connection)
            .await?;
    if let Some(by) = reverted_by.ok_or(RevertError::Unknown(change_set))? {
        return Err(RevertError::AlreadyReverted { reverted: change_set, by });
    }
    let revert = Uuid::now_v7();
    sqlx::query(
        "insert into change_set (id, kind, by, reason) values ($1, 'REVERT', $2, $3) \
         returning set_config('dateline.change_set', $1::text, true)",
    )
    .bind(revert)
    .bind(by)
    .bind(reason)
    .execute(&mut *connection)
    .await?;
    sqlx::query("update change_set set reverted_by_id = $2 where id = $1")
        .bind(change_set)
        .bind(revert)
        .execute(&mut *connection)
        .await?;
    connection.execute("set constraints all deferred").await?;
    Ok(revert)
}

/// Notes what the change set touched; the names of the tables.
async fn steps(connection: &mut PgConnection, change_set: Uuid) -> Result<Vec<String>, sqlx::Error> {
    for statement in restore::STEPS {
        connection.execute(statement).await?;
    }
    sqlx::query(restore::FILL_STEPS).bind(change_set).execute(&mut *connection).await?;
    connection.execute("analyze pg_temp.revert_step").await?;
    sqlx::query_scalar("select distinct record_type from revert_step").fetch_all(connection).await
}

/// Makes every record what it was: first goes what was made, what refers before what is referred
/// to; the rest is restored and comes back the other way round.
async fn bring_back(
    connection: &mut PgConnection,
    tables: &[&Table],
) -> Result<Vec<TableReverted>, sqlx::Error> {
    let mut removed = Vec::with_capacity(tables.len());
    for table in tables.iter().rev() {
        removed.push(run(connection, restore::remove(table)).await?);
    }
    removed.reverse();
    let mut restored = Vec::with_capacity(tables.len());
    for table in tables {
        let mut rows = 0;
        if !table.has_parts() {
            for statement in restore::park(table) {
                run(connection, statement).await?;
            }
            for statement in restore::restore(table) {
                rows += run(connection, statement).await?;
            }
        }
        restored.push(rows);
    }
    let mut reverted = Vec::with_capacity(tables.len());
    for ((table, removed), restored) in tables.iter().zip(removed).zip(restored) {
        let returned = run(connection, restore::enter(table)).await?;
        reverted.push(TableReverted { table: table.name.clone(), removed, restored, returned });
    }
    Ok(reverted)
}

async fn run(connection: &mut PgConnection, statement: String) -> Result<u64, sqlx::Error> {
    Ok(connection.execute(AssertSqlSafe(statement)).await?.rows_affected())
}

/// A rule of the tables that the state before would break now: later changes stand on it.
fn refused(error: sqlx::Error) -> RevertError {
    match (sql_state(&error), error.as_database_error()) {
        (Some(state), Some(rule)) if state.starts_with("23") => {
            let rule = rule.try_downcast_ref::<sqlx::postgres::PgDatabaseError>();
            let said = rule.map(|rule| rule.detail().unwrap_or(rule.message()).to_owned());
            RevertError::Refused(said.unwrap_or_default())
        }
        _ => RevertError::Database(error),
    }
}
