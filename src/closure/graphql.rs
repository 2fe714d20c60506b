//! Closures in the API.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::entity;
use super::loader::ArticlesOfClosure;
use super::query::{self, BY_END, BY_RECORDED, ClosureCriterion, InForce, LATEST_FIRST};
use super::vocabulary::{ClosureBasis, ClosureEffect, ClosureSeverity};
use crate::actor::graphql::Actor;
use crate::article::graphql::Article;
use crate::crossing::graphql::{BorderCrossing, traffic_classes};
use crate::crossing::loader::CrossingAt;
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::event::graphql::Event;
use crate::extent::graphql::{DuringInput, ExtentObject, given_moment};
use crate::filter::{self, Branches, Fields, FilterInput, OfRecord, Records};
use crate::graphql::scalar::DateTime;
use crate::graphql::{
    ApiResult, Bookkeeping, Connection, ExternalIdInput, OrderDirection, Paging, by_key, connection,
    record_ref_without_slug, record_type, refer, refs, require, whole, words,
};
use crate::location::graphql::{Location, LocationRef};
use crate::location::vocabulary::LocationKind;
use crate::read::Order;
use crate::status::filter::idle_at;
use crate::status::graphql::closure_in_force;
use crate::status::vocabulary::ThreeValued;

record_type!(Closure, entity);

/// What an event closes or opens: a crossing or a whole border, for a direction and traffic, over
/// a time. One event may have many, and several may overlap at one crossing.
#[Object]
impl Closure {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// The event that closes or opens.
    async fn event(&self, context: &Context<'_>) -> ApiResult<Event> {
        require(context, self.0.event_id).await
    }

    /// What is closed or opened: a crossing, or a border and with it every crossing on it.
    async fn place(&self, context: &Context<'_>) -> ApiResult<Location> {
        require(context, self.0.place_id).await
    }

    /// The crossing that is closed or opened; null when it is a whole border.
    async fn crossing(&self, context: &Context<'_>) -> Option<ApiResult<BorderCrossing>> {
        if self.0.place_kind != LocationKind::BorderCrossing {
            return None;
        }
        let found = whole::<BorderCrossing, _>(context, self.0.place_id, CrossingAt).await;
        found.map(|crossings| crossings.into_iter().next()).transpose()
    }

    /// Whether it closes or opens.
    async fn effect(&self) -> ClosureEffect {
        self.0.effect
    }

    /// Which way it applies.
    async fn direction(&self) -> Direction {
        self.0.direction
    }

    /// The traffic it applies to; empty for all.
    async fn traffic(&self) -> Vec<TrafficClass> {
        traffic_classes(&self.0.traffic)
    }

    /// Whether it is complete.
    async fn severity(&self) -> ClosureSeverity {
        self.0.severity
    }

    /// Whether it was ordered or observed.
    async fn basis(&self) -> ClosureBasis {
        self.0.basis
    }

    /// Who decided it; null when no report says.
    async fn decided_by(&self, context: &Context<'_>) -> Option<ApiResult<Actor>> {
        refer(context, self.0.decided_by_id).await
    }

    /// Why, in the editors' own words; null when no report says.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The weekly times at which it applies, in the notation of OSM's `opening_hours`, read in the
    /// place's time zone: "Mo,We,Fr 08:00-17:00". Null when it applies always.
    async fn schedule(&self) -> Option<&str> {
        self.0.schedule.as_deref()
    }

    /// When it applies.
    async fn extent(&self) -> ExtentObject {
        self.0.extent().into()
    }

    /// Whether it is in force at a moment, by its extent and its schedule: POSSIBLY where their bounds
    /// are uncertain, or its event is only alleged; NO when the event did not happen or is only
    /// announced. Observed without an end, it applies for 30 days from its start.
    async fn in_force(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The moment; now when left out.")] at: Option<DateTime>,
    ) -> ApiResult<ThreeValued> {
        closure_in_force(context, self.0.id, at).await
    }

    /// The articles that report it, latest first.
    async fn articles(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Article>> {
        connection(context, self.0.id, ArticlesOfClosure, Paging { first, after, last, before }).await
    }
}

/// Which closures. All that is given must hold; a list means any of it.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ClosureFilter {
    /// All of these must hold.
    and: Option<Vec<ClosureFilter>>,
    /// Any of these must hold.
    or: Option<Vec<ClosureFilter>>,
    /// This must not hold: every closure that it would not give.
    not: Option<Box<ClosureFilter>>,
    #[graphql(flatten)]
    record: OfRecord,
    /// Of any of these crossings, or of the border they are on. A crossing is named by its own keys or
    /// by those of its place.
    crossing: Option<Vec<LocationRef>>,
    /// Of any of these effects.
    effect: Option<Vec<ClosureEffect>>,
    /// Speaking for any of these directions; what closes BOTH speaks for either.
    direction: Option<Vec<Direction>>,
    /// Speaking for any of these classes of traffic; what names none speaks for all.
    traffic: Option<Vec<TrafficClass>>,
    /// Of any of these severities.
    severity: Option<Vec<ClosureSeverity>>,
    /// In this range of time.
    during: Option<DuringInput>,
    /// In force at this moment, surely or possibly: those whose `inForce` is not NO.
    in_force_at: Option<DateTime>,
}

