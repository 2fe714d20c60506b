//! The extent: when something happened, as exactly as anybody said, and no more exactly than that.
//!
//! An extent holds four bounds. The start lies in `[start.earliest, start.latest)` and the end in `[end.earliest, end.latest)`.
//! A bound that nobody knows is `None`.
//! Where `earliest` equals `latest`, the pair is one exact point in time and includes it.
//!
//! It comes in two types. [`LocalExtent`] is what was written, before the time zone of the record's place is known.
//! [`Extent`] is what a row holds, in UTC. Postgres turns the one into the other.

mod calendar;
mod days;
mod edtf;
mod error;
pub mod graphql;
mod input;
mod json;
#[cfg(test)]
mod laws;
pub mod query;

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};

pub use error::ExtentError;
pub use input::ExtentInput;

/// An uncertain time as it was written: dates are still dates of the record's place.
///
/// Read one with [`str::parse`] from EDTF, with [`TryFrom`] from an [`ExtentInput`], or with `serde` from JSON.
/// An extent that was read has ordered bounds, as far as that can be seen before the time zone is known.
/// [`Moment`] says what cannot be seen; the database checks it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LocalExtent {
    /// When it began.
    pub start: Bounds<Moment>,
    /// When it ended. Its latest bound is `None` where `ongoing` is true.
    pub end: Bounds<Moment>,
    /// True when it has not ended (EDTF `/..`). False also means that nobody said.
    pub ongoing: bool,
    /// The canonical EDTF of what was written, with its `?` and `~`; `None` when bounds were given.
    pub edtf: Option<String>,
    /// What the article says in words, such as "for more than two weeks".
    pub text: Option<String>,
}

/// An uncertain time as a row holds it, in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Extent {
    /// When it began.
    pub start: Bounds<DateTime<Utc>>,
    /// When it ended. Its latest bound is `None` where `ongoing` is true.
    pub end: Bounds<DateTime<Utc>>,
    /// True when it has not ended. False also means that nobody said.
    pub ongoing: bool,
    /// The EDTF that was written, read in the time zone of the place; `None` when bounds were given.
    pub edtf: Option<String>,
    /// What the article says in words.
    pub text: Option<String>,
}

/// Between which two moments one moment lies: `[earliest, latest)`, or exactly there when both are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds<T> {
    /// The first moment possible; `None` when it may lie arbitrarily early.
    pub earliest: Option<T>,
    /// The first moment no longer possible; `None` when it may lie arbitrarily late.
    pub latest: Option<T>,
}

/// A bound before the time zone of the place is known.
///
/// A local moment and an instant cannot be compared before the zone is known, hence the partial order.
/// `Display` writes what Postgres reads as `timestamp` or `timestamptz`, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A moment on the clocks of the record's place.
    Local(NaiveDateTime),
    /// A moment written with its offset from UTC.
    Instant(DateTime<Utc>),
}

impl Extent {
    /// The range outside of which it was certainly not happening: earliest start to latest end.
    ///
    /// `None` on either side leaves the range open there.
    #[must_use]
    pub fn possible(&self) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        (self.start.earliest, self.end.latest)
    }

    /// The range within which it was certainly happening: latest start to earliest end.
    ///
    /// An ongoing extent is certain from its latest start on, so the end is `None`.
    /// The whole is `None` when a bound it needs is unknown, or when the start may lie after the end.
    /// Two equal moments are that single moment.
    #[must_use]
    pub fn certain(&self) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
        let from = self.start.latest?;
        if self.ongoing {
            return Some((from, None));
        }
        let until = self.end.earliest?;
        (from <= until).then_some((from, Some(until)))
    }
}

impl<T> Bounds<T> {
    /// Nothing is known: both bounds are open.
    pub const UNKNOWN: Self = Self { earliest: None, latest: None };

    /// Applies a function to each bound that is known.
    pub fn map<U>(self, function: impl Fn(T) -> U) -> Bounds<U> {
        Bounds { earliest: self.earliest.map(&function), latest: self.latest.map(&function) }
    }
}

