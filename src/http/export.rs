//! `GET /export`: records as a file that is streamed as it is read, however large the base.

use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::timeout;

use super::Service;
use super::client::Client;
use super::refusal::Refusal;
use crate::access::Caller;
use crate::export::{Export, ExportError, Format, Reader, Selection, Sink, read_filter};
use crate::graphql::{ApiError, LoadLimits};

/// Chunks that wait for the client. Postgres waits with them.
const CHUNKS_WAITING: usize = 2;

/// After how many seconds one of the exports under way may have ended.
const LATER: u64 = 10;

/// What lets exports in: each holds a connection and a state of the base for as long as its reader
/// takes. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Exports(Arc<Semaphore>);

impl Exports {
    pub fn new(limits: LoadLimits) -> Self {
        Self(Arc::new(Semaphore::new(limits.exports as usize)))
    }
}

/// `GET /export?format=…&filter=…&dataset=…`
pub(super) async fn get(
    State(service): State<Service>,
    client: Client,
    method: Method,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Refusal> {
    service.origins.check(&method, &headers)?;
    let caller = service.reader(client, &headers).await?;
    let asked = Asked::from_address(&uri, &caller)?;
    let format = asked.format;
    let body = if method == Method::HEAD { Body::empty() } else { stream(&service, asked).await? };
    let name = format!("attachment; filename=\"dateline.{}\"", format.name());
    let headers = [
        (CONTENT_TYPE, format.media_type()),
        (CONTENT_DISPOSITION, name.as_str()),
        // The next one may have more.
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body).into_response())
}

/// What the address asks for.
struct Asked {
    format: Format,
    selection: Selection,
}

impl Asked {
    fn from_address(uri: &Uri, caller: &Caller) -> Result<Self, Refusal> {
        let bad = |message: String| Refusal::bad(StatusCode::BAD_REQUEST, message);
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| bad("The parameters of the address cannot be read.".to_owned()))?;
        let [mut format, mut filter, mut dataset] = [const { None }; 3];
        for (name, text) in pairs {
            let given = match name.as_str() {
                "format" => &mut format,
                "filter" => &mut filter,
                "dataset" => &mut dataset,
                _ => {
                    return Err(bad(format!(
                        "There is no parameter {name:?}; an export takes `format`, `filter` and `dataset`."
                    )));
                }
            };
            if given.replace(text).is_some() {
                return Err(bad(format!("The parameter `{name}` is given twice.")));
            }
        }
        let parsed =
            |text: String| text.parse::<Format>().map_err(|reason| bad(format!("`format`: {reason}.")));
        let read = |text: String| read_filter(&text).map_err(|reason| bad(format!("`filter`: {reason}")));
        Ok(Self {
            format: format.map(parsed).transpose()?.unwrap_or_default(),
            selection: Selection {
                filter: filter.map(read).transpose()?,
                dataset,
                reader: if caller.is_anonymous() { Reader::Anonymous } else { Reader::Known },
            },
        })
    }
}

/// Opens the export within the time limit of a request; what then takes as long as the client does is
/// to read it.
async fn stream(service: &Service, asked: Asked) -> Result<Body, Refusal> {
    let Ok(permit) = service.exports.0.clone().try_acquire_owned() else {
        service.metrics.turned_away("exports");
        let message = format!("As many exports are under way as may be; ask again in {LATER} s.");
        return Err(Refusal::overloaded(message, LATER));
    };
    let open = Export::open(&service.database, &asked.selection, asked.format);
    let export = match timeout(service.time_limit(), open).await {
        Ok(Ok(export)) => export,
        Ok(Err(error)) => return Err(refusal(error)),
        Err(_) => return Err(Refusal::failed(&ApiError::Timeout)),
    };
    let (sender, mut receiver) = mpsc::channel(CHUNKS_WAITING);
    tokio::spawn(write(export, sender, permit));
    // May be asked again after its end, as compression does.
    Ok(Body::from_stream(stream::poll_fn(move |context| receiver.poll_recv(context))))
}

/// Writes an export to its client. A client that goes away ends it, and with it the statement under way;
/// a database that fails cuts the connection, so that nobody takes half a file for a whole one.
async fn write(export: Export, sender: mpsc::Sender<io::Result<Bytes>>, permit: OwnedSemaphorePermit) {
    let mut chunks = Chunks(sender.clone());
    let written = tokio::select! {
        written = export.write(&mut chunks) => written,
        () = sender.closed() => Err(gone().into()),
    };
    match written {
        Ok(records) => tracing::info!(records, "exported"),
        Err(ExportError::Output(_)) => tracing::debug!("the client of an export went away"),
        Err(error) => {
            let id = ApiError::internal(&error).code_and_message().1;
            sender.send(Err(io::Error::other(id))).await.ok();
        }
    }
    drop(permit);
}

/// Chunks on their way to the client.
struct Chunks(mpsc::Sender<io::Result<Bytes>>);

impl Sink for Chunks {
    async fn take(&mut self, bytes: Vec<u8>, _: u64) -> io::Result<()> {
        self.0.send(Ok(bytes.into())).await.map_err(|_| gone())
    }
}

fn gone() -> io::Error {
    io::ErrorKind::BrokenPipe.into()
}

fn refusal(error: ExportError) -> Refusal {
    let bad = |message: String| Refusal::bad(StatusCode::BAD_REQUEST, message);
    match error {
        ExportError::NoDataset(_) => bad(format!("`dataset`: {error}.")),
        ExportError::NotBuilt(reason) => bad(format!("`format`: {reason}.")),
        ExportError::Database(error) => Refusal::failed(&error.into()),
        ExportError::Output(error) => Refusal::internal(&error),
    }
}
