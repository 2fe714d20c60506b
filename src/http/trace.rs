//! The span of a request: the id by which its log lines and its answer belong together, and its
//! place in the figures.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use tracing::field::Empty;
use uuid::Uuid;

use super::metrics::Metrics;
use crate::telemetry::{TRACES, continue_trace};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_ID: usize = 64;

/// What browsers are told with every answer that says nothing of its own: no answer is a page that runs
/// anything or may be framed, none is taken for what it is not, and none is a part of another site's page.
const PROTECTION: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

tokio::task_local! {
    /// The id of the request that is being answered.
    static ID: String;
}

/// The id of the request that is being answered; none outside of one.
pub(super) fn request_id() -> Option<String> {
    ID.try_with(Clone::clone).ok()
}

/// Puts a request into its span, logs its end, and says its id in the answer.
pub(super) async fn trace(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let id = id_of(request.headers());
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
    // The same for a collector, if there is one, which wants other names.
    let traced = tracing::debug_span!(
        target: TRACES,
        parent: &span,
        "request",
        otel.name = %format_args!("{} {}", request.method(), route.as_ref().map_or("other", MatchedPath::as_str)),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %request.method(),
        http.route = route.as_ref().map(MatchedPath::as_str),
        url.path = request.uri().path(),
        http.response.status_code = Empty,
        dateline.request_id = id.to_str().unwrap_or_default(),
    );
    continue_trace(&traced, request.headers());
    async move {
        let start = Instant::now();
        let under_way = metrics.begun();
        let mut response = ID
            .scope(id.to_str().unwrap_or_default().to_owned(), next.run(request).instrument(traced.clone()))
            .await;
        drop(under_way);
        let route = route.as_ref().map(MatchedPath::as_str);
        metrics.answered(route, &method, response.status(), start.elapsed());
        let status = response.status().as_u16();
        traced.record("http.response.status_code", status);
        if response.status().is_server_error() {
            traced.record("otel.status_code", "ERROR");
        }
        let milliseconds = (start.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
        // Probes and the playground's files would drown the rest.
        if is_query {
            tracing::info!(status, milliseconds, "answered");
        } else {
            tracing::debug!(status, milliseconds, "answered");
        }
        response.headers_mut().insert(REQUEST_ID, id);
        for (name, value) in PROTECTION {
            response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
        }
        response
    }
    .instrument(span)
    .await
}

/// The id that a proxy gave, when it is harmless; else one of ours.
fn id_of(headers: &HeaderMap) -> HeaderValue {
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
            assert_eq!(id_of(&headers) == given, kept, "{given:?}");
        }
    }
}
