//! The feed as subscribers follow it: one wake-up for all of them, and pages that they share.
//!
//! A subscriber is a place in the feed and nothing else. Woken, it reads the page after its place;
//! who stands at the same place reads the same page, so that a change costs one statement however
//! many follow. Who reads slowly is behind, and neither memory nor a writer waits for it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::{OnceCell, watch};

use super::loader::{LastPosition, Page, Row};
use super::place::Place;
use super::positions::follow;
use super::query::{ChangesAfter, Narrowing};
use crate::db::{Columns, Database, DatabaseError, Reading};
use crate::graphql::ApiResult;
use crate::read::{Batches, loader, run};

/// How many changes a shared page has. A subscriber holds one at most.
const PAGE: u32 = 100;
/// How many pages are kept for others.
const KEPT: usize = 64;
/// Who is further behind than so many positions reads by its own filter, and not page by page with the others.
const FAR: i64 = 1_000;

/// In place of a last position, while the database was not asked yet.
const NOTHING_KNOWN: i64 = -1;

/// The feed. Cheap to clone: all clones are one.
#[derive(Clone, Debug)]
pub struct Feed(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Database,
    /// The last position that is known.
    last: watch::Sender<i64>,
    pages: Mutex<VecDeque<(Key, Kept)>>,
}

/// A page that is read once, by whoever asks first.
type Kept = Arc<OnceCell<Arc<Page>>>;

/// What makes a page the same: who may see it, where it begins, and the last position when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    is_anonymous: bool,
    after: Place,
    last: i64,
}

impl Feed {
    /// The feed of a database. It moves while [`Feed::follow`] runs, in this process.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self(Arc::new(Inner { database, last: watch::Sender::new(NOTHING_KNOWN), pages: Mutex::default() }))
    }

    /// Follows the database until it is dropped: gives positions, unless another process does, and
    /// wakes the subscribers.
    pub async fn follow(&self) {
        let connection = self.0.database.beside();
        follow(&connection, self).await;
    }

    /// The last position that is known; none before the database was asked.
    #[must_use]
    pub fn position(&self) -> Option<i64> {
        Some(*self.0.last.borrow()).filter(|last| *last != NOTHING_KNOWN)
    }

    /// Notes that there are positions up to this one.
    pub(super) fn reaches(&self, position: i64) {
        self.0.last.send_if_modified(|last| {
            let is_later = position > *last;
            *last = position.max(*last);
            is_later
        });
    }

    /// The changes after a place, for ever; without one, those that come from now on.
    ///
    /// # Errors
    /// When the database fails; then it ends, and can be followed on from the last place.
    pub(super) async fn changes(
        &self,
        is_anonymous: bool,
        after: Option<Place>,
        narrowing: Narrowing,
    ) -> ApiResult<impl Stream<Item = ApiResult<Arc<Row>>> + Send + use<>> {
        let mut news = self.0.last.subscribe();
        let known = *news.borrow();
        let place = match after {
            Some(place) => place,
            // What is known here may be a moment old; then what came in that moment comes, too.
            None if known == NOTHING_KNOWN => Place::behind(self.last_position(is_anonymous).await?),
            None => Place::behind(known),
        };
        news.mark_changed();
        let reader = Reader {
            feed: self.clone(),
            is_anonymous,
            place,
            narrowing,
            news,
            page: VecDeque::new(),
            is_behind: false,
        };
        Ok(unfold(Some(reader), |reader| async {
            let mut reader = reader?;
            match reader.next().await {
                Ok(change) => change.map(|change| (Ok(change), Some(reader))),
                Err(error) => Some((Err(error.into()), None)),
            }
        }))
    }

    fn reading(&self, is_anonymous: bool) -> Reading {
        self.0.database.patient_reading(is_anonymous, Columns::ALL)
    }

    async fn last_position(&self, is_anonymous: bool) -> Result<i64, DatabaseError> {
        let (reading, batches) = (self.reading(is_anonymous), Batches::default());
        let asking = loader(reading.clone(), batches.clone());
        let last = run(asking.load_one(LastPosition), batches, || reading.next_level()).await?;
        Ok(last.unwrap_or_default())
    }

    async fn read(&self, is_anonymous: bool, asked: ChangesAfter) -> Result<Arc<Page>, DatabaseError> {
        let reading = self.reading(is_anonymous);
        run(reading.changes_after(&asked), Batches::default(), || reading.next_level()).await
    }

    /// The page that begins there, as everybody sees it who sees as much.
    async fn shared(&self, key: Key) -> Result<Arc<Page>, DatabaseError> {
        let kept = self.kept(key);
        let read = || {
            self.read(
                key.is_anonymous,
                ChangesAfter { after: key.after, wanted: PAGE, narrowing: Narrowing::default() },
            )
        };
        kept.get_or_try_init(read).await.cloned()
    }

    fn kept(&self, key: Key) -> Kept {
        let mut pages = self.0.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, kept)) = pages.iter().rev().find(|(known, _)| *known == key) {
            return kept.clone();
        }
        if pages.len() == KEPT {
            pages.pop_front();
        }
        let kept = Kept::default();
        pages.push_back((key, kept.clone()));
        kept
    }
}

/// One subscriber.
struct Reader {
    feed: Feed,
    is_anonymous: bool,
    place: Place,
    narrowing: Narrowing,
    news: watch::Receiver<i64>,
    /// What was read and not yet given.
    page: VecDeque<Arc<Row>>,
    /// Whether there may be more, without any news.
    is_behind: bool,
}

impl Reader {
    /// The next change; nothing when nobody follows the database any more.
    async fn next(&mut self) -> Result<Option<Arc<Row>>, DatabaseError> {
        loop {
            if let Some(change) = self.page.pop_front() {
                return Ok(Some(change));
            }
            if !self.is_behind && self.news.changed().await.is_err() {
                return Ok(None);
            }
            let last = *self.news.borrow_and_update();
            let page = self.page(last).await?;
            self.place = page.read_to;
            self.is_behind = page.goes_on;
            self.page.extend(page.changes.iter().filter(|change| self.narrowing.has(change)).cloned());
        }
    }

    async fn page(&self, last: i64) -> Result<Arc<Page>, DatabaseError> {
        if !self.narrowing.is_none() && last - self.place.position > FAR {
            let narrowing = self.narrowing.clone();
            return self
                .feed
                .read(self.is_anonymous, ChangesAfter { after: self.place, wanted: PAGE, narrowing })
                .await;
        }
        self.feed.shared(Key { is_anonymous: self.is_anonymous, after: self.place, last }).await
    }
}
