//! What can go wrong with a cluster, in words that say what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// Why a cluster could not be opened, closed or looked at.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The operating system refused.
    #[error("cannot {action} {}: {reason}", .path.display())]
    Io {
        /// A verb: "create", "lock".
        action: &'static str,
        /// What it was done to.
        path: PathBuf,
        /// The reason.
        reason: io::Error,
    },
    /// The directory holds something that Dateline did not put there.
    #[error("{} is not empty and was not made by Dateline; \
        choose another directory with --data-dir", .0.display())]
    NotOurs(PathBuf),
    /// The path cannot be handed to `pg_ctl`, which puts it into a shell command.
    #[error("the path {} contains a quote, a dollar sign or another letter that PostgreSQL's \
        programs cannot take; choose another directory with --data-dir", .0.display())]
    UnusablePath(PathBuf),
    /// The cluster was made by another major version, which cannot be read by this one.
    #[error("the data in {} was written by PostgreSQL {found}, and the PostgreSQL in {} is {installed}.\n\
        Either install PostgreSQL {found} with its PostGIS beside it (--pg-bin chooses),\n\
        or move the data: with PostgreSQL {found} write a pg_dump, point --data-dir at a new \
        directory and restore it there; or run pg_upgrade.", .path.display(), .bin_dir.display())]
    OtherMajor {
        /// The directory of the cluster.
        path: PathBuf,
        /// The major version that wrote it.
        found: u32,
        /// The major version that was going to open it.
        installed: u32,
        /// Where that one is installed.
        bin_dir: PathBuf,
    },
    /// Postgres refuses root, and there is no other user to start it as.
    #[error(
        "PostgreSQL does not run as root, and there is neither a user postgres nor a user \
        nobody to run it as; start Dateline as an ordinary user"
    )]
    NoAccount,
    /// The user the server runs as cannot get to the data.
    #[error("PostgreSQL does not run as root but as the user {user}, who cannot enter {}; \
        choose a directory that user can reach with --data-dir, such as /var/lib/dateline",
        .directory.display())]
    Unreachable {
        /// The user the server runs as.
        user: String,
        /// The first directory on the way that is closed to that user.
        directory: PathBuf,
    },
    /// Another process has been starting or stopping the cluster all the time.
    #[error("another Dateline process has been starting or stopping the cluster for a while \
        (it holds {}); try again", .0.display())]
    Busy(PathBuf),
    /// `initdb` or `pg_ctl` failed: the cluster was not created, not started or not stopped.
    #[error("{program} failed for {}; the end of its output (see postgres.log):\n{output}",
        .path.display())]
    Program {
        /// The program and what it was to do.
        program: &'static str,
        /// The directory of the cluster.
        path: PathBuf,
        /// The last lines of it and of the server.
        output: String,
    },
    /// Processes of the server are there, but nobody can connect.
    #[error("the PostgreSQL server of {} runs but takes no connections; it may still be \
        recovering: try again, or stop it with `pg_ctl stop -D {}`. The end of {}:\n{output}",
        .path.display(), .path.display(), .log.display())]
    NotAnswering {
        /// The directory of the cluster.
        path: PathBuf,
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        output: String,
    },
}

/// For `map_err`: adds what was tried, and on what.
pub(super) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ClusterError {
    let path = path.to_path_buf();
    move |reason| ClusterError::Io { action, path, reason }
}
