//! A relation is a list of records that hang off each record of another table, or a list of its
//! own: what it selects, in which order, and the one query that reads a page of it for every
//! parent at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;
use sea_orm::sea_query::{
    Alias, Cond, Expr, ExprTrait, Func, JoinType, NullOrdering, Order as SqlOrder, Query, SelectStatement,
};
use sea_orm::{EntityTrait, Iterable};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::page::{Keyset, Order, Page, PageDirection};
use crate::db::{DatabaseError, Reading};

/// What hangs off a record: the closures of a crossing, the articles of an event.
///
/// The value carries what narrows the list down, such as the roles asked for.
pub trait Relation: Clone + Eq + Hash + Send + Sync + 'static {
    /// The table whose records are listed.
    type Child: EntityTrait<Model: DeserializeOwned + Send + Sync>;

    /// What the list is ordered by.
    const ORDER: Order;

    /// The statement that finds the children of `parent`, an expression for the parent's id:
    /// sources, joins and conditions, without columns, order or limit. A list that hangs off
    /// nothing leaves `parent` alone.
    fn children(&self, parent: Expr) -> SelectStatement;
}

/// The key of one page of a relation.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PageOf<R> {
    /// Whose children.
    pub parent: Uuid,
    /// Which relation, and what narrows it down.
    pub relation: R,
    /// Which part of the list.
    pub page: Page,
}

/// The key of the length of a relation's list.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CountOf<R> {
    /// Whose children.
    pub parent: Uuid,
    /// Which relation, and what narrows it down.
    pub relation: R,
}

/// One page, read.
#[derive(Debug)]
pub struct Slice<M> {
    /// Its records, in the list's own order whichever end they were read from.
    pub rows: Vec<Row<M>>,
    /// Whether the list goes on before it.
    pub has_previous: bool,
    /// Whether the list goes on after it.
    pub has_next: bool,
}

/// One record of a page, with its place in the list.
#[derive(Debug)]
pub struct Row<M> {
    /// Its place.
    pub keyset: Keyset,
    /// The record.
    pub record: Arc<M>,
}

/// Lists are counted exactly up to here.
pub const COUNTED_EXACTLY: u32 = 100_000;

/// A column of a table, by its name.
pub fn column<E: EntityTrait>(_: E, name: &'static str) -> Expr {
    Expr::col((E::default(), Alias::new(name)))
}

/// A child as the database answers it.
#[derive(Deserialize)]
struct Found<M> {
    parent: Uuid,
    order_key: String,
    id: Uuid,
    record: M,
}

/// The length of a parent's list as the database answers it.
#[derive(Deserialize)]
struct Counted {
    parent: Uuid,
    count: u32,
}

impl<R: Relation> Loader<PageOf<R>> for Reading {
    type Value = Arc<Slice<<R::Child as EntityTrait>::Model>>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[PageOf<R>]) -> Result<HashMap<PageOf<R>, Self::Value>, DatabaseError> {
        // Aliases of one field with other arguments are lists of their own.
        let lists = grouped(keys, |key| (key.relation.clone(), key.page.clone()), |key| key.parent);
        let asked = lists.into_iter().map(async |((relation, page), parents)| {
            let statement = page_statement(&relation, &page, parents.clone());
            let mut found: HashMap<Uuid, Vec<Found<_>>> = HashMap::with_capacity(parents.len());
            for child in self.ask::<Found<<R::Child as EntityTrait>::Model>>(statement).await? {
                found.entry(child.parent).or_default().push(child);
            }
            Ok::<_, DatabaseError>(parents.into_iter().map(move |parent| {
                let slice = slice::<R>(&page, found.remove(&parent).unwrap_or_default());
                (PageOf { parent, relation: relation.clone(), page: page.clone() }, Arc::new(slice))
            }))
        });
        Ok(try_join_all(asked).await?.into_iter().flatten().collect())
    }
}

impl<R: Relation> Loader<CountOf<R>> for Reading {
    type Value = u32;
    type Error = DatabaseError;

    async fn load(&self, keys: &[CountOf<R>]) -> Result<HashMap<CountOf<R>, u32>, DatabaseError> {
        let lists = grouped(keys, |key| key.relation.clone(), |key| key.parent);
        let asked = lists.into_iter().map(async |(relation, parents)| {
            let counted: Vec<Counted> = self.ask(count_statement(&relation, parents)).await?;
            Ok::<_, DatabaseError>(counted.into_iter().map(move |Counted { parent, count }| {
                (CountOf { parent, relation: relation.clone() }, count)
            }))
        });
        Ok(try_join_all(asked).await?.into_iter().flatten().collect())
    }
}

