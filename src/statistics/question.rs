//! What is asked of statistics, and what is answered: buckets.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::calendar::Unit;
use super::vocabulary::StatisticsDimension;
use crate::event::query::EventFilter;
use crate::event::vocabulary::{EventCategory, EventKind};

/// An answer has at most so many buckets.
pub const MOST_BUCKETS: usize = 100_000;
/// An answer that shows records in its buckets, such as actors, has at most so many: each is a
/// record whose own lists can be asked for.
pub const MOST_BUCKETS_WITH_RECORDS: usize = 1_000;

/// Which events, by what, and what of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Which events.
    pub filter: EventFilter,
    /// By what: one to three dimensions, at most one of them of the calendar.
    pub group_by: Vec<StatisticsDimension>,
    /// Whether articles and sources are asked for.
    pub with_reports: bool,
    /// How many letters a geohash has.
    pub geohash_length: i32,
}

impl Question {
    /// The unit of the calendar that is grouped by.
    pub fn unit(&self) -> Option<Unit> {
        self.group_by.iter().find_map(|dimension| dimension.unit())
    }

    /// The names of the dimensions in SQL.
    pub fn names(&self) -> String {
        self.group_by.iter().map(|dimension| dimension.name()).collect::<Vec<_>>().join(", ")
    }
}

/// What the events of a bucket share. What was not grouped by is none; so is what nobody knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub struct Keys {
    /// The first day of the unit of the calendar.
    pub time: Option<NaiveDate>,
    pub kind: Option<EventKind>,
    pub category: Option<EventCategory>,
    pub country: Option<String>,
    pub admin1: Option<Uuid>,
    pub actor: Option<Uuid>,
    pub source: Option<Uuid>,
    pub dataset: Option<Uuid>,
    pub crossing: Option<Uuid>,
    pub geohash: Option<String>,
}

impl Keys {
    /// The same at another time.
    pub fn at(&self, time: Option<NaiveDate>) -> Self {
        Self { time, ..self.clone() }
    }
}

/// Events that share what they are grouped by, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Bucket {
    #[serde(flatten)]
    pub keys: Keys,
    pub events: i32,
    /// The sums of what is estimated; none where nothing is.
    pub best: Option<i64>,
    pub low: Option<i64>,
    pub high: Option<i64>,
    /// None where they were not asked for.
    pub articles: Option<i32>,
    pub sources: Option<i32>,
}

impl Bucket {
    /// A bucket in which nothing happened.
    pub fn empty(keys: Keys) -> Self {
        Self { keys, articles: Some(0), sources: Some(0), ..Self::default() }
    }
}

/// Puts buckets in order: by time, those without last; at one time those with the most events first.
pub fn sort(buckets: &mut [Bucket]) {
    buckets.sort_unstable_by(|one, two| {
        let time = |bucket: &Bucket| (bucket.keys.time.is_none(), bucket.keys.time);
        time(one)
            .cmp(&time(two))
            .then_with(|| two.events.cmp(&one.events))
            .then_with(|| one.keys.cmp(&two.keys))
    });
}
