//! Lines: a file's bytes, cut into what its format calls a line, with its number.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ByteRecord, StringRecord};

use super::features::Features;
use super::mapping::MappingFault;
use super::{Columns, Cut, Wrong};

/// How long a line may be, in bytes.
pub const LONGEST: u64 = 16 << 20;

/// A file that is no good as a whole: nothing of it is written.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// It cannot be read to its end.
    #[error("the input cannot be read: {0}")]
    Input(io::Error),
    /// It ends too early.
    #[error("the input ends in the middle of {0}: it was cut off; fetch it again")]
    Truncated(&'static str),
    /// It is in another encoding.
    #[error(
        "line {line} is not UTF-8 (byte {byte} of the line): convert the file first, for instance with: iconv -f LATIN1 -t UTF-8"
    )]
    Encoding {
        /// The line, from 1.
        line: u64,
        /// The byte of the line, from 1.
        byte: usize,
    },
    /// One of its lines has no end.
    #[error(
        "line {line} is longer than {} MiB: the file has no line ends, or a quote that was opened is never closed",
        LONGEST >> 20
    )]
    Endless {
        /// The line, from 1.
        line: u64,
    },
    /// Its header is not that of its format.
    #[error("{0}")]
    Header(String),
    /// It is no JSON, or none of its format.
    #[error("line {line}, column {column}: {reason}")]
    Json {
        /// The line, from 1.
        line: u64,
        /// The byte of the line, from 1.
        column: u64,
        /// What is wrong.
        reason: String,
    },
    /// The mapping that says what its columns mean is no good, or is none of this file.
    #[error(transparent)]
    Mapping(#[from] MappingFault),
    /// It is an archive that is not understood.
    #[error("{0}")]
    Archive(String),
}

impl From<io::Error> for FileFault {
    fn from(error: io::Error) -> Self {
        Self::Input(error)
    }
}

/// A line of a file.
#[derive(Debug, Default)]
pub struct Line {
    /// Its number, from 1: that of its first line of text.
    pub number: u64,
    /// What it says, where lines are text.
    pub text: String,
    /// Its fields, where lines are records.
    pub record: StringRecord,
}

/// Cuts a file into lines.
pub struct Lines<R> {
    cutter: Cutter<R>,
    /// What was read since the last line began.
    taken: Arc<AtomicU64>,
    header: Columns,
    heading: Vec<u8>,
    delimiter: u8,
    is_quoted: bool,
    /// Whether lines end in two characters. The second of them is read with the record that follows,
    /// which therefore seems to stand a line too early.
    is_read_late: bool,
    bytes: ByteRecord,
}

enum Cutter<R> {
    Text { reader: Limited<R>, buffer: Vec<u8>, number: u64 },
    Csv(Box<csv::Reader<Limited<R>>>),
    Features(Box<Features<Limited<R>>>),
}

