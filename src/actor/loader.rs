//! What hangs off an actor.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use super::affiliation::Entity as Affiliation;
use crate::claim::entity::Entity as Claim;
use crate::claim::query::{BY_RECORDED, ClaimFilter};
use crate::event::entity::Entity as Event;
use crate::event::listing;
use crate::event::query::{EventFilter, LATEST_FIRST, in_roles};
use crate::event::strands::{Lead, strands};
use crate::extent::query::During;
use crate::read::{Order, OrderKey, Relation, Strand, column};

/// Affiliations, latest start first; those whose start nobody knows come last.
const LATEST_AFFILIATION_FIRST: Order =
    Order::descending(OrderKey::Time, "coalesce(affiliation.start_earliest, '-infinity')");

/// What an actor belongs to; at any time, or possibly at one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Affiliations {
    pub at: Option<During>,
}

impl Relation for Affiliations {
    type Child = Affiliation;
    const ORDER: Order = LATEST_AFFILIATION_FIRST;

    fn children(&self, member: Expr) -> SelectStatement {
        let mut affiliations =
            Query::select().from(Affiliation).and_where(column(Affiliation, "member_id").eq(member)).take();
        if let Some(at) = &self.at {
            affiliations.cond_where(at.condition(Affiliation));
        }
        affiliations
    }
}

/// Who belongs to an actor.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Members;

impl Relation for Members {
    type Child = Affiliation;
    const ORDER: Order = LATEST_AFFILIATION_FIRST;

    fn children(&self, group: Expr) -> SelectStatement {
        Query::select().from(Affiliation).and_where(column(Affiliation, "group_id").eq(group)).take()
    }
}

/// The events an actor took part in; in any role, or in some.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EventsOfActor {
    pub roles: Option<Vec<String>>,
    pub filter: EventFilter,
}

impl Relation for EventsOfActor {
    type Child = Event;
    const ORDER: Order = LATEST_FIRST;

    fn children(&self, actor: Expr) -> SelectStatement {
        let listed = match &self.roles {
            None => listing::ACTOR.has(actor),
            Some(roles) => in_roles(actor, roles),
        };
        let mut events = Query::select().from(Event).and_where(listed).take();
        self.filter.narrow(&mut events);
        events
    }

    fn strands(&self, actor: Expr) -> Vec<Strand> {
        strands(&self.filter, Some(&Lead::Actor(actor, self.roles.clone())))
    }
}

/// What an actor is quoted as saying.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Statements(pub ClaimFilter);

impl Relation for Statements {
    type Child = Claim;
    const ORDER: Order = BY_RECORDED;

    fn children(&self, speaker: Expr) -> SelectStatement {
        let mut claims =
            Query::select().from(Claim).and_where(column(Claim, "speaker_id").eq(speaker)).take();
        self.0.narrow(&mut claims);
        claims
    }
}
