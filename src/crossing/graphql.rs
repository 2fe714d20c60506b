//! Border crossings in the API.

use async_graphql::{Context, ID, InputObject, Object};
use sea_orm::ActiveEnum;
use uuid::Uuid;

use super::entity;
use super::loader::{ClosuresOfCrossing, EventsOfCrossing};
use super::query::Crossings;
use super::vocabulary::{CrossingMode, Direction, SideLabel, TrafficClass};
use crate::actor::graphql::Actor;
use crate::closure::graphql::{Closure, ClosureFilter};
use crate::closure::vocabulary::ClosureEffect;
use crate::event::graphql::{Event, EventFilter};
use crate::extent::graphql::DuringInput;
use crate::graphql::scalar::{CountryCode, DateTime};
use crate::graphql::{
    ApiError, ApiResult, Bookkeeping, Connection, ExternalIdInput, Paging, by_key, connection, ids,
    record_ref, record_type, refer, require, whole, words,
};
use crate::location::graphql::Location;
use crate::merging::graphql::MergedRecord;
use crate::merging::loader::MergedFrom;
use crate::naming::graphql::{Identifier, Name};
use crate::naming::loader::{Identifiers, Names, Owner};
use crate::status::filter::with_status;
use crate::status::graphql::{
    ClosureMonth, CrossingStatus, StatusInterval, moment, months_of, scope, status_of, timeline_of,
};
use crate::status::question::DEFAULT_HORIZON_DAYS;
use crate::status::vocabulary::CrossingStatusCode;

record_type!(BorderCrossing, entity);

/// A border crossing: one place with exactly two sides, each with its own name, country and authority.
#[Object]
impl BorderCrossing {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// What was merged into this crossing, in the order of merging: its ids, slugs and keys lead here.
    async fn merged_from(&self, context: &Context<'_>) -> ApiResult<Vec<MergedRecord>> {
        whole(context, self.0.id, MergedFrom { column: "border_crossing_id" }).await
    }

    /// Its short public name, such as "torkham", the same as its location's; null on imported
    /// records that nobody has named.
    async fn slug(&self) -> Option<&str> {
        self.0.slug.as_deref()
    }

    /// The name it goes by.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// All its names, the primary one first.
    async fn names(&self, context: &Context<'_>) -> ApiResult<Vec<Name>> {
        whole(context, self.0.location_id, Names(Owner::Location)).await
    }

    /// Its ids elsewhere.
    async fn identifiers(&self, context: &Context<'_>) -> ApiResult<Vec<Identifier>> {
        whole(context, self.0.location_id, Identifiers(Owner::Location)).await
    }

    /// The place that it is; the place's parent is the border.
    async fn location(&self, context: &Context<'_>) -> ApiResult<Location> {
        require(context, self.0.location_id).await
    }

    /// Its two sides, A and B.
    async fn sides(&self) -> [CrossingSide; 2] {
        let row = &self.0;
        [
            CrossingSide {
                label: SideLabel::A,
                country: row.a_country.clone(),
                local_name: row.a_local_name.clone(),
                authority_id: row.a_authority_id,
            },
            CrossingSide {
                label: SideLabel::B,
                country: row.b_country.clone(),
                local_name: row.b_local_name.clone(),
                authority_id: row.b_authority_id,
            },
        ]
    }

    /// How it is crossed; empty when unknown.
    async fn modes(&self) -> Vec<CrossingMode> {
        self.0.modes.iter().filter_map(|mode| CrossingMode::try_from_value(mode).ok()).collect()
    }

    /// Whether it can be crossed at a moment, how sure that is, and who says so.
    async fn status(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The moment, in the years 2 to 9998; now when left out.")] at: Option<DateTime>,
        #[graphql(desc = "Which way.", default_with = "Some(Direction::Both)")] direction: Option<Direction>,
        #[graphql(desc = "Which traffic; all when left out, which is PEDESTRIAN, PASSENGER and CARGO.")]
        traffic: Option<TrafficClass>,
        #[graphql(
            desc = "How many days after the latest evidence the answer is STALE: from 0 to 36525.",
            default_with = "Some(DEFAULT_HORIZON_DAYS)"
        )]
        horizon_days: Option<i32>,
    ) -> ApiResult<CrossingStatus> {
        status_of(context, self.0.location_id, at, scope(direction, traffic, horizon_days)?).await
    }

    /// Its status throughout a range of time: intervals without gaps or overlaps, in order, each as
    /// `status` says at every moment of it. At most 3660 days and 1000 intervals.
    async fn timeline(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "From this moment on.")] from: DateTime,
        #[graphql(desc = "Until before this moment.")] to: DateTime,
        #[graphql(desc = "Which way.", default_with = "Some(Direction::Both)")] direction: Option<Direction>,
        #[graphql(desc = "Which traffic; all when left out, which is PEDESTRIAN, PASSENGER and CARGO.")]
        traffic: Option<TrafficClass>,
        #[graphql(
            desc = "How many days after the latest evidence the answer is STALE: from 0 to 36525.",
            default_with = "Some(DEFAULT_HORIZON_DAYS)"
        )]
        horizon_days: Option<i32>,
    ) -> ApiResult<Vec<StatusInterval>> {
        timeline_of(context, self.0.location_id, from, to, scope(direction, traffic, horizon_days)?).await
    }

    /// How long it was closed in each month of a range of time, in UTC, by what `timeline` says of it.
    /// At most 3660 days.
    async fn closure_statistics(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "From this moment on.")] from: DateTime,
        #[graphql(desc = "Until before this moment.")] to: DateTime,
        #[graphql(desc = "Which way.", default_with = "Some(Direction::Both)")] direction: Option<Direction>,
        #[graphql(desc = "Which traffic; all when left out, which is PEDESTRIAN, PASSENGER and CARGO.")]
        traffic: Option<TrafficClass>,
        #[graphql(
            desc = "How many days after the latest evidence the answer is STALE: from 0 to 36525.",
            default_with = "Some(DEFAULT_HORIZON_DAYS)"
        )]
        horizon_days: Option<i32>,
    ) -> ApiResult<Vec<ClosureMonth>> {
        months_of(context, self.0.location_id, from, to, scope(direction, traffic, horizon_days)?).await
    }

    /// What closed or opened it, latest start first: its own closures and those of the border it is on.
    async fn closures(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those in this range of time.")] during: Option<DuringInput>,
        #[graphql(desc = "Only those in force at this moment, surely or possibly.")] in_force_at: Option<
            DateTime,
        >,
        #[graphql(desc = "Only these effects.")] effect: Option<Vec<ClosureEffect>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Closure>> {
        let filter = ClosureFilter::of(effect, during, in_force_at)?;
        let closures = ClosuresOfCrossing(ClosureFilter::read(context, Some(filter)).await?);
        connection(context, self.0.location_id, closures, Paging { first, after, last, before }).await
    }

    /// What happened there, and what closed or opened it or its border, latest start first.
    async fn events(
        &self,
        context: &Context<'_>,
        filter: Option<Box<EventFilter>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Event>> {
        let events = EventsOfCrossing(EventFilter::read(filter)?);
        connection(context, self.0.location_id, events, Paging { first, after, last, before }).await
    }
}

