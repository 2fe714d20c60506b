//! CSV after RFC 4180, in UTF-8: a header, then a row an event. A text that a spreadsheet would take
//! for a formula is marked as text.

use std::borrow::Cow;
use std::io;

use chrono::SecondsFormat;
use csv::{Terminator, WriterBuilder};

use super::flat::FlatWriter;
use super::row::{Cell, Column};

/// Between the entries of a cell that holds a list.
const BETWEEN: &str = "; ";

/// Writes CSV.
pub struct Csv;

impl FlatWriter for Csv {
    fn begin(&mut self, columns: &[Column], into: &mut Vec<u8>) -> io::Result<()> {
        record(columns.iter().map(|column| Cow::Borrowed(column.name.as_str())), into)
    }

    fn row(&mut self, cells: &[Cell<'_>], into: &mut Vec<u8>) -> io::Result<()> {
        record(cells.iter().map(shown), into)
    }

    fn end(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
}

fn record<'c>(cells: impl Iterator<Item = Cow<'c, str>>, into: &mut Vec<u8>) -> io::Result<()> {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).buffer_capacity(1 << 10).from_writer(into);
    for cell in cells {
        writer.write_field(cell.as_bytes())?;
    }
    writer.write_record(None::<&[u8]>)?;
    writer.flush()
}

/// A cell as text. Only texts can be taken for formulas: a number below zero stays a number.
fn shown<'c>(cell: &'c Cell<'_>) -> Cow<'c, str> {
    match cell {
        Cell::Null => Cow::Borrowed(""),
        Cell::Text(text) | Cell::Json(text) => harmless(Cow::Borrowed(text)),
        Cell::Texts(texts) => harmless(Cow::Owned(texts.join(BETWEEN))),
        Cell::Id(id) => Cow::Owned(id.to_string()),
        Cell::Boolean(boolean) => Cow::Borrowed(if *boolean { "true" } else { "false" }),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Real(number) => Cow::Owned(number.to_string()),
        Cell::Moment(moment) => Cow::Owned(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        Cell::Extent(stored) => String::from_utf8_lossy(stored),
    }
}

/// Puts an apostrophe before what spreadsheets would calculate: what begins with a sign of a formula,
/// its wide form, or with white space that some of them drop before they look.
fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(BEGINNINGS) { Cow::Owned(format!("'{text}")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[Cell<'_>]) -> String {
        let mut into = Vec::new();
        Csv.row(cells, &mut into).unwrap();
        String::from_utf8(into).unwrap()
    }

    #[test]
    fn no_text_is_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            (
                "=HYPERLINK(\"http://a.example\", \"b\")",
                "\"'=HYPERLINK(\"\"http://a.example\"\", \"\"b\"\")\"",
            ),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("\n=1", "\"'\n=1\""),
            ("＝1", "'＝1"),
            ("1 = 1", "1 = 1"),
            ("a-b", "a-b"),
            ("'quoted", "'quoted"),
            ("", ""),
        ] {
            assert_eq!(written(&[Cell::Text(text), Cell::Null]), format!("{cell},\r\n"), "{text:?}");
        }
        let list = Cell::Texts(vec!["=1".to_owned(), "b".to_owned()]);
        assert_eq!(written(&[list, Cell::Null]), "'=1; b,\r\n");
    }

    #[test]
    fn numbers_stay_numbers() {
        let cells = [Cell::Integer(-3), Cell::Real(-71.5), Cell::Real(34.0), Cell::Boolean(true)];
        assert_eq!(written(&cells), "-3,-71.5,34,true\r\n");
    }

    #[test]
    fn commas_quotes_and_line_ends_stay_in_their_cell() {
        let cells = [Cell::Text("a, b"), Cell::Text("say \"c\""), Cell::Text("d\ne")];
        assert_eq!(written(&cells), "\"a, b\",\"say \"\"c\"\"\",\"d\ne\"\r\n");
    }
}
