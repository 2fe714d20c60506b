//! Lists of locations, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Location;
use crate::read::{Order, OrderKey, Relation, column};

/// Locations by name.
pub const BY_NAME: Order = Order { key: "location.name", kind: OrderKey::Text, descending: false };

/// All locations that a filter leaves.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Locations {
    /// Any of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Any of these slugs.
    pub slugs: Option<Vec<String>>,
    /// Any of these kinds.
    pub kinds: Option<Vec<String>>,
}

impl Relation for Locations {
    type Child = Location;
    const ORDER: Order = BY_NAME;

    fn children(&self, _: Expr) -> SelectStatement {
        let mut locations = Query::select().from(Location).take();
        if let Some(ids) = &self.ids {
            locations.and_where(column(Location, "id").eq_any(ids.clone()));
        }
        if let Some(slugs) = &self.slugs {
            locations.and_where(column(Location, "slug").eq_any(slugs.clone()));
        }
        if let Some(kinds) = &self.kinds {
            locations.and_where(column(Location, "kind").eq_any(kinds.clone()));
        }
        locations
    }
}
