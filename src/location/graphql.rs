//! Locations in the API.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use uuid::Uuid;

use super::entity;
use super::loader::{Ancestors, Children, EventsAt, TimezoneOf};
use super::query::Locations;
use super::vocabulary::LocationKind;
use crate::crossing::graphql::BorderCrossing;
use crate::crossing::loader::CrossingAt;
use crate::event::graphql::{Event, EventFilter};
use crate::graphql::scalar::CountryCode;
use crate::graphql::{
    ApiResult, Bookkeeping, Connection, ExternalIdInput, Paging, by_key, connection, ids, loader, record_ref,
    record_type, refer, whole, words,
};
use crate::naming::graphql::{Identifier, Name};
use crate::naming::loader::{Identifiers, Names, Owner};

record_type!(Location, entity);

/// A place: a country, a division, a city, a facility, a border, a crossing, a route, an area or a water.
#[Object]
impl Location {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// Its short public name, such as "istanbul"; null on imported records that nobody has named.
    async fn slug(&self) -> Option<&str> {
        self.0.slug.as_deref()
    }

    /// The name it goes by.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// All its names, the primary one first.
    async fn names(&self, context: &Context<'_>) -> ApiResult<Vec<Name>> {
        whole(context, self.0.id, Names(Owner::Location)).await
    }

    /// What kind of place.
    async fn kind(&self) -> LocationKind {
        self.0.kind
    }

    /// The IANA time zone that holds there, its own or that of the nearest place around it; null
    /// when nobody knows, or when it lies between two zones. Its dates are then read in UTC.
    async fn timezone(&self, context: &Context<'_>) -> Option<ApiResult<String>> {
        if let Some(own) = &self.0.timezone {
            return Some(Ok(own.clone()));
        }
        let inherited = loader(context).load_one(TimezoneOf(self.0.id)).await;
        inherited.map(Option::flatten).map_err(Into::into).transpose()
    }

    /// The country it lies in; null for borders and crossings, which lie in two, and for what lies in none.
    async fn country(&self) -> Option<CountryCode> {
        self.0.country.as_ref().map(CountryCode::from)
    }

    /// The place it lies in; of a crossing, its border. Null for countries, and for borders, which
    /// lie in both countries among their `ancestors`.
    async fn parent(&self, context: &Context<'_>) -> Option<ApiResult<Location>> {
        refer(context, self.0.parent_id).await
    }

    /// The places around it, nearest first; of a border or crossing, both its countries.
    async fn ancestors(&self, context: &Context<'_>) -> ApiResult<Vec<Location>> {
        whole(context, self.0.id, Ancestors).await
    }

    /// The places that lie directly in it, by name; of a country, its borders too.
    async fn children(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Location>> {
        connection(context, self.0.id, Children, Paging { first, after, last, before }).await
    }

    /// Where it lies; null when nobody has said.
    async fn point(&self) -> Option<Point> {
        Some(Point { latitude: self.0.latitude?, longitude: self.0.longitude? })
    }

    /// How far the point may be from the truth, in metres; null when unknown.
    async fn precision_metres(&self) -> Option<f64> {
        self.0.precision_metres
    }

    /// The border crossing that it is; null for any other kind of place.
    async fn crossing(&self, context: &Context<'_>) -> Option<ApiResult<BorderCrossing>> {
        if self.0.kind != LocationKind::BorderCrossing {
            return None;
        }
        let found = whole::<BorderCrossing, _>(context, self.0.id, CrossingAt).await;
        found.map(|crossings| crossings.into_iter().next()).transpose()
    }

    /// Its ids elsewhere.
    async fn identifiers(&self, context: &Context<'_>) -> ApiResult<Vec<Identifier>> {
        whole(context, self.0.id, Identifiers(Owner::Location)).await
    }

    /// The events there, latest start first.
    async fn events(
        &self,
        context: &Context<'_>,
        filter: Option<EventFilter>,
        #[graphql(
            default_with = "Some(true)",
            desc = "Whether events in places within it count too; they do when nothing is said."
        )]
        include_descendants: Option<bool>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Event>> {
        let include_descendants = include_descendants.unwrap_or(true);
        let events = EventsAt { filter: EventFilter::read(filter)?, include_descendants };
        connection(context, self.0.id, events, Paging { first, after, last, before }).await
    }
}

/// A point on earth, WGS 84.
#[derive(SimpleObject)]
pub struct Point {
    /// Degrees north.
    latitude: f64,
    /// Degrees east.
    longitude: f64,
}

/// Which locations. All that is given must hold; a list means any of it.
#[derive(InputObject, Clone, Debug, Default)]
pub struct LocationFilter {
    /// Any of these ids.
    id: Option<Vec<ID>>,
    /// Any of these slugs.
    slug: Option<Vec<String>>,
    /// Any of these kinds.
    kind: Option<Vec<LocationKind>>,
}

record_ref! {
    /// A location, by one of its keys.
    LocationRef
}

#[derive(Default)]
pub struct LocationQuery;

#[Object]
impl LocationQuery {
    /// One location, by exactly one of its keys; null when there is none.
    async fn location(
        &self,
        context: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
        external: Option<ExternalIdInput>,
    ) -> ApiResult<Option<Location>> {
        by_key(context, id, slug.map(|slug| ("slug", slug)), external, "`id`, `slug` and `external`").await
    }

    /// Locations, by name.
    async fn locations(
        &self,
        context: &Context<'_>,
        filter: Option<LocationFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Location>> {
        let filter = filter.unwrap_or_default();
        let locations = Locations {
            ids: filter.id.as_deref().map(ids),
            slugs: filter.slug,
            kinds: words(filter.kind, LocationKind::word),
        };
        connection(context, Uuid::nil(), locations, Paging { first, after, last, before }).await
    }
}
