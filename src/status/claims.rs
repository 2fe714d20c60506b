//! What status claims add to a cell: an answer where no row covers it, else support and dissent
//! (rule 4).
//!
//! A DENY of a status value says that it is not so, and no more: it dissents from an answer of that
//! value, and neither supports nor gives any other. That somebody denies CLOSED never makes OPEN.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::cell::Cell;
use super::question::Question;
use super::record::{Row, StatusClaim, is_position};
use super::vocabulary::CrossingStatusCode;
use crate::claim::origin::Origin;
use crate::claim::vocabulary::ClaimAct;

/// The claims that speak of a cell as of a moment or before.
pub(super) struct Spoken<'a> {
    question: Question,
    cell: Cell,
    /// All of them, of whatever age.
    all: Vec<&'a StatusClaim>,
    /// Of each origin, those of its latest as-of.
    latest: Vec<&'a StatusClaim>,
}

/// Claims that agree with an answer, and claims that do not.
#[derive(Default)]
pub(super) struct Sides<'a> {
    pub support: Vec<&'a StatusClaim>,
    pub dissent: Vec<&'a StatusClaim>,
}

impl<'a> Spoken<'a> {
    pub fn of(claims: &'a [StatusClaim], cell: Cell, question: Question) -> Self {
        let all: Vec<_> = claims
            .iter()
            .filter(|claim| is_position(claim.act) && cell.distance_of(claim).is_some())
            // A claim as of later says nothing of this moment.
            .filter(|claim| claim.since <= Some(question.at))
            .collect();
        let mut origins: BTreeMap<Origin, Vec<&StatusClaim>> = BTreeMap::new();
        for claim in &all {
            origins.entry(claim.origin).or_default().push(claim);
        }
        // Of equal as-of, what is said of the cell most directly: whoever closes a crossing for
        // people on foot except the returning says so with two claims, and does not contradict himself.
        let latest = origins.into_values().flat_map(|claims| {
            let order = |claim: &StatusClaim| (claim.since, Reverse(cell.distance_of(claim)));
            let last = claims.iter().map(|claim| order(claim)).max();
            claims.into_iter().filter(move |claim| Some(order(claim)) == last)
        });
        let latest = latest.collect();
        Self { question, cell, all, latest }
    }

    /// The latest moment of which any of them speaks.
    pub fn last_moment(&self) -> Option<DateTime<Utc>> {
        self.all.iter().filter_map(|claim| claim.moment).max()
    }

    /// The articles in which they stand.
    pub fn is_in(&self, article: uuid::Uuid) -> bool {
        self.all.iter().any(|claim| claim.article == Some(article))
    }

    /// The answer of the claims themselves, where no row covers the cell: the latest word, and of
    /// several as of one time the most restrictive. Words older than the horizon count only
    /// when there are no others.
    pub fn decide(&self) -> Option<(CrossingStatusCode, Sides<'a>)> {
        let recent: Vec<_> = self.latest.iter().copied().filter(|claim| self.is_recent(claim)).collect();
        let counting = if recent.is_empty() { self.latest.clone() } else { recent };
        let said = counting.iter().filter(|claim| claim.act != ClaimAct::Deny);
        let answer = said.max_by_key(|claim| (claim.since, claim.value))?.value;
        Some((answer, Sides::about(answer, counting)))
    }

    /// The claims for and against what rows answer.
    ///
    /// An origin's latest counts when it is as of no earlier than the deciding rows' start. Dissent
    /// must also lie within the horizon, and must not merely state the rule for a wider class of
    /// traffic to which the deciding rows are the exception.
    pub fn about(&self, answer: CrossingStatusCode, deciding: &[&Row]) -> Sides<'a> {
        let start = deciding.iter().map(|row| row.start.earliest).min().flatten();
        let heard = self.latest.iter().copied().filter(|claim| claim.since >= start);
        let mut sides = Sides::about(answer, heard.collect());
        sides.dissent.retain(|claim| {
            self.is_recent(claim) && !deciding.iter().all(|row| self.cell.is_exception(row, claim))
        });
        sides
    }

    fn is_recent(&self, claim: &StatusClaim) -> bool {
        claim.moment.is_some_and(|moment| self.question.at <= moment + self.question.scope.horizon)
    }
}

impl<'a> Sides<'a> {
    fn about(answer: CrossingStatusCode, claims: Vec<&'a StatusClaim>) -> Self {
        let mut sides = Self::default();
        for claim in claims {
            match (claim.act == ClaimAct::Deny, claim.value == answer) {
                (false, true) => sides.support.push(claim),
                (false, false) | (true, true) => sides.dissent.push(claim),
                (true, false) => {}
            }
        }
        sides
    }
}
