//! Import: files become records. Bytes are read line by line into drafts (pure), drafts become rows
//! (pure), rows are copied into staging tables, and those are merged in one transaction.
//!
//! A bad line is named and left out, the others are loaded; a run that dies leaves nothing.

mod dateline;
mod fault;
mod merge;
mod record;
mod reference;
mod resolve;
mod row;
mod run;
mod stage;
mod table;

pub use run::{ImportError, Options, import_dateline};

use uuid::Uuid;

/// What a run did.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The run, as the API shows it.
    pub run: Uuid,
    /// Lines read, blank ones left out.
    pub read: u64,
    /// What it did to each table that had lines.
    pub tables: Vec<TableCount>,
    /// The lines that were not loaded, in the order of the file.
    pub rejects: Vec<Reject>,
}

/// What a run did to the records of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCount {
    /// The table.
    pub table: &'static str,
    /// Records that were new.
    pub created: u64,
    /// Records that changed.
    pub updated: u64,
    /// Records that were already so.
    pub unchanged: u64,
}

/// A line that was not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Its number in the file, from 1.
    pub line: u64,
    /// The field at fault; none when it is the line as a whole.
    pub field: Option<String>,
    /// What stands there, shortened.
    pub value: Option<String>,
    /// What is wrong, and what would mend it.
    pub reason: String,
    /// The whole line, byte for byte, without its end.
    pub text: Vec<u8>,
}

impl Summary {
    /// Records that were new.
    #[must_use]
    pub fn created(&self) -> u64 {
        self.tables.iter().map(|table| table.created).sum()
    }

    /// Records that changed.
    #[must_use]
    pub fn updated(&self) -> u64 {
        self.tables.iter().map(|table| table.updated).sum()
    }

    /// Records that were already so.
    #[must_use]
    pub fn unchanged(&self) -> u64 {
        self.tables.iter().map(|table| table.unchanged).sum()
    }

    /// Lines that were not loaded.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejects.len() as u64
    }
}

/// `line 12, extent "2025-13": what is wrong`
impl std::fmt::Display for Reject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "line {}", self.line)?;
        if let Some(field) = &self.field {
            write!(formatter, ", {field}")?;
        }
        // A reason that quotes the value need not be told it.
        let value = self.value.as_ref().map(|value| format!("\"{value}\""));
        if let Some(value) = value.filter(|value| !self.reason.contains(value)) {
            write!(formatter, " {value}")?;
        }
        write!(formatter, ": {}", self.reason)
    }
}
