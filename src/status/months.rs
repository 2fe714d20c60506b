//! How long each status lasted in each month of a timeline. Pure, after the same rules as the timeline.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::timeline::{Interval, Span};
use super::vocabulary::{CrossingStatusCode, StatusCertainty};
use crate::statistics::calendar::Unit;

/// A month of the calendar in UTC, and how long each status lasted in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    pub first_day: NaiveDate,
    pub closed: TimeDelta,
    /// The part of `closed` that is certain.
    pub closed_for_certain: TimeDelta,
    pub restricted: TimeDelta,
    pub open: TimeDelta,
    pub unknown: TimeDelta,
}

impl Month {
    fn new(first_day: NaiveDate) -> Self {
        let none = TimeDelta::zero();
        Self {
            first_day,
            closed: none,
            closed_for_certain: none,
            restricted: none,
            open: none,
            unknown: none,
        }
    }

    /// How much of it lies in the timeline.
    pub fn whole(&self) -> TimeDelta {
        self.closed + self.restricted + self.open + self.unknown
    }

    fn add(&mut self, status: CrossingStatusCode, certainty: StatusCertainty, long: TimeDelta) {
        match status {
            CrossingStatusCode::Closed => self.closed += long,
            CrossingStatusCode::Restricted => self.restricted += long,
            CrossingStatusCode::Open => self.open += long,
            CrossingStatusCode::Unknown => self.unknown += long,
        }
        if status == CrossingStatusCode::Closed && certainty == StatusCertainty::Certain {
            self.closed_for_certain += long;
        }
    }
}

/// Days of 24 hours, with their fraction.
#[allow(
    clippy::cast_precision_loss,
    reason = "ten years have fewer microseconds than a float has digits for"
)]
pub fn days(long: TimeDelta) -> f64 {
    long.num_microseconds().unwrap_or(i64::MAX) as f64 / 86_400e6
}

/// The months of a timeline, in order.
pub fn months(intervals: &[Interval]) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for Interval { span, answer } in intervals {
        let mut from = span.from;
        while from < span.to {
            let Some((first_day, next)) = month_of(from) else { break };
            let Span { from: begun, to } = Span { from, to: span.to.min(next) };
            if months.last().is_none_or(|last| last.first_day != first_day) {
                months.push(Month::new(first_day));
            }
            if let Some(last) = months.last_mut() {
                last.add(answer.status, answer.certainty, to - begun);
            }
            from = to;
        }
    }
    months
}

/// The first day of the month that a moment lies in, and the moment that the next begins.
fn month_of(moment: DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)> {
    let first = Unit::Month.first_day(moment.date_naive())?;
    Some((first, Unit::Month.next(first)?.and_time(NaiveTime::MIN).and_utc()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::status::Answer;
    use crate::status::combined::Grounds;

    /// A timeline that begins at a day and has these statuses for so many hours each.
    fn timeline(from: &str, parts: &[(CrossingStatusCode, i64)]) -> Vec<Interval> {
        let day: NaiveDate = from.parse().unwrap();
        let mut from = day.and_time(NaiveTime::MIN).and_utc();
        let interval = |(status, hours): &(CrossingStatusCode, i64)| {
            let span = Span { from, to: from + TimeDelta::hours(*hours) };
            from = span.to;
            let certainty = StatusCertainty::Certain;
            Interval {
                span,
                answer: Answer {
                    status: *status,
                    certainty,
                    grounds: Grounds::default(),
                    last_evidence: None,
                },
            }
        };
        parts.iter().map(interval).collect()
    }

    #[test]
    fn a_closure_over_two_months_is_counted_in_both() {
        use CrossingStatusCode as S;
        let all = months(&timeline("2025-10-30", &[(S::Open, 12), (S::Closed, 72), (S::Unknown, 24)]));
        let shown: Vec<_> = all
            .iter()
            .map(|m| {
                (m.first_day.to_string(), days(m.open), days(m.closed), days(m.unknown), days(m.whole()))
            })
            .collect();
        assert_eq!(
            shown,
            [("2025-10-01".to_owned(), 0.5, 1.5, 0.0, 2.0), ("2025-11-01".to_owned(), 0.0, 1.5, 1.0, 2.5)]
        );
    }

    proptest! {
        #[test]
        fn months_together_are_the_timeline(parts in prop::collection::vec((0..4_usize, 1..3_000_i64), 1..9)) {
            use CrossingStatusCode as S;
            let parts: Vec<_> =
                parts.iter().map(|(status, hours)| ([S::Open, S::Closed, S::Restricted, S::Unknown][*status], *hours)).collect();
            let all = months(&timeline("2025-01-31", &parts));
            let sum = |of: fn(&Month) -> TimeDelta| all.iter().map(of).sum::<TimeDelta>();
            let hours = |wanted: Option<S>| {
                let some = parts.iter().filter(|(status, _)| wanted.is_none_or(|wanted| wanted == *status));
                TimeDelta::hours(some.map(|(_, hours)| hours).sum())
            };
            prop_assert_eq!(sum(Month::whole), hours(None));
            prop_assert_eq!(sum(|month| month.closed), hours(Some(S::Closed)));
            prop_assert_eq!(sum(|month| month.closed_for_certain), hours(Some(S::Closed)));
            for pair in all.windows(2) {
                prop_assert_eq!(Unit::Month.next(pair[0].first_day), Some(pair[1].first_day));
                prop_assert!(pair[0].whole() <= TimeDelta::days(31));
            }
        }
    }
}
