//! Calendar dates of EDTF as half-open ranges of days, widened where they are approximate.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use edtf_core::{Bound, BoundDate, Date, DateField, Edtf, TimeShift, Year, YearKind};

use super::{Bounds, Moment};

/// The years that can be stored: those that RFC 3339 can write, with one to spare at either end for
/// the time zone of the place and the exclusive bound.
const YEARS: std::ops::RangeInclusive<i32> = 2..=9998;

/// From the first day of a date to the day after its last, widened by one unit where it is approximate (`~`, `%`).
///
/// `None` when a day lies outside of the years that can be stored.
pub(super) fn days_of(date: &Date) -> Option<Bounds<NaiveDate>> {
    let written = Edtf::Date(*date).bounds();
    let mut first = day(written.earliest)?;
    let mut end = day(written.latest)?.succ_opt()?;
    if let Some(unit) = approximation(date) {
        first = unit.before(first)?;
        end = unit.after(end)?;
    }
    let last = end.pred_opt()?;
    (YEARS.contains(&first.year()) && YEARS.contains(&last.year()))
        .then_some(Bounds { earliest: Some(first), latest: Some(end) })
}

/// The exact moment of a date with a time of day.
///
/// `None` when it lies outside of the years that can be stored.
pub(super) fn moment_of(written: &edtf_core::DateTime) -> Option<Moment> {
    let day = day(Edtf::Date(written.date).bounds().earliest)?;
    let time = written.time;
    // A leap second is the first of the next minute, as it is for Postgres.
    let seconds = (i64::from(time.hour) * 60 + i64::from(time.minute)) * 60 + i64::from(time.second);
    let clock = first_moment(day).checked_add_signed(TimeDelta::seconds(seconds))?;
    if !YEARS.contains(&clock.year()) {
        return None;
    }
    Some(match time.shift {
        None => Moment::Local(clock),
        Some(TimeShift::Utc) => Moment::Instant(clock.and_utc()),
        Some(TimeShift::Offset { minutes, .. }) => {
            let behind = TimeDelta::minutes(minutes.into());
            Moment::Instant(clock.checked_sub_signed(behind)?.and_utc())
        }
    })
}

/// The moment that a day begins.
pub(super) fn first_moment(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

/// The instant of a bound to the microsecond: where a clock shows the first moment that can be stored,
/// or the bound after the last, it can be the year before or after in UTC.
pub(super) fn bound_to_microsecond(instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(instant.timestamp_micros())
        .filter(|moment| (YEARS.start() - 1..=YEARS.end() + 1).contains(&moment.year()))
}

/// The instant to the microsecond, which is what Postgres keeps; a leap second becomes the first of the next minute.
///
/// `None` when it lies outside of the years that can be stored.
pub(super) fn to_microsecond(instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(instant.timestamp_micros())
        .filter(|moment| YEARS.contains(&moment.year()))
}

fn day(bound: Bound) -> Option<NaiveDate> {
    let Bound::Date(BoundDate { year, month, day }) = bound else {
        return None;
    };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month.into(), day.into())
}

/// One unit of a date's precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Months(u32),
    /// More than the calendar holds.
    Endless,
}

impl Unit {
    fn before(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => day.checked_sub_days(Days::new(1)),
            Self::Months(months) => day.checked_sub_months(Months::new(months)),
            Self::Endless => None,
        }
    }

    fn after(self, end: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => end.checked_add_days(Days::new(1)),
            Self::Months(months) => {
                let moved = end.checked_add_months(Months::new(months))?;
                // A day that the later month lacks falls on its last day; an exclusive bound must not lose that one.
                if moved.day() < end.day() { moved.succ_opt() } else { Some(moved) }
            }
            Self::Endless => None,
        }
    }
}

/// The unit by which an approximate date is widened; `None` when it is not approximate.
///
/// A qualifier to the right of a component speaks for everything to its left too (EDTF level 2, group qualification),
/// so an unbroken run from the year on has the precision of its last component: `2025-10~` and `2025-10~-15` are a
/// month off.
/// A component qualified alone is off by one of its own: `2025-~10-15` a month, `~2025-10-15` a year.
/// Of several, the coarsest counts.
fn approximation(date: &Date) -> Option<Unit> {
    let approximate = |field: Option<DateField>| field.is_some_and(|field| field.qualifier.approximate);
    let (month, day) = (approximate(date.month), approximate(date.day));
    if date.year.qualifier.approximate {
        if month && day && is_partly_given(date.day) {
            return Some(Unit::Day);
        }
        if month && is_partly_given(date.month) {
            return Some(Unit::Months(months_of_group(date.month)));
        }
        return Some(year_unit(&date.year));
    }
    if month {
        return Some(Unit::Months(months_of_group(date.month)));
    }
    day.then_some(Unit::Day)
}

/// Whether at least one digit is written: `XX` adds no precision to what stands to its left.
fn is_partly_given(field: Option<DateField>) -> bool {
    field.is_some_and(|field| field.digits.iter().any(Option::is_some))
}

/// The length of what the month slot names, which may be a season, a quarter, a third or a half (ISO 8601-2 §4.8).
fn months_of_group(month: Option<DateField>) -> u32 {
    match month.and_then(DateField::value) {
        Some(21..=36) => 3,
        Some(37..=39) => 4,
        Some(40 | 41) => 6,
        _ => 1,
    }
}

/// A year, or the decade, century or more that the digits leave open: `201X` and `2010S3` are ten years.
fn year_unit(year: &Year) -> Unit {
    let open_digits = match (year.significant_digits, year.kind) {
        (None, YearKind::Standard { digits, .. }) => {
            digits.iter().rev().position(Option::is_some).and_then(|digits| u32::try_from(digits).ok())
        }
        (None, _) => Some(0),
        (Some(significant), YearKind::Standard { .. }) => 4_u32.checked_sub(significant),
        (Some(significant), _) => year
            .value()
            .and_then(|value| (value.unsigned_abs().checked_ilog10()? + 1).checked_sub(significant)),
    };
    open_digits
        .and_then(|digits| 10_u32.checked_pow(digits)?.checked_mul(12))
        .map_or(Unit::Endless, Unit::Months)
}
