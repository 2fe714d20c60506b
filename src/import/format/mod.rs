//! Formats: how the bytes of a file become lines, and how a line becomes records. All of it is pure.
//!
//! A format is a row of [`FORMATS`]: how it is recognised, how its lines are cut, and its
//! **normaliser**, which says what one line means.

mod columns;
pub mod dateline;
mod lines;

use clap::ValueEnum;

pub use columns::Columns;
pub use lines::{FileFault, Line, Lines};

use super::record::{DatasetDraft, Fault};
use super::row::Rows;

/// A format of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Dateline's own: one JSON object a line (see docs/format.md)
    Dateline,
}

/// How a format's lines are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A line of text each.
    Text,
    /// Records of CSV under a header, with this delimiter.
    Csv(u8),
    /// Records divided by this delimiter, without header and without quotes.
    Plain(u8),
}

/// Says what a line means.
pub trait Normaliser: Send {
    /// Adds the records of a line to `rows`. Errors say what is wrong with the line.
    fn normalise(&self, line: &Line, rows: &mut Rows) -> Result<(), Wrong>;
}

/// What is wrong with a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrong {
    /// The field or column at fault; none when it is the line as a whole.
    pub field: Option<String>,
    /// What stands there, shortened.
    pub value: Option<String>,
    /// What is wrong, and what would mend it.
    pub reason: String,
}

impl Wrong {
    /// A column whose value is wrong.
    #[must_use]
    pub fn new(column: &str, value: &str, reason: impl Into<String>) -> Self {
        Self { field: Some(column.to_owned()), value: Some(shown(value)), reason: reason.into() }
    }
}

/// A draft that cannot be: what a format made of a line breaks a rule of records.
impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Self { field: Some(fault.field.to_owned()), value: None, reason: fault.reason }
    }
}

/// How much of a value a message shows.
const SHOWN: usize = 80;

/// A value as messages show it: shortened, on one line.
#[must_use]
pub fn shown(value: &str) -> String {
    let value = value.replace(char::is_control, " ");
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}

impl Format {
    /// Its name, as the command line spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dateline => "dateline",
        }
    }

    /// The format of a file that begins like this; none when it is not plain.
    #[must_use]
    pub fn detect(head: &[u8]) -> Option<Self> {
        let first = head.iter().find(|byte| !byte.is_ascii_whitespace())?;
        (*first == b'{').then_some(Self::Dateline)
    }

    /// How its lines are cut.
    #[must_use]
    pub fn cut(self) -> Cut {
        match self {
            Self::Dateline => Cut::Text,
        }
    }

    /// What its lines mean. Errors say why a file with this header is none of the format.
    pub fn normaliser(self, _header: &Columns) -> Result<Box<dyn Normaliser>, FileFault> {
        match self {
            Self::Dateline => Ok(Box::new(dateline::Native)),
        }
    }

    /// The dataset its records belong to when none is named.
    #[must_use]
    pub fn dataset(self) -> Option<DatasetDraft> {
        match self {
            Self::Dateline => None,
        }
    }
}
