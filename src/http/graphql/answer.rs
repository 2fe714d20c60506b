//! The answer to a GraphQL request: its status, headers and body.
//!
//! There are two profiles. A client that accepts `application/graphql-response+json` learns by the
//! status whether its request was executed. One that accepts only `application/json` gets 200 for
//! whatever is a well-formed request, as such clients expect.

use std::collections::BTreeMap;
use std::time::Instant;

use async_graphql::{Response as Executed, ServerError, Value};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderName, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::super::media_type::{MediaType, wanted};
use super::super::refusal::Refusal;
use super::errors::{self, api_error};
use crate::graphql::ApiError;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// What a request came to.
#[derive(Debug)]
pub(super) enum Answer {
    /// It was no request of GraphQL.
    Refused(Refusal),
    /// It was one, and was found invalid before execution.
    Invalid(Vec<ServerError>),
    /// It was executed, whether or not every field has a value.
    Executed(Executed),
    /// Its execution was ended by the time limit.
    TimedOut,
}

/// What an answer took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spent {
    /// When the request's headers had come.
    pub start: Instant,
    /// How many fields it could have had, were every page full; known once its document was read.
    pub cost: Option<u64>,
    /// How many SQL statements answered.
    pub statements: u32,
}

/// How an answer is put: by status, or by body alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    /// `application/graphql-response+json`
    Strict,
    /// `application/json`
    Legacy,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    /// Absent when nothing was executed, which is not the same as null.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<&'a BTreeMap<String, Value>>,
}

impl Spent {
    /// Of a request whose headers have come now.
    pub fn new() -> Self {
        Self { start: Instant::now(), cost: None, statements: 0 }
    }
}

impl Answer {
    /// What the figures call it.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Invalid(_) => "invalid",
            Self::Executed(Executed { errors, .. }) if errors.is_empty() => "executed",
            Self::Executed(_) => "executed_with_errors",
            Self::TimedOut => "timed_out",
        }
    }

    /// Says the cost among its extensions, where there is one to be said and something was executed.
    pub fn with_cost(mut self, cost: Option<u64>) -> Self {
        if let (Self::Executed(executed), Some(cost)) = (&mut self, cost) {
            executed.extensions.insert("cost".to_owned(), Value::from(cost));
        }
        self
    }

    /// Its body, where there is no status to say the rest.
    pub fn body(&self) -> String {
        let text = match self {
            Self::Refused(refusal) => {
                serde_json::to_string(&Body { errors: &[refusal.error()], data: None, extensions: None })
            }
            Self::Invalid(errors) => serde_json::to_string(&Body { errors, data: None, extensions: None }),
            Self::TimedOut => {
                let errors = [api_error(&ApiError::Timeout)];
                serde_json::to_string(&Body { errors: &errors, data: None, extensions: None })
            }
            Self::Executed(Executed { errors, data, extensions, .. }) => {
                let extensions = (!extensions.is_empty()).then_some(extensions);
                serde_json::to_string(&Body { errors, data: Some(data), extensions })
            }
        };
        text.unwrap_or_else(|fault| Self::Invalid(vec![api_error(&ApiError::internal(&fault))]).body())
    }

    /// Its errors, where nothing was executed.
    pub fn errors(self) -> Result<Self, Vec<ServerError>> {
        match self {
            Self::Refused(refusal) => Err(vec![refusal.error()]),
            Self::Invalid(errors) => Err(errors),
            Self::TimedOut => Err(vec![api_error(&ApiError::Timeout)]),
            executed @ Self::Executed(_) => Ok(executed),
        }
    }

    /// The codes of its errors.
    pub fn codes(&self) -> Vec<String> {
        match self {
            Self::Refused(refusal) => vec![refusal.code.to_owned()],
            Self::Invalid(errors) | Self::Executed(Executed { errors, .. }) => {
                errors.iter().map(errors::code).collect()
            }
            Self::TimedOut => vec![ApiError::Timeout.code_and_message().0.to_owned()],
        }
    }
}

