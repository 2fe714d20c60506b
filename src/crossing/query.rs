//! Lists of border crossings, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Query, SelectStatement, UnionType};
use uuid::Uuid;

use super::entity::Entity as Crossing;
use crate::graphql::RecordRef;
use crate::location::entity::Entity as Location;
use crate::read::{Order, OrderKey, Relation, column};

/// Crossings by name.
pub const BY_NAME: Order = Order::ascending(OrderKey::Text, "named_crossing.name");

/// All crossings that a filter leaves.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Crossings {
    /// Any of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Any of these slugs.
    pub slugs: Option<Vec<String>>,
    /// With a side in any of these countries.
    pub countries: Option<Vec<String>>,
    /// Crossed in any of these ways.
    pub modes: Option<Vec<String>>,
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
        if let Some(countries) = &self.countries {
            let side = |name| column(Crossing, name).eq_any(countries.clone());
            crossings.cond_where(Cond::any().add(side("a_country")).add(side("b_country")));
        }
        if let Some(modes) = &self.modes {
            crossings.and_where(Expr::cust_with_expr("named_crossing.modes && $1", modes.clone()));
        }
        crossings
    }
}

/// The places of crossings, each named by its own id or key, or by those of its place.
#[must_use]
pub fn places_of(crossings: &[RecordRef]) -> SelectStatement {
    let place = || column(Crossing, "location_id");
    let mut by_place = Query::select().expr(place()).from(Crossing).take();
    by_place.and_where(place().in_subquery(RecordRef::ids(crossings, Location)));
    let mut by_itself = Query::select().expr(place()).from(Crossing).take();
    by_itself.and_where(column(Crossing, "id").in_subquery(RecordRef::ids(crossings, Crossing)));
    by_place.union(UnionType::Distinct, by_itself).take()
}
