//! Requests that come again: a client that had no answer sends the same once more, under the same key,
//! and is answered as the first time. Nothing is written twice.
//!
//! The key stands in the transaction of the write. One that comes while the first is under way waits for
//! it; where the first fails, the key is free again.

use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;
use sqlx::types::Json;

use super::transaction::{Answer, Failure, Work};
use crate::graphql::ApiError;

/// The field that gives the key.
const FIELD: &str = "idempotencyKey";
/// How long a key may be.
const LONGEST: usize = 200;

/// A request under its key.
pub struct Request {
    key: String,
    hash: Vec<u8>,
}

impl Request {
    /// What is asked for under a key.
    pub fn of<W: Work>(key: &str, work: &W) -> Result<Self, ApiError> {
        if !(1..=LONGEST).contains(&key.chars().count()) || key.contains('\0') {
            let message =
                format!("`{FIELD}` has 1 to {LONGEST} characters: give a random one, such as a UUID.");
            return Err(ApiError::BadField { field: FIELD.to_owned(), message });
        }
        let asked = serde_json::to_vec(&(W::NAME, work)).map_err(|error| ApiError::internal(&error))?;
        Ok(Self { key: key.to_owned(), hash: Sha256::digest(asked).to_vec() })
    }
}

/// The answer that the request had before; none when it is new, and now its key is taken.
pub async fn begin(connection: &mut PgConnection, request: &Request) -> Result<Option<Answer>, Failure> {
    sqlx::query("delete from idempotent_request where at < now() - interval '1 day'")
        .execute(&mut *connection)
        .await?;
    // Waits for whoever else is at it.
    let taken = sqlx::query(
        "insert into idempotent_request (key, request_hash) values ($1, $2) on conflict do nothing",
    )
    .bind(&request.key)
    .bind(&request.hash)
    .execute(&mut *connection)
    .await?;
    if taken.rows_affected() > 0 {
        return Ok(None);
    }
    let (hash, answer): (Vec<u8>, Json<Answer>) =
        sqlx::query_as("select request_hash, answer from idempotent_request where key = $1")
            .bind(&request.key)
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
    sqlx::query("update idempotent_request set answer = $2 where key = $1")
        .bind(&request.key)
        .bind(Json(answer))
        .execute(connection)
        .await?;
    Ok(())
}
