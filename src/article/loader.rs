//! What hangs off an article.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use super::article_derivation::Entity as ArticleDerivation;
use crate::claim::entity::Entity as Claim;
use crate::claim::query::{BY_RECORDED, ClaimFilter};
use crate::event::entity::Entity as Event;
use crate::event::query::LATEST_FIRST as LATEST_EVENT_FIRST;
use crate::read::{Order, OrderKey, Relation, column};
use crate::report::entity::Entity as Report;
use crate::report::query::MAIN_FIRST;

/// What an article comes from.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Derivations;

impl Relation for Derivations {
    type Child = ArticleDerivation;
    const ORDER: Order = Order::ascending(
        OrderKey::Text,
        "article_derivation.kind || coalesce(article_derivation.from_article_id, article_derivation.from_source_id)",
    );

    fn children(&self, article: Expr) -> SelectStatement {
        Query::select()
            .from(ArticleDerivation)
            .and_where(column(ArticleDerivation, "article_id").eq(article))
            .take()
    }
}

/// What an article reports.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ReportsOfArticle;

impl Relation for ReportsOfArticle {
    type Child = Report;
    const ORDER: Order = MAIN_FIRST;

    fn children(&self, article: Expr) -> SelectStatement {
        Query::select().from(Report).and_where(column(Report, "article_id").eq(article)).take()
    }
}

/// The events an article reports.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EventsOfArticle;

impl Relation for EventsOfArticle {
    type Child = Event;
    const ORDER: Order = LATEST_EVENT_FIRST;

    fn children(&self, article: Expr) -> SelectStatement {
        Query::select()
            .from(Report)
            .inner_join(Event, column(Event, "id").eq(column(Report, "event_id")))
            .and_where(column(Report, "article_id").eq(article))
            .take()
    }
}

/// The claims that stand in an article.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClaimsOfArticle(pub ClaimFilter);

impl Relation for ClaimsOfArticle {
    type Child = Claim;
    const ORDER: Order = BY_RECORDED;

    fn children(&self, article: Expr) -> SelectStatement {
        let mut claims =
            Query::select().from(Claim).and_where(column(Claim, "article_id").eq(article)).take();
        self.0.narrow(&mut claims);
        claims
    }
}
