//! The strands of a list of events in order of time: which index leads each of them.
//!
//! An index gives events in order of their start for one kind, one place, one actor. What asks for
//! several is read for each and merged; and a range of time, which bounds the start from one side
//! only, is read apart for brief events, for longer ones and for those of any length.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, JoinType, Query, SelectStatement};

use super::entity::Entity as Event;
use super::listing::{self, LISTED, Listing};
use super::query::{EventCriterion, EventFilter, START, any_of, places_in};
use super::span::Span;
use crate::extent::query::During;
use crate::filter::{Filter, RecordCriterion, by_words, datasets, or_whole};
use crate::graphql::RecordRef;
use crate::location::entity::Entity as Location;
use crate::location::geography::Area;
use crate::read::{Strand, column};
use crate::source::entity::Entity as Source;

/// Branches of an `or` are read one by one where there are at most so many.
const MOST_BRANCHES: usize = 8;
/// Places in an area are read one by one where there are at most so many.
const MOST_PLACES: u32 = 500;

/// What leads a strand: the index that is read in its order.
#[derive(Clone, Debug)]
pub enum Lead {
    /// A listing, under one record.
    Under(Listing, Expr),
    /// A listing, under each value of a query.
    UnderEach(Listing, SelectStatement),
    /// What an actor took part in; in any of these roles, or in any.
    Actor(Expr, Option<Vec<String>>),
    /// What each of several actors took part in, in the same way.
    EachActor(SelectStatement, Option<Vec<String>>),
    /// A column of the event itself, for each value of a query.
    Each(&'static str, SelectStatement),
    /// The places in an area, unless there are too many.
    Area(Area),
}

/// The strands of the events that a filter leaves; none where one index gives them all in order.
/// `lead` is what the list hangs off, if it is a listing.
#[must_use]
pub fn strands(filter: &EventFilter, lead: Option<&Lead>) -> Vec<Strand> {
    let strands = |filter: &EventFilter| led(filter, lead.cloned());
    by_words(filter, |filter| or_whole(strands(filter), || plain(filter.conjuncts())))
        .unwrap_or_else(|| strands(filter))
}

/// The strands, each led by what leads best.
pub fn led(filter: &EventFilter, lead: Option<Lead>) -> Vec<Strand> {
    let conjuncts = filter.conjuncts();
    let mut rest: Vec<&EventFilter> = conjuncts.iter().collect();
    let lead = lead.or_else(|| {
        let (place, lead) = find_lead(conjuncts)?;
        rest.remove(place);
        Some(lead)
    });
    if lead.is_none()
        && !is_led(conjuncts)
        && let Some(branches) = by_branches(conjuncts)
    {
        return branches;
    }
    let during = filter.criteria().find_map(|criterion| match criterion {
        EventCriterion::During(during) => Some(during),
        _ => None,
    });
    let spans: Vec<Option<Span>> = match during {
        Some(During { from: Some(_), .. }) => Span::ALL.map(Some).to_vec(),
        _ if lead.is_some() => vec![None],
        _ => return Vec::new(),
    };
    let spans = spans.into_iter().map(|span| (span, during));
    spans.flat_map(|(span, during)| led_by(lead.as_ref(), &rest, span, during)).collect()
}

/// Whether an index of events alone finds few, or finds them in order.
fn is_led(conjuncts: &[EventFilter]) -> bool {
    conjuncts.iter().any(|conjunct| match conjunct {
        Filter::Is(EventCriterion::Record(criterion)) => match criterion {
            RecordCriterion::Id(_) | RecordCriterion::Slug(_) => true,
            RecordCriterion::Dataset(slugs) => slugs.len() == 1,
            RecordCriterion::Recorded(_) => false,
        },
        Filter::Is(EventCriterion::Kind(words)) => words.len() == 1,
        Filter::Is(EventCriterion::Location(places)) => places.len() == 1,
        Filter::Is(EventCriterion::Parent(_) | EventCriterion::Article(_) | EventCriterion::Crossing(_)) => {
            true
        }
        Filter::Is(EventCriterion::Text(words)) => words.is_lead(),
        _ => false,
    })
}

/// Which of the conditions leads best, with its place among them.
fn find_lead(conjuncts: &[EventFilter]) -> Option<(usize, Lead)> {
    let finds_few = conjuncts.iter().any(|conjunct| {
        matches!(
            conjunct,
            Filter::Is(
                EventCriterion::Record(RecordCriterion::Id(_) | RecordCriterion::Slug(_))
                    | EventCriterion::Parent(_)
                    | EventCriterion::Article(_)
                    | EventCriterion::Crossing(_)
            )
        ) || matches!(conjunct, Filter::Is(EventCriterion::Text(words)) if words.is_lead())
    });
    if finds_few {
        return None;
    }
    let leads = conjuncts.iter().enumerate().filter_map(|(place, conjunct)| match conjunct {
        Filter::Is(criterion) => lead_of(criterion).map(|(rank, lead)| (rank, place, lead)),
        _ => None,
    });
    let (_, place, lead) = leads.min_by_key(|(rank, ..)| *rank)?;
    match lead {
        // A single value of a column is an index by itself, and a better one than several values.
        Lead::Each(..) | Lead::UnderEach(..) | Lead::EachActor(..) | Lead::Area(_) if is_led(conjuncts) => {
            None
        }
        lead => Some((place, lead)),
    }
}

/// What a condition can lead, and how well: the least first.
fn lead_of(criterion: &EventCriterion) -> Option<(u8, Lead)> {
    Some(match criterion {
        EventCriterion::Actor(matched) => {
            let actors = matched.actors.as_ref()?;
            match actors.one() {
                Some(one) => (0, Lead::Actor(one, matched.roles.clone())),
                None => (5, Lead::EachActor(each(actors.ids()), matched.roles.clone())),
            }
        }
        EventCriterion::Within(place) => (1, Lead::Under(listing::PLACE, place.id(Location))),
        EventCriterion::Source(sources) => match sources.as_slice() {
            [one] => (2, Lead::Under(listing::SOURCE, one.id(Source))),
            many => (6, Lead::UnderEach(listing::SOURCE, each(RecordRef::ids(many, Source)))),
        },
        EventCriterion::Country(codes) => match codes.as_slice() {
            [one] => (3, Lead::Under(listing::COUNTRY, Expr::val(one.as_str()))),
            many => (7, Lead::UnderEach(listing::COUNTRY, each_of(many))),
        },
        EventCriterion::Location(places) if places.len() != 1 => {
            (4, Lead::Each("location_id", each(RecordRef::ids(places, Location))))
        }
        EventCriterion::In(area) => (8, Lead::Area(area.clone())),
        EventCriterion::Record(RecordCriterion::Dataset(slugs)) if slugs.len() != 1 => {
            (9, Lead::Each("dataset_id", each(datasets(slugs))))
        }
        EventCriterion::Kind(words) if words.len() != 1 => (10, Lead::Each("kind", each_of(words))),
        _ => return None,
    })
}

/// A query of the column `value` as strands call it.
fn each(query: SelectStatement) -> SelectStatement {
    let (found, value) = (Alias::new("found"), Alias::new("value"));
    Query::select().expr_as(Expr::cust("found.id"), value).from_subquery(query, found).take()
}

/// Each of these values once.
fn each_of(values: &[String]) -> SelectStatement {
    let value = Alias::new("value");
    Query::select()
        .distinct()
        .column((value.clone(), value.clone()))
        .from_function(Func::cust(Alias::new("unnest")).arg(values.to_vec()), value)
        .take()
}

/// The strands of each branch of the one `or` among the conditions, which is otherwise led by nothing.
fn by_branches(conjuncts: &[EventFilter]) -> Option<Vec<Strand>> {
    let is_any = |conjunct: &EventFilter| matches!(conjunct, Filter::Any(_));
    let place = conjuncts.iter().position(is_any)?;
    let Filter::Any(branches) = &conjuncts[place] else { return None };
    let nested = branches.iter().any(|branch| branch.conjuncts().iter().any(is_any));
    if conjuncts.iter().filter(|conjunct| is_any(conjunct)).count() > 1
        || nested
        || branches.len() > MOST_BRANCHES
    {
        return None;
    }
    let strands = branches.iter().flat_map(|branch| {
        let mut all = conjuncts.to_vec();
        all[place] = branch.clone();
        let filter = Filter::all(all);
        or_whole(led(&filter, None), || plain(filter.conjuncts()))
    });
    Some(strands.collect())
}

fn plain<'a>(conjuncts: impl IntoIterator<Item = &'a EventFilter>) -> SelectStatement {
    let mut events = Query::select().from(Event).take();
    for conjunct in conjuncts {
        events.cond_where(conjunct.condition());
    }
    events
}

