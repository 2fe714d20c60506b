//! What is known of a crossing, as plain values: closure rows, status claims, and who stands behind them.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::schedule::Weekly;
use super::vocabulary::CrossingStatusCode;
use crate::claim::origin::Origin;
use crate::claim::vocabulary::ClaimAct;
use crate::closure::vocabulary::{ClosureBasis, ClosureEffect, ClosureSeverity};
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::event::vocabulary::Modality;
use crate::extent::Bounds;

/// Everything that bears on the status of one crossing. The order of rows and claims means nothing.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// What closes or opens it, or the border it is on.
    pub rows: Vec<Row>,
    /// The unretracted claims about its status.
    pub claims: Vec<StatusClaim>,
}

/// A closure row: what an event closes or opens.
#[derive(Clone, Debug)]
pub struct Row {
    /// The closure.
    pub id: Uuid,
    /// The event that closes or opens.
    pub event: Uuid,
    /// Whether that event happened.
    pub modality: Modality,
    /// Whether it closes or opens.
    pub effect: ClosureEffect,
    /// Which way.
    pub direction: Direction,
    /// For which traffic; empty for all.
    pub traffic: Vec<TrafficClass>,
    /// Whether completely.
    pub severity: ClosureSeverity,
    /// Whether it was ordered or seen.
    pub basis: ClosureBasis,
    /// Who decided it.
    pub decided_by: Option<Uuid>,
    /// When it began.
    pub start: Bounds<DateTime<Utc>>,
    /// When it ended.
    pub end: Bounds<DateTime<Utc>>,
    /// Whether it had not ended when it was last heard of.
    pub ongoing: bool,
    /// When in the week it applies.
    pub weekly: Weekly,
    /// The events that its event ENDS.
    pub ends: Vec<Ended>,
    /// The reports and claims behind it.
    pub evidence: Vec<Testimony>,
    /// The reports of the events that end its event.
    pub end_evidence: Vec<Testimony>,
    /// Who reports it.
    pub voices: Vec<Voice>,
}

/// An event that another ENDS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The event that is ended.
    pub event: Uuid,
    /// Whether that is only alleged.
    pub alleged: bool,
}

/// That somebody spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Testimony {
    /// The latest moment of which they may have spoken.
    pub moment: DateTime<Utc>,
    /// What they did with their claim; none of a report.
    pub act: Option<ClaimAct>,
}

/// A report of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    /// The article; none when only its source is known.
    pub article: Option<Uuid>,
    /// Where the article comes from.
    pub origin: Origin,
}

/// A claim about the status of the crossing.
#[derive(Clone, Debug)]
pub struct StatusClaim {
    /// The claim.
    pub id: Uuid,
    /// What its speaker does with it.
    pub act: ClaimAct,
    /// What is said.
    pub value: CrossingStatusCode,
    /// Which way.
    pub direction: Direction,
    /// Which traffic; none for all.
    pub traffic: Option<TrafficClass>,
    /// The first moment of which it may speak; none when that is open.
    pub since: Option<DateTime<Utc>>,
    /// The last moment of which it may speak; none when nothing is known of it.
    pub moment: Option<DateTime<Utc>>,
    /// Who stands behind it.
    pub origin: Origin,
    /// The article it stands in.
    pub article: Option<Uuid>,
}

/// The step from one moment to the next that can be told from it: what Postgres keeps.
pub const TICK: TimeDelta = TimeDelta::microseconds(1);

/// The last moment that bounds allow: just before the latest, or the latest itself where it is an
/// exact point; where that is open, the earliest.
#[must_use]
pub fn last_moment(bounds: Bounds<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (bounds.earliest, bounds.latest) {
        (Some(earliest), Some(latest)) if earliest == latest => Some(latest),
        (_, Some(latest)) => Some(latest - TICK),
        (earliest, None) => earliest,
    }
}

/// Whether an act is a position on a status. PREDICT, DEMAND, ANNOUNCE, QUESTION and ACCUSE never
/// reach one, neither as an answer nor as dissent nor as evidence.
#[must_use]
pub fn is_position(act: ClaimAct) -> bool {
    matches!(act, ClaimAct::Assert | ClaimAct::Confirm | ClaimAct::Deny)
}

impl Testimony {
    /// The latest moment of which any of these positions or reports speaks.
    pub fn latest<'a>(all: impl IntoIterator<Item = &'a Self>) -> Option<DateTime<Utc>> {
        all.into_iter().filter(|one| one.act.is_none_or(is_position)).map(|one| one.moment).max()
    }
}
