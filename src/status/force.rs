//! Whether a row is in force at a moment: yes, no, or possibly, since its bounds are uncertain.

use chrono::{DateTime, TimeDelta, Utc};

use super::record::{Row, TICK, Testimony, last_moment};
use super::vocabulary::ThreeValued;
use crate::closure::vocabulary::ClosureBasis;
use crate::event::vocabulary::Modality;

/// Whether a row is in force (rule 1): within its extent and its weekly schedule, of an event that
/// OCCURRED or is ONGOING. Of an ALLEGED event it is possibly so at most, of any other never.
#[must_use]
pub fn force(row: &Row, at: DateTime<Utc>, horizon: TimeDelta) -> ThreeValued {
    let (extent, weekly) = (row.within_extent(at, horizon), row.weekly.at(at));
    match (row.modality, extent, weekly) {
        (Modality::Announced | Modality::Cancelled | Modality::DidNotHappen, ..)
        | (_, ThreeValued::No, _)
        | (_, _, ThreeValued::No) => ThreeValued::No,
        (Modality::Occurred | Modality::Ongoing, ThreeValued::Yes, ThreeValued::Yes) => ThreeValued::Yes,
        _ => ThreeValued::Possibly,
    }
}

impl Row {
    /// Whether its event happened, or may have.
    #[must_use]
    pub fn may_count(&self) -> bool {
        Modality::MAY_COUNT.contains(&self.modality)
    }

    /// Whether a moment lies in its extent, whatever its weekly schedule says.
    fn within_extent(&self, at: DateTime<Utc>, horizon: TimeDelta) -> ThreeValued {
        if !holds(self.start.earliest, self.last_end(horizon), at) {
            return ThreeValued::No;
        }
        let begun = self.start.latest.is_some();
        let lasts = self.ongoing || self.certain_end().is_some();
        if begun && lasts && holds(self.start.latest, self.certain_end(), at) {
            ThreeValued::Yes
        } else {
            ThreeValued::Possibly
        }
    }

    /// The moment from which on it is certainly over; none when it may last for ever. An OBSERVED
    /// row without an end applies for the horizon only, counted from its start.
    #[must_use]
    pub fn last_end(&self, horizon: TimeDelta) -> Option<DateTime<Utc>> {
        if self.basis == ClosureBasis::Observed && self.end.latest.is_none() {
            let seen = last_moment(self.start).or_else(|| self.last_evidence());
            // Neither a start nor a word of it: there is nothing to count from.
            return Some(seen.map_or(DateTime::<Utc>::MIN_UTC, |seen| seen + horizon + TICK));
        }
        self.end.latest
    }

    /// The moment until before which it certainly lasts: to its earliest end; of an unknown end, to
    /// the latest evidence. None while ongoing, and when nobody speaks of it.
    #[must_use]
    pub fn certain_end(&self) -> Option<DateTime<Utc>> {
        if self.ongoing {
            return None;
        }
        self.end.earliest.or_else(|| self.last_evidence().map(|moment| moment + TICK))
    }

    /// Whether, at a moment, it has come to an end: its extent is over, or its weekly schedule
    /// makes a pause after a time at which it applied.
    #[must_use]
    pub fn has_ended(&self, at: DateTime<Utc>, horizon: TimeDelta) -> ThreeValued {
        let over = self.end.latest.is_some_and(|end| end <= at && !holds(self.start.earliest, Some(end), at));
        let pausing = self.weekly.at(at) == ThreeValued::No
            && self.within_extent(at, horizon).is_possible()
            && self.start.earliest.is_none_or(|start| self.weekly.has_applied(start, at));
        let surely = over || self.start.latest.is_some_and(|start| start <= at);
        match (self.modality, over || pausing) {
            _ if !self.may_count() => ThreeValued::No,
            (_, false) => ThreeValued::No,
            (Modality::Alleged, true) => ThreeValued::Possibly,
            (_, true) if surely => ThreeValued::Yes,
            _ => ThreeValued::Possibly,
        }
    }

    /// The latest moment of which a report or claim behind it speaks.
    #[must_use]
    pub fn last_evidence(&self) -> Option<DateTime<Utc>> {
        Testimony::latest(&self.evidence)
    }
}

/// Whether a moment lies from one until before another; two equal ones are that single moment.
fn holds(from: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>, at: DateTime<Utc>) -> bool {
    from.is_none_or(|from| from <= at)
        && until.is_none_or(|until| at < until || (at == until && from == Some(until)))
}
