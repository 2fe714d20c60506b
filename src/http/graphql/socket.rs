//! GraphQL over WebSockets, after the protocol `graphql-transport-ws`.
//!
//! A socket is one task that either waits for the client or sends to it, one message at a time: what a
//! client does not read is not read from the database either. The library's own implementation closes
//! with other codes than the protocol's and leaves out its time limit, so that this one is ours.

mod message;
mod pulse;

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use futures_util::future::ready;
use futures_util::stream::{self, AbortHandle, BoxStream, SelectAll, StreamExt, abortable};
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep_until, timeout};

use super::answer::Answer;
use super::live::answers;
use super::parameters::Parameters;
use crate::access::Caller;
use crate::http::Service;
use crate::http::client::Client;
use crate::http::followers::{LATER, Place};
use crate::http::refusal::Refusal;
use message::{Closing, FromClient, ToClient};
use pulse::Pulse;

const PROTOCOL: &str = "graphql-transport-ws";

/// How long a client may take to say `connection_init`.
const INIT: Duration = Duration::from_secs(3);
/// How long a client may read nothing of a message that is being sent to it.
const READING: Duration = Duration::from_secs(30);
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(1);
/// How many operations one socket may have under way.
const MOST_OPERATIONS: usize = 50;
/// What lies in the buffers of each socket; the library's own are 32 times as large.
const BUFFER: usize = 4 << 10;

/// Opens a socket, for pages that may ask and where there is a place.
pub(super) async fn open(
    service: &Service,
    headers: HeaderMap,
    client: Client,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    // As strict as for a post: no link that somebody follows opens a socket.
    service.origins.check(&Method::POST, &headers)?;
    let upgrade = upgrade.map_err(|_| {
        Refusal::bad(
            StatusCode::BAD_REQUEST,
            format!("Only a WebSocket of the protocol {PROTOCOL} can be opened here."),
        )
    })?;
    // Who sends a token that is none is told so before there is a socket.
    service.caller(client, &headers).await?;
    let place = service.followers.admit(client)?;
    let service = service.clone();
    let longest = service.limits.body_bytes as usize;
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        .max_message_size(longest)
        .max_frame_size(longest);
    Ok(upgrade.on_upgrade(async move |socket| {
        let tasks = service.followers.tasks().clone();
        service.metrics.executed("socket", None);
        tasks.track_future(Session::new(service, client, headers, place, socket).run()).await;
    }))
}

/// The answers to an operation with its id, and nothing at their end.
type Answers = BoxStream<'static, (String, Option<Answer>)>;

/// One socket, from its beginning to its end.
struct Session {
    service: Service,
    /// Who is counted for what is asked over it.
    client: Client,
    /// Those that opened it.
    headers: HeaderMap,
    _place: Place,
    socket: WebSocket,
    /// Who is at the other end, once that was acknowledged.
    caller: Option<Caller>,
    operations: SelectAll<Answers>,
    /// The operations under way, by their ids.
    under_way: HashMap<String, AbortHandle>,
    pulse: Pulse,
}

impl Session {
    fn new(service: Service, client: Client, headers: HeaderMap, place: Place, socket: WebSocket) -> Self {
        Self {
            service,
            client,
            headers,
            _place: place,
            socket,
            caller: None,
            operations: SelectAll::new(),
            under_way: HashMap::new(),
            pulse: Pulse::at(Instant::now()),
        }
    }

