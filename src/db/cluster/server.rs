//! The server: the processes of a running cluster; finding, starting and stopping them.
//!
//! Whether any of them is alive is told by a lock on `postgres.log`: whoever starts the server
//! locks the file and hands it over as standard error, so the lock lasts as long as the last
//! process that inherited it. A process number from `postmaster.pid` could belong to somebody else
//! by now, or to a zombie.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use super::account::command;
use super::create::{create_cluster, write_settings};
use super::error::{ClusterError, io_error};
use super::layout::{Layout, open_or_create};
use super::lock::{PAUSE, Turn};
use super::{ClusterOptions, Installation, database_url, socket};

/// Fast mode ends the sessions at once, but the last checkpoint of a big import takes its time.
const STOP_SECONDS: &str = "120";
/// What is said when an orphan still holds the old memory, and when recovery takes long.
const STILL_COMING: [&str; 2] = ["pre-existing shared memory block", "did not start in time"];
const LOG_TAIL_LINES: usize = 20;

/// A server that takes connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningServer {
    /// The number of the process that started all others.
    pub pid: u32,
    /// The directory of its Unix socket.
    pub socket_dir: PathBuf,
}

impl RunningServer {
    /// The address of a database, as [`super::Cluster::database_url`] says it, for looking only: the
    /// server may stop at any time.
    #[must_use]
    pub fn database_url(&self, database: &str) -> String {
        database_url(&self.socket_dir, database)
    }

    /// Finds the server in `postmaster.pid` and makes sure that it answers.
    pub(super) fn find(layout: &Layout) -> Result<Option<Self>, ClusterError> {
        let path = layout.pid_file();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error("read", &path)(error)),
        };
        // Lines: pid, data directory, start time, port, socket directory, address, memory, state.
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let [pid, _, _, _, socket_dir, _, _, "ready", ..] = lines[..] else {
            return Ok(None);
        };
        let Ok(pid) = pid.parse() else {
            return Ok(None);
        };
        let server = Self { pid, socket_dir: PathBuf::from(socket_dir) };
        let answers = UnixStream::connect(socket::socket_file(&server.socket_dir)).is_ok();
        Ok(answers.then_some(server))
    }
}

/// The running server, started (and its cluster created) when there is none; and whether it was.
/// Tries again while processes of a server that was killed are still going away.
pub(super) fn find_or_start(
    layout: &Layout,
    installation: &Installation,
    options: &ClusterOptions,
    deadline: Instant,
    _turn: &Turn,
) -> Result<(RunningServer, bool), ClusterError> {
    let log_file = layout.log_file();
    let (mut tried, mut started) = (false, false);
    loop {
        if let Some(server) = RunningServer::find(layout)? {
            return Ok((server, started));
        }
        let log = open_or_create(&log_file)?;
        // Creating the cluster may have used up the time: a server that is up now still counts.
        if tried && Instant::now() >= deadline {
            return Err(ClusterError::NotAnswering {
                path: layout.cluster_dir(),
                output: tail(&log, 0),
                log: log_file,
            });
        }
        tried = true;
        match log.try_lock() {
            Ok(()) => {
                start(layout, installation, options, &log, deadline)?;
                started = true;
            }
            // Alive without answering: starting, recovering, stopping, or orphaned.
            Err(TryLockError::WouldBlock) => sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &log_file)(error)),
        }
    }
}

/// Whether there was a server and all its processes are gone.
pub(super) fn is_gone(layout: &Layout) -> bool {
    // Locked for a moment only; whoever starts the server tries again.
    File::options().read(true).append(true).open(layout.log_file()).is_ok_and(|log| log.try_lock().is_ok())
}

/// Stops the server in fast mode: a smart stop would wait for its clients.
pub(super) fn stop(
    layout: &Layout,
    installation: &Installation,
    socket_dir: &Path,
    _turn: &Turn,
) -> Result<(), ClusterError> {
    let program = installation.program("pg_ctl");
    let mut command = command(&program, layout.account.as_ref());
    command.args(["stop", "-s", "-w", "-m", "fast", "-t", STOP_SECONDS, "-D"]);
    command.arg(layout.cluster_dir()).stdin(Stdio::null()).process_group(0);
    let output = command.output().map_err(io_error("run", &program))?;
    // It may have been gone before us, which is as good.
    if !output.status.success() && RunningServer::find(layout)?.is_some() {
        let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(ClusterError::Program { program: "pg_ctl stop", path: layout.cluster_dir(), output });
    }
    socket::remove_directory(socket_dir);
    Ok(())
}

/// Runs a program with its output in the log; the end of that output when it fails. A pipe would
/// be inherited by the server and never end.
pub(super) fn run_logged(
    mut command: Command,
    log: &File,
    log_file: &Path,
) -> Result<Option<String>, ClusterError> {
    let output = || log.try_clone().map_err(io_error("open", log_file));
    let length = log.metadata().map_err(io_error("read", log_file))?.len();
    command.stdin(Stdio::null()).stdout(output()?).stderr(output()?);
    let program = PathBuf::from(command.get_program());
    let status = command.status().map_err(io_error("run", &program))?;
    Ok((!status.success()).then(|| tail(log, length)))
}

/// Starts the server, whose processes are all gone: we hold the lock on its log. An error only
/// when it is no use to look again.
fn start(
    layout: &Layout,
    installation: &Installation,
    options: &ClusterOptions,
    log: &File,
    deadline: Instant,
) -> Result<(), ClusterError> {
    if layout.major()?.is_none() {
        create_cluster(layout, installation, options, log)?;
    }
    let socket_dir = socket::prepare_directory(layout, &options.socket_parent)?;
    write_settings(layout, options, &socket_dir)?;
    let mut command = command(&installation.program("pg_ctl"), layout.account.as_ref());
    let seconds = deadline.saturating_duration_since(Instant::now()).as_secs().max(10);
    command.args(["start", "-s", "-w", "-t", &seconds.to_string(), "-D"]);
    // Ctrl-C reaches a terminal's whole process group: pg_ctl leaves it here, and makes the server
    // leave it for a session of its own.
    command.arg(layout.cluster_dir()).process_group(0);
    let Some(output) = run_logged(command, log, &layout.log_file())? else {
        return Ok(());
    };
    if output.contains("lock file") && output.contains("already exists") {
        // The number in the file belongs to another process now, as happens in containers.
        let _ = fs::remove_file(layout.pid_file());
        return Ok(());
    }
    if STILL_COMING.iter().any(|words| output.contains(words)) {
        return Ok(());
    }
    socket::remove_directory(&socket_dir);
    Err(ClusterError::Program { program: "pg_ctl start", path: layout.cluster_dir(), output })
}

/// The last lines of the log, none of them before `start`; empty when it cannot be read.
fn tail(mut log: &File, start: u64) -> String {
    let mut bytes = Vec::new();
    let _ = log.seek(SeekFrom::Start(start)).and_then(|_| log.read_to_end(&mut bytes));
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
}
