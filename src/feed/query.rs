//! What is asked of the feed, and what narrows it down.

use uuid::Uuid;

use super::loader::Row;
use super::place::Place;

/// How many revisions and stretches are read for one page at most, those left out included: what a
/// filter leaves out costs as much as what it gives.
pub const MOST_READ: i32 = 10_000;

/// The tables under history by the names that the API gives their records.
pub const TYPES: &[(&str, &str)] = &[
    ("Actor", "actor"),
    ("Affiliation", "affiliation"),
    ("Article", "article"),
    ("ArticleDerivation", "article_derivation"),
    ("BorderCrossing", "border_crossing"),
    ("Claim", "claim"),
    ("ClaimProperty", "claim_property"),
    ("ClaimPropertyCode", "claim_property_code"),
    ("ClaimRelay", "claim_relay"),
    ("Closure", "closure"),
    ("Dataset", "dataset"),
    ("Event", "event"),
    ("EventRelation", "event_relation"),
    ("Identifier", "identifier"),
    ("Location", "location"),
    ("MergedRecord", "merged_record"),
    ("Name", "name"),
    ("Participation", "participation"),
    ("Report", "report"),
    ("ReportClosure", "report_closure"),
    ("Source", "source"),
];

/// Which changes are asked for; each of these where it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    /// Of any of these tables.
    pub types: Option<Vec<String>>,
    /// Any of these operations.
    pub operations: Option<Vec<String>>,
    /// Of records of any of these datasets.
    pub datasets: Option<Vec<Uuid>>,
    /// Of any of these records.
    pub records: Option<Vec<Uuid>>,
}

/// A page of the feed, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChangesAfter {
    /// Where it begins.
    pub after: Place,
    /// How many changes it has at most.
    pub wanted: u32,
    /// Which ones.
    pub narrowing: Narrowing,
}

impl Narrowing {
    /// Whether nothing is left out.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a change is asked for.
    #[must_use]
    pub fn has(&self, change: &Row) -> bool {
        let among = |words: &Option<Vec<String>>, word: &str| {
            words.as_ref().is_none_or(|words| words.iter().any(|one| one == word))
        };
        among(&self.types, &change.record_type)
            && among(&self.operations, &change.operation.word())
            && self.records.as_ref().is_none_or(|records| records.contains(&change.record_id))
            && self
                .datasets
                .as_ref()
                .is_none_or(|datasets| change.dataset_id.is_some_and(|dataset| datasets.contains(&dataset)))
    }
}
