//! Events in the API.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use sea_orm::Iterable;
use uuid::Uuid;

use super::loader::{
    ArticlesOfEvent, ClaimsOfEvent, ClosuresOfEvent, Participants, Parts, Relations, ReportsOfEvent,
};
use super::query::{
    self, BY_END, BY_FATALITIES, BY_RECORDED, BY_RELEVANCE, BY_TITLE, EventCriterion, Events, LATEST_FIRST,
    by_distance,
};
use super::vocabulary::{EventCategory, EventKind, EventRelationKind, Modality, ParticipantRole};
use super::{entity, event_relation, participation};
use crate::account::graphql::{Account, accounts, is_disputed};
use crate::actor::graphql::{Actor, ActorMatch};
use crate::article::graphql::Article;
use crate::claim::graphql::{Claim, ClaimFilter};
use crate::closure::graphql::Closure;
use crate::extent::graphql::{DuringInput, ExtentObject, TimeRangeInput};
use crate::filter::{Branches, Fields, FilterInput, IntRange, OfRecord, RecordCriterion, countries};
use crate::graphql::scalar::{CountryCode, DateTime, GeoJson};
use crate::graphql::{
    ApiError, ApiResult, Bookkeeping, Connection, ExternalIdInput, OrderDirection, Paging, api_type,
    asked_text, by_key, connection, ids, record_ref, record_type, refer, refs, require, whole, words,
};
use crate::location::graphql::{BoxInput, Location, LocationRef, NearInput, polygons};
use crate::read::Order;
use crate::report::graphql::Report;
use crate::report::vocabulary::Relevance;
use crate::source::graphql::SourceRef;

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
        #[graphql(desc = "Which claims; live ones when left out.")] filter: Option<ClaimFilter>,
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

/// Which events. All that is given must hold; a list means any of it.
#[derive(InputObject, Clone, Debug, Default)]
pub struct EventFilter {
    /// All of these must hold.
    and: Option<Vec<EventFilter>>,
    /// Any of these must hold.
    or: Option<Vec<EventFilter>>,
    /// This must not hold: every event that it would not give.
    not: Option<Box<EventFilter>>,
    #[graphql(flatten)]
    record: OfRecord,
    /// Any of these slugs.
    slug: Option<Vec<String>>,
    /// Any of these kinds.
    kind: Option<Vec<EventKind>>,
    /// Any kind of these categories.
    category: Option<Vec<EventCategory>>,
    /// Any of these modalities.
    modality: Option<Vec<Modality>>,
    /// Any of these types in their dataset's own coding.
    native_type: Option<Vec<String>>,
    /// In this range of time.
    during: Option<DuringInput>,
    /// Reported by an article that was possibly published in this range of time.
    published: Option<TimeRangeInput>,
    /// At this place, or at a place within it, however deep.
    within: Option<LocationRef>,
    /// At any of these places themselves.
    location: Option<Vec<LocationRef>>,
    /// At a place in any of these countries. A border and its crossings lie in both of theirs.
    country: Option<Vec<CountryCode>>,
    /// At a place whose point lies in this circle.
    near: Option<NearInput>,
    /// At a place whose point lies in this box.
    #[graphql(name = "box")]
    inside: Option<BoxInput>,
    /// At a place whose point lies in this `Polygon` or `MultiPolygon`, edges included: at most 1,000
    /// positions, straight from each to the next in degrees.
    polygon: Option<GeoJson>,
    /// In which these actors took part.
    actor: Option<ActorMatch>,
    /// Reported by any of these sources, in an article or without.
    source: Option<Vec<SourceRef>>,
    /// Reported by any of these articles.
    article: Option<Vec<ID>>,
    /// At any of these crossings, or closing or opening them or the border they are on. A crossing is
    /// named by its own keys or by those of its place.
    crossing: Option<Vec<LocationRef>>,
    /// Part of this event, directly.
    parent: Option<EventRef>,
    /// With all these words in title or summary, as `search` reads them: English words by their stem,
    /// without case and accents; "words in quotes" side by side, `or` between alternatives, a word after
    /// a minus not at all. At most 1,000 characters.
    text: Option<String>,
    /// True: only events with an account that is DISPUTED, which leaves out those only DENIED. False:
    /// only those without.
    disputed: Option<bool>,
    /// With so many deaths by the best estimate of their dataset. Those without an estimate are left out.
    fatalities: Option<IntRange>,
    /// True: only events that an article reports. False: only those that none does.
    has_articles: Option<bool>,
}

record_ref! {
    /// An event, by one of its keys.
    EventRef
}

impl FilterInput for EventFilter {
    type Criterion = EventCriterion;

