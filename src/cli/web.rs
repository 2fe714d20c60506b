//! What a command that serves needs: where it listens, who may ask, how much; and the serving itself.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;

use super::stop::Stop;
use super::storage::{Storage, close};
use crate::access::store;
use crate::access::vocabulary::ReadAccess;
use crate::access::{RoleTime, TimeLimits};
use crate::db::{DatabaseSettings, MARGIN};
use crate::graphql::{Limits, LoadLimits};
use crate::http::{
    self, FollowerLimits, OriginList, Origins, Patience, Proxies, ProxyList, Service, TrustedDocuments,
};

/// How long a client may take to send a request's headers, or to keep a connection without one.
const HEADERS: Duration = Duration::from_secs(30);

/// How long a client may read nothing of an answer that is being sent to it.
const READING: Duration = Duration::from_secs(30);

/// How long followers may take to hear that the server stops.
const FAREWELL: Duration = Duration::from_secs(1);

/// How the server meets the network.
#[derive(Args, Debug)]
pub(super) struct Web {
    /// The address and port to listen on
    ///
    /// 127.0.0.1 is this machine alone, 0.0.0.0 every network; port 0 takes any that is free.
    #[arg(long, value_name = "ADDRESS:PORT", env = "DATELINE_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
    /// An origin whose web pages may ask the server; several are given one by one or with commas
    ///
    /// As in `https://example.org`, the scheme, host and port of a frontend; `*` is any page of the web. The
    /// server's own pages may always ask, other pages not at all.
    #[arg(long = "cors-origin", value_name = "ORIGIN", env = "DATELINE_CORS_ORIGINS")]
    origins: Vec<OriginList>,
    /// Who may read
    ///
    /// Datasets marked `TOKEN_ONLY` are for those with a token in any case. `dateline token create` makes one.
    #[arg(long, value_enum, value_name = "WHO", env = "DATELINE_READ_ACCESS", default_value = "open")]
    read_access: ReadAccess,
    /// A proxy whose word on its clients is believed; several are given one by one or with commas
    ///
    /// As in `127.0.0.1` or `10.0.0.0/8`: requests from there are counted for the address that
    /// `x-forwarded-for` says. That of others is not read.
    #[arg(long = "trusted-proxies", value_name = "NETWORK", env = "DATELINE_TRUSTED_PROXIES")]
    proxies: Vec<ProxyList>,
    /// The address of a replica of the database to read from
    ///
    /// What only reads is read there, and from the primary while it does not answer; what is written,
    /// and what a write answers, tokens and exports are the primary's.
    #[arg(
        long = "database-replica-url",
        value_name = "URL",
        env = "DATABASE_REPLICA_URL",
        hide_env_values = true
    )]
    replica_url: Option<String>,
    /// How many connections to Postgres each pool may have
    ///
    /// There is one pool, a second one while anything is withheld from readers without a token, and as
    /// many for a replica.
    #[arg(
        long = "database-connections",
        value_name = "CONNECTIONS",
        env = "DATELINE_DATABASE_CONNECTIONS",
        default_value_t = 16,
        value_parser = clap::value_parser!(u32).range(2..=10_000)
    )]
    connections: u32,
    /// A file of documents that clients may ask for by their names
    ///
    /// As GraphQL Code Generator (`persistedDocuments`), Relay or Apollo's manifest writes it: an object of
    /// names and documents. A client sends `documentId` instead of `query`. It is read when the server starts.
    #[arg(long, value_name = "FILE", env = "DATELINE_TRUSTED_DOCUMENTS")]
    trusted_documents: Option<PathBuf>,
    /// Answer the trusted documents and no others
    #[arg(long, env = "DATELINE_ONLY_TRUSTED_DOCUMENTS", requires = "trusted_documents")]
    only_trusted_documents: bool,
    #[command(flatten)]
    limits: Limits,
    /// How long the requests of a role may take, instead of --timeout-ms; several with commas
    ///
    /// As in `editor=60000`, in milliseconds.
    #[arg(
        long = "timeout-ms-for",
        value_name = "ROLE=MILLISECONDS",
        env = "DATELINE_TIMEOUT_MS_FOR",
        value_delimiter = ',',
        help_heading = "Limits of a request"
    )]
    role_times: Vec<RoleTime>,
    #[command(flatten)]
    load: LoadLimits,
    #[command(flatten)]
    followers: FollowerLimits,
}

impl Web {
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

    /// Answers requests on a database that is up to date, until it is asked to stop.
    pub async fn answer(self, listener: TcpListener, storage: &Storage, stop: Stop) -> anyhow::Result<()> {
        let _keeper = storage.keep_running();
        let time_limits = TimeLimits::new(self.limits.time_limit(), self.role_times);
        let longest = time_limits.longest();
        let settings = DatabaseSettings::for_service(time_limits.common() + MARGIN, self.connections);
        let mut database = storage.connect(&settings).await?;
        if let Some(url) = self.replica_url.as_deref().map(str::trim).filter(|url| !url.is_empty()) {
            database = database.with_replica(url, &settings).context("the address of the replica")?;
        }
        if self.read_access == ReadAccess::Token && !store::any_is_valid(database.pool()).await? {
            tracing::warn!(
                "nobody can read, since there is no valid token; `dateline token create` makes one"
            );
        }
        let trusted = trusted_documents(self.trusted_documents.as_deref())?;
        let service = Service::new(database.clone(), self.limits, Origins::new(self.origins))
            .with_read_access(self.read_access)
            .with_time_limits(time_limits)
            .with_trusted_documents(trusted, self.only_trusted_documents)
            .with_load(self.load, Proxies::new(self.proxies))
            .with_followers(self.followers);
        let following = {
            let feed = service.feed();
            tokio::spawn(async move { feed.follow().await })
        };
        let stopped = {
            let service = service.clone();
            async move {
                stop.requested().await;
                service.end(FAREWELL).await;
            }
        };
        let patience = Patience { headers: HEADERS, reading: READING, end: longest + MARGIN };
        http::serve(listener, http::router(service), stopped, patience).await;
        following.abort();
        close(&database).await;
        Ok(())
    }
}

fn trusted_documents(file: Option<&Path>) -> anyhow::Result<TrustedDocuments> {
    let Some(file) = file else { return Ok(TrustedDocuments::default()) };
    let cannot = || format!("cannot read the trusted documents in {}", file.display());
    let text = std::fs::read_to_string(file).with_context(cannot)?;
    TrustedDocuments::read(&text).map_err(anyhow::Error::msg).with_context(cannot)
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
