//! Lists of datasets and of runs.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use super::entity::Entity as Dataset;
use super::import_reject::Entity as ImportReject;
use super::import_run::Entity as ImportRun;
use crate::read::{Order, OrderKey, Relation, column};

/// All datasets, by slug.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Datasets;

impl Relation for Datasets {
    type Child = Dataset;
    const ORDER: Order = Order::ascending(OrderKey::Text, "dataset.slug::text");

    fn children(&self, _: Expr) -> SelectStatement {
        Query::select().from(Dataset).take()
    }
}

/// The runs of imports, latest first; of all datasets, or of one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ImportRuns {
    /// The slug of the one dataset.
    pub dataset: Option<String>,
}

impl Relation for ImportRuns {
    type Child = ImportRun;
    const ORDER: Order = Order::descending(OrderKey::Time, "import_run.started_at");

    fn children(&self, _: Expr) -> SelectStatement {
        let mut runs = Query::select().from(ImportRun).take();
        if let Some(slug) = &self.dataset {
            runs.inner_join(Dataset, column(Dataset, "id").eq(column(ImportRun, "dataset_id")))
                .and_where(column(Dataset, "slug").eq(slug.as_str()));
        }
        runs
    }
}

/// The lines that a run did not load, in the order of the file.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RejectsOfRun;

impl Relation for RejectsOfRun {
    type Child = ImportReject;
    const ORDER: Order = Order::ascending(OrderKey::Number, "run_reject.line");

    fn children(&self, run: Expr) -> SelectStatement {
        Query::select().from(ImportReject).and_where(column(ImportReject, "import_run_id").eq(run)).take()
    }
}
