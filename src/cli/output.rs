//! Output: what a command prints for its user, on standard output.

use std::io::{self, ErrorKind, Write, stdout};

/// Prints a text. When nobody reads on, as after `| head`, that is no error.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// "1 line", "2 lines".
pub(super) fn counted(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
