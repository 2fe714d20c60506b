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

/// Adds the buckets in which nothing happened: for each unit of the range, and before it from the
/// first in which something was found, and each kind, place or whatever else was found beside the time.
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
    // An event counts where it began, also before the range: from there on there is no hole.
    let (Some(from), Some(to)) = (from.into_iter().chain(times()).min(), to.into_iter().chain(times()).max())
    else {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::question::Keys;

    const UNITS: [Unit; 5] = [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (730_i32..3_650_000).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap())
    }

    #[test]
    fn a_unit_is_named_by_its_first_day() {
        let rows = [
            (Unit::Day, "2025-12-31", "2025-12-31"),
            (Unit::Week, "2026-01-01", "2025-12-29"),
            (Unit::Week, "2025-12-29", "2025-12-29"),
            (Unit::Month, "2025-12-31", "2025-12-01"),
            (Unit::Quarter, "2025-12-31", "2025-10-01"),
            (Unit::Quarter, "2025-03-31", "2025-01-01"),
            (Unit::Year, "2025-12-31", "2025-01-01"),
        ];
        for (unit, within, first) in rows {
            assert_eq!(unit.first_day(day(within)), Some(day(first)), "{unit:?} of {within}");
        }
    }

    #[test]
    fn a_range_ends_before_its_end() {
        let moment = |text: &str| Some(day(text).and_time(chrono::NaiveTime::MIN).and_utc());
        let during = During { from: moment("2025-10-15"), to: moment("2025-11-01"), certain: false };
        assert_eq!(days_of(Some(&during)), (Some(day("2025-10-15")), Some(day("2025-10-31"))));
        assert_eq!(units(Unit::Month, day("2025-10-15"), day("2025-10-31")), Ok(vec![day("2025-10-01")]));
        assert_eq!(days_of(None), (None, None));
    }

    #[test]
    fn a_million_days_are_refused() {
        assert_eq!(units(Unit::Day, day("0002-01-01"), day("9998-01-01")), Err(TooMany));
        let found = |events, time| Bucket { events, ..Bucket::empty(Keys::default().at(Some(day(time)))) };
        let far = vec![found(1, "0100-01-01"), found(1, "2025-01-01")];
        assert_eq!(with_empty(far, Unit::Day, (None, None), true), Err(TooMany));
    }

    proptest! {
        #[test]
        fn units_follow_each_other_without_gaps(from in any_day(), length in 0_u64..2_000) {
            let to = from + Days::new(length);
            for unit in UNITS {
                let all = units(unit, from, to).unwrap();
                prop_assert_eq!(all.first().copied(), unit.first_day(from));
                prop_assert_eq!(all.last().copied(), unit.first_day(to));
                for pair in all.windows(2) {
                    prop_assert_eq!(unit.next(pair[0]), Some(pair[1]));
                    prop_assert_eq!(unit.first_day(pair[1] - Days::new(1)), Some(pair[0]));
                }
            }
        }

        #[test]
        fn filling_adds_empty_buckets_and_leaves_the_others(
            days in prop::collection::vec((any_day(), 0..3_usize), 1..8),
        ) {
            let countries = ["AF", "PK", "TR"];
            let year = |day: NaiveDate| Unit::Year.first_day(day);
            let mut found: Vec<Bucket> = Vec::new();
            for (day, country) in days {
                let keys = Keys { time: year(day), country: Some(countries[country].to_owned()), ..Keys::default() };
                if found.iter().all(|bucket| bucket.keys != keys) {
                    found.push(Bucket { events: 1, ..Bucket::empty(keys) });
                }
            }
            let filled = with_empty(found.clone(), Unit::Year, (None, None), false).unwrap();
            let full: Vec<_> = filled.iter().filter(|bucket| bucket.events > 0).cloned().collect();
            prop_assert_eq!(&full, &found);
            let several: HashSet<_> = filled.iter().map(|bucket| bucket.keys.clone()).collect();
            prop_assert_eq!(several.len(), filled.len());
            let of_found = |key: fn(&Bucket) -> Option<String>| found.iter().map(key).collect::<HashSet<_>>().len();
            let years = filled.iter().map(|bucket| bucket.keys.time).collect::<HashSet<_>>().len();
            prop_assert_eq!(filled.len(), years * of_found(|bucket| bucket.keys.country.clone()));
        }
    }
}
