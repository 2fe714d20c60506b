//! Storage: which database a command works on, and how it is opened and closed.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::stop::Stop;
use crate::db::cluster::{Cluster, ClusterOptions, Installation, Keeper, is_root};
use crate::db::{Database, DatabaseSettings};

/// The database in the embedded cluster.
pub(super) const DATABASE: &str = "dateline";
/// Connections end in milliseconds unless a statement hangs.
const CLOSING: Duration = Duration::from_secs(2);

/// Which database to use.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(super) struct StorageArguments {
    /// Where the embedded Postgres keeps its data
    ///
    /// Default: `dateline` in the platform's data directory (~/.local/share on Linux,
    /// ~/Library/Application Support on macOS); for root /var/lib/dateline. Processes that share the
    /// directory share one server. It has no meaning when a database address is given.
    #[arg(long, global = true, value_name = "DIRECTORY", env = "DATELINE_DATA_DIR", display_order = 90)]
    data_dir: Option<PathBuf>,
    /// The address of a Postgres database to use instead of the embedded one
    ///
    /// As in `postgres://user:password@host:5432/dateline`. It needs `postgis`, `pg_trgm`, `btree_gist`, `unaccent` and `uuid-ossp`; run
    /// `dateline migrate up` once and after every upgrade.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        display_order = 91
    )]
    database_url: Option<String>,
    /// The directory of the Postgres programs for the embedded database
    ///
    /// The one with `initdb` and `pg_ctl`. By default the highest version installed that has `postgis`.
    #[arg(long, global = true, value_name = "DIRECTORY", env = "DATELINE_PG_BIN", display_order = 92)]
    pub pg_bin: Option<PathBuf>,
}

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At an address that was given.
    Given(String),
    /// In the cluster of a data directory.
    Embedded(PathBuf),
}

/// A database that can be connected to, until it is closed.
#[derive(Debug)]
pub(super) struct Storage {
    url: String,
    place: Place,
    /// The embedded cluster, when that is what is used.
    cluster: Option<Cluster>,
}

impl StorageArguments {
    /// Which database the arguments name.
    pub fn place(&self) -> anyhow::Result<Place> {
        // Compose files and shells set a variable to nothing when they mean it is not set.
        if let Some(url) = self.database_url.as_deref().map(str::trim).filter(|url| !url.is_empty()) {
            if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
                bail!("the database address has to be of the form postgres://user@host:5432/database");
            }
            return Ok(Place::Given(url.to_owned()));
        }
        if let Some(data_dir) = &self.data_dir {
            return Ok(Place::Embedded(data_dir.clone()));
        }
        if is_root() {
            // The server's user cannot enter root's home.
            return Ok(Place::Embedded(PathBuf::from("/var/lib/dateline")));
        }
        let parent = dirs::data_dir().context("this user has no home directory; name one with --data-dir")?;
        Ok(Place::Embedded(parent.join("dateline")))
    }
}

impl Storage {
    /// Makes the database reachable: the embedded cluster is created and started as needed.
    pub async fn open(arguments: &StorageArguments) -> anyhow::Result<Self> {
        let place = arguments.place()?;
        let (url, cluster) = match &place {
            Place::Given(url) => (url.clone(), None),
            Place::Embedded(data_dir) => {
                let (data_dir, pg_bin) = (data_dir.clone(), arguments.pg_bin.clone());
                let cluster = spawn_blocking(move || -> anyhow::Result<Cluster> {
                    let installation = Installation::find_for(&data_dir, pg_bin.as_deref())?;
                    Ok(Cluster::open(&data_dir, &installation, &ClusterOptions::default())?)
                })
                .await??;
                if cluster.started_by_us() {
                    tracing::info!(data_dir = %cluster.data_dir().display(), "started the embedded database");
                }
                (cluster.database_url(DATABASE), Some(cluster))
            }
        };
        let storage = Self { url, place, cluster };
        if let Some(cluster) = &storage.cluster
            && let Err(error) = Database::create(&cluster.database_url("postgres"), DATABASE).await
        {
            storage.close().await?;
            return Err(error).context("cannot create the embedded database");
        }
        Ok(storage)
    }

