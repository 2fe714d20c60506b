//! The layout: where the parts of a cluster lie below the data directory.
//!
//! ```text
//! <data directory>/
//!   postgres/        the cluster: Postgres' own data directory
//!     dateline.conf  our settings; the mark of a cluster that is ours
//!   postgres.new/    a cluster that is being created, or a creation that was killed
//!   postgres.log     what the server says
//!   turn.lock  users.lock
//! ```

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::{ClusterError, io_error};

#[derive(Debug, Clone)]
pub(super) struct Layout {
    data_dir: PathBuf,
    pub account: Option<Account>,
}

impl Layout {
    /// Creates the data directory when it is not there, and makes sure the server can get to it.
    pub fn prepare(data_dir: &Path) -> Result<Self, ClusterError> {
        let is_new = !data_dir.exists();
        fs::create_dir_all(data_dir).map_err(io_error("create", data_dir))?;
        // The server and its programs run in another working directory.
        let data_dir = data_dir.canonicalize().map_err(io_error("find", data_dir))?;
        let layout = Self::below(&data_dir);
        let dangerous = |text: &str| text.contains(['"', '\'', '$', '`', '\\', '\n']);
        if data_dir.to_str().is_none_or(dangerous) {
            return Err(ClusterError::UnusablePath(data_dir));
        }
        if layout.data_dir.join("PG_VERSION").exists() {
            return Err(ClusterError::NotOurs(data_dir));
        }
        let account = Account::for_cluster(&layout.cluster_dir())?;
        if let Some(account) = &account {
            if is_new {
                // Root keeps it, or the account could put links in our way; it only has to get in.
                let mode = Permissions::from_mode(0o755);
                fs::set_permissions(&data_dir, mode).map_err(io_error("open", &data_dir))?;
            }
            if let Some(directory) = account.closed_directory(&data_dir)? {
                let user = account.name.clone();
                return Err(ClusterError::Unreachable { user, directory });
            }
        }
        Ok(Self { account, ..layout })
    }

    /// The layout of a data directory that is only looked at.
    pub fn below(data_dir: &Path) -> Self {
        Self { data_dir: data_dir.to_path_buf(), account: None }
    }

    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    pub fn cluster_dir(&self) -> PathBuf {
        self.data_dir.join("postgres")
    }

    pub fn unfinished_dir(&self) -> PathBuf {
        self.data_dir.join("postgres.new")
    }

    pub fn log_file(&self) -> PathBuf {
        self.data_dir.join("postgres.log")
    }

    pub fn settings_file(&self) -> PathBuf {
        self.cluster_dir().join("dateline.conf")
    }

    pub fn pid_file(&self) -> PathBuf {
        self.cluster_dir().join("postmaster.pid")
    }

    /// The major version that made the cluster; `None` when there is no cluster yet.
    pub fn major(&self) -> Result<Option<u32>, ClusterError> {
        let directory = self.cluster_dir();
        let not_ours = || ClusterError::NotOurs(directory.clone());
        let version_file = directory.join("PG_VERSION");
        match fs::read_to_string(&version_file) {
            Ok(text) if self.settings_file().exists() => {
                text.trim().parse().map(Some).map_err(|_| not_ours())
            }
            Ok(_) => Err(not_ours()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let entries = fs::read_dir(&directory);
                let is_empty = entries.map_or(true, |mut entries| entries.next().is_none());
                is_empty.then_some(None).ok_or_else(not_ours)
            }
            Err(error) => Err(io_error("read", &version_file)(error)),
        }
    }

    /// Writes a file the server has to read. The account may have put a link in its place, which
    /// root must not follow: so the text goes into a file that was not there before.
    pub fn write(&self, path: &Path, text: &str) -> Result<(), ClusterError> {
        let fresh = path.with_extension("new");
        let _ = fs::remove_file(&fresh);
        let written = File::create_new(&fresh).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            self.give(&file)?;
            file.sync_all()?;
            fs::rename(&fresh, path)
        });
        written.map_err(io_error("write", path))
    }

    /// Gives a file or directory of ours to the account, if there is one.
    pub fn give(&self, file: &File) -> io::Result<()> {
        let Some(account) = &self.account else {
            return Ok(());
        };
        fchown(file, Some(account.uid), Some(account.gid))
    }

    /// Creates a directory that only the server may enter.
    pub fn create_private_directory(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)?;
        self.give(&File::open(path)?)
    }
}

/// Opens a lock or a log, creating it when it is not there.
pub(super) fn open_or_create(path: &Path) -> Result<File, ClusterError> {
    let mut options = File::options();
    options.read(true).append(true).create(true);
    options.open(path).map_err(io_error("open", path))
}
