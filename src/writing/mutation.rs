//! How the inputs of mutations become work, whatever they write; and the macros by which a room defines
//! its own.

use async_graphql::{Context, ID};
use serde::Serialize;
use serde_json::{Map, Value};

use super::batch::Batch;
use super::change::Change;
use super::creation::Creation;
use super::graphql::{BatchPayload, DeleteInput, DeletePayload, Payload, RevertPayload};
use super::permission::{may_write, token};
use super::removal::Removal;
use super::retraction::Retraction;
use super::reversal::Reversal;
use super::transaction::{Answer, Note, Work, write};
use super::{RecordType, Writers};
use crate::graphql::{ApiError, ApiResult};

/// How many records a batch may have.
pub const LARGEST_BATCH: usize = 500;

/// What goes with a mutation beside its input.
#[derive(Default)]
pub struct Beside {
    pub reason: Option<String>,
    pub idempotency_key: Option<String>,
}

/// Makes a record.
pub async fn create<T>(
    context: &Context<'_>,
    kind: &'static RecordType,
    input: &impl Serialize,
    beside: Beside,
) -> ApiResult<Payload<T>> {
    Ok(answer(context, beside, &Creation { kind, line: line(kind, input)? }).await?.into())
}

/// Changes a record.
pub async fn update<T>(
    context: &Context<'_>,
    kind: &'static RecordType,
    (id, version): (ID, i32),
    patch: &impl Serialize,
    beside: Beside,
) -> ApiResult<Payload<T>> {
    let change = Change { kind, id: id.0, version, patch: object(patch)? };
    Ok(answer(context, beside, &change).await?.into())
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
    Ok(answer(context, beside, &Batch { kind, lines, atomic, dry_run }).await?.into())
}

/// Deletes a record.
pub async fn delete(
    context: &Context<'_>,
    kind: &'static RecordType,
    input: DeleteInput,
    idempotency_key: Option<String>,
) -> ApiResult<DeletePayload> {
    let DeleteInput { id, version, reason } = input;
    given("input.reason", &reason)?;
    let beside = Beside { reason: Some(reason), idempotency_key };
    Ok(DeletePayload(answer(context, beside, &Removal { kind, id: id.0, version }).await?))
}

/// Retracts a claim.
pub async fn retract<T>(
    context: &Context<'_>,
    kind: &'static RecordType,
    (id, reason): (ID, String),
    idempotency_key: Option<String>,
) -> ApiResult<Payload<T>> {
    given("input.reason", &reason)?;
    let beside = Beside { reason: Some(reason.clone()), idempotency_key };
    Ok(answer(context, beside, &Retraction { kind, id: id.0, reason }).await?.into())
}

/// Reverts a change set.
pub async fn revert(context: &Context<'_>, id: ID, beside: Beside) -> ApiResult<RevertPayload> {
    Ok(RevertPayload(answer(context, beside, &Reversal { id: id.0 }).await?))
}

/// Refuses a text that says nothing.
fn given(field: &str, text: &str) -> ApiResult<()> {
    if text.trim().is_empty() {
        let message = format!("`{field}` is empty: say why, in a few words.");
        return Err(ApiError::BadField { field: field.to_owned(), message });
    }
    Ok(())
}

/// Does the work, for who may.
async fn answer<W: Work>(context: &Context<'_>, beside: Beside, work: &W) -> ApiResult<Answer> {
    may_write(context, W::ROLE)?;
    let Beside { reason, idempotency_key } = beside;
    let note = Note { by: token(context), reason, idempotency_key };
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
        $(#[doc = $delete_doc:literal])+ $delete:ident;
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
                let beside = $crate::writing::mutation::Beside { reason, idempotency_key };
                Some($crate::writing::mutation::create(context, &$kind, &input, beside).await)
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
                let beside = $crate::writing::mutation::Beside { reason, idempotency_key };
                let of = (input.id.clone(), input.version);
                Some($crate::writing::mutation::update(context, &$kind, of, &input, beside).await)
            }

            $(#[doc = $delete_doc])+
            async fn $delete(
                &self,
                context: &async_graphql::Context<'_>,
                #[graphql(desc = "Which record, and why.")] input: $crate::writing::graphql::DeleteInput,
                #[graphql(desc = "A key of the client's own, such as a UUID. The same request with the same key is done once, and answered as the first time, for a day.")]
                idempotency_key: Option<String>,
            ) -> Option<$crate::graphql::ApiResult<$crate::writing::graphql::DeletePayload>> {
                Some($crate::writing::mutation::delete(context, &$kind, input, idempotency_key).await)
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
                let beside = $crate::writing::mutation::Beside { reason, idempotency_key };
                let how = (atomic, dry_run);
                Some($crate::writing::mutation::upsert(context, &$kind, &input, how, beside).await)
            }
        }
    };
}

pub(crate) use {record_inputs, record_mutations};
