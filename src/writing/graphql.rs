//! What mutations answer, whatever they write.

use std::borrow::Cow;

use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject, Object, OutputType, SimpleObject, TypeName};
use uuid::Uuid;

use super::transaction::{Answer, Item, WriteOutcome};
use crate::actor::graphql::Actor;
use crate::article::graphql::Article;
use crate::graphql::{ApiResult, ApiType, Record, find};
use crate::history::graphql::{ChangeSet, Tombstone};
use crate::location::graphql::Location;
use crate::merging::vocabulary::MergeKind;
use crate::source::graphql::Source;

/// What a mutation made of a record.
pub struct Payload<T> {
    answer: Answer,
    record: PhantomData<fn() -> T>,
}

impl<T> From<Answer> for Payload<T> {
    fn from(answer: Answer) -> Self {
        Self { answer, record: PhantomData }
    }
}

impl<T: OutputType> TypeName for Payload<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Payload", T::type_name()))
    }
}

/// What became of the record that was written.
#[Object(name_type)]
impl<T: ApiType + OutputType> Payload<T> {
    /// The record, as it is now. Null only where a repeated request is answered and the record is gone since.
    async fn record(&self, context: &Context<'_>) -> Option<ApiResult<T>> {
        let id = self.answer.items.first().and_then(|item| item.id);
        find(context, id).await.transpose()
    }

    /// What became of it: `CREATED`, `UPDATED`, or `UNCHANGED` where it was so already.
    async fn outcome(&self) -> WriteOutcome {
        self.answer.items.first().map_or(WriteOutcome::Unchanged, |item| item.outcome)
    }

    /// The change set of the write, by which it is reverted; null when nothing changed.
    async fn change_set(&self, context: &Context<'_>) -> Option<ApiResult<ChangeSet>> {
        find(context, self.answer.change_set).await.transpose()
    }
}

/// What a mutation made of a batch.
pub struct BatchPayload<T> {
    answer: Answer,
    record: PhantomData<fn() -> T>,
}

impl<T> From<Answer> for BatchPayload<T> {
    fn from(answer: Answer) -> Self {
        Self { answer, record: PhantomData }
    }
}

impl<T: OutputType> TypeName for BatchPayload<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}BatchPayload", T::type_name()))
    }
}

/// What became of a batch of records.
#[Object(name_type)]
impl<T: ApiType + OutputType> BatchPayload<T> {
    /// What became of each record, in the order of the input.
    async fn results(&self) -> Vec<ItemResult<T>> {
        let kept = self.answer.kept;
        let result =
            |(item, index): (&Item, i32)| ItemResult { index, kept, item: item.clone(), record: PhantomData };
        self.answer.items.iter().zip(0..).map(result).collect()
    }

    /// How many were new.
    async fn created(&self) -> u32 {
        self.count(WriteOutcome::Created)
    }

    /// How many were there, and changed.
    async fn updated(&self) -> u32 {
        self.count(WriteOutcome::Updated)
    }

    /// How many were there, and so already.
    async fn unchanged(&self) -> u32 {
        self.count(WriteOutcome::Unchanged)
    }

    /// How many were rejected.
    async fn rejected(&self) -> u32 {
        self.count(WriteOutcome::Rejected)
    }

    /// Whether the batch is kept. False for a dry run, and where `atomic` was asked for and a record was
    /// rejected: then the results say what would have become of the others, and nothing was written.
    async fn written(&self) -> bool {
        self.answer.kept
    }

    /// The change set of the batch, by which it is reverted; null when nothing changed.
    async fn change_set(&self, context: &Context<'_>) -> Option<ApiResult<ChangeSet>> {
        find(context, self.answer.change_set).await.transpose()
    }
}

impl<T> BatchPayload<T> {
    fn count(&self, outcome: WriteOutcome) -> u32 {
        let of = self.answer.items.iter().filter(|item| item.outcome == outcome);
        u32::try_from(of.count()).unwrap_or(u32::MAX)
    }
}

/// What became of one record of a batch.
pub struct ItemResult<T> {
    index: i32,
    kept: bool,
    item: Item,
    record: PhantomData<fn() -> T>,
}

impl<T: OutputType> TypeName for ItemResult<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Result", T::type_name()))
    }
}

