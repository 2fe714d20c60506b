//! The one error of the API, and the one place where errors become codes and messages.

use async_graphql::{Error, ErrorExtensions, Value};
use uuid::Uuid;

use crate::db::DatabaseError;

/// What a resolver answers.
pub type ApiResult<T> = Result<T, ApiError>;

/// Why a request or a field has no answer.
///
/// It does not implement `Display`, so that it can only reach a client through the codes below.
#[derive(Clone, Debug)]
pub enum ApiError {
    /// The request is wrong; the message names the place and the remedy.
    BadUserInput(String),
    /// The request asks for too much; the message names the limit.
    TooComplex(String),
    /// Nobody is known to ask, and it is not for everybody; the message says what to send.
    Unauthenticated(String),
    /// Who asks may not; the message names the role that may.
    Forbidden(String),
    /// A field of the input is wrong; the path says which, as in `input.extent.start`.
    BadField {
        /// The path.
        field: String,
        /// What is wrong, and what would mend it.
        message: String,
    },
    /// There is no such record.
    NotFound {
        /// The path of the field that asks for it.
        field: String,
        /// What there is not.
        message: String,
    },
    /// What is there stands in the way.
    Conflict(Box<Conflict>),
    /// It took longer than the time limit.
    Timeout,
    /// The database does not answer at the moment, or is too busy to.
    Unavailable,
    /// A fault of ours. The log has it under the same id; the client sees the id alone.
    Internal(Uuid),
}

/// What stands in the way of a write.
#[derive(Clone, Debug, Default)]
pub struct Conflict {
    /// What is in the way, and what to do.
    pub message: String,
    /// The path of the field that asks for what cannot be had; none where it is no field's fault.
    pub field: Option<String>,
    /// The records in the way, each an object that names it; at most 20.
    pub records: Vec<serde_json::Value>,
}

impl ApiError {
    /// What is there stands in the way of what a field asks for.
    #[must_use]
    pub fn conflict(field: impl Into<String>, message: impl Into<String>) -> Self {
        let (field, message) = (Some(field.into()), message.into());
        Self::Conflict(Box::new(Conflict { message, field, records: Vec::new() }))
    }

    /// The path of the field at fault, when it is one's.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::BadField { field, .. } | Self::NotFound { field, .. } => Some(field),
            Self::Conflict(conflict) => conflict.field.as_deref(),
            _ => None,
        }
    }

    /// The code and the message a client sees.
    #[must_use]
    pub fn code_and_message(&self) -> (&'static str, String) {
        match self {
            Self::BadUserInput(message) | Self::BadField { message, .. } => {
                ("BAD_USER_INPUT", message.clone())
            }
            Self::TooComplex(message) => ("TOO_COMPLEX", message.clone()),
            Self::Unauthenticated(message) => ("UNAUTHENTICATED", message.clone()),
            Self::Forbidden(message) => ("FORBIDDEN", message.clone()),
            Self::NotFound { message, .. } => ("NOT_FOUND", message.clone()),
            Self::Conflict(conflict) => ("CONFLICT", conflict.message.clone()),
            Self::Timeout => {
                ("TIMEOUT", "The request took longer than the time limit; ask for less at once.".to_owned())
            }
            Self::Unavailable => (
                "UNAVAILABLE",
                "The database is busy or does not answer at the moment; try again shortly.".to_owned(),
            ),
            Self::Internal(id) => ("INTERNAL", format!("Internal error; the server's log has it as {id}.")),
        }
    }

    /// Logs a fault of ours, once, and keeps only its id.
    #[must_use]
    pub fn internal(fault: &dyn std::fmt::Display) -> Self {
        let id = Uuid::now_v7();
        tracing::error!(%id, %fault, "internal error");
        Self::Internal(id)
    }
}

impl From<DatabaseError> for ApiError {
    fn from(error: DatabaseError) -> Self {
        match &error {
            DatabaseError::Timeout => Self::Timeout,
            DatabaseError::UnusableValue(_) => Self::BadUserInput(
                "A value of the request cannot be used: it is out of range, or holds a NUL character."
                    .to_owned(),
            ),
            DatabaseError::Unavailable(cause) => {
                tracing::warn!(%cause, "the database does not answer");
                Self::Unavailable
            }
            DatabaseError::Internal(_) => Self::internal(&error),
        }
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        let (code, message) = error.code_and_message();
        Self::new(message).extend_with(|_, extensions| {
            extensions.set("code", code);
            if let Some(field) = error.field() {
                extensions.set("field", field);
            }
            if let ApiError::Conflict(conflict) = &error {
                let records = conflict.records.iter().cloned().map(Value::from_json);
                let records: Vec<Value> = records.filter_map(Result::ok).collect();
                if !records.is_empty() {
                    extensions.set("records", records);
                }
            }
        })
    }
}
