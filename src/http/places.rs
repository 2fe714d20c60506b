//! Places: how many requests are answered at once, and how many wait for one that is free.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::refusal::Refusal;
use crate::graphql::LoadLimits;

/// The places. Cheap to clone: all clones are one.
#[derive(Clone, Debug)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    all: u32,
    queue: Arc<Semaphore>,
    queue_length: u32,
    longest_wait: Duration,
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
pub(super) struct Place(#[expect(dead_code, reason = "it is held and dropped")] OwnedSemaphorePermit);

/// Why there was none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPlace {
    /// As many wait as may.
    QueueFull,
    /// It waited as long as it may.
    WaitedTooLong,
}

impl Places {
    pub fn new(limits: LoadLimits) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limits.concurrent as usize)),
            all: limits.concurrent,
            queue: Arc::new(Semaphore::new(limits.waiting as usize)),
            queue_length: limits.waiting,
            longest_wait: Duration::from_millis(limits.wait_ms.into()),
        }
    }

    /// Takes a place, in the order of coming. A client that goes away waits no more.
    pub async fn take(&self) -> Result<Place, NoPlace> {
        // Never before somebody who waits: what is given back goes to them.
        if let Ok(place) = self.free.clone().try_acquire_owned() {
            return Ok(Place(place));
        }
        let _waiting = self.queue.try_acquire().map_err(|_| NoPlace::QueueFull)?;
        match timeout(self.longest_wait, self.free.clone().acquire_owned()).await {
            Ok(Ok(place)) => Ok(Place(place)),
            Ok(Err(_)) | Err(_) => Err(NoPlace::WaitedTooLong),
        }
    }

    /// How many requests are being answered.
    pub fn taken(&self) -> u32 {
        self.all.saturating_sub(permits(&self.free))
    }

    /// How many wait.
    pub fn waiting(&self) -> u32 {
        self.queue_length.saturating_sub(permits(&self.queue))
    }
}

fn permits(semaphore: &Semaphore) -> u32 {
    u32::try_from(semaphore.available_permits()).unwrap_or(u32::MAX)
}

impl NoPlace {
    /// The word in the figures.
    pub fn word(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::WaitedTooLong => "waited_too_long",
        }
    }
}

impl From<NoPlace> for Refusal {
    fn from(reason: NoPlace) -> Self {
        // One that waited in vain meets the same queue again; one that was turned away at once may be lucky.
        let seconds = match reason {
            NoPlace::QueueFull => 1,
            NoPlace::WaitedTooLong => 5,
        };
        Self::overloaded(
            format!("The server has more to answer than it can; ask again in {seconds} s."),
            seconds,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(concurrent: u32, waiting: u32, wait_ms: u32) -> Places {
        Places::new(LoadLimits { concurrent, waiting, wait_ms, ..LoadLimits::DEFAULT })
    }

    #[tokio::test]
    async fn who_finds_no_place_waits_and_gets_one_that_is_given_back() {
        let places = places(1, 1, 60_000);
        let first = places.take().await.unwrap();
        let second = tokio::spawn({
            let places = places.clone();
            async move { places.take().await.map(drop) }
        });
        while places.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!((places.taken(), places.waiting()), (1, 1));
        assert_eq!(places.take().await.unwrap_err(), NoPlace::QueueFull);
        drop(first);
        assert_eq!(second.await.unwrap(), Ok(()));
        assert_eq!((places.taken(), places.waiting()), (0, 0));
    }

    #[tokio::test]
    async fn who_waited_too_long_is_told_and_waits_no_more() {
        let places = places(1, 1, 10);
        let _taken = places.take().await.unwrap();
        assert_eq!(places.take().await.unwrap_err(), NoPlace::WaitedTooLong);
        assert_eq!(places.waiting(), 0);
    }

    #[tokio::test]
    async fn who_goes_away_leaves_the_queue() {
        let places = places(1, 1, 60_000);
        let _taken = places.take().await.unwrap();
        let soon = Duration::from_millis(10);
        assert!(timeout(soon, places.take()).await.is_err());
        assert_eq!(places.waiting(), 0);
    }
}
