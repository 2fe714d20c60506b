//! Files as they come: compressed or not, from a disk or a pipe. What is read is hashed and counted
//! on the way, as it came.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::format::FileFault;

/// How much of a file is looked at to tell what it is.
const HEAD: u64 = 64 << 10;

/// The bytes of a file, hashed and counted as they are read.
pub struct Source<R> {
    reader: R,
    hash: Sha256,
    count: Arc<AtomicU64>,
}

impl<R: Read> Source<R> {
    /// Reads from `reader`, and counts the bytes in `count`.
    pub fn new(reader: R, count: Arc<AtomicU64>) -> Self {
        Self { reader, hash: Sha256::new(), count }
    }

    /// Reads what is left, and gives the SHA-256 of everything, hexadecimal.
    pub fn finish(mut self) -> io::Result<String> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.hash.update(&into[..read]);
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Unpacks a file and has `read` read what is in it, with the first bytes of that beside it.
///
/// # Errors
/// When the file is an archive that cannot be unpacked, or `read` fails.
pub fn unpacked<T, E: From<FileFault>>(
    source: &mut dyn Read,
    read: impl FnOnce(&[u8], &mut dyn BufRead) -> Result<T, E>,
) -> Result<T, E> {
    let (magic, source) = peeked(source, 4)?;
    match magic.as_slice() {
        [0x1f, 0x8b, ..] => contents(Box::new(MultiGzDecoder::new(BufReader::new(source))), read),
        [0x28, 0xb5, 0x2f, 0xfd] => {
            let decoder = zstd::Decoder::new(source).map_err(FileFault::from)?;
            contents(Box::new(decoder), read)
        }
        b"PK\x03\x04" | b"PK\x05\x06" => {
            let mut archive = spooled(source)?;
            let only = only_file(&mut archive)?;
            let file = archive.by_index(only).map_err(|error| broken(&error))?;
            contents(Box::new(file), read)
        }
        _ => contents(Box::new(source), read),
    }
}

fn contents<T, E: From<FileFault>>(
    unpacked: Box<dyn Read + '_>,
    read: impl FnOnce(&[u8], &mut dyn BufRead) -> Result<T, E>,
) -> Result<T, E> {
    let (head, rest) = peeked(unpacked, HEAD)?;
    read(&head, &mut BufReader::with_capacity(1 << 16, rest))
}

/// A reader of which the first bytes were looked at.
type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

/// The first bytes of a reader, and the reader as it was before.
fn peeked<R: Read>(mut reader: R, bytes: u64) -> Result<(Vec<u8>, Peeked<R>), FileFault> {
    let mut head = Vec::new();
    reader.by_ref().take(bytes).read_to_end(&mut head).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => FileFault::Truncated("a compressed stream"),
        _ => FileFault::Input(error),
    })?;
    Ok((head.clone(), Cursor::new(head).chain(reader)))
}

/// A zip keeps its list of files at its end: it is put on disk first.
fn spooled(mut source: impl Read) -> Result<ZipArchive<std::fs::File>, FileFault> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut source, &mut file)?;
    file.seek(SeekFrom::Start(0))?;
    ZipArchive::new(file).map_err(|error| broken(&error))
}

fn broken(error: &zip::result::ZipError) -> FileFault {
    FileFault::Archive(format!("the zip archive cannot be read ({error}): it was cut off or is damaged"))
}

/// The one file of an archive.
fn only_file(archive: &mut ZipArchive<std::fs::File>) -> Result<usize, FileFault> {
    let mut files = Vec::new();
    for place in 0..archive.len() {
        let file = archive.by_index_raw(place).map_err(|error| broken(&error))?;
        let name = file.name().map_err(|error| broken(&error))?.into_owned();
        // What a Mac adds beside each file.
        if file.is_file() && !name.starts_with("__MACOSX/") {
            files.push((place, name));
        }
    }
    match files.as_slice() {
        [(place, _)] => Ok(*place),
        [] => Err(FileFault::Archive("the zip archive is empty".to_owned())),
        several => {
            let names: Vec<_> = several.iter().take(5).map(|(_, name)| name.as_str()).collect();
            Err(FileFault::Archive(format!(
                "the zip archive holds {} files ({}{}): unpack it and import them one by one",
                several.len(),
                names.join(", "),
                if several.len() > names.len() { ", …" } else { "" },
            )))
        }
    }
}
