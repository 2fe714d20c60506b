//! The embedded cluster: a private Postgres that Dateline creates, starts and stops by itself
//! below its data directory, when nobody gave it a `DATABASE_URL`.
//!
//! Processes that share a data directory share the server: the first starts it, later ones join,
//! the last one out stops it. A process that is killed leaves it running for the next to join; a
//! server that is killed is recovered by the next process that opens, or by the [`Keeper`] of one that
//! serves. Everything here blocks.

mod account;
mod create;
mod error;
mod installation;
mod keeper;
mod layout;
mod lock;
mod server;
mod socket;
#[cfg(test)]
mod tests;

use std::env;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use account::is_root;
pub use error::ClusterError;
pub use installation::{Installation, InstallationError};
pub use keeper::Keeper;
pub use server::RunningServer;

use layout::Layout;
use lock::{Membership, Turn};

/// Part of the socket's name; nothing listens on the network.
const PORT: u16 = 5432;
/// The superuser of the cluster. Who may open the socket's directory is let in without password.
const USER: &str = "dateline";

/// How a cluster is created and started. Joining a running server takes it as it is.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// Whether what is committed outlives a crash; off is faster and meant for tests.
    pub durable: bool,
    /// The server's own cache, in megabytes.
    pub shared_buffers_megabytes: u32,
    /// How many connections all processes together may open.
    pub max_connections: u32,
    /// How long to wait for the server to answer, recovery included.
    pub start_timeout: Duration,
    /// Where the directory of the socket is made, unless its path would get too long.
    pub socket_parent: PathBuf,
}

impl Default for ClusterOptions {
    fn default() -> Self {
        Self {
            durable: true,
            shared_buffers_megabytes: 128,
            max_connections: 100,
            start_timeout: Duration::from_mins(1),
            socket_parent: env::temp_dir(),
        }
    }
}

/// A running cluster, in use by this process until it is closed or dropped.
#[derive(Debug)]
pub struct Cluster {
    layout: Layout,
    installation: Installation,
    socket_dir: PathBuf,
    started_by_us: bool,
    options: ClusterOptions,
    /// `None` once closed.
    membership: Option<Membership>,
}

/// What there is in a data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterStatus {
    /// The major version of Postgres that made the cluster; null when there is none yet.
    pub major: Option<u32>,
    /// The server, when one runs and takes connections.
    pub server: Option<RunningServer>,
}

impl Cluster {
    /// Joins the cluster of `data_dir`; starts it when it does not run, creates it when it does
    /// not exist.
    ///
    /// # Errors
    /// When the directory cannot be used, or the server does not start: see [`ClusterError`].
    pub fn open(
        data_dir: &Path,
        installation: &Installation,
        options: &ClusterOptions,
    ) -> Result<Self, ClusterError> {
        let deadline = Instant::now() + options.start_timeout;
        let layout = Layout::prepare(data_dir)?;
        let turn = Turn::wait(&layout, deadline)?;
        if let Some(found) = layout.major()?
            && found != installation.major
        {
            let (installed, bin_dir) = (installation.major, installation.bin_dir.clone());
            return Err(ClusterError::OtherMajor { path: layout.cluster_dir(), found, installed, bin_dir });
        }
        let membership = Membership::take(&layout, &turn)?;
        let (server, started_by_us) = server::find_or_start(&layout, installation, options, deadline, &turn)?;
        Ok(Self {
            layout,
            installation: installation.clone(),
            socket_dir: server.socket_dir,
            started_by_us,
            options: options.clone(),
            membership: Some(membership),
        })
    }

    /// Leaves the cluster, and stops the server when nobody else uses it. Close connections
    /// before: the server ends what is open.
    ///
    /// # Errors
    /// When the server does not stop. Dropping does the same and keeps silent about errors.
    pub fn close(mut self) -> Result<(), ClusterError> {
        self.leave()
    }

    /// Starts the server again whenever it is killed, until the keeper is dropped, which has to be before
    /// the cluster is closed.
    #[must_use]
    pub fn keep_running(&self) -> Keeper {
        Keeper::start(self.layout.clone(), self.installation.clone(), self.options.clone())
    }

    /// Looks at a data directory without changing it.
    ///
    /// # Errors
    /// When it cannot be read, or holds something that is not ours.
    pub fn status(data_dir: &Path) -> Result<ClusterStatus, ClusterError> {
        let layout = Layout::below(data_dir);
        let major = layout.major()?;
        let server = RunningServer::find(&layout)?;
        Ok(ClusterStatus { major, server })
    }

    /// The address of a database, for sqlx, `psql` and the like.
    #[must_use]
    pub fn database_url(&self, database: &str) -> String {
        database_url(&self.socket_dir, database)
    }

    /// The directory of the server's Unix socket.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The number in the socket's name.
    #[must_use]
    pub fn port(&self) -> u16 {
        PORT
    }

    /// The superuser's name; there is no password.
    #[must_use]
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The data directory, absolute.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.layout.data_dir()
    }

    /// The server's log.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.layout.log_file()
    }

    /// Whether the server was started by this opening, not joined.
    #[must_use]
    pub fn started_by_us(&self) -> bool {
        self.started_by_us
    }

    fn leave(&mut self) -> Result<(), ClusterError> {
        let Some(membership) = self.membership.take() else {
            return Ok(());
        };
        let turn = Turn::wait(&self.layout, Instant::now() + self.options.start_timeout)?;
        if membership.give_up(&turn)? {
            server::stop(&self.layout, &self.installation, &self.socket_dir, &turn)?;
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // If it fails the server stays, and the next process that opens joins it.
        let _ = self.leave();
    }
}

fn database_url(socket_dir: &Path, database: &str) -> String {
    let host = percent_encoded(&socket_dir.to_string_lossy());
    let database = percent_encoded(database);
    // Port and sslmode would otherwise come from PGPORT and PGSSLMODE.
    format!("postgres://{USER}@{host}:{PORT}/{database}?sslmode=disable")
}

/// Encodes whatever is not a letter or digit, which is more than has to be.
fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
