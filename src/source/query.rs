//! Lists of sources, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Condition};

use super::entity::Entity as Source;
use crate::filter::{Criterion, Listed, RecordCriterion};
use crate::read::{Order, OrderKey, column};
use crate::search::words::Words;

/// Sources by name.
pub const BY_NAME: Order = Order::ascending(OrderKey::Text, "source.name");

/// Sources in the order of recording.
pub const BY_RECORDED: Order = Order::ascending(OrderKey::Time, "source.recorded_at");

/// A single condition on sources. A list means any of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SourceCriterion {
    /// On what every record has.
    Record(RecordCriterion),
    /// Of these kinds.
    Kind(Vec<String>),
    /// Of these countries.
    Country(Vec<String>),
    /// With these words in one of its names.
    Text(Words),
}

impl From<RecordCriterion> for SourceCriterion {
    fn from(criterion: RecordCriterion) -> Self {
        Self::Record(criterion)
    }
}

impl Criterion for SourceCriterion {
    fn condition(&self) -> Condition {
        let all = Cond::all();
        match self {
            Self::Record(criterion) => criterion.condition(Source),
            Self::Kind(words) => all.add(column(Source, "kind").eq_any(words.clone())),
            Self::Country(codes) => all.add(column(Source, "country").eq_any(codes.clone())),
            Self::Text(words) => all.add(words.condition()),
        }
    }
}

impl Listed for SourceCriterion {
    type Record = Source;
    const ORDER: Order = BY_NAME;
}
