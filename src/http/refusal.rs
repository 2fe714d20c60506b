//! A refusal is an answer to a request that GraphQL never saw: the wrong path, method, media type
//! or body. It has the shape of a GraphQL answer, so that clients need to read only one.

use std::any::Any;
use std::fmt::Display;

use async_graphql::{ErrorExtensionValues, ServerError};
use axum::Json;
use axum::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::graphql::identified;
use crate::graphql::ApiError;

/// What a client is asked for that has to say who it is (RFC 6750).
const CHALLENGE: &str = "Bearer realm=\"dateline\"";
/// The same for one that sent a token that is not valid.
const CHALLENGE_AGAIN: &str = "Bearer realm=\"dateline\", error=\"invalid_token\"";

/// After how many seconds a database that does not answer may do so again.
const SOON: u64 = 2;

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    pub status: StatusCode,
    pub code: &'static str,
    message: String,
    /// The methods that are allowed instead.
    allow: Option<&'static str>,
    /// After how many seconds the same may be asked again.
    retry_after: Option<u64>,
    /// By what the client can say who it is, when nobody knows.
    challenge: Option<&'static str>,
}

impl Refusal {
    /// The client's request is wrong; the message says what and what to do.
    pub fn bad(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code: "BAD_USER_INPUT",
            message: message.into(),
            allow: None,
            retry_after: None,
            challenge: None,
        }
    }

    /// The request is larger than a limit allows.
    pub fn too_large(message: String) -> Self {
        Self { code: "TOO_COMPLEX", ..Self::bad(StatusCode::PAYLOAD_TOO_LARGE, message) }
    }

    pub fn not_found(message: String) -> Self {
        Self { code: "NOT_FOUND", ..Self::bad(StatusCode::NOT_FOUND, message) }
    }

    pub fn forbidden(message: String) -> Self {
        Self { code: "FORBIDDEN", ..Self::bad(StatusCode::FORBIDDEN, message) }
    }

    /// Something else has to end first.
    pub fn busy(message: impl Into<String>) -> Self {
        Self { code: "CONFLICT", retry_after: Some(10), ..Self::bad(StatusCode::CONFLICT, message) }
    }

    /// Too many requests have come from there.
    pub fn too_often(message: String, seconds: u64) -> Self {
        let refusal = Self::bad(StatusCode::TOO_MANY_REQUESTS, message);
        Self { code: "RATE_LIMITED", retry_after: Some(seconds), ..refusal }
    }

    /// Too many requests are being answered.
    pub fn overloaded(message: String, seconds: u64) -> Self {
        let refusal = Self::bad(StatusCode::SERVICE_UNAVAILABLE, message);
        Self { code: "UNAVAILABLE", retry_after: Some(seconds), ..refusal }
    }

    /// There is no room for what was sent.
    pub fn full(message: impl Into<String>) -> Self {
        Self { code: "UNAVAILABLE", ..Self::bad(StatusCode::INSUFFICIENT_STORAGE, message) }
    }

    /// What was asked failed here; the message says no more than the API's.
    pub fn failed(error: &ApiError) -> Self {
        let (code, message) = error.code_and_message();
        let status = match error {
            ApiError::BadUserInput(_) | ApiError::BadField { .. } | ApiError::TooComplex(_) => {
                StatusCode::BAD_REQUEST
            }
            ApiError::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            ApiError::Forbidden(_) => StatusCode::FORBIDDEN,
            ApiError::NotFound { .. } => StatusCode::NOT_FOUND,
            ApiError::Conflict(_) => StatusCode::CONFLICT,
            ApiError::Timeout | ApiError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ApiError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let challenge = (status == StatusCode::UNAUTHORIZED).then_some(CHALLENGE);
        let retry_after = matches!(error, ApiError::Unavailable).then_some(SOON);
        Self { code, retry_after, challenge, ..Self::bad(status, message) }
    }

    /// After how many seconds it may be asked again.
    #[cfg(test)]
    pub fn retry_after(&self) -> Option<u64> {
        self.retry_after
    }

    /// Tells a client whose token was not accepted that it is the token.
    pub fn of_token(self) -> Self {
        Self { challenge: self.challenge.map(|_| CHALLENGE_AGAIN), ..self }
    }

    /// A fault of ours: the log has the reason, the client gets its id.
    pub fn internal(fault: &dyn Display) -> Self {
        Self::failed(&ApiError::internal(fault))
    }

    pub fn method_not_allowed(message: impl Into<String>) -> Self {
        Self::bad(StatusCode::METHOD_NOT_ALLOWED, message)
    }

    /// Names the methods that are allowed where the router cannot know them.
    pub fn allowing(self, methods: &'static str) -> Self {
        Self { allow: Some(methods), ..self }
    }

    /// The same as an error of GraphQL.
    pub fn error(&self) -> ServerError {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code);
        identified(ServerError {
            extensions: Some(extensions),
            ..ServerError::new(self.message.clone(), None)
        })
    }

    /// Adds what the refusal says in headers.
    pub fn mark(&self, response: &mut Response) {
        if let Some(methods) = self.allow {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({ "errors": [self.error()] }))).into_response();
        self.mark(&mut response);
        response
    }
}

/// The answer when a handler panicked.
#[expect(clippy::needless_pass_by_value, reason = "the layer asks for a function that takes it")]
pub(super) fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let reason = panic.downcast_ref::<String>().map(String::as_str);
    let reason =
        reason.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message");
    Refusal::internal(&reason).into_response()
}
