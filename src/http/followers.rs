//! Who follows the service over long connections: how many there may be, of one address and of all,
//! and that they are told when the server stops.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use clap::Args;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::refusal::Refusal;

/// How many may follow at once.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Limits of subscriptions")]
pub struct FollowerLimits {
    /// How many WebSockets and event streams may be open at once
    #[arg(long, value_name = "CONNECTIONS", env = "DATELINE_MAX_SUBSCRIBERS", default_value_t = Self::DEFAULT.max_subscribers)]
    pub max_subscribers: u32,
    /// How many of them may come from one address
    ///
    /// The address is that of the connection: behind a proxy all have the proxy's, and this is best as much as
    /// --max-subscribers. Of IPv6, addresses that begin with the same 64 bits are one.
    #[arg(
        long,
        value_name = "CONNECTIONS",
        env = "DATELINE_MAX_SUBSCRIBERS_PER_ADDRESS",
        default_value_t = Self::DEFAULT.max_subscribers_per_address
    )]
    pub max_subscribers_per_address: u32,
}

impl FollowerLimits {
    /// Those of a server that was told no others.
    pub const DEFAULT: Self = Self { max_subscribers: 5_000, max_subscribers_per_address: 200 };
}

/// The connections of followers. Cheap to clone: all clones are one.
#[derive(Clone, Debug)]
pub(super) struct Followers {
    limits: FollowerLimits,
    open: Arc<Mutex<HashMap<IpAddr, u32>>>,
    ending: CancellationToken,
    tasks: TaskTracker,
}

/// A connection that counts as long as this is there.
#[derive(Debug)]
pub(super) struct Place {
    peer: Peer,
    open: Arc<Mutex<HashMap<IpAddr, u32>>>,
}

impl Followers {
    pub fn new(limits: FollowerLimits) -> Self {
        Self { limits, open: Arc::default(), ending: CancellationToken::new(), tasks: TaskTracker::new() }
    }

    /// Takes a place for a connection from an address.
    pub fn admit(&self, peer: Peer) -> Result<Place, Refusal> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let all: u32 = open.values().sum();
        if all >= self.limits.max_subscribers {
            return Err(Refusal::crowded(
                "As many subscribers as this server takes are connected; try again later.",
            ));
        }
        let own = open.entry(peer.0).or_default();
        if *own >= self.limits.max_subscribers_per_address {
            return Err(Refusal::too_many(format!(
                "{own} connections from this address are open, which is as many as one may have: close one, or follow \
                 several things over one WebSocket."
            )));
        }
        *own += 1;
        Ok(Place { peer, open: self.open.clone() })
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// Ready when the server stops.
    pub fn ending(&self) -> CancellationToken {
        self.ending.clone()
    }

    /// Notes a task that says farewell when the server stops.
    pub fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// Tells all of them that the server stops, and waits a while for their farewell.
    pub async fn end(&self, patience: Duration) {
        self.ending.cancel();
        self.tasks.close();
        if tokio::time::timeout(patience, self.tasks.wait()).await.is_err() {
            tracing::debug!("some WebSockets did not close in time");
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut own) = open.entry(self.peer.0) {
            *own.get_mut() -= 1;
            if *own.get() == 0 {
                own.remove();
            }
        }
    }
}

/// From where a request comes, as far as followers are counted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Peer(IpAddr);

impl Peer {
    fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            address @ IpAddr::V4(_) => address,
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self::of(peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0.ip())))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    fn peer(text: &str) -> Peer {
        Peer::of(text.parse().unwrap())
    }

    #[test]
    fn places_are_limited_by_address_and_in_all_and_come_free_again() {
        let followers = Followers::new(FollowerLimits { max_subscribers: 3, max_subscribers_per_address: 2 });
        let first = followers.admit(peer("10.0.0.1")).unwrap();
        let _second = followers.admit(peer("::ffff:10.0.0.1")).unwrap();
        assert_eq!(followers.admit(peer("10.0.0.1")).unwrap_err().status, StatusCode::TOO_MANY_REQUESTS);
        let _third = followers.admit(peer("10.0.0.2")).unwrap();
        assert_eq!(followers.admit(peer("10.0.0.3")).unwrap_err().status, StatusCode::SERVICE_UNAVAILABLE);
        drop(first);
        assert_eq!(followers.count(), 2);
        followers.admit(peer("10.0.0.1")).unwrap();
    }

    #[test]
    fn the_addresses_of_one_network_of_ipv6_are_one() {
        assert_eq!(peer("2001:db8:0:1::7"), peer("2001:db8:0:1:ffff::"));
        assert_ne!(peer("2001:db8:0:1::7"), peer("2001:db8:0:2::7"));
    }
}
