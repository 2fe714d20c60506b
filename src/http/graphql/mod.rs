//! `/graphql`: GraphQL over HTTP, from the request's headers to the answer's.
//!
//! Parameters come from a JSON body or from the address ([`parameters`]), the document is read and
//! its operation chosen ([`document`]), executed within the time limit, and answered in the media
//! type the client prefers ([`answer`]).

mod answer;
mod document;
mod errors;
mod parameters;

use std::time::Instant;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request as Query, Response as Executed};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use super::Service;
use super::refusal::Refusal;
use crate::read::{Batches, loader, run};
use answer::{Answer, Profile, Timing};
use parameters::Parameters;

/// `GET /graphql?query=…`: queries only, so that no link can change anything.
pub(super) async fn get(State(service): State<Service>, headers: HeaderMap, uri: Uri) -> Response {
    let start = Instant::now();
    let profile = match Profile::negotiated(&headers) {
        Ok(profile) => profile,
        Err(refusal) => return refusal.into_response(),
    };
    let parameters = Parameters::from_address(&uri);
    answered(&service, &Method::GET, parameters, profile, start).await
}

/// `POST /graphql` with a JSON body.
pub(super) async fn post(State(service): State<Service>, headers: HeaderMap, request: Request) -> Response {
    let start = Instant::now();
    let profile = match Profile::negotiated(&headers) {
        Ok(profile) => profile,
        Err(refusal) => return refusal.into_response(),
    };
    let parameters = match parameters::require_json(&headers) {
        Ok(()) => body(&service, request).await.and_then(|body| Parameters::from_body(&body)),
        Err(refusal) => Err(refusal),
    };
    answered(&service, &Method::POST, parameters, profile, start).await
}

/// Reads the body, up to the limit of its length and of the request's time.
async fn body(service: &Service, request: Request) -> Result<Bytes, Refusal> {
    match timeout(service.time_limit(), Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let limit = service.limits.body_bytes;
            let message = format!("The body is longer than {limit} bytes; ask for less at once.");
            Err(Refusal::bad(StatusCode::PAYLOAD_TOO_LARGE, message))
        }
        Ok(Err(_)) => Err(Refusal::bad(StatusCode::BAD_REQUEST, "The body ended before it was complete.")),
        Err(_) => {
            Err(Refusal::bad(StatusCode::REQUEST_TIMEOUT, "The body did not come within the time limit."))
        }
    }
}

async fn answered(
    service: &Service,
    method: &Method,
    parameters: Result<Parameters, Refusal>,
    profile: Profile,
    start: Instant,
) -> Response {
    let (answer, statements) = match parameters {
        Ok(parameters) => execute(service, method, parameters).await,
        Err(refusal) => (Answer::Refused(refusal), 0),
    };
    tracing::Span::current().record("statements", statements);
    profile.response(&answer, Timing { statements, total: start.elapsed() })
}

/// Executes the operation that is asked for; says how many SQL statements that took.
async fn execute(service: &Service, method: &Method, parameters: Parameters) -> (Answer, u32) {
    let Parameters { query, operation_name, variables, extensions } = parameters;
    if let Some(name) = &operation_name {
        tracing::Span::current().record("operation", name);
    }
    let document = match document::read(&query, operation_name.as_deref(), service.limits.depth as usize) {
        Ok(document) => document,
        Err(error) => return (Answer::Invalid(vec![error]), 0),
    };
    if document.kind == OperationType::Mutation && method == Method::GET {
        let refusal = Refusal::method_not_allowed("A mutation is sent by POST; GET only reads.");
        return (Answer::Refused(refusal.allowing("POST")), 0);
    }

    let batches = Batches::default();
    let reading = service.database.reading();
    let mut request = Query::new(query).variables(variables).data(loader(reading.clone(), batches.clone()));
    request.operation_name = operation_name;
    request.extensions = extensions;
    request.set_parsed_query(document.parsed);

    // Whether the time is up or the client has gone: dropping the execution cancels its SQL.
    let execution = run(service.schema.execute(request), batches, || reading.next_level());
    let answer = match timeout(service.time_limit(), execution).await {
        Ok(executed) if was_invalid(&executed) => Answer::Invalid(errors::invalid(executed.errors)),
        Ok(mut executed) => {
            executed.errors = executed.errors.into_iter().map(errors::in_field).collect();
            Answer::Executed(executed)
        }
        Err(_) => Answer::TimedOut,
    };
    (answer, reading.statements())
}

/// Whether it was found invalid before anything was executed: errors of fields have a path.
fn was_invalid(executed: &Executed) -> bool {
    executed.data == async_graphql::Value::Null
        && !executed.errors.is_empty()
        && executed.errors.iter().all(|error| error.path.is_empty())
}
