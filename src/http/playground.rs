//! The playground: pages to write queries in, served from the binary, complete without a network.
//!
//! There are two. GraphiQL is what npm builds from `web/`; a program built without npm has only the
//! small page, which needs no build. Both load nothing but what this server serves.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::read::GzDecoder;

use super::Service;
use super::refusal::Refusal;

/// What npm built, each file as gzip; nothing in a build without npm.
#[derive(rust_embed::Embed)]
#[folder = "web/dist"]
struct Built;

const SMALL_PAGE: &str = include_str!("../../web/playground/index.html");
const SMALL_FILES: [(&str, &str); 3] = [
    ("examples.js", include_str!("../../web/playground/examples.js")),
    ("playground.css", include_str!("../../web/playground/playground.css")),
    ("playground.js", include_str!("../../web/playground/playground.js")),
];

/// Nothing but what this server serves is loaded, and no other page may frame it.
const SMALL_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The same for GraphiQL, whose editor writes styles into the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
    style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Its pages and their files.
pub(super) fn router() -> Router<Service> {
    Router::new()
        .route("/graphiql", get(page))
        .route("/graphiql/small", get(small_page))
        .route("/graphiql/{file}", get(file))
}

/// `GET /graphiql`: GraphiQL, or the small page where that is not built in.
async fn page(headers: HeaderMap) -> Response {
    match Built::get("index.html.gz") {
        Some(page) => unchanged(&headers, &page.data).unwrap_or_else(|tag| {
            let caching = [(CACHE_CONTROL, "no-cache".to_owned()), (ETAG, tag)];
            (caching, policy(POLICY), unpacked(&headers, "index.html", page.data)).into_response()
        }),
        None => small_page(headers).await,
    }
}

/// `GET /graphiql/small`
async fn small_page(headers: HeaderMap) -> Response {
    small("index.html", SMALL_PAGE, &headers)
}

/// `GET /graphiql/{file}`
async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    if let Some((_, text)) = SMALL_FILES.iter().find(|(known, _)| *known == name) {
        return small(&name, text, &headers);
    }
    match Built::get(&format!("{name}.gz")) {
        // Its name has a hash of its contents: under this name they never change.
        Some(file) if name != "index.html" => {
            let caching = [(CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (caching, unpacked(&headers, &name, file.data)).into_response()
        }
        _ => Refusal::not_found(format!("The playground has no file {name:?}.")).into_response(),
    }
}

/// A file of the small page, which a browser keeps, asking each time whether it has changed.
fn small(name: &str, text: &'static str, headers: &HeaderMap) -> Response {
    unchanged(headers, text.as_bytes()).unwrap_or_else(|tag| {
        let caching = [(CACHE_CONTROL, "no-cache".to_owned()), (ETAG, tag)];
        (caching, policy(SMALL_POLICY), [(CONTENT_TYPE, content_type(name))], text).into_response()
    })
}

fn policy(policy: &'static str) -> impl axum::response::IntoResponseParts {
    [(CONTENT_SECURITY_POLICY, policy), (REFERRER_POLICY, "no-referrer")]
}

/// A gzip file as it is for those who accept it, which all browsers do, and unpacked for others.
fn unpacked(headers: &HeaderMap, name: &str, gzip: Cow<'static, [u8]>) -> Response {
    let kind = [(CONTENT_TYPE, content_type(name)), (VARY, "accept-encoding")];
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    if accepted.flat_map(|list| list.split(',')).any(|coding| coding.trim().starts_with("gzip")) {
        return (kind, [(CONTENT_ENCODING, "gzip")], gzip).into_response();
    }
    let mut contents = Vec::new();
    match GzDecoder::new(&*gzip).read_to_end(&mut contents) {
        Ok(_) => (kind, contents).into_response(),
        Err(fault) => Refusal::internal(&fault).into_response(),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("ttf") => "font/ttf",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// The answer that nothing has changed, or else the tag of these contents.
fn unchanged(headers: &HeaderMap, contents: &[u8]) -> Result<Response, String> {
    let mut hasher = DefaultHasher::new();
    contents.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let known = headers.get(IF_NONE_MATCH).map(|known| String::from_utf8_lossy(known.as_bytes()));
    // Proxies that compress make a tag a weak one.
    let mut known =
        known.iter().flat_map(|list| list.split(',')).map(|one| one.trim().trim_start_matches("W/"));
    if known.any(|one| one == tag || one == "*") {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    Err(tag)
}
