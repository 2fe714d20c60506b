//! Rows on their way out: what a statement calls its columns, and what stands in their cells.

use chrono::{DateTime, Utc};
use sqlx::postgres::{PgRow, PgTypeInfo, PgValueRef};
use sqlx::{Column as _, Decode, Postgres, Row as _, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

/// A column: its name, and what its cells hold.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Id,
    Boolean,
    Integer,
    Real,
    Moment,
    Texts,
    /// JSON, to be handed on as it is.
    Json,
    /// What the function `written_extent` of the database makes of an extent.
    Extent,
}

/// What stands in one cell.
#[derive(Debug)]
pub enum Cell<'r> {
    Null,
    Text(&'r str),
    Id(Uuid),
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Moment(DateTime<Utc>),
    Texts(Vec<String>),
    Json(&'r str),
    Extent(&'r [u8]),
}

/// The columns of a statement.
pub fn columns(described: &[sqlx::postgres::PgColumn]) -> Result<Vec<Column>, sqlx::Error> {
    described
        .iter()
        .map(|column| Ok(Column { name: column.name().to_owned(), kind: kind(column.type_info())? }))
        .collect()
}

fn kind(of: &PgTypeInfo) -> Result<Kind, sqlx::Error> {
    Ok(match of.name() {
        "TEXT" => Kind::Text,
        "UUID" => Kind::Id,
        "BOOL" => Kind::Boolean,
        "INT4" | "INT8" => Kind::Integer,
        "FLOAT8" => Kind::Real,
        "TIMESTAMPTZ" => Kind::Moment,
        "TEXT[]" => Kind::Texts,
        "JSON" => Kind::Json,
        "JSONB" => Kind::Extent,
        other => return Err(sqlx::Error::Decode(format!("no cell holds a value of type {other}").into())),
    })
}

/// The cell of `row` in the column at `place`.
pub fn cell(row: &PgRow, place: usize, kind: Kind) -> Result<Cell<'_>, sqlx::Error> {
    let value = row.try_get_raw(place)?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    match kind {
        Kind::Text => value.as_str().map(Cell::Text),
        Kind::Id => decoded(value).map(Cell::Id),
        Kind::Boolean => decoded(value).map(Cell::Boolean),
        Kind::Integer if value.type_info().name() == "INT4" => {
            decoded::<i32>(value).map(|number| Cell::Integer(number.into()))
        }
        Kind::Integer => decoded(value).map(Cell::Integer),
        Kind::Real => decoded(value).map(Cell::Real),
        Kind::Moment => decoded(value).map(Cell::Moment),
        Kind::Texts => decoded(value).map(Cell::Texts),
        Kind::Json => value.as_str().map(Cell::Json),
        // Before the text of a jsonb stands the version of its form.
        Kind::Extent => value.as_bytes().map(|bytes| Cell::Extent(bytes.get(1..).unwrap_or_default())),
    }
    .map_err(sqlx::Error::Decode)
}

fn decoded<'r, T: Decode<'r, Postgres>>(value: PgValueRef<'r>) -> Result<T, sqlx::error::BoxDynError> {
    T::decode(value)
}
