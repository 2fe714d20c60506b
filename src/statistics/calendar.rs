//! The calendar of statistics: days, weeks, months, quarters and years in UTC, each named by its
//! first day, and the empty ones between those in which something happened.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc, Weekday};

use super::question::{Bucket, MOST_BUCKETS};
use crate::extent::query::During;

/// A unit of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Day,
    /// From Monday on.
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// What Postgres calls it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The first day of the unit that a day lies in; none where the calendar begins.
    #[must_use]
    pub fn first_day(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => Some(day),
            Self::Week => Some(day.week(Weekday::Mon).checked_first_day()?),
            Self::Month => day.with_day(1),
            Self::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
            Self::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
        }
    }

    /// The first day of the next unit; none where the calendar ends.
    #[must_use]
    pub fn next(self, first_day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => first_day.checked_add_days(Days::new(1)),
            Self::Week => first_day.checked_add_days(Days::new(7)),
            Self::Month => first_day.checked_add_months(Months::new(1)),
            Self::Quarter => first_day.checked_add_months(Months::new(3)),
            Self::Year => first_day.checked_add_months(Months::new(12)),
        }
    }
}

/// More buckets than [`MOST_BUCKETS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// The first and the last day of a range of time, each where it has an end.
#[must_use]
pub fn days_of(during: Option<&During>) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let day = |moment: DateTime<Utc>| moment.date_naive();
    let last = |to: DateTime<Utc>| to.checked_sub_signed(TimeDelta::microseconds(1)).map(day);
    (during.and_then(|range| range.from).map(day), during.and_then(|range| range.to).and_then(last))
}

/// The first days of the units from the one that `from` lies in to the one that `to` lies in.
///
/// # Errors
/// When there are more than buckets may be.
pub fn units(unit: Unit, from: NaiveDate, to: NaiveDate) -> Result<Vec<NaiveDate>, TooMany> {
    let first = unit.first_day(from);
    let all = std::iter::successors(first, |day| unit.next(*day)).take_while(|day| *day <= to);
    let all: Vec<_> = all.take(MOST_BUCKETS + 1).collect();
    if all.len() > MOST_BUCKETS { Err(TooMany) } else { Ok(all) }
}

/// Adds the buckets in which nothing happened: for each unit of the range and each kind, place or
/// whatever else was found beside the time. An end that the range lacks is that of what was found.
///
/// # Errors
/// When there would be more than buckets may be.
pub fn with_empty(
    mut found: Vec<Bucket>,
    unit: Unit,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    is_time_alone: bool,
) -> Result<Vec<Bucket>, TooMany> {
    let times = || found.iter().filter_map(|bucket| bucket.keys.time);
    let (Some(from), Some(to)) = (from.or_else(|| times().min()), to.or_else(|| times().max())) else {
        return Ok(found);
    };
    let units = units(unit, from, to)?;
    let others: HashSet<_> = if is_time_alone {
        HashSet::from([Bucket::default().keys])
    } else {
        found.iter().map(|bucket| bucket.keys.at(None)).collect()
    };
    if units.len().saturating_mul(others.len()) > MOST_BUCKETS {
        return Err(TooMany);
    }
    let there: HashSet<_> = found.iter().map(|bucket| bucket.keys.clone()).collect();
    let grid = units.iter().flat_map(|time| others.iter().map(|other| other.at(Some(*time))));
    found.extend(grid.filter(|keys| !there.contains(keys)).map(Bucket::empty));
    Ok(found)
}
