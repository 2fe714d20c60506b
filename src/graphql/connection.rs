//! Connections: pages of lists, after the Relay specification.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::connection::{CursorType, OpaqueCursor, PageInfo};
use async_graphql::{Context, Object, OutputType, TypeName};
use futures_util::future::BoxFuture;
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::{ApiError, ApiResult, loader};
use crate::db::DatabaseError;
use crate::read::{
    COUNTED_EXACTLY, CountOf, Cut, Keyset, Loader, Order, OrderKey, Page, PageDirection, PageOf, Relation,
    Slice,
};

/// How many records a page has when the query does not say.
pub const DEFAULT_PAGE: u32 = 20;
/// How many records a page may have.
pub const LARGEST_PAGE: u32 = 500;

/// The four arguments that choose a page.
#[derive(Debug, Default)]
pub struct Paging {
    /// So many from the start.
    pub first: Option<i32>,
    /// Begin after this cursor.
    pub after: Option<String>,
    /// So many from the end.
    pub last: Option<i32>,
    /// End before this cursor.
    pub before: Option<String>,
}

/// One page of a list.
pub struct Connection<T: OutputType> {
    edges: Vec<Edge<T>>,
    has_previous: bool,
    has_next: bool,
    count: Count,
}

/// One record of a page, with its place in the list.
pub struct Edge<T: OutputType> {
    place: Keyset,
    node: T,
}

/// How long the list is: known from the page itself, or to be counted when asked for.
enum Count {
    Known(u32),
    Counted(Box<dyn Counted>),
}

trait Counted: Send + Sync {
    fn count<'a>(&'a self, loader: &'a Loader) -> BoxFuture<'a, Result<u32, DatabaseError>>;
}

impl<R: Relation> Counted for CountOf<R> {
    fn count<'a>(&'a self, loader: &'a Loader) -> BoxFuture<'a, Result<u32, DatabaseError>> {
        Box::pin(async { Ok(loader.load_one(self.clone()).await?.unwrap_or(0)) })
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Connection", T::type_name()))
    }
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Edge", T::type_name()))
    }
}

/// One page of a list. Page forward with `first` and `after`, backward with `last` and `before`;
/// a page has 20 records when nothing is said, and at most 500.
#[Object(name_type)]
impl<T: OutputType> Connection<T> {
    /// The records of the page, each with its cursor.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// The records of the page.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|edge| cursor(&edge.place)),
            end_cursor: self.edges.last().map(|edge| cursor(&edge.place)),
        }
    }

    /// How many records the whole list has, counted only when asked for. Exact up to 100,000; a
    /// longer list shows 100,000, and `totalCountIsExact` is false.
    async fn total_count(&self, context: &Context<'_>) -> ApiResult<u32> {
        Ok(self.length(context).await?.min(COUNTED_EXACTLY))
    }

    /// Whether `totalCount` is the exact number, or there are more than it says.
    async fn total_count_is_exact(&self, context: &Context<'_>) -> ApiResult<bool> {
        Ok(self.length(context).await? <= COUNTED_EXACTLY)
    }
}

/// One record of a page.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// The record's place in the list, for `after` and `before`. Opaque; it stays valid while records come and go.
    async fn cursor(&self) -> String {
        cursor(&self.place)
    }

    /// The record.
    async fn node(&self) -> &T {
        &self.node
    }
}

impl<T: OutputType> Connection<T> {
    async fn length(&self, context: &Context<'_>) -> ApiResult<u32> {
        match &self.count {
            Count::Known(count) => Ok(*count),
            Count::Counted(key) => Ok(key.count(loader(context)).await?),
        }
    }
}

impl Paging {
    /// Checks the arguments against each other, the limits and the list they page through.
    fn page(self, order: &Order) -> ApiResult<Page> {
        let bad = |message: &str| Err(ApiError::BadUserInput(message.to_owned()));
        let (direction, size, cursor, names) = match (self.first, self.after, self.last, self.before) {
            (Some(_), _, Some(_), _) => return bad("Give `first` or `last`, not both."),
            (Some(_), _, None, Some(_)) => return bad("`before` goes with `last`, `after` with `first`."),
            (None, Some(_), Some(_), _) => return bad("`after` goes with `first`, `before` with `last`."),
            (None, Some(_), None, Some(_)) => return bad("Give `after` or `before`, not both."),
            (None, None, last, before) if last.is_some() || before.is_some() => {
                (PageDirection::Backward, last, before, ("last", "before"))
            }
            (first, after, ..) => (PageDirection::Forward, first, after, ("first", "after")),
        };
        let limit = page_size(size, names.0)?;
        let cursor = cursor.map(|text| decode(&text, names.1, order)).transpose()?;
        Ok(Page { direction, limit: Some(limit), cursor })
    }
}