impl<R: BufRead> Lines<R> {
    /// Lines of a file, without its byte order mark. A header is read at once.
    ///
    /// # Errors
    /// When the file cannot be read so far.
    pub fn new(mut reader: R, cut: Cut) -> Result<Self, FileFault> {
        if reader.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
            reader.consume(3);
        }
        let is_read_late = ends_in_two(reader.fill_buf()?);
        let taken = Arc::new(AtomicU64::new(0));
        let reader = Limited { reader, taken: Arc::clone(&taken) };
        let mut header = Columns::default();
        let (cutter, delimiter) = match cut {
            Cut::Features => {
                let features = Features::new(reader).map_err(|fault| endless(fault, 1))?;
                header = features.columns().clone();
                (Cutter::Features(Box::new(features)), b'\n')
            }
            Cut::Text => (Cutter::Text { reader, buffer: Vec::new(), number: 0 }, b'\n'),
            Cut::Csv(delimiter) | Cut::Plain(delimiter) => {
                let reader = csv::ReaderBuilder::new()
                    .delimiter(delimiter)
                    .quoting(matches!(cut, Cut::Csv(_)))
                    .has_headers(false)
                    .flexible(true)
                    .from_reader(reader);
                (Cutter::Csv(Box::new(reader)), delimiter)
            }
        };
        let mut lines = Self {
            cutter,
            taken,
            header,
            heading: Vec::new(),
            delimiter,
            is_quoted: matches!(cut, Cut::Csv(_)),
            is_read_late,
            bytes: ByteRecord::new(),
        };
        if matches!(cut, Cut::Csv(_)) {
            let mut first = Line::default();
            if lines.next(&mut first)? {
                lines.header = Columns::of(&first.record);
                if let Some(name) = lines.header.twice() {
                    return Err(FileFault::Header(format!(
                        "the header has two columns called {name:?}: rename one of them"
                    )));
                }
                lines.heading = lines.written(&first).into_owned().into_bytes();
            }
        }
        Ok(lines)
    }

    /// The columns of its header; none where the format has no header.
    #[must_use]
    pub fn header(&self) -> &Columns {
        &self.header
    }

    /// What a file of some of its lines begins with.
    #[must_use]
    pub fn heading(&self) -> &[u8] {
        &self.heading
    }

    /// Reads the next line that is not blank; false at the end.
    ///
    /// # Errors
    /// When the file is no good from here on.
    pub fn next(&mut self, line: &mut Line) -> Result<bool, FileFault> {
        self.taken.store(0, Ordering::Relaxed);
        match &mut self.cutter {
            Cutter::Text { reader, buffer, number } => loop {
                buffer.clear();
                *number += 1;
                line.number = *number;
                if reader.read_until(b'\n', buffer).map_err(|error| fault(error, *number))? == 0 {
                    return Ok(false);
                }
                self.taken.store(0, Ordering::Relaxed);
                let text = std::str::from_utf8(buffer)
                    .map_err(|error| FileFault::Encoding { line: *number, byte: error.valid_up_to() + 1 })?
                    .trim();
                if !text.is_empty() {
                    line.text.clear();
                    line.text.push_str(text);
                    return Ok(true);
                }
            },
            Cutter::Features(features) => {
                let more = features.next(line);
                more.map_err(|fault| endless(fault, features.line()))
            }
            Cutter::Csv(reader) => {
                let from = reader.position().line();
                let more =
                    reader.read_byte_record(&mut self.bytes).map_err(|error| match error.into_kind() {
                        csv::ErrorKind::Io(error) => fault(error, from),
                        _ => FileFault::Input(io::ErrorKind::InvalidData.into()),
                    })?;
                if !more {
                    return Ok(false);
                }
                line.number = self.bytes.position().map_or(from, csv::Position::line);
                if self.is_read_late && self.bytes.position().is_some_and(|position| position.byte() > 0) {
                    line.number += 1;
                }
                let number = line.number;
                line.record =
                    StringRecord::from_byte_record(std::mem::take(&mut self.bytes)).map_err(|error| {
                        FileFault::Encoding { line: number, byte: error.utf8_error().valid_up_to() + 1 }
                    })?;
                Ok(true)
            }
        }
    }

    /// What can be said against a line before anybody reads it.
    ///
    /// # Errors
    /// When it has other columns than the header, or a character that no text may have.
    pub fn check(&self, line: &Line) -> Result<(), Wrong> {
        let wrong = |reason: String| Err(Wrong { reason, ..Wrong::default() });
        if line.text.contains('\0') || line.record.as_slice().contains('\0') {
            return wrong("the line has a NUL character, which no text may have".to_owned());
        }
        let (fields, columns) = (line.record.len(), self.header.names().len());
        if matches!(self.cutter, Cutter::Csv(_)) && self.is_quoted && fields != columns {
            return wrong(format!(
                "the line has {fields} fields, and the header {columns}: a comma or a quotation mark may be \
                 missing or too many"
            ));
        }
        Ok(())
    }

    /// A line as its format writes it, without the line's end.
    #[must_use]
    pub fn written<'l>(&self, line: &'l Line) -> Cow<'l, str> {
        if matches!(self.cutter, Cutter::Text { .. } | Cutter::Features(_)) {
            return Cow::Borrowed(&line.text);
        }
        if !self.is_quoted {
            return line
                .record
                .iter()
                .collect::<Vec<_>>()
                .join(&char::from(self.delimiter).to_string())
                .into();
        }
        let mut writer = csv::WriterBuilder::new().delimiter(self.delimiter).from_writer(Vec::new());
        // Writing to memory cannot fail.
        let _ = writer.write_record(&line.record);
        let mut written = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
        written.truncate(written.trim_end_matches('\n').len());
        written.into()
    }
}

/// Whether the first line ends in a carriage return and a line feed.
fn ends_in_two(head: &[u8]) -> bool {
    let end = head.iter().position(|byte| *byte == b'\n');
    end.is_some_and(|end| end > 0 && head[end - 1] == b'\r')
}

/// A reader that fails when a line does not end.
struct Limited<R> {
    reader: R,
    taken: Arc<AtomicU64>,
}

/// Marks the error of a line that does not end.
#[derive(Debug, thiserror::Error)]
#[error("a line does not end")]
struct EndlessLine;

impl<R> Limited<R> {
    fn count(&self, bytes: usize) -> io::Result<()> {
        let taken = self.taken.fetch_add(bytes as u64, Ordering::Relaxed);
        if taken > LONGEST { Err(io::Error::other(EndlessLine)) } else { Ok(()) }
    }
}

impl<R: BufRead> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.count(read)?;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.count(0)?;
        self.reader.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.taken.fetch_add(bytes as u64, Ordering::Relaxed);
        self.reader.consume(bytes);
    }
}

/// A fault of reading features, with the line where it is that one does not end.
fn endless(fault: FileFault, line: u64) -> FileFault {
    match fault {
        FileFault::Input(error) => self::fault(error, line),
        other => other,
    }
}

/// What an error of reading says about the file.
fn fault(error: io::Error, line: u64) -> FileFault {
    if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<EndlessLine>) {
        return FileFault::Endless { line };
    }
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return FileFault::Truncated("a compressed stream");
    }
    FileFault::Input(error)
}
