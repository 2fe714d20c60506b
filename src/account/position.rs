//! A position is a claim that says what happened, as a plain value with its origin; what it is a
//! position on is the *subject*.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::value::Value;
use crate::claim::origin::Origin;
use crate::claim::vocabulary::ClaimAct;

/// A claim, as far as accounts look at it.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// The claim.
    pub claim: Uuid,
    /// Who stands behind it.
    pub origin: Origin,
    /// Where it stands.
    pub source: Uuid,
    /// The article it stands in.
    pub article: Option<Uuid>,
    /// What the speaker does with it.
    pub act: ClaimAct,
    /// The earliest moment it may speak of, else the earliest at which it may have been published.
    /// An unknown moment is neither before nor after any other.
    pub as_of: Option<DateTime<Utc>>,
    /// What it says; of a denial, what is denied.
    pub value: Value,
}

impl Position {
    /// Whether it says that its value is not so.
    #[must_use]
    pub fn denies(&self) -> bool {
        self.act == ClaimAct::Deny
    }

    /// Whether it certainly speaks of a moment before this one.
    #[must_use]
    pub fn is_before(&self, moment: DateTime<Utc>) -> bool {
        self.as_of.is_some_and(|as_of| as_of < moment)
    }
}

/// What positions are about: a property of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// Whether only one value can be true.
    pub functional: bool,
    /// Whether it counts people, of whom more may be found every day.
    pub counts_people: bool,
    /// The earliest moment at which the event may have ended; none when nobody knows of an end.
    pub ended: Option<DateTime<Utc>>,
    /// Pairs of places, the first of which lies within the second.
    pub within: BTreeSet<(Uuid, Uuid)>,
}

/// The built-in properties that count people.
const PEOPLE: [&str; 7] =
    ["fatalities", "injuries", "casualties", "displaced", "deported", "detained", "people_crossed"];

/// Whether a property counts people: a built-in one that does, or one whose unit says so.
#[must_use]
pub fn counts_people(property: &str, unit: Option<&str>) -> bool {
    PEOPLE.contains(&property) || matches!(unit, Some("person" | "people"))
}
