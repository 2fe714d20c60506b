//! A batch is what all resolvers of one level ask for.
//!
//! The library's loader waits a fixed time for more keys to come. Here nothing waits: the
//! execution of a query is polled until no resolver can go on, and only then are the batches it
//! left behind run. What is left then is, by construction, the whole level.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use async_graphql::runtime::Timer;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::task::{FutureObj, Spawn, SpawnError};

/// The batches that wait for their level to be complete.
#[derive(Clone, Default)]
pub struct Batches(Arc<Mutex<Vec<FutureObj<'static, ()>>>>);

impl Batches {
    fn take(&self) -> Vec<FutureObj<'static, ()>> {
        self.0.lock().map(|mut waiting| std::mem::take(&mut *waiting)).unwrap_or_default()
    }
}

impl Spawn for Batches {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0.lock().map_err(|_| SpawnError::shutdown())?.push(batch);
        Ok(())
    }
}

/// A timer that never waits: a batch is complete when it is first polled.
pub(super) struct AtOnce;

impl Timer for AtOnce {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Runs an execution together with its batches, level by level.
///
/// The statements of one level run side by side, and the next level begins when all of them have
/// answered: the number of statements depends on the query alone, never on which answer came
/// first. Dropping the returned future drops every statement under way.
pub async fn run<T>(execution: impl Future<Output = T>, batches: Batches) -> T {
    let mut execution = pin!(execution);
    let mut level = FuturesUnordered::new();
    poll_fn(move |context| {
        loop {
            if let Poll::Ready(answer) = execution.as_mut().poll(context) {
                return Poll::Ready(answer);
            }
            if level.is_empty() {
                level.extend(batches.take());
            }
            match level.poll_next_unpin(context) {
                Poll::Ready(Some(())) => {}
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
    use futures_util::future::join_all;

    use super::*;

    /// Answers each key with itself and keeps what was asked for together.
    struct Echo(Arc<Mutex<Vec<Vec<u32>>>>);

    impl Loader<u32> for Echo {
        type Value = u32;
        type Error = ();

        async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, ()> {
            tokio::task::yield_now().await;
            let mut sorted = keys.to_vec();
            sorted.sort_unstable();
            self.0.lock().unwrap().push(sorted);
            Ok(keys.iter().map(|key| (*key, *key)).collect())
        }
    }

    #[tokio::test]
    async fn what_one_level_asks_for_is_one_batch() {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let batches = Batches::default();
        let loader =
            DataLoader::with_cache(Echo(asked.clone()), batches.clone(), AtOnce, HashMapCache::default())
                .max_batch_size(usize::MAX);
        let branch = async |key: u32| {
            let first = loader.load_one(key).await.unwrap().unwrap();
            loader.load_one(first + 100).await.unwrap().unwrap()
        };
        let answers = run(join_all([1, 2, 3].map(branch)), batches).await;
        assert_eq!(answers, [101, 102, 103]);
        assert_eq!(*asked.lock().unwrap(), [vec![1, 2, 3], vec![101, 102, 103]]);
    }

    #[tokio::test]
    async fn an_execution_that_reads_nothing_ends() {
        assert_eq!(run(async { 7 }, Batches::default()).await, 7);
    }
}
