//! The playground: a page to write queries in, served from the binary, complete without a network.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

const PAGE: &str = include_str!("../../web/playground/index.html");
const SCRIPT: &str = include_str!("../../web/playground/playground.js");
const STYLE: &str = include_str!("../../web/playground/playground.css");

/// Nothing but what this server serves is loaded, and no other page may frame it.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /graphiql`
pub(super) async fn page(headers: HeaderMap) -> Response {
    file(&headers, "text/html; charset=utf-8", PAGE)
}

/// `GET /graphiql/playground.js`
pub(super) async fn script(headers: HeaderMap) -> Response {
    file(&headers, "text/javascript; charset=utf-8", SCRIPT)
}

/// `GET /graphiql/playground.css`
pub(super) async fn style(headers: HeaderMap) -> Response {
    file(&headers, "text/css; charset=utf-8", STYLE)
}

/// A browser keeps the file and asks whether it has changed, which it does with the program.
fn file(headers: &HeaderMap, content_type: &'static str, text: &'static str) -> Response {
    let tag = tag(text);
    let common = [(CACHE_CONTROL, "no-cache".to_owned()), (ETAG, tag.clone())];
    if headers.get(IF_NONE_MATCH).is_some_and(|known| names(known.as_bytes(), &tag)) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let own =
        [(CONTENT_TYPE, content_type), (CONTENT_SECURITY_POLICY, POLICY), (REFERRER_POLICY, "no-referrer")];
    (common, own, text).into_response()
}

/// The same for the same text; the hasher's keys are fixed.
fn tag(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// Whether `If-None-Match` names the tag; proxies that compress make it a weak one.
fn names(known: &[u8], tag: &str) -> bool {
    let known = String::from_utf8_lossy(known);
    known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
}
