//! What a request asked the database: its statements, how long each took, and how many rows it brought.

use serde::Serialize;
use serde::de::IgnoredAny;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

/// A statement of a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// The text, without the values of its parameters.
    pub statement: String,
    /// How long it took, with the way there and back and the wait for a connection.
    pub milliseconds: f64,
    /// How many rows each question of its level brought.
    pub rows: Vec<usize>,
}

impl Explained {
    /// What a statement brought: a column of JSON rows for each question.
    pub(super) fn of(statement: String, took: std::time::Duration, answer: &PgRow) -> Self {
        let rows = (0..answer.len()).filter_map(|place| {
            let rows: &str = answer.try_get(place).ok()?;
            serde_json::from_str::<Vec<IgnoredAny>>(rows).ok().map(|rows| rows.len())
        });
        Self { statement, milliseconds: took.as_secs_f64() * 1_000.0, rows: rows.collect() }
    }
}
