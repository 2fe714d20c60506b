//! EDTF text to an extent. EDTF is the notation of ISO 8601-2 for dates that are not exactly known.

use std::str::FromStr;

use chrono::NaiveDate;
use edtf_core::{Bound, Date, Edtf, Interval, IntervalEndpoint, ParseError, Set, SetElement, SetKind};

use super::calendar::{days_of, first_moment, moment_of};
use super::error::excerpt;
use super::{Bounds, ExtentError, LocalExtent, Moment};

impl FromStr for LocalExtent {
    type Err = ExtentError;

    /// Reads EDTF of any level.
    ///
    /// A date alone begins and ends somewhere within it. `A/B` begins within A and ends within B; `/..` has not ended,
    /// an empty end is unknown, and so is a start that is open or empty.
    /// `[…]` is one of its members, `{…}` reaches from its first to its last.
    /// `~` and `%` widen both bounds of their date by one unit of its precision; `?` widens nothing.
    ///
    /// # Errors
    ///
    /// When the text is not EDTF, is reversed, or lies outside of the years that can be stored.
    fn from_str(text: &str) -> Result<Self, ExtentError> {
        let parsed = Edtf::parse(text).map_err(|refusal| explanation(text, refusal))?;
        let (start, end) =
            bounds(&parsed).ok_or_else(|| ExtentError::OutsideCalendar { text: excerpt(text) })?;
        Ok(Self { start, end, ongoing: is_ongoing(&parsed), edtf: Some(parsed.to_string()), text: None })
    }
}

/// When one moment or another lies, in whole days.
type DayBounds = Bounds<NaiveDate>;

/// The bounds of the start and of the end; `None` when one of them lies outside of the calendar.
fn bounds(parsed: &Edtf) -> Option<(Bounds<Moment>, Bounds<Moment>)> {
    let (start, end) = match parsed {
        Edtf::DateTime(time) => {
            let point = Bounds::point(moment_of(time)?);
            return Some((point, point));
        }
        Edtf::Date(date) => {
            let days = days_of(date)?;
            (days, days)
        }
        Edtf::Interval(interval) => interval_bounds(interval)?,
        Edtf::Set(set) => set_bounds(set)?,
    };
    let midnight = |day| Moment::Local(first_moment(day));
    Some((start.map(midnight), end.map(midnight)))
}

fn is_ongoing(parsed: &Edtf) -> bool {
    matches!(parsed, Edtf::Interval(Interval { end: IntervalEndpoint::Open, .. }))
}

fn interval_bounds(interval: &Interval) -> Option<(DayBounds, DayBounds)> {
    let side = |endpoint: &IntervalEndpoint| match endpoint {
        IntervalEndpoint::Open | IntervalEndpoint::Unknown => Some(Bounds::UNKNOWN),
        IntervalEndpoint::Date(date) => days_of(date),
        IntervalEndpoint::OnOrBefore(date) => days_of(date).map(or_before),
        IntervalEndpoint::OnOrAfter(date) => days_of(date).map(or_after),
    };
    Some((side(&interval.start)?, side(&interval.end)?))
}

/// A set that applies to all its members lasts from the first to the last; else each bound covers every member.
fn set_bounds(set: &Set) -> Option<(DayBounds, DayBounds)> {
    let members = set.elements.iter().map(member_bounds);
    let members: Vec<(DayBounds, DayBounds)> = members.collect::<Option<_>>()?;
    let firsts = || members.iter().map(|(first, _)| first);
    let lasts = || members.iter().map(|(_, last)| last);
    match set.kind {
        SetKind::AllMembers => Some((
            Bounds {
                earliest: least_or_open(firsts().map(|first| first.earliest)),
                latest: firsts().filter_map(|first| first.latest).min(),
            },
            Bounds {
                earliest: lasts().filter_map(|last| last.earliest).max(),
                latest: greatest_or_open(lasts().map(|last| last.latest)),
            },
        )),
        SetKind::OneMember => {
            let any = Bounds {
                earliest: least_or_open(firsts().map(|first| first.earliest)),
                latest: greatest_or_open(lasts().map(|last| last.latest)),
            };
            Some((any, any))
        }
    }
}

/// When the first and when the last date of a set's member lie.
fn member_bounds(element: &SetElement) -> Option<(DayBounds, DayBounds)> {
    Some(match element {
        SetElement::Date(date) => {
            let days = days_of(date)?;
            (days, days)
        }
        SetElement::Range(first, last) => (days_of(first)?, days_of(last)?),
        SetElement::OnOrBefore(date) => {
            let days = days_of(date)?;
            (or_before(days), days)
        }
        SetElement::OnOrAfter(date) => {
            let days = days_of(date)?;
            (days, or_after(days))
        }
    })
}

fn or_before(days: DayBounds) -> DayBounds {
    Bounds { earliest: None, ..days }
}

fn or_after(days: DayBounds) -> DayBounds {
    Bounds { latest: None, ..days }
}

/// The least bound, open if any is: `None` sorts before every day.
fn least_or_open(bounds: impl Iterator<Item = Option<NaiveDate>>) -> Option<NaiveDate> {
    bounds.min().flatten()
}

/// The greatest bound, open if any is: here `None` stands for the end of time.
fn greatest_or_open(bounds: impl Iterator<Item = Option<NaiveDate>>) -> Option<NaiveDate> {
    bounds.max_by_key(|bound| (bound.is_none(), *bound)).flatten()
}

/// Our words for what the parser refused: it explains single dates well, but not what people try next.
fn explanation(text: &str, refusal: ParseError) -> ExtentError {
    if let Some((start, end)) = reversed_dates(text) {
        return ExtentError::Reversed { start, end };
    }
    if text.contains('/') && text.contains(['[', '{']) {
        return ExtentError::SetWithInterval { text: excerpt(text) };
    }
    if text.split('/').count() == 2 && text.split('/').any(is_date_time) {
        return ExtentError::TimeInsideInterval { text: excerpt(text) };
    }
    // The parser counts bytes and refuses the first that is not ASCII, so until there bytes are characters.
    ExtentError::NotEdtf {
        text: excerpt(text),
        reason: refusal.message.to_owned(),
        position: refusal.offset + 1,
    }
}

/// The two dates of an interval, or of a range in a set, that are valid each but in the wrong order.
fn reversed_dates(text: &str) -> Option<(String, String)> {
    text.trim_matches(['[', ']', '{', '}']).split(',').find_map(|part| {
        let (start, end) = part.split_once('/').or_else(|| part.split_once(".."))?;
        let (first, second) = (single_date(start)?, single_date(end)?);
        let (Bound::Date(earliest), Bound::Date(latest)) =
            (Edtf::Date(first).bounds().earliest, Edtf::Date(second).bounds().latest)
        else {
            return None;
        };
        (earliest > latest).then(|| (start.to_owned(), end.to_owned()))
    })
}

fn single_date(text: &str) -> Option<Date> {
    match Edtf::parse(text) {
        Ok(Edtf::Date(date)) => Some(date),
        _ => None,
    }
}

fn is_date_time(text: &str) -> bool {
    text.split_once('T').is_some_and(|(date, time)| single_date(date).is_some() && time.contains(':'))
}

#[cfg(test)]
mod tests;
