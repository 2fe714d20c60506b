//! Lists of closures, and what narrows them down.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as Closure;
use crate::event::entity::Entity as Event;
use crate::event::vocabulary::Modality;
use crate::extent::query::During;
use crate::read::{Order, OrderKey, Relation, column};

/// Closures, latest start first; those whose start nobody knows come last.
pub const LATEST_FIRST: Order =
    Order { key: "coalesce(closure.start_earliest, '-infinity')", kind: OrderKey::Time, descending: true };

/// What closures are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClosureFilter {
    /// Of any of these effects.
    pub effects: Option<Vec<String>>,
    /// In this range of time.
    pub during: Option<During>,
    /// In force at a moment, surely or possibly.
    pub in_force: Option<InForce>,
}

/// In force at a moment, as far as a row tells, and none of the rows that are known not to be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InForce {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The closures whose extent allows the moment, and which are not in force for another reason.
    pub idle: Vec<Uuid>,
}

impl ClosureFilter {
    /// Narrows a statement that has closures among its sources.
    pub fn narrow(&self, statement: &mut SelectStatement) {
        if let Some(effects) = &self.effects {
            statement.and_where(column(Closure, "effect").eq_any(effects.clone()));
        }
        if let Some(during) = &self.during {
            statement.cond_where(during.condition(Closure));
        }
        if let Some(InForce { at, idle }) = &self.in_force {
            let counting = Query::select()
                .expr(Expr::cust("1"))
                .from(Event)
                .and_where(column(Event, "id").eq(column(Closure, "event_id")))
                .and_where(column(Event, "modality").is_in(Modality::MAY_COUNT.map(Modality::word)))
                .take();
            statement
                .cond_where(During::moment(*at).condition(Closure))
                .and_where(Expr::exists(counting))
                .and_where(column(Closure, "id").eq_any(idle.clone()).not());
        }
    }
}

/// All closures.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Closures(pub ClosureFilter);

impl Relation for Closures {
    type Child = Closure;
    const ORDER: Order = LATEST_FIRST;

    fn children(&self, _: Expr) -> SelectStatement {
        let mut closures = Query::select().from(Closure).take();
        self.0.narrow(&mut closures);
        closures
    }
}
