//! A cell as JSON, for the formats that are made of it.

use std::io::{self, Write};

use chrono::SecondsFormat;

use super::extent;
use super::row::Cell;

/// Writes a cell. No number of a row is infinite, which JSON could not say.
pub fn write(cell: &Cell<'_>, into: &mut Vec<u8>) -> io::Result<()> {
    match cell {
        Cell::Null => into.extend_from_slice(b"null"),
        Cell::Text(text) => serde_json::to_writer(into, text)?,
        Cell::Id(id) => write!(into, "\"{id}\"")?,
        Cell::Boolean(boolean) => write!(into, "{boolean}")?,
        Cell::Integer(number) => write!(into, "{number}")?,
        Cell::Real(number) => write!(into, "{number}")?,
        Cell::Moment(moment) => write!(into, "\"{}\"", moment.to_rfc3339_opts(SecondsFormat::AutoSi, true))?,
        Cell::Texts(texts) => serde_json::to_writer(into, texts)?,
        Cell::Json(json) => into.extend_from_slice(json.as_bytes()),
        Cell::Extent(stored) => extent::write(stored, into)?,
    }
    Ok(())
}
