//! Formats: how the bytes of a file become lines, and how a line becomes records. All of it is pure.
//!
//! A format is a row of [`FORMATS`]: how it is recognised, how its lines are cut, and its
//! **normaliser**, which says what one line means.

mod acled;
mod columns;
mod country;
pub mod dateline;
mod features;
mod field;
mod gdelt;
mod layout;
mod lines;
mod mapping;
mod ucdp;

use clap::ValueEnum;

pub use columns::Columns;
pub use layout::Layout;
pub use lines::{FileFault, Line, Lines};
pub use mapping::{Mapping, suggestion};

use super::record::{DatasetDraft, Fault};
use super::row::Rows;

/// A format of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Dateline's own: one JSON object a line (see docs/format.md)
    Dateline,
    /// Events of the Uppsala Conflict Data Program (see docs/import/ucdp-ged.md)
    UcdpGed,
    /// Events of GDELT 2.0 (see docs/import/gdelt.md)
    GdeltEvents,
    /// Mentions of GDELT 2.0's events in articles; the events come first (see docs/import/gdelt.md)
    GdeltMentions,
    /// ACLED's CSV, in either of its layouts of 31 columns (see docs/import/acled.md)
    Acled,
    /// Any CSV, with --mapping, which says what its columns mean (see docs/import/csv.md)
    Csv,
    /// Features of GeoJSON, with --mapping (see docs/import/geojson.md)
    Geojson,
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
    /// The features of a GeoJSON file.
    Features,
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

/// What a format is.
struct Row {
    format: Format,
    name: &'static str,
    cut: Cut,
    /// Whether a file begins like this.
    is_begun_by: fn(&Head) -> bool,
    /// What its lines mean, under this header.
    normaliser: fn(&Columns) -> Result<Box<dyn Normaliser>, FileFault>,
    /// The dataset of its records when none is named.
    dataset: fn() -> Option<DatasetDraft>,
}

/// Every format, in the order in which they are tried.
const FORMATS: &[Row] = &[
    Row {
        format: Format::Dateline,
        name: "dateline",
        cut: Cut::Text,
        is_begun_by: |head| head.is_json() && !head.is_geojson(),
        normaliser: |_| Ok(Box::new(dateline::Native)),
        dataset: || None,
    },
    Row {
        format: Format::UcdpGed,
        name: "ucdp-ged",
        cut: Cut::Csv(b','),
        is_begun_by: |head| ucdp::is_header(&head.header),
        normaliser: |header| Ok(Box::new(ucdp::Ged::new(header)?)),
        dataset: || Some(ucdp::dataset()),
    },
    Row {
        format: Format::GdeltEvents,
        name: "gdelt-events",
        cut: Cut::Plain(b'\t'),
        is_begun_by: |head| gdelt::is_events(head.first_line()),
        normaliser: |_| Ok(Box::new(gdelt::Events)),
        dataset: || Some(gdelt::dataset()),
    },
    Row {
        format: Format::GdeltMentions,
        name: "gdelt-mentions",
        cut: Cut::Plain(b'\t'),
        is_begun_by: |head| gdelt::is_mentions(head.first_line()),
        normaliser: |_| Ok(Box::new(gdelt::Mentions)),
        dataset: || Some(gdelt::dataset()),
    },
    Row {
        format: Format::Acled,
        name: "acled",
        cut: Cut::Csv(b','),
        is_begun_by: |head| head.header.has(&["event_id_cnty", "sub_event_type"]),
        normaliser: |header| Ok(Box::new(acled::Acled::of(header)?)),
        dataset: || Some(acled::dataset()),
    },
    Row {
        format: Format::Csv,
        name: "csv",
        cut: Cut::Csv(b','),
        // Nothing but a mapping tells what it means.
        is_begun_by: |_| false,
        normaliser: |_| Err(layout::no_mapping("csv")),
        dataset: || None,
    },
    Row {
        format: Format::Geojson,
        name: "geojson",
        cut: Cut::Features,
        is_begun_by: |head| head.is_geojson(),
        normaliser: |_| Err(layout::no_mapping("geojson")),
        dataset: || None,
    },
];

/// How a file begins: all that tells its format.
struct Head<'h> {
    text: &'h [u8],
    /// Its first line, read as the header of a CSV.
    header: Columns,
}

impl<'h> Head<'h> {
    fn new(text: &'h [u8]) -> Self {
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        let mut header = csv::StringRecord::new();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
        // What cannot be read is no header.
        let _ = reader.read_record(&mut header);
        Self { text, header: Columns::of(&header) }
    }

    fn first_line(&self) -> &[u8] {
        let line = self.text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    fn is_json(&self) -> bool {
        self.text.trim_ascii_start().starts_with(b"{")
    }

    fn is_geojson(&self) -> bool {
        let begins = |word: &[u8]| self.text.windows(word.len()).any(|part| part == word);
        self.is_json() && (begins(b"\"FeatureCollection\"") || begins(b"\"Feature\""))
    }
}

impl Format {
    /// Its name, as the command line spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The format of a file that begins like this; none when it is not plain.
    #[must_use]
    pub fn detect(head: &[u8]) -> Option<Self> {
        let head = Head::new(head);
        FORMATS.iter().find(|row| (row.is_begun_by)(&head)).map(|row| row.format)
    }

    /// How its lines are cut.
    #[must_use]
    pub fn cut(self) -> Cut {
        self.row().cut
    }

    /// What its lines mean. Errors say why a file with this header is none of the format.
    pub fn normaliser(self, header: &Columns) -> Result<Box<dyn Normaliser>, FileFault> {
        (self.row().normaliser)(header)
    }

    /// The dataset its records belong to when none is named.
    #[must_use]
    pub fn dataset(self) -> Option<DatasetDraft> {
        (self.row().dataset)()
    }

    /// Whether a line states all that its dataset says of an event, so that what a newer version of
    /// it leaves out is taken away.
    #[must_use]
    pub fn states_whole_events(self) -> bool {
        matches!(self, Self::UcdpGed | Self::Acled)
    }

    fn row(self) -> &'static Row {
        // Formats stand in the order of the words, as a test holds.
        &FORMATS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_row() {
        for (format, row) in Format::value_variants().iter().zip(FORMATS) {
            assert_eq!(*format, row.format);
            let word = format.to_possible_value().expect("no format is hidden");
            assert_eq!(word.get_name(), row.name);
        }
        assert_eq!(Format::value_variants().len(), FORMATS.len());
    }

    #[test]
    fn a_format_is_told_by_how_a_file_begins() {
        let ged = "id,type_of_violence,side_a,side_b,where_prec,date_start,date_end,best,low,high\n";
        let cases = [
            ("\u{feff} \n{\"type\":", Some(Format::Dateline)),
            (ged, Some(Format::UcdpGed)),
            (&ged.replace(",best,", ",best_est,").to_uppercase(), Some(Format::UcdpGed)),
            (
                &format!(
                    "\u{feff}{}",
                    ged.replace(',', "\",\"").replace("id\"", "\"id\"").replace("high\n", "high\"\n")
                ),
                Some(Format::UcdpGed),
            ),
            ("id,name\n1,2\n", None),
            ("", None),
        ];
        for (head, format) in cases {
            assert_eq!(Format::detect(head.as_bytes()), format, "{head:?}");
        }
    }
}
