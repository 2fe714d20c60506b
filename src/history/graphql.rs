//! Change sets and revisions in the API.

use async_graphql::{Context, ID, Object};
use uuid::Uuid;

use super::query::{ChangeSets, RevertedBy, RevisionsOfChangeSet, RunOfChangeSet};
use super::vocabulary::{ChangeOperation, ChangeSetKind};
use super::{change_set, revision, tombstone};
use crate::dataset::graphql::ImportRun;
use crate::graphql::scalar::{DateTime, Json};
use crate::graphql::{
    ApiResult, Connection, Paging, api_type, by_key, connection, refer, require, whole, words,
};

api_type!(ChangeSet, change_set);

/// One write, import or merge, whole: what is reverted at once. There is no other undo.
#[Object]
impl ChangeSet {
    /// The UUID of the change set, the same for ever. The change set of an import has that of its run, and
    /// `node` finds the run by it.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// When it began.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// What kind of write it was.
    async fn kind(&self) -> ChangeSetKind {
        self.0.kind
    }

    /// Who wrote; null when nobody is known.
    async fn by(&self) -> Option<&str> {
        self.0.by.as_deref()
    }

    /// Why, in words, such as "import of events.ndjson"; null when nobody said.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The run of an import that it was made by; null when it is no import.
    async fn import_run(&self, context: &Context<'_>) -> ApiResult<Option<ImportRun>> {
        Ok(whole(context, self.0.id, RunOfChangeSet).await?.into_iter().next())
    }

    /// The change set that took it back; null while it stands. That one may have been reverted in turn.
    async fn reverted_by(&self, context: &Context<'_>) -> Option<ApiResult<ChangeSet>> {
        refer(context, self.0.reverted_by_id).await
    }

    /// The change set that it takes back; null when it is no revert.
    async fn reverts(&self, context: &Context<'_>) -> ApiResult<Option<ChangeSet>> {
        Ok(whole(context, self.0.id, RevertedBy).await?.into_iter().next())
    }

    /// What it did, record by record, in the order of writing.
    async fn revisions(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Revision>> {
        connection(context, self.0.id, RevisionsOfChangeSet, Paging { first, after, last, before }).await
    }
}

api_type!(Revision, revision);

/// One change of one record, and what the record was before.
#[Object]
impl Revision {
    /// Its place in the order of all changes.
    async fn id(&self) -> ID {
        ID(self.0.position.to_string())
    }

    /// The version that the change gave the record.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What the change did.
    async fn operation(&self) -> ChangeOperation {
        self.0.operation
    }

    /// The change set that it was part of.
    async fn change(&self, context: &Context<'_>) -> ApiResult<ChangeSet> {
        require(context, self.0.change_set_id).await
    }

    /// The type of the record, such as "Event"; also "Name", "Identifier" and others, which belong to a record.
    async fn record_type(&self) -> String {
        type_name(&self.0.record_type)
    }

    /// The record. It may be gone: then `node` finds nothing by this id.
    async fn record_id(&self) -> ID {
        ID(self.0.record_id.to_string())
    }

    /// The record as it was before, by the names of its columns; null when the change made it.
    async fn before(&self) -> Option<Json> {
        self.0.before.clone().map(Json)
    }
}

api_type!(Tombstone, tombstone);

/// What is left of a record that was deleted, by a mutation, an import or a revert.
#[Object]
impl Tombstone {
    /// The id that the record had. `node` finds nothing by it.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The type of the record, such as "Event".
    async fn record_type(&self) -> String {
        type_name(&self.0.record_type)
    }

    /// When it was deleted.
    async fn deleted_at(&self) -> DateTime {
        DateTime(self.0.deleted_at)
    }

    /// Who deleted it; null when nobody is known.
    async fn by(&self) -> Option<&str> {
        self.0.by.as_deref()
    }

    /// Why, in words; null when nobody said.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The change set that deleted it. Reverting it brings the record back.
    async fn change_set(&self, context: &Context<'_>) -> ApiResult<ChangeSet> {
        require(context, self.0.change_set_id).await
    }

    /// The record as it was, by the names of its columns.
    async fn before(&self) -> Option<Json> {
        self.0.before.clone().map(Json)
    }
}

/// `border_crossing` is `BorderCrossing` in the API.
pub(crate) fn type_name(table: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1.min(word.len()));
        first.to_uppercase() + rest
    };
    table.split('_').map(capital).collect()
}

#[derive(Default)]
pub struct HistoryQuery;

#[Object]
impl HistoryQuery {
    /// One change set by its id, which for an import is also the id of its run; null when there is none.
    async fn change_set(&self, context: &Context<'_>, id: ID) -> ApiResult<Option<ChangeSet>> {
        by_key(context, Some(id), None, None, "`id`").await
    }

    /// The tombstone of a record by the id that it had; null when no record had it, or it is there.
    async fn tombstone(&self, context: &Context<'_>, id: ID) -> ApiResult<Option<Tombstone>> {
        by_key(context, Some(id), None, None, "`id`").await
    }

    /// Change sets, latest first.
    async fn change_sets(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only these kinds.")] kind: Option<Vec<ChangeSetKind>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<ChangeSet>> {
        let kinds = words(kind, ChangeSetKind::word);
        connection(context, Uuid::nil(), ChangeSets { kinds }, Paging { first, after, last, before }).await
    }
}
