//! The formats of an export, as commands, addresses and files name them.

use std::str::FromStr;

use clap::ValueEnum;

use super::ExportError;
use super::flat::FlatWriter;

/// A format of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Everything, a line a record, to be imported again (see docs/format.md)
    #[default]
    Ndjson,
    /// A table with a row an event, for spreadsheets
    Csv,
    /// Events as features with points, for maps
    Geojson,
    /// The table of `csv` with types, for programs that analyse it
    Parquet,
}

impl Format {
    /// What it is called, which is also how its files end.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Geojson => "geojson",
            Self::Parquet => "parquet",
        }
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Geojson => "application/geo+json",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// Refuses a format that this build of the program cannot write.
    pub(super) fn is_built(self) -> Result<(), ExportError> {
        if self == Self::Parquet && !cfg!(feature = "parquet") {
            return Err(ExportError::NotBuilt(
                "this build of Dateline cannot write parquet: build it with `cargo build --release --features parquet`, \
                 or ask for csv",
            ));
        }
        Ok(())
    }

    /// What writes the rows of a flat format; none for the native one.
    pub(super) fn flat_writer(self) -> Option<Box<dyn FlatWriter>> {
        match self {
            Self::Csv => Some(Box::new(super::csv::Csv)),
            Self::Geojson => Some(Box::<super::geojson::GeoJson>::default()),
            #[cfg(feature = "parquet")]
            Self::Parquet => Some(Box::<super::parquet::Parquet>::default()),
            _ => None,
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::value_variants().iter().copied().find(|format| format.name() == text).ok_or_else(|| {
            let known: Vec<_> = Self::value_variants().iter().map(|format| format.name()).collect();
            format!("{text:?} is no format; it is one of {}", known.join(", "))
        })
    }
}
