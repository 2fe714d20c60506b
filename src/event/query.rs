//! Lists of events, what narrows them down, and what they are ordered by.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, JoinType, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Event;
use super::listing::{self, LISTED};
use super::strands::led;
use crate::account::query::is_disputed;
use crate::actor::query::ActorSet;
use crate::article::query::published_in;
use crate::crossing::query::places_of;
use crate::extent::query::During;
use crate::filter::{Criterion, Filter, Listed, RecordCriterion};
use crate::graphql::RecordRef;
use crate::location::entity::Entity as Location;
use crate::location::geography::Area;
use crate::merging::keys;
use crate::read::{Coordinates, Order, OrderKey, Strand, column};
use crate::search::words::Words;
use crate::source::entity::Entity as Source;

/// The earliest start, by which events are ordered in time; one that nobody knows is before all.
pub const START: &str = "coalesce(event.start_earliest, '-infinity')";

/// Events, latest start first; those whose start nobody knows come last.
pub const LATEST_FIRST: Order = Order::descending(OrderKey::Time, START);

/// Events by their latest end: unknown ones before all, those that are going on after all.
pub const BY_END: Order = Order::ascending(
    OrderKey::Time,
    "coalesce(event.end_latest, case when event.ongoing then timestamptz 'infinity' else '-infinity' end)",
);

/// Events in the order of recording.
pub const BY_RECORDED: Order = Order::ascending(OrderKey::Time, "event.recorded_at");

/// Events by the best estimate of deaths, unknown ones before all.
pub const BY_FATALITIES: Order = Order::ascending(OrderKey::Number, "coalesce(event.fatalities_best, -1)");

/// Events by title; its beginning decides, which is what an index can hold.
pub const BY_TITLE: Order = Order::ascending(OrderKey::Text, "left(event.title, 200)");

/// Events by how well they have the words of the filter's text, the least well first; see
/// [`by_relevance`]. For filters with a text.
pub const BY_RELEVANCE: Order = Order::ascending(OrderKey::Number, "found.score");

/// A list by relevance has so many events at most: words that are common are in millions, and each
/// would have to be read to find the best.
pub const MOST_RELEVANT: u64 = 1_000;

/// Events by the distance of their place from a point. For filters by [`EventCriterion::In`] an area
/// around it, which leave no event without a point.
#[must_use]
pub const fn by_distance(from: Coordinates) -> Order {
    let key = "(select st_distance(place.point, st_setsrid(st_makepoint($1, $2), 4326)::geography) \
               from location place where place.id = event.location_id)";
    Order { from: Some(from), ..Order::ascending(OrderKey::Distance, key) }
}

/// What events are asked for.
pub type EventFilter = Filter<EventCriterion>;

/// A single condition on events. A list means any of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EventCriterion {
    /// On what every record has.
    Record(RecordCriterion),
    /// Of these kinds.
    Kind(Vec<String>),
    /// Of these modalities.
    Modality(Vec<String>),
    /// Of these types in their dataset's own coding.
    NativeType(Vec<String>),
    /// In this range of time.
    During(During),
    /// Reported by an article that was possibly published in this range of time.
    Published(During),
    /// At this place, or at a place within it.
    Within(RecordRef),
    /// At these places.
    Location(Vec<RecordRef>),
    /// In these countries.
    Country(Vec<String>),
    /// At a place whose point lies in this area.
    In(Area),
    /// In which somebody took part.
    Actor(ActorMatch),
    /// Reported by these sources.
    Source(Vec<RecordRef>),
    /// Reported by these articles.
    Article(Vec<Uuid>),
    /// At these crossings, or closing or opening them or the border they are on.
    Crossing(Vec<RecordRef>),
    /// Part of this event.
    Parent(RecordRef),
    /// With these words in title or summary.
    Text(Words),
    /// With an account that is disputed, or without any.
    Disputed(bool),
    /// With so many deaths by the best estimate, both ends included.
    Fatalities(Option<i32>, Option<i32>),
    /// Reported by an article, or by none.
    HasArticles(bool),
}

impl From<RecordCriterion> for EventCriterion {
    fn from(criterion: RecordCriterion) -> Self {
        Self::Record(criterion)
    }
}

/// Who took part, and as what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ActorMatch {
    /// Any of these; anybody when none are named.
    pub actors: Option<ActorSet>,
    /// In any of these roles; in any role when none are named.
    pub roles: Option<Vec<String>>,
}

