//! Lists of closures, and what narrows them down.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Query};
use uuid::Uuid;

use super::entity::Entity as Closure;
use crate::crossing::query::places_of;
use crate::event::entity::Entity as Event;
use crate::event::vocabulary::Modality;
use crate::extent::query::During;
use crate::filter::{Criterion, Filter, Listed, RecordCriterion};
use crate::graphql::RecordRef;
use crate::read::{Order, OrderKey, column};

/// Closures, latest start first; those whose start nobody knows come last.
pub const LATEST_FIRST: Order =
    Order::descending(OrderKey::Time, "coalesce(closure.start_earliest, '-infinity')");

/// Closures by their latest end: unknown ones before all, those that go on after all.
pub const BY_END: Order = Order::ascending(
    OrderKey::Time,
    "coalesce(closure.end_latest, case when closure.ongoing then timestamptz 'infinity' else '-infinity' end)",
);

/// Closures in the order of recording.
pub const BY_RECORDED: Order = Order::ascending(OrderKey::Time, "closure.recorded_at");

/// What closures are asked for.
pub type ClosureFilter = Filter<ClosureCriterion>;

/// A single condition on closures. A list means any of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClosureCriterion {
    /// On what every record has.
    Record(RecordCriterion),
    /// Of these crossings, or of the border they are on.
    Crossing(Vec<RecordRef>),
    /// Of these effects.
    Effect(Vec<String>),
    /// Speaking for these directions; BOTH speaks for either.
    Direction(Vec<String>),
    /// Speaking for these classes of traffic; a row that names none speaks for all.
    Traffic(Vec<String>),
    /// Of these severities.
    Severity(Vec<String>),
    /// In this range of time.
    During(During),
    /// In force at a moment, surely or possibly.
    InForce(InForce),
}

impl From<RecordCriterion> for ClosureCriterion {
    fn from(criterion: RecordCriterion) -> Self {
        Self::Record(criterion)
    }
}

/// In force at a moment, as far as a row tells, and none of the rows that are known not to be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InForce {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The closures whose extent allows the moment, and which are not in force for another reason.
    pub idle: Vec<Uuid>,
}

impl Criterion for ClosureCriterion {
    fn condition(&self) -> Condition {
        let all = Cond::all();
        match self {
            Self::Record(criterion) => criterion.condition(Closure),
            Self::Crossing(crossings) => all.add(Expr::cust_with_expr(
                "closure.place_id in (select around.ancestor_id from location_ancestor around \
                 where around.location_id in $1)",
                Expr::from(places_of(crossings)),
            )),
            Self::Effect(words) => all.add(column(Closure, "effect").eq_any(words.clone())),
            Self::Direction(words) => {
                let both = column(Closure, "direction").eq("BOTH");
                Cond::any().add(column(Closure, "direction").eq_any(words.clone())).add(both)
            }
            Self::Traffic(words) => Cond::any()
                .add(Expr::cust_with_expr("closure.traffic && $1", words.clone()))
                .add(Expr::cust("closure.traffic = '{}'")),
            Self::Severity(words) => all.add(column(Closure, "severity").eq_any(words.clone())),
            Self::During(during) => during.condition(Closure),
            Self::InForce(in_force) => in_force.condition(),
        }
    }
}

impl InForce {
    fn condition(&self) -> Condition {
        let counting = Query::select()
            .expr(Expr::cust("1"))
            .from(Event)
            .and_where(column(Event, "id").eq(column(Closure, "event_id")))
            .and_where(column(Event, "modality").is_in(Modality::MAY_COUNT.map(Modality::word)))
            .take();
        Cond::all()
            .add(During::moment(self.at).condition(Closure))
            .add(Expr::exists(counting))
            .add(column(Closure, "id").eq_any(self.idle.clone()).not())
    }
}

impl Listed for ClosureCriterion {
    type Record = Closure;
    const ORDER: Order = LATEST_FIRST;
}
