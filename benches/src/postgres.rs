//! The Postgres of the measurements: a cluster of its own, durable as a real one is.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use dateline::db::cluster::{Cluster, ClusterOptions, Installation};
use tempfile::TempDir;

use crate::processor;

/// A cluster that goes with the measurements, unless it is kept for the next.
pub struct Postgres {
    cluster: Cluster,
    binaries: PathBuf,
    folder: PathBuf,
    // Dropped after the cluster is stopped.
    _temporary: Option<TempDir>,
}

impl Postgres {
    /// Creates and starts it, in a folder that is kept or in a temporary one.
    pub fn start(kept: Option<&Path>) -> anyhow::Result<Self> {
        let (folder, temporary) = if let Some(kept) = kept {
            (std::path::absolute(kept)?, None)
        } else {
            let temporary = tempfile::tempdir()?;
            (temporary.path().to_owned(), Some(temporary))
        };
        std::fs::create_dir_all(&folder)?;
        // The server's user has to get in.
        set_mode(&folder, 0o755)?;
        let data = folder.join("data");
        let installation = Installation::find_for(&data, None)?;
        let cluster = Cluster::open(&data, &installation, &ClusterOptions::default())?;
        Ok(Self { cluster, binaries: installation.bin_dir.clone(), folder, _temporary: temporary })
    }

    /// A folder for files of the measurements.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        self.cluster.database_url(database)
    }

    /// Makes a database anew, migrated.
    pub fn database(&self, program: &Path, name: &str) -> anyhow::Result<String> {
        self.run("postgres", &format!("drop database if exists {name} with (force)"))?;
        self.run("postgres", &format!("create database {name} template template0"))?;
        let url = self.url(name);
        let migrated = Command::new(program).args(["migrate", "up", "--database-url", &url]).output()?;
        ensure!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        Ok(url)
    }

    /// Runs statements by `psql`; what they print, unaligned.
    pub fn run(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        let output = self.psql(database).args(["-c", sql]).output()?;
        if !output.status.success() {
            bail!("{sql}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout).context("psql prints UTF-8")?.trim_end().to_owned())
    }

    /// Seconds of processor time that its sessions have taken.
    pub fn processor_seconds(&self) -> anyhow::Result<f64> {
        // Those that were closed just now have to end before they can be counted.
        std::thread::sleep(std::time::Duration::from_secs(1));
        let file = std::fs::read_to_string(self.folder.join("data/postgres/postmaster.pid"))?;
        let process = file.lines().next().context("the first line is the server's process")?;
        processor::of_children(process.trim().parse()?)
    }

    /// A program that came with Postgres.
    pub fn program(&self, name: &str) -> Command {
        Command::new(self.binaries.join(name))
    }

    /// `psql` on a database, quiet and stopping at errors.
    pub fn psql(&self, database: &str) -> Command {
        let mut psql = self.program("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", &self.url(database)]);
        psql.stdin(Stdio::null());
        psql
    }
}

fn set_mode(folder: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode))
}