impl FilterInput for ClosureFilter {
    type Criterion = ClosureCriterion;

    fn branches(&mut self) -> Branches<Self> {
        Branches { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn fields(self, fields: &mut Fields<ClosureCriterion>) -> ApiResult<()> {
        self.record.add_to(fields)?;
        fields.list("crossing", self.crossing, |given| ClosureCriterion::Crossing(refs(given)))?;
        fields.add(words(self.effect, ClosureEffect::word), ClosureCriterion::Effect);
        fields.add(words(self.direction, Direction::word), ClosureCriterion::Direction);
        fields.add(words(self.traffic, TrafficClass::word), ClosureCriterion::Traffic);
        fields.add(words(self.severity, ClosureSeverity::word), ClosureCriterion::Severity);
        fields
            .check("during", self.during, |range, path| Ok(ClosureCriterion::During(range.during(path)?)))?;
        fields.check("inForceAt", self.in_force_at, |at, path| {
            // Which are idle then is asked when all moments of the filter are known.
            Ok(ClosureCriterion::InForce(InForce { at: given_moment(path, at)?, idle: Vec::new() }))
        })
    }
}

impl ClosureFilter {
    /// The filter that arguments of these names make, which are checked here under their own names.
    pub fn of(
        effect: Option<Vec<ClosureEffect>>,
        during: Option<DuringInput>,
        in_force_at: Option<DateTime>,
    ) -> ApiResult<Self> {
        during.as_ref().map(|range| range.during("during")).transpose()?;
        in_force_at.map(|at| given_moment("inForceAt", at)).transpose()?;
        Ok(Self { effect, during, in_force_at, ..Self::default() })
    }

    /// Checks the filter and turns it into what the database is asked; without one, all closures.
    pub async fn read(context: &Context<'_>, filter: Option<Self>) -> ApiResult<query::ClosureFilter> {
        let mut filter = filter::read(filter)?;
        let moments = filter.every_mut().into_iter().filter_map(|criterion| match criterion {
            ClosureCriterion::InForce(in_force) => Some(in_force),
            _ => None,
        });
        // Each waits for the same level.
        try_join_all(moments.map(async |in_force| {
            in_force.idle = idle_at(context, in_force.at).await?;
            ApiResult::Ok(())
        }))
        .await?;
        Ok(filter)
    }
}

/// What closures can be ordered by. Ties are settled by id.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosureOrderField {
    /// The earliest moment they can have begun; unknown ones before all others.
    Start,
    /// The latest moment they can have ended; unknown ones before all others, those that go on after.
    End,
    /// When they were recorded here.
    Recorded,
}

/// An order of closures.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct ClosureOrder {
    /// What to order by.
    field: ClosureOrderField,
    /// Which end comes first.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl ClosureOrder {
    fn read(given: Option<Self>) -> Order {
        let Some(Self { field, direction }) = given else { return LATEST_FIRST };
        direction.of(match field {
            ClosureOrderField::Start => LATEST_FIRST,
            ClosureOrderField::End => BY_END,
            ClosureOrderField::Recorded => BY_RECORDED,
        })
    }
}

record_ref_without_slug! {
    /// A closure, by one of its keys.
    ClosureRef
}

#[derive(Default)]
pub struct ClosureQuery;

#[Object]
impl ClosureQuery {
    /// One closure, by exactly one of its keys; null when there is none.
    async fn closure(
        &self,
        context: &Context<'_>,
        id: Option<ID>,
        external: Option<ExternalIdInput>,
    ) -> ApiResult<Option<Closure>> {
        by_key(context, id, None, external, "`id` and `external`").await
    }

    /// Closures, latest start first unless another order is asked for; those whose start nobody knows
    /// come last.
    async fn closures(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which closures; all when left out.")] filter: Option<ClosureFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<ClosureOrder>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Closure>> {
        let filter = ClosureFilter::read(context, filter).await?;
        let closures = Records { filter, order: ClosureOrder::read(order_by) };
        connection(context, Uuid::nil(), closures, Paging { first, after, last, before }).await
    }
}
