//! Lists of claims and properties, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::claim_property::Entity as ClaimProperty;
use super::entity::Entity as Claim;
use crate::article;
use crate::article::entity::Entity as Article;
use crate::filter::{Criterion, Filter, Listed, RecordCriterion};
use crate::graphql::{ExternalIdInput, RecordRef};
use crate::merging::keys;
use crate::read::{Order, OrderKey, Relation, Strand, column};
use crate::search::words::Words;
use crate::source::entity::Entity as Source;

/// Claims in the order of recording.
pub const BY_RECORDED: Order = Order::ascending(OrderKey::Time, "claim.recorded_at");

/// Claims by the earliest moment they speak of; those that do not say stand before all.
pub const BY_AS_OF: Order =
    Order::ascending(OrderKey::Time, "coalesce(claim.as_of_start_earliest, '-infinity')");

/// Claims by the publication of their article; those without a date or an article stand before all.
pub const BY_PUBLISHED: Order = Order::ascending(
    OrderKey::Time,
    "coalesce((select dated.published_start_earliest from article dated where dated.id = claim.article_id), '-infinity')",
);

/// What claims are asked for.
pub type ClaimFilter = Filter<ClaimCriterion>;

/// A single condition on claims. A list means any of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClaimCriterion {
    /// On what every record has.
    Record(RecordCriterion),
    /// About these properties.
    Property(Vec<String>),
    /// Of these acts.
    Act(Vec<String>),
    /// Made by these speakers.
    Speaker(Vec<Uuid>),
    /// Standing in these sources.
    Source(Vec<RecordRef>),
    /// Standing in these articles.
    Article(Vec<Uuid>),
    /// With these words.
    Text(Words),
    /// Retracted, or standing.
    Retracted(bool),
}

impl From<RecordCriterion> for ClaimCriterion {
    fn from(criterion: RecordCriterion) -> Self {
        Self::Record(criterion)
    }
}

impl Criterion for ClaimCriterion {
    fn condition(&self) -> Condition {
        let all = Cond::all();
        match self {
            Self::Record(criterion) => criterion.condition(Claim),
            Self::Property(codes) => all.add(column(Claim, "property").eq_any(codes.clone())),
            Self::Act(words) => all.add(column(Claim, "act").eq_any(words.clone())),
            Self::Speaker(ids) => all.add(keys::is_any(column(Claim, "speaker_id"), ids)),
            Self::Source(sources) => RecordRef::any(sources, Source, &column(Claim, "source_id")),
            Self::Article(ids) => all.add(keys::is_any(column(Claim, "article_id"), ids)),
            Self::Text(words) => all.add(words.condition()),
            Self::Retracted(true) => all.add(column(Claim, "retracted_at").is_not_null()),
            Self::Retracted(false) => all.add(column(Claim, "retracted_at").is_null()),
        }
    }
}

/// The claims that a filter leaves of those that stand; of all, where it says itself whether it
/// means retracted ones.
#[must_use]
pub fn standing(filter: ClaimFilter) -> ClaimFilter {
    if filter.every().iter().any(|criterion| matches!(criterion, ClaimCriterion::Retracted(_))) {
        return filter;
    }
    Filter::all(vec![filter, Filter::Is(ClaimCriterion::Retracted(false))])
}

impl Listed for ClaimCriterion {
    type Record = Claim;
    const ORDER: Order = BY_RECORDED;

    /// By publication, the order of the articles leads; claims without one are apart.
    fn strands(filter: &ClaimFilter, order: &Order) -> Vec<Strand> {
        if order.key != BY_PUBLISHED.key {
            return Vec::new();
        }
        let mut of_articles = Self::found(filter, order);
        of_articles.inner_join(Article, column(Article, "id").eq(column(Claim, "article_id")));
        let mut of_none = Self::found(filter, order);
        of_none.and_where(column(Claim, "article_id").is_null());
        let published = Expr::cust(article::query::LATEST_FIRST.key);
        vec![
            Strand { places: vec![(published, column(Claim, "id"))], ..Strand::of(of_articles) },
            Strand::of(of_none),
        ]
    }

    fn words_mut(&mut self) -> Option<&mut Words> {
        match self {
            Self::Text(words) => Some(words),
            _ => None,
        }
    }
}

/// The claims that had a key in their dataset, the one that stands before those it took the place of.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClaimsOfKey(pub ExternalIdInput);

impl Relation for ClaimsOfKey {
    type Child = Claim;
    const ORDER: Order = Order::descending(OrderKey::Time, "coalesce(claim.retracted_at, 'infinity')");

    fn children(&self, _: Expr) -> SelectStatement {
        let mut claims = Query::select().from(Claim).take();
        self.0.narrow(&mut claims, Claim);
        claims
    }
}

/// All properties, by code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClaimProperties;

impl Relation for ClaimProperties {
    type Child = ClaimProperty;
    const ORDER: Order = Order::ascending(OrderKey::Text, "claim_property.code");

    fn children(&self, _: Expr) -> SelectStatement {
        Query::select().from(ClaimProperty).take()
    }
}
