//! Serving a router on a port, until it is asked to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1::{Builder, UpgradeableConnection};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;
use tower::util::MapRequest;

/// How long the server waits for its clients.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the headers of a request to come, on a new connection as on one that is kept.
    pub headers: Duration,
    /// For a client to read on, while an answer is being sent.
    pub reading: Duration,
    /// For requests under way to end when the server stops.
    pub end: Duration,
}

/// Serves until `shutdown` is ready; then takes no new connections and finishes the requests under
/// way.
pub async fn serve(
    mut listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
    patience: Patience,
) {
    let mut shutdown = pin!(shutdown);
    let (connections, ending) = (TaskTracker::new(), CancellationToken::new());
    loop {
        let (stream, peer) = tokio::select! {
            // Waits a while where the system has no room for a connection, and says so.
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut shutdown => break,
        };
        connections.spawn(answer(connection(stream, peer, router.clone(), patience), ending.clone()));
    }
    drop(listener);
    ending.cancel();
    connections.close();
    if tokio::time::timeout(patience.end, connections.wait()).await.is_err() {
        tracing::warn!("some requests did not end in time and are abandoned");
    }
}

/// How many bytes a connection holds for its client, each way.
const BUFFER: usize = 128 << 10;

/// A connection whose client may be slow, but not for ever.
type Connection<S> =
    UpgradeableConnection<TokioIo<Pin<Box<TimeoutStream<TcpStream>>>>, TowerToHyperService<S>>;

/// What answers the requests of a connection, told who is at its other end.
type Answering<F> = MapRequest<Router, F>;

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    patience: Patience,
) -> Connection<Answering<impl FnMut(Request<Incoming>) -> Request<Incoming> + Clone>> {
    // Answers are written at once; waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "answers may be delayed");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience.reading));
    let told = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.headers)
        // What a client that reads nothing of a stream may have lying here; also the most that headers have.
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(told))
        .with_upgrades()
}

/// Answers the requests of a connection until it ends, or until the one under way is answered when the server stops.
async fn answer<F>(connection: Connection<Answering<F>>, ending: CancellationToken)
where
    F: FnMut(Request<Incoming>) -> Request<Incoming> + Clone + Send + 'static,
{
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = ending.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A client that goes away, or speaks no HTTP, is nothing to worry about.
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;

    use super::*;

    const SOON: Duration = Duration::from_millis(200);

    /// A server whose only answer takes a while; what it is told to stop by, and its end.
    async fn slow(
        patience: Patience,
    ) -> (std::net::SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answer = async || {
            tokio::time::sleep(SOON).await;
            "done"
        };
        let router =
            Router::new().route("/", get(answer)).route("/large", get(async || vec![b'a'; 64 << 20]));
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            stopped.await.ok();
        };
        (address, stop, tokio::spawn(serve(listener, router, stopped, patience)))
    }

    async fn sent(address: std::net::SocketAddr, text: &str) -> TcpStream {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(text.as_bytes()).await.unwrap();
        connection
    }

    async fn received(mut connection: TcpStream) -> String {
        let mut text = String::new();
        connection.read_to_string(&mut text).await.ok();
        text
    }

    #[tokio::test]
    async fn who_sends_half_a_request_is_not_waited_for() {
        let (address, _stop, _) = slow(Patience { headers: SOON, reading: SOON, end: SOON }).await;
        let start = Instant::now();
        for half in ["", "GET / HTTP/1.1\r\nhost: a"] {
            assert!(!received(sent(address, half).await).await.contains("200 OK"));
        }
        assert!((SOON..20 * SOON).contains(&start.elapsed()), "{:?}", start.elapsed());
    }

    #[tokio::test]
    async fn who_does_not_read_is_not_waited_for() {
        let (address, stop, end) =
            slow(Patience { headers: 100 * SOON, reading: SOON, end: 100 * SOON }).await;
        // More answers than fit in the buffers of both ends; nobody reads them.
        let asked = sent(address, "GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await;
        tokio::time::sleep(2 * SOON).await;
        stop.send(()).unwrap();
        tokio::time::timeout(20 * SOON, end).await.expect("it has let go of the client").unwrap();
        drop(asked);
    }

    #[tokio::test]
    async fn what_is_under_way_is_finished_and_what_is_kept_open_closed() {
        let (address, stop, end) =
            slow(Patience { headers: 100 * SOON, reading: SOON, end: 100 * SOON }).await;
        let _idle = sent(address, "").await;
        let asked = sent(address, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        tokio::time::sleep(SOON / 4).await;
        stop.send(()).unwrap();
        assert!(received(asked).await.ends_with("done"));
        tokio::time::timeout(20 * SOON, end).await.expect("it ends").unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn what_does_not_end_in_time_is_abandoned() {
        let (address, stop, end) = slow(Patience { headers: SOON, reading: SOON, end: SOON / 10 }).await;
        let _asked = sent(address, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        tokio::time::sleep(SOON / 10).await;
        stop.send(()).unwrap();
        tokio::time::timeout(20 * SOON, end).await.expect("it ends").unwrap();
    }
}
