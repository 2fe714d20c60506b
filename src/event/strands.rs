//! The strands of a list of events in order of time: which index leads each of them.
//!
//! An index gives events in order of their start for one kind, one place, one actor. What asks for
//! several is read for each and merged; and a range of time, which bounds the start from one side
//! only, is read apart for brief events, for longer ones and for those of any length.

use sea_orm::sea_query::{Alias, Cond, Condition, Expr, ExprTrait, Func, JoinType, Query, SelectStatement};

use super::entity::Entity as Event;
use super::listing::{self, LISTED, Listing};
use super::query::{EventCriterion, EventFilter, FEW, START, places_in, some_with_words, text};
use crate::extent::query::During;
use crate::filter::{Filter, RecordCriterion, datasets};
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
    let some = |filter: &EventFilter| match led(filter, lead.cloned()) {
        none if none.is_empty() => whole(filter),
        strands => strands,
    };
    by_words(filter, some).unwrap_or_else(|| led(filter, lead.cloned()))
}

/// Where all events must have some words: what strands there are where few events have them, and what
/// where many do. Postgres finds which it is when it runs: the part that does not apply is not begun.
///
/// The planner cannot know: it takes words as independent, and would read all events in order for
/// words that never stand together.
pub fn by_words(filter: &EventFilter, strands: impl Fn(&EventFilter) -> Vec<Strand>) -> Option<Vec<Strand>> {
    let text = text(filter)?;
    let few = Expr::cust_with_expr(
        format!("(select count(*) from $1 counted) <= {FEW}"),
        Expr::from(some_with_words(text)),
    );
    let among_few = filter.conjuncts().iter().map(|conjunct| match conjunct {
        Filter::Is(EventCriterion::Text(one)) if one == text => {
            Filter::Is(EventCriterion::AmongFew(text.to_owned()))
        }
        other => other.clone(),
    });
    let when = |strands: Vec<Strand>, holds: Expr| {
        strands.into_iter().map(move |mut strand| {
            strand.statement.and_where(holds.clone());
            strand
        })
    };
    let by_those = when(strands(&Filter::all(among_few.collect())), few.clone());
    Some(by_those.chain(when(strands(filter), few.not())).collect())
}

/// One strand, of all events that a filter leaves.
pub fn whole(filter: &EventFilter) -> Vec<Strand> {
    vec![Strand::of(plain(&filter.conjuncts().iter().collect::<Vec<_>>()))]
}

/// The strands, each led by what leads best.
fn led(filter: &EventFilter, lead: Option<Lead>) -> Vec<Strand> {
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
        Filter::Is(
            EventCriterion::Parent(_)
            | EventCriterion::Article(_)
            | EventCriterion::Crossing(_)
            | EventCriterion::AmongFew(_),
        ) => true,
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
                    | EventCriterion::AmongFew(_)
            )
        )
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
        match strands(&filter, None) {
            none if none.is_empty() => {
                vec![Strand::of(plain(&filter.conjuncts().iter().collect::<Vec<_>>()))]
            }
            some => some,
        }
    });
    Some(strands.collect())
}

fn plain(conjuncts: &[&EventFilter]) -> SelectStatement {
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
    let mut events = plain(rest);
    if let (Some(span), Some(during)) = (span, during) {
        events.cond_where(span.condition(during));
    }
    let listed = |listing, under| listed(listing, under, &events, span, during);
    let value = || Expr::cust("each.value");
    let strand = match lead {
        None => Strand::of(events),
        Some(Lead::Under(listing, under)) => listed(*listing, under.clone()),
        Some(Lead::UnderEach(listing, values)) => listed(*listing, value()).each(values.clone()),
        Some(Lead::Actor(actor, roles)) => in_roles(listed(listing::ACTOR, actor.clone()), roles.as_deref()),
        Some(Lead::EachActor(actors, roles)) => {
            in_roles(listed(listing::ACTOR, value()), roles.as_deref()).each(actors.clone())
        }
        Some(Lead::Each(name, values)) => {
            events.and_where(column(Event, name).eq(value()));
            Strand::of(events).each(values.clone())
        }
        Some(Lead::Area(area)) => return in_area(area, &events),
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

/// Events read off a listing, bounded by it too; by it alone where nothing else is asked of them.
fn listed(
    listing: Listing,
    under: Expr,
    events: &SelectStatement,
    span: Option<Span>,
    during: Option<&During>,
) -> Strand {
    let (table, name) = (Alias::new(listing.table), Alias::new("listed"));
    let (start, id) = (Expr::cust("listed.start"), Expr::cust("listed.event_id"));
    let mut places = vec![(start.clone(), id)];
    let mut statement = if *events == plain(&[]) {
        Query::select().from_as(table, name.clone()).take()
    } else {
        places.push((Expr::cust(START), column(Event, "id")));
        events.clone().join_as(JoinType::InnerJoin, table, name.clone(), Expr::cust(LISTED)).take()
    };
    statement.and_where(Expr::col((name, Alias::new(listing.under))).eq(under));
    if let Some(During { to: Some(to), .. }) = during {
        statement.and_where(start.clone().lte(*to));
    }
    if let (Some(span), Some(during)) = (span, during)
        && let Some(earliest) = span.earliest_start(during)
    {
        statement.and_where(start.gte(earliest));
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

/// How long events may have lasted: a range of time looks for each span where those can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    /// At most 32 days: a month and what is known to the day.
    Brief,
    /// At most 400 days: a year.
    Medium,
    /// Longer, or as long as nobody knows.
    Long,
}

impl Span {
    const ALL: [Self; 3] = [Self::Brief, Self::Medium, Self::Long];

    /// The earliest start of an event of this span that reaches into the range.
    fn earliest_start(self, during: &During) -> Option<chrono::DateTime<chrono::Utc>> {
        let days = match self {
            Self::Brief => 32,
            Self::Medium => 400,
            Self::Long => return None,
        };
        during.from?.checked_sub_signed(chrono::TimeDelta::days(days))
    }

    /// That an event is of this span, and begins where it can reach into the range.
    fn condition(self, during: &During) -> Condition {
        let (span, all) = ("event_span(event.start_earliest, event.end_latest)", Cond::all());
        match self {
            Self::Brief => all.add(Expr::cust(format!("{span} = 0"))).add_option(self.starts(during)),
            Self::Medium => all.add(Expr::cust(format!("{span} = 1"))).add_option(self.starts(during)),
            Self::Long => all.add(Expr::cust(format!("{span} = 2"))).add(Expr::cust_with_values(
                "tstzrange(event.start_earliest, event.end_latest, '[]') && tstzrange($1, $2, '[]')",
                [during.from, during.to],
            )),
        }
    }

    fn starts(self, during: &During) -> Option<Expr> {
        self.earliest_start(during).map(|earliest| Expr::cust(START).gte(earliest))
    }
}
