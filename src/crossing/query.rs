//! Lists of border crossings, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Crossing;
use crate::read::{Order, OrderKey, Relation, column};

/// Crossings by name.
pub const BY_NAME: Order = Order { key: "named_crossing.name", kind: OrderKey::Text, descending: false };

/// All crossings that a filter leaves.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Crossings {
    /// Any of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Any of these slugs.
    pub slugs: Option<Vec<String>>,
}

impl Relation for Crossings {
    type Child = Crossing;
    const ORDER: Order = BY_NAME;

    fn children(&self, _: Expr) -> SelectStatement {
        let mut crossings = Query::select().from(Crossing).take();
        if let Some(ids) = &self.ids {
            crossings.and_where(column(Crossing, "id").eq_any(ids.clone()));
        }
        if let Some(slugs) = &self.slugs {
            crossings.and_where(column(Crossing, "slug").eq_any(slugs.clone()));
        }
        crossings
    }
}
