//! Flat rows: an event with what stands around it, in the columns of a table. `flat.sql` reads them,
//! and each flat format writes them in its own way.

use std::collections::HashMap;
use std::io;

use sea_orm::Iterable;
use sqlx::postgres::PgRow;

use super::row::{Cell, Column, cell};
use crate::event::vocabulary::{EventCategory, EventKind};

/// The statement of the rows.
pub const SQL: &str = include_str!("flat.sql");

/// What writes flat rows in one format.
pub trait FlatWriter: Send {
    /// What stands before the first row.
    fn begin(&mut self, columns: &[Column], into: &mut Vec<u8>) -> io::Result<()>;

    /// A row, with a cell for each column.
    fn row(&mut self, cells: &[Cell<'_>], into: &mut Vec<u8>) -> io::Result<()>;

    /// What stands after the last row.
    fn end(&mut self, into: &mut Vec<u8>) -> io::Result<()>;
}

/// Reads flat rows.
pub struct FlatReader {
    columns: Vec<Column>,
    /// The category of each kind, which the vocabulary of the program knows.
    categories: HashMap<String, String>,
}

impl FlatReader {
    pub fn new(columns: &[Column]) -> Self {
        let categories =
            EventKind::iter().map(|kind| (kind.word(), EventCategory::word(kind.category()))).collect();
        Self { columns: columns.to_vec(), categories }
    }

    /// The cells of a row.
    pub fn cells<'r>(&'r self, row: &'r PgRow) -> Result<Vec<Cell<'r>>, sqlx::Error> {
        self.columns
            .iter()
            .enumerate()
            .map(|(place, column)| {
                Ok(match cell(row, place, column.kind)? {
                    Cell::Text(kind) if column.name == "category" => {
                        self.categories.get(kind).map_or(Cell::Null, |category| Cell::Text(category))
                    }
                    other => other,
                })
            })
            .collect()
    }
}
