//! Requests that come again: a client that had no answer sends the same once more, under the same key,
//! and is answered as the first time. Nothing is written twice. A key is its token's: nobody is answered
//! what another asked.
//!
//! The key stands in the transaction of the write. One that comes while the first is under way waits for
//! it; where the first fails, the key is free again.

use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::transaction::{Answer, Failure, Note, Work};
use crate::graphql::ApiError;

/// The field that gives the key.
const FIELD: &str = "idempotencyKey";
/// How long a key may be.
const LONGEST: usize = 200;

/// A request under its key.
pub struct Request {
    /// Whose key it is; none is those who need no token.
    token: Option<Uuid>,
    key: String,
    hash: Vec<u8>,
}

impl Request {
    /// What is asked for under a key; none when there is no key.
    pub fn of<W: Work>(note: &Note, work: &W) -> Result<Option<Self>, ApiError> {
        let Some(key) = &note.idempotency_key else { return Ok(None) };
        if !(1..=LONGEST).contains(&key.chars().count()) || key.contains('\0') {
            let message =
                format!("`{FIELD}` has 1 to {LONGEST} characters: give a random one, such as a UUID.");
            return Err(ApiError::BadField { field: FIELD.to_owned(), message });
        }
        let asked =
            serde_json::to_vec(&(W::NAME, work, &note.reason)).map_err(|error| ApiError::internal(&error))?;
        let token = note.by.as_ref().map(|token| token.id);
        Ok(Some(Self { token, key: key.clone(), hash: Sha256::digest(asked).to_vec() }))
    }
}

/// The answer that the request had before; none when it is new, and now its key is taken.
pub async fn begin(connection: &mut PgConnection, request: &Request) -> Result<Option<Answer>, Failure> {
    sqlx::query("delete from idempotent_request where at < now() - interval '1 day'")
        .execute(&mut *connection)
        .await?;
    // Waits for whoever else is at it.
    let taken = sqlx::query(
        "insert into idempotent_request (key, token_id, request_hash) values ($1, $2, $3) on conflict do nothing",
    )
    .bind(&request.key)
    .bind(request.token)
    .bind(&request.hash)
    .execute(&mut *connection)
    .await?;
    if taken.rows_affected() > 0 {
        return Ok(None);
    }
    let (hash, answer): (Vec<u8>, Json<Answer>) = sqlx::query_as(
        "select request_hash, answer from idempotent_request where key = $1 and token_id is not distinct from $2",
    )
    .bind(&request.key)
    .bind(request.token)
    .fetch_one(connection)
    .await?;
    if hash != request.hash {
        let message =
            format!("`{FIELD}` was given with another request: give each request a key of its own.");
        return Err(ApiError::conflict(FIELD, message).into());
    }
    Ok(Some(answer.0))
}

/// Keeps the answer, with the write.
pub async fn end(
    connection: &mut PgConnection,
    request: &Request,
    answer: &Answer,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update idempotent_request set answer = $3 where key = $1 and token_id is not distinct from $2",
    )
    .bind(&request.key)
    .bind(request.token)
    .bind(Json(answer))
    .execute(connection)
    .await?;
    Ok(())
}
