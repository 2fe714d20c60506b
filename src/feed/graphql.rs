//! The feed in the API: read a page at a time by `changes`, followed live by `changed`.

use std::sync::Arc;

use async_graphql::connection::PageInfo;
use async_graphql::{Context, ID, InputObject, Object, Subscription};
use futures_util::Stream;
use futures_util::stream::StreamExt;

use super::Feed;
use super::loader::{Before, LastPosition, Page, Row};
use super::place::Place;
use super::query::{ChangesAfter, Narrowing, TYPES};
use crate::access::Caller;
use crate::dataset::graphql::Dataset;
use crate::graphql::scalar::{DateTime, Json};
use crate::graphql::{
    ApiError, ApiResult, Node, find, ids, into_of, loader, of_table, page_size, require, words,
};
use crate::history::graphql::{ChangeSet, type_name};
use crate::history::vocabulary::ChangeOperation;
use crate::import::dataset_id;

/// Which changes are asked for. Each condition is any of its values; of several, all hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ChangeFilter {
    /// Of records of these types, as in `Change.recordType`: "Event", "Name".
    record_type: Option<Vec<String>>,
    /// These operations.
    operation: Option<Vec<ChangeOperation>>,
    /// Of records of the datasets with these slugs, as the records are now, or were in the end.
    dataset: Option<Vec<String>>,
    /// Of these records, by their ids.
    record: Option<Vec<ID>>,
}

/// A list in a filter may be so long.
const MOST_VALUES: usize = 500;

impl ChangeFilter {
    fn narrowing(self) -> ApiResult<Narrowing> {
        let lengths = [
            ("recordType", self.record_type.as_ref().map(Vec::len)),
            ("operation", self.operation.as_ref().map(Vec::len)),
            ("dataset", self.dataset.as_ref().map(Vec::len)),
            ("record", self.record.as_ref().map(Vec::len)),
        ];
        if let Some((name, Some(length))) =
            lengths.iter().find(|(_, length)| length.is_some_and(|length| length > MOST_VALUES))
        {
            return Err(ApiError::BadUserInput(format!(
                "`filter.{name}` has {length} values: give at most {MOST_VALUES}."
            )));
        }
        Ok(Narrowing {
            types: self
                .record_type
                .map(|names| names.iter().map(|name| table(name)).collect())
                .transpose()?,
            operations: words(self.operation, ChangeOperation::word),
            datasets: self.dataset.map(|slugs| slugs.iter().map(|slug| dataset_id(slug)).collect()),
            records: self.record.map(|given| ids(&given)),
        })
    }
}

/// The table of the records that the API calls so.
fn table(name: &str) -> ApiResult<String> {
    match TYPES.iter().find(|(known, _)| *known == name) {
        Some((_, table)) => Ok((*table).to_owned()),
        None => Err(ApiError::BadUserInput(format!(
            "`filter.recordType` has no type {:?}; there are {}.",
            name.chars().take(50).collect::<String>(),
            TYPES.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ")
        ))),
    }
}

/// One change of one record, with its place in the feed.
#[derive(Clone)]
pub struct Change(Arc<Row>);

/// One change of one record: that it was made, changed, taken away, merged or retracted.
#[Object]
impl Change {
    /// Its place in the feed: what is asked for `after` it begins with the next change. Opaque, and valid for ever.
    async fn cursor(&self) -> String {
        self.0.place.cursor()
    }

    /// When it was written. The feed is not in this order: who began earlier may have committed later.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// What the change did.
    async fn operation(&self) -> ChangeOperation {
        self.0.operation
    }

    /// The type of the record, such as "Event"; also "Name", "Identifier" and others, which belong to a record.
    async fn record_type(&self) -> String {
        type_name(&self.0.record_type)
    }

    /// The id of the record.
    async fn record_id(&self) -> ID {
        ID(self.0.record_id.to_string())
    }

    /// The version that the change gave the record. Changes of a record come in this order, and none is left out.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The record as it is now, which may be later than the change; null when it is gone or merged, or belongs to
    /// another, as a name does.
    async fn record(&self, context: &Context<'_>) -> Option<ApiResult<Node>> {
        of_table(context, &self.0.record_type, self.0.record_id).await.transpose()
    }

    /// The record that it has become part of, by a `MERGE`, as it is now: at the end, where that was merged in turn.
    /// Null when it was not merged, or that was taken back.
    async fn merged_into(&self, context: &Context<'_>) -> Option<ApiResult<Node>> {
        into_of(context, self.0.record_id).await.transpose()
    }

