//! What can be asked of every record: its id, its slug, its dataset, and when it was recorded.

use async_graphql::{ID, InputObject};
use sea_orm::EntityTrait;
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::Fields;
use crate::dataset::entity::Entity as Dataset;
use crate::extent::graphql::TimeRangeInput;
use crate::extent::query::During;
use crate::graphql::{ApiResult, ids};
use crate::merging::keys;
use crate::read::column;

/// A condition on what every record has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RecordCriterion {
    /// Any of these ids.
    Id(Vec<Uuid>),
    /// Any of these slugs, where records have one.
    Slug(Vec<String>),
    /// From any of these datasets, by slug.
    Dataset(Vec<String>),
    /// Recorded in this range of time.
    Recorded(During),
}

impl RecordCriterion {
    /// The condition on the records of a table.
    pub fn condition<E: EntityTrait>(&self, table: E) -> Condition {
        let all = Cond::all();
        match self {
            Self::Id(ids) => all.add(match keys::merged_type(table) {
                None => column(table, "id").eq_any(ids.clone()),
                Some(_) => keys::is_any(column(table, "id"), ids),
            }),
            Self::Slug(slugs) => {
                let named = Cond::any().add(column(table, "slug").eq_any(slugs.clone()));
                all.add(match keys::merged_type(table) {
                    None => named,
                    Some(merged_type) => {
                        let merged = Expr::from(keys::by_slug(merged_type, slugs));
                        let led = [column(table, "id"), merged];
                        named.add(Expr::cust_with_exprs("$1 = any (array($2))", led))
                    }
                })
            }
            Self::Dataset(slugs) => {
                let of = column(table, "dataset_id");
                // One is not a list, so that an index can give the records in order.
                match slugs.as_slice() {
                    [one] => all.add(of.eq(datasets(std::slice::from_ref(one)))),
                    many => all.add(of.in_subquery(datasets(many))),
                }
            }
            Self::Recorded(range) => {
                let at = column(table, "recorded_at");
                let from = range.from.map(|from| at.clone().gte(from));
                let to = range.to.map(|to| at.lt(to));
                from.into_iter().chain(to).fold(all, Condition::add)
            }
        }
    }
}

/// The ids of the datasets with these slugs.
pub fn datasets(slugs: &[String]) -> SelectStatement {
    let slug = column(Dataset, "slug");
    let mut ids = Query::select().expr(column(Dataset, "id")).from(Dataset).take();
    match slugs {
        [one] => ids.and_where(slug.eq(one.as_str())),
        many => ids.and_where(slug.eq_any(many.to_vec())),
    };
    ids
}

/// What every filter can ask of a record.
#[derive(InputObject, Clone, Debug, Default)]
pub struct OfRecord {
    /// Any of these ids.
    id: Option<Vec<ID>>,
    /// From any of these datasets, by slug.
    dataset: Option<Vec<String>>,
    /// Recorded here in this range of time.
    recorded: Option<TimeRangeInput>,
}

impl OfRecord {
    /// Adds what is asked for.
    pub fn add_to<C: From<RecordCriterion>>(self, fields: &mut Fields<C>) -> ApiResult<()> {
        fields.list("id", self.id, |given| RecordCriterion::Id(ids(&given)).into())?;
        fields.list("dataset", self.dataset, |slugs| RecordCriterion::Dataset(slugs).into())?;
        fields.check("recorded", self.recorded, |range, path| {
            Ok(RecordCriterion::Recorded(range.during(path)?).into())
        })
    }
}
