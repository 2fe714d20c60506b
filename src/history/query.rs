//! Lists of change sets and revisions.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use super::change_set::Entity as ChangeSet;
use super::revision::Entity as Revision;
use crate::dataset::import_run::Entity as ImportRun;
use crate::read::{Order, OrderKey, Relation, column};

/// In the order of writing.
const BY_POSITION: Order = Order::ascending(OrderKey::Number, "record_revision.position").unique();

/// All change sets, latest first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ChangeSets {
    /// Any of these kinds.
    pub kinds: Option<Vec<String>>,
}

impl Relation for ChangeSets {
    type Child = ChangeSet;
    const ORDER: Order = Order::descending(OrderKey::Time, "change_set.at");

    fn children(&self, _: Expr) -> SelectStatement {
        let mut sets = Query::select().from(ChangeSet).take();
        if let Some(kinds) = &self.kinds {
            sets.and_where(column(ChangeSet, "kind").eq_any(kinds.clone()));
        }
        sets
    }
}

/// The change set that another reverts; one at most.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RevertedBy;

impl Relation for RevertedBy {
    type Child = ChangeSet;
    const ORDER: Order = ChangeSets::ORDER;

    fn children(&self, revert: Expr) -> SelectStatement {
        Query::select().from(ChangeSet).and_where(column(ChangeSet, "reverted_by_id").eq(revert)).take()
    }
}

/// The run of an import that made a change set; one at most.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RunOfChangeSet;

impl Relation for RunOfChangeSet {
    type Child = ImportRun;
    const ORDER: Order = Order::descending(OrderKey::Time, "import_run.started_at");

    fn children(&self, change_set: Expr) -> SelectStatement {
        Query::select().from(ImportRun).and_where(column(ImportRun, "change_set_id").eq(change_set)).take()
    }
}

/// What a change set did, in the order of writing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RevisionsOfChangeSet;

impl Relation for RevisionsOfChangeSet {
    type Child = Revision;
    const ORDER: Order = BY_POSITION;

    fn children(&self, change_set: Expr) -> SelectStatement {
        Query::select().from(Revision).and_where(column(Revision, "change_set_id").eq(change_set)).take()
    }
}

/// The changes of a record, latest first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RevisionsOfRecord;

impl Relation for RevisionsOfRecord {
    type Child = Revision;
    const ORDER: Order = Order { descending: true, ..BY_POSITION };

    fn children(&self, record: Expr) -> SelectStatement {
        Query::select().from(Revision).and_where(column(Revision, "record_id").eq(record)).take()
    }
}
