//! The one way back, in the API.

use async_graphql::{Context, ID, InputObject, Object};

use crate::graphql::ApiResult;
use crate::writing::graphql::RevertPayload;
use crate::writing::mutation::{Beside, revert};

/// Which change set to revert.
#[derive(InputObject)]
pub struct RevertChangeSetInput {
    /// The id of the change set, or of the run of an import.
    id: ID,
}

#[derive(Default)]
pub struct HistoryMutation;

#[Object]
impl HistoryMutation {
    /// Takes a change set back, whole: what it made is gone, what it changed or deleted is as it was before.
    /// Where later changes stand on it nothing is done, and the answer is the error `CONFLICT`, which names
    /// them. A revert is a change set itself, and reverting that restores what was taken back.
    async fn revert_change_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which change set.")] input: RevertChangeSetInput,
        #[graphql(desc = "Why, in words; the change set of the revert keeps it.")] reason: Option<String>,
        #[graphql(
            desc = "A key of the client's own, such as a UUID. The same request with the same key is done once, and answered as the first time, for a day."
        )]
        idempotency_key: Option<String>,
    ) -> Option<ApiResult<RevertPayload>> {
        Some(revert(context, input.id, Beside { reason, idempotency_key }).await)
    }
}
