//! What hangs off a location.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Func, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Location;
use super::query::BY_NAME;
use crate::db::{DatabaseError, Reading};
use crate::event::entity::Entity as Event;
use crate::event::listing;
use crate::event::query::{EventFilter, LATEST_FIRST};
use crate::event::strands::{Lead, strands};
use crate::read::{Order, OrderKey, Relation, Strand, column};

/// The places that lie directly in a place; of a country, its borders too.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Children;

impl Relation for Children {
    type Child = Location;
    const ORDER: Order = BY_NAME;

    fn children(&self, place: Expr) -> SelectStatement {
        Query::select()
            .from(Location)
            .cond_where(
                Cond::any()
                    .add(column(Location, "parent_id").eq(place.clone()))
                    .add(column(Location, "between_a_id").eq(place.clone()))
                    .add(column(Location, "between_b_id").eq(place)),
            )
            .take()
    }
}

/// The places around a place, nearest first; around a border or crossing, both its countries.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ancestors;

impl Relation for Ancestors {
    type Child = Location;
    const ORDER: Order = Order::ascending(OrderKey::Number, "location_ancestor.depth");

    fn children(&self, place: Expr) -> SelectStatement {
        Query::select()
            .from(Alias::new("location_ancestor"))
            .inner_join(Location, column(Location, "id").eq(Expr::cust("location_ancestor.ancestor_id")))
            .and_where(Expr::cust("location_ancestor.location_id").eq(place))
            .and_where(Expr::cust("location_ancestor.depth > 0"))
            .take()
    }
}

/// The events at a place, and those in the places within it where asked for.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EventsAt {
    pub filter: EventFilter,
    pub include_descendants: bool,
}

impl Relation for EventsAt {
    type Child = Event;
    const ORDER: Order = LATEST_FIRST;

    fn children(&self, place: Expr) -> SelectStatement {
        let mut events = Query::select().from(Event).take();
        events.and_where(if self.include_descendants {
            listing::PLACE.has(place)
        } else {
            column(Event, "location_id").eq(place)
        });
        self.filter.narrow(&mut events);
        events
    }

    fn strands(&self, place: Expr) -> Vec<Strand> {
        if self.include_descendants {
            strands(&self.filter, Some(&Lead::Under(listing::PLACE, place)))
        } else {
            Vec::new()
        }
    }
}

/// The key of the time zone that holds at a location.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimezoneOf(pub Uuid);

impl Loader<TimezoneOf> for Reading {
    type Value = Option<String>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[TimezoneOf]) -> Result<HashMap<TimezoneOf, Option<String>>, DatabaseError> {
        let (place, ids) = (Alias::new("place"), keys.iter().map(|key| key.0).collect::<Vec<_>>());
        let id = Expr::col((place.clone(), place.clone()));
        let statement = Query::select()
            .expr_as(id.clone(), Alias::new("id"))
            .expr_as(Func::cust(Alias::new("location_timezone")).arg(id), Alias::new("timezone"))
            .from_function(Func::cust(Alias::new("unnest")).arg(ids), place)
            .take();
        let found: Vec<Found> = self.ask(statement).await?;
        Ok(found.into_iter().map(|Found { id, timezone }| (TimezoneOf(id), timezone)).collect())
    }
}

/// A location's id with its time zone.
#[derive(serde::Deserialize)]
struct Found {
    id: Uuid,
    timezone: Option<String>,
}
