//! The status over a range of time: intervals without gaps or overlaps, equal to [`status`] at every
//! instant.
//!
//! The moments at which anything can change are known beforehand: the bounds of rows, the boundaries
//! of their schedules, and the as-of of claims and evidence, each with the horizon. Between two of
//! them the answer is one and the same, so that it is asked once.

use chrono::{DateTime, Utc};

use super::combined::{Answer, status};
use super::question::{Question, Scope};
use super::record::{Records, Row, StatusClaim, TICK};

/// A range of time with at least one moment in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From this moment on.
    pub from: DateTime<Utc>,
    /// Until before this moment.
    pub to: DateTime<Utc>,
}

/// A part of a timeline throughout which the answer is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// When.
    pub span: Span,
    /// The answer.
    pub answer: Answer,
}

/// A timeline would have more than [`MOST_CHANGES`] moments at which it may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooComplex;

/// So many moments at which something may change are looked at.
pub const MOST_CHANGES: usize = 2_000;
/// So many rows and claims, at all those moments together.
const MOST_WORK: usize = 2_000_000;

/// The status throughout a range of time.
///
/// # Errors
/// When too much may change within the range.
pub fn timeline(records: &Records, span: Span, scope: Scope) -> Result<Vec<Interval>, TooComplex> {
    let mut from = vec![span.from];
    for row in &records.rows {
        changes_of_row(row, span, scope, &mut from);
        if from.len() > 2 * MOST_CHANGES + MOST_WORK / 100 {
            return Err(TooComplex);
        }
    }
    records.claims.iter().for_each(|claim| changes_of_claim(claim, scope, &mut from));
    from.retain(|moment| (span.from..span.to).contains(moment));
    from.sort_unstable();
    from.dedup();
    if from.len() > MOST_CHANGES || from.len() * (records.rows.len() + records.claims.len()) > MOST_WORK {
        return Err(TooComplex);
    }

    let mut intervals: Vec<Interval> = Vec::new();
    let ends = from.iter().skip(1).copied().chain([span.to]);
    for (from, to) in from.iter().copied().zip(ends) {
        let answer = status(records, Question { at: from, scope });
        match intervals.last_mut() {
            Some(last) if last.answer == answer => last.span.to = to,
            _ => intervals.push(Interval { span: Span { from, to }, answer }),
        }
    }
    Ok(intervals)
}

fn changes_of_row(row: &Row, span: Span, scope: Scope, into: &mut Vec<DateTime<Utc>>) {
    let bounds = [row.start.earliest, row.start.latest, row.end.earliest, row.end.latest];
    let ends = [row.last_end(scope.horizon), row.certain_end()];
    // A single moment ends one tick after it began.
    into.extend(bounds.into_iter().chain(ends).flatten().flat_map(|moment| [moment, after(moment)]));
    for testimony in row.evidence.iter().chain(&row.end_evidence) {
        into.push(after(testimony.moment + scope.horizon));
    }
    let from = row.start.earliest.map_or(span.from, |start| start.max(span.from));
    let to = row.last_end(scope.horizon).map_or(span.to, |end| after(end).min(span.to));
    if from < to {
        into.extend(row.weekly.changes(from, to, MOST_CHANGES));
    }
}

fn changes_of_claim(claim: &StatusClaim, scope: Scope, into: &mut Vec<DateTime<Utc>>) {
    into.extend(claim.since);
    into.extend(claim.moment.map(|moment| after(moment + scope.horizon)));
}

fn after(moment: DateTime<Utc>) -> DateTime<Utc> {
    moment + TICK
}
