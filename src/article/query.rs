//! Lists of articles, and what narrows them down.

use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait};

use super::entity::Entity as Article;
use crate::extent::query::During;
use crate::filter::{Criterion, Listed, RecordCriterion};
use crate::graphql::RecordRef;
use crate::read::{Order, OrderKey, column};
use crate::search::words::Words;
use crate::source::entity::Entity as Source;

/// Articles, latest first; those whose publication nobody can date come last.
pub const LATEST_FIRST: Order =
    Order::descending(OrderKey::Time, "coalesce(article.published_start_earliest, '-infinity')");

/// Articles in the order of recording.
pub const BY_RECORDED: Order = Order::ascending(OrderKey::Time, "article.recorded_at");

/// A single condition on articles. A list means any of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ArticleCriterion {
    /// On what every record has.
    Record(RecordCriterion),
    /// Published by these sources.
    Source(Vec<RecordRef>),
    /// Possibly published in this range of time; one that nobody can date is left out.
    Published(During),
    /// With these words in title or summary.
    Text(Words),
}

impl From<RecordCriterion> for ArticleCriterion {
    fn from(criterion: RecordCriterion) -> Self {
        Self::Record(criterion)
    }
}

impl Criterion for ArticleCriterion {
    fn condition(&self) -> Condition {
        match self {
            Self::Record(criterion) => criterion.condition(Article),
            Self::Source(sources) => RecordRef::any(sources, Source, &column(Article, "source_id")),
            Self::Published(range) => published_in(range),
            Self::Text(words) => Cond::all().add(words.condition()),
        }
    }
}

impl Listed for ArticleCriterion {
    type Record = Article;
    const ORDER: Order = LATEST_FIRST;

    fn words_mut(&mut self) -> Option<&mut Words> {
        match self {
            Self::Text(words) => Some(words),
            _ => None,
        }
    }
}

/// The condition that an article was possibly published in a range of time; one that nobody can date
/// was not.
#[must_use]
pub fn published_in(range: &During) -> Condition {
    let (start, end) = (column(Article, "published_start_earliest"), column(Article, "published_end_latest"));
    let mut all = Cond::all().add(start.clone().is_not_null());
    if let Some(to) = range.to {
        // The expression that articles are ordered by, so that its index is bounded.
        all = all.add(Expr::cust(LATEST_FIRST.key).lt(to));
    }
    if let Some(from) = range.from {
        all = all.add(Cond::any().add(end.gt(from)).add(start.gte(from)));
    }
    all
}
