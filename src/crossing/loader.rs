//! What hangs off a border crossing. The parent is the crossing's location.

use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Query, SelectStatement};

use super::entity::Entity as Crossing;
use super::query::BY_NAME;
use crate::closure::entity::Entity as Closure;
use crate::closure::query::{ClosureFilter, LATEST_FIRST as LATEST_CLOSURE_FIRST};
use crate::event::entity::Entity as Event;
use crate::event::query::{EventFilter, LATEST_FIRST as LATEST_EVENT_FIRST};
use crate::read::{Order, Relation, Strand, column};

/// The crossing that is at a location: one, or none.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CrossingAt;

impl Relation for CrossingAt {
    type Child = Crossing;
    const ORDER: Order = BY_NAME;

    fn children(&self, place: Expr) -> SelectStatement {
        Query::select().from(Crossing).and_where(column(Crossing, "location_id").eq(place)).take()
    }
}

/// The closures of a crossing: its own, and those of the border it is on.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClosuresOfCrossing(pub ClosureFilter);

impl Relation for ClosuresOfCrossing {
    type Child = Closure;
    const ORDER: Order = LATEST_CLOSURE_FIRST;

    fn children(&self, place: Expr) -> SelectStatement {
        let mut closures = Query::select().from(Closure).and_where(closes_around(place)).take();
        self.0.narrow(&mut closures);
        closures
    }
}

/// The events of a crossing: those that happened there, and those that close or open it or its border.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EventsOfCrossing(pub EventFilter);

impl Relation for EventsOfCrossing {
    type Child = Event;
    const ORDER: Order = LATEST_EVENT_FIRST;

    fn children(&self, place: Expr) -> SelectStatement {
        let mut events = Query::select()
            .from(Event)
            .cond_where(
                Cond::any()
                    .add(column(Event, "location_id").eq(place.clone()))
                    .add(column(Event, "id").in_subquery(closing(place))),
            )
            .take();
        self.0.narrow(&mut events);
        events
    }

    /// What happened there an index gives in order; what closes it is little.
    fn strands(&self, place: Expr) -> Vec<Strand> {
        let mut there =
            Query::select().from(Event).and_where(column(Event, "location_id").eq(place.clone())).take();
        let mut closing =
            Query::select().from(Event).and_where(column(Event, "id").in_subquery(closing(place))).take();
        self.0.narrow(&mut there);
        self.0.narrow(&mut closing);
        vec![Strand::of(there), Strand::of(closing)]
    }
}

/// The events that close or open a place or its border.
fn closing(place: Expr) -> SelectStatement {
    Query::select().expr(column(Closure, "event_id")).from(Closure).and_where(closes_around(place)).take()
}

/// That a closure's place is `place` or one around it, which can only be its border.
fn closes_around(place: Expr) -> Expr {
    let mut around = Query::select();
    around.expr(Expr::cust("location_ancestor.ancestor_id")).from(Alias::new("location_ancestor"));
    around.and_where(Expr::cust("location_ancestor.location_id").eq(place));
    column(Closure, "place_id").in_subquery(around)
}
