//! Lists of sources, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Condition, Expr, Query, SelectStatement};

use super::entity::Entity as Source;
use crate::filter::{Criterion, Filter, RecordCriterion};
use crate::read::{Order, OrderKey, Relation, column};
use crate::search::query::has_words;
use crate::search::vocabulary::SearchableType;

/// Sources by name.
pub const BY_NAME: Order = Order::ascending(OrderKey::Text, "source.name");

/// Sources in the order of recording.
pub const BY_RECORDED: Order = Order::ascending(OrderKey::Time, "source.recorded_at");

/// What sources are asked for.
pub type SourceFilter = Filter<SourceCriterion>;

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
    Text(String),
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
            Self::Text(text) => all.add(has_words(SearchableType::Source, text)),
        }
    }
}

/// All sources that a filter leaves, in an order.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sources {
    /// Which.
    pub filter: SourceFilter,
    /// In which order.
    pub order: Order,
}

impl Relation for Sources {
    type Child = Source;
    const ORDER: Order = BY_NAME;

    fn order(&self) -> Order {
        self.order
    }

    fn children(&self, _: Expr) -> SelectStatement {
        let mut sources = Query::select().from(Source).take();
        self.filter.narrow(&mut sources);
        sources
    }
}
