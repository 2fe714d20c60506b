//! A relation is a list of records that hang off each record of another table, or a list of its
//! own: what it selects, in which order, and the one query that reads a page of it for every
//! parent at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;
use sea_orm::sea_query::{
    Alias, Cond, Condition, Expr, ExprTrait, Func, JoinType, NullOrdering, Order as SqlOrder, Query,
    SelectStatement, UnionType,
};
use sea_orm::{EntityTrait, IdenStatic, Iterable};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::page::{Keyset, Order, Page, PageDirection};
use crate::db::{Columns, DatabaseError, Reading};

/// What hangs off a record: the closures of a crossing, the articles of an event.
///
/// The value carries what narrows the list down, such as the roles asked for.
pub trait Relation: Clone + Eq + Hash + Send + Sync + 'static {
    /// The table whose records are listed.
    type Child: EntityTrait<Model: DeserializeOwned + Send + Sync>;

    /// What the list is ordered by when nobody asks for another order.
    const ORDER: Order;

    /// What the list is ordered by.
    fn order(&self) -> Order {
        Self::ORDER
    }

    /// The statement that finds the children of `parent`, an expression for the parent's id:
    /// sources, joins and conditions, without columns, order or limit. A list that hangs off
    /// nothing leaves `parent` alone.
    fn children(&self, parent: Expr) -> SelectStatement;

    /// The same list in strands, each of which an index gives in the list's order, where one index
    /// cannot give the whole; none where it can. Together they have all records of the list, and
    /// a record may be in several.
    fn strands(&self, _parent: Expr) -> Vec<Strand> {
        Vec::new()
    }
}

/// A part of a list, ordered as the list: what a statement finds, or what it finds for each of
/// several values.
#[derive(Clone, Debug)]
pub struct Strand {
    /// The values, as a query of one column `value`.
    pub each: Option<SelectStatement>,
    /// The statement, as [`Relation::children`] gives it; it calls the value `each.value`.
    pub statement: SelectStatement,
    /// Where the key and the id of a record stand, unless it is in the table itself: of several such
    /// pairs, the first is ordered by, and a cursor bounds them all.
    pub places: Vec<(Expr, Expr)>,
}

impl Strand {
    /// What a statement finds.
    #[must_use]
    pub fn of(statement: SelectStatement) -> Self {
        Self { each: None, statement, places: Vec::new() }
    }

