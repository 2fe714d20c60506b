//! Which closure rows decide a cell, and what they say: the rules 1 to 3.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::cell::Cell;
use super::force::force;
use super::question::Question;
use super::record::{Row, last_moment};
use super::vocabulary::{CrossingStatusCode, ThreeValued};
use crate::closure::vocabulary::{ClosureBasis, ClosureEffect, ClosureSeverity};

/// The rows at one moment.
pub(super) struct Moment<'a> {
    question: Question,
    all: &'a [Row],
    /// Those in force, or possibly so.
    in_force: Vec<InForce<'a>>,
    /// The events that close something.
    closing: HashSet<Uuid>,
}

/// A row that is in force, surely or possibly.
#[derive(Clone, Copy)]
struct InForce<'a> {
    row: &'a Row,
    surely: bool,
}

/// What the rows say of a cell.
pub(super) struct Decision<'a> {
    pub status: CrossingStatusCode,
    /// Whether they leave nothing else.
    pub surely: bool,
    /// The rows that decide.
    pub deciding: Vec<&'a Row>,
    /// The rows that are in force too, and give way to what was observed.
    pub shown: Vec<&'a Row>,
}

/// Whether an opening lifts a closure, and whether that is sure.
#[derive(Clone, Copy)]
struct Lift {
    lifts: bool,
    surely: bool,
}

impl<'a> Moment<'a> {
    /// Looks up which rows are in force at the moment of a question.
    pub fn new(rows: &'a [Row], question: Question) -> Self {
        let in_force = rows.iter().filter_map(|row| match force(row, question.at, question.scope.horizon) {
            ThreeValued::No => None,
            force => Some(InForce { row, surely: force == ThreeValued::Yes }),
        });
        let closing = rows.iter().filter(|row| row.effect == ClosureEffect::Closes).map(|row| row.event);
        Self { question, all: rows, in_force: in_force.collect(), closing: closing.collect() }
    }

