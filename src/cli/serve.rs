//! `dateline serve`: answers questions until it is stopped.

use std::process::ExitCode;

use clap::Args;
use tokio::net::TcpListener;

use super::stop::Stop;
use super::storage::{Storage, StorageArguments};
use super::web::{Web, base_url};

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
  dateline serve --cors-origin https://map.example.org --timeout-ms 3000
  dateline serve --database-url postgres://dateline@db.example.org/dateline --log-format json

Paths:
  /graphql         the API, by POST and GET
  /graphiql        the playground
  /schema.graphql  the schema
  /healthz         the process is up
  /readyz          the database answers and no migration is pending
  /metrics         figures for Prometheus")]
pub(super) struct Serve {
    #[command(flatten)]
    web: Web,
}

impl Serve {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        let stop = Stop::listen()?;
        // First, since it is what fails first, and at once.
        let listener = self.web.bind().await?;
        let storage = Storage::open(arguments).await?;
        let outcome = serve(self.web, listener, &storage, stop).await;
        storage.close().await?;
        outcome.map(|()| ExitCode::SUCCESS)
    }
}

async fn serve(web: Web, listener: TcpListener, storage: &Storage, stop: Stop) -> anyhow::Result<()> {
    tokio::select! {
        outcome = storage.migrate(storage.is_embedded()) => outcome?,
        () = stop.clone().requested() => return Ok(()),
    }
    let url = base_url(listener.local_addr()?);
    tracing::info!("serving {url}/graphql, with the playground at {url}/graphiql");
    web.answer(listener, storage, stop).await
}
