//! Who follows the service over long connections: how many there may be, of one address and of all,
//! and that they are told when the server stops.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::client::Client;
use super::refusal::Refusal;

/// After how many seconds there may be room again.
pub(super) const LATER: u64 = 10;

/// How many may follow at once.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Limits of subscriptions")]
pub struct FollowerLimits {
    /// How many WebSockets and event streams may be open at once
    #[arg(long, value_name = "CONNECTIONS", env = "DATELINE_MAX_SUBSCRIBERS", default_value_t = Self::DEFAULT.max_subscribers)]
    pub max_subscribers: u32,
    /// How many of them may come from one address
    ///
    /// Behind a proxy that --trusted-proxies does not name, all have the proxy's. Of IPv6, addresses that begin
    /// with the same 64 bits are one.
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
    address: IpAddr,
    open: Arc<Mutex<HashMap<IpAddr, u32>>>,
}

impl Followers {
    pub fn new(limits: FollowerLimits) -> Self {
        Self { limits, open: Arc::default(), ending: CancellationToken::new(), tasks: TaskTracker::new() }
    }

    /// Takes a place for a connection from an address.
    pub fn admit(&self, client: Client) -> Result<Place, Refusal> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let all: u32 = open.values().sum();
        if all >= self.limits.max_subscribers {
            let message = "As many subscribers as this server takes are connected; try again later.";
            return Err(Refusal::overloaded(message.to_owned(), LATER));
        }
        let address = address(client);
        let own = open.entry(address).or_default();
        if *own >= self.limits.max_subscribers_per_address {
            let message = format!(
                "{own} connections from this address are open, which is as many as one may have: close one, or follow \
                 several things over one WebSocket."
            );
            return Err(Refusal::too_often(message, LATER));
        }
        *own += 1;
        Ok(Place { address, open: self.open.clone() })
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
        if let Entry::Occupied(mut own) = open.entry(self.address) {
            *own.get_mut() -= 1;
            if *own.get() == 0 {
                own.remove();
            }
        }
    }
}

/// By what a client is counted: those of this machine, and those that a proxy on it hides, as one.
fn address(client: Client) -> IpAddr {
    client.counted().unwrap_or(Ipv4Addr::LOCALHOST.into())
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    fn at(text: &str) -> Client {
        Client::At(text.parse().unwrap())
    }

    #[test]
    fn places_are_limited_by_address_and_in_all_and_come_free_again() {
        let followers = Followers::new(FollowerLimits { max_subscribers: 3, max_subscribers_per_address: 2 });
        let first = followers.admit(Client::Here).unwrap();
        let _second = followers.admit(Client::Hidden).unwrap();
        assert_eq!(followers.admit(Client::Here).unwrap_err().status, StatusCode::TOO_MANY_REQUESTS);
        let _third = followers.admit(at("10.0.0.2")).unwrap();
        assert_eq!(followers.admit(at("10.0.0.3")).unwrap_err().status, StatusCode::SERVICE_UNAVAILABLE);
        drop(first);
        assert_eq!(followers.count(), 2);
        followers.admit(Client::Here).unwrap();
    }
}
