//! The list of accounts in which somebody disagrees, and what narrows it down.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Account;
use crate::claim::entity::Entity as Claim;
use crate::dataset::entity::Entity as Dataset;
use crate::db::{DatabaseError, Reading};
use crate::event::entity::Entity as Event;
use crate::event::participation::Entity as Participation;
use crate::event::query::ActorMatch;
use crate::extent::query::During;
use crate::graphql::RecordRef;
use crate::location::entity::Entity as Location;
use crate::read::{Order, OrderKey, Relation, column};
use crate::source::entity::Entity as Source;

/// Which accounts. An empty list asks for nothing in particular.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Disagreements {
    /// Of any of these properties.
    pub properties: Option<Vec<String>>,
    /// Of any of these agreements; when none are named, `DISPUTED` and `DENIED`.
    pub agreements: Option<Vec<String>>,
    /// Of events of any of these kinds.
    pub kinds: Option<Vec<String>>,
    /// Of events in this range of time.
    pub during: Option<During>,
    /// Of events within this place.
    pub within: Option<RecordRef>,
    /// Of events that any of these actors took part in.
    pub actor: Option<ActorMatch>,
    /// With a claim in any of these sources.
    pub sources: Option<Vec<RecordRef>>,
    /// With a claim of any of these datasets, by slug.
    pub datasets: Option<Vec<String>>,
}

impl Relation for Disagreements {
    type Child = Account;
    const ORDER: Order = Order::descending(OrderKey::Time, "account.event_start");

    fn children(&self, _: Expr) -> SelectStatement {
        let mut accounts = Query::select().from(Account).take();
        match &self.agreements {
            // As the index on disagreements says it.
            None => accounts.and_where(Expr::cust("account.agreement in ('DISPUTED', 'DENIED')")),
            Some(words) => accounts.and_where(column(Account, "agreement").eq_any(words.clone())),
        };
        if let Some(properties) = &self.properties {
            accounts.and_where(column(Account, "property").eq_any(properties.clone()));
        }
        if let Some(to) = self.during.and_then(|during| during.to) {
            // No event of the range begins later; the index need not be read beyond.
            accounts.and_where(column(Account, "event_start").lte(to));
        }
        if self.kinds.is_some() || self.during.is_some() || self.within.is_some() {
            accounts.and_where(Expr::exists(self.event()));
        }
        if let Some(actor) = &self.actor {
            accounts.and_where(Expr::exists(took_part(actor)));
        }
        if let Some(sources) = &self.sources {
            let mut claim = claim();
            claim.cond_where(RecordRef::any(sources, Source, &column(Claim, "source_id")));
            accounts.and_where(Expr::exists(claim));
        }
        if let Some(slugs) = &self.datasets {
            let ids = Query::select()
                .expr(column(Dataset, "id"))
                .from(Dataset)
                .and_where(column(Dataset, "slug").eq_any(slugs.clone()))
                .take();
            let mut claim = claim();
            claim.and_where(column(Claim, "dataset_id").in_subquery(ids));
            accounts.and_where(Expr::exists(claim));
        }
        accounts
    }
}

impl Disagreements {
    /// The account's event, if it is one of those asked for.
    fn event(&self) -> SelectStatement {
        let mut event = Query::select()
            .expr(Expr::cust("1"))
            .from(Event)
            .and_where(column(Event, "id").eq(column(Account, "event_id")))
            .take();
        if let Some(kinds) = &self.kinds {
            event.and_where(column(Event, "kind").eq_any(kinds.clone()));
        }
        if let Some(during) = &self.during {
            event.cond_where(during.condition(Event));
        }
        if let Some(place) = &self.within {
            let around = Expr::cust("location_ancestor.ancestor_id");
            let within = Query::select()
                .expr(Expr::cust("location_ancestor.location_id"))
                .from(Alias::new("location_ancestor"))
                .cond_where(RecordRef::any(std::slice::from_ref(place), Location, &around))
                .take();
            event.and_where(column(Event, "location_id").in_subquery(within));
        }
        event
    }
}

/// A participation in the account's event that is asked for.
fn took_part(matched: &ActorMatch) -> SelectStatement {
    let mut took_part = Query::select()
        .expr(Expr::cust("1"))
        .from(Participation)
        .and_where(column(Participation, "event_id").eq(column(Account, "event_id")))
        .take();
    if let Some(actors) = &matched.actors {
        took_part.and_where(column(Participation, "actor_id").in_subquery(actors.ids()));
    }
    if let Some(roles) = &matched.roles {
        took_part.and_where(column(Participation, "role").eq_any(roles.clone()));
    }
    took_part
}

/// A live claim of the account.
fn claim() -> SelectStatement {
    let scope = "(claim.crossing_id, claim.direction, claim.traffic) \
                 is not distinct from (account.crossing_id, account.direction, account.traffic)";
    Query::select()
        .expr(Expr::cust("1"))
        .from(Claim)
        .and_where(column(Claim, "event_id").eq(column(Account, "event_id")))
        .and_where(column(Claim, "property").eq(column(Account, "property")))
        .and_where(Expr::cust(scope))
        .and_where(column(Claim, "retracted_at").is_null())
        .take()
}

/// The condition that an event is disputed, or that it is not.
#[must_use]
pub fn is_disputed(disputed: bool) -> Expr {
    let account = Query::select()
        .expr(Expr::cust("1"))
        .from(Account)
        .and_where(column(Account, "event_id").eq(column(Event, "id")))
        .and_where(Expr::cust("account.agreement = 'DISPUTED'"))
        .take();
    if disputed { Expr::exists(account) } else { Expr::exists(account).not() }
}

/// The key of the question whether an event is disputed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IsDisputed(pub Uuid);

impl Loader<IsDisputed> for Reading {
    type Value = ();
    type Error = DatabaseError;

    /// Answers the events that are.
    async fn load(&self, keys: &[IsDisputed]) -> Result<HashMap<IsDisputed, ()>, DatabaseError> {
        let events: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let disputed = Query::select()
            .distinct()
            .expr_as(column(Account, "event_id"), Alias::new("event_id"))
            .from(Account)
            .and_where(column(Account, "event_id").eq_any(events))
            .and_where(Expr::cust("account.agreement = 'DISPUTED'"))
            .take();
        let found: Vec<Disputed> = self.ask(disputed).await?;
        Ok(found.into_iter().map(|found| (IsDisputed(found.event_id), ())).collect())
    }
}

/// An event that is disputed.
#[derive(serde::Deserialize)]
struct Disputed {
    event_id: Uuid,
}
