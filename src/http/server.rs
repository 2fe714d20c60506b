//! Serving a router on a port, until it is asked to stop.

use std::future::{Future, IntoFuture, pending};
use std::io;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Serves until `shutdown` is ready; then takes no new connections and finishes the requests under
/// way, for at most `grace`.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
    grace: Duration,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    // Answers are small and written at once; waiting to fill a packet only delays them.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "answers may be delayed");
        }
    });
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
        shutdown.await;
        let _ = stopping.send(());
    });
    let out_of_patience = async {
        if stopped.await.is_err() {
            pending::<()>().await;
        }
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        outcome = serving.into_future() => outcome,
        () = out_of_patience => {
            tracing::warn!("some requests did not end in time and are abandoned");
            Ok(())
        }
    }
}
