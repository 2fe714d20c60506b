//! The socket directory: a short private directory with the server's Unix socket, the only way in.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::PORT;
use super::create::noted_socket_dir;
use super::error::{ClusterError, io_error};
use super::layout::Layout;

/// What a socket's path may measure: macOS ends at 104 bytes with the final zero, Linux at 108.
const LONGEST_PATH: usize = 103;
const PREFIX: &str = "dateline-";
const ALWAYS_SHORT: &str = "/tmp";

/// The socket in a socket directory.
pub(super) fn socket_file(socket_dir: &Path) -> PathBuf {
    socket_dir.join(format!(".s.PGSQL.{PORT}"))
}

/// The directory for a server that is about to start: the one of last time when the server was
/// killed and left it, so that the other processes' connections find the new server; else a new
/// one below `parent`.
pub(super) fn prepare_directory(layout: &Layout, parent: &Path) -> Result<PathBuf, ClusterError> {
    if let Some(directory) = noted_socket_dir(layout).map(PathBuf::from)
        && is_ours(&directory, layout)
    {
        remove_files(&directory);
        return Ok(directory);
    }
    // Root's temporary directory may be closed to the account the server runs as.
    if layout.account.is_none()
        && suits(parent)
        && let Ok(directory) = create_directory(parent, layout)
    {
        return Ok(directory);
    }
    create_directory(Path::new(ALWAYS_SHORT), layout)
}

/// Removes the directory of a server that has stopped. If it stays, nobody is hurt.
pub(super) fn remove_directory(socket_dir: &Path) {
    let name = socket_dir.file_name().unwrap_or_default();
    if name.to_string_lossy().starts_with(PREFIX) {
        remove_files(socket_dir);
        let _ = fs::remove_dir(socket_dir);
    }
}

fn remove_files(socket_dir: &Path) {
    let socket = socket_file(socket_dir);
    let _ = fs::remove_file(socket.with_extension(format!("{PORT}.lock")));
    let _ = fs::remove_file(socket);
}

/// Anybody may make directories in `/tmp`: after a restart of the machine the old name could be
/// somebody else's.
fn is_ours(directory: &Path, layout: &Layout) -> bool {
    let Ok(found) = fs::symlink_metadata(directory) else {
        return false;
    };
    let owner = fs::metadata(layout.cluster_dir()).map(|cluster| cluster.uid());
    found.is_dir() && found.mode() & 0o777 == 0o700 && owner.is_ok_and(|uid| uid == found.uid())
}

/// Short enough, and without letters that mean something in the server's settings.
fn suits(parent: &Path) -> bool {
    let longest = socket_file(&parent.join(format!("{PREFIX}123456")));
    let plain = |text: &str| !text.contains([',', '"', '\'', '\\', '\n']);
    parent.is_absolute() && longest.as_os_str().len() <= LONGEST_PATH && parent.to_str().is_some_and(plain)
}

fn create_directory(parent: &Path, layout: &Layout) -> Result<PathBuf, ClusterError> {
    loop {
        // Every `RandomState` has other keys.
        let number = RandomState::new().hash_one(0) & 0x00ff_ffff;
        let directory = parent.join(format!("{PREFIX}{number:06x}"));
        match layout.create_private_directory(&directory) {
            Ok(()) => return Ok(directory),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(io_error("create", &directory)(error)),
        }
    }
}
