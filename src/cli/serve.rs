//! `dateline serve`: answers questions until it is stopped.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;

use super::stop::Stop;
use super::storage::{Storage, StorageArguments, close};
use crate::db::DatabaseSettings;
use crate::graphql::Limits;
use crate::http::{self, Service};

/// Beyond a request's time limit: for its answer to be written, and for its statements, so that
/// it is the request that is ended, in one place, and not a statement of it.
const MARGIN: Duration = Duration::from_secs(1);

/// Serve the GraphQL API and the playground
///
/// The embedded database is created, started and migrated as needed. A database of yours has to be
/// migrated before, by `dateline migrate up`.
///
/// Ctrl-C or SIGTERM: takes no new requests, finishes those under way, stops the embedded database.
/// Once more: stops at once.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dateline serve
  dateline serve --listen 0.0.0.0:8080
  dateline serve --database-url postgres://dateline@db.example.org/dateline --log-format json

Paths:
  /graphql         the API, by POST and GET
  /graphiql        the playground
  /schema.graphql  the schema
  /healthz         the process is up
  /readyz          the database answers and no migration is pending")]
pub(super) struct Serve {
    #[command(flatten)]
    pub listen: Listen,
}

/// Where to listen.
#[derive(Args, Debug)]
pub(super) struct Listen {
    /// The address and port to listen on
    ///
    /// 127.0.0.1 is this machine alone, 0.0.0.0 every network; port 0 takes any that is free.
    #[arg(long, value_name = "ADDRESS:PORT", env = "DATELINE_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
}

impl Serve {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        let stop = Stop::listen()?;
        // First, since it is what fails first, and at once.
        let listener = self.listen.bind().await?;
        let storage = Storage::open(arguments).await?;
        let outcome = serve(listener, &storage, stop).await;
        storage.close().await?;
        outcome.map(|()| ExitCode::SUCCESS)
    }
}

async fn serve(listener: TcpListener, storage: &Storage, stop: Stop) -> anyhow::Result<()> {
    tokio::select! {
        outcome = storage.migrate(storage.is_embedded()) => outcome?,
        () = stop.clone().requested() => return Ok(()),
    }
    let url = base_url(listener.local_addr()?);
    tracing::info!("serving {url}/graphql, with the playground at {url}/graphiql");
    answer(listener, storage, stop).await
}

/// Answers requests on a database that is up to date.
pub(super) async fn answer(listener: TcpListener, storage: &Storage, stop: Stop) -> anyhow::Result<()> {
    let limits = Limits::default();
    let time_limit = limits.time_limit();
    let database = storage.connect(&DatabaseSettings::for_service(time_limit + MARGIN)).await?;
    let router = http::router(Service::new(database.clone(), limits));
    let served = http::serve(listener, router, stop.requested(), time_limit + MARGIN).await;
    close(&database).await;
    served.context("the server failed")
}

impl Listen {
    /// Takes the port.
    pub async fn bind(&self) -> anyhow::Result<TcpListener> {
        let address = &self.listen;
        TcpListener::bind(address).await.map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => anyhow::anyhow!(
                "{address} is in use by another program; choose another port with --listen, \
                 such as --listen {}",
                next_port(address)
            ),
            ErrorKind::PermissionDenied => anyhow::anyhow!(
                "this user may not listen on {address}; choose a port from 1024 up with --listen"
            ),
            ErrorKind::AddrNotAvailable => {
                anyhow::anyhow!("{address} is no address of this machine; choose another with --listen")
            }
            _ => anyhow::Error::new(error)
                .context(format!("cannot listen on {address}; --listen takes an address and a port")),
        })
    }
}

fn next_port(address: &str) -> String {
    let next = address.rsplit_once(':').and_then(|(host, port)| {
        let port: u16 = port.parse().ok()?;
        Some(format!("{host}:{}", port.checked_add(1)?))
    });
    next.unwrap_or_else(|| "127.0.0.1:0".to_owned())
}

/// The address as this machine's browser reaches it.
pub(super) fn base_url(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}
