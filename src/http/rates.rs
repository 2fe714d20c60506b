//! Rates: how many requests a minute come from one address, or by one token.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::Clock;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use uuid::Uuid;

use super::client::Client;
use super::refusal::Refusal;
use crate::access::Caller;
use crate::graphql::LoadLimits;

/// After so many requests those are forgotten who may send all of a minute's again.
const FORGETTING: u32 = 1_024;

/// The rates of all clients. Cheap to clone: all clones are one.
#[derive(Clone)]
pub(super) struct Rates(Arc<Inner>);

struct Inner {
    addresses: Option<Rate<IpAddr>>,
    tokens: Option<Rate<Uuid>>,
}

impl Rates {
    pub fn new(limits: LoadLimits) -> Self {
        Self(Arc::new(Inner {
            addresses: Rate::a_minute(limits.requests_per_address),
            tokens: Rate::a_minute(limits.requests_per_token),
        }))
    }

    /// Counts a request of somebody who is not known by a token.
    pub fn count_address(&self, client: Client) -> Result<(), Refusal> {
        let (Some(rate), Some(address)) = (&self.0.addresses, client.counted()) else { return Ok(()) };
        rate.count(&address).map_err(|seconds| {
            let limit = rate.limit;
            Refusal::too_often(
                format!(
                    "This address has sent more than {limit} requests a minute without a token; \
                     ask again in {seconds} s, or with a token."
                ),
                seconds,
            )
        })
    }

    /// Counts a request by a token.
    pub fn count_token(&self, caller: &Caller, client: Client) -> Result<(), Refusal> {
        let (Some(rate), Some(token)) = (&self.0.tokens, caller.token()) else { return Ok(()) };
        if client == Client::Here {
            return Ok(());
        }
        rate.count(&token.id).map_err(|seconds| {
            let limit = rate.limit;
            Refusal::too_often(
                format!("This token has sent more than {limit} requests a minute; ask again in {seconds} s."),
                seconds,
            )
        })
    }
}

/// The requests of each client.
struct Rate<K: Hash + Eq + Clone> {
    limit: NonZeroU32,
    limiter: DefaultKeyedRateLimiter<K>,
    counted: AtomicU32,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// None where there is no limit.
    fn a_minute(limit: u32) -> Option<Self> {
        let limit = NonZeroU32::new(limit)?;
        let limiter = RateLimiter::keyed(Quota::per_minute(limit));
        Some(Self { limit, limiter, counted: AtomicU32::new(0) })
    }

    /// Counts a request; where it is one too many, the seconds until the next one may come.
    fn count(&self, client: &K) -> Result<(), u64> {
        if self.counted.fetch_add(1, Ordering::Relaxed) % FORGETTING == FORGETTING - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(client).map_err(|until| {
            let wait = until.wait_time_from(self.limiter.clock().now());
            // A second more where it is not whole, so that who asks then is not refused again.
            wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(requests_per_address: u32) -> Rates {
        Rates::new(LoadLimits { requests_per_address, ..LoadLimits::DEFAULT })
    }

    fn at(address: [u8; 4]) -> Client {
        Client::At(IpAddr::from(address))
    }

    #[test]
    fn an_address_is_refused_after_its_share_and_others_are_not() {
        let rates = rates(3);
        let asked = || rates.count_address(at([192, 0, 2, 1]));
        assert!((0..3).all(|_| asked().is_ok()));
        let refusal = asked().unwrap_err();
        assert_eq!((refusal.status.as_u16(), refusal.code), (429, "RATE_LIMITED"));
        // A third of a minute for one of three.
        assert!((19..=20).contains(&refusal.retry_after().unwrap()), "{refusal:?}");
        assert!(rates.count_address(at([192, 0, 2, 2])).is_ok());
    }

    #[test]
    fn this_machine_is_never_refused_and_zero_is_no_limit() {
        let narrow = rates(1);
        assert!((0..10).all(|_| narrow.count_address(Client::Here).is_ok()));
        let open = rates(0);
        assert!((0..10_000).all(|_| open.count_address(at([192, 0, 2, 1])).is_ok()));
    }

    #[test]
    fn clients_that_come_once_are_forgotten() {
        // A hundredth of a second each.
        let rates = rates(6_000);
        for number in 0..50_000_u32 {
            rates.count_address(Client::At(IpAddr::from(number.to_be_bytes()))).unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        for number in 0..FORGETTING {
            rates.count_address(Client::At(IpAddr::from(number.to_be_bytes()))).unwrap();
        }
        let kept = rates.0.addresses.as_ref().unwrap().limiter.len();
        assert!(kept <= 2 * FORGETTING as usize, "{kept} addresses are kept");
    }
}
