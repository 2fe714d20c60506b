//! The file of rejected lines, in the form of the file they come from: it can be corrected and
//! imported.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::report::MOST_NAMED;
use crate::import::Reject;

/// The rejects of a run: the first are kept to be shown, all are written down.
pub(super) struct Rejects {
    file: PathBuf,
    /// Opened with the first of them.
    writer: Option<io::Result<BufWriter<File>>>,
    first: Vec<Reject>,
}

/// The place of a file's rejects: beside it, uncompressed.
pub(super) fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let unpacked =
        [".gz", ".zst", ".zip"].iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
    let rejects = match unpacked.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{stem}.rejects.{extension}"),
        _ => format!("{unpacked}.rejects"),
    };
    file.with_file_name(rejects)
}

impl Rejects {
    pub fn new(file: PathBuf) -> Self {
        Self { file, writer: None, first: Vec::new() }
    }

    /// Writes what the file begins with.
    pub fn begin(&mut self, heading: &[u8]) {
        self.write(heading);
    }

    /// Writes a line.
    pub fn add(&mut self, reject: Reject) {
        self.write(reject.text.as_bytes());
        if self.first.len() < MOST_NAMED {
            self.first.push(reject);
        }
    }

    /// Completes the file.
    pub fn close(&mut self) {
        if let Some(Ok(writer)) = &mut self.writer
            && let Err(error) = writer.flush()
        {
            self.writer = Some(Err(error));
        }
    }

    /// The first of them.
    pub fn first(&self) -> &[Reject] {
        &self.first
    }

    /// The sentence that says where they are, or why they are not there.
    pub fn where_they_are(&self) -> String {
        let place = self.file.display();
        match &self.writer {
            Some(Err(error)) => format!(
                "They cannot be written to {place}: {error}. The other lines are loaded; import the file again \
                 with --rejects and a place that can be written to, which loads nothing twice."
            ),
            _ => format!(
                "They are in {place}: correct them there and import that file, with the same --dataset if you gave one."
            ),
        }
    }

    fn write(&mut self, line: &[u8]) {
        let file = &self.file;
        let writer = self.writer.get_or_insert_with(|| File::create(file).map(BufWriter::new));
        if let Ok(open) = writer
            && let Err(error) = open.write_all(line).and_then(|()| open.write_all(b"\n"))
        {
            *writer = Err(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_stand_beside_their_file() {
        for (file, rejects) in [
            ("a/events.ndjson", "a/events.rejects.ndjson"),
            ("events.csv.gz", "events.rejects.csv"),
            ("ged251-csv.zip", "ged251-csv.rejects"),
            ("20150218230000.export.CSV.zip", "20150218230000.export.rejects.CSV"),
        ] {
            assert_eq!(beside(Path::new(file)), Path::new(rejects));
        }
    }
}
