//! What hangs off an event.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use super::entity::Entity as Event;
use super::event_relation::Entity as EventRelation;
use super::participation::Entity as Participation;
use super::query::LATEST_FIRST;
use crate::article::entity::Entity as Article;
use crate::article::query::LATEST_FIRST as LATEST_ARTICLE_FIRST;
use crate::claim::entity::Entity as Claim;
use crate::claim::query::{BY_RECORDED, ClaimFilter};
use crate::closure::entity::Entity as Closure;
use crate::closure::query::LATEST_FIRST as LATEST_CLOSURE_FIRST;
use crate::read::{Order, OrderKey, Relation, column};
use crate::report::entity::Entity as Report;
use crate::report::query::MAIN_FIRST;

/// The events that are part of an event.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Parts;

impl Relation for Parts {
    type Child = Event;
    const ORDER: Order = LATEST_FIRST;

    fn children(&self, event: Expr) -> SelectStatement {
        Query::select().from(Event).and_where(column(Event, "parent_id").eq(event)).take()
    }
}

/// Who took part in an event; of all roles, or of some.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Participants {
    pub roles: Option<Vec<String>>,
}

impl Relation for Participants {
    type Child = Participation;
    const ORDER: Order = Order::ascending(OrderKey::Text, "participation.role::text");

    fn children(&self, event: Expr) -> SelectStatement {
        let mut participants =
            Query::select().from(Participation).and_where(column(Participation, "event_id").eq(event)).take();
        if let Some(roles) = &self.roles {
            participants.and_where(column(Participation, "role").eq_any(roles.clone()));
        }
        participants
    }
}

/// How an event stands to others, from either end; of all kinds, or of some.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Relations {
    pub kinds: Option<Vec<String>>,
}

impl Relation for Relations {
    type Child = EventRelation;
    const ORDER: Order = Order::ascending(OrderKey::Text, "event_relation.kind::text");

    fn children(&self, event: Expr) -> SelectStatement {
        let from_either_end =
            column(EventRelation, "event_id")
                .eq(event.clone())
                .or(column(EventRelation, "other_id").eq(event));
        let mut relations = Query::select().from(EventRelation).and_where(from_either_end).take();
        if let Some(kinds) = &self.kinds {
            relations.and_where(column(EventRelation, "kind").eq_any(kinds.clone()));
        }
        relations
    }
}

/// What an event closes or opens.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClosuresOfEvent;

impl Relation for ClosuresOfEvent {
    type Child = Closure;
    const ORDER: Order = LATEST_CLOSURE_FIRST;

    fn children(&self, event: Expr) -> SelectStatement {
        Query::select().from(Closure).and_where(column(Closure, "event_id").eq(event)).take()
    }
}

/// Who reports an event; of all relevances, or of some.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ReportsOfEvent {
    pub relevances: Option<Vec<String>>,
}

impl Relation for ReportsOfEvent {
    type Child = Report;
    const ORDER: Order = MAIN_FIRST;

    fn children(&self, event: Expr) -> SelectStatement {
        let mut reports = Query::select().from(Report).and_where(column(Report, "event_id").eq(event)).take();
        if let Some(relevances) = &self.relevances {
            reports.and_where(column(Report, "relevance").eq_any(relevances.clone()));
        }
        reports
    }
}

/// The articles that report an event.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ArticlesOfEvent;

impl Relation for ArticlesOfEvent {
    type Child = Article;
    const ORDER: Order = LATEST_ARTICLE_FIRST;

    fn children(&self, event: Expr) -> SelectStatement {
        Query::select()
            .from(Report)
            .inner_join(Article, column(Article, "id").eq(column(Report, "article_id")))
            .and_where(column(Report, "event_id").eq(event))
            .take()
    }
}

/// What is claimed about an event.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClaimsOfEvent(pub ClaimFilter);

impl Relation for ClaimsOfEvent {
    type Child = Claim;
    const ORDER: Order = BY_RECORDED;

    fn children(&self, event: Expr) -> SelectStatement {
        let mut claims = Query::select().from(Claim).and_where(column(Claim, "event_id").eq(event)).take();
        self.0.narrow(&mut claims);
        claims
    }
}
