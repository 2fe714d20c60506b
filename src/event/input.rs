//! What lists of events are asked for: which events, and in which order.

use async_graphql::{Enum, ID, InputObject};
use sea_orm::Iterable;

use super::query::{
    self, BY_END, BY_FATALITIES, BY_RECORDED, BY_RELEVANCE, BY_TITLE, EventCriterion, LATEST_FIRST,
    by_distance,
};
use super::vocabulary::{EventCategory, EventKind, Modality};
use crate::actor::graphql::ActorMatch;
use crate::extent::graphql::{DuringInput, TimeRangeInput};
use crate::filter::{Branches, Fields, FilterInput, IntRange, OfRecord, RecordCriterion, Records, countries};
use crate::graphql::scalar::{CountryCode, GeoJson};
use crate::graphql::{ApiError, ApiResult, OrderDirection, asked_text, ids, record_ref, refs, words};
use crate::location::graphql::{BoxInput, LocationRef, NearInput, polygons};
use crate::read::Order;
use crate::search::vocabulary::SearchableType;
use crate::search::words::Words;
use crate::source::graphql::SourceRef;

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
        fields.check("text", self.text, |text, path| {
            Ok(EventCriterion::Text(Words::new(SearchableType::Event, asked_text(text, path)?)))
        })?;
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
    ///
    /// It comes in a box, since it is large for the future of a field (see `graphql::find`).
    pub fn read(filter: Option<Box<Self>>) -> ApiResult<query::EventFilter> {
        crate::filter::read(filter.map(|filter| *filter))
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
    /// The list of the events that a filter leaves, in an order; checks both.
    pub fn list(order: Option<Self>, filter: Option<Box<EventFilter>>) -> ApiResult<Records<EventCriterion>> {
        let near = filter.as_ref().and_then(|filter| filter.near);
        let filter = EventFilter::read(filter)?;
        Ok(Records { order: Self::read(order, near, &filter)?, filter })
    }

    /// The order as the database is asked for it; the latest start first when nothing is said.
    pub fn read(
        order: Option<Self>,
        near: Option<NearInput>,
        filter: &query::EventFilter,
    ) -> ApiResult<Order> {
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
