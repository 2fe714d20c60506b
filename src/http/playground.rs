//! The playground: pages to write queries in, served from the binary, complete without a network.
//!
//! There are two. GraphiQL is what npm builds from `web/`; a program built without npm has only the
//! small page, which needs no build. Both load nothing but what this server serves.

use std::borrow::Cow;
use std::io::Read;

use axum::Router;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::read::GzDecoder;

use super::Service;
use super::caching::{FOR_EVER, accepts_gzip, kept};
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
const SMALL_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
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
        Some(page) => {
            let answer = || unpacked(&headers, "index.html", page.data.clone());
            under(POLICY, kept(&headers, &page.data, answer))
        }
        None => small_page(headers).await,
    }
}

/// `GET /graphiql/small`
async fn small_page(headers: HeaderMap) -> Response {
    small("index.html", SMALL_PAGE, &headers)
}

/// `GET /graphiql/{file}`
async fn file(path: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Response {
    let name = path.map(|Path(name)| name).unwrap_or_default();
    if let Some((_, text)) = SMALL_FILES.iter().find(|(known, _)| *known == name) {
        return small(&name, text, &headers);
    }
    match Built::get(&format!("{name}.gz")) {
        Some(file) if name != "index.html" => {
            ([(CACHE_CONTROL, FOR_EVER), (VARY, "accept-encoding")], unpacked(&headers, &name, file.data))
                .into_response()
        }
        _ => Refusal::not_found("The playground has no such file.".to_owned()).into_response(),
    }
}

/// A file of the small page.
fn small(name: &str, text: &'static str, headers: &HeaderMap) -> Response {
    let answer = || ([(CONTENT_TYPE, content_type(name))], text).into_response();
    under(SMALL_POLICY, kept(headers, text.as_bytes(), answer))
}

fn under(policy: &'static str, mut response: Response) -> Response {
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// A gzip file as it is for those who accept it, which all browsers do, and unpacked for others.
fn unpacked(headers: &HeaderMap, name: &str, gzip: Cow<'static, [u8]>) -> Response {
    let kind = [(CONTENT_TYPE, content_type(name))];
    if accepts_gzip(headers) {
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
