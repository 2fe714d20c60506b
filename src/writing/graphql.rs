//! What all mutations share in the API: what they answer, and how their inputs become work.

use std::borrow::Cow;

use async_graphql::{Context, ID, Object, OutputType, SimpleObject, TypeName};
use serde::Serialize;
use serde_json::{Map, Value};

use super::batch::Batch;
use super::change::Change;
use super::creation::Creation;
use super::permission::{may_write, writer};
use super::{Answer, Item, Note, WriteOutcome, RecordType, Work, Writers, write};
use crate::graphql::{ApiError, ApiResult, ApiType, find};
use crate::history::graphql::ChangeSet;

/// How many records a batch may have.
pub const LARGEST_BATCH: usize = 500;

/// What goes with a mutation beside its input.
#[derive(Default)]
pub struct Beside {
    pub reason: Option<String>,
    pub idempotency_key: Option<String>,
}

/// What a mutation made of a record.
pub struct Payload<T> {
    answer: Answer,
    record: std::marker::PhantomData<fn() -> T>,
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
    record: std::marker::PhantomData<fn() -> T>,
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
        let result = |(item, index): (&Item, i32)| ItemResult {
            index,
            kept,
            item: item.clone(),
            record: std::marker::PhantomData,
        };
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
    record: std::marker::PhantomData<fn() -> T>,
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
    /// The path of the field at fault, such as "input[3].extent"; null when it is the record as a whole.
    field: Option<String>,
    /// The code that an error would have: "`BAD_USER_INPUT`", "`NOT_FOUND`" where it refers to what is not there,
    /// "`CONFLICT`" where another record has what it asks for.
    code: String,
    /// What is wrong, and what would mend it.
    message: String,
}

/// Makes a record.
pub async fn create<T>(
    context: &Context<'_>,
    kind: &'static RecordType,
    input: &impl Serialize,
    beside: Beside,
) -> ApiResult<Payload<T>> {
    done(context, beside, &Creation { kind, line: line(kind, input)? }).await
}

/// Changes a record.
pub async fn update<T>(
    context: &Context<'_>,
    kind: &'static RecordType,
    (id, version): (ID, i32),
    patch: &impl Serialize,
    beside: Beside,
) -> ApiResult<Payload<T>> {
    done(context, beside, &Change { kind, id: id.0, version, patch: object(patch)? }).await
}

/// Makes records, or brings them to what is given.
pub async fn upsert<T>(
    context: &Context<'_>,
    kind: &'static RecordType,
    input: &[impl Serialize],
    (atomic, dry_run): (bool, bool),
    beside: Beside,
) -> ApiResult<BatchPayload<T>> {
    if !(1..=LARGEST_BATCH).contains(&input.len()) {
        let message = format!("`input` has {} records: give 1 to {LARGEST_BATCH} at once.", input.len());
        return Err(ApiError::BadField { field: "input".to_owned(), message });
    }
    let lines = input.iter().map(|input| line(kind, input)).collect::<ApiResult<_>>()?;
    let answer = answer(context, beside, &Batch { kind, lines, atomic, dry_run }).await?;
    Ok(BatchPayload { answer, record: std::marker::PhantomData })
}

async fn done<T>(context: &Context<'_>, beside: Beside, work: &impl Work) -> ApiResult<Payload<T>> {
    let answer = answer(context, beside, work).await?;
    Ok(Payload { answer, record: std::marker::PhantomData })
}

/// Does the work, for who may.
pub async fn answer(context: &Context<'_>, beside: Beside, work: &impl Work) -> ApiResult<Answer> {
    may_write(context)?;
    let Beside { reason, idempotency_key } = beside;
    let note = Note { by: writer(context), reason, idempotency_key };
    write(context.data_unchecked::<Writers>(), &note, work).await
}

/// An input as a line of the native format.
fn line(kind: &RecordType, input: &impl Serialize) -> ApiResult<Map<String, Value>> {
    let mut line = object(input)?;
    line.insert("type".to_owned(), kind.line.into());
    Ok(line)
}

fn object(input: &impl Serialize) -> ApiResult<Map<String, Value>> {
    match serde_json::to_value(input) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ApiError::internal(&"an input is no object")),
        Err(error) => Err(ApiError::internal(&error)),
    }
}

