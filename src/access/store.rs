//! The statements over the table `token`: tokens are made, found by their text, listed and revoked.

use chrono::{DateTime, Utc};
use sea_orm::ActiveEnum;
use sqlx::Row;
use sqlx::postgres::{PgPool, PgRow};
use uuid::Uuid;

use super::entity::{Listed, Token};
use super::token::TokenText;
use super::vocabulary::Role;
use crate::db::DatabaseError;

/// When a token expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Never.
    Never,
    /// So many days after it was made.
    Days(i32),
    /// At this moment.
    At(DateTime<Utc>),
}

/// A token that was found by its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is valid.
    Valid(Token),
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

/// Why a token cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CannotMake {
    /// Another one has its name.
    #[error("there is a token of this name already; choose another name, or revoke that one first")]
    NameTaken,
    /// Its name is none.
    #[error("a name has 1 to 100 characters, no space at its ends and no control characters")]
    Name,
    /// Its time would be over before it began.
    #[error("it would have expired already")]
    Past,
    /// The database failed.
    #[error(transparent)]
    Database(DatabaseError),
}

/// Stores a token of this text; of the text only the hash.
///
/// # Errors
/// When the name is taken or none, the expiry is past, or the database fails.
pub async fn make(
    pool: &PgPool,
    text: &TokenText,
    name: &str,
    role: Role,
    expiry: Expiry,
) -> Result<(), CannotMake> {
    let (at, days) = match expiry {
        Expiry::Never => (None, None),
        Expiry::Days(days) => (None, Some(days)),
        Expiry::At(moment) => (Some(moment), None),
    };
    sqlx::query(
        "insert into token (id, name, role, hash, expires_at) \
         values ($1, $2, $3, $4, coalesce($5, now() + make_interval(days => $6)))",
    )
    .bind(Uuid::now_v7())
    .bind(name)
    .bind(role.to_value())
    .bind(text.hash().as_slice())
    .bind(at)
    .bind(days)
    .execute(pool)
    .await
    .map_err(|error| {
        match error.as_database_error().and_then(sqlx::error::DatabaseError::constraint) {
            Some("token_name_taken") => CannotMake::NameTaken,
            Some("token_has_a_name") => CannotMake::Name,
            Some("token_expires_later") => CannotMake::Past,
            _ => CannotMake::Database(error.into()),
        }
    })?;
    Ok(())
}

/// The token of this text; none when there is none.
///
/// # Errors
/// When the database fails.
pub async fn find(pool: &PgPool, text: &TokenText) -> Result<Option<Found>, DatabaseError> {
    // The index finds it by its hash, of which nobody can make one that is like another. Compared again
    // below, it does not rest on how the index compares.
    let row = sqlx::query(
        "select id, name, role::text, hash, coalesce(expires_at <= now(), false) as is_expired, \
           revoked_at is not null as is_revoked from token where hash = $1",
    )
    .bind(text.hash().as_slice())
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if !text.has_hash(row.try_get("hash")?) {
        return Ok(None);
    }
    if row.try_get("is_revoked")? {
        return Ok(Some(Found::Revoked));
    }
    if row.try_get("is_expired")? {
        return Ok(Some(Found::Expired));
    }
    let role = Role::try_from_value(&row.try_get("role")?).map_err(DatabaseError::broken)?;
    Ok(Some(Found::Valid(Token { id: row.try_get("id")?, name: row.try_get("name")?, role })))
}

/// Whether the token with this id is valid still.
///
/// # Errors
/// When the database fails.
pub async fn is_valid(pool: &PgPool, id: Uuid) -> Result<bool, DatabaseError> {
    let valid = "select exists (select from token where id = $1 and revoked_at is null and coalesce(expires_at > now(), true))";
    Ok(sqlx::query_scalar(valid).bind(id).fetch_one(pool).await?)
}

/// All tokens, those that are valid first, by name.
///
/// # Errors
/// When the database fails.
pub async fn list(pool: &PgPool) -> Result<Vec<Listed>, DatabaseError> {
    let rows = sqlx::query(
        "select name, lower(role) as role, created_at, expires_at, \
           case when revoked_at is not null then 'revoked' when expires_at <= now() then 'expired' else 'valid' end as state \
         from token order by revoked_at is not null, name, created_at",
    )
    .fetch_all(pool)
    .await?;
    let listed = |row: &PgRow| {
        Ok(Listed {
            name: row.try_get("name")?,
            role: row.try_get("role")?,
            created_at: row.try_get("created_at")?,
            expires_at: row.try_get("expires_at")?,
            state: row.try_get("state")?,
        })
    };
    rows.iter().map(listed).collect()
}

/// Revokes the token of this name; whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn revoke(pool: &PgPool, name: &str) -> Result<bool, DatabaseError> {
    let revoked = sqlx::query("update token set revoked_at = now() where name = $1 and revoked_at is null")
        .bind(name)
        .execute(pool)
        .await?;
    Ok(revoked.rows_affected() > 0)
}

/// Whether anybody has a token that is valid.
///
/// # Errors
/// When the database fails.
pub async fn any_is_valid(pool: &PgPool) -> Result<bool, DatabaseError> {
    let any =
        "select exists (select from token where revoked_at is null and coalesce(expires_at > now(), true))";
    Ok(sqlx::query_scalar(any).fetch_one(pool).await?)
}
