//! The import of files. (A stand-in until the import itself is there: it counts lines.)

use tokio::io::{AsyncBufRead, AsyncBufReadExt};
use uuid::Uuid;

use crate::db::Database;

/// How a file is imported.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The dataset of lines that name none.
    pub dataset: Option<String>,
    /// The name of the file, for the record of the run.
    pub file_name: Option<String>,
}

/// What an import did.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The run.
    pub run: Uuid,
    /// How many lines were read.
    pub read: u64,
    /// What happened, table by table.
    pub tables: Vec<TableCount>,
    /// The lines that were not imported.
    pub rejects: Vec<Reject>,
}

/// What happened in one table.
#[derive(Clone, Copy, Debug)]
pub struct TableCount {
    /// Its name.
    pub table: &'static str,
    /// Rows that are new.
    pub created: u64,
    /// Rows that changed.
    pub updated: u64,
    /// Rows that were there already, the same.
    pub unchanged: u64,
}

/// A line that was not imported.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Its number, from 1.
    pub line: u64,
    /// The field that is wrong.
    pub field: Option<String>,
    /// Its value.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
    /// The whole line.
    pub text: String,
}

/// An import that failed as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The input cannot be read.
    #[error("cannot read the input: {0}")]
    Read(#[from] std::io::Error),
}

impl Summary {
    /// Rows that are new.
    #[must_use]
    pub fn created(&self) -> u64 {
        self.tables.iter().map(|table| table.created).sum()
    }

    /// Rows that changed.
    #[must_use]
    pub fn updated(&self) -> u64 {
        self.tables.iter().map(|table| table.updated).sum()
    }

    /// Rows that were there already.
    #[must_use]
    pub fn unchanged(&self) -> u64 {
        self.tables.iter().map(|table| table.unchanged).sum()
    }

    /// Lines that were not imported.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejects.len() as u64
    }
}

/// Imports lines of the native format.
///
/// # Errors
/// When the input cannot be read.
pub async fn import_dateline(
    _database: &Database,
    input: impl AsyncBufRead + Unpin + Send,
    _options: &Options,
) -> Result<Summary, ImportError> {
    let mut summary = Summary { run: Uuid::now_v7(), read: 0, tables: Vec::new(), rejects: Vec::new() };
    let mut lines = input.lines();
    while let Some(text) = lines.next_line().await? {
        summary.read += 1;
        if !text.trim_start().starts_with('{') {
            let (line, reason) = (summary.read, "not an object of JSON".to_owned());
            summary.rejects.push(Reject { line, field: None, value: None, reason, text });
        }
    }
    let unchanged = summary.read - summary.rejected();
    summary.tables.push(TableCount { table: "event", created: 0, updated: 0, unchanged });
    Ok(summary)
}
