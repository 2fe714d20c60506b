//! GraphQL over server-sent events, each operation over a connection of its own: an event `next` for
//! each answer, and `complete` at the end.

use std::convert::Infallible;
use std::future::ready;
use std::time::Duration;

use axum::http::header::{ACCEPT, CACHE_CONTROL, HeaderName, VARY};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};

use super::live::answers;
use super::parameters::Parameters;
use crate::access::Caller;
use crate::http::Service;
use crate::http::client::Client;
use crate::http::media_type::{MediaType, wanted};
use crate::http::refusal::Refusal;

/// How often something is sent where there is nothing to say, so that nobody on the way thinks it has ended, and
/// so that it is noticed when nobody reads any more.
const KEPT_ALIVE: Duration = Duration::from_secs(15);

/// How a client stands to events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taste {
    /// It takes none.
    None,
    /// It takes them where nothing else will do.
    Takes,
    /// It wants nothing else more.
    Wants,
}

impl Taste {
    /// What the headers say. Only who names the media type knows it.
    pub fn of(headers: &HeaderMap) -> Self {
        let given = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let ranges: Vec<MediaType> =
            given.flat_map(|list| list.split(',')).filter_map(MediaType::parse).collect();
        let Some((events, 3)) = wanted(&ranges, "text/event-stream") else { return Self::None };
        let others = ["application/graphql-response+json", "application/json"];
        let more = |other: &str| matches!(wanted(&ranges, other), Some((quality, 3)) if quality >= events);
        if others.into_iter().any(more) { Self::Takes } else { Self::Wants }
    }
}

/// Answers with events. What is wrong with the operation comes as an event, too, since a browser tells a
/// page nothing about an answer of another status.
pub(super) fn answered(
    service: &Service,
    method: &Method,
    client: Client,
    caller: Caller,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    let place = service.followers.admit(client)?;
    service.metrics.executed("streamed", None);
    let answers = answers(service, method, caller, parameters);
    let next = answers.map(|answer| Event::default().event("next").data(answer.body()));
    let complete = stream::once(ready(Event::default().event("complete").data("")));
    let events = next
        .chain(complete)
        // Without `complete`: the client will want to go on.
        .take_until(service.followers.ending().cancelled_owned())
        .map(move |event| {
            let _counts_until_the_end = &place;
            Ok::<_, Infallible>(event)
        });
    let mut response =
        Sse::new(events).keep_alive(KeepAlive::new().interval(KEPT_ALIVE).text("")).into_response();
    let told = response.headers_mut();
    told.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    told.insert(VARY, HeaderValue::from_static("accept"));
    // A proxy that gathers would hold every event back.
    told.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_for_those_who_name_them() {
        use Taste::{None, Takes, Wants};
        for (accept, expected) in [
            ("text/event-stream", Wants),
            ("text/event-stream; charset=utf-8", Wants),
            ("text/event-stream, */*", Wants),
            ("text/event-stream, application/json;q=0.5", Wants),
            ("application/json, text/event-stream", Takes),
            (
                "application/graphql-response+json, application/json, text/event-stream, multipart/mixed",
                Takes,
            ),
            ("application/json, multipart/mixed", None),
            ("text/event-stream;q=0", None),
            ("text/*", None),
            ("*/*", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(Taste::of(&headers), expected, "{accept}");
        }
        assert_eq!(Taste::of(&HeaderMap::new()), None);
    }
}
