//! `POST /import`: takes in a file of any size, and tells how far it is, line by line.
//!
//! The answer is NDJSON: progress events, then the lines that were rejected, then one summary or
//! one error. What is wrong with the request as such has a status of its own.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::header::{CONTENT_TYPE, FORWARDED, HOST};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use clap::ValueEnum;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_io_timeout::TimeoutReader;
use tokio_util::io::{StreamReader, SyncIoBridge};
use tracing::Instrument;

use super::Service;
use super::client::Client;
use super::graphql::quoted;
use super::refusal::Refusal;
use crate::access::vocabulary::{ReadAccess, Role};
use crate::db::DatabaseError;
use crate::import::{ImportError, OnConflict, Options, Progress, Reject, Summary, import};
use crate::telemetry::TRACES;

/// How long a client may send nothing of a file that it has begun.
const IDLE: Duration = Duration::from_mins(1);

/// What a token is needed for.
const WHAT: &str = "importing files otherwise than from this machine alone, addressed as localhost";

/// What the address says, beside the file in the body.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Parameters {
    format: Option<String>,
    /// The text of a mapping.
    mapping: Option<String>,
    dataset: Option<String>,
    file_name: Option<String>,
    on_conflict: Option<String>,
    #[serde(default)]
    dry_run: bool,
}

impl Parameters {
    fn options(self) -> Result<Options, Refusal> {
        Ok(Options {
            format: self.format.map(|format| word("format", &format)).transpose()?,
            mapping: self.mapping,
            dataset: self.dataset,
            file_name: self.file_name,
            on_conflict: self
                .on_conflict
                .map_or(Ok(OnConflict::default()), |written| word("onConflict", &written))?,
            dry_run: self.dry_run,
            wait: false,
            ..Options::default()
        })
    }
}

/// One of a list of words, as the command line spells them.
fn word<W: ValueEnum>(parameter: &str, written: &str) -> Result<W, Refusal> {
    W::from_str(written, false).map_err(|_| {
        let known: Vec<_> = W::value_variants().iter().filter_map(W::to_possible_value).collect();
        let known: Vec<_> = known.iter().map(clap::builder::PossibleValue::get_name).collect();
        let message = format!("{parameter} is none of {}: {}.", known.join(", "), quoted(written));
        Refusal::bad(StatusCode::BAD_REQUEST, message)
    })
}

/// `POST /import?format=…&dataset=…`: from editors, and from this machine while everybody may read.
pub(super) async fn post(
    State(service): State<Service>,
    client: Client,
    parameters: Result<Query<Parameters>, QueryRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    service.origins.check(request.method(), request.headers())?;
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let caller = service.caller(client, request.headers()).await?;
    let is_trusted = service.read_access == ReadAccess::Open && is_here(peer, request.headers());
    // Who sends a token is held to its role, wherever they are.
    if !(is_trusted && caller.is_anonymous()) {
        caller.require(Role::Editor, WHAT).map_err(|error| Refusal::failed(&error))?;
    }
    let Query(parameters) = parameters
        .map_err(|rejection| Refusal::bad(StatusCode::BAD_REQUEST, format!("{}.", rejection.body_text())))?;
    let options = parameters.options()?;
    let (progress, mut told) = mpsc::channel(16);
    let body = readable(request.into_body());
    // A task of its own: once the file is here, its client may go.
    let run = async move {
        let under_way = service.metrics.importing();
        let run = import(&service.database, Box::new(body), &options, progress).await;
        drop(under_way);
        let outcome = if run.is_ok() { "finished" } else { "failed" };
        // What was only tried has done nothing.
        service.metrics.imported(outcome, run.as_ref().ok().filter(|_| !options.dry_run));
        run
    };
    // Its log lines are those of the request, and it is a part of its trace.
    let span = tracing::debug_span!(target: TRACES, "import");
    let run = tokio::spawn(run.instrument(span).in_current_span());
    // The status waits for the first thing that is told.
    match told.recv().await {
        Some(first) => Ok(answer(first, told, run)),
        None => match ended(run).await {
            Ok(summary) => Ok(ndjson(Body::from(line(&summary_of(&summary))))),
            Err(error) => Err(refusal(error)),
        },
    }
}