/// One side of a crossing.
pub struct CrossingSide {
    label: SideLabel,
    country: String,
    local_name: String,
    authority_id: Option<Uuid>,
}

/// One side of a crossing. Directions lead from one side to the other.
#[Object]
impl CrossingSide {
    /// A or B.
    async fn label(&self) -> SideLabel {
        self.label
    }

    /// The country it lies in.
    async fn country(&self) -> CountryCode {
        CountryCode::from(&self.country)
    }

    /// What it is called there: Chaman and Spin Boldak are one crossing.
    async fn local_name(&self) -> &str {
        &self.local_name
    }

    /// Who controls it; null when unknown.
    async fn authority(&self, context: &Context<'_>) -> Option<ApiResult<Actor>> {
        refer(context, self.authority_id).await
    }
}

/// The classes of traffic that a row names.
#[must_use]
pub fn traffic_classes(words: &[String]) -> Vec<TrafficClass> {
    words.iter().filter_map(|word| TrafficClass::try_from_value(word).ok()).collect()
}

/// Which crossings. All that is given must hold; a list means any of it.
#[derive(InputObject, Clone, Debug, Default)]
pub struct BorderCrossingFilter {
    /// Any of these ids.
    id: Option<Vec<ID>>,
    /// Any of these slugs.
    slug: Option<Vec<String>>,
    /// With a side in any of these countries.
    country: Option<Vec<CountryCode>>,
    /// Crossed in any of these ways.
    mode: Option<Vec<CrossingMode>>,
    /// With any of these statuses, at the moment `at`, for `traffic` and `direction`.
    status: Option<Vec<CrossingStatusCode>>,
    /// The moment of `status`; now when left out.
    at: Option<DateTime>,
    /// The traffic of `status`; all when left out.
    traffic: Option<TrafficClass>,
    /// The way of `status`; BOTH when left out.
    direction: Option<Direction>,
    /// The horizon of `status`: so many days an observation without an end applies, and a claim
    /// is recent; from 0 to 36525.
    #[graphql(default_with = "Some(DEFAULT_HORIZON_DAYS)")]
    horizon_days: Option<i32>,
}

impl BorderCrossingFilter {
    /// Checks the filter and turns it into what the database is asked.
    async fn read(self, context: &Context<'_>) -> ApiResult<Crossings> {
        let scope = scope(self.direction, self.traffic, self.horizon_days)?;
        let crossings = Crossings {
            ids: self.id.as_deref().map(ids),
            slugs: self.slug,
            countries: self.country.map(|all| all.into_iter().map(|country| country.0).collect()),
            modes: words(self.mode, CrossingMode::word),
        };
        let Some(statuses) = self.status else {
            if self.at.is_some() || self.traffic.is_some() || self.direction.is_some() {
                return Err(ApiError::BadUserInput(
                    "`at`, `traffic` and `direction` say of what `status` is meant: give `status`, too."
                        .to_owned(),
                ));
            }
            return Ok(crossings);
        };
        let at = moment(context, "at", self.at);
        let wanted = with_status(context, crossings.clone(), &statuses, at, scope).await?;
        Ok(Crossings { ids: Some(wanted), ..crossings })
    }
}

record_ref! {
    /// A border crossing, by one of its keys.
    BorderCrossingRef
}

#[derive(Default)]
pub struct CrossingQuery;

#[Object]
impl CrossingQuery {
    /// One border crossing, by exactly one of its keys; null when there is none.
    async fn border_crossing(
        &self,
        context: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
        external: Option<ExternalIdInput>,
    ) -> ApiResult<Option<BorderCrossing>> {
        by_key(context, id, slug.map(|slug| ("slug", slug)), external, "`id`, `slug` and `external`").await
    }

    /// Border crossings, by name.
    async fn border_crossings(
        &self,
        context: &Context<'_>,
        filter: Option<BorderCrossingFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<BorderCrossing>> {
        let crossings = match filter {
            Some(filter) => filter.read(context).await?,
            None => Crossings::default(),
        };
        connection(context, Uuid::nil(), crossings, Paging { first, after, last, before }).await
    }
}
