//! Reading: a file's bytes become rows, on a thread of its own, while Postgres takes in what was
//! read before.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::Sender;

use super::file::{Source, unpacked};
use super::format::{FileFault, Format, Layout, Line, Lines, Wrong};
use super::row::Rows;
use super::stage::Waiting;
use super::{ImportError, Options};

/// A buffer of rows, and how far the file was read by then.
pub struct Sent {
    pub rows: Waiting,
    pub bytes: u64,
    pub lines: u64,
    pub rejected: u64,
}

/// What reading a file to its end brought.
#[derive(Debug)]
pub struct Reading {
    /// The format it was read as.
    pub format: Format,
    /// Lines read, blank ones left out.
    pub lines: u64,
    /// The number of its last line.
    pub last_line: u64,
    /// SHA-256 of the file, hexadecimal.
    pub hash: String,
    /// What a file of some of its lines begins with.
    pub heading: Vec<u8>,
}

/// Reads a file, and sends what its lines become.
///
/// # Errors
/// When the file is no good as a whole.
pub fn read(
    input: Box<dyn Read + Send>,
    options: &Options,
    send: &Sender<Sent>,
) -> Result<Reading, ImportError> {
    let count = Arc::new(AtomicU64::new(0));
    let mut source = Source::new(input, Arc::clone(&count));
    let mut reading = unpacked(&mut source, |head, contents| {
        let layout = Layout::of(options.format, options.mapping.as_deref(), head)?
            .ok_or(ImportError::UnknownFormat)?;
        let lines = Lines::new(contents, layout.cut()).map_err(ImportError::from)?;
        let mut reader = Reader {
            format: layout.format,
            count: &count,
            send,
            waiting: Waiting::default(),
            lines: 0,
            rejected: 0,
        };
        reader.all(lines, layout, options)
    })?;
    reading.hash = source.finish().map_err(FileFault::from)?;
    Ok(reading)
}

struct Reader<'r> {
    format: Format,
    count: &'r AtomicU64,
    send: &'r Sender<Sent>,
    waiting: Waiting,
    lines: u64,
    rejected: u64,
}

impl Reader<'_> {
    fn all<R: std::io::BufRead>(
        &mut self,
        mut lines: Lines<R>,
        layout: Layout,
        options: &Options,
    ) -> Result<Reading, ImportError> {
        let own = layout.dataset();
        let normaliser = layout.normaliser(lines.header())?;
        let own_slug = own.as_ref().and_then(|own| own.slug());
        let mut rows = Rows::of(options.dataset.as_deref().or(own_slug), options.batch_lines);
        let mut line = Line::default();
        let mut is_dataset_told = false;
        while lines.next(&mut line)? {
            self.lines += 1;
            rows.begin(line.number);
            let outcome = match (&own, &options.dataset) {
                // The first line that is sound brings the dataset with it.
                (Some(own), None) if !is_dataset_told => rows.mention(own).map_err(Wrong::from),
                _ => Ok(()),
            };
            let outcome = outcome.and_then(|()| lines.check(&line));
            match outcome.and_then(|()| normaliser.normalise(&line, &mut rows)) {
                Ok(()) => {
                    is_dataset_told = true;
                    self.waiting.add(line.number, &lines.written(&line), rows.finish());
                }
                Err(wrong) => {
                    self.rejected += 1;
                    self.waiting.reject(line.number, &lines.written(&line), &wrong);
                }
            }
            if self.waiting.is_full() {
                self.flush()?;
            }
        }
        self.flush()?;
        Ok(Reading {
            format: self.format,
            lines: self.lines,
            last_line: line.number,
            hash: String::new(),
            heading: lines.heading().to_vec(),
        })
    }

    fn flush(&mut self) -> Result<(), ImportError> {
        let sent = Sent {
            rows: std::mem::take(&mut self.waiting),
            bytes: self.count.load(Ordering::Relaxed),
            lines: self.lines,
            rejected: self.rejected,
        };
        // Whoever waits for the rows has given up, and says why.
        self.send.blocking_send(sent).map_err(|_| ImportError::Input("the run has ended".to_owned()))
    }
}
