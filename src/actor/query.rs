//! Lists of actors, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Actor;
use crate::read::{Order, OrderKey, Relation, column};

/// All actors that a filter leaves, by name.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Actors {
    /// Any of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Any of these slugs.
    pub slugs: Option<Vec<String>>,
    /// Any of these kinds.
    pub kinds: Option<Vec<String>>,
}

impl Relation for Actors {
    type Child = Actor;
    const ORDER: Order = Order { key: "actor.name", kind: OrderKey::Text, descending: false };

    fn children(&self, _: Expr) -> SelectStatement {
        let mut actors = Query::select().from(Actor).take();
        if let Some(ids) = &self.ids {
            actors.and_where(column(Actor, "id").eq_any(ids.clone()));
        }
        if let Some(slugs) = &self.slugs {
            actors.and_where(column(Actor, "slug").eq_any(slugs.clone()));
        }
        if let Some(kinds) = &self.kinds {
            actors.and_where(column(Actor, "kind").eq_any(kinds.clone()));
        }
        actors
    }
}