/// The strands of one span, led by what leads.
fn led_by(
    lead: Option<&Lead>,
    rest: &[&EventFilter],
    span: Option<Span>,
    during: Option<&During>,
) -> Vec<Strand> {
    let events = || {
        let mut events = plain(rest.iter().copied());
        if let (Some(span), Some(during)) = (span, during) {
            events.cond_where(span.condition(during));
        }
        events
    };
    let listed = |listing, under| listed(listing, under, rest, span, during);
    let value = || Expr::cust("each.value");
    let strand = match lead {
        None => Strand::of(events()),
        Some(Lead::Under(listing, under)) => listed(*listing, under.clone()),
        Some(Lead::UnderEach(listing, values)) => listed(*listing, value()).each(values.clone()),
        Some(Lead::Actor(actor, roles)) => in_roles(listed(listing::ACTOR, actor.clone()), roles.as_deref()),
        Some(Lead::EachActor(actors, roles)) => {
            in_roles(listed(listing::ACTOR, value()), roles.as_deref()).each(actors.clone())
        }
        Some(Lead::Each(name, values)) => {
            let mut events = events();
            events.and_where(column(Event, name).eq(value()));
            Strand::of(events).each(values.clone())
        }
        Some(Lead::Area(area)) => return in_area(area, &events()),
    };
    vec![strand]
}

