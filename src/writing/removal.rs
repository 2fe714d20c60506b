//! Deleting a record: its row goes, its revisions and a tombstone stay. What others refer to stays.

use serde::Serialize;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::RecordType;
use super::change::hold;
use super::fault::in_the_way;
use super::transaction::{Answer, Failure, Note, Work, WriteOutcome};
use crate::access::vocabulary::Role;
use crate::history::referrers;

/// A record that is to be deleted.
#[derive(Debug, Serialize)]
pub struct Removal<'a> {
    pub kind: &'a RecordType,
    pub id: String,
    /// The version at which it was read.
    pub version: i32,
}

impl Work for Removal<'_> {
    const NAME: &'static str = "delete";
    const ROLE: Role = Role::Editor;

    async fn run(&self, connection: &mut PgConnection, _: Uuid, _: &Note) -> Result<Answer, Failure> {
        let id = hold(connection, self.kind, &self.id, Some(self.version)).await?;
        let records = self.records(connection, id).await?;
        if let Some(conflicts) = referrers(connection, &records).await? {
            let noun = self.kind.noun();
            let has_merged = conflicts.named.iter().any(|conflict| conflict.record_type == "merged_record");
            let message = if has_merged {
                format!(
                    "The {noun} cannot be deleted while the keys of others that were merged into it lead to it: revert \
                     those merges first. `records` names them with their change sets."
                )
            } else {
                format!(
                    "The {noun} cannot be deleted while others refer to it: delete those first, or have them refer \
                     to something else. `records` names them."
                )
            };
            return Err(in_the_way(message, "input.id", &conflicts).into());
        }
        for (table, id) in records {
            let sql = format!("delete from {table} where id = $1");
            sqlx::query(AssertSqlSafe(sql)).bind(id).execute(&mut *connection).await?;
        }
        Ok(Answer::of(id, WriteOutcome::Deleted))
    }
}

impl Removal<'_> {
    /// The rows that go: a crossing goes with its place.
    async fn records(
        &self,
        connection: &mut PgConnection,
        id: Uuid,
    ) -> Result<Vec<(&'static str, Uuid)>, sqlx::Error> {
        let mut records = vec![(self.kind.table, id)];
        if self.kind.table == "border_crossing" {
            let place = sqlx::query_scalar("select location_id from border_crossing where id = $1");
            records.push(("location", place.bind(id).fetch_one(connection).await?));
        }
        Ok(records)
    }
}