/// Whether the client is a program on this machine that means this machine: no page that resolves a
/// name of its own to it, and nobody behind a proxy.
pub(super) fn is_here(peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
    let is_forwarded =
        headers.contains_key(FORWARDED) || headers.contains_key(HeaderName::from_static("x-forwarded-for"));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_local_name =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback()) && is_local_name && !is_forwarded
}

/// The body as a reader for a thread that may wait.
fn readable(body: Body) -> SyncIoBridge<Pin<Box<TimeoutReader<impl tokio::io::AsyncRead>>>> {
    let chunks = body.into_data_stream().map_err(|_| {
        io::Error::new(io::ErrorKind::ConnectionAborted, "the client went away before the file was whole")
    });
    let mut reader = TimeoutReader::new(StreamReader::new(chunks));
    reader.set_timeout(Some(IDLE));
    SyncIoBridge::new(Box::pin(reader))
}

/// The events of a run that has begun, and its end.
fn answer(
    first: Progress,
    told: mpsc::Receiver<Progress>,
    run: JoinHandle<Result<Summary, ImportError>>,
) -> Response {
    let events = stream::once(async { first })
        .chain(stream::unfold(told, async |mut told| told.recv().await.map(|event| (event, told))))
        .filter_map(async |event| event_of(&event))
        .chain(stream::once(async {
            match ended(run).await {
                Ok(summary) => summary_of(&summary),
                Err(error) => {
                    let refusal = refusal(error);
                    json!({ "error": { "code": refusal.code, "message": refusal.error().message } })
                }
            }
        }));
    ndjson(Body::from_stream(events.map(|event| Ok::<_, io::Error>(line(&event)))))
}

async fn ended(run: JoinHandle<Result<Summary, ImportError>>) -> Result<Summary, ImportError> {
    run.await.unwrap_or_else(|_| Err(ImportError::Input("the import failed".to_owned())))
}

fn ndjson(body: Body) -> Response {
    ([(CONTENT_TYPE, "application/x-ndjson")], body).into_response()
}

fn line(event: &Value) -> Bytes {
    Bytes::from(format!("{event}\n"))
}

fn event_of(progress: &Progress) -> Option<Value> {
    let event = match progress {
        Progress::Waiting | Progress::Heading(_) => return None,
        Progress::Reading { bytes, lines, rejected } => {
            json!({ "progress": { "phase": "READING", "bytes": bytes, "lines": lines, "rejected": rejected } })
        }
        Progress::Settling => json!({ "progress": { "phase": "SETTLING" } }),
        Progress::Merging { batch, of } => {
            json!({ "progress": { "phase": "MERGING", "batch": batch + 1, "batches": of } })
        }
        Progress::Rejected(Reject { line, field, value, reason, text }) => {
            json!({ "reject": { "line": line, "field": field, "value": value, "reason": reason, "text": text } })
        }
    };
    Some(event)
}

fn summary_of(summary: &Summary) -> Value {
    let tables: Vec<_> = summary
        .tables
        .iter()
        .map(|table| {
            json!({ "table": table.table, "created": table.created, "updated": table.updated, "unchanged": table.unchanged, "removed": table.removed })
        })
        .collect();
    json!({ "summary": {
        "run": summary.run,
        "format": summary.format.name(),
        "read": summary.read,
        "created": summary.created(),
        "updated": summary.updated(),
        "unchanged": summary.unchanged(),
        "removed": summary.removed(),
        "older": summary.older,
        "rejected": summary.rejected,
        "tables": tables,
    } })
}

/// What a run that failed says to its client.
fn refusal(error: ImportError) -> Refusal {
    match error {
        ImportError::Busy => {
            Refusal::busy("Another import is running; send the file again when it has ended.")
        }
        ImportError::Database(fault) | ImportError::Lost(fault) => {
            Refusal::failed(&DatabaseError::from(fault).into())
        }
        ImportError::DiskFull => {
            Refusal::full("The database's disk is full; send the file again when there is room.")
        }
        ImportError::File(_)
        | ImportError::Input(_)
        | ImportError::UnknownFormat
        | ImportError::Dataset(_) => Refusal::bad(StatusCode::BAD_REQUEST, capitalised(&error.to_string())),
    }
}

/// A message as the API writes them: a sentence.
fn capitalised(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str().trim_end_matches('.'))
}
