//! `node` and `nodes`: any record by its id alone.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, ID, Object};
use futures_util::future::join_all;
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement, UnionType};
use uuid::Uuid;

use super::{ApiError, ApiResult, ApiType, LARGEST_PAGE, Node, find, loader, merged_into};
use crate::actor::graphql::{Actor, Affiliation};
use crate::article::graphql::Article;
use crate::claim::graphql::{Claim, ClaimProperty};
use crate::closure::graphql::Closure;
use crate::crossing::graphql::BorderCrossing;
use crate::dataset::graphql::{Dataset, ImportRun};
use crate::db::{DatabaseError, Reading};
use crate::event::graphql::{Event, EventRelation, Participation};
use crate::location::graphql::Location;
use crate::report::graphql::Report;
use crate::source::graphql::Source;

#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Any record by its id; null when there is none.
    async fn node(&self, context: &Context<'_>, id: ID) -> ApiResult<Option<Node>> {
        one(context, &id).await
    }

    /// Any records by their ids, at most 500, each null when there is none.
    async fn nodes(&self, context: &Context<'_>, ids: Vec<ID>) -> ApiResult<Vec<Option<Node>>> {
        if ids.len() > LARGEST_PAGE as usize {
            return Err(ApiError::BadUserInput(format!(
                "`ids` has {} ids: ask for at most {LARGEST_PAGE} at once.",
                ids.len()
            )));
        }
        join_all(ids.iter().map(|id| one(context, id))).await.into_iter().collect()
    }
}

async fn one(context: &Context<'_>, id: &ID) -> ApiResult<Option<Node>> {
    // What is no UUID is no record's id.
    let Ok(id) = Uuid::parse_str(id) else { return Ok(None) };
    match here(context, id).await? {
        Some(found) => Ok(Some(found)),
        None => into_of(context, id).await,
    }
}

async fn here(context: &Context<'_>, id: Uuid) -> ApiResult<Option<Node>> {
    match loader(context).load_one(TableOf(id)).await? {
        Some(table) => (TABLES[table].find)(context, id).await,
        None => Ok(None),
    }
}

/// The record that the one with this id has become part of; null when it was not merged.
pub async fn into_of(context: &Context<'_>, id: Uuid) -> ApiResult<Option<Node>> {
    match merged_into(context, id).await? {
        Some(into) => here(context, into).await,
        None => Ok(None),
    }
}

/// The record with this id whose revisions name this table; null when it is gone, or `node` finds none of that kind.
pub async fn of_table(context: &Context<'_>, table: &str, id: Uuid) -> ApiResult<Option<Node>> {
    match TABLES.iter().find(|one| one.name == table) {
        Some(table) => (table.find)(context, id).await,
        None => Ok(None),
    }
}

/// A table that `node` looks in.
struct NodeTable {
    /// Its name in the history; runs of imports have none.
    name: &'static str,
    ids: fn() -> SelectStatement,
    find: for<'a> fn(&'a Context<'_>, Uuid) -> futures_util::future::BoxFuture<'a, ApiResult<Option<Node>>>,
}

const fn table<T>(name: &'static str) -> NodeTable
where
    T: ApiType + Into<Node> + Send,
{
    NodeTable {
        name,
        ids: || Query::select().column(Alias::new("id")).from(T::Table::default()).take(),
        find: |context, id| Box::pin(async move { Ok(find::<T>(context, Some(id)).await?.map(Into::into)) }),
    }
}

static TABLES: [NodeTable; 15] = [
    table::<BorderCrossing>("border_crossing"),
    table::<Closure>("closure"),
    table::<Event>("event"),
    table::<Participation>("participation"),
    table::<EventRelation>("event_relation"),
    table::<Actor>("actor"),
    table::<Affiliation>("affiliation"),
    table::<Location>("location"),
    table::<Source>("source"),
    table::<Article>("article"),
    table::<Report>("report"),
    table::<Claim>("claim"),
    table::<ClaimProperty>("claim_property"),
    table::<Dataset>("dataset"),
    table::<ImportRun>(""),
];

/// The key of the question in which table a record is; its answer is a place in [`TABLES`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct TableOf(Uuid);

impl Loader<TableOf> for Reading {
    type Value = usize;
    type Error = DatabaseError;

    async fn load(&self, keys: &[TableOf]) -> Result<HashMap<TableOf, usize>, DatabaseError> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut looks = TABLES.iter().zip(0_i32..).map(|(table, place)| {
            let mut look = (table.ids)();
            look.expr_as(Expr::val(place), Alias::new("place"));
            look.and_where(Expr::col(Alias::new("id")).eq_any(ids.clone()));
            look
        });
        let Some(mut statement) = looks.next() else { return Ok(HashMap::new()) };
        for look in looks {
            statement.union(UnionType::All, look);
        }
        let found: Vec<Found> = self.ask(statement).await?;
        Ok(found.into_iter().map(|Found { id, place }| (TableOf(id), place)).collect())
    }
}

/// A record's id with the place of its table.
#[derive(serde::Deserialize)]
struct Found {
    id: Uuid,
    place: usize,
}
