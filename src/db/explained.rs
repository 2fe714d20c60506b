//! What a request asked the database: its statements, how long each took, and how many rows it brought.

use serde::Serialize;
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
    /// What a statement brought: the rows of each question.
    pub(super) fn of(statement: String, took: std::time::Duration, answers: &[Vec<PgRow>]) -> Self {
        let rows = answers.iter().map(Vec::len).collect();
        Self { statement, milliseconds: took.as_secs_f64() * 1_000.0, rows }
    }
}