impl Profile {
    /// What the client prefers; who names nothing gets the profile that every client reads.
    pub fn negotiated(headers: &HeaderMap) -> Result<Self, Refusal> {
        let given: Vec<&str> =
            headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let ranges: Vec<MediaType> =
            given.iter().flat_map(|list| list.split(',')).filter_map(MediaType::parse).collect();
        if given.iter().all(|list| list.trim().is_empty()) {
            return Ok(Self::Legacy);
        }
        let strict = wanted(&ranges, Self::Strict.media_type());
        let legacy = wanted(&ranges, Self::Legacy.media_type());
        match (strict, legacy) {
            // Only a client that names the newer type knows what its statuses mean.
            (Some((strict, 3)), Some((legacy, _))) if strict >= legacy => Ok(Self::Strict),
            (_, Some(_)) => Ok(Self::Legacy),
            (Some(_), None) => Ok(Self::Strict),
            (None, None) => Err(Refusal::bad(
                StatusCode::NOT_ACCEPTABLE,
                "Answers are application/graphql-response+json or application/json, and `accept` names neither.",
            )),
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Strict => "application/graphql-response+json",
            Self::Legacy => "application/json",
        }
    }

    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Strict => "application/graphql-response+json; charset=utf-8",
            Self::Legacy => "application/json; charset=utf-8",
        })
    }

    /// Puts an answer in this profile.
    pub fn response(self, answer: &Answer, spent: Spent) -> Response {
        let mut response = match answer {
            Answer::Refused(refusal) => {
                let mut response = self.body(refusal.status, &[refusal.error()], None, None);
                refusal.mark(&mut response);
                response
            }
            Answer::Invalid(errors) => self.body(self.status(StatusCode::BAD_REQUEST), errors, None, None),
            Answer::TimedOut => {
                let errors = [api_error(&ApiError::Timeout)];
                self.body(self.status(StatusCode::GATEWAY_TIMEOUT), &errors, None, None)
            }
            Answer::Executed(Executed { errors, data, extensions, .. }) => {
                let extensions = (!extensions.is_empty()).then_some(extensions);
                self.body(StatusCode::OK, errors, Some(data), extensions)
            }
        };
        let headers = response.headers_mut();
        let milliseconds = spent.start.elapsed().as_secs_f64() * 1_000.0;
        let cost = spent.cost.map(|cost| format!("cost;desc=\"{cost} fields\", ")).unwrap_or_default();
        let timing =
            format!("{cost}sql;desc=\"{} statements\", total;dur={milliseconds:.1}", spent.statements);
        headers.extend(HeaderValue::from_str(&timing).ok().map(|timing| (SERVER_TIMING, timing)));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(VARY, HeaderValue::from_static("accept"));
        response
    }

    /// The status of a well-formed request that has no data.
    fn status(self, strict: StatusCode) -> StatusCode {
        match self {
            Self::Strict => strict,
            Self::Legacy => StatusCode::OK,
        }
    }

    fn body(
        self,
        status: StatusCode,
        errors: &[ServerError],
        data: Option<&Value>,
        extensions: Option<&BTreeMap<String, Value>>,
    ) -> Response {
        match serde_json::to_vec(&Body { errors, data, extensions }) {
            Ok(body) => (status, [(CONTENT_TYPE, self.content_type())], body).into_response(),
            Err(error) => {
                let errors = [api_error(&ApiError::internal(&error))];
                let body = serde_json::to_vec(&Body { errors: &errors, data: None, extensions: None });
                let headers = [(CONTENT_TYPE, self.content_type())];
                (StatusCode::INTERNAL_SERVER_ERROR, headers, body.unwrap_or_default()).into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(accept: &'static str) -> Option<Profile> {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
        Profile::negotiated(&headers).ok()
    }

    #[test]
    fn who_names_the_newer_type_gets_it_unless_the_older_is_wanted_more() {
        use Profile::{Legacy, Strict};
        for (accept, profile) in [
            ("application/graphql-response+json", Some(Strict)),
            ("application/graphql-response+json, application/json", Some(Strict)),
            ("application/json, application/graphql-response+json; charset=utf-8", Some(Strict)),
            ("application/graphql-response+json;q=0.5, application/json", Some(Legacy)),
            ("application/graphql-response+json, */*;q=0.1", Some(Strict)),
            ("application/json", Some(Legacy)),
            ("*/*", Some(Legacy)),
            ("application/*", Some(Legacy)),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(Legacy)),
            ("", Some(Legacy)),
            ("*/*, application/json;q=0", Some(Strict)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json; charset=utf-16", None),
        ] {
            assert_eq!(negotiated(accept), profile, "{accept}");
        }
        assert_eq!(Profile::negotiated(&HeaderMap::new()).ok(), Some(Legacy));
    }
}
