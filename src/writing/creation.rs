//! Making a record.

use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::outcome::Outcomes;
use super::transaction::{Answer, Failure, Note, Work, WriteOutcome};
use super::{RecordType, fault};
use crate::graphql::ApiError;
use crate::import::few;

/// Where the record stands in the arguments.
const PLACE: &str = "input";

/// A record that is to be made.
#[derive(Debug, Serialize)]
pub struct Creation<'a> {
    pub kind: &'a RecordType,
    /// As a line of the native format.
    pub line: Map<String, Value>,
}

impl Work for Creation<'_> {
    const NAME: &'static str = "create";

    async fn run(
        &self,
        connection: &mut PgConnection,
        change_set: Uuid,
        _: &Note,
    ) -> Result<Answer, Failure> {
        let line = Value::Object(self.identified()).to_string();
        let merged = few::merge_lines(connection, self.kind.table, vec![line]).await?;
        let merged = merged.into_iter().next().ok_or_else(|| sqlx::Error::RowNotFound)?;
        let id = merged.map_err(|rejected| fault::error(PLACE, rejected))?;
        match Outcomes::of(connection, change_set, self.kind).await?.outcome(id) {
            WriteOutcome::Created => Ok(Answer::of(id, WriteOutcome::Created)),
            _ => Err(self.is_there(id).into()),
        }
    }
}

impl Creation<'_> {
    /// The line with the ids of a record that has no key of its own.
    fn identified(&self) -> Map<String, Value> {
        let mut line = self.line.clone();
        if ["id", "externalId"].iter().all(|key| !line.contains_key(*key)) {
            for key in self.kind.new_ids {
                line.entry(*key).or_insert_with(|| Uuid::now_v7().to_string().into());
            }
        }
        line
    }

    fn is_there(&self, id: Uuid) -> ApiError {
        let message = format!(
            "This {} is there already, with the id {id}: change it by an update, or leave it as it is.",
            self.kind.noun()
        );
        ApiError::conflict(PLACE, message)
    }
}
