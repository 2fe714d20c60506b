//! The keeper: a thread that starts the server again when it was killed under those who use it.
//!
//! Whether the server is there is told by the lock on its log, as in [`super::server`], so that looking
//! costs it nothing. Whoever stops the server on purpose has to stop those first who keep it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::layout::Layout;
use super::lock::Turn;
use super::{ClusterOptions, Installation, server};

/// How often is looked.
const LOOK: Duration = Duration::from_millis(250);
/// The longest pause between two attempts; they begin with a second and double.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// Keeps the server running until it is dropped.
#[derive(Debug)]
pub struct Keeper {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Keeper {
    pub(super) fn start(layout: Layout, installation: Installation, options: ClusterOptions) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let kept = Kept { layout, installation, options, is_over: is_over.clone() };
        Self { is_over, thread: thread::spawn(move || kept.keep()) }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // It is not waited for: an attempt under way has the turn, and whoever stops the server needs that.
        self.thread.thread().unpark();
    }
}

/// What the thread looks after.
struct Kept {
    layout: Layout,
    installation: Installation,
    options: ClusterOptions,
    is_over: Arc<AtomicBool>,
}

impl Kept {
    fn keep(&self) {
        let mut pause = SHORTEST_PAUSE;
        while !self.is_over() {
            if server::is_gone(&self.layout) {
                tracing::warn!("the embedded database has ended and is started again");
                match self.start_again() {
                    Ok(()) => pause = SHORTEST_PAUSE,
                    Err(error) => {
                        tracing::error!(%error, again_in = ?pause, "the embedded database does not start");
                        self.rest(pause);
                        pause = (pause * 2).min(LONGEST_PAUSE);
                    }
                }
            }
            self.rest(LOOK);
        }
    }

    fn start_again(&self) -> Result<(), super::ClusterError> {
        let deadline = Instant::now() + self.options.start_timeout;
        let turn = Turn::wait(&self.layout, deadline)?;
        // Who had the turn before may have stopped the server for good.
        if self.is_over() {
            return Ok(());
        }
        let (_, started) =
            server::find_or_start(&self.layout, &self.installation, &self.options, deadline, &turn)?;
        if started {
            tracing::info!("the embedded database runs again");
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Waits, unless it is over.
    fn rest(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.is_over() && Instant::now() < until {
            thread::park_timeout(until.saturating_duration_since(Instant::now()));
        }
    }
}
