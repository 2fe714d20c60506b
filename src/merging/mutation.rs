//! Merging, in the API.

use async_graphql::{Context, InputObject, Object};

use super::graphql::MergeableRef;
use super::vocabulary::MergeKind;
use crate::graphql::ApiResult;
use crate::writing::graphql::MergePayload;
use crate::writing::mutation::merge;

/// Which two records are one.
#[derive(InputObject)]
pub struct MergeInput {
    /// What they are.
    kind: MergeKind,
    /// The one that gives way.
    from: MergeableRef,
    /// The one that stays. A key of a record that was merged means the one that it is part of.
    into: MergeableRef,
    /// Why, in words; the change set keeps it.
    reason: String,
}

#[derive(Default)]
pub struct MergingMutation;

#[Object]
impl MergingMutation {
    /// Makes one record of two. What referred to the one that gives way refers to the one that stays, which
    /// gets its names and identifiers, too; all else that it has stays as it is. The id, the slug and the
    /// external id of the one that gives way lead to the other from now on, and imports that name them reach
    /// it. Nothing is lost: reverting the change set takes the two apart again.
    async fn merge(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which records, and why.")] input: MergeInput,
        #[graphql(
            desc = "A key of the client's own, such as a UUID. The same request with the same key is done once, and answered as the first time, for a day."
        )]
        idempotency_key: Option<String>,
    ) -> Option<ApiResult<MergePayload>> {
        let MergeInput { kind, from, into, reason } = input;
        Some(merge(context, kind, (from, into), reason, idempotency_key).await)
    }
}
