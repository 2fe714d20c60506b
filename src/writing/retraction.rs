//! Retracting a claim: it stays, and counts no more. Claims are never edited nor deleted.

use serde::Serialize;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::RecordType;
use super::change::hold;
use super::transaction::{Answer, Failure, Note, Work, WriteOutcome};
use crate::graphql::ApiError;

/// A claim that is to be retracted.
#[derive(Debug, Serialize)]
pub struct Retraction<'a> {
    pub kind: &'a RecordType,
    pub id: String,
    /// Why, as it is shown with the claim.
    pub reason: String,
}

impl Work for Retraction<'_> {
    const NAME: &'static str = "retract";

    async fn run(&self, connection: &mut PgConnection, _: Uuid, _: &Note) -> Result<Answer, Failure> {
        let id = hold(connection, self.kind, &self.id, None).await?;
        let retracted = sqlx::query(
            "update claim set retracted_at = now(), retraction_reason = $2 where id = $1 and retracted_at is null",
        )
        .bind(id)
        .bind(&self.reason)
        .execute(connection)
        .await?;
        if retracted.rows_affected() == 0 {
            let message =
                "The claim is retracted already; to have it again, revert the change set that did it.";
            return Err(ApiError::conflict("input.id", message).into());
        }
        Ok(Answer::of(id, WriteOutcome::Updated))
    }
}
