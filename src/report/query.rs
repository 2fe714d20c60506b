//! Lists of reports, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Report;
use crate::read::{Order, OrderKey, Relation, column};

/// Reports, those first whose main thing the event is.
pub const MAIN_FIRST: Order = Order {
    key: "array_position(array['MAIN', 'UPDATE', 'BACKGROUND', 'MENTION'], report.relevance::text)",
    kind: OrderKey::Number,
    descending: false,
};

/// All reports that a filter leaves.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Reports {
    /// Of any of these events.
    pub events: Option<Vec<Uuid>>,
    /// By any of these articles.
    pub articles: Option<Vec<Uuid>>,
    /// Of any of these relevances.
    pub relevances: Option<Vec<String>>,
}

impl Relation for Reports {
    type Child = Report;
    const ORDER: Order = Order { key: "report.recorded_at", kind: OrderKey::Time, descending: false };

    fn children(&self, _: Expr) -> SelectStatement {
        let mut reports = Query::select().from(Report).take();
        if let Some(events) = &self.events {
            reports.and_where(column(Report, "event_id").eq_any(events.clone()));
        }
        if let Some(articles) = &self.articles {
            reports.and_where(column(Report, "article_id").eq_any(articles.clone()));
        }
        if let Some(relevances) = &self.relevances {
            reports.and_where(column(Report, "relevance").eq_any(relevances.clone()));
        }
        reports
    }
}
