//! Events in the API.

use async_graphql::{Context, ID, Object, SimpleObject};
use uuid::Uuid;

pub use super::input::EventFilter;
use super::input::EventOrder;
use super::loader::{
    ArticlesOfEvent, ClaimsOfEvent, ClosuresOfEvent, Participants, Parts, Relations, ReportsOfEvent,
};
use super::vocabulary::{EventCategory, EventKind, EventRelationKind, Modality, ParticipantRole};
use super::{entity, event_relation, participation};
use crate::account::graphql::{Account, accounts, is_disputed};
use crate::actor::graphql::Actor;
use crate::article::graphql::Article;
use crate::claim::graphql::{Claim, ClaimFilter};
use crate::closure::graphql::Closure;
use crate::extent::graphql::ExtentObject;
use crate::graphql::scalar::DateTime;
use crate::graphql::{
    ApiResult, Bookkeeping, Connection, ExternalIdInput, Paging, api_type, by_key, connection, record_type,
    refer, require, whole, words,
};
use crate::location::graphql::Location;
use crate::report::graphql::Report;
use crate::report::vocabulary::Relevance;

record_type!(Event, entity);

/// Something that happened, was announced, or is alleged to have happened.
#[Object]
impl Event {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// Its short public name, such as "istanbul-round-2-2025"; null on imported records that nobody has named.
    async fn slug(&self) -> Option<&str> {
        self.0.slug.as_deref()
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What happened, in the editors' own words; null when nobody has summed it up.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// What happened, of the vocabulary.
    async fn kind(&self) -> EventKind {
        self.0.kind
    }

    /// The group its kind belongs to.
    async fn category(&self) -> EventCategory {
        self.0.kind.category()
    }

    /// Its type in its dataset's own coding, such as a CAMEO code; null when made here.
    async fn native_type(&self) -> Option<&str> {
        self.0.native_type.as_deref()
    }

    /// Whether it happened, is happening, or is only announced or alleged.
    async fn modality(&self) -> Modality {
        self.0.modality
    }

    /// When: the editors' envelope around all that is claimed of its start and end.
    async fn extent(&self) -> ExtentObject {
        self.0.extent().into()
    }

    /// Where; null when unknown.
    async fn location(&self, context: &Context<'_>) -> Option<ApiResult<Location>> {
        refer(context, self.0.location_id).await
    }

    /// The event it is part of, such as the talks that a round belongs to; null when it stands alone.
    async fn parent(&self, context: &Context<'_>) -> Option<ApiResult<Event>> {
        refer(context, self.0.parent_id).await
    }

    /// The events that are part of it, latest start first.
    async fn parts(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Event>> {
        connection(context, self.0.id, Parts, Paging { first, after, last, before }).await
    }

    /// How it stands to other events, seen from either end.
    async fn relations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only these kinds.")] kind: Option<Vec<EventRelationKind>>,
    ) -> ApiResult<Vec<EventRelation>> {
        let kinds = words(kind, EventRelationKind::word);
        whole(context, self.0.id, Relations { kinds }).await
    }

    /// Who took part, by role.
    async fn participants(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only these roles.")] role: Option<Vec<ParticipantRole>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Participation>> {
        let roles = words(role, ParticipantRole::word);
        connection(context, self.0.id, Participants { roles }, Paging { first, after, last, before }).await
    }

    /// What it closes or opens, latest start first.
    async fn closures(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Closure>> {
        connection(context, self.0.id, ClosuresOfEvent, Paging { first, after, last, before }).await
    }

    /// Who reports it, those first for whom it is the main thing.
    async fn reports(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only these relevances.")] relevance: Option<Vec<Relevance>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Report>> {
        let relevances = words(relevance, Relevance::word);
        connection(context, self.0.id, ReportsOfEvent { relevances }, Paging { first, after, last, before })
            .await
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
        connection(context, self.0.id, ArticlesOfEvent, Paging { first, after, last, before }).await
    }

    /// What is claimed about it, in the order of recording.
    async fn claims(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which claims; live ones when left out.")] filter: Option<Box<ClaimFilter>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Claim>> {
        let claims = ClaimsOfEvent(ClaimFilter::read(filter)?);
        connection(context, self.0.id, claims, Paging { first, after, last, before }).await
    }

    /// What is claimed about it, put side by side: an account for each property, and each scope, on
    /// which anybody takes a position, by the property's code.
    async fn accounts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only these properties, by code, such as \"duration\".")] property: Option<
            Vec<String>,
        >,
        #[graphql(desc = "As things stood at this moment: with what was said as of then or before. Claims \
                          whose time nobody knows are left out.")]
        as_of: Option<DateTime>,
    ) -> ApiResult<Vec<Account>> {
        accounts(context, self.0.id, property, as_of).await
    }

    /// Whether any of its accounts is `DISPUTED`: of a property that has one value, two are claimed
    /// that cannot both be true.
    async fn disputed(&self, context: &Context<'_>) -> ApiResult<bool> {
        is_disputed(context, self.0.id).await
    }

    /// Deaths by its dataset's own estimate; null when the dataset makes none, and for events made
    /// here, whose deaths are claims.
    async fn fatalities(&self) -> Option<Estimate> {
        let row = &self.0;
        let estimate =
            Estimate { best: row.fatalities_best, low: row.fatalities_low, high: row.fatalities_high };
        (estimate.best.is_some() || estimate.low.is_some() || estimate.high.is_some()).then_some(estimate)
    }
}

