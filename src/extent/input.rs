//! An extent as people and programs hand it in: EDTF, or bounds where EDTF cannot say it.

use chrono::{DateTime, Utc};
use edtf_core::Edtf;

use super::calendar::{bound_to_microsecond, days_of, first_moment, to_microsecond};
use super::error::excerpt;
use super::{Bounds, ExtentError, LocalExtent, Moment};

/// The written form of an extent, not yet read; see "Extents" in `docs/format.md`.
///
/// Every field may be left out; with none of them nothing is known about the time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExtentInput {
    /// EDTF; excludes `start`, `end` and `ongoing`.
    pub edtf: Option<String>,
    /// The earliest and the latest start, each a date, a time, or open.
    pub start: Option<[Option<String>; 2]>,
    /// The earliest and the latest end, each a date, a time, or open.
    pub end: Option<[Option<String>; 2]>,
    /// Whether it has not ended; false when left out.
    pub ongoing: Option<bool>,
    /// What the article says in words.
    pub text: Option<String>,
}

impl TryFrom<ExtentInput> for LocalExtent {
    type Error = ExtentError;

    /// Reads EDTF as [`LocalExtent::from_str`](std::str::FromStr::from_str) does, else the bounds.
    ///
    /// A bound is a time, or an EDTF date without qualifiers, of any precision: as the earliest bound it means its
    /// first moment, as the latest its last. A time with an offset is an instant, one without is local.
    /// Digits beyond the microsecond are dropped.
    ///
    /// # Errors
    ///
    /// When a part cannot be read, both forms are given, the bounds are reversed, or an ongoing extent has a latest end.
    fn try_from(input: ExtentInput) -> Result<Self, ExtentError> {
        let has_bounds = input.start.is_some() || input.end.is_some() || input.ongoing.is_some();
        if let Some(edtf) = &input.edtf {
            if has_bounds {
                return Err(ExtentError::EdtfAndBounds);
            }
            return Ok(Self { text: input.text, ..edtf.parse()? });
        }
        let start = WrittenPair::read("start", input.start)?;
        let end = WrittenPair::read("end", input.end)?;
        let ongoing = input.ongoing.unwrap_or(false);
        refuse_end_before_start(&start, &end)?;
        refuse_ongoing_with_latest_end(ongoing, &end)?;
        Ok(Self { start: start.bounds(), end: end.bounds(), ongoing, edtf: None, text: input.text })
    }
}

/// Two bounds, and the words they were written in for the error messages.
#[derive(Default)]
struct WrittenPair {
    earliest: Option<WrittenBound>,
    latest: Option<WrittenBound>,
}

struct WrittenBound {
    text: String,
    moment: Moment,
    /// Whether it was written as a date: then a latest bound excludes its moment, the first of the next day.
    is_date: bool,
}

/// Which moment of a date a bound means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Earliest,
    Latest,
}

impl WrittenPair {
    fn read(side: &'static str, pair: Option<[Option<String>; 2]>) -> Result<Self, ExtentError> {
        let Some([earliest, latest]) = pair else {
            return Ok(Self::default());
        };
        let read = |edge, text: Option<String>| text.map(|text| WrittenBound::read(side, edge, text));
        let pair = Self {
            earliest: read(Edge::Earliest, earliest).transpose()?,
            latest: read(Edge::Latest, latest).transpose()?,
        };
        match (&pair.earliest, &pair.latest) {
            // Equal moments are a point in time, but not where a date excludes that moment.
            (Some(earliest), Some(latest))
                if earliest.moment > latest.moment
                    || (latest.is_date && earliest.moment == latest.moment) =>
            {
                Err(ExtentError::ReversedBounds {
                    side,
                    earliest: excerpt(&earliest.text),
                    latest: excerpt(&latest.text),
                })
            }
            _ => Ok(pair),
        }
    }

    fn bounds(&self) -> Bounds<Moment> {
        let moment = |bound: &WrittenBound| bound.moment;
        Bounds { earliest: self.earliest.as_ref().map(moment), latest: self.latest.as_ref().map(moment) }
    }
}

impl WrittenBound {
    fn read(side: &'static str, edge: Edge, text: String) -> Result<Self, ExtentError> {
        let is_date = !text.contains('T');
        let moment = if is_date { edge_of_date(side, edge, &text)? } else { time_of_day(side, &text)? };
        Ok(Self { text, moment, is_date })
    }
}

fn edge_of_date(side: &'static str, edge: Edge, text: &str) -> Result<Moment, ExtentError> {
    let not_bound =
        |reason: &str| ExtentError::NotBound { side, text: excerpt(text), reason: reason.to_owned() };
    let parsed = Edtf::parse(text).map_err(|refusal| not_bound(refusal.message))?;
    let Edtf::Date(date) = parsed else {
        return Err(not_bound("a bound is one date, not an interval or a set"));
    };
    if date.is_approximate() || date.is_uncertain() {
        // The bounds have no place to keep the qualifier, and a bound says by itself how far the date may be off.
        return Err(not_bound("only edtf takes the qualifiers ?, ~ and %"));
    }
    let days = days_of(&date).and_then(|days| match edge {
        Edge::Earliest => days.earliest,
        Edge::Latest => days.latest,
    });
    days.map(|day| Moment::Local(first_moment(day)))
        .ok_or_else(|| ExtentError::OutsideCalendar { text: excerpt(text) })
}

fn time_of_day(side: &'static str, text: &str) -> Result<Moment, ExtentError> {
    read_time(text).ok_or_else(|| ExtentError::NotBound {
        side,
        text: excerpt(text),
        reason: "a time is YYYY-MM-DDThh:mm:ss, with an offset such as Z or +05:00 if it is known".to_owned(),
    })
}

/// Reads ISO 8601's complete date and time, seconds and the minutes of the offset optional.
fn read_time(text: &str) -> Option<Moment> {
    let (date, time) = text.split_once('T')?;
    let offset_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, offset) = time.split_at(offset_at);
    let seconds = if clock.len() == "hh:mm".len() { ":00" } else { "" };
    let offset_minutes = if offset.len() == "+hh".len() { ":00" } else { "" };
    if offset.is_empty() {
        let local = to_microsecond(instant(&format!("{date}T{clock}{seconds}Z"))?)?;
        return Some(Moment::Local(local.naive_utc()));
    }
    let instant = instant(&format!("{date}T{clock}{seconds}{offset}{offset_minutes}"))?;
    bound_to_microsecond(instant).map(Moment::Instant)
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc))
}

fn refuse_end_before_start(start: &WrittenPair, end: &WrittenPair) -> Result<(), ExtentError> {
    let (Some(earliest), Some(latest)) = (&start.earliest, &end.latest) else {
        return Ok(());
    };
    // The latest end is excluded, save where the end is a point in time.
    let end_is_point = end.earliest.as_ref().is_some_and(|earliest| earliest.moment == latest.moment);
    let reversed = earliest.moment > latest.moment || (earliest.moment == latest.moment && !end_is_point);
    if reversed {
        return Err(ExtentError::EndBeforeStart {
            start: excerpt(&earliest.text),
            end: excerpt(&latest.text),
        });
    }
    Ok(())
}

fn refuse_ongoing_with_latest_end(ongoing: bool, end: &WrittenPair) -> Result<(), ExtentError> {
    match &end.latest {
        Some(latest) if ongoing => Err(ExtentError::OngoingWithLatestEnd { latest: excerpt(&latest.text) }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