    /// What it finds for each of these values, a query of one column `value`.
    #[must_use]
    pub fn each(self, values: SelectStatement) -> Self {
        Self { each: Some(values), ..self }
    }
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
    // As text, whatever it is.
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
            let statement = page_statement(&relation, &page, self.columns(), parents.clone());
            let mut found: HashMap<Uuid, Vec<Found<_>>> = HashMap::with_capacity(parents.len());
            for child in self.records::<Found<<R::Child as EntityTrait>::Model>>(statement).await? {
                found.entry(child.parent).or_default().push(child);
            }
            let order = relation.order().tag();
            Ok::<_, DatabaseError>(parents.into_iter().map(move |parent| {
                let slice = slice::<R>(&order, &page, found.remove(&parent).unwrap_or_default());
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
            let counted: Vec<Counted> = self.records(count_statement(&relation, parents)).await?;
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

/// `select … from the parents cross join lateral (the children of one parent, cut to the page)`:
/// the limit holds for each parent, and the text does not depend on how many there are.
fn page_statement<R: Relation>(
    relation: &R,
    page: &Page,
    columns: Columns,
    parents: Vec<Uuid>,
) -> SelectStatement {
    let (parent, child) = (Alias::new("parent"), Alias::new("child"));
    let cut = Cutting::of(relation, page);
    let of_parent = Expr::col((parent.clone(), parent.clone()));
    let strands = relation.strands(of_parent.clone());
    let children = if strands.is_empty() {
        let mut children = relation.children(of_parent);
        select_columns::<R::Child>(&mut children, columns);
        cut.cut(children, &[(cut.order.expression(), column(R::Child::default(), "id"))])
    } else {
        merged::<R>(strands, &cut, columns)
    };
    Query::select()
        .column((parent.clone(), parent.clone()))
        .expr_as(
            Expr::col((child.clone(), Alias::new("order_key"))).cast_as(Alias::new("text")),
            Alias::new("order_key"),
        )
        .column((child.clone(), Alias::new("id")))
        .columns(<R::Child as EntityTrait>::Column::iter().map(|column| (child.clone(), column)))
        .from_subquery(each_of(parents), parent)
        .join_lateral(JoinType::InnerJoin, children, child.clone(), always())
        .order_by_with_nulls(
            (child.clone(), Alias::new("order_key")),
            cut.direction.clone(),
            NullOrdering::Last,
        )
        .order_by((child, Alias::new("id")), cut.direction)
        .take()
}

/// A query of the ids of parents. One is not a list: of a list Postgres would have to know the length to
/// plan for it, and would plan the statement anew each time.
fn each_of(parents: Vec<Uuid>) -> SelectStatement {
    let parent = Alias::new("parent");
    match <[Uuid; 1]>::try_from(parents) {
        Ok([one]) => Query::select().expr_as(Expr::val(one), parent).take(),
        Err(many) => Query::select()
            .column((parent.clone(), parent.clone()))
            .from_function(Func::cust(Alias::new("unnest")).arg(many), parent)
            .take(),
    }
}

/// The condition of a join that has none. Not a value, which would be a parameter.
fn always() -> Condition {
    Cond::all().add(Expr::cust("true"))
}

/// The children of one parent by strands: each strand gives the keys and ids of its own page, and
/// the records are read of those that are left when these are put together.
fn merged<R: Relation>(strands: Vec<Strand>, cut: &Cutting, columns: Columns) -> SelectStatement {
    let (strand, merged) = (Alias::new("strand"), Alias::new("merged"));
    let id = || column(R::Child::default(), "id");
    let mut pages = strands.into_iter().map(|Strand { each, mut statement, mut places }| {
        if places.is_empty() {
            places.push((cut.order.expression(), id()));
        }
        statement.expr_as(places[0].1.clone(), Alias::new("id"));
        let page = cut.cut(statement, &places);
        let mut all = Query::select();
        all.column((strand.clone(), Alias::new("order_key"))).column((strand.clone(), Alias::new("id")));
        match each {
            None => all.from_subquery(page, strand.clone()),
            Some(values) => all.from_subquery(values, Alias::new("each")).join_lateral(
                JoinType::InnerJoin,
                page,
                strand.clone(),
                always(),
            ),
        };
        all.take()
    });
    let mut union = pages.next().unwrap_or_default();
    for page in pages {
        union.union(UnionType::All, page);
    }
    let mut page = Query::select();
    page.distinct()
        .column((merged.clone(), Alias::new("order_key")))
        .column((merged.clone(), Alias::new("id")))
        .from_subquery(union, merged.clone());
    cut.end(&mut page, Expr::cust("merged.order_key"), Expr::cust("merged.id"));
    let mut records = Query::select();
    records
        .from_subquery(page, merged.clone())
        .inner_join(R::Child::default(), id().eq(Expr::cust("merged.id")));
    select_columns::<R::Child>(&mut records, columns);
    records.column((merged, Alias::new("order_key"))).take()
}

/// Selects the columns of a table, null for those that are not read.
pub(super) fn select_columns<E: EntityTrait>(records: &mut SelectStatement, columns: Columns) {
    for column in E::Column::iter() {
        if columns.have(column.as_str()) {
            records.column((E::default(), column));
        } else {
            records.expr_as(Expr::cust("null"), column);
        }
    }
}

/// How a page is cut out of an ordered list: where it begins, which way it goes, and how far.
struct Cutting {
    order: Order,
    cursor: Option<Keyset>,
    direction: SqlOrder,
    limit: Option<u64>,
}

impl Cutting {
    fn of<R: Relation>(relation: &R, page: &Page) -> Self {
        let order = relation.order();
        let ascending = order.descending == (page.direction == PageDirection::Backward);
        Self {
            order,
            cursor: page.cursor.clone(),
            direction: if ascending { SqlOrder::Asc } else { SqlOrder::Desc },
            // One more than asked for tells whether the list goes on.
            limit: page.limit.map(|limit| u64::from(limit) + 1),
        }
    }

    /// Cuts the page out of what a statement finds, by the keys and ids of its records.
    fn cut(&self, mut statement: SelectStatement, places: &[(Expr, Expr)]) -> SelectStatement {
        let (key, id) = places[0].clone();
        statement.expr_as(key.clone(), Alias::new("order_key"));
        if let Some(cursor) = &self.cursor {
            for (key, id) in places {
                let place = Expr::val(cursor.key.as_str()).cast_as(Alias::new(self.order.kind.sql_type()));
                let (place, record) = if self.order.unique {
                    (place, key.clone())
                } else {
                    (Expr::tuple([place, Expr::val(cursor.id)]), Expr::tuple([key.clone(), id.clone()]))
                };
                let ascending = self.direction == SqlOrder::Asc;
                statement.and_where(if ascending { record.gt(place) } else { record.lt(place) });
            }
        }
        self.end(&mut statement, key, id);
        statement
    }

    /// Orders a statement, and ends it where the page does.
    fn end(&self, statement: &mut SelectStatement, key: Expr, id: Expr) {
        statement.order_by_expr(key, self.direction.clone());
        if !self.order.unique {
            statement.order_by_expr(id, self.direction.clone());
        }
        if let Some(limit) = self.limit {
            statement.limit(limit);
        }
    }
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
        .from_subquery(each_of(parents), parent)
        .join_lateral(JoinType::InnerJoin, count, child, always())
        .take()
}

fn slice<R: Relation>(
    order: &str,
    page: &Page,
    mut found: Vec<Found<<R::Child as EntityTrait>::Model>>,
) -> Slice<<R::Child as EntityTrait>::Model> {
    let limit = page.limit.map_or(usize::MAX, |limit| limit as usize);
    let goes_on = found.len() > limit;
    found.truncate(limit);
    if page.direction == PageDirection::Backward {
        found.reverse();
    }
    let rows = found
        .into_iter()
        .map(|child| Row {
            keyset: Keyset::new(order, child.order_key, child.id),
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