    async fn run(mut self) {
        let closing = match self.socket.protocol() {
            Some(_) => self.follow().await,
            None => Some(Closing::OtherProtocol),
        };
        if let Some(closing) = closing {
            let (code, reason) = closing.code_and_reason();
            let frame = Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from(reason) }));
            // Whoever does not read the farewell goes without.
            timeout(FAREWELL, self.socket.send(frame)).await.ok();
            self.part().await;
        }
    }

    /// Waits until both sides have said farewell: cut off before, the client would take it for a fault.
    async fn part(&mut self) {
        let heard_out = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        timeout(FAREWELL, heard_out).await.ok();
    }

    /// Until the client has gone, which is nothing, or there is a reason to close.
    async fn follow(&mut self) -> Option<Closing> {
        let opened = Instant::now();
        let ending = self.service.followers.ending();
        loop {
            let is_known = self.caller.is_some();
            let outcome = tokio::select! {
                // What the client said comes before the question whether it is there.
                biased;
                () = ending.cancelled() => Err(Some(Closing::GoingAway)),
                received = self.socket.recv() => match received {
                    Some(Ok(message)) => self.receive(message).await,
                    Some(Err(_)) | None => return None,
                },
                () = sleep_until(opened + INIT), if !is_known => Err(Some(Closing::InitTimeout)),
                () = sleep_until(self.pulse.next()) => {
                    if self.pulse.is_over(Instant::now()) {
                        return None;
                    }
                    self.pulse.asked(Instant::now());
                    self.send(Message::Ping(Bytes::new())).await
                }
                Some((id, answer)) = self.operations.next() => self.answer(&id, answer).await,
            };
            if let Err(closing) = outcome {
                return closing;
            }
        }
    }

    async fn receive(&mut self, message: Message) -> Result<(), Option<Closing>> {
        self.pulse.heard(Instant::now());
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(Some(Closing::bad("a message is text"))),
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => {
                self.part().await;
                return Err(None);
            }
        };
        match FromClient::read(&text)? {
            FromClient::Init(payload) => self.begin(&payload).await,
            FromClient::Ping(payload) => self.tell(&ToClient::Pong(payload)).await,
            FromClient::Pong => Ok(()),
            FromClient::Subscribe { id, payload } => self.subscribe(id, payload).await,
            FromClient::Complete { id } => {
                if let Some(operation) = self.under_way.remove(&id) {
                    operation.abort();
                }
                Ok(())
            }
        }
    }

    /// Learns who is there, by the token of the message or of the headers.
    async fn begin(&mut self, payload: &Map<String, Value>) -> Result<(), Option<Closing>> {
        if self.caller.is_some() {
            return Err(Some(Closing::InitAgain));
        }
        if let Some(given) = message::authorization(payload) {
            self.headers.insert(AUTHORIZATION, given?);
        }
        match self.service.reader(self.client, &self.headers).await {
            Ok(caller) => self.caller = Some(caller),
            Err(refusal) => return Err(Some(Closing::Forbidden(refusal.error().message))),
        }
        self.tell(&ToClient::Ack).await
    }

    async fn subscribe(&mut self, id: String, payload: Map<String, Value>) -> Result<(), Option<Closing>> {
        if self.caller.is_none() {
            return Err(Some(Closing::Unauthorised));
        }
        if self.under_way.contains_key(&id) {
            return Err(Some(Closing::Duplicate(id)));
        }
        let too_many = || {
            let message = format!(
                "One WebSocket has at most {MOST_OPERATIONS} operations under way; complete one, or open another."
            );
            Refusal::too_often(message, LATER)
        };
        let admitted = match Parameters::from_members(payload) {
            Ok(_) if self.under_way.len() >= MOST_OPERATIONS => Err(too_many()),
            // Who followed for long may hold a token no longer.
            Ok(parameters) => {
                self.service.reader(self.client, &self.headers).await.map(|caller| (caller, parameters))
            }
            Err(refusal) => Err(refusal),
        };
        let (caller, parameters) = match admitted {
            Ok(admitted) => admitted,
            Err(refusal) => {
                return self.tell(&ToClient::Error { id: &id, errors: vec![refusal.error()] }).await;
            }
        };
        let answers = answers(&self.service, &Method::POST, caller, parameters);
        let (answers, operation) = abortable(answers.map(Some).chain(stream::once(ready(None))));
        self.under_way.insert(id.clone(), operation);
        self.operations.push(answers.map(move |answer| (id.clone(), answer)).boxed());
        Ok(())
    }

    /// Sends an answer, or that there are no more.
    async fn answer(&mut self, id: &str, answer: Option<Answer>) -> Result<(), Option<Closing>> {
        let Some(answer) = answer else {
            self.under_way.remove(id);
            return self.tell(&ToClient::Complete { id }).await;
        };
        self.service.metrics.executed(answer.outcome(), answer.codes());
        match answer.errors() {
            Ok(answer) => self.tell(&ToClient::Next { id, answer: answer.body() }).await,
            Err(errors) => {
                // After `error` there is no `complete`.
                if let Some(operation) = self.under_way.remove(id) {
                    operation.abort();
                }
                self.tell(&ToClient::Error { id, errors }).await
            }
        }
    }

    async fn tell(&mut self, message: &ToClient<'_>) -> Result<(), Option<Closing>> {
        self.send(Message::text(message.text())).await
    }

    /// Sends a message, to a client that reads.
    async fn send(&mut self, message: Message) -> Result<(), Option<Closing>> {
        match timeout(READING, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(None),
        }
    }
}
