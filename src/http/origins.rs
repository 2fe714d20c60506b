//! Which web pages may ask this server: its own, and those of origins that were named.
//!
//! A browser sends what any page asks it to send, with the reach of the person in front of it: to
//! this machine, or into a private network. So a request that a page of another origin made is
//! refused before it is read, whatever it asks, and not only kept from the page afterwards.

use std::str::FromStr;
use std::time::Duration;

use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::graphql::{COST, EXPLAIN};
use super::refusal::Refusal;
use super::trace::REQUEST_ID;

const FETCH_SITE: &str = "sec-fetch-site";
const FETCH_MODE: &str = "sec-fetch-mode";

/// How long a browser remembers what it was told of an origin.
const REMEMBERED: Duration = Duration::from_hours(2);

/// An origin that may ask: `https://example.org`, or `*` for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Every page of the web.
    Any,
    /// Pages of this scheme, host and port.
    Named(HeaderValue),
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let origin = text.trim_end_matches('/').to_ascii_lowercase();
        match origin.parse::<Uri>().ok().and_then(|uri| written(&uri)) {
            // Nothing else was in it: no path, no user, no port that is the scheme's own.
            Some(written) if without_default_port(&origin) == written => HeaderValue::from_str(&written).ok(),
            _ => None,
        }
        .map(Self::Named)
        .ok_or_else(|| {
            format!(
                "{text:?} is no origin: a scheme, a host and perhaps a port, such as https://example.org, or * for any"
            )
        })
    }
}

/// An origin as browsers write it, of the web and of one host.
fn written(uri: &Uri) -> Option<String> {
    let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme))?;
    let host = uri.host().filter(|host| !host.is_empty() && !host.contains('*'))?;
    let default = if scheme == "https" { 443 } else { 80 };
    let port = uri.port_u16().filter(|port| *port != default).map(|port| format!(":{port}"));
    Some(format!("{scheme}://{host}{}", port.unwrap_or_default()))
}

/// Browsers leave the port out that a scheme has anyway.
fn without_default_port(origin: &str) -> &str {
    let port = if origin.starts_with("https:") { ":443" } else { ":80" };
    origin.strip_suffix(port).unwrap_or(origin)
}

/// Origins with commas between them; empty ones are left out, as of a list that ends with a comma.
#[derive(Clone, Debug)]
pub struct OriginList(Vec<Origin>);

impl FromStr for OriginList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        origins.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// The origins that may ask besides the server's own.
#[derive(Clone, Debug, Default)]
pub struct Origins(Vec<Origin>);

impl Origins {
    /// Those of all lists, and no others.
    #[must_use]
    pub fn new(lists: Vec<OriginList>) -> Self {
        Self(lists.into_iter().flat_map(|list| list.0).collect())
    }

    /// What tells browsers which pages may read the answers; nothing where none but its own may.
    pub(super) fn layer(&self) -> Option<CorsLayer> {
        if self.0.is_empty() {
            return None;
        }
        let allowed = if self.0.contains(&Origin::Any) {
            AllowOrigin::any()
        } else {
            AllowOrigin::list(self.0.iter().filter_map(|origin| match origin {
                Origin::Any => None,
                Origin::Named(origin) => Some(origin.clone()),
            }))
        };
        let layer = CorsLayer::new()
            .allow_origin(allowed)
            .allow_methods([Method::GET, Method::POST])
            .allow_headers([ACCEPT, AUTHORIZATION, CONTENT_TYPE, COST, EXPLAIN, REQUEST_ID])
            .expose_headers([HeaderName::from_static("server-timing"), REQUEST_ID, RETRY_AFTER])
            .max_age(REMEMBERED);
        Some(layer)
    }

    /// Refuses a request that a page of an origin not named here made.
    ///
    /// Browsers say where a request comes from in `Sec-Fetch-Site`, which no page can forge, and
    /// over plain HTTP at least in `Origin`. Programs send neither, and are not concerned.
    pub(super) fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let origin = headers.get(ORIGIN);
        let is_own = match text(FETCH_SITE) {
            Some("same-origin" | "none") => true,
            // A link that somebody followed; the page it was on does not see the answer.
            Some(_) if method == Method::GET && text(FETCH_MODE) == Some("navigate") => true,
            Some(_) => false,
            None => origin.is_none_or(|origin| is_of_host(origin, headers.get(HOST))),
        };
        if is_own || self.0.iter().any(|allowed| allowed.is(origin)) {
            return Ok(());
        }
        let page = origin.and_then(|origin| origin.to_str().ok()).unwrap_or("another origin");
        let remedy = if page.contains("://") { page } else { "ORIGIN" };
        Err(Refusal::forbidden(format!(
            "Pages of {page} may not ask this server; its operator can allow them with --cors-origin {remedy}."
        )))
    }
}

