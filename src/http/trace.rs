//! The span of a request: the id by which its log lines and its answer belong together, and its
//! place in the figures.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use tracing::field::Empty;
use uuid::Uuid;

use super::metrics::Metrics;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_ID: usize = 64;

/// Puts a request into its span, logs its end, and says its id in the answer.
pub(super) async fn trace(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let is_query = ["/graphql", "/export"].contains(&request.uri().path());
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = request.uri().path(),
        caller = Empty,
        operation = Empty,
        statements = Empty,
    );
    async move {
        let start = Instant::now();
        let under_way = metrics.begun();
        let mut response = next.run(request).await;
        drop(under_way);
        let route = route.as_ref().map(MatchedPath::as_str);
        metrics.answered(route, &method, response.status(), start.elapsed());
        let status = response.status().as_u16();
        let milliseconds = (start.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
        // Probes and the playground's files would drown the rest.
        if is_query {
            tracing::info!(status, milliseconds, "answered");
        } else {
            tracing::debug!(status, milliseconds, "answered");
        }
        response.headers_mut().insert(REQUEST_ID, id);
        response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
    .instrument(span)
    .await
}

/// The id that a proxy gave, when it is harmless; else one of ours.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let harmless = |id: &&HeaderValue| {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        (1..=LONGEST_ID).contains(&id.len()) && id.as_bytes().iter().all(is_plain)
    };
    match headers.get(&REQUEST_ID).filter(harmless) {
        Some(id) => id.clone(),
        None => HeaderValue::from_str(&Uuid::now_v7().to_string())
            .unwrap_or_else(|_| HeaderValue::from_static("none")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_forge_a_log_line_is_replaced() {
        for (given, kept) in [("abc-1.2_3", true), ("", false), ("a b", false), ("a\tb", false)] {
            let headers = HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_static(given))]);
            assert_eq!(request_id(&headers) == given, kept, "{given:?}");
        }
    }
}
