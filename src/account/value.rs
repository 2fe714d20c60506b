//! A claimed value in the form in which values are compared: what means the same is equal.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::claim::vocabulary::NumberQualifier;
use crate::extent::Extent;

/// A value, normalised.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    Number(Number),
    Extent(Span),
    Code(String),
    /// Without regard to case, spaces and a final full stop.
    Text(String),
    Actor(Uuid),
    Location(Uuid),
    Boolean(bool),
}

/// A number: between which ends it may lie, both included; an open end is `None`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    unit: Option<String>,
    least: Option<Figure>,
    qualifier: NumberQualifier,
    most: Option<Figure>,
    /// The figure given within the range, where the range does not follow from it alone.
    best: Option<Figure>,
}

/// A figure, in the order of numbers.
#[derive(Clone, Copy, Debug)]
struct Figure(f64);

/// The bounds of an extent. How it was written makes no difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    start: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    end: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    ongoing: bool,
}

impl Value {
    /// A number as it is written in a claim.
    #[must_use]
    pub fn number(
        number: Option<f64>,
        low: Option<f64>,
        high: Option<f64>,
        unit: Option<&str>,
        qualifier: NumberQualifier,
    ) -> Self {
        let (number, low, high) = (number.map(Figure::new), low.map(Figure::new), high.map(Figure::new));
        let (least, most) = match qualifier {
            NumberQualifier::Exact if low.is_none() && high.is_none() => (number, number),
            NumberQualifier::Exact => (low, high),
            NumberQualifier::AtLeast => (low.or(number), None),
            NumberQualifier::AtMost => (None, high.or(number)),
            NumberQualifier::About => {
                (low.or(number.map(|n| n.tenths_more(-1.0))), high.or(number.map(|n| n.tenths_more(1.0))))
            }
            NumberQualifier::Placeholder => (None, None),
        };
        let best = match qualifier {
            NumberQualifier::AtLeast | NumberQualifier::AtMost => None,
            NumberQualifier::Placeholder => number.or(low).or(high),
            _ => number.filter(|_| least.is_none() || least != most),
        };
        // A range of one figure is that figure.
        let qualifier = if least.is_some() && least == most { NumberQualifier::Exact } else { qualifier };
        Self::Number(Number { unit: unit.map(folded), least, most, best, qualifier })
    }

    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(folded(text))
    }

    /// An extent.
    #[must_use]
    pub fn extent(extent: &Extent) -> Self {
        Self::Extent(Span {
            start: (extent.start.earliest, extent.start.latest),
            end: (extent.end.earliest, extent.end.latest),
            ongoing: extent.ongoing,
        })
    }

    /// The value read as "at least so many"; what is no number stays as it is.
    #[must_use]
    pub fn at_least(&self) -> Self {
        let Self::Number(number) = self else { return self.clone() };
        Self::Number(match (number.qualifier, number.least) {
            (NumberQualifier::AtLeast | NumberQualifier::Placeholder, _) => number.clone(),
            (_, Some(least)) => Number {
                least: Some(least),
                most: None,
                best: None,
                qualifier: NumberQualifier::AtLeast,
                ..number.clone()
            },
            // "At most five so far" leaves everything open, and is still something of its own.
            (_, None) => Number { most: None, best: number.best.or(number.most), ..number.clone() },
        })
    }

    /// The figure of "at least so many"; none for any other value.
    #[must_use]
    pub fn least_of_at_least(&self) -> Option<f64> {
        match self {
            Self::Number(number) if number.qualifier == NumberQualifier::AtLeast => {
                number.least.map(|figure| figure.0)
            }
            _ => None,
        }
    }

    /// Whether both can be true at once. `within` has pairs of places, the first within the second.
    #[must_use]
    pub fn is_compatible(&self, other: &Self, within: &BTreeSet<(Uuid, Uuid)>) -> bool {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) => one.is_compatible(two),
            (Self::Extent(one), Self::Extent(two)) => one.overlaps(two),
            (Self::Text(_), Self::Text(_)) => true,
            (Self::Location(one), Self::Location(two)) => {
                one == two || within.contains(&(*one, *two)) || within.contains(&(*two, *one))
            }
            _ => self == other,
        }
    }
}

impl Number {
    /// Whether the intervals overlap; figures of different units are never compared.
    fn is_compatible(&self, other: &Self) -> bool {
        let reaches = |least: Option<Figure>, most: Option<Figure>| match (least, most) {
            (Some(least), Some(most)) => least <= most,
            _ => true,
        };
        self.unit != other.unit || (reaches(self.least, other.most) && reaches(other.least, self.most))
    }
}

impl Figure {
    /// Zero has one form.
    fn new(figure: f64) -> Self {
        Self(figure + 0.0)
    }

    /// The figure and so many tenths of its size.
    fn tenths_more(self, tenths: f64) -> Self {
        Self::new(self.0 + tenths * self.0.abs() / 10.0)
    }
}

impl PartialEq for Figure {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Figure {}
impl PartialOrd for Figure {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Figure {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Span {
    /// Whether the possible ranges share a moment.
    fn overlaps(&self, other: &Self) -> bool {
        let begins_in = |one: &Self, two: &Self| match (one.start.0, two.end.1) {
            // A latest end is the first moment that is out, but where the end is one exact moment.
            (Some(from), Some(until)) => from < until || (from == until && two.end.0 == two.end.1),
            _ => true,
        };
        begins_in(self, other) && begins_in(other, self)
    }
}

/// A text as it is compared: lower case, single spaces, no final full stop.
fn folded(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_lowercase()
}