impl Origin {
    fn is(&self, origin: Option<&HeaderValue>) -> bool {
        match self {
            Self::Any => true,
            Self::Named(named) => origin == Some(named),
        }
    }
}

/// Whether `http://host` or `https://host` is the origin.
fn is_of_host(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let host = host.map(HeaderValue::as_bytes);
    let without_scheme = |scheme: &[u8]| origin.as_bytes().strip_prefix(scheme);
    host.is_some() && (without_scheme(b"http://") == host || without_scheme(b"https://") == host)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    #[test]
    fn an_origin_has_a_scheme_and_a_host_and_nothing_more() {
        for (text, origin) in [
            ("https://example.org", Some("https://example.org")),
            ("https://Example.org/", Some("https://example.org")),
            ("http://localhost:3000", Some("http://localhost:3000")),
            ("http://[::1]:3000", Some("http://[::1]:3000")),
            ("example.org", None),
            ("https://example.org/page", None),
            ("https://me@example.org", None),
            ("https://example.org:443", Some("https://example.org")),
            ("http://example.org:443", Some("http://example.org:443")),
            ("https://*.example.org", None),
            ("https://example.org:", None),
            ("https://example.org:99999", None),
            ("ftp://example.org", None),
            ("null", None),
            ("", None),
        ] {
            let expected = origin.map(|origin| Origin::Named(HeaderValue::from_static(origin)));
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
        assert_eq!("*".parse(), Ok(Origin::Any));
        let list = |text: &str| text.parse::<OriginList>().unwrap().0.len();
        assert_eq!((list(""), list("https://a.example, https://b.example,")), (0, 2));
    }

    #[test]
    fn pages_ask_their_own_server_and_those_that_named_them() {
        const OWN: &str = "http://10.0.0.1:8080";
        const OTHER: &str = "https://other.example";
        let named = Origins::new(vec![OTHER.parse().unwrap()]);
        let any = Origins::new(vec!["*".parse().unwrap()]);
        // Site, mode, origin; whether it may ask when no origin is named, when its own is, when any is.
        for (site, mode, origin, may) in [
            (None, None, None, (true, true, true)),
            (Some("same-origin"), Some("cors"), Some(OWN), (true, true, true)),
            // Behind a proxy that gives another host name, the browser's word counts.
            (Some("same-origin"), Some("cors"), Some("https://public.example"), (true, true, true)),
            (Some("none"), Some("navigate"), None, (true, true, true)),
            (Some("cross-site"), Some("navigate"), None, (true, true, true)),
            (Some("cross-site"), Some("cors"), Some(OTHER), (false, true, true)),
            (Some("same-site"), Some("cors"), Some(OTHER), (false, true, true)),
            (Some("cross-site"), Some("cors"), Some("https://evil.example"), (false, false, true)),
            // An image or a script: no origin is told.
            (Some("cross-site"), Some("no-cors"), None, (false, false, true)),
            (None, None, Some(OWN), (true, true, true)),
            (None, None, Some("https://10.0.0.1:8080"), (true, true, true)),
            (None, None, Some(OTHER), (false, true, true)),
            (None, None, Some("null"), (false, false, true)),
            (None, None, Some("http://10.0.0.1:8080.evil.example"), (false, false, true)),
        ] {
            let mut headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static("10.0.0.1:8080"))]);
            for (name, value) in [(FETCH_SITE, site), (FETCH_MODE, mode), ("origin", origin)] {
                headers.extend(
                    value.map(|value| (HeaderName::from_static(name), HeaderValue::from_static(value))),
                );
            }
            let admits = |origins: &Origins| origins.check(&Method::GET, &headers).is_ok();
            let found = (admits(&Origins::default()), admits(&named), admits(&any));
            assert_eq!(found, may, "{site:?} {mode:?} {origin:?}");
        }
    }

    #[test]
    fn a_form_that_posts_across_origins_is_no_link() {
        let headers = HeaderMap::from_iter([
            (HeaderName::from_static(FETCH_SITE), HeaderValue::from_static("cross-site")),
            (HeaderName::from_static(FETCH_MODE), HeaderValue::from_static("navigate")),
        ]);
        let refusal = Origins::default().check(&Method::POST, &headers).unwrap_err();
        assert_eq!(refusal.status, StatusCode::FORBIDDEN);
        assert!(refusal.error().message.contains("--cors-origin ORIGIN"), "{:?}", refusal.error());
    }
}