/// What became of one record of a batch.
#[Object(name_type)]
impl<T: ApiType + OutputType> ItemResult<T> {
    /// Its place in the input, from 0.
    async fn index(&self) -> i32 {
        self.index
    }

    /// What became of it, or would have where the batch is not kept.
    async fn outcome(&self) -> WriteOutcome {
        self.item.outcome
    }

    /// The record, as it is now; null when it was rejected, when the batch is not kept, and where a
    /// repeated request is answered and the record is gone since.
    async fn record(&self, context: &Context<'_>) -> Option<ApiResult<T>> {
        let id = self.item.id.filter(|_| self.kept);
        find(context, id).await.transpose()
    }

    /// Why it was rejected; null when it was not.
    async fn error(&self) -> Option<ItemError> {
        let fault = self.item.fault.clone()?;
        Some(ItemError { field: fault.field, code: fault.code, message: fault.message })
    }
}

/// Why a record of a batch was rejected.
#[derive(SimpleObject)]
pub struct ItemError {
    /// The path of the field at fault, such as `input[3].extent`; null when it is the record as a whole.
    field: Option<String>,
    /// The code that an error would have: "`BAD_USER_INPUT`", "`NOT_FOUND`" where it refers to what is not there,
    /// "`CONFLICT`" where another record has what it asks for.
    code: String,
    /// What is wrong, and what would mend it.
    message: String,
}

/// Which record to delete.
#[derive(InputObject)]
pub struct DeleteInput {
    /// The record's id.
    pub(super) id: ID,
    /// The version at which it was read. Where it has changed since, the answer is the error `CONFLICT`.
    pub(super) version: i32,
    /// Why, in words; its tombstone says so.
    pub(super) reason: String,
}

/// What is left of a record that was deleted.
pub struct DeletePayload(pub(super) Answer);

/// What is left of a record that was deleted.
#[Object]
impl DeletePayload {
    /// The id of the record. `node` finds nothing by it any more.
    async fn id(&self) -> Option<ID> {
        let item = self.0.items.first()?;
        item.id.map(|id| ID(id.to_string()))
    }

    /// Its tombstone; null only where a repeated request is answered and the record has come again since.
    async fn tombstone(&self, context: &Context<'_>) -> Option<ApiResult<Tombstone>> {
        let id = self.0.items.first().and_then(|item| item.id);
        find(context, id).await.transpose()
    }

    /// The change set of the deletion, by which it is reverted.
    async fn change_set(&self, context: &Context<'_>) -> Option<ApiResult<ChangeSet>> {
        find(context, self.0.change_set).await.transpose()
    }
}

/// What became of a change set that was to be reverted.
pub struct RevertPayload(pub(super) Answer);

/// What became of a change set that was to be reverted.
#[Object]
impl RevertPayload {
    /// The change set of the revert. Reverting it restores what it took back.
    async fn change_set(&self, context: &Context<'_>) -> Option<ApiResult<ChangeSet>> {
        find(context, self.0.change_set).await.transpose()
    }
}

/// What became of two records that were to be one.
pub struct MergePayload {
    pub(super) kind: MergeKind,
    pub(super) answer: Answer,
}

/// What became of two records that were to be one.
#[Object]
impl MergePayload {
    /// The record that stays, as it is now. Null where it is withheld from whoever merges, or where a repeated
    /// request is answered and the record is gone since.
    async fn record(&self, context: &Context<'_>) -> Option<ApiResult<Record>> {
        let id = self.answer.items.first().and_then(|item| item.id);
        match self.kind {
            MergeKind::Actor => found::<Actor>(context, id).await,
            MergeKind::Location => found::<Location>(context, id).await,
            MergeKind::Source => found::<Source>(context, id).await,
            MergeKind::Article => found::<Article>(context, id).await,
        }
    }

    /// The change set of the merge, by which it is reverted.
    async fn change_set(&self, context: &Context<'_>) -> Option<ApiResult<ChangeSet>> {
        find(context, self.answer.change_set).await.transpose()
    }
}

async fn found<T: ApiType + Into<Record>>(
    context: &Context<'_>,
    id: Option<Uuid>,
) -> Option<ApiResult<Record>> {
    find::<T>(context, id).await.transpose().map(|found| found.map(Into::into))
}
