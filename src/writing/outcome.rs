//! What became of records, as the revisions of their change set tell it.

use std::collections::HashMap;

use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::RecordType;
use super::transaction::WriteOutcome;

/// What the change set did to records of a type.
pub struct Outcomes(HashMap<Uuid, WriteOutcome>);

impl Outcomes {
    /// Of what the transaction has written so far.
    pub async fn of(
        connection: &mut PgConnection,
        change_set: Uuid,
        kind: &RecordType,
    ) -> Result<Self, sqlx::Error> {
        if kind.table == "border_crossing" {
            let touch = sqlx::query(include_str!("touch_crossings.sql")).bind(change_set);
            touch.execute(&mut *connection).await?;
        }
        let touched: Vec<(Uuid, bool)> = sqlx::query_as(
            "select record_id, bool_or(operation = 'CREATE') from revision \
             where change_set_id = $1 and record_type = $2 group by record_id",
        )
        .bind(change_set)
        .bind(kind.table)
        .fetch_all(connection)
        .await?;
        let outcome = |is_new| if is_new { WriteOutcome::Created } else { WriteOutcome::Updated };
        Ok(Self(touched.into_iter().map(|(id, is_new)| (id, outcome(is_new))).collect()))
    }

    /// What became of a record that was merged.
    pub fn outcome(&self, id: Uuid) -> WriteOutcome {
        self.0.get(&id).copied().unwrap_or(WriteOutcome::Unchanged)
    }
}
