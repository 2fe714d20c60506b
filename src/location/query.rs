//! Lists of locations, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Condition, Expr};

use super::entity::Entity as Location;
use super::geography::Area;
use crate::filter::{Criterion, Listed, RecordCriterion};
use crate::graphql::RecordRef;
use crate::read::{Coordinates, Order, OrderKey, column};
use crate::search::words::Words;

/// Locations by name.
pub const BY_NAME: Order = Order::ascending(OrderKey::Text, "location.name");

/// Locations in the order of recording.
pub const BY_RECORDED: Order = Order::ascending(OrderKey::Time, "location.recorded_at");

/// Locations by their distance from a point. For filters by [`LocationCriterion::In`] an area around
/// it, which leave no location without a point.
#[must_use]
pub const fn by_distance(from: Coordinates) -> Order {
    let key = "st_distance(location.point, st_setsrid(st_makepoint($1, $2), 4326)::geography)";
    Order { from: Some(from), ..Order::ascending(OrderKey::Distance, key) }
}

/// A single condition on locations. A list means any of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LocationCriterion {
    /// On what every record has.
    Record(RecordCriterion),
    /// Of these kinds.
    Kind(Vec<String>),
    /// In these countries.
    Country(Vec<String>),
    /// This place, or a place within it.
    Within(RecordRef),
    /// With a point in this area.
    In(Area),
    /// With these words in one of its names.
    Text(Words),
}

impl From<RecordCriterion> for LocationCriterion {
    fn from(criterion: RecordCriterion) -> Self {
        Self::Record(criterion)
    }
}

impl Criterion for LocationCriterion {
    fn condition(&self) -> Condition {
        let all = Cond::all();
        match self {
            Self::Record(criterion) => criterion.condition(Location),
            Self::Kind(words) => all.add(column(Location, "kind").eq_any(words.clone())),
            Self::Country(codes) => all.add(Expr::cust_with_values(
                "exists (select from location_ancestor around join location country on country.id = around.ancestor_id \
                 where around.location_id = location.id and country.country = any($1))",
                [codes.clone()],
            )),
            Self::Within(place) => all.add(Expr::cust_with_expr(
                "exists (select from location_ancestor around \
                 where around.location_id = location.id and around.ancestor_id = $1)",
                place.id(Location),
            )),
            Self::In(area) => area.condition(),
            Self::Text(words) => all.add(words.condition()),
        }
    }
}

impl Listed for LocationCriterion {
    type Record = Location;
    const ORDER: Order = BY_NAME;
}
