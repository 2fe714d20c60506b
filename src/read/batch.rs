//! A batch is what the resolvers of one level ask of one relation or table.
//!
//! The library's loader waits a fixed time for more keys to come. Here nothing waits: the
//! execution of a query is polled until no resolver can go on, and only then is what was asked for
//! sent to the database. That is, by construction, the whole level, and it is one statement.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use async_graphql::runtime::Timer;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::task::{FutureObj, Spawn, SpawnError};

/// The batches that resolvers have begun and that nobody has polled yet.
#[derive(Clone, Default)]
pub struct Batches(Arc<Mutex<Vec<FutureObj<'static, ()>>>>);

impl Batches {
    fn take(&self) -> Vec<FutureObj<'static, ()>> {
        self.0.lock().map(|mut begun| std::mem::take(&mut *begun)).unwrap_or_default()
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
/// `next_level` gives the work that answers everything asked for so far, or nothing. It is asked
/// only when neither the execution nor any batch can go on, and one level ends before the next
/// begins: how many there are depends on the query alone, never on the length of a list or on
/// which answer came first. Dropping the returned future drops the level under way.
pub async fn run<T>(
    execution: impl Future<Output = T>,
    batches: Batches,
    next_level: impl Fn() -> Option<BoxFuture<'static, ()>>,
) -> T {
    let mut execution = pin!(execution);
    let mut begun = FuturesUnordered::new();
    let mut level: Option<BoxFuture<'static, ()>> = None;
    poll_fn(move |context| {
        loop {
            if let Poll::Ready(answer) = execution.as_mut().poll(context) {
                return Poll::Ready(answer);
            }
            let batches = batches.take();
            let mut went_on = !batches.is_empty();
            begun.extend(batches);
            while let Poll::Ready(Some(())) = begun.poll_next_unpin(context) {
                went_on = true;
            }
            if went_on {
                continue;
            }
            if level.is_none() {
                level = next_level();
            }
            let Some(work) = &mut level else { return Poll::Pending };
            if work.poll_unpin(context).is_pending() {
                return Poll::Pending;
            }
            level = None;
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
    use futures_util::future::join_all;
    use tokio::sync::oneshot;

    use super::*;

    /// Keys that were asked for, and who waits for them.
    type Asked = (Vec<u32>, oneshot::Sender<()>);

    /// Questions that wait for their level, and the levels there were.
    #[derive(Clone, Default)]
    struct Levels {
        waiting: Arc<Mutex<Vec<Asked>>>,
        asked: Arc<Mutex<Vec<Vec<u32>>>>,
    }

    impl Levels {
        fn next(&self) -> Option<BoxFuture<'static, ()>> {
            let waiting = std::mem::take(&mut *self.waiting.lock().unwrap());
            if waiting.is_empty() {
                return None;
            }
            let asked = self.asked.clone();
            Some(Box::pin(async move {
                tokio::task::yield_now().await;
                let mut keys: Vec<u32> = waiting.iter().flat_map(|(keys, _)| keys.clone()).collect();
                keys.sort_unstable();
                asked.lock().unwrap().push(keys);
                for (_, answer) in waiting {
                    answer.send(()).unwrap();
                }
            }))
        }
    }

    /// Answers each key with itself.
    impl Loader<u32> for Levels {
        type Value = u32;
        type Error = ();

        async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, ()> {
            let (answer, answered) = oneshot::channel();
            self.waiting.lock().unwrap().push((keys.to_vec(), answer));
            answered.await.unwrap();
            Ok(keys.iter().map(|key| (*key, *key)).collect())
        }
    }

    #[tokio::test]
    async fn what_one_level_asks_for_is_asked_at_once() {
        let (levels, batches) = (Levels::default(), Batches::default());
        let loader = DataLoader::with_cache(levels.clone(), batches.clone(), AtOnce, HashMapCache::default())
            .max_batch_size(usize::MAX);
        let branch = async |key: u32| {
            let first = loader.load_one(key).await.unwrap().unwrap();
            loader.load_one(first + 100).await.unwrap().unwrap()
        };
        let answers = run(join_all([1, 2, 3].map(branch)), batches, || levels.next()).await;
        assert_eq!(answers, [101, 102, 103]);
        assert_eq!(*levels.asked.lock().unwrap(), [vec![1, 2, 3], vec![101, 102, 103]]);
    }

    #[tokio::test]
    async fn an_execution_that_reads_nothing_ends() {
        assert_eq!(run(async { 7 }, Batches::default(), || None).await, 7);
    }
}