/// An event is listed under an actor once for each role.
fn in_roles(mut strand: Strand, roles: Option<&[String]>) -> Strand {
    strand.statement.distinct();
    if let Some(roles) = roles {
        strand.statement.and_where(Expr::cust_with_values("listed.role = any($1)", [roles.to_vec()]));
    }
    strand
}

/// Events read off a listing, by what it says itself: when they begin and end, and what kind they are;
/// by it alone where nothing else is asked of them.
fn listed(
    listing: Listing,
    under: Expr,
    rest: &[&EventFilter],
    span: Option<Span>,
    during: Option<&During>,
) -> Strand {
    let (table, name) = (Alias::new(listing.table), Alias::new("listed"));
    let (start, id) = (Expr::cust("listed.start"), Expr::cust("listed.event_id"));
    let mut places = vec![(start.clone(), id)];
    let mut statement = if rest.is_empty() {
        Query::select().from_as(table, name.clone()).take()
    } else {
        places.push((Expr::cust(START), column(Event, "id")));
        plain(rest.iter().copied())
            .join_as(JoinType::InnerJoin, table, name.clone(), Expr::cust(LISTED))
            .take()
    };
    statement.and_where(Expr::col((name.clone(), Alias::new(listing.under))).eq(under));
    for conjunct in rest {
        if let Filter::Is(EventCriterion::Kind(words)) = conjunct {
            statement.and_where(any_of(Expr::col((name.clone(), Alias::new("kind"))), words));
        }
    }
    if let Some(During { to: Some(to), .. }) = during {
        statement.and_where(start.lte(*to));
    }
    if let (Some(span), Some(during)) = (span, during) {
        statement.cond_where(span.listed(during));
    }
    Strand { places, ..Strand::of(statement) }
}

/// Events place by place where the area has few, else all in order. Which it is Postgres finds
/// when it runs: the part that does not apply is not begun.
fn in_area(area: &Area, events: &SelectStatement) -> Vec<Strand> {
    let few = || {
        let some = places_in(area).limit(u64::from(MOST_PLACES) + 1).take();
        Expr::cust_with_expr(format!("(select count(*) from $1 counted) <= {MOST_PLACES}"), Expr::from(some))
    };
    let mut one_by_one = events.clone();
    one_by_one.and_where(column(Event, "location_id").eq(Expr::cust("each.value")));
    let mut places = each(places_in(area));
    places.and_where(few());
    let mut all = events.clone();
    all.and_where(column(Event, "location_id").in_subquery(places_in(area))).and_where(few().not());
    vec![Strand::of(one_by_one).each(places), Strand::of(all)]
}
