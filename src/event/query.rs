//! Lists of events, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Event;
use crate::account::query::is_disputed;
use crate::dataset::entity::Entity as Dataset;
use crate::extent::query::During;
use crate::graphql::RecordRef;
use crate::location::entity::Entity as Location;
use crate::read::{Order, OrderKey, Relation, column};

/// Events, latest start first; those whose start nobody knows come last.
pub const LATEST_FIRST: Order =
    Order { key: "coalesce(event.start_earliest, '-infinity')", kind: OrderKey::Time, descending: true };

/// What events are asked for. An empty list asks for nothing in particular.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct EventFilter {
    /// Any of these ids.
    pub ids: Option<Vec<Uuid>>,
    /// Any of these slugs.
    pub slugs: Option<Vec<String>>,
    /// Any of these kinds.
    pub kinds: Option<Vec<String>>,
    /// In this range of time.
    pub during: Option<During>,
    /// At this place, or at a place within it.
    pub within: Option<RecordRef>,
    /// At a place in any of these countries.
    pub countries: Option<Vec<String>>,
    /// From any of these datasets, by slug.
    pub datasets: Option<Vec<String>>,
    /// Whether any of their accounts is disputed.
    pub disputed: Option<bool>,
}

impl EventFilter {
    /// Narrows a statement that has events among its sources.
    pub fn narrow(&self, statement: &mut SelectStatement) {
        if let Some(ids) = &self.ids {
            statement.and_where(column(Event, "id").eq_any(ids.clone()));
        }
        if let Some(slugs) = &self.slugs {
            statement.and_where(column(Event, "slug").eq_any(slugs.clone()));
        }
        if let Some(kinds) = &self.kinds {
            statement.and_where(column(Event, "kind").eq_any(kinds.clone()));
        }
        if let Some(during) = &self.during {
            statement.cond_where(during.condition(Event));
        }
        if let Some(place) = &self.within {
            let around = Expr::cust("location_ancestor.ancestor_id");
            let within = Query::select()
                .expr(Expr::cust("location_ancestor.location_id"))
                .from(Alias::new("location_ancestor"))
                .cond_where(RecordRef::any(std::slice::from_ref(place), Location, &around))
                .take();
            statement.and_where(column(Event, "location_id").in_subquery(within));
        }
        if let Some(codes) = &self.countries {
            statement.and_where(Expr::cust_with_values(
                "event.location_id in (select around.location_id from location_ancestor around \
                 join location place on place.id = around.ancestor_id where place.country = any($1))",
                [codes.clone()],
            ));
        }
        if let Some(slugs) = &self.datasets {
            let ids = Query::select()
                .expr(column(Dataset, "id"))
                .from(Dataset)
                .and_where(column(Dataset, "slug").eq_any(slugs.clone()))
                .take();
            statement.and_where(column(Event, "dataset_id").in_subquery(ids));
        }
        if let Some(disputed) = self.disputed {
            statement.and_where(is_disputed(disputed));
        }
    }
}

/// All events.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Events(pub EventFilter);

impl Relation for Events {
    type Child = Event;
    const ORDER: Order = LATEST_FIRST;

    fn children(&self, _: Expr) -> SelectStatement {
        let mut events = Query::select().from(Event).take();
        self.0.narrow(&mut events);
        events
    }
}
