//! Datasets and runs of imports in the API.

use async_graphql::{Context, ID, Object};
use uuid::Uuid;

use super::query::{Datasets, ImportRuns, RejectsOfRun};
use super::vocabulary::Redistribution;
use super::{entity, import_reject, import_run};
use crate::graphql::scalar::{DateTime, Url};
use crate::graphql::{ApiResult, Connection, Paging, api_type, by_key, connection, refer, whole};
use crate::history::graphql::ChangeSet;

api_type!(Dataset, entity);

/// Where imported records come from, and under which licence.
#[Object]
impl Dataset {
    /// The UUID of the record, the same for ever; `node` finds any record by it.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts its changes, from 1; an update and a deletion give it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The name by which queries and commands mean it.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// The name people read.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Its licence, an SPDX identifier where there is one; null when unknown.
    async fn licence(&self) -> Option<&str> {
        self.0.licence.as_deref()
    }

    /// Whether anonymous readers may see its records.
    async fn redistribution(&self) -> Redistribution {
        self.0.redistribution
    }

    /// Where it is published; null when unknown.
    async fn homepage(&self) -> Option<Url> {
        self.0.homepage.as_ref().map(Url::from)
    }
}

api_type!(ImportRun, import_run);

/// One run of an import, with its counts.
#[Object]
impl ImportRun {
    /// The UUID of the record, the same for ever; `node` finds any record by it.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The dataset it was run for; null when the command named none, and while a revert has taken it away.
    async fn dataset(&self, context: &Context<'_>) -> Option<ApiResult<Dataset>> {
        refer(context, self.0.dataset_id).await
    }

    /// The format it was read as: "dateline".
    async fn format(&self) -> &str {
        &self.0.format
    }

    /// The file's name without its folder; null for standard input.
    async fn file_name(&self) -> Option<&str> {
        self.0.file_name.as_deref()
    }

    /// The SHA-256 of what was read, hexadecimal; null while it runs.
    async fn file_hash(&self) -> Option<&str> {
        self.0.file_hash.as_deref()
    }

    /// When it began.
    async fn started_at(&self) -> DateTime {
        DateTime(self.0.started_at)
    }

    /// When it ended; null while it runs, or when it died.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime)
    }

    /// Lines read, blank ones left out.
    async fn read(&self) -> i32 {
        count(self.0.rows_read)
    }

    /// Records that were new.
    async fn created(&self) -> i32 {
        count(self.0.created)
    }

    /// Records that changed.
    async fn updated(&self) -> i32 {
        count(self.0.updated)
    }

    /// Records that were already so.
    async fn unchanged(&self) -> i32 {
        count(self.0.unchanged)
    }

    /// What it changed, which can be reverted; null when it changed nothing.
    async fn change_set(&self, context: &Context<'_>) -> Option<ApiResult<ChangeSet>> {
        refer(context, self.0.change_set_id).await
    }

    /// The lines that were not loaded, in the order of the file.
    async fn rejects(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<ImportReject>> {
        connection(context, self.0.id, RejectsOfRun, Paging { first, after, last, before }).await
    }

    /// Lines that were not loaded.
    async fn rejected(&self) -> i32 {
        count(self.0.rejected)
    }
}

api_type!(ImportReject, import_reject);

/// A line that an import did not load.
#[Object]
impl ImportReject {
    /// Its number in the file, from 1.
    async fn line(&self) -> i32 {
        count(self.0.line)
    }

    /// The field at fault; null when it is the line as a whole.
    async fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// What stands there, shortened; null when nothing does.
    async fn value(&self) -> Option<&str> {
        self.0.value.as_deref()
    }

    /// What is wrong, and what would mend it.
    async fn reason(&self) -> &str {
        &self.0.reason
    }
}

/// GraphQL's `Int` ends at 2³¹ − 1.
fn count(rows: i64) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX)
}

#[derive(Default)]
pub struct DatasetQuery;

#[Object]
impl DatasetQuery {
    /// One dataset, by exactly one of its keys; null when there is none.
    async fn dataset(
        &self,
        context: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
    ) -> ApiResult<Option<Dataset>> {
        by_key(context, id, slug.map(|slug| ("slug", slug)), None, "`id` and `slug`").await
    }

    /// All datasets, by slug.
    async fn datasets(&self, context: &Context<'_>) -> ApiResult<Vec<Dataset>> {
        whole(context, Uuid::nil(), Datasets).await
    }

    /// One run of an import by its id; null when there is none.
    async fn import_run(&self, context: &Context<'_>, id: ID) -> ApiResult<Option<ImportRun>> {
        by_key(context, Some(id), None, None, "`id`").await
    }

    /// Runs of imports, latest first.
    async fn import_runs(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those of the dataset with this slug.")] dataset: Option<String>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<ImportRun>> {
        connection(context, Uuid::nil(), ImportRuns { dataset }, Paging { first, after, last, before }).await
    }
}
