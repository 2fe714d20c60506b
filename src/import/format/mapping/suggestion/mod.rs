//! A first mapping for a file: guesses from the names of its columns and from its first lines, each
//! with what the lines say, for people to go on from.

mod column;
mod draft;

use std::io::BufRead;

use self::column::{Column, guess};
use self::draft::Draft;
use crate::import::format::{Cut, FileFault, Line, Lines};

/// How many lines are looked at.
const LOOKED_AT: usize = 200;

/// Writes a first mapping for a file that begins with `head`.
///
/// # Errors
/// When the file cannot be read, or has no columns.
pub fn suggestion(head: &[u8], contents: impl BufRead, file_name: &str) -> Result<String, FileFault> {
    let text = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head);
    let delimiter = delimiter(text);
    let is_geojson = text.trim_ascii_start().starts_with(b"{");
    let cut = if is_geojson { Cut::Features } else { Cut::Csv(delimiter) };
    let mut lines = Lines::new(contents, cut)?;
    // A name with braces cannot stand in braces, and of two with one name the first counts.
    let mut columns: Vec<Column> = lines.header().names().iter().map(|name| Column::new(name)).collect();
    if columns.is_empty() {
        return Err(FileFault::Header("the file is empty: it has no columns to map".to_owned()));
    }
    let (mut line, mut looked_at) = (Line::default(), 0);
    while looked_at < LOOKED_AT && lines.next(&mut line)? {
        looked_at += 1;
        for (column, value) in columns.iter_mut().zip(&line.record) {
            column.see(value.trim());
        }
    }
    let header = lines.header().clone();
    let mut place = 0;
    columns.retain(|column| {
        let is_usable = !column.name.contains(['{', '}'])
            && !column.name.is_empty()
            && header.place(&column.name) == Some(place);
        place += 1;
        is_usable
    });
    guess(&mut columns);
    let delimiter = (!is_geojson && delimiter != b',').then_some(delimiter);
    Ok(Draft::new(&columns).write(file_name, looked_at, delimiter))
}

/// What divides the columns, by what the header has most of.
fn delimiter(text: &[u8]) -> u8 {
    let header = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| header.split(|byte| *byte == delimiter).count();
    // Of equals the last counts.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}
