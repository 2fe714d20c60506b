//! The client: at which address a request began, as far as that can be known.
//!
//! A proxy hides the addresses of its clients and writes them down in `x-forwarded-for`, where anybody can
//! write; so only what a proxy wrote that the operator named is believed.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::{Arc, Once};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{FORWARDED, VIA};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Version};
use ipnet::IpNet;

use super::Service;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// What proxies add to a request.
const PROXIED: [HeaderName; 6] = [
    FORWARDED_FOR,
    FORWARDED,
    VIA,
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
];

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// A program on this machine.
    Here,
    /// Somebody behind a proxy on this machine that nobody named.
    Hidden,
    /// Somebody at this address.
    At(IpAddr),
}

impl Client {
    /// By which it is counted: its address, or the network that is usually given to one customer.
    pub fn counted(self) -> Option<IpAddr> {
        match self {
            Self::Here | Self::Hidden => None,
            Self::At(IpAddr::V4(address)) => Some(IpAddr::V4(address)),
            Self::At(IpAddr::V6(address)) => {
                let network = address.to_bits() >> 64 << 64;
                Some(IpAddr::V6(Ipv6Addr::from_bits(network)))
            }
        }
    }
}

impl FromRequestParts<Service> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let client = service.proxies.client(peer, &parts.headers);
        // Left to its defaults, nginx says nothing of itself, but speaks the version that no program of today does.
        let is_of_proxy = client == Self::Here && parts.version < Version::HTTP_11;
        Ok(if is_of_proxy { Self::Hidden } else { client })
    }
}

/// Addresses and networks with commas between them.
#[derive(Clone, Debug)]
pub struct ProxyList(Vec<IpNet>);

impl FromStr for ProxyList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(|one| {
            let address = || one.parse::<IpAddr>().map(IpNet::from);
            one.parse().or_else(|_| address()).map_err(|_| {
                format!("{one:?} is neither an address nor a network, such as 10.0.0.7 or 10.0.0.0/8")
            })
        });
        named.collect::<Result<_, _>>().map(Self)
    }
}

/// The proxies whose word on their clients is believed. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    named: Arc<[IpNet]>,
    warned: Arc<Warned>,
}

#[derive(Debug)]
struct Warned(Once);

impl Default for Warned {
    fn default() -> Self {
        Self(Once::new())
    }
}

impl Proxies {
    /// Those of all lists, and no others.
    #[must_use]
    pub fn new(lists: Vec<ProxyList>) -> Self {
        Self { named: lists.into_iter().flat_map(|list| list.0).collect(), warned: Arc::default() }
    }

    fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Client {
        // Without a peer there is no network: the router is asked directly.
        let Some(peer) = peer.map(|peer| peer.to_canonical()) else { return Client::Here };
        let is_forwarded = PROXIED.iter().any(|name| headers.contains_key(name));
        if self.names(peer) && headers.contains_key(FORWARDED_FOR) {
            return Client::At(self.forwarded(peer, headers));
        }
        match (peer.is_loopback(), is_forwarded) {
            (false, _) => Client::At(peer),
            (true, false) => Client::Here,
            (true, true) => {
                self.warned.0.call_once(|| {
                    tracing::warn!(
                        "requests come through a proxy on this machine, whose clients are not counted; \
                         --trusted-proxies {peer} lets them be known by x-forwarded-for"
                    );
                });
                Client::Hidden
            }
        }
    }

    /// The last address on the way that no named proxy has: each proxy adds the one that it hears from.
    fn forwarded(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines: Vec<&str> =
            headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
        let mut client = peer;
        for address in lines.iter().flat_map(|line| line.split(',')).rev().map(address) {
            // What cannot be read was written by nobody who is trusted.
            let Some(address) = address else { break };
            client = address;
            if !self.names(address) {
                break;
            }
        }
        client
    }

    fn names(&self, address: IpAddr) -> bool {
        self.named.iter().any(|network| network.contains(&address))
    }
}

/// An address as proxies write it, some with the port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']').parse().ok();
    bare.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip())).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&'static str]) -> Client {
        let lines = forwarded.iter().map(|line| (FORWARDED_FOR, HeaderValue::from_static(line)));
        let proxies = Proxies::new(vec![proxies.parse().unwrap()]);
        proxies.client(Some(peer.parse().unwrap()), &lines.collect())
    }

    fn at(address: &str) -> Client {
        Client::At(address.parse().unwrap())
    }

    #[test]
    fn what_a_client_writes_of_itself_is_not_believed() {
        assert_eq!(client("", "192.0.2.1", &["198.51.100.9"]), at("192.0.2.1"));
        assert_eq!(client("10.0.0.0/8", "192.0.2.1", &["198.51.100.9"]), at("192.0.2.1"));
        // The proxy adds what it hears from, after whatever the client wrote.
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &["203.0.113.5, 198.51.100.9"]), at("198.51.100.9"));
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &["10.0.0.9, nonsense"]), at("10.0.0.1"));
    }

    #[test]
    fn named_proxies_are_passed_over_from_the_last_to_the_first() {
        let proxies = "10.0.0.0/8, 127.0.0.1, 2001:db8::/32";
        for (peer, forwarded, expected) in [
            ("127.0.0.1", &["198.51.100.9"][..], "198.51.100.9"),
            ("127.0.0.1", &["198.51.100.9, 10.1.2.3"], "198.51.100.9"),
            ("10.0.0.1", &["203.0.113.5", "198.51.100.9, 10.1.2.3"], "198.51.100.9"),
            ("::ffff:10.0.0.1", &["198.51.100.9:4711"], "198.51.100.9"),
            ("2001:db8::1", &["[2001:db9::7]:80"], "2001:db9::7"),
            ("10.0.0.1", &["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
            ("10.0.0.1", &[], "10.0.0.1"),
        ] {
            assert_eq!(client(proxies, peer, forwarded), at(expected), "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn this_machine_is_known_and_a_proxy_on_it_is_not_taken_for_it() {
        assert_eq!(client("", "127.0.0.1", &[]), Client::Here);
        assert_eq!(client("", "::1", &[]), Client::Here);
        assert_eq!(client("127.0.0.1", "127.0.0.1", &[]), Client::Here);
        assert_eq!(client("", "127.0.0.1", &["198.51.100.9"]), Client::Hidden);
        assert_eq!((Client::Here.counted(), Client::Hidden.counted()), (None, None));
        for name in PROXIED {
            let said = HeaderMap::from_iter([(name.clone(), HeaderValue::from_static("1.1 a"))]);
            let client = Proxies::default().client(Some("127.0.0.1".parse().unwrap()), &said);
            assert_eq!(client, Client::Hidden, "{name}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_counted_as_one() {
        assert_eq!(at("2001:db8:1:2:3::4").counted(), at("2001:db8:1:2:ffff::9").counted());
        assert_ne!(at("2001:db8:1:2::1").counted(), at("2001:db8:1:3::1").counted());
        assert_eq!(at("192.0.2.1").counted(), Some("192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["localhost", "10.0.0.0/33", "10.0.0"] {
            assert!(text.parse::<ProxyList>().unwrap_err().contains(text), "{text}");
        }
    }
}
