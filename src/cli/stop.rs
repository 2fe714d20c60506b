//! Stopping: Ctrl-C and SIGTERM ask a command to end well; a second one ends it at once.

use std::io;
use std::process::exit;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// What shells say of a program that Ctrl-C ended.
const ENDED_BY_INTERRUPT: i32 = 130;

/// Knows whether the command was asked to stop. Clones know the same.
#[derive(Clone, Debug)]
pub(super) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the system lets nobody listen.
    pub fn listen() -> io::Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let (asked, stop) = watch::channel(false);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if asked.send_replace(true) {
                    exit(ENDED_BY_INTERRUPT);
                }
                tracing::info!("stopping; once more stops at once");
            }
        });
        Ok(Self(stop))
    }

    /// Ready when the command was asked to stop, be it before.
    pub async fn requested(mut self) {
        if self.0.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