impl<T: Copy> Bounds<T> {
    /// Exactly this moment, and no other.
    pub const fn point(moment: T) -> Self {
        Self { earliest: Some(moment), latest: Some(moment) }
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Local(one), Self::Local(two)) => Some(one.cmp(two)),
            (Self::Instant(one), Self::Instant(two)) => Some(one.cmp(two)),
            _ => None,
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (clock, zone) = match self {
            Self::Local(local) => (*local, ""),
            Self::Instant(instant) => (instant.naive_utc(), "Z"),
        };
        write!(formatter, "{}", clock.format("%Y-%m-%dT%H:%M:%S"))?;
        match clock.nanosecond() / 1_000 {
            0 => {}
            microseconds => write!(formatter, ".{microseconds:06}")?,
        }
        formatter.write_str(zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    /// The rows of a table of expectations, their columns divided by bars.
    pub(super) fn rows<const COLUMNS: usize>(table: &str) -> impl Iterator<Item = [&str; COLUMNS]> {
        table.trim().lines().map(|row| {
            let columns: Vec<&str> = row.split('|').map(str::trim).collect();
            columns.try_into().expect(row)
        })
    }

    /// Bounds for a table of expectations: midnight is left out of a local moment.
    pub(super) fn shown(bounds: Bounds<Moment>) -> String {
        let one = |bound: Option<Moment>| match bound.map(|moment| moment.to_string()) {
            None => "open".to_owned(),
            Some(moment) => moment.strip_suffix("T00:00:00").unwrap_or(&moment).to_owned(),
        };
        match (bounds.earliest, bounds.latest) {
            (None, None) => "open".to_owned(),
            (earliest, latest) => format!("{} until {}", one(earliest), one(latest)),
        }
    }

    fn utc(day: u32, hour: u32) -> DateTime<Utc> {
        let day = NaiveDate::from_ymd_opt(2025, 10, day).unwrap();
        day.and_hms_opt(hour, 0, 0).unwrap().and_utc()
    }

    fn extent(start: Bounds<DateTime<Utc>>, end: Bounds<DateTime<Utc>>, ongoing: bool) -> Extent {
        Extent { start, end, ongoing, edtf: None, text: None }
    }

    fn days(first: u32, end: u32) -> Bounds<DateTime<Utc>> {
        Bounds { earliest: Some(utc(first, 0)), latest: Some(utc(end, 0)) }
    }

    #[test]
    fn an_interval_is_certain_between_its_days_and_possible_with_them() {
        let talks = extent(days(25, 26), days(28, 29), false);
        assert_eq!(talks.possible(), (Some(utc(25, 0)), Some(utc(29, 0))));
        assert_eq!(talks.certain(), Some((utc(26, 0), Some(utc(28, 0)))));
    }

    #[test]
    fn a_day_is_nowhere_certain() {
        assert_eq!(extent(days(25, 26), days(25, 26), false).certain(), None);
    }

    #[test]
    fn a_point_in_time_is_certain_there() {
        let noon = Bounds::point(utc(25, 12));
        let shot = extent(noon, noon, false);
        assert_eq!(shot.possible(), (Some(utc(25, 12)), Some(utc(25, 12))));
        assert_eq!(shot.certain(), Some((utc(25, 12), Some(utc(25, 12)))));
    }

    #[test]
    fn an_ongoing_extent_is_certain_from_its_latest_start_on() {
        let closed = extent(days(11, 12), Bounds::UNKNOWN, true);
        assert_eq!(closed.possible(), (Some(utc(11, 0)), None));
        assert_eq!(closed.certain(), Some((utc(12, 0), None)));
        assert_eq!(extent(Bounds::UNKNOWN, Bounds::UNKNOWN, true).certain(), None);
    }

    #[test]
    fn an_unknown_end_leaves_nothing_certain() {
        assert_eq!(extent(days(11, 12), Bounds::UNKNOWN, false).certain(), None);
    }

    #[test]
    fn a_moment_is_written_as_postgres_reads_it() {
        let date = |year| NaiveDate::from_ymd_opt(year, 3, 5).unwrap();
        let midnight = |year| date(year).and_hms_opt(0, 0, 0).unwrap();
        let precise = date(2025).and_hms_nano_opt(3, 4, 5, 60_000).unwrap();
        let rows = [
            (Moment::Local(midnight(2025)), "2025-03-05T00:00:00"),
            (Moment::Local(precise), "2025-03-05T03:04:05.000060"),
            (Moment::Instant(precise.and_utc()), "2025-03-05T03:04:05.000060Z"),
        ];
        for (moment, written) in rows {
            assert_eq!(moment.to_string(), written);
        }
    }

    #[test]
    fn a_local_moment_and_an_instant_do_not_compare() {
        let noon = utc(25, 12);
        assert_eq!(Moment::Local(noon.naive_utc()).partial_cmp(&Moment::Instant(noon)), None);
    }
}
