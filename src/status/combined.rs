//! The answer of each cell, and the answer of several together: the rules 4 to 6.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::cell::Cell;
use super::claims::{Sides, Spoken};
use super::question::Question;
use super::record::{Records, Row, StatusClaim, Testimony};
use super::rows::{Decision, Moment};
use super::vocabulary::{CrossingStatusCode, StatusCertainty};
use crate::claim::origin::Origin;

/// The status of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it can be crossed.
    pub status: CrossingStatusCode,
    /// How sure that is.
    pub certainty: StatusCertainty,
    /// Who says so, and who does not.
    pub grounds: Grounds,
    /// The latest moment of which any of the evidence speaks.
    pub last_evidence: Option<DateTime<Utc>>,
}

/// The status of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellAnswer {
    /// Which cell.
    pub cell: Cell,
    /// Whether it can be crossed.
    pub status: CrossingStatusCode,
    /// How sure that is.
    pub certainty: StatusCertainty,
}

/// What an answer rests on, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grounds {
    /// The rows that decide.
    pub deciding: BTreeSet<Uuid>,
    /// The rows in force that give way to what was observed.
    pub shown: BTreeSet<Uuid>,
    /// The claims that say the same.
    pub support: BTreeSet<Uuid>,
    /// The claims that say otherwise.
    pub dissent: BTreeSet<Uuid>,
    /// Who stands behind the deciding rows and the claims that say the same.
    pub origins: BTreeSet<Origin>,
}

/// The status of a crossing.
#[must_use]
pub fn status(records: &Records, question: Question) -> Answer {
    let moment = Moment::new(&records.rows, question);
    let cells = question.scope.cells().into_iter().map(|cell| answer(records, &moment, cell, question));
    combine(cells.collect())
}

/// The status of each cell that is asked for, and of those it covers.
#[must_use]
pub fn each_cell(records: &Records, question: Question) -> Vec<CellAnswer> {
    let moment = Moment::new(&records.rows, question);
    let cells = question.scope.cells_in_detail().into_iter();
    cells
        .map(|cell| {
            let Answer { status, certainty, .. } = answer(records, &moment, cell, question);
            CellAnswer { cell, status, certainty }
        })
        .collect()
}

/// The answer of one cell: by the rows that cover it, else by the claims (rule 4), else UNKNOWN.
fn answer(records: &Records, moment: &Moment<'_>, cell: Cell, question: Question) -> Answer {
    let spoken = Spoken::of(&records.claims, cell, question);
    if let Some(decision) = moment.decide(cell) {
        let sides = spoken.about(decision.status, &decision.deciding);
        let evidence = decision.deciding.iter().flat_map(|row| row.evidence.iter().chain(&row.end_evidence));
        let last_evidence = Testimony::latest(evidence).max(spoken.last_moment());
        let grounds = Grounds::of_rows(&decision, &sides, &spoken);
        return Answer::of_cell(decision.status, decision.surely, grounds, last_evidence, question);
    }
    let Some((status, sides)) = spoken.decide() else { return Answer::nothing() };
    Answer::of_cell(status, true, Grounds::of_claims(&sides), spoken.last_moment(), question)
}

impl Answer {
    fn nothing() -> Self {
        Self {
            status: CrossingStatusCode::Unknown,
            certainty: StatusCertainty::NoData,
            grounds: Grounds::default(),
            last_evidence: None,
        }
    }

    /// Rule 6 for a cell: the first that applies.
    fn of_cell(
        status: CrossingStatusCode,
        surely: bool,
        grounds: Grounds,
        last_evidence: Option<DateTime<Utc>>,
        question: Question,
    ) -> Self {
        let stale = last_evidence.is_none_or(|moment| question.at > moment + question.scope.horizon);
        let certainty = if stale {
            StatusCertainty::Stale
        } else if !grounds.dissent.is_empty() {
            StatusCertainty::Disputed
        } else if surely {
            StatusCertainty::Certain
        } else {
            StatusCertainty::Possible
        };
        Self { status, certainty, grounds, last_evidence }
    }
}

/// Rules 5 and 6 for several cells.
fn combine(cells: Vec<Answer>) -> Answer {
    use CrossingStatusCode::{Closed, Open, Restricted, Unknown};

    let has = |status| cells.iter().any(|cell| cell.status == status);
    // All equal gives that; OPEN with UNKNOWN is OPEN, and CLOSED with UNKNOWN is RESTRICTED, both
    // POSSIBLE; every other mixture is RESTRICTED, whatever the unknown part is.
    let (status, surely) = match (has(Open), has(Restricted), has(Closed), has(Unknown)) {
        (false, false, false, _) => (Unknown, true),
        (true, false, false, unknown) => (Open, !unknown),
        (false, false, true, false) => (Closed, true),
        (false, false, true, true) => (Restricted, false),
        _ => (Restricted, true),
    };
    let is = |certainty| cells.iter().any(|cell| cell.certainty == certainty);
    let certainty = if status == Unknown {
        StatusCertainty::NoData
    } else if is(StatusCertainty::Stale) {
        StatusCertainty::Stale
    } else if is(StatusCertainty::Disputed) {
        StatusCertainty::Disputed
    } else if is(StatusCertainty::Possible) || !surely {
        StatusCertainty::Possible
    } else {
        StatusCertainty::Certain
    };
    let last_evidence = cells.iter().filter_map(|cell| cell.last_evidence).max();
    Answer { status, certainty, grounds: Grounds::together(cells), last_evidence }
}

impl Grounds {
    /// The origins are those of the supporting claims, and of the articles that report the deciding
    /// rows. An article that quotes somebody on the status of the cell is not counted beside him.
    fn of_rows(decision: &Decision<'_>, sides: &Sides<'_>, spoken: &Spoken<'_>) -> Self {
        let voices = decision.deciding.iter().flat_map(|row| &row.voices);
        let reporting = voices.filter(|voice| voice.article.is_none_or(|article| !spoken.is_in(article)));
        let mut grounds = Self::of_claims(sides);
        grounds.deciding = row_ids(&decision.deciding);
        grounds.shown = row_ids(&decision.shown);
        grounds.origins.extend(reporting.map(|voice| voice.origin));
        grounds
    }

    fn of_claims(sides: &Sides<'_>) -> Self {
        let ids = |claims: &[&StatusClaim]| claims.iter().map(|claim| claim.id).collect();
        Self {
            support: ids(&sides.support),
            dissent: ids(&sides.dissent),
            origins: sides.support.iter().map(|claim| claim.origin).collect(),
            ..Self::default()
        }
    }

    /// What decides or dissents in one cell does so for all of them together.
    fn together(cells: Vec<Answer>) -> Self {
        let mut all = Self::default();
        for Answer { grounds, .. } in cells {
            all.deciding.extend(grounds.deciding);
            all.shown.extend(grounds.shown);
            all.support.extend(grounds.support);
            all.dissent.extend(grounds.dissent);
            all.origins.extend(grounds.origins);
        }
        all.shown = &all.shown - &all.deciding;
        all.support = &all.support - &all.dissent;
        all
    }
}

fn row_ids(rows: &[&Row]) -> BTreeSet<Uuid> {
    rows.iter().map(|row| row.id).collect()
}
