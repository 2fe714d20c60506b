//! Creation: a new cluster by `initdb`, and the settings Dateline gives it.
//!
//! `initdb` works in a sibling directory that gets its real name when it is complete, so a
//! creation that was killed can never be taken for a cluster.

use std::fs::{self, File};
use std::path::Path;

use super::account::command;
use super::error::{ClusterError, io_error};
use super::layout::Layout;
use super::server::run_logged;
use super::{ClusterOptions, Installation, PORT, USER};

/// The caller holds the lock on `log`, and `initdb` inherits it: so no other `initdb` is at work,
/// not even one whose Dateline was killed.
pub(super) fn create_cluster(
    layout: &Layout,
    installation: &Installation,
    options: &ClusterOptions,
    log: &File,
) -> Result<(), ClusterError> {
    let unfinished = layout.unfinished_dir();
    let mut outcome = initdb(layout, installation, options, log, &["--locale=C.UTF-8"])?;
    if outcome.as_ref().is_some_and(|output| output.contains("invalid locale name")) {
        // Not every macOS has C.UTF-8; since 17 Postgres brings its own.
        let locale: &[&str] = match installation.major {
            17.. => &["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
            _ => &["--locale=C"],
        };
        outcome = initdb(layout, installation, options, log, locale)?;
    }
    let cluster_dir = layout.cluster_dir();
    if let Some(output) = outcome {
        return Err(ClusterError::Program { program: "initdb", path: cluster_dir, output });
    }
    let main_file = unfinished.join("postgresql.conf");
    let defaults = fs::read_to_string(&main_file).map_err(io_error("read", &main_file))?;
    layout.write(&main_file, &format!("{defaults}\ninclude = 'dateline.conf'\n"))?;
    layout.write(&unfinished.join("dateline.conf"), "# Written when the server starts.\n")?;
    fs::rename(&unfinished, &cluster_dir).map_err(io_error("create", &cluster_dir))?;
    // The name has to be on disk before anything that somebody stores behind it.
    let data_dir = layout.data_dir();
    File::open(data_dir).and_then(|directory| directory.sync_all()).map_err(io_error("sync", data_dir))
}

/// Writes our settings. `postgresql.conf` includes them last; `alter system` still beats them.
pub(super) fn write_settings(
    layout: &Layout,
    options: &ClusterOptions,
    socket_dir: &Path,
) -> Result<(), ClusterError> {
    let ClusterOptions { shared_buffers_megabytes, max_connections, .. } = options;
    let socket_dir = socket_dir.display();
    let durability = if options.durable {
        ""
    } else {
        "# For data nobody would miss: a crash may destroy it.
fsync = off
synchronous_commit = off
full_page_writes = off
"
    };
    let settings = format!(
        "# Written by Dateline at every start; changes are lost. Yours go into alter system.
listen_addresses = ''
port = {PORT}
unix_socket_directories = '{socket_dir}'
unix_socket_permissions = 0700
shared_buffers = {shared_buffers_megabytes}MB
max_connections = {max_connections}
timezone = 'UTC'
log_timezone = 'UTC'
# Standard error goes to postgres.log.
log_destination = 'stderr'
logging_collector = off
{durability}"
    );
    layout.write(&layout.settings_file(), &settings)
}

/// The socket directory of the last start, as [`write_settings`] noted it.
pub(super) fn noted_socket_dir(layout: &Layout) -> Option<String> {
    let settings = fs::read_to_string(layout.settings_file()).ok()?;
    let value = settings.lines().find_map(|line| line.strip_prefix("unix_socket_directories = '"))?;
    Some(value.strip_suffix('\'')?.to_owned())
}

fn initdb(
    layout: &Layout,
    installation: &Installation,
    options: &ClusterOptions,
    log: &File,
    locale: &[&str],
) -> Result<Option<String>, ClusterError> {
    let unfinished = layout.unfinished_dir();
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(io_error("remove", &unfinished))?;
    }
    let account = layout.account.as_ref();
    layout.create_private_directory(&unfinished).map_err(io_error("create", &unfinished))?;
    let mut command = command(&installation.program("initdb"), account);
    command.arg("-D").arg(&unfinished).args(["--encoding=UTF8", "--data-checksums", "--no-instructions"]);
    command.args(locale).args(["--auth-local=trust", "--auth-host=reject", "-U", USER]);
    if !options.durable {
        command.arg("--no-sync");
    }
    run_logged(command, log, &layout.log_file())
}
