//! A server with its feed, and clients that follow it.

use dateline::access::store::{self, Expiry};
use dateline::access::token::{RANDOM_BYTES, TokenText};
use dateline::access::vocabulary::Role;
use dateline::graphql::Limits;
use dateline::http::{FollowerLimits, Origins, Patience, Service, router, serve};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::TestDatabase;

/// Longer than anything takes that is going to come.
const LONG: Duration = Duration::from_mins(1);

/// A server on a port of its own, over a database of its own.
pub struct Served {
    pub database: TestDatabase,
    pub address: std::net::SocketAddr,
    tasks: Vec<JoinHandle<()>>,
    stop: Option<oneshot::Sender<()>>,
}

impl Served {
    pub async fn new() -> Self {
        Self::with(|service| service, Origins::default()).await
    }

    /// Settled otherwise.
    pub async fn with(settled: impl FnOnce(Service) -> Service, origins: Origins) -> Self {
        let database = TestDatabase::new().await;
        let service = settled(Service::new((*database).clone(), Limits::DEFAULT, origins));
        let feed = service.feed();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let ending = service.clone();
        let stopped = async move {
            stopped.await.ok();
            ending.end(Duration::from_secs(1)).await;
        };
        let patience = Patience { headers: LONG, reading: LONG, end: LONG };
        let following = tokio::spawn(async move { feed.follow().await });
        let serving = tokio::spawn(serve(listener, router(service), stopped, patience));
        Self { database, address, tasks: vec![following, serving], stop: Some(stop) }
    }

    /// For many clients of one address.
    pub async fn for_many(clients: u32) -> Self {
        let limits = FollowerLimits { max_subscribers: clients, max_subscribers_per_address: clients };
        Self::with(|service| service.with_followers(limits), Origins::default()).await
    }

    /// Asks it to stop, and waits until it has.
    pub async fn stop(&mut self) {
        self.stop.take().unwrap().send(()).ok();
        timeout(LONG, self.tasks.pop().unwrap()).await.expect("it stops").unwrap();
    }

    /// The header of somebody with a token.
    pub async fn bearer(&self, name: &str) -> String {
        let text = TokenText::of_random([7; RANDOM_BYTES]);
        store::make(self.database.pool(), &text, name, Role::Reader, Expiry::Never).await.unwrap();
        format!("Bearer {}", text.revealed())
    }

    /// A WebSocket, with these headers beside those of the protocol.
    pub async fn open(&self, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
        let mut request = format!("ws://{}/graphql", self.address).into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        if headers.contains(&("sec-websocket-protocol", "")) {
            request.headers_mut().remove("sec-websocket-protocol");
        }
        Ok(Socket(connect_async(request).await?.0))
    }

    /// A WebSocket whose connection is acknowledged, of somebody without a token.
    pub async fn begun(&self) -> Socket {
        self.begun_with(json!({})).await
    }

    /// The same, with this payload.
    pub async fn begun_with(&self, payload: Value) -> Socket {
        let mut socket = self.open(&[]).await.unwrap();
        socket.send(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.next().await.unwrap(), json!({ "type": "connection_ack" }));
        socket
    }

    /// Events, as a query of this `accept` is answered.
    pub async fn events(&self, query: &str, accept: &str) -> Events {
        let body = json!({ "query": query }).to_string();
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\naccept: {accept}\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut events = Events { connection, read: String::new(), head: String::new() };
        events.head = events.until("\r\n\r\n").await.expect("an answer has a head");
        events
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// The client's end of a WebSocket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub async fn send(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// Sends text as it is.
    pub async fn send_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// Sends bytes.
    pub async fn send_bytes(&mut self) {
        self.0.send(Message::binary(vec![1, 2])).await.unwrap();
    }

    /// Takes its leave.
    pub async fn close(&mut self) {
        let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        self.0.close(Some(frame)).await.unwrap();
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.send(&json!({ "id": id, "type": "subscribe", "payload": { "query": query } })).await;
    }

    /// The next message, or the code and the reason with which the socket was closed.
    pub async fn next(&mut self) -> Result<Value, (u16, String)> {
        loop {
            match timeout(LONG, self.0.next()).await.expect("a message comes") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err((frame.code.into(), frame.reason.to_string()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err((0, "it was lost".to_owned())),
            }
        }
    }

    /// The next answer of a subscription to `changed`.
    pub async fn changed(&mut self) -> Value {
        let message = self.next().await.unwrap();
        assert_eq!(message["type"], "next", "{message}");
        message["payload"]["data"]["changed"].clone()
    }

    /// Whether nothing comes for a while.
    pub async fn is_silent(&mut self) -> bool {
        timeout(Duration::from_millis(300), self.0.next()).await.is_err()
    }
}

/// The client's end of a stream of events.
pub struct Events {
    connection: TcpStream,
    read: String,
    pub head: String,
}

impl Events {
    /// The next event with its data; comments and the chunks of HTTP are passed over.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            let text = self.until("\n\n").await?;
            let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            if let Some(event) = field("event:") {
                let data = field("data:").unwrap_or_default();
                return Some((event.to_owned(), serde_json::from_str(data).unwrap_or_default()));
            }
        }
    }

    async fn until(&mut self, end: &str) -> Option<String> {
        loop {
            if let Some((text, rest)) = self.read.split_once(end) {
                let (text, rest) = (text.to_owned(), rest.to_owned());
                self.read = rest;
                return Some(text);
            }
            let mut bytes = [0; 4096];
            match timeout(LONG, self.connection.read(&mut bytes)).await.expect("something comes") {
                Ok(0) | Err(_) => return None,
                Ok(length) => self.read.push_str(&String::from_utf8_lossy(&bytes[..length])),
            }
        }
    }
}
