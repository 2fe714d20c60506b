//! The locks by which the processes that share a data directory agree: the *turn*, held by the one
//! that starts or stops the server, and the *membership*, held by everyone who uses it.
//!
//! Both are locks of the operating system on open files, so a process that is killed gives them
//! back. The membership is taken and given up only by the holder of the turn; so nobody can join
//! while the last member is on its way out. (A third lock belongs to the server: see `server`.)

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::error::{ClusterError, io_error};
use super::layout::{Layout, open_or_create};

/// How often a lock that is taken is tried again.
pub(super) const PAUSE: Duration = Duration::from_millis(50);

/// The right to start or stop the server; given back when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _file: File,
}

impl Turn {
    pub fn wait(layout: &Layout, deadline: Instant) -> Result<Self, ClusterError> {
        let path = layout.data_dir().join("turn.lock");
        let file = open_or_create(&path)?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(error)) => return Err(io_error("lock", &path)(error)),
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                    return Err(ClusterError::Busy(path));
                }
                Err(TryLockError::WouldBlock) => sleep(PAUSE),
            }
        }
    }
}

/// The sign that a process uses the server.
#[derive(Debug)]
pub(super) struct Membership {
    file: File,
    path: PathBuf,
}

impl Membership {
    pub fn take(layout: &Layout, _turn: &Turn) -> Result<Self, ClusterError> {
        let path = layout.data_dir().join("users.lock");
        let file = open_or_create(&path)?;
        // Waits for nobody: only the holder of the turn ever locks this file exclusively.
        file.lock_shared().map_err(io_error("lock", &path))?;
        Ok(Self { file, path })
    }

    /// Gives up the membership; true when nobody else has one.
    pub fn give_up(self, _turn: &Turn) -> Result<bool, ClusterError> {
        self.file.unlock().map_err(io_error("unlock", &self.path))?;
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(io_error("lock", &self.path)(error)),
        }
    }
}
