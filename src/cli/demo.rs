//! `dateline demo`: loads the demonstration dataset and serves it.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;

use super::output::print;
use super::stop::Stop;
use super::storage::{Storage, StorageArguments, close};
use super::web::{Web, base_url};
use crate::db::DatabaseSettings;
use crate::import::{Format, Options, import_gathering};

const DATASET: &str = include_str!("../../data/demonstration.ndjson");

/// The first query, in one line and without quotes that a shell would need help with.
const FIRST_QUERY: &str = r#"{ borderCrossing(slug: \"torkham\") { name closures(first: 5) { nodes { extent { start { earliest latest } ongoing text } event { title } articles(first: 10) { nodes { title source { name } } } } } } }"#;

/// Load the demonstration dataset, serve it, and print a first query
///
/// The dataset is the crisis between Pakistan and Afghanistan in October and November 2025 as five
/// articles report it. The database is created and migrated as needed. Run again, it starts in
/// seconds and loads nothing twice.
///
/// With a database address the dataset is loaded into that database.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dateline demo
  dateline demo --data-dir /tmp/dateline-demo --listen 127.0.0.1:9090")]
pub(super) struct Demo {
    #[command(flatten)]
    web: Web,
}

impl Demo {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        let stop = Stop::listen()?;
        let listener = self.web.bind().await?;
        let storage = Storage::open(arguments).await?;
        let outcome = demonstrate(self.web, listener, &storage, stop).await;
        storage.close().await?;
        outcome.map(|()| ExitCode::SUCCESS)
    }
}

async fn demonstrate(web: Web, listener: TcpListener, storage: &Storage, stop: Stop) -> anyhow::Result<()> {
    tokio::select! {
        outcome = prepare(storage) => outcome?,
        () = stop.clone().requested() => return Ok(()),
    }
    print(&welcome(&base_url(listener.local_addr()?), storage))?;
    web.answer(listener, storage, stop).await
}

async fn prepare(storage: &Storage) -> anyhow::Result<()> {
    storage.migrate(true).await?;
    let database = storage.connect(&DatabaseSettings::for_command()).await?;
    let options = Options {
        format: Some(Format::Dateline),
        file_name: Some("demonstration.ndjson".to_owned()),
        wait: true,
        ..Options::default()
    };
    let outcome = import_gathering(&database, Box::new(DATASET.as_bytes()), &options).await;
    close(&database).await;
    let (summary, rejects) = outcome.context("the demonstration dataset cannot be loaded")?;
    for reject in rejects {
        tracing::warn!(line = reject.line, reason = reject.reason, "a line of the dataset was rejected");
    }
    let (created, updated) = (summary.created(), summary.updated());
    if created + updated > 0 {
        tracing::info!(created, updated, "loaded the demonstration dataset");
    }
    Ok(())
}

fn welcome(url: &str, storage: &Storage) -> String {
    let place = storage.place();
    format!(
        r#"
Dateline serves the demonstration dataset from {place}.

  Playground  {url}/graphiql
  GraphQL     {url}/graphql

A first query, to paste into another terminal: when was Torkham closed, and who says so?

  curl -sS {url}/graphql -H 'content-type: application/json' --data \
    '{{"query": "{FIRST_QUERY}"}}'

Ctrl-C stops it.

"#
    )
}
