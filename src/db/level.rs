//! A level: several questions in one statement, so that it is one way there and back, one connection and
//! one snapshot for all of them.

use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement, UnionType};
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::DatabaseError;
use super::cells::Cells;

/// `select 0, answer from (the first question) as answer union all select 1, answer from (the second) …`
///
/// A row is a record, whatever its columns, so that the questions need not have the same. A union gives the
/// rows of each in their order.
pub(super) fn statement(questions: Vec<SelectStatement>) -> SelectStatement {
    let answer = Alias::new("answer");
    let mut questions = questions.into_iter().enumerate().map(|(place, question)| {
        Query::select()
            .expr(Expr::cust(place.to_string()))
            .expr(Expr::cust("answer"))
            .from_subquery(question, answer.clone())
            .take()
    });
    let mut level = questions.next().unwrap_or_default();
    for question in questions {
        level.union(UnionType::All, question);
    }
    level
}

/// Sorts the rows of a level by their questions, of which there are at least so many.
pub(super) fn sorted(rows: Vec<PgRow>, questions: usize) -> Result<Vec<Vec<PgRow>>, DatabaseError> {
    let mut answers: Vec<Vec<PgRow>> = Vec::new();
    answers.resize_with(questions, Vec::new);
    for row in rows {
        let place = usize::try_from(row.try_get::<i32, _>(0)?).map_err(DatabaseError::broken)?;
        if answers.len() <= place {
            answers.resize_with(place + 1, Vec::new);
        }
        answers[place].push(row);
    }
    Ok(answers)
}

/// The record that a row is.
pub(super) fn record<T: DeserializeOwned>(row: &PgRow) -> Result<T, DatabaseError> {
    T::deserialize(&mut cells(row)?).map_err(DatabaseError::broken)
}

/// What the JSON says that is the only column of a row.
pub(super) fn json<T: DeserializeOwned>(row: &PgRow) -> Result<T, DatabaseError> {
    let text = cells(row)?.content().map_err(DatabaseError::broken)?;
    serde_json::from_slice(text).map_err(DatabaseError::broken)
}

fn cells(row: &PgRow) -> Result<Cells<'_>, DatabaseError> {
    let record = row.try_get_raw(1)?.as_bytes().map_err(DatabaseError::broken)?;
    Cells::of(record).map_err(DatabaseError::broken)
}