    /// What the rows say of a cell; none when no row covers it at this moment.
    pub fn decide(&self, cell: Cell) -> Option<Decision<'a>> {
        // Rule 1: where anything was observed, only that decides, and what was ordered is shown.
        let covering = self.in_force.iter().copied().filter(|one| cell.is_covered_by(one.row));
        let (observed, ordered): (Vec<_>, Vec<_>) =
            covering.partition(|one| one.row.basis == ClosureBasis::Observed);
        let (rows, shown) = if observed.is_empty() { (ordered, observed) } else { (observed, ordered) };
        let (closes, opens): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|one| one.row.effect == ClosureEffect::Closes);
        let shown = shown.into_iter().map(|one| one.row).collect();
        let decision = |status, surely, deciding| Decision { status, surely, deciding, shown };

        // Rule 2: openings lift closures.
        let of_severity = |severity| closes.iter().copied().filter(move |one| one.row.severity == severity);
        let unlifted = |severity| -> Vec<InForce<'a>> {
            of_severity(severity)
                .filter(|close| !opens.iter().any(|open| self.lift(*open, *close).lifts))
                .collect()
        };
        let surely_stands = |close: &InForce<'_>| {
            close.surely
                && opens.iter().all(|open| {
                    let lift = self.lift(*open, *close);
                    lift.surely && !lift.lifts
                })
        };
        let surely_lifted = |close: InForce<'_>| {
            opens.iter().any(|open| {
                let lift = self.lift(*open, close);
                lift.surely && lift.lifts && open.surely
            })
        };

        // Rule 3, in its order: an unlifted FULL closure, a PARTIAL one, the latest opening, a closure that ended.
        let full = unlifted(ClosureSeverity::Full);
        if !full.is_empty() {
            let surely = full.iter().any(surely_stands);
            return Some(decision(CrossingStatusCode::Closed, surely, rows_of(full)));
        }
        let no_full = of_severity(ClosureSeverity::Full).all(surely_lifted);
        let partial = unlifted(ClosureSeverity::Partial);
        if !partial.is_empty() {
            let surely = no_full && partial.iter().any(surely_stands);
            return Some(decision(CrossingStatusCode::Restricted, surely, rows_of(partial)));
        }
        if let Some(start) = opens.iter().map(|open| start_key(open.row)).max() {
            let latest: Vec<_> = opens.iter().copied().filter(|open| start_key(open.row) == start).collect();
            let status = if latest.iter().all(|open| open.row.severity == ClosureSeverity::Full) {
                CrossingStatusCode::Open
            } else {
                CrossingStatusCode::Restricted
            };
            let nothing_closes = no_full && of_severity(ClosureSeverity::Partial).all(surely_lifted);
            let surely = nothing_closes && latest.iter().any(|open| open.surely);
            return Some(decision(status, surely, rows_of(latest)));
        }
        self.last_ended(cell).map(|(surely, ended)| decision(CrossingStatusCode::Open, surely, ended))
    }

    /// The closures of a cell that ended last, and whether that is sure: those in a pause of their
    /// weekly schedule before those that are over.
    fn last_ended(&self, cell: Cell) -> Option<(bool, Vec<&'a Row>)> {
        let Question { at, scope } = self.question;
        let ended = self.all.iter().filter_map(|row| {
            let counts = row.effect == ClosureEffect::Closes && cell.is_covered_by(row);
            let ended = if counts { row.has_ended(at, scope.horizon) } else { ThreeValued::No };
            // A closure that is not over at the moment pauses now.
            let end = row.end.latest.filter(|end| *end <= at).unwrap_or(at);
            ended.is_possible().then_some((end, ended == ThreeValued::Yes, row))
        });
        let ended: Vec<_> = ended.collect();
        let last = ended.iter().map(|(end, ..)| *end).max()?;
        let last = ended.into_iter().filter(|(end, ..)| *end == last);
        let (surely, rows): (Vec<bool>, Vec<&Row>) = last.map(|(_, surely, row)| (surely, row)).unzip();
        Some((surely.contains(&true), rows))
    }

    /// Rule 2: an OPENS row lifts, while it applies, the closures that began no later: those that
    /// its event ENDS; if it ends none, and names who decided, those decided by the same actor; else all.
    fn lift(&self, open: InForce<'_>, close: InForce<'_>) -> Lift {
        let (open, close) = (open.row, close.row);
        let (lifts, surely) = if open.ends.iter().any(|ended| self.closing.contains(&ended.event)) {
            let named: Vec<_> = open.ends.iter().filter(|ended| ended.event == close.event).collect();
            (!named.is_empty(), named.is_empty() || named.iter().any(|ended| !ended.alleged))
        } else {
            (open.decided_by.is_none() || open.decided_by == close.decided_by, true)
        };
        if !lifts {
            return Lift { lifts: false, surely };
        }
        // Uncertain starts are compared by their earliest bounds, as claims are; it is sure where
        // the bounds leave no other order, or both began at once.
        let (opened, closed) = (open.start, close.start);
        let no_later = opened == closed
            || matches!((closed.latest, opened.earliest), (Some(closed), Some(opened)) if closed <= opened);
        let later = matches!((closed.earliest, last_moment(opened)), (Some(closed), Some(opened)) if closed > opened)
            && opened.latest.is_some();
        Lift { lifts: closed.earliest <= opened.earliest, surely: surely && (no_later || later) }
    }
}

fn rows_of(all: Vec<InForce<'_>>) -> Vec<&Row> {
    all.into_iter().map(|one| one.row).collect()
}

/// What tells which of two rows began later: the earliest bound, then the latest; an open one lies
/// before all others, or after.
fn start_key(row: &Row) -> (DateTime<Utc>, DateTime<Utc>) {
    (
        row.start.earliest.unwrap_or(DateTime::<Utc>::MIN_UTC),
        row.start.latest.unwrap_or(DateTime::<Utc>::MAX_UTC),
    )
}