/// How many records a page has that is asked for by this argument.
///
/// # Errors
/// When no page may have so many.
pub fn page_size(size: Option<i32>, argument: &str) -> ApiResult<u32> {
    let Some(size) = size else { return Ok(DEFAULT_PAGE) };
    match u32::try_from(size) {
        Ok(limit) if limit <= LARGEST_PAGE => Ok(limit),
        _ => Err(ApiError::BadUserInput(format!(
            "`{argument}` is {size}: a page has from 0 to {LARGEST_PAGE} records."
        ))),
    }
}

fn decode(text: &str, argument: &str, order: &Order) -> ApiResult<Keyset> {
    match OpaqueCursor::<Keyset>::decode_cursor(text) {
        Ok(cursor) if cursor.belongs_to(order) => Ok(cursor.0),
        Ok(_) => Err(ApiError::BadUserInput(format!(
            "The cursor in `{argument}` belongs to another list; use one that this list gave."
        ))),
        Err(_) => Err(ApiError::BadUserInput(format!(
            "`{argument}` is no cursor; use `endCursor`, `startCursor` or an edge's `cursor`."
        ))),
    }
}

/// A page of what hangs off `parent`.
pub fn connection<'c, T, R>(
    context: &'c Context<'_>,
    parent: Uuid,
    relation: R,
    paging: Paging,
) -> BoxFuture<'c, ApiResult<Connection<T>>>
where
    R: Relation,
    T: OutputType + From<Arc<<R::Child as EntityTrait>::Model>> + 'c,
{
    Box::pin(connected(context, parent, relation, paging))
}

async fn connected<T, R>(
    context: &Context<'_>,
    parent: Uuid,
    relation: R,
    paging: Paging,
) -> ApiResult<Connection<T>>
where
    R: Relation,
    T: OutputType + From<Arc<<R::Child as EntityTrait>::Model>>,
{
    let page = paging.page(&relation.order())?;
    let unpaged = page.cursor.is_none();
    let slice = slice(context, parent, &relation, page).await?;
    let edges: Vec<_> = slice
        .rows
        .iter()
        .map(|row| Edge { place: row.keyset.clone(), node: T::from(row.record.clone()) })
        .collect();
    let count = match u32::try_from(edges.len()) {
        Ok(count) if unpaged && !slice.has_next && !slice.has_previous => Count::Known(count),
        _ => Count::Counted(Box::new(CountOf { parent, relation })),
    };
    Ok(Connection { edges, has_previous: slice.has_previous, has_next: slice.has_next, count })
}

/// The order of lists that were read whole: by a number that each record has there.
const BY_NUMBER: Order = Order::ascending(OrderKey::Number, "number");

/// One page of a list that was read whole: its records, each with the number it is ordered by and
/// its id, in that order.
pub fn listed<T: OutputType>(records: Vec<(i64, Uuid, T)>, paging: Paging) -> ApiResult<Connection<T>> {
    let count = Count::Known(u32::try_from(records.len()).unwrap_or(u32::MAX));
    let Cut { rows, has_previous, has_next } = paging.page(&BY_NUMBER)?.cut(&BY_NUMBER, records);
    let edges = rows.into_iter().map(|(place, node)| Edge { place, node }).collect();
    Ok(Connection { edges, has_previous, has_next, count })
}

/// All of what hangs off `parent`, for lists that are short by nature.
pub fn whole<'c, T, R>(
    context: &'c Context<'_>,
    parent: Uuid,
    relation: R,
) -> BoxFuture<'c, ApiResult<Vec<T>>>
where
    R: Relation,
    T: From<Arc<<R::Child as EntityTrait>::Model>>,
{
    Box::pin(async move {
        let slice = slice(context, parent, &relation, Page::whole()).await?;
        Ok(slice.rows.iter().map(|row| T::from(row.record.clone())).collect())
    })
}

/// One page of what hangs off `parent`, for lists whose connections have a type of their own.
pub async fn page_of<R: Relation>(
    context: &Context<'_>,
    parent: Uuid,
    relation: &R,
    paging: Paging,
) -> ApiResult<Arc<Slice<<R::Child as EntityTrait>::Model>>> {
    slice(context, parent, relation, paging.page(&relation.order())?).await
}

/// A place in a list as clients see it.
#[must_use]
pub fn cursor(place: &Keyset) -> String {
    OpaqueCursor(place.clone()).encode_cursor()
}

async fn slice<R: Relation>(
    context: &Context<'_>,
    parent: Uuid,
    relation: &R,
    page: Page,
) -> ApiResult<Arc<Slice<<R::Child as EntityTrait>::Model>>> {
    let key = PageOf { parent, relation: relation.clone(), page };
    match loader(context).load_one(key).await? {
        Some(slice) => Ok(slice),
        None => Err(ApiError::internal(&"a page was asked for and not answered")),
    }
}
