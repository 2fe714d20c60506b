//! What is asked: for which way and traffic, at which moment, and how old evidence may be.

use chrono::{DateTime, TimeDelta, Utc};

use crate::crossing::vocabulary::{Direction, TrafficClass};

/// The horizon when the question names none, in days.
pub const DEFAULT_HORIZON_DAYS: i32 = 30;

/// Which cells a question is about, and how old their evidence may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Which way; BOTH for the two together.
    pub direction: Direction,
    /// Which traffic; none for all.
    pub traffic: Option<TrafficClass>,
    /// How long after its latest evidence an answer is not yet stale.
    pub horizon: TimeDelta,
}

/// A scope at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// The moment, in whole microseconds.
    pub at: DateTime<Utc>,
    /// Which cells.
    pub scope: Scope,
}
