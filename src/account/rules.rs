//! The five rules that make an account of claims, in their order.
//!
//! 1. [`positions`]: which claims say what happened.
//! 2. [`latest_of_each_origin`]: who says something else now than before.
//! 3. [`unfinished_business`]: what was said before the event was over.
//! 4. [`variants`]: what is equal belongs together.
//! 5. [`AGREEMENTS`]: how the variants stand to each other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::position::{Position, Subject};
use super::value::Value;
use super::vocabulary::Agreement;
use crate::claim::origin::Origin;
use crate::claim::vocabulary::ClaimAct;

/// What is claimed of one property of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// How the variants stand to each other.
    pub agreement: Agreement,
    /// The values, those with the most origins first.
    pub variants: Vec<Variant>,
    /// Claims that were said before, or too early, in order of time.
    pub superseded: Vec<Uuid>,
}

/// One value, and who stands for it or against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The value as it is read.
    pub value: Value,
    /// A claim that shows the value.
    pub shown_by: Uuid,
    /// The claims that say so or deny it, in order of time.
    pub claims: Vec<Uuid>,
    /// In how many articles it is said.
    pub articles: usize,
    /// In how many sources it is said.
    pub sources: usize,
    /// How many origins say it.
    pub origins: usize,
    /// How many origins deny it.
    pub denials: usize,
}

/// A position with the value it is read as.
#[derive(Clone, Debug)]
struct Reading<'a> {
    position: &'a Position,
    value: Value,
}

/// What the agreement is decided by.
struct Evidence<'a> {
    subject: &'a Subject,
    live: &'a [Reading<'a>],
    /// Set aside by the second rule.
    said_before: &'a [&'a Position],
    variants: &'a [Variant],
}

/// The account of what these claims say; none when none of them is a position.
///
/// `as_of` leaves out what was said later. The order of the claims makes no difference.
#[must_use]
pub fn account(subject: &Subject, claims: &[Position], as_of: Option<DateTime<Utc>>) -> Option<Account> {
    let positions = positions(claims, as_of);
    if positions.is_empty() {
        return None;
    }
    let (latest, said_before) = latest_of_each_origin(positions);
    let (live, too_early) = unfinished_business(subject, latest);
    let variants = variants(&live);
    let evidence = Evidence { subject, live: &live, said_before: &said_before, variants: &variants };
    let agreement = AGREEMENTS
        .iter()
        .find(|(_, applies)| applies(&evidence))
        .map_or(Agreement::Single, |(word, _)| *word);
    let superseded = in_time(said_before.into_iter().chain(too_early));
    Some(Account { agreement, variants, superseded })
}

/// Rule 1. Positions are what is asserted, confirmed, denied or made an accusation; predictions,
/// demands, questions and announcements do not say what happened.
fn positions(claims: &[Position], as_of: Option<DateTime<Utc>>) -> Vec<&Position> {
    let is_position = |claim: &&Position| {
        matches!(claim.act, ClaimAct::Assert | ClaimAct::Confirm | ClaimAct::Deny | ClaimAct::Accuse)
    };
    let is_said =
        |claim: &&Position| as_of.is_none_or(|moment| claim.as_of.is_some_and(|said| said <= moment));
    claims.iter().filter(is_position).filter(is_said).collect()
}

/// Rule 2. Of each origin those of its latest as-of count, all of them where it is equal.
fn latest_of_each_origin(positions: Vec<&Position>) -> (Vec<&Position>, Vec<&Position>) {
    let mut latest: BTreeMap<Origin, DateTime<Utc>> = BTreeMap::new();
    for position in &positions {
        if let Some(as_of) = position.as_of {
            let known = latest.entry(position.origin).or_insert(as_of);
            *known = as_of.max(*known);
        }
    }
    positions
        .into_iter()
        .partition(|position| latest.get(&position.origin).is_none_or(|latest| !position.is_before(*latest)))
}

/// Rule 3. What was said before the event was over: a number reads as `AT_LEAST`; any other value is
/// set aside once some origin speaks as of the end or later.
///
/// A denial of a number is of what was said, and stays as it is. The part of this rule on counts of
/// people weighs one position against another, and stands in [`excludes`].
fn unfinished_business<'a>(
    subject: &Subject,
    latest: Vec<&'a Position>,
) -> (Vec<Reading<'a>>, Vec<&'a Position>) {
    let Some(ended) = subject.ended else {
        return (latest.into_iter().map(as_stated).collect(), Vec::new());
    };
    let is_over = latest.iter().any(|position| position.as_of.is_some_and(|as_of| as_of >= ended));
    let (mut live, mut too_early) = (Vec::new(), Vec::new());
    for position in latest {
        match &position.value {
            _ if !position.is_before(ended) => live.push(as_stated(position)),
            Value::Number(_) if position.denies() => live.push(as_stated(position)),
            Value::Number(_) => live.push(Reading { position, value: position.value.at_least() }),
            _ if is_over => too_early.push(position),
            _ => live.push(as_stated(position)),
        }
    }
    (live, too_early)
}

fn as_stated(position: &Position) -> Reading<'_> {
    Reading { position, value: position.value.clone() }
}

