//! `/graphql`: GraphQL over HTTP, from the request's headers to the answer's.
//!
//! Parameters come from a JSON body or from the address ([`parameters`]), the document is looked up
//! where it is only named ([`persisted`]), read, and its operation chosen ([`document`]), the
//! variables held against their types ([`variables`]) and all of it to the limits ([`limits`]); it
//! gets its place, is executed within the time limit and answered in the media type the client
//! prefers ([`answer`]). Operations that go on ([`live`]) are answered by events ([`events`]) or
//! over a WebSocket ([`socket`]).

mod answer;
mod document;
mod errors;
mod events;
mod limits;
mod live;
mod parameters;
mod persisted;
mod socket;
mod variables;

use std::net::SocketAddr;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Request as Query, Response as Executed, ServerError, Value};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_LENGTH, EXPECT, HeaderName, UPGRADE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::Service;
use super::client::Client;
use super::import::is_here;
use super::refusal::Refusal;
use crate::access::Caller;
use crate::access::vocabulary::{ReadAccess, Role};
use crate::db::{Columns, MARGIN, Reading};
use crate::read::{Batches, loader, run};
use crate::writing::Trust;
use answer::{Answer, Profile, Spent};
pub(super) use errors::{identified, quoted};
use events::Taste;
pub(super) use limits::Gate;
use parameters::Parameters;
pub(super) use persisted::Documents;
pub use persisted::TrustedDocuments;
pub(crate) use variables::Inputs;

/// Whoever sends this header with any value is told the cost of the request in `extensions`.
pub(super) const COST: HeaderName = HeaderName::from_static("dateline-cost");

/// Whoever sends this header with any value, and is an editor, is shown the statements in `extensions`.
pub(super) const EXPLAIN: HeaderName = HeaderName::from_static("dateline-explain");

/// `GET /graphql?query=…`: queries only, so that no link can change anything; or the beginning of a WebSocket.
pub(super) async fn get(
    State(service): State<Service>,
    client: Client,
    headers: HeaderMap,
    uri: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if headers.contains_key(UPGRADE) {
        return socket::open(&service, headers, client, upgrade).await.unwrap_or_else(Refusal::into_response);
    }
    let parameters = async || Parameters::from_address(&uri);
    answered(&service, client, &Method::GET, &headers, Trust::default(), parameters).await
}

/// `POST /graphql` with a JSON body.
pub(super) async fn post(
    State(service): State<Service>,
    client: Client,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let trust = Trust(service.read_access == ReadAccess::Open && is_here(address, &headers));
    let parameters = async || {
        parameters::require_json(&headers)?;
        Parameters::from_body(&body(&service, request).await?)
    };
    answered(&service, client, &Method::POST, &headers, trust, parameters).await
}

/// Answers whatever comes of the parameters.
async fn answered(
    service: &Service,
    client: Client,
    method: &Method,
    headers: &HeaderMap,
    trust: Trust,
    parameters: impl AsyncFnOnce() -> Result<Parameters, Refusal>,
) -> Response {
    let taste = Taste::of(headers);
    let mut spent = Spent::new();
    let (profile, admitted) = match Profile::negotiated(headers) {
        Err(_) if taste == Taste::Wants => (Profile::Legacy, service.origins.check(method, headers)),
        Ok(profile) => (profile, service.origins.check(method, headers)),
        // Refused in the type that every client reads.
        Err(refusal) => (Profile::Legacy, Err(refusal)),
    };
    let asked = async {
        admitted?;
        // Known before a body is read, so that nobody sends one in vain.
        Ok((service.reader(client, headers).await?, parameters().await?))
    };
    let answer = match asked.await {
        Ok((caller, parameters))
            if taste == Taste::Wants || taste == Taste::Takes && follows(service, &parameters) =>
        {
            match events::answered(service, method, client, caller, parameters) {
                Ok(response) => return response,
                Err(refusal) => Answer::Refused(refusal),
            }
        }
        Ok((caller, parameters)) => match explains(headers, &caller) {
            Ok(explains) => execute(service, method, caller, trust, parameters, explains, &mut spent).await,
            Err(refusal) => Answer::Refused(refusal),
        },
        Err(refusal) => Answer::Refused(refusal),
    };
    service.metrics.executed(answer.outcome(), answer.codes());
    if let (Some(cost), Answer::Executed(_) | Answer::TimedOut) = (spent.cost, &answer) {
        service.metrics.spent(cost, spent.statements);
    }
    tracing::Span::current().record("statements", spent.statements);
    let told = spent.cost.filter(|_| headers.contains_key(COST));
    profile.response(&answer.with_cost(told), spent)
}