    /// The record as it was before, by the names of its columns; null when the change made it.
    async fn before(&self, context: &Context<'_>) -> Option<ApiResult<Json>> {
        let was = loader(context).load_one(Before(self.0.place.revision)).await;
        was.map(|was| was.map(Json)).map_err(ApiError::from).transpose()
    }

    /// The dataset of the record; null when it was made here.
    async fn dataset(&self, context: &Context<'_>) -> Option<ApiResult<Dataset>> {
        find(context, self.0.dataset_id).await.transpose()
    }

    /// The write that it was part of. A long import writes a part after the other, and other changes may come
    /// in between.
    async fn change_set(&self, context: &Context<'_>) -> ApiResult<ChangeSet> {
        require(context, self.0.change_set_id).await
    }
}

/// A page of the feed of changes. It is read forward, and goes on for ever: there is no `totalCount`.
pub struct ChangeConnection {
    page: Arc<Page>,
    begins_later: bool,
}

/// A page of the feed of changes. It is read forward, and goes on for ever: there is no `totalCount`.
#[Object]
impl ChangeConnection {
    /// The changes of the page, each with its cursor.
    async fn edges(&self) -> Vec<ChangeEdge> {
        self.page.changes.iter().cloned().map(|change| ChangeEdge(Change(change))).collect()
    }

    /// The changes of the page.
    async fn nodes(&self) -> Vec<Change> {
        self.page.changes.iter().cloned().map(Change).collect()
    }

    /// Where the page stands in the feed. `endCursor` says how far the feed was read, and is there for a page without
    /// changes, too: with a filter that leaves much out a page may be short, or empty, and `hasNextPage` still be true.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.begins_later,
            has_next_page: self.page.goes_on,
            start_cursor: self.page.changes.first().map(|change| change.place.cursor()),
            end_cursor: Some(self.page.read_to.cursor()),
        }
    }

    /// The end of the feed as it is now, for whoever wants only what comes later.
    async fn latest_cursor(&self, context: &Context<'_>) -> ApiResult<String> {
        let last = loader(context).load_one(LastPosition).await?.unwrap_or_default();
        Ok(Place::behind(last).cursor())
    }
}

/// One change of a page.
pub struct ChangeEdge(Change);

/// One change of a page.
#[Object]
impl ChangeEdge {
    /// The change's place in the feed, for `after`.
    async fn cursor(&self) -> String {
        self.0.0.place.cursor()
    }

    /// The change.
    async fn node(&self) -> &Change {
        &self.0
    }
}

#[derive(Default)]
pub struct FeedQuery;

#[Object]
impl FeedQuery {
    /// Every change of every record, imports included, in one order, the first change first. Nothing is skipped and
    /// nothing comes in behind a reader: who has read up to a cursor, and goes on from it whenever, has everything.
    async fn changes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only these changes.")] filter: Option<ChangeFilter>,
        #[graphql(desc = "So many: 20 when nothing is said, and at most 500.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor; without one, with the first change there is.")]
        after: Option<String>,
    ) -> ApiResult<ChangeConnection> {
        let wanted = page_size(first, "first")?;
        let place = Place::after(after.as_deref())?;
        let narrowing = filter.unwrap_or_default().narrowing()?;
        let asked = ChangesAfter { after: place.unwrap_or(Place::START), wanted, narrowing };
        match loader(context).load_one(asked).await? {
            Some(page) => Ok(ChangeConnection { page, begins_later: place.is_some() }),
            None => Err(ApiError::internal(&"a page was asked for and not answered")),
        }
    }
}

/// What can be followed.
pub struct FeedSubscription;

/// What can be followed live, over a WebSocket or as server-sent events.
#[Subscription(name = "Subscription")]
impl FeedSubscription {
    /// Every change of every record as it is committed, as `changes` has them. Who was away gives the cursor of the
    /// last change that came, and misses nothing.
    async fn changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only these changes.")] filter: Option<ChangeFilter>,
        #[graphql(desc = "Begin after this cursor; without one, with what comes from now on.")] after: Option<
            String,
        >,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Change>>> {
        let place = Place::after(after.as_deref())?;
        let narrowing = filter.unwrap_or_default().narrowing()?;
        let is_anonymous = context.data_unchecked::<Caller>().is_anonymous();
        let changes = context.data_unchecked::<Feed>().changes(is_anonymous, place, narrowing).await?;
        Ok(changes.map(|change| Ok(Change(change?))))
    }
}
