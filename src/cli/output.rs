//! Output: what a command prints for its user, on standard output.

use std::io::{self, ErrorKind, Write, stdout};
use std::ops::Range;

/// Prints a text. When nobody reads on, as after `| head`, that is no error.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Rows of cells in columns as wide as their widest cell; the columns of `numbers` end in line.
pub(super) fn columns<const N: usize>(rows: &[[String; N]], numbers: Range<usize>) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths).enumerate().map(|(place, (cell, width))| {
            if numbers.contains(&place) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

/// "1 line", "2 lines".
pub(super) fn counted(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
