//! The native format: a line for each record, of every type.
//!
//! The statements in `native/` say what a line holds. A column is a key of the line, one with dots in
//! its name stands in an object (`value.actor.id`), and what is null is left out.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::json::write;
use super::row::{Cell, Column, Kind, cell, columns};
use super::selection::Restriction;

/// A type of line: its name and the statement of its rows.
pub struct LineType {
    pub name: &'static str,
    pub sql: &'static str,
}

/// Every type, as far as possible after those that it refers to.
pub static LINE_TYPES: [LineType; 14] = [
    LineType { name: "dataset", sql: include_str!("native/dataset.sql") },
    LineType { name: "source", sql: include_str!("native/source.sql") },
    LineType { name: "actor", sql: include_str!("native/actor.sql") },
    LineType { name: "affiliation", sql: include_str!("native/affiliation.sql") },
    LineType { name: "location", sql: include_str!("native/location.sql") },
    LineType { name: "borderCrossing", sql: include_str!("native/border_crossing.sql") },
    LineType { name: "event", sql: include_str!("native/event.sql") },
    LineType { name: "participation", sql: include_str!("native/participation.sql") },
    LineType { name: "eventRelation", sql: include_str!("native/event_relation.sql") },
    LineType { name: "closure", sql: include_str!("native/closure.sql") },
    LineType { name: "article", sql: include_str!("native/article.sql") },
    LineType { name: "report", sql: include_str!("native/report.sql") },
    LineType { name: "claimProperty", sql: include_str!("native/claim_property.sql") },
    LineType { name: "claim", sql: include_str!("native/claim.sql") },
];

/// The columns that hold the names and identifiers of the record `record`.
pub fn names_of(owner: &str, record: &str) -> String {
    include_str!("native/names.sql").replace("{owner}", owner).replace("{record}", record)
}

/// Writes the lines of one type.
pub struct LineWriter {
    opening: String,
    columns: Vec<Key>,
}

/// Where a column stands in its line.
struct Key {
    /// The objects around it, outermost first.
    around: Vec<String>,
    /// Its own name with what follows it: `"title":`.
    name: String,
    kind: Kind,
}

impl LineWriter {
    pub fn new(name: &str, columns: &[Column]) -> Self {
        let key = |column: &Column| {
            let mut path: Vec<_> = column.name.split('.').map(|step| format!("\"{step}\":")).collect();
            let name = path.pop().unwrap_or_default();
            Key { around: path, name, kind: column.kind }
        };
        Self { opening: format!("{{\"type\":\"{name}\""), columns: columns.iter().map(key).collect() }
    }

    /// Writes the line of a row.
    pub fn line(&self, row: &PgRow, into: &mut Vec<u8>) -> Result<(), sqlx::Error> {
        into.extend_from_slice(self.opening.as_bytes());
        let mut open: &[String] = &[];
        for (place, key) in self.columns.iter().enumerate() {
            let cell = cell(row, place, key.kind)?;
            if matches!(cell, Cell::Null) {
                continue;
            }
            open = step(open, &key.around, into);
            into.extend_from_slice(key.name.as_bytes());
            write(&cell, into).map_err(|error| sqlx::Error::Decode(error.into()))?;
        }
        into.resize(into.len() + open.len() + 1, b'}');
        into.push(b'\n');
        Ok(())
    }
}

/// The line of one record, as an export for the operator writes it; none when there is no such record.
///
/// # Errors
/// When the database fails.
pub async fn line_of(
    connection: &mut PgConnection,
    line_type: &'static LineType,
    id: Uuid,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let sql = Restriction::default().applied(&line_type.sql.replace("{selected}", "r.id = $1"));
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let mut line = Vec::new();
    LineWriter::new(line_type.name, &columns(row.columns())?).line(&row, &mut line)?;
    Ok(Some(line))
}

/// Closes and opens objects until those around the next key are open, and separates it from the one before.
fn step<'k>(open: &[String], around: &'k [String], into: &mut Vec<u8>) -> &'k [String] {
    let shared = open.iter().zip(around).take_while(|(open, around)| open == around).count();
    into.resize(into.len() + open.len() - shared, b'}');
    into.push(b',');
    for object in &around[shared..] {
        into.extend_from_slice(object.as_bytes());
        into.push(b'{');
    }
    around
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_opened_and_closed_between_keys() {
        let around =
            |path: &str| path.split_terminator('.').map(|step| format!("\"{step}\":")).collect::<Vec<_>>();
        let paths = ["", "scope.crossing", "scope", "value", "value.actor", ""].map(around);
        let (mut text, mut open): (Vec<u8>, &[String]) = (b"{\"type\":\"t\"".to_vec(), &[]);
        for (number, path) in paths.iter().enumerate() {
            open = step(open, path, &mut text);
            text.extend_from_slice(format!("\"k{number}\":{number}").as_bytes());
        }
        text.resize(text.len() + open.len() + 1, b'}');
        assert_eq!(
            String::from_utf8(text).unwrap(),
            r#"{"type":"t","k0":0,"scope":{"crossing":{"k1":1},"k2":2},"value":{"k3":3,"actor":{"k4":4}},"k5":5}"#
        );
    }
}
