//! A batch of records, each made or brought to what is given.

use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::outcome::Outcomes;
use super::transaction::{Answer, Failure, Item, Note, Work, WriteOutcome};
use super::{RecordType, fault};
use crate::import::few::{self, Rejected};

/// A batch that is to be written.
#[derive(Debug, Serialize)]
pub struct Batch<'a> {
    pub kind: &'a RecordType,
    /// Lines of the native format.
    pub lines: Vec<Map<String, Value>>,
    /// Whether nothing is written where one of them is rejected.
    pub atomic: bool,
    /// Whether nothing is written at all.
    pub dry_run: bool,
}

impl Work for Batch<'_> {
    const NAME: &'static str = "upsert";

    async fn run(
        &self,
        connection: &mut PgConnection,
        change_set: Uuid,
        _: &Note,
    ) -> Result<Answer, Failure> {
        let lines = self.lines.iter().map(|line| Value::Object(line.clone()).to_string()).collect();
        let merged = few::merge_lines(connection, self.kind.table, lines).await?;
        let outcomes = Outcomes::of(connection, change_set, self.kind).await?;
        let items: Vec<Item> =
            merged.into_iter().enumerate().map(|(place, merged)| item(place, merged, &outcomes)).collect();
        let is_whole = items.iter().all(|item| item.outcome != WriteOutcome::Rejected);
        Ok(Answer { items, change_set: None, kept: !self.dry_run && (is_whole || !self.atomic) })
    }
}

fn item(place: usize, merged: Result<Uuid, Rejected>, outcomes: &Outcomes) -> Item {
    match merged {
        Ok(id) => Item { id: Some(id), outcome: outcomes.outcome(id), fault: None },
        Err(rejected) => {
            let fault = fault::of_item(&format!("input[{place}]"), rejected);
            Item { id: None, outcome: WriteOutcome::Rejected, fault: Some(fault) }
        }
    }
}
