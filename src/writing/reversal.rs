//! Reverting a change set: the one way back, as the command line has it.

use serde::Serialize;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::fault::in_the_way;
use super::transaction::{Answer, Failure, Note, Work};
use crate::access::vocabulary::Role;
use crate::graphql::ApiError;
use crate::history::{RevertError, change_set_of, revert};

/// A change set that is to be reverted.
#[derive(Debug, Serialize)]
pub struct Reversal {
    /// Its id, or that of an import run.
    pub id: String,
}

/// The argument that names it.
const FIELD: &str = "input.id";

impl Work for Reversal {
    const NAME: &'static str = "revert";
    const ROLE: Role = Role::Editor;
    const OPENS_CHANGE_SET: bool = true;

    async fn run(&self, connection: &mut PgConnection, _: Uuid, note: &Note) -> Result<Answer, Failure> {
        // What is no UUID is the id of nothing.
        let id = Uuid::parse_str(&self.id).unwrap_or_default();
        let change_set = change_set_of(connection, id).await.map_err(failure)?;
        let reverted = revert(connection, change_set, note.writer(), note.reason.as_deref()).await;
        let reverted = reverted.map_err(failure)?;
        Ok(Answer { items: Vec::new(), change_set: Some(reverted.change_set), kept: true })
    }
}

/// Why nothing was reverted, as the API says it.
fn failure(error: RevertError) -> Failure {
    let conflict = |message: String| ApiError::conflict(FIELD, message);
    let refused = match error {
        RevertError::Unknown(_) => ApiError::NotFound {
            field: FIELD.to_owned(),
            message: "There is no change set and no import run with this id.".to_owned(),
        },
        RevertError::NothingChanged(_) => {
            conflict("The import run changed nothing, so there is nothing to revert.".to_owned())
        }
        RevertError::AlreadyReverted { by, .. } => {
            conflict(format!("It has been reverted already, by {by}; to have it again, revert that."))
        }
        RevertError::Busy => {
            conflict("An import or another revert is running; try again when it has ended.".to_owned())
        }
        RevertError::Conflict(conflicts) => {
            let message =
                "Later changes stand on it: revert those first. `records` names what stands in the way.";
            in_the_way(message.to_owned(), FIELD, &conflicts)
        }
        // What Postgres says of the rule is for operators: it shows whole rows.
        RevertError::Refused(rule) => {
            tracing::debug!(rule, "a revert was refused");
            let message = "Later changes stand on it: a record would break a rule that it kept before, as where \
                           another has its slug now. Revert those first.";
            conflict(message.to_owned())
        }
        RevertError::Database(error) => return Failure::Database(error),
    };
    Failure::Refused(refused)
}