    fn branches(&mut self) -> Branches<Self> {
        Branches { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn fields(self, fields: &mut Fields<EventCriterion>) -> ApiResult<()> {
        self.record.add_to(fields)?;
        fields.list("slug", self.slug, |slugs| RecordCriterion::Slug(slugs).into())?;
        fields.add(kinds(self.kind, self.category.as_deref()), EventCriterion::Kind);
        fields.add(words(self.modality, Modality::word), EventCriterion::Modality);
        fields.list("nativeType", self.native_type, EventCriterion::NativeType)?;
        fields.check("during", self.during, |range, path| Ok(EventCriterion::During(range.during(path)?)))?;
        fields.check("published", self.published, |range, path| {
            Ok(EventCriterion::Published(range.during(path)?))
        })?;
        fields.add(self.within, |place| EventCriterion::Within(place.into()));
        fields.list("location", self.location, |places| EventCriterion::Location(refs(places)))?;
        fields.check("country", self.country, |codes, path| {
            Ok(EventCriterion::Country(countries(codes, path)?))
        })?;
        fields.check("near", self.near, |near, path| Ok(EventCriterion::In(near.read(path)?)))?;
        fields.check("box", self.inside, |inside, path| Ok(EventCriterion::In(inside.read(path)?)))?;
        fields
            .check("polygon", self.polygon, |given, path| Ok(EventCriterion::In(polygons(&given, path)?)))?;
        fields.add(self.actor, |actor| EventCriterion::Actor(actor.read()));
        fields.list("source", self.source, |sources| EventCriterion::Source(refs(sources)))?;
        fields.list("article", self.article, |given| EventCriterion::Article(ids(&given)))?;
        fields.list("crossing", self.crossing, |given| EventCriterion::Crossing(refs(given)))?;
        fields.add(self.parent, |parent| EventCriterion::Parent(parent.into()));
        fields.check("text", self.text, |text, path| Ok(EventCriterion::Text(asked_text(text, path)?)))?;
        fields.add(self.disputed, EventCriterion::Disputed);
        fields.check("fatalities", self.fatalities, |range, path| {
            let (min, max) = range.read(path)?;
            Ok(EventCriterion::Fatalities(min, max))
        })?;
        fields.add(self.has_articles, EventCriterion::HasArticles);
        Ok(())
    }
}

impl EventFilter {
    /// Checks the filter and turns it into what the database is asked; without one, all events.
    pub fn read(filter: Option<Self>) -> ApiResult<query::EventFilter> {
        crate::filter::read(filter)
    }
}

/// The kinds that are asked for by name and by category.
fn kinds(kinds: Option<Vec<EventKind>>, categories: Option<&[EventCategory]>) -> Option<Vec<String>> {
    let in_category = |kind: &EventKind| categories.is_none_or(|some| some.contains(&kind.category()));
    let kinds = match kinds {
        Some(kinds) => kinds.into_iter().filter(in_category).collect(),
        None if categories.is_some() => EventKind::iter().filter(in_category).collect(),
        None => return None,
    };
    words(Some(kinds), EventKind::word)
}

/// What events can be ordered by. Ties are settled by id.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventOrderField {
    /// The earliest moment they can have begun; unknown ones before all others.
    Start,
    /// The latest moment they can have ended; unknown ones before all others, those that go on after.
    End,
    /// When they were recorded here.
    Recorded,
    /// Deaths by the best estimate; those without one before all others.
    Fatalities,
    /// The title, by its first 200 characters.
    Title,
    /// How far their place is from the point of the filter's `near`, which must be given.
    Distance,
    /// How well they have the words of the filter's `text`, which must be given, as `search` scores
    /// them: DESC has the best first. Such a list has 1,000 events at most, among those that the filter
    /// leaves.
    Relevance,
}

/// An order of events.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct EventOrder {
    /// What to order by.
    field: EventOrderField,
    /// Which end comes first.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl EventOrder {
    /// The order as the database is asked for it; the latest start first when nothing is said.
    fn read(order: Option<Self>, near: Option<NearInput>, filter: &query::EventFilter) -> ApiResult<Order> {
        let Some(Self { field, direction }) = order else { return Ok(LATEST_FIRST) };
        Ok(direction.of(match (field, near) {
            (EventOrderField::Start, _) => LATEST_FIRST,
            (EventOrderField::End, _) => BY_END,
            (EventOrderField::Recorded, _) => BY_RECORDED,
            (EventOrderField::Fatalities, _) => BY_FATALITIES,
            (EventOrderField::Title, _) => BY_TITLE,
            (EventOrderField::Relevance, _) => match query::text(filter) {
                Some(text) => BY_RELEVANCE.asked(text),
                None => {
                    return Err(ApiError::BadUserInput(
                        "`orderBy.field` is RELEVANCE, and `filter.text` does not say to which words: give it."
                            .to_owned(),
                    ));
                }
            },
            (EventOrderField::Distance, Some(near)) => by_distance(near.middle()),
            (EventOrderField::Distance, None) => {
                return Err(ApiError::BadUserInput(
                    "`orderBy.field` is DISTANCE, and `filter.near` does not say from where: give it."
                        .to_owned(),
                ));
            }
        }))
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
        #[graphql(desc = "Which events; all when left out.")] filter: Option<EventFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<EventOrder>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Event>> {
        let near = filter.as_ref().and_then(|filter| filter.near);
        let filter = EventFilter::read(filter)?;
        let order = EventOrder::read(order_by, near, &filter)?;
        let events = Events { filter, order };
        connection(context, Uuid::nil(), events, Paging { first, after, last, before }).await
    }
}
