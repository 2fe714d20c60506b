//! Locations in the API.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use uuid::Uuid;

use super::geography::{Area, HALF_THE_EARTH_KM};
use super::loader::{Ancestors, Children, EventsAt, TimezoneOf};
use super::query::{BY_NAME, BY_RECORDED, LocationCriterion, by_distance};
use super::vocabulary::LocationKind;
use super::{entity, polygon};
use crate::crossing::graphql::BorderCrossing;
use crate::crossing::loader::CrossingAt;
use crate::event::graphql::{Event, EventFilter};
use crate::filter::{self, Branches, Fields, FilterInput, OfRecord, RecordCriterion, Records, countries};
use crate::graphql::scalar::{CountryCode, GeoJson};
use crate::graphql::{
    ApiError, ApiResult, Bookkeeping, Connection, ExternalIdInput, NamedOrder, Paging, asked_text, by_key,
    connection, loader, record_ref, record_type, refer, whole, words,
};
use crate::merging::graphql::MergedRecord;
use crate::merging::loader::MergedFrom;
use crate::naming::graphql::{Identifier, Name};
use crate::naming::loader::{Identifiers, Names, Owner};
use crate::read::{Coordinates, Number};
use crate::search::vocabulary::SearchableType;
use crate::search::words::Words;

record_type!(Location, entity);

/// A place: a country, a division, a city, a facility, a border, a crossing, a route, an area or a water.
#[Object]
impl Location {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// What was merged into this place, in the order of merging: its ids, slugs and keys lead here.
    async fn merged_from(&self, context: &Context<'_>) -> ApiResult<Vec<MergedRecord>> {
        whole(context, self.0.id, MergedFrom { column: "location_id" }).await
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
        // On the heap, as `find` says.
        let inherited = Box::pin(loader(context).load_one(TimezoneOf(self.0.id))).await;
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
        filter: Option<Box<EventFilter>>,
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
    /// All of these must hold.
    and: Option<Vec<LocationFilter>>,
    /// Any of these must hold.
    or: Option<Vec<LocationFilter>>,
    /// This must not hold: every location that it would not give.
    not: Option<Box<LocationFilter>>,
    #[graphql(flatten)]
    record: OfRecord,
    /// Any of these slugs.
    slug: Option<Vec<String>>,
    /// Any of these kinds.
    kind: Option<Vec<LocationKind>>,
    /// In any of these countries. A border and its crossings lie in both of theirs.
    country: Option<Vec<CountryCode>>,
    /// This place, and all places within it, however deep.
    within: Option<LocationRef>,
    /// With a point in this circle.
    near: Option<NearInput>,
    /// With a point in this box.
    #[graphql(name = "box")]
    inside: Option<BoxInput>,
    /// With a point in this `Polygon` or `MultiPolygon`, edges included: at most 1,000 positions, straight
    /// from each to the next in degrees.
    polygon: Option<GeoJson>,
    /// With all these words in one of its names; case and accents do not matter, "words in quotes" stand
    /// side by side, a word after a minus is not in it. At most 1,000 characters.
    text: Option<String>,
}

impl FilterInput for LocationFilter {
    type Criterion = LocationCriterion;

    fn branches(&mut self) -> Branches<Self> {
        Branches { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn fields(self, fields: &mut Fields<LocationCriterion>) -> ApiResult<()> {
        self.record.add_to(fields)?;
        fields.list("slug", self.slug, |slugs| RecordCriterion::Slug(slugs).into())?;
        fields.add(words(self.kind, LocationKind::word), LocationCriterion::Kind);
        fields.check("country", self.country, |codes, path| {
            Ok(LocationCriterion::Country(countries(codes, path)?))
        })?;
        fields.add(self.within, |place| LocationCriterion::Within(place.into()));
        fields.check("near", self.near, |near, path| Ok(LocationCriterion::In(near.read(path)?)))?;
        fields.check("box", self.inside, |inside, path| Ok(LocationCriterion::In(inside.read(path)?)))?;
        fields.check("polygon", self.polygon, |given, path| {
            Ok(LocationCriterion::In(polygons(&given, path)?))
        })?;
        fields.check("text", self.text, |text, path| {
            Ok(LocationCriterion::Text(Words::new(SearchableType::Location, asked_text(text, path)?)))
        })
    }
}

/// A circle around a point.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct NearInput {
    /// Degrees north, from -90 to 90.
    latitude: f64,
    /// Degrees east, from -180 to 180.
    longitude: f64,
    /// Its radius in kilometres, more than 0 and at most half of the Earth's circumference, 20037.
    km: f64,
}

impl NearInput {
    /// The point in the middle.
    #[must_use]
    pub fn middle(&self) -> Coordinates {
        Coordinates { longitude: Number(self.longitude), latitude: Number(self.latitude) }
    }

    /// Checks that it lies on Earth.
    pub fn read(self, path: &str) -> ApiResult<Area> {
        degrees(&format!("{path}.latitude"), self.latitude, 90.0)?;
        degrees(&format!("{path}.longitude"), self.longitude, 180.0)?;
        if self.km > 0.0 && self.km <= HALF_THE_EARTH_KM {
            return Ok(Area::Near(self.middle(), Number(self.km * 1000.0)));
        }
        Err(ApiError::BadUserInput(format!(
            "`{path}.km` is {}: give more than 0 and at most 20037 kilometres, which is half around the Earth.",
            self.km
        )))
    }
}

/// What lies between two parallels and two meridians, edges included.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct BoxInput {
    /// Degrees north of the southern edge.
    south: f64,
    /// Degrees east of the western edge; greater than `east` where the box crosses the antimeridian.
    west: f64,
    /// Degrees north of the northern edge.
    north: f64,
    /// Degrees east of the eastern edge.
    east: f64,
}

impl BoxInput {
    /// Checks that it lies on Earth and is the right way up.
    pub fn read(self, path: &str) -> ApiResult<Area> {
        degrees(&format!("{path}.south"), self.south, 90.0)?;
        degrees(&format!("{path}.north"), self.north, 90.0)?;
        degrees(&format!("{path}.west"), self.west, 180.0)?;
        degrees(&format!("{path}.east"), self.east, 180.0)?;
        if self.south > self.north {
            return Err(ApiError::BadUserInput(format!(
                "`{path}` has its `south` north of its `north`: swap them."
            )));
        }
        let corner =
            |longitude, latitude| Coordinates { longitude: Number(longitude), latitude: Number(latitude) };
        Ok(Area::Box { south_west: corner(self.west, self.south), north_east: corner(self.east, self.north) })
    }
}

fn degrees(path: &str, given: f64, most: f64) -> ApiResult<()> {
    if given.abs() <= most {
        return Ok(());
    }
    Err(ApiError::BadUserInput(format!("`{path}` is {given}: give degrees from -{most} to {most}.")))
}

/// The area inside polygons.
pub fn polygons(given: &GeoJson, path: &str) -> ApiResult<Area> {
    polygon::read(&given.0)
        .map(Area::Polygons)
        .map_err(|fault| ApiError::BadUserInput(format!("`{path}` {fault}.")))
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

    /// Locations, by name unless another order is asked for.
    async fn locations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which locations; all when left out.")] filter: Option<LocationFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<NamedOrder>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Location>> {
        let near = filter.as_ref().and_then(|filter| filter.near).map(|near| by_distance(near.middle()));
        let order = NamedOrder::read(order_by, BY_NAME, BY_RECORDED, near)?;
        let locations = Records { filter: filter::read(filter)?, order };
        connection(context, Uuid::nil(), locations, Paging { first, after, last, before }).await
    }
}
