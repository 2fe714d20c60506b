//! Import: files become records. Bytes are cut into lines, lines become drafts and drafts rows (all
//! pure), rows are copied into staging tables, and those are merged, batch by batch.
//!
//! A bad line is named and left out, the others are loaded; a bad file writes nothing. A run that is
//! broken off leaves whole batches, and goes on from there when it is started again.

mod adopt;
mod batch;
mod fault;
pub(crate) mod few;
mod file;
mod format;
mod led;
mod ledger;
mod merge;
mod reading;
mod record;
mod reference;
mod rejects;
mod resolve;
mod row;
mod run;
mod stage;
mod sweep;
mod table;

pub use format::{FileFault, Format};
pub(crate) use reference::dataset as dataset_id;
pub use run::{import, import_gathering};

use std::io::Read;

use clap::ValueEnum;
use uuid::Uuid;

use crate::db::{said, sql_state};

/// A first mapping for a file, as TOML with comments, guessed from its columns and its first lines.
///
/// # Errors
/// When the file is neither CSV nor GeoJSON.
pub fn suggest_mapping(mut input: impl Read, file_name: &str) -> Result<String, FileFault> {
    file::unpacked(&mut input, |head, contents| format::suggestion(head, contents, file_name))
}

/// Reads a file as an import does, without a database, and forgets it; returns the number of lines.
/// Fuzzing drives it: see `fuzz/`.
///
/// # Errors
/// When the file is no good as a whole.
pub fn read_through(input: Box<dyn Read + Send>, options: &Options) -> Result<u64, ImportError> {
    let (send, mut receive) = tokio::sync::mpsc::channel(1);
    let forget = std::thread::spawn(move || while receive.blocking_recv().is_some() {});
    let read = reading::read(input, options, &send);
    drop(send);
    forget.join().ok();
    read.map(|read| read.lines)
}

/// What a run is told beside its input.
#[derive(Clone, Debug)]
pub struct Options {
    /// The format of the file; none: what its beginning says.
    pub format: Option<Format>,
    /// The mapping, as TOML, of formats that need one.
    pub mapping: Option<String>,
    /// The slug of the dataset of lines that name none; it is made when it is not there.
    pub dataset: Option<String>,
    /// The file's name without its folder; none for standard input.
    pub file_name: Option<String>,
    /// What becomes of records that are there already.
    pub on_conflict: OnConflict,
    /// Whether everything is done but the writing.
    pub dry_run: bool,
    /// Whether to wait for an import that is running, instead of failing.
    pub wait: bool,
    /// How many lines are committed at once.
    pub batch_lines: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: None,
            mapping: None,
            dataset: None,
            file_name: None,
            on_conflict: OnConflict::default(),
            dry_run: false,
            wait: false,
            batch_lines: batch::LINES,
        }
    }
}

impl Options {
    /// What can be seen to be wrong before there is a file or a database.
    ///
    /// # Errors
    /// When the dataset cannot be one, or the mapping cannot be read or is none of the format.
    pub fn check(&self) -> Result<(), ImportError> {
        if let Some(slug) = self.dataset.as_ref().filter(|slug| !run::is_slug(slug)) {
            return Err(ImportError::Dataset(slug.clone()));
        }
        Ok(format::Layout::check(self.format, self.mapping.as_deref())?)
    }
}

/// What becomes of records that are there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OnConflict {
    /// They become what the file says, unless the file's own version of the row is older
    #[default]
    Newer,
    /// They become what the file says
    Replace,
    /// They stay as they are; only what is new is added
    Keep,
}

impl OnConflict {
    /// How it is spelled.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Newer => "newer",
            Self::Replace => "replace",
            Self::Keep => "keep",
        }
    }
}

/// How far a run is.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Another import is running, and this one waits for it.
    Waiting,
    /// The file is being read.
    Reading {
        /// Bytes of the file, as it came.
        bytes: u64,
        /// Lines.
        lines: u64,
        /// Lines that were rejected so far.
        rejected: u64,
    },
    /// The file was read to its end, and what was staged is put in order.
    Settling,
    /// A batch is being merged.
    Merging {
        /// Which one, from 0.
        batch: u64,
        /// How many there are.
        of: u64,
    },
    /// What a file of rejected lines begins with, when it begins with something.
    Heading(Vec<u8>),
    /// A line was not loaded; these come last, in the order of the file.
    Rejected(Reject),
}

/// A run that failed as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is no good.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The input broke off.
    #[error("{0}")]
    Input(String),
    /// The file is of no format that is known.
    #[error("its beginning is of no known format; say which it is with --format")]
    UnknownFormat,
    /// Another import is running.
    #[error("another import is running; try again when it has ended")]
    Busy,
    /// The dataset that was named cannot be one.
    #[error(
        "{0:?} cannot name a dataset: a slug is lower-case letters and digits in groups joined by hyphens"
    )]
    Dataset(String),
    /// The database failed.
    #[error("the database failed: {}; the same command again goes on where it was", said(.0))]
    Database(sqlx::Error),
    /// The connection to the database has ended.
    #[error(
        "the connection to the database was lost, and the database's log says why; the same command again goes on where it was"
    )]
    Lost(sqlx::Error),
    /// The database has no room left on its disk.
    #[error("the database's disk is full: make room there, and the same command again goes on where it was")]
    DiskFull,
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        match sql_state(&error).as_deref() {
            // disk_full
            Some("53100") => Self::DiskFull,
            None if matches!(error, sqlx::Error::Io(_)) => Self::Lost(error),
            _ => Self::Database(error),
        }
    }
}

/// What a run did.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The run, as the API shows it.
    pub run: Uuid,
    /// The format it was read as.
    pub format: Format,
    /// Lines read, blank ones left out.
    pub read: u64,
    /// Lines that were left out because the base has a newer version of their record.
    pub older: u64,
    /// What it did to each table that had lines.
    pub tables: Vec<TableCount>,
    /// Lines that were not loaded.
    pub rejected: u64,
}

/// What a run did to the records of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCount {
    /// The table.
    pub table: String,
    /// Records that were new.
    pub created: u64,
    /// Records that changed.
    pub updated: u64,
    /// Records that were already so.
    pub unchanged: u64,
    /// Records that the file no longer says, where its lines state the whole of an event.
    pub removed: u64,
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
    /// The whole line, without its end.
    pub text: String,
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

    /// Records that were taken away.
    #[must_use]
    pub fn removed(&self) -> u64 {
        self.tables.iter().map(|table| table.removed).sum()
    }

    /// Records that were already so.
    #[must_use]
    pub fn unchanged(&self) -> u64 {
        self.tables.iter().map(|table| table.unchanged).sum()
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