/// Sorts keys into what one statement can read.
fn grouped<K, G: Eq + Hash>(
    keys: &[K],
    group: impl Fn(&K) -> G,
    parent: impl Fn(&K) -> Uuid,
) -> HashMap<G, Vec<Uuid>> {
    let mut groups: HashMap<G, Vec<Uuid>> = HashMap::new();
    for key in keys {
        groups.entry(group(key)).or_default().push(parent(key));
    }
    groups
}

/// `select … from unnest(parents) cross join lateral (the children of one parent, cut to the page)`:
/// the limit holds for each parent, and the text does not depend on how many there are.
fn page_statement<R: Relation>(relation: &R, page: &Page, parents: Vec<Uuid>) -> SelectStatement {
    let (parent, child) = (Alias::new("parent"), Alias::new("child"));
    let ascending = R::ORDER.descending == (page.direction == PageDirection::Backward);
    let order = if ascending { SqlOrder::Asc } else { SqlOrder::Desc };
    let id = column(R::Child::default(), "id");
    let key = Expr::cust(R::ORDER.key);

    let mut children = relation.children(Expr::col((parent.clone(), parent.clone())));
    for column in <R::Child as EntityTrait>::Column::iter() {
        children.column((R::Child::default(), column));
    }
    children.expr_as(key.clone(), Alias::new("order_key"));
    if let Some(cursor) = &page.cursor {
        let place = Expr::tuple([
            Expr::val(cursor.key.as_str()).cast_as(Alias::new(R::ORDER.kind.sql_type())),
            Expr::val(cursor.id),
        ]);
        let record = Expr::tuple([key.clone(), id.clone()]);
        children.and_where(if ascending { record.gt(place) } else { record.lt(place) });
    }
    children.order_by_expr(key, order.clone()).order_by_expr(id, order.clone());
    if let Some(limit) = page.limit {
        // One more than asked for tells whether the list goes on.
        children.limit(u64::from(limit) + 1);
    }

    Query::select()
        .column((parent.clone(), parent.clone()))
        .expr_as(
            Expr::col((child.clone(), Alias::new("order_key"))).cast_as(Alias::new("text")),
            Alias::new("order_key"),
        )
        .column((child.clone(), Alias::new("id")))
        .expr_as(Expr::cust("child"), Alias::new("record"))
        .from_function(Func::cust(Alias::new("unnest")).arg(parents), parent)
        .join_lateral(JoinType::InnerJoin, children, child.clone(), Cond::all().add(Expr::val(true)))
        .order_by_with_nulls((child.clone(), Alias::new("order_key")), order.clone(), NullOrdering::Last)
        .order_by((child, Alias::new("id")), order)
        .take()
}

fn count_statement<R: Relation>(relation: &R, parents: Vec<Uuid>) -> SelectStatement {
    let (parent, child) = (Alias::new("parent"), Alias::new("child"));
    let mut children = relation.children(Expr::col((parent.clone(), parent.clone())));
    children.expr(Expr::cust("1")).limit(u64::from(COUNTED_EXACTLY) + 1);
    let count = Query::select()
        .expr_as(Expr::cust("count(*)"), Alias::new("count"))
        .from_subquery(children, Alias::new("counted"))
        .take();
    Query::select()
        .column((parent.clone(), parent.clone()))
        .column((child.clone(), Alias::new("count")))
        .from_function(Func::cust(Alias::new("unnest")).arg(parents), parent)
        .join_lateral(JoinType::InnerJoin, count, child, Cond::all().add(Expr::val(true)))
        .take()
}

fn slice<R: Relation>(
    page: &Page,
    mut found: Vec<Found<<R::Child as EntityTrait>::Model>>,
) -> Slice<<R::Child as EntityTrait>::Model> {
    let limit = page.limit.map_or(usize::MAX, |limit| limit as usize);
    let goes_on = found.len() > limit;
    found.truncate(limit);
    if page.direction == PageDirection::Backward {
        found.reverse();
    }
    let order_tag = R::ORDER.tag();
    let rows = found
        .into_iter()
        .map(|child| Row {
            keyset: Keyset::new(&order_tag, child.order_key, child.id),
            record: Arc::new(child.record),
        })
        .collect();
    // A cursor is the place of a record, so there was something on its other side.
    let came_from = page.cursor.is_some();
    match page.direction {
        PageDirection::Forward => Slice { rows, has_previous: came_from, has_next: goes_on },
        PageDirection::Backward => Slice { rows, has_previous: goes_on, has_next: came_from },
    }
}
