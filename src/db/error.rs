//! What can go wrong between the program and Postgres, sorted by what a client can do about it.

use std::sync::Arc;

/// A statement that brought no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It ran past the time limit and was cancelled.
    #[error("the statement ran past its time limit")]
    Timeout,
    /// A value it was given is out of range, or holds what Postgres cannot store.
    #[error("a value cannot be used: {0}")]
    UnusableValue(Arc<sqlx::Error>),
    /// Postgres cannot be reached, is starting or stopping, or has no connection left.
    #[error("the database does not answer: {}", said(.0))]
    Unavailable(Arc<sqlx::Error>),
    /// Anything else: a fault of ours.
    #[error("{}", said(.0))]
    Internal(Arc<sqlx::Error>),
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        match sql_state(&error).as_deref() {
            // query_canceled
            Some("57014") => return Self::Timeout,
            // data exceptions: numeric value out of range, character not in repertoire
            Some(state) if state.starts_with("22") => return Self::UnusableValue(Arc::new(error)),
            // connection exceptions, too_many_connections, shutdowns and start-up
            Some(state) if state.starts_with("08") || state.starts_with("57P") || state == "53300" => {
                return Self::Unavailable(Arc::new(error));
            }
            _ => {}
        }
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Tls(_) => Self::Unavailable(Arc::new(error)),
            other => Self::Internal(Arc::new(other)),
        }
    }
}

impl DatabaseError {
    /// Something is not as it must be: a row that is not what its table says, a promise of our own.
    pub(crate) fn broken(fault: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::new(sqlx::Error::Decode(fault.into())))
    }
}

/// What Postgres said, without the line of its source that sqlx adds; or what sqlx says.
pub(crate) fn said(error: &sqlx::Error) -> String {
    match (error.as_database_error(), sql_state(error)) {
        (Some(answer), Some(state)) => format!("{} ({state})", answer.message()),
        _ => error.to_string(),
    }
}

/// The SQLSTATE that Postgres gave, when the error is one of its own.
pub(crate) fn sql_state(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).map(std::borrow::Cow::into_owned)
}
