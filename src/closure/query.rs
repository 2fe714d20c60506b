//! Lists of closures, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, Query, SelectStatement};

use super::entity::Entity as Closure;
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
