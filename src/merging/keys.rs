//! Where the keys of merged records lead: an id, a slug, an address or a key of a dataset that was a
//! record's own means the record that it has become part of.

use sea_orm::EntityTrait;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use uuid::Uuid;

use super::entity::Entity as MergedRecord;
use crate::graphql::ExternalIdInput;
use crate::read::column;

/// The type of the records of a table, as `merged_record` says it; none where they are never merged.
pub fn merged_type<E: EntityTrait>(table: E) -> Option<&'static str> {
    match table.table_name() {
        "source" => Some("source"),
        "actor" => Some("actor"),
        "location" => Some("location"),
        // As it is read, with its place's slug.
        "named_crossing" => Some("border_crossing"),
        "article" => Some("article"),
        "participation" => Some("participation"),
        "report" => Some("report"),
        _ => None,
    }
}

/// The id of the record that an id means: its own, or that which it has become part of.
pub fn here(id: Uuid) -> Expr {
    Expr::cust_with_values("coalesce((select into_id from merged_record where from_id = $1), $1)", [id])
}

/// The ids that these mean, beside themselves, as an array.
pub fn all_here(ids: &[Uuid]) -> Expr {
    let all = "($1::uuid[] || array(select into_id from merged_record where from_id = any ($1::uuid[])))";
    Expr::cust_with_values(all, [ids.to_vec()])
}

/// The condition that `id` is one of those that these mean.
pub fn is_any(id: Expr, ids: &[Uuid]) -> Expr {
    Expr::cust_with_exprs("$1 = any ($2)", [id, all_here(ids)])
}

/// The ids of the records that those of a type have become part of which had one of these slugs.
pub fn by_slug(record_type: &str, slugs: &[String]) -> SelectStatement {
    let slug = Expr::col((MergedRecord, Alias::new("slug")));
    let mut ids = of_type(record_type);
    match slugs {
        // One is not a list, so that Postgres knows that it finds one record.
        [one] => ids.and_where(slug.eq(one.as_str())),
        many => ids.and_where(Expr::cust_with_exprs("$1 = any ($2)", [slug, Expr::val(many.to_vec())])),
    };
    ids
}

/// Those which had one of these ids.
pub fn by_id(ids: &[Uuid]) -> SelectStatement {
    let from = column(MergedRecord, "from_id");
    let one_of = Expr::cust_with_exprs("$1 = any ($2)", [from, Expr::val(ids.to_vec())]);
    Query::select().expr(column(MergedRecord, "into_id")).from(MergedRecord).and_where(one_of).take()
}

/// Those which had one of these keys.
pub fn by_external(record_type: &str, external: &[ExternalIdInput]) -> SelectStatement {
    let (datasets, keys): (Vec<_>, Vec<_>) =
        external.iter().map(|key| (key.dataset.clone(), key.external_id.clone())).unzip();
    let one_of = "(merged_record.dataset_id, merged_record.external_id) in \
        (select d.id, key from unnest($1, $2) asked (slug, key) join dataset d on d.slug = asked.slug)";
    let one_of = Expr::cust_with_exprs(one_of, [Expr::val(datasets), Expr::val(keys)]);
    of_type(record_type).and_where(one_of).take()
}

/// The first of two expressions that is something.
pub fn first_of(here: SelectStatement, merged: SelectStatement) -> Expr {
    Expr::cust_with_exprs("coalesce($1, $2)", [Expr::from(here), Expr::from(merged)])
}

fn of_type(record_type: &str) -> SelectStatement {
    Query::select()
        .expr(column(MergedRecord, "into_id"))
        .from(MergedRecord)
        .and_where(column(MergedRecord, "record_type").eq(record_type))
        .take()
}
