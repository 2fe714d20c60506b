//! One write: a transaction under a change set of its own, that is kept whole or leaves nothing.

use std::future::Future;

use async_graphql::Enum;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};
use uuid::Uuid;

use super::connections::Writers;
use super::idempotency::{self, Request};
use crate::access::entity::Token;
use crate::access::vocabulary::Role;
use crate::account::keep;
use crate::db::{DatabaseError, sql_state};
use crate::graphql::{ApiError, ApiResult};

/// How often a write is tried that others got in the way of.
const ATTEMPTS: u32 = 5;

/// What goes with a write beside what is written.
#[derive(Clone, Debug, Default)]
pub struct Note {
    /// By which token; none where none is needed.
    pub by: Option<Token>,
    /// Why.
    pub reason: Option<String>,
    /// By which the same request is known when it comes again.
    pub idempotency_key: Option<String>,
}

impl Note {
    /// Who writes, as the change set names them; none when nobody is known.
    pub fn writer(&self) -> Option<&str> {
        self.by.as_ref().map(|token| token.name.as_str())
    }
}

/// What is done in a write.
pub trait Work: Serialize + Sync {
    /// What it is called, by which requests of two kinds are told apart.
    const NAME: &'static str;
    /// Whether it opens a change set of its own kind.
    const OPENS_CHANGE_SET: bool = false;
    /// The least role that may do it.
    const ROLE: Role = Role::Contributor;

    /// Does it, in a transaction, under the change set.
    fn run(
        &self,
        connection: &mut PgConnection,
        change_set: Uuid,
        note: &Note,
    ) -> impl Future<Output = Result<Answer, Failure>> + Send;
}

/// What a write came to. It is what a repeated request is answered with.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Answer {
    /// What became of each record it was asked to write, in the order they were given.
    pub items: Vec<Item>,
    /// The change set; none when nothing changed.
    pub change_set: Option<Uuid>,
    /// Whether it is kept: not that of a rehearsal, nor where all was to be or nothing.
    pub kept: bool,
}

/// What became of a record.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Item {
    /// The record; none when it was rejected.
    pub id: Option<Uuid>,
    /// What became of it.
    pub outcome: WriteOutcome,
    /// Why it was rejected.
    pub fault: Option<ItemFault>,
}

/// Why a record was not written.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ItemFault {
    /// The path of the field at fault; none when it is the record as a whole.
    pub field: Option<String>,
    /// Its code.
    pub code: String,
    /// What is wrong, and what would mend it.
    pub message: String,
}

/// What became of a record that was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Enum, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WriteOutcome {
    /// It was new.
    Created,
    /// It was there, and changed.
    Updated,
    /// It was there, and so already: nothing was written.
    Unchanged,
    /// It was deleted.
    Deleted,
    /// It was not written; the error says why.
    Rejected,
}

/// Why a write came to nothing.
#[derive(Debug)]
pub enum Failure {
    /// It cannot be done.
    Refused(ApiError),
    /// The database failed.
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl Answer {
    /// Of one record.
    pub fn of(id: Uuid, outcome: WriteOutcome) -> Self {
        Self { items: vec![Item { id: Some(id), outcome, fault: None }], change_set: None, kept: true }
    }
}

/// Writes, and keeps it unless the answer says not to.
///
/// # Errors
/// When it is refused or the database fails; then nothing was written.
pub async fn write<W: Work>(writers: &Writers, note: &Note, work: &W) -> ApiResult<Answer> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        match attempt(writers, note, work).await {
            Ok(answer) => return Ok(answer),
            Err(Failure::Refused(error)) => return Err(error),
            Err(Failure::Database(error)) if attempts < ATTEMPTS && passes(&error) => {}
            Err(Failure::Database(error)) => return Err(DatabaseError::from(error).into()),
        }
    }
}

/// Whether the same can succeed when it is tried again: others were in the way.
fn passes(error: &sqlx::Error) -> bool {
    // serialization_failure, deadlock_detected
    matches!(sql_state(error).as_deref(), Some("40001" | "40P01"))
}

async fn attempt<W: Work>(writers: &Writers, note: &Note, work: &W) -> Result<Answer, Failure> {
    let mut lent = writers.lend().await?;
    let mut transaction = lent.connection()?.begin().await?;
    let answer = within(&mut transaction, note, work).await;
    match &answer {
        Ok(answer) if answer.kept => transaction.commit().await?,
        Ok(_) | Err(Failure::Refused(_)) => transaction.rollback().await?,
        // Whatever state the connection is in goes with it.
        Err(Failure::Database(_)) => return answer,
    }
    // What is written is written: a connection that fails now is another's.
    if let Err(error) = lent.give_back().await {
        tracing::debug!(%error, "a connection of writers was not given back");
    }
    answer
}

/// All of a write but the commit.
async fn within<W: Work>(connection: &mut PgConnection, note: &Note, work: &W) -> Result<Answer, Failure> {
    let request = Request::of(note, work)?;
    if let Some(request) = &request
        && let Some(answer) = idempotency::begin(connection, request).await?
    {
        return Ok(answer);
    }
    let change_set = Uuid::now_v7();
    if !W::OPENS_CHANGE_SET {
        open(connection, change_set, note).await?;
    }
    let mut answer = work.run(connection, change_set, note).await?;
    if !answer.kept {
        return Ok(answer);
    }
    keep::refresh(connection).await?;
    // What waits for the end is asked now, while there is still an answer to give.
    connection.execute("set constraints all immediate").await?;
    if !W::OPENS_CHANGE_SET {
        answer.change_set = close(connection, change_set).await?;
    }
    if let Some(request) = &request {
        idempotency::end(connection, request, &answer).await?;
    }
    Ok(answer)
}

/// Opens the change set of the transaction.
async fn open(connection: &mut PgConnection, change_set: Uuid, note: &Note) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into change_set (id, kind, by, reason) values ($1, 'API', $2, $3) \
         returning set_config('dateline.change_set', $1::text, true)",
    )
    .bind(change_set)
    .bind(note.writer())
    .bind(&note.reason)
    .execute(connection)
    .await?;
    Ok(())
}

/// The change set, when anything changed; else it is taken away again.
async fn close(connection: &mut PgConnection, change_set: Uuid) -> Result<Option<Uuid>, sqlx::Error> {
    let empty = sqlx::query(
        "delete from change_set where id = $1 and not exists (select from revision where change_set_id = $1)",
    )
    .bind(change_set)
    .execute(connection)
    .await?;
    Ok((empty.rows_affected() == 0).then_some(change_set))
}