/// Whether a subscription is asked for, as far as that can be seen before the limits have seen the document.
fn follows(service: &Service, parameters: &Parameters) -> bool {
    let Ok(query) = service.documents.text(parameters) else { return false };
    let operation_name = &parameters.operation_name;
    query.trim_start().starts_with("subscription")
        || operation_name.as_ref().is_some_and(|name| query.contains(&format!("subscription {name}")))
}

/// Whether the statements are to be shown, to somebody who may see them: they tell how the base is made.
fn explains(headers: &HeaderMap, caller: &Caller) -> Result<bool, Refusal> {
    let asked = headers.contains_key(EXPLAIN);
    if asked {
        caller
            .require(Role::Editor, "seeing the statements of a request")
            .map_err(|error| Refusal::failed(&error))?;
    }
    Ok(asked)
}

/// A client that is still sending does not read: a body over the limit is read on and thrown away,
/// up to so many bytes, so that the refusal arrives.
const THROWN_AWAY: usize = 32 << 20;

/// Reads the body, within the limits of its length and of the request's time.
async fn body(service: &Service, request: Request) -> Result<Vec<u8>, Refusal> {
    let limit = service.limits.body_bytes as usize;
    let too_large = || {
        let limit = limits::grouped(limit as u64);
        Err(Refusal::too_large(format!("The body is longer than {limit} bytes; ask for less at once.")))
    };
    // Who asks first whether to send it is told at once.
    let told = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let room = if request.headers().contains_key(EXPECT) { limit } else { limit.saturating_add(THROWN_AWAY) };
    if told.is_some_and(|length: usize| length > room) {
        return too_large();
    }
    let read = async {
        let (mut kept, mut length) = (Vec::new(), 0_usize);
        let mut chunks = request.into_body().into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let ended = |_| Refusal::bad(StatusCode::BAD_REQUEST, "The body ended before it was complete.");
            let chunk = chunk.map_err(ended)?;
            length = length.saturating_add(chunk.len());
            match length {
                _ if length <= limit => kept.extend_from_slice(&chunk),
                _ if length - limit <= THROWN_AWAY => kept = Vec::new(),
                _ => break,
            }
        }
        if length > limit {
            return too_large();
        }
        Ok(kept)
    };
    let late = |_| Refusal::bad(StatusCode::REQUEST_TIMEOUT, "The body did not come within the time limit.");
    timeout(service.time_limit(), read).await.map_err(late)?
}

