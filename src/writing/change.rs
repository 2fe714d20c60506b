//! Changing a record: what is given is laid over what is there, and the whole is merged again.

use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, query_scalar};
use uuid::Uuid;

use super::outcome::Outcomes;
use super::transaction::{Answer, Failure, Note, Work};
use super::{RecordType, fault};
use crate::export;
use crate::graphql::ApiError;
use crate::import::few;

/// A record that is to be changed.
#[derive(Debug, Serialize)]
pub struct Change<'a> {
    pub kind: &'a RecordType,
    pub id: String,
    /// The version at which it was read.
    pub version: i32,
    /// The keys of its line that change; null takes away what is there.
    pub patch: Map<String, Value>,
}

impl Work for Change<'_> {
    const NAME: &'static str = "update";

    async fn run(
        &self,
        connection: &mut PgConnection,
        change_set: Uuid,
        _: &Note,
    ) -> Result<Answer, Failure> {
        let id = hold(connection, self.kind, &self.id, Some(self.version)).await?;
        let line = export::line_of(connection, self.kind.line, id).await?;
        let mut line = line.ok_or_else(|| self.has_no_line())?;
        for (key, value) in &self.patch {
            match value {
                Value::Null => line.remove(key),
                value => line.insert(key.clone(), value.clone()),
            };
        }
        let line = Value::Object(line).to_string();
        let merged = few::merge_lines(connection, self.kind.table, vec![line]).await?;
        let merged = merged.into_iter().next().ok_or_else(|| sqlx::Error::RowNotFound)?;
        let merged = merged.map_err(|rejected| fault::error("input", rejected))?;
        let outcome = Outcomes::of(connection, change_set, self.kind).await?.outcome(merged);
        Ok(Answer::of(merged, outcome))
    }
}

impl Change<'_> {
    /// A place that is a crossing is written as one.
    fn has_no_line(&self) -> ApiError {
        let message =
            format!("This {} is a border crossing: change it by `updateBorderCrossing`.", self.kind.noun());
        ApiError::BadField { field: "input.id".to_owned(), message }
    }
}

/// Holds a record until the transaction ends; refuses one that is not there or has changed since.
pub async fn hold(
    connection: &mut PgConnection,
    kind: &RecordType,
    id: &str,
    version: Option<i32>,
) -> Result<Uuid, Failure> {
    let noun = kind.noun();
    let missing = || ApiError::NotFound {
        field: "input.id".to_owned(),
        message: format!("There is no {noun} with this id."),
    };
    let id = Uuid::parse_str(id).map_err(|_| missing())?;
    let sql = format!("select version from {} where id = $1 for update", kind.table);
    let found: Option<i32> = query_scalar(AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    let found = found.ok_or_else(missing)?;
    match version {
        Some(read) if read != found => {
            let message = format!(
                "The {noun} has changed since it was read: it is at version {found}, and this is for version {read}. \
                 Read it again."
            );
            Err(ApiError::conflict("input.version", message).into())
        }
        _ => Ok(id),
    }
}