    /// Starts the embedded database again whenever it is killed, until what is returned is dropped.
    pub fn keep_running(&self) -> Option<Keeper> {
        self.cluster.as_ref().map(Cluster::keep_running)
    }

    /// Whether the database is our own, to migrate as we see fit.
    pub fn is_embedded(&self) -> bool {
        self.cluster.is_some()
    }

    /// Where the database is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Connects to it.
    pub async fn connect(&self, settings: &DatabaseSettings) -> anyhow::Result<Database> {
        Database::connect(&self.url, settings)
            .await
            .with_context(|| format!("cannot connect to {} (`dateline doctor` says more)", self.place))
    }

    /// Brings the tables up to date, or says that somebody has to.
    pub async fn migrate(&self, by_itself: bool) -> anyhow::Result<()> {
        // Not with a service's connections, whose statements have to be short.
        let database = self.connect(&DatabaseSettings::for_command()).await?;
        let outcome = migrate(&database, by_itself).await;
        close(&database).await;
        outcome
    }

    /// Leaves the embedded cluster, which stops when nobody else uses it.
    pub async fn close(self) -> anyhow::Result<()> {
        if let Some(cluster) = self.cluster {
            spawn_blocking(|| cluster.close()).await?.context("the embedded database did not stop")?;
            tracing::debug!("left the embedded database");
        }
        Ok(())
    }

    /// Runs a command on the database and closes it, whether the command ends or is asked to stop.
    pub async fn within<T>(
        arguments: &StorageArguments,
        work: impl AsyncFnOnce(&Self, &Database) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let stop = Stop::listen()?;
        let storage = Self::open(arguments).await?;
        let outcome = tokio::select! {
            outcome = storage.connect_for(work) => outcome,
            () = stop.requested() => Err(anyhow::anyhow!("interrupted; what was under way is taken back")),
        };
        storage.close().await?;
        outcome
    }

    async fn connect_for<T>(
        &self,
        work: impl AsyncFnOnce(&Self, &Database) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let database = self.connect(&DatabaseSettings::for_command()).await?;
        let outcome = work(self, &database).await;
        close(&database).await;
        outcome
    }
}

/// Closes a pool, with patience for statements that are still under way.
pub(super) async fn close(database: &Database) {
    if timeout(CLOSING, database.close()).await.is_err() {
        tracing::debug!("connections are still busy and are cut");
    }
}

async fn migrate(database: &Database, by_itself: bool) -> anyhow::Result<()> {
    if by_itself {
        let steps = database.migrate_up().await?;
        if !steps.is_empty() {
            tracing::info!(steps = steps.len(), "migrated the database");
        }
        return Ok(());
    }
    match database.migration_status().await?.pending.len() {
        0 => Ok(database.refresh_accounts().await?),
        pending => bail!(
            "the database lacks {pending} of this version's migrations; run `dateline migrate up` with the same \
             database address first"
        ),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(url) => formatter.write_str(&without_password(url)),
            Self::Embedded(data_dir) => write!(formatter, "the embedded database in {}", data_dir.display()),
        }
    }
}

/// The address with `***` for a password, wherever it stands.
pub(super) fn without_password(url: &str) -> String {
    let mut shown = url.to_owned();
    // A password may hold an @, a / or a ? that nobody encoded: rather hide too much.
    if let Some((scheme, rest)) = url.split_once("://")
        && let Some((user, host)) = rest.rsplit_once('@')
        && let Some((name, _)) = user.split_once(':')
    {
        shown = format!("{scheme}://{name}:***@{host}");
    }
    let Some((start, query)) = shown.split_once('?') else { return shown };
    let is_secret = |name: &str| name.to_ascii_lowercase().contains("password");
    let parameters = query.split('&').map(|parameter| match parameter.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}=***"),
        _ => parameter.to_owned(),
    });
    format!("{start}?{}", parameters.collect::<Vec<_>>().join("&"))
}
