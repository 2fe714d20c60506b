//! The messages of the protocol, and the reasons for which a socket is closed.

use async_graphql::ServerError;
use axum::http::HeaderValue;
use serde_json::{Map, Value, json};

/// A message of the client's.
#[derive(Debug, PartialEq)]
pub(super) enum FromClient {
    /// `connection_init`: who it is.
    Init(Map<String, Value>),
    Ping(Option<Value>),
    Pong,
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete {
        id: String,
    },
}

/// A message of the server's.
#[derive(Debug)]
pub(super) enum ToClient<'a> {
    Ack,
    Pong(Option<Value>),
    /// An answer, as JSON.
    Next {
        id: &'a str,
        answer: String,
    },
    Error {
        id: &'a str,
        errors: Vec<ServerError>,
    },
    Complete {
        id: &'a str,
    },
}

/// Why the server closes a socket.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Closing {
    GoingAway,
    BadMessage(String),
    /// Something was asked before the connection was acknowledged.
    Unauthorised,
    /// What was said in `connection_init` is not enough.
    Forbidden(String),
    OtherProtocol,
    InitTimeout,
    Duplicate(String),
    InitAgain,
}

/// A frame that closes has no more than so many bytes for the reason.
const LONGEST_REASON: usize = 120;

impl Closing {
    pub fn bad(why: &str) -> Self {
        Self::BadMessage(format!("Invalid message: {why}"))
    }

    /// The code and the words of the protocol.
    pub fn code_and_reason(self) -> (u16, String) {
        let (code, mut reason) = match self {
            Self::GoingAway => (1001, "The server stops".to_owned()),
            Self::BadMessage(reason) => (4400, reason),
            Self::Unauthorised => (4401, "Unauthorized".to_owned()),
            Self::Forbidden(reason) => (4403, format!("Forbidden: {reason}")),
            Self::OtherProtocol => (4406, "Subprotocol not acceptable".to_owned()),
            Self::InitTimeout => (4408, "Connection initialisation timeout".to_owned()),
            Self::Duplicate(id) => {
                (4409, format!("Subscriber for {} already exists", id.chars().take(50).collect::<String>()))
            }
            Self::InitAgain => (4429, "Too many initialisation requests".to_owned()),
        };
        while reason.len() > LONGEST_REASON {
            reason.pop();
        }
        (code, reason)
    }
}

impl FromClient {
    /// Reads a message.
    pub fn read(text: &str) -> Result<Self, Closing> {
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
            return Err(Closing::bad("it is no object of JSON"));
        };
        let kind = message.remove("type");
        let payload = message.remove("payload").filter(|payload| !payload.is_null());
        let mut id = || match message.remove("id") {
            Some(Value::String(id)) if !id.is_empty() => Ok(id),
            _ => Err(Closing::bad("`id` has to be a string that is not empty")),
        };
        let object = |payload: Option<Value>| match payload {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(_) => Err(Closing::bad("`payload` has to be an object")),
        };
        match kind.as_ref().and_then(Value::as_str) {
            Some("connection_init") => Ok(Self::Init(object(payload)?.unwrap_or_default())),
            Some("ping") => Ok(Self::Ping(object(payload)?.map(Value::Object))),
            Some("pong") => object(payload).map(|_| Self::Pong),
            Some("complete") => Ok(Self::Complete { id: id()? }),
            Some("subscribe") => match object(payload)? {
                Some(payload) if payload.get("query").is_some_and(Value::is_string) => {
                    Ok(Self::Subscribe { id: id()?, payload })
                }
                _ => Err(Closing::bad("`payload` has to have a `query`, a string")),
            },
            _ => Err(Closing::bad("`type` is none that a client sends")),
        }
    }
}

impl ToClient<'_> {
    /// The message as it is sent.
    pub fn text(&self) -> String {
        match self {
            Self::Ack => json!({ "type": "connection_ack" }).to_string(),
            Self::Pong(None) => json!({ "type": "pong" }).to_string(),
            Self::Pong(Some(payload)) => json!({ "type": "pong", "payload": payload }).to_string(),
            // The answer is JSON as it is.
            Self::Next { id, answer } => {
                format!("{{\"id\":{},\"type\":\"next\",\"payload\":{answer}}}", Value::from(*id))
            }
            Self::Error { id, errors } => json!({ "id": id, "type": "error", "payload": errors }).to_string(),
            Self::Complete { id } => json!({ "id": id, "type": "complete" }).to_string(),
        }
    }
}

/// The header `authorization` that `connection_init` gives, itself or among `headers`, by a name in any case.
pub(super) fn authorization(payload: &Map<String, Value>) -> Option<Result<HeaderValue, Closing>> {
    let among = |members: &Map<String, Value>| {
        members
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("authorization"))
            .map(|(_, value)| value.clone())
    };
    let given = among(payload).or_else(|| among(payload.get("headers")?.as_object()?))?;
    if given.is_null() {
        return None;
    }
    let header = given.as_str().and_then(|text| HeaderValue::from_str(text).ok());
    Some(header.ok_or_else(|| {
        Closing::Forbidden("`authorization` has to be a string: Bearer and a token".to_owned())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_or_closes_the_socket() {
        let read = |text: &str| FromClient::read(text).ok();
        assert_eq!(read(r#"{"type":"connection_init"}"#), Some(FromClient::Init(Map::new())));
        assert_eq!(read(r#"{"type":"connection_init","payload":null}"#), Some(FromClient::Init(Map::new())));
        assert_eq!(
            read(r#"{"type":"ping","payload":{"a":1}}"#),
            Some(FromClient::Ping(Some(json!({ "a": 1 }))))
        );
        assert_eq!(read(r#"{"type":"pong"}"#), Some(FromClient::Pong));
        assert_eq!(
            read(r#"{"type":"complete","id":"1"}"#),
            Some(FromClient::Complete { id: "1".to_owned() })
        );
        assert!(read(r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }"}}"#).is_some());
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"type":"next","id":"1"}"#,
            r#"{"type":"subscribe","payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"connection_init","payload":"token"}"#,
        ] {
            assert_eq!(FromClient::read(bad).unwrap_err().code_and_reason().0, 4400, "{bad}");
        }
    }

    #[test]
    fn a_reason_fits_into_its_frame() {
        let (code, reason) = Closing::Duplicate("é".repeat(1_000)).code_and_reason();
        assert_eq!(code, 4409);
        assert!(reason.len() <= LONGEST_REASON && reason.starts_with("Subscriber for é"));
        assert!(Closing::Forbidden("é".repeat(1_000)).code_and_reason().1.len() <= LONGEST_REASON);
    }

    #[test]
    fn a_token_stands_in_the_payload_or_among_its_headers() {
        let given = |payload: Value| authorization(payload.as_object().unwrap()).map(Result::ok);
        let bearer = Some(Some(HeaderValue::from_static("Bearer x")));
        assert_eq!(given(json!({ "authorization": "Bearer x" })), bearer);
        assert_eq!(given(json!({ "headers": { "Authorization": "Bearer x" } })), bearer);
        assert_eq!(given(json!({ "Authorization": 7 })), Some(None));
        assert_eq!(given(json!({ "authorization": null })), None);
        assert_eq!(given(json!({ "token": "x" })), None);
    }
}
