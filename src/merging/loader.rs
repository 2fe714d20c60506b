//! What became part of a record, and where the keys of merged records lead.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use super::entity::Entity as MergedRecord;
use crate::history::change_set::Entity as ChangeSet;
use crate::read::{Order, OrderKey, Relation, column};

/// What became part of a record, in the order of merging.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MergedFrom {
    /// The column that leads to the record.
    pub column: &'static str,
}

impl Relation for MergedFrom {
    type Child = MergedRecord;
    const ORDER: Order = Order::ascending(OrderKey::Time, "merged_record.merged_at");

    fn children(&self, record: Expr) -> SelectStatement {
        Query::select().from(MergedRecord).and_where(column(MergedRecord, self.column).eq(record)).take()
    }
}

/// What a record was called that had this id and was merged; one at most.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MergedAs;

impl Relation for MergedAs {
    type Child = MergedRecord;
    const ORDER: Order = Order::ascending(OrderKey::Number, "0::bigint");

    fn children(&self, record: Expr) -> SelectStatement {
        Query::select().from(MergedRecord).and_where(column(MergedRecord, "from_id").eq(record)).take()
    }
}

/// The change set by which a record was merged; one at most.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MergedBy;

impl Relation for MergedBy {
    type Child = ChangeSet;
    const ORDER: Order = Order::descending(OrderKey::Time, "change_set.at");

    fn children(&self, record: Expr) -> SelectStatement {
        let latest = "change_set.id = (select r.change_set_id from revision r \
                      where r.record_id = $1 and r.operation = 'MERGE' order by r.version desc limit 1)";
        Query::select().from(ChangeSet).and_where(Expr::cust_with_expr(latest, record)).take()
    }
}