/// A number that a dataset estimates, as the dataset publishes it: in some rows of some datasets the
/// lowest estimate is above the best one, or the highest below. Unknown is null, never zero.
#[derive(SimpleObject)]
pub struct Estimate {
    /// The best estimate; null when there is none.
    best: Option<i32>,
    /// The lowest; null when there is none.
    low: Option<i32>,
    /// The highest; null when there is none.
    high: Option<i32>,
}

api_type!(Participation, participation);

/// An actor takes part in an event, in a role.
#[Object]
impl Participation {
    /// The UUID of the record, the same for ever; `node` finds any record by it.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts its changes, from 1; an update and a deletion give it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The event.
    async fn event(&self, context: &Context<'_>) -> ApiResult<Event> {
        require(context, self.0.event_id).await
    }

    /// Who takes part.
    async fn actor(&self, context: &Context<'_>) -> ApiResult<Actor> {
        require(context, self.0.actor_id).await
    }

    /// The part taken.
    async fn role(&self) -> ParticipantRole {
        self.0.role
    }

    /// Whether that is only alleged.
    async fn alleged(&self) -> bool {
        self.0.alleged
    }
}

api_type!(EventRelation, event_relation);

/// How one event stands to another: `event` KIND `other`.
#[Object]
impl EventRelation {
    /// The UUID of the record, the same for ever; `node` finds any record by it.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts its changes, from 1; an update and a deletion give it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// How it stands.
    async fn kind(&self) -> EventRelationKind {
        self.0.kind
    }

    /// The event that, say, ENDS the other.
    async fn event(&self, context: &Context<'_>) -> ApiResult<Event> {
        require(context, self.0.event_id).await
    }

    /// The event that is, say, ended.
    async fn other(&self, context: &Context<'_>) -> ApiResult<Event> {
        require(context, self.0.other_id).await
    }

    /// Whether that is only alleged.
    async fn alleged(&self) -> bool {
        self.0.alleged
    }
}

#[derive(Default)]
pub struct EventQuery;

#[Object]
impl EventQuery {
    /// One event, by exactly one of its keys; null when there is none.
    async fn event(
        &self,
        context: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
        external: Option<ExternalIdInput>,
    ) -> ApiResult<Option<Event>> {
        by_key(context, id, slug.map(|slug| ("slug", slug)), external, "`id`, `slug` and `external`").await
    }

    /// Events, latest start first unless another order is asked for; those whose start nobody knows
    /// come last.
    async fn events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which events; all when left out.")] filter: Option<Box<EventFilter>>,
        #[graphql(desc = "In which order.")] order_by: Option<EventOrder>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Event>> {
        let events = EventOrder::list(order_by, filter)?;
        connection(context, Uuid::nil(), events, Paging { first, after, last, before }).await
    }
}
