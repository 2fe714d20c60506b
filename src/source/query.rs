//! Lists of sources, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Source;
use crate::read::{Order, OrderKey, Relation, column};

/// All sources that a filter leaves, by name.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Sources {
    /// Any of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Any of these slugs.
    pub slugs: Option<Vec<String>>,
    /// Any of these kinds.
    pub kinds: Option<Vec<String>>,
}

impl Relation for Sources {
    type Child = Source;
    const ORDER: Order = Order { key: "source.name", kind: OrderKey::Text, descending: false };

    fn children(&self, _: Expr) -> SelectStatement {
        let mut sources = Query::select().from(Source).take();
        if let Some(ids) = &self.ids {
            sources.and_where(column(Source, "id").eq_any(ids.clone()));
        }
        if let Some(slugs) = &self.slugs {
            sources.and_where(column(Source, "slug").eq_any(slugs.clone()));
        }
        if let Some(kinds) = &self.kinds {
            sources.and_where(column(Source, "kind").eq_any(kinds.clone()));
        }
        sources
    }
}