/// Executes the operation that is asked for, and notes what that took.
async fn execute(
    service: &Service,
    method: &Method,
    caller: Caller,
    trust: Trust,
    parameters: Parameters,
    explains: bool,
    spent: &mut Spent,
) -> Answer {
    let admitted = match admitted(service, &parameters) {
        Ok(admitted) => admitted,
        Err(error) => return Answer::Invalid(vec![error]),
    };
    // Only now is it the name of an operation, and not any text.
    if let Some(name) = &parameters.operation_name {
        tracing::Span::current().record("operation", name);
    }
    if admitted.kind == OperationType::Mutation && method == Method::GET {
        let refusal = Refusal::method_not_allowed("A mutation is sent by POST; GET only reads.");
        return Answer::Refused(refusal.allowing("POST"));
    }
    if admitted.kind == OperationType::Subscription {
        return Answer::Refused(Refusal::bad(
            StatusCode::NOT_ACCEPTABLE,
            "A subscription is answered as text/event-stream, which `accept` has to name, or over a WebSocket.",
        ));
    }
    // Only what reads a body slowly, and what is refused anyway, has been done without one.
    let _place = match service.place().await {
        Ok(place) => place,
        Err(refusal) => return Answer::Refused(refusal),
    };
    spent.cost = Some(admitted.cost);
    let time_limit = service.time_limits.of(&caller);
    let Prepared { request, reading, batches } = prepared(service, caller, trust, parameters, admitted);
    if explains {
        reading.explain();
    }

    // Whether the time is up or the client has gone: dropping the execution cancels its SQL.
    let execution = run(service.schema.execute(request), batches, || reading.next_level());
    let executed = timeout(time_limit, execution).await;
    spent.statements = reading.statements();
    match executed {
        Ok(executed) if was_invalid(&executed) => Answer::Invalid(errors::invalid(executed.errors)),
        Ok(mut executed) => {
            executed.errors = executed.errors.into_iter().map(errors::in_field).collect();
            if let Some(statements) = reading.explained().and_then(|kept| async_graphql::to_value(kept).ok())
            {
                executed.extensions.insert("explain".to_owned(), statements);
            }
            Answer::Executed(executed)
        }
        Err(_) => Answer::TimedOut,
    }
}

/// A request that is ready for the schema, with what reads for it.
struct Prepared {
    request: Query,
    reading: Reading,
    batches: Batches,
}

fn prepared(
    service: &Service,
    caller: Caller,
    trust: Trust,
    parameters: Parameters,
    admitted: Admitted,
) -> Prepared {
    let Parameters { operation_name, variables, extensions, .. } = parameters;
    let batches = Batches::default();
    let columns = Columns::of(&admitted.document);
    let goes_on = admitted.kind == OperationType::Subscription;
    let reading = match caller.is_anonymous() {
        is_anonymous if goes_on => service.database.patient_reading(is_anonymous, columns),
        true => service.database.anonymous_reading(columns),
        false => service.database.reading(columns),
    };
    let loader = loader(reading.clone(), batches.clone());
    if admitted.kind != OperationType::Query {
        // What was read before a write is not what is there after it, nor what is followed for long.
        loader.enable_all_cache(false);
        // And what a write answers is what it wrote, which a replica may not have yet.
        reading.from_primary();
    }
    reading.limit_statements(service.time_limits.of(&caller) + MARGIN);
    let mut request = Query::new(admitted.text)
        .variables(variables)
        .data(loader)
        .data(service.feed.clone())
        .data(service.writers.clone())
        .data(trust)
        .data(service.read_access)
        .data(service.load)
        .data(service.documents.policy())
        .data(service.time_limits.clone())
        .data(caller);
    request.operation_name = operation_name;
    request.extensions = extensions;
    request.set_parsed_query(admitted.document);
    Prepared { request, reading, batches }
}

/// A document that may be executed.
struct Admitted {
    text: String,
    document: ExecutableDocument,
    /// Whether the operation that is asked for reads or writes.
    kind: OperationType,
    cost: u64,
}

/// Looks the document up, reads it, chooses its operation, and holds them to the schema's types and the limits.
fn admitted(service: &Service, parameters: &Parameters) -> Result<Admitted, ServerError> {
    let Parameters { operation_name, variables, .. } = parameters;
    let text = service.documents.text(parameters)?;
    service.gate.check_text(&text)?;
    let document = document::read(&text)?;
    let operation = document::operation(&document, operation_name.as_deref())?;
    let kind = operation.ty;
    if kind == OperationType::Subscription {
        document::check_subscription(operation)?;
    }
    service.inputs.check(operation, variables)?;
    let cost = service.gate.check(&document, operation, variables)?;
    service.documents.keep(parameters, &text);
    Ok(Admitted { text, document, kind, cost })
}

/// Whether it was found invalid before anything was executed: errors of fields have a path.
fn was_invalid(executed: &Executed) -> bool {
    executed.data == Value::Null
        && !executed.errors.is_empty()
        && executed.errors.iter().all(|error| error.path.is_empty())
}
