//! The account: the unprivileged user the server runs as when we are root, because Postgres
//! refuses root. An ordinary user's server runs as that user and needs no account.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::{ClusterError, io_error};

/// macOS calls its own `_postgres`.
const NAMES: [&str; 3] = ["postgres", "_postgres", "nobody"];

/// Variables that would bend what the server's programs do. `NOTIFY_SOCKET`: under systemd the
/// server would announce itself as if it were the service.
const UNWANTED_VARIABLES: [&str; 8] =
    ["PGDATA", "PGPORT", "PGHOST", "PGOPTIONS", "PGDATESTYLE", "PGCLIENTENCODING", "PGTZ", "NOTIFY_SOCKET"];

#[derive(Debug, Clone)]
pub(super) struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// The account for a cluster: whoever owns it already, else the first of [`NAMES`] that
    /// exists. `None` when we are not root.
    pub fn for_cluster(cluster_dir: &Path) -> Result<Option<Self>, ClusterError> {
        if !is_root() {
            return Ok(None);
        }
        if let Ok(metadata) = fs::metadata(cluster_dir)
            && metadata.uid() != 0
        {
            let (uid, gid) = (metadata.uid(), metadata.gid());
            return Ok(Some(Self { name: format!("number {uid}"), uid, gid }));
        }
        let known = NAMES.into_iter().find_map(|name| {
            let (uid, gid) = (identity("-u", Some(name))?, identity("-g", Some(name))?);
            Some(Self { name: name.to_owned(), uid, gid })
        });
        known.map(Some).ok_or(ClusterError::NoAccount)
    }

    /// The first directory on the way to `directory`, itself included, that is closed to this
    /// account. Asking the system as that user knows about groups, access lists and mounts.
    pub fn closed_directory(&self, directory: &Path) -> Result<Option<PathBuf>, ClusterError> {
        let script = r#"for d in "$@"; do cd "$d" || { printf %s "$d"; exit; }; done"#;
        let shell = Path::new("/bin/sh");
        let mut way: Vec<&Path> = directory.ancestors().collect();
        way.reverse();
        let mut command = command(shell, Some(self));
        let output = command.args(["-c", script, "sh"]).args(way).output();
        let output = output.map_err(io_error("run", shell))?;
        let closed = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((!closed.is_empty()).then(|| PathBuf::from(closed)))
    }
}

/// A program run as the account, in a directory it can enter and with messages we can read.
pub(super) fn command(program: &Path, account: Option<&Account>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").env("LC_ALL", "C");
    for variable in UNWANTED_VARIABLES {
        command.env_remove(variable);
    }
    if let Some(account) = account {
        // Setting the uid also drops root's supplementary groups.
        command.gid(account.gid).uid(account.uid);
    }
    command
}

/// Whether this process runs as root.
#[must_use]
pub fn is_root() -> bool {
    identity("-u", None) == Some(0)
}

/// Asks `id`, since macOS keeps its users out of `/etc/passwd`.
fn identity(what: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(what).args(user).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    // macOS may print its `nobody` as -2.
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse().ok().map(i32::cast_unsigned))
}