/// Rule 4. A variant groups values that are equal. A denial stands with the variant of what it
/// denies, and makes one of its own when nobody says that.
fn variants(live: &[Reading]) -> Vec<Variant> {
    let mut groups: BTreeMap<&Value, (Vec<&Position>, Vec<&Position>)> = BTreeMap::new();
    // What was said of a figure before the end is read otherwise; a denial of it still finds it.
    let mut read_as: BTreeMap<&Value, &Value> = BTreeMap::new();
    for reading in live.iter().filter(|reading| !reading.position.denies()) {
        groups.entry(&reading.value).or_default().0.push(reading.position);
        let read = read_as.entry(&reading.position.value).or_insert(&reading.value);
        if reading.value == reading.position.value {
            *read = &reading.value;
        }
    }
    for denial in live.iter().filter(|reading| reading.position.denies()) {
        let read = read_as.get(&denial.value).copied().unwrap_or(&denial.value);
        groups.entry(read).or_default().1.push(denial.position);
    }
    let mut variants: Vec<Variant> =
        groups.into_iter().map(|(value, (said, denied))| variant(value, &said, &denied)).collect();
    // The groups are in the order of their values, which settles ties.
    variants
        .sort_by_key(|variant| std::cmp::Reverse((variant.origins, variant.articles, variant.claims.len())));
    variants
}

fn variant(value: &Value, said: &[&Position], denied: &[&Position]) -> Variant {
    let claims = in_time(said.iter().chain(denied).copied());
    let shown_by = in_time(if said.is_empty() { denied } else { said }.iter().copied())[0];
    Variant {
        value: value.clone(),
        shown_by,
        claims,
        articles: distinct(said.iter().filter_map(|position| position.article)),
        sources: distinct(said.iter().map(|position| position.source)),
        origins: distinct(said.iter().map(|position| position.origin)),
        denials: distinct(denied.iter().map(|position| position.origin)),
    }
}

/// Whether an agreement applies.
type Applies = fn(&Evidence) -> bool;

/// Rule 5. The first that applies; where none does, one origin alone speaks.
const AGREEMENTS: [(Agreement, Applies); 5] = [
    (Agreement::Disputed, |evidence| evidence.subject.functional && has_contradiction(evidence)),
    (Agreement::Denied, has_denial),
    (Agreement::Updated, has_change),
    (Agreement::Varied, |evidence| {
        let said = evidence.variants.iter().filter(|variant| variant.origins > 0).count();
        !evidence.subject.functional && said > 1 && said_by(evidence.live) > 1
    }),
    (Agreement::Agreed, |evidence| distinct(evidence.live.iter().map(|reading| reading.position.origin)) > 1),
];

/// Two live values exclude each other, be they of one origin.
fn has_contradiction(evidence: &Evidence) -> bool {
    let subject = evidence.subject;
    // Positions of one value and moment say the same.
    let said: BTreeSet<(&Value, Option<DateTime<Utc>>)> = evidence
        .live
        .iter()
        .filter(|reading| !reading.position.denies())
        .map(|reading| (&reading.value, reading.position.as_of.filter(|_| subject.counts_people)))
        .collect();
    let said: Vec<_> = said.into_iter().collect();
    said.iter().enumerate().any(|(place, one)| said[..place].iter().any(|two| excludes(subject, *one, *two)))
}

/// Whether both values cannot be true. A count of people reads as `AT_LEAST` against a position that
/// is a day or more newer.
fn excludes(
    subject: &Subject,
    one: (&Value, Option<DateTime<Utc>>),
    two: (&Value, Option<DateTime<Utc>>),
) -> bool {
    let is_older = |one: Option<DateTime<Utc>>, two: Option<DateTime<Utc>>| matches!((one, two), (Some(one), Some(two)) if subject.counts_people && two - one >= TimeDelta::days(1));
    let compatible = if is_older(one.1, two.1) {
        one.0.at_least().is_compatible(two.0, &subject.within)
    } else if is_older(two.1, one.1) {
        one.0.is_compatible(&two.0.at_least(), &subject.within)
    } else {
        one.0.is_compatible(two.0, &subject.within)
    };
    !compatible
}

/// One origin denies what another says.
fn has_denial(evidence: &Evidence) -> bool {
    let mut said: BTreeMap<&Value, BTreeSet<Origin>> = BTreeMap::new();
    for reading in evidence.live.iter().filter(|reading| !reading.position.denies()) {
        said.entry(&reading.position.value).or_default().insert(reading.position.origin);
    }
    evidence.live.iter().filter(|reading| reading.position.denies()).any(|denial| {
        let others = said.get(&denial.position.value);
        others.is_some_and(|origins| origins.iter().any(|origin| *origin != denial.position.origin))
    })
}

/// An origin said before what it says no more.
fn has_change(evidence: &Evidence) -> bool {
    let mut now: BTreeMap<Origin, BTreeSet<(bool, &Value)>> = BTreeMap::new();
    for reading in evidence.live {
        let position = reading.position;
        now.entry(position.origin).or_default().insert((position.denies(), &position.value));
    }
    evidence.said_before.iter().any(|before| {
        now.get(&before.origin).is_some_and(|now| !now.contains(&(before.denies(), &before.value)))
    })
}

/// How many origins say something rather than deny it.
fn said_by(live: &[Reading]) -> usize {
    distinct(live.iter().filter(|reading| !reading.position.denies()).map(|reading| reading.position.origin))
}

fn distinct<T: Ord>(items: impl Iterator<Item = T>) -> usize {
    items.collect::<BTreeSet<_>>().len()
}

/// The claims in the order of what they speak of, those that do not say first.
fn in_time<'a>(positions: impl Iterator<Item = &'a Position>) -> Vec<Uuid> {
    let mut positions: Vec<_> = positions.map(|position| (position.as_of, position.claim)).collect();
    positions.sort_unstable();
    positions.into_iter().map(|(_, claim)| claim).collect()
}