impl Criterion for EventCriterion {
    fn condition(&self) -> Condition {
        let all = Cond::all();
        match self {
            Self::Record(criterion) => criterion.condition(Event),
            Self::Kind(words) => all.add(any_of(column(Event, "kind"), words)),
            Self::Modality(words) => all.add(any_of(column(Event, "modality"), words)),
            Self::NativeType(words) => all.add(any_of(column(Event, "native_type"), words)),
            Self::During(during) => during.condition(Event),
            Self::Published(range) => all.add(reported(
                "report join article on article.id = report.article_id where report.event_id = event.id and $1",
                Expr::from(published_in(range)),
            )),
            Self::Within(place) => all.add(listing::PLACE.has(place.id(Location))),
            Self::Location(places) => RecordRef::any(places, Location, &column(Event, "location_id")),
            Self::Country(codes) => all.add(match codes.as_slice() {
                [one] => listing::COUNTRY.has(Expr::val(one.as_str())),
                many => listing::COUNTRY.has_any(Expr::cust_with_values(
                    "(select unnest($1))",
                    [many.to_vec()],
                )),
            }),
            Self::In(area) => all.add(column(Event, "location_id").in_subquery(places_in(area))),
            Self::Actor(matched) => matched.condition(),
            Self::Source(sources) => all.add(match sources.as_slice() {
                [one] => listing::SOURCE.has(one.id(Source)),
                many => listing::SOURCE.has_any(Expr::from(RecordRef::ids(many, Source))),
            }),
            Self::Article(ids) => all.add(reported(
                "report where report.event_id = event.id and report.article_id = any($1)",
                keys::all_here(ids),
            )),
            Self::Crossing(crossings) => all.add(at_crossings(crossings)),
            Self::Parent(parent) => all.add(column(Event, "parent_id").eq(parent.id(Event))),
            Self::Text(words) => all.add(words.condition()),
            Self::Disputed(disputed) => all.add(is_disputed(*disputed)),
            Self::Fatalities(min, max) => {
                let best = column(Event, "fatalities_best");
                let ends = [min.map(|min| best.clone().gte(min)), max.map(|max| best.clone().lte(max))];
                ends.into_iter().flatten().fold(all.add(best.clone().is_not_null()), Condition::add)
            }
            Self::HasArticles(has) => {
                let some = reported(
                    "report where report.event_id = event.id and report.article_id is not null and $1",
                    Expr::val(true),
                );
                all.add(if *has { some } else { some.not() })
            }
        }
    }
}

impl ActorMatch {
    fn condition(&self) -> Condition {
        let all = Cond::all();
        let Some(actors) = &self.actors else {
            return match &self.roles {
                None => all.add(Expr::cust(
                    "exists (select from participation where participation.event_id = event.id)",
                )),
                Some(roles) => all.add(Expr::cust_with_values(
                    "exists (select from participation where participation.event_id = event.id \
                     and participation.role = any($1))",
                    [roles.clone()],
                )),
            };
        };
        all.add(match (actors.one(), &self.roles) {
            (Some(one), None) => listing::ACTOR.has(one),
            (None, None) => listing::ACTOR.has_any(Expr::from(actors.ids())),
            (Some(one), Some(roles)) => in_roles(one, roles),
            (None, Some(roles)) => {
                in_roles(Expr::cust_with_expr("any(array $1)", Expr::from(actors.ids())), roles)
            }
        })
    }
}

/// That an actor took part in the event in any of these roles.
pub fn in_roles(actor: Expr, roles: &[String]) -> Expr {
    Expr::cust_with_exprs(
        format!(
            "exists (select from event_actor listed where listed.actor_id = $1 and {LISTED} and listed.role = any($2))"
        ),
        [actor, Expr::val(roles.to_vec())],
    )
}

fn reported(reports: &str, given: Expr) -> Expr {
    Expr::cust_with_expr(format!("exists (select from {reports})"), given)
}

/// That a word is any of these. One is not a list, so that an index can give the events in order.
pub fn any_of(word: Expr, words: &[String]) -> Expr {
    match words {
        [one] => word.eq(one.as_str()),
        many => word.eq_any(many.to_vec()),
    }
}

/// The places whose point lies in an area.
pub fn places_in(area: &Area) -> SelectStatement {
    Query::select().expr(column(Location, "id")).from(Location).cond_where(area.condition()).take()
}

/// Events at crossings, and those that close or open them or the borders they are on.
fn at_crossings(crossings: &[RecordRef]) -> Expr {
    Expr::cust_with_expr(
        "event.id in (
           with crossing (place) as $1
           select at.id from crossing join event at on at.location_id = crossing.place
           union
           select closure.event_id from crossing
           join location_ancestor around on around.location_id = crossing.place
           join closure on closure.place_id = around.ancestor_id)",
        Expr::from(places_of(crossings)),
    )
}

/// The ids of events that a filter leaves, each with its `score` for the words of the filter's text:
/// all of them, or so many as a list by relevance has.
fn by_relevance(filter: &EventFilter) -> SelectStatement {
    let mut found = Query::select()
        .expr(column(Event, "id"))
        .expr_as(Words::event_score(text(filter).unwrap_or_default()), "score")
        .from(Event)
        .limit(MOST_RELEVANT)
        .take();
    filter.narrow(&mut found);
    found
}

/// The words that all events of a filter must have, where it says some.
pub fn text(filter: &EventFilter) -> Option<&str> {
    filter.criteria().find_map(|criterion| match criterion {
        EventCriterion::Text(words) => Some(words.text()),
        _ => None,
    })
}

impl Listed for EventCriterion {
    type Record = Event;
    const ORDER: Order = LATEST_FIRST;

    fn found(filter: &EventFilter, order: &Order) -> SelectStatement {
        let mut events = Query::select().from(Event).take();
        if order.key == BY_RELEVANCE.key {
            let found = by_relevance(filter);
            return events
                .join_subquery(JoinType::InnerJoin, found, "found", Expr::cust("found.id = event.id"))
                .take();
        }
        filter.narrow(&mut events);
        events
    }

    fn strands(filter: &EventFilter, order: &Order) -> Vec<Strand> {
        if order.key == START { led(filter, None) } else { Vec::new() }
    }

    fn words_mut(&mut self) -> Option<&mut Words> {
        match self {
            Self::Text(words) => Some(words),
            _ => None,
        }
    }
}
