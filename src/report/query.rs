//! Lists of reports, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Expr, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Report;
use crate::graphql::RecordRef;
use crate::read::{Order, OrderKey, Relation, column};
use crate::source::entity::Entity as Source;

/// Reports, those first whose main thing the event is.
pub const MAIN_FIRST: Order = Order::ascending(
    OrderKey::Number,
    "array_position(array['MAIN', 'UPDATE', 'BACKGROUND', 'MENTION'], report.relevance::text)",
);

/// All reports that a filter leaves.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Reports {
    /// Of any of these events.
    pub events: Option<Vec<Uuid>>,
    /// By any of these articles.
    pub articles: Option<Vec<Uuid>>,
    /// Of any of these sources, in an article or without.
    pub sources: Option<Vec<RecordRef>>,
    /// Of any of these relevances.
    pub relevances: Option<Vec<String>>,
}

impl Relation for Reports {
    type Child = Report;
    const ORDER: Order = Order::ascending(OrderKey::Time, "report.recorded_at");

    fn children(&self, _: Expr) -> SelectStatement {
        let mut reports = Query::select().from(Report).take();
        if let Some(events) = &self.events {
            reports.and_where(column(Report, "event_id").eq_any(events.clone()));
        }
        if let Some(articles) = &self.articles {
            reports.and_where(column(Report, "article_id").eq_any(articles.clone()));
        }
        if let Some(sources) = &self.sources {
            let ids = || Expr::from(RecordRef::ids(sources, Source));
            reports.cond_where(Cond::any().add(Expr::cust_with_expr("report.source_id in $1", ids())).add(
                Expr::cust_with_expr(
                    "report.article_id in (select article.id from article where article.source_id in $1)",
                    ids(),
                ),
            ));
        }
        if let Some(relevances) = &self.relevances {
            reports.and_where(column(Report, "relevance").eq_any(relevances.clone()));
        }
        reports
    }
}
