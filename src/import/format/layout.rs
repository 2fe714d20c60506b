//! A layout: the format of one file, with the mapping that says what its columns mean where the format
//! takes one.

use super::{Columns, Cut, FileFault, Format, Head, Mapping, Normaliser};
use crate::import::record::DatasetDraft;

/// The format of a file, and its mapping.
#[derive(Debug)]
pub struct Layout {
    /// The format.
    pub format: Format,
    mapping: Option<Mapping>,
}

/// Formats that a mapping gives a meaning.
const MAPPED: [Format; 2] = [Format::Csv, Format::Geojson];

impl Layout {
    /// What is wrong with a format and a mapping that were named, before the file is seen.
    ///
    /// # Errors
    /// When the mapping cannot be read, or the two do not go together.
    pub fn check(format: Option<Format>, mapping: Option<&str>) -> Result<(), FileFault> {
        let mapping = mapping.map(Mapping::parse).transpose()?;
        match format {
            Some(format) => Self { format, mapping }.checked().map(|_| ()),
            None => Ok(()),
        }
    }

    /// The layout of a file that begins like this; none when its format is not plain.
    ///
    /// # Errors
    /// When the mapping cannot be read, or is none of the format.
    pub fn of(format: Option<Format>, mapping: Option<&str>, head: &[u8]) -> Result<Option<Self>, FileFault> {
        let mapping = mapping.map(Mapping::parse).transpose()?;
        let format = format.or_else(|| match &mapping {
            None => Format::detect(head),
            // A file of a known format may be read otherwise, when that is asked for.
            Some(_) if Head::new(head).is_json() => Some(Format::Geojson),
            Some(_) => Some(Format::Csv),
        });
        format.map(|format| Self { format, mapping }.checked()).transpose()
    }

    fn checked(self) -> Result<Self, FileFault> {
        match (&self.mapping, MAPPED.contains(&self.format)) {
            (None, true) => Err(no_mapping(self.format.name())),
            (Some(_), false) => Err(FileFault::Header(format!(
                "the format {} says itself what its columns mean; leave out --mapping, or name --format csv",
                self.format.name()
            ))),
            _ => Ok(self),
        }
    }

    /// How its lines are cut.
    #[must_use]
    pub fn cut(&self) -> Cut {
        match (self.format.cut(), &self.mapping) {
            (Cut::Csv(_), Some(mapping)) => Cut::Csv(mapping.delimiter()),
            (cut, _) => cut,
        }
    }

    /// The dataset its records belong to when none is named.
    #[must_use]
    pub fn dataset(&self) -> Option<DatasetDraft> {
        self.mapping.as_ref().map_or_else(|| self.format.dataset(), |mapping| Some(mapping.dataset()))
    }

    /// What its lines mean.
    ///
    /// # Errors
    /// When a file with this header is none of the format, or not the one that the mapping is for.
    pub fn normaliser(self, header: &Columns) -> Result<Box<dyn Normaliser>, FileFault> {
        match self.mapping {
            Some(mapping) => Ok(Box::new(mapping.over(header).map_err(FileFault::from)?)),
            None => self.format.normaliser(header),
        }
    }
}

/// The fault of a file that needs a mapping and has none.
pub fn no_mapping(format: &str) -> FileFault {
    FileFault::Header(format!(
        "a {format} file needs a mapping, which says what its columns mean: name it with --mapping; \
         dateline import --suggest-mapping FILE writes a first one to edit"
    ))
}
