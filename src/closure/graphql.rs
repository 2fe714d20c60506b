//! Closures in the API.

use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use super::entity;
use super::loader::ArticlesOfClosure;
use super::query::{self, Closures};
use super::vocabulary::{ClosureBasis, ClosureEffect, ClosureSeverity};
use crate::actor::graphql::Actor;
use crate::article::graphql::Article;
use crate::crossing::graphql::{BorderCrossing, traffic_classes};
use crate::crossing::loader::CrossingAt;
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::event::graphql::Event;
use crate::extent::graphql::{DuringInput, ExtentObject, given_moment};
use crate::graphql::scalar::DateTime;
use crate::graphql::{
    ApiResult, Bookkeeping, Connection, ExternalIdInput, Paging, by_key, connection, record_type, refer,
    require, whole, words,
};
use crate::location::graphql::Location;
use crate::location::vocabulary::LocationKind;
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
    /// Of any of these effects.
    effect: Option<Vec<ClosureEffect>>,
    /// In this range of time.
    during: Option<DuringInput>,
    /// In force at this moment, surely or possibly: those whose `inForce` is not NO.
    in_force_at: Option<DateTime>,
}

impl ClosureFilter {
    /// Checks the filter and turns it into what the database is asked.
    pub async fn read(
        context: &Context<'_>,
        effect: Option<Vec<ClosureEffect>>,
        during: Option<DuringInput>,
        in_force_at: Option<DateTime>,
    ) -> ApiResult<query::ClosureFilter> {
        let during = during.map(|during| during.during()).transpose()?;
        let in_force = match in_force_at.map(|at| given_moment("inForceAt", at)).transpose()? {
            Some(at) => Some(query::InForce { at, idle: idle_at(context, at).await? }),
            None => None,
        };
        Ok(query::ClosureFilter { effects: words(effect, ClosureEffect::word), during, in_force })
    }
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

    /// Closures, latest start first; those whose start nobody knows come last.
    async fn closures(
        &self,
        context: &Context<'_>,
        filter: Option<ClosureFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Closure>> {
        let ClosureFilter { effect, during, in_force_at } = filter.unwrap_or_default();
        let closures = Closures(ClosureFilter::read(context, effect, during, in_force_at).await?);
        connection(context, Uuid::nil(), closures, Paging { first, after, last, before }).await
    }
}