/// Defines the inputs of a type of record: one that states it whole, and one that says what changes.
///
/// The names of the fields are the keys of its line; what a record comes from stands in both.
macro_rules! record_inputs {
    (
        $(#[doc = $doc:literal])+ $input:ident,
        $(#[doc = $update_doc:literal])+ $update:ident,
        identity { $($(#[doc = $key_doc:literal])+ $key:ident: $key_type:ty),* $(,)? }
        required { $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty),* $(,)? }
        optional { $($(#[doc = $option_doc:literal])+ $option:ident: $option_type:ty),* $(,)? }
    ) => {
        $(#[doc = $doc])+
        #[derive(async_graphql::InputObject, serde::Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $input {
            $($(#[doc = $key_doc])+ #[serde(skip_serializing_if = "Option::is_none")] $key: Option<$key_type>,)*
            $($(#[doc = $field_doc])+ $field: $type,)*
            $($(#[doc = $option_doc])+ #[serde(skip_serializing_if = "Option::is_none")] $option: Option<$option_type>,)*
        }

        $(#[doc = $update_doc])+
        #[derive(async_graphql::InputObject, serde::Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $update {
            /// The record's id.
            #[serde(skip)]
            id: async_graphql::ID,
            /// The version at which it was read. Where it has changed since, the answer is the error `CONFLICT`.
            #[serde(skip)]
            version: i32,
            $($(#[doc = $field_doc])+
            #[serde(skip_serializing_if = "async_graphql::MaybeUndefined::is_undefined")]
            $field: async_graphql::MaybeUndefined<$type>,)*
            $($(#[doc = $option_doc])+
            #[serde(skip_serializing_if = "async_graphql::MaybeUndefined::is_undefined")]
            $option: async_graphql::MaybeUndefined<$option_type>,)*
        }
    };
}

/// Defines the mutations of a type of record.
macro_rules! record_mutations {
    (
        $mutation:ident: $type:ty, $input:ty, $update_input:ty, $kind:expr;
        $(#[doc = $create_doc:literal])+ $create:ident;
        $(#[doc = $update_doc:literal])+ $update:ident;
        $(#[doc = $upsert_doc:literal])+ $upsert:ident;
    ) => {
        #[derive(Default)]
        pub struct $mutation;

        #[async_graphql::Object]
        impl $mutation {
            $(#[doc = $create_doc])+
            async fn $create(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "The record, whole.")] input: $input,
                #[graphql(desc = "Why, in words; the change set keeps it.")] reason: Option<String>,
                #[graphql(desc = "A key of the client's own, such as a UUID. The same request with the same key is done once, and answered as the first time, for a day.")]
                idempotency_key: Option<String>,
            ) -> Option<$crate::graphql::ApiResult<$crate::writing::graphql::Payload<$type>>> {
                let beside = $crate::writing::graphql::Beside { reason, idempotency_key };
                Some($crate::writing::graphql::create(context, &$kind, &input, beside).await)
            }

            $(#[doc = $update_doc])+
            async fn $update(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "What changes: a field left out stays as it is, and null takes away what is there.")]
                input: $update_input,
                #[graphql(desc = "Why, in words; the change set keeps it.")] reason: Option<String>,
                #[graphql(desc = "A key of the client's own, such as a UUID. The same request with the same key is done once, and answered as the first time, for a day.")]
                idempotency_key: Option<String>,
            ) -> Option<$crate::graphql::ApiResult<$crate::writing::graphql::Payload<$type>>> {
                let beside = $crate::writing::graphql::Beside { reason, idempotency_key };
                let of = (input.id.clone(), input.version);
                Some($crate::writing::graphql::update(context, &$kind, of, &input, beside).await)
            }

            $(#[doc = $upsert_doc])+
            async fn $upsert(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "The records, each whole: 1 to 500. One may refer to another.")] input: Vec<$input>,
                #[graphql(desc = "Whether nothing is written when one of them is rejected.", default = false)] atomic: bool,
                #[graphql(desc = "Whether nothing is written at all: the answer says what would be.", default = false)] dry_run: bool,
                #[graphql(desc = "Why, in words; the change set keeps it.")] reason: Option<String>,
                #[graphql(desc = "A key of the client's own, such as a UUID. The same request with the same key is done once, and answered as the first time, for a day.")]
                idempotency_key: Option<String>,
            ) -> Option<$crate::graphql::ApiResult<$crate::writing::graphql::BatchPayload<$type>>> {
                let beside = $crate::writing::graphql::Beside { reason, idempotency_key };
                let how = (atomic, dry_run);
                Some($crate::writing::graphql::upsert(context, &$kind, &input, how, beside).await)
            }
        }
    };
}

pub(crate) use {record_inputs, record_mutations};
