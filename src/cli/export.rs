//! `dateline export`: writes records to a file or to standard output.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use tokio::fs::File;
use tokio::io::{AsyncWrite, AsyncWriteExt, stdout};

use super::storage::{Storage, StorageArguments};
use crate::db::Database;
use crate::export::{self, ExportError, Format, Reader, Selection, Sink};

/// How often the line of progress is written anew.
const BETWEEN: Duration = Duration::from_millis(250);

/// Write records to a file
///
/// Everything, or the events that a filter selects: in ndjson with all that they refer to, so that the
/// file can be imported into an empty database and exported again as it is; in the other formats as a
/// table with a row an event. docs/export.md describes the columns.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dateline export > everything.ndjson
  dateline export --format csv --output closures.csv --filter '{\"kind\": [\"CLOSURE\"]}'
  dateline export --format geojson --dataset border-watch --output border-watch.geojson
  dateline export --filter '{\"during\": {\"from\": \"2025-10-01\"}}' | gzip > since-october.ndjson.gz")]
pub(super) struct Export {
    /// The format of the file
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "ndjson")]
    format: Format,
    /// Which events, as JSON: the input `EventFilter` of the API
    #[arg(long, value_name = "JSON")]
    filter: Option<String>,
    /// Only events of this dataset, by its slug
    #[arg(long, value_name = "SLUG")]
    dataset: Option<String>,
    /// The file to write; - is standard output
    ///
    /// The name appears when the file is whole; one that was there is replaced then. A device or a pipe
    /// is written to as it goes.
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

impl Export {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        let filter = self.filter.as_deref().map(export::read_filter).transpose();
        let filter = filter.map_err(|reason| anyhow::anyhow!("--filter: {reason}"))?;
        let selection = Selection { filter, dataset: self.dataset.clone(), reader: Reader::Known };
        Storage::within(arguments, async |storage, database| {
            storage.migrate(storage.is_embedded()).await?;
            if self.output == Path::new("-") {
                return self.to_standard_output(database, &selection).await;
            }
            self.to_file(database, &selection).await
        })
        .await?;
        Ok(ExitCode::SUCCESS)
    }

    async fn to_standard_output(&self, database: &Database, selection: &Selection) -> anyhow::Result<()> {
        // Progress would be written between the records.
        let progress = Progress::shown(!io::stdout().is_terminal());
        match self.to(stdout(), progress, database, selection).await {
            // Nobody reads on, as after `| head`.
            Err(ExportError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written.map(drop)?),
        }
    }

    async fn to_file(&self, database: &Database, selection: &Selection) -> anyhow::Result<()> {
        let cannot = || format!("cannot write {}", self.output.display());
        let kind = std::fs::metadata(&self.output).map(|found| found.file_type()).ok();
        if kind.is_some_and(|kind| kind.is_dir()) {
            bail!("{} is a directory; name a file", self.output.display());
        }
        if kind.is_some_and(|kind| !kind.is_file()) {
            // A device or a pipe is written to: a file in its place would end it for everybody.
            let device = File::options().write(true).open(&self.output).await.with_context(cannot)?;
            self.to(device, Progress::shown(true), database, selection).await?;
            return Ok(());
        }
        // What a link leads to is replaced, not the link.
        let output = self.output.canonicalize().unwrap_or_else(|_| self.output.clone());
        let unfinished = Unfinished::beside(&output).with_context(cannot)?;
        let file = File::create(&unfinished.0).await.with_context(cannot)?;
        let file = self.to(file, Progress::shown(true), database, selection).await?;
        file.sync_all().await.with_context(cannot)?;
        tokio::fs::rename(&unfinished.0, &output).await.with_context(cannot)?;
        Ok(())
    }

    /// Writes all of it, and returns what it was written to.
    async fn to<W: AsyncWrite + Unpin + Send>(
        &self,
        into: W,
        progress: Progress,
        database: &Database,
        selection: &Selection,
    ) -> Result<W, ExportError> {
        let mut output = Output { into, progress, bytes: 0 };
        let export = export::Export::open(database, selection, self.format).await?;
        let records = export.write(&mut output).await?;
        output.into.flush().await?;
        output.progress.end(records, output.bytes);
        Ok(output.into)
    }
}

/// A file under another name until it is whole; dropped before that, it is removed.
struct Unfinished(PathBuf);

impl Unfinished {
    fn beside(file: &Path) -> io::Result<Self> {
        let name =
            file.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it has no name"))?;
        let name = format!(".{}.{}.part", name.to_string_lossy(), std::process::id());
        Ok(Self(file.with_file_name(name)))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Renamed, it is no longer there.
        std::fs::remove_file(&self.0).ok();
    }
}

/// Where the bytes go.
struct Output<W> {
    into: W,
    progress: Progress,
    bytes: u64,
}

impl<W: AsyncWrite + Unpin + Send> Sink for Output<W> {
    async fn take(&mut self, bytes: Vec<u8>, records: u64) -> io::Result<()> {
        self.into.write_all(&bytes).await?;
        self.bytes += bytes.len() as u64;
        self.progress.tell(records, self.bytes);
        Ok(())
    }
}

/// The line of progress on standard error.
struct Progress {
    /// When it was last written; none where nobody sees it.
    told: Option<Instant>,
}

impl Progress {
    /// Shown to people alone, who have a terminal.
    fn shown(wanted: bool) -> Self {
        Self { told: (wanted && io::stderr().is_terminal()).then(Instant::now) }
    }

    fn tell(&mut self, records: u64, bytes: u64) {
        if self.told.is_some_and(|told| told.elapsed() >= BETWEEN) {
            self.told = Some(Instant::now());
            self.write(records, bytes, "");
        }
    }

    fn end(&self, records: u64, bytes: u64) {
        if self.told.is_some() {
            self.write(records, bytes, "\n");
        }
    }

    /// Nobody is helped when this fails.
    #[expect(clippy::cast_precision_loss, reason = "a size to read")]
    fn write(&self, records: u64, bytes: u64, after: &str) {
        let size = bytes as f64 / f64::from(1 << 20);
        write!(io::stderr(), "\r{records} records, {size:.1} MiB written\x1b[K{after}").ok();
    }
}
