//! What a browser may keep: files that never change under their name, and others that it asks about.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// For a file whose name has a hash of its contents.
pub(super) const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Answers that the browser's copy is still good, where it is, or else with `answer`. Both say that
/// the copy may be kept and has to be asked about, by the tag of `contents`.
pub(super) fn kept(headers: &HeaderMap, contents: &[u8], answer: impl FnOnce() -> Response) -> Response {
    let mut hasher = DefaultHasher::new();
    contents.hash(&mut hasher);
    // A weak tag, since the same contents go out compressed and as they are.
    let tag = format!("\"{:016x}\"", hasher.finish());
    let known = headers.get(IF_NONE_MATCH).map(|known| String::from_utf8_lossy(known.as_bytes()));
    let mut known =
        known.iter().flat_map(|list| list.split(',')).map(|one| one.trim().trim_start_matches("W/"));
    let mut response = if known.any(|one| one == tag || one == "*") {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        answer()
    };
    let tag = HeaderValue::from_str(&format!("W/{tag}")).ok();
    response.headers_mut().extend(tag.map(|tag| (ETAG, tag)));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Whether the client can read gzip.
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut best = None;
    for coding in accepted.flat_map(|list| list.split(',')) {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let is_refused = parts.filter_map(|part| part.strip_prefix("q=")).any(|q| q.parse() == Ok(0.0));
        match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => return !is_refused,
            "*" => best = Some(!is_refused),
            _ => {}
        }
    }
    best.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_accepted_by_name_or_with_the_rest() {
        for (given, accepted) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("*", true),
            ("*;q=0", false),
            ("*, gzip;q=0", false),
            ("*;q=0, gzip", true),
            ("gzipx", false),
            ("identity", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(given))]);
            assert_eq!(accepts_gzip(&headers), accepted, "{given}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
