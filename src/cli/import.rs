//! `dateline import`: loads a file, and says what became of every line.

mod progress;
mod rejects;
mod report;

use std::fs::File;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use tokio::sync::mpsc;

use self::progress::Bar;
use self::rejects::Rejects;
use self::report::report;
use super::output::print;
use super::storage::{Storage, StorageArguments};
use crate::import::{Format, OnConflict, Options, Progress, import, suggest_mapping};

const REJECTED_SOME: u8 = 3;

/// Load a file of records
///
/// Lines that cannot be loaded are named, with the field and the reason, and written to a file of
/// rejects as they came; the others are loaded. The same file twice changes nothing, and a run that
/// was broken off goes on where it was when it is started again.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dateline import events.ndjson
  dateline import GEDEvent_v25_1.csv --dry-run
  dateline import events.csv.gz --rejects /tmp/rejected.csv
  dateline import --suggest-mapping closures.csv > closures.toml
  dateline import closures.csv --mapping closures.toml
  zcat events.ndjson.gz | dateline import - --dataset border-watch

Exit status:
  0 when every line was loaded, 3 when lines were rejected, 1 when the file could not be loaded.")]
pub(super) struct Import {
    /// The file to load, as it is or in a .gz, .zst or .zip; - reads standard input
    file: PathBuf,
    /// The format of the file; left out, its beginning tells
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// What the columns of a csv or geojson file mean, as TOML (see docs/import/csv.md)
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Write a first mapping for the file to standard output, to be edited, and import nothing
    #[arg(long, conflicts_with_all = ["mapping", "format", "dataset", "dry_run", "rejects"])]
    suggest_mapping: bool,
    /// The dataset of the records that name none, by its slug
    ///
    /// Default: the format's own, such as ucdp-ged; none for Dateline's own format.
    #[arg(long, value_name = "SLUG")]
    dataset: Option<String>,
    /// What becomes of records that are there already
    #[arg(long, value_enum, default_value = "newer")]
    on_conflict: OnConflict,
    /// Do everything but the writing, and report the same
    #[arg(long)]
    dry_run: bool,
    /// How many lines are committed at once
    ///
    /// A file of more lines is loaded in several parts, and a run that is broken off goes on after the
    /// last of them.
    #[arg(long, value_name = "LINES", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
    batch_lines: u64,
    /// Where rejected lines are written
    ///
    /// Default: beside the file, events.rejects.csv for events.csv.gz; for standard input
    /// stdin.rejects in the working directory. An older file is replaced. Nothing is written when no
    /// line is rejected.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

impl Import {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        if self.suggest_mapping {
            let (input, _) = self.open()?;
            let name = self.file_name().unwrap_or_else(|| "-".to_owned());
            let suggestion = suggest_mapping(input, &name);
            print(
                &suggestion
                    .with_context(|| format!("cannot suggest a mapping for {}", self.file.display()))?,
            )?;
            return Ok(ExitCode::SUCCESS);
        }
        let rejects_file = self.rejects_file();
        if rejects_file == self.file {
            bail!("the rejects would replace {}, which they come from", self.file.display());
        }
        let (input, size) = self.open()?;
        let options = Options {
            format: self.format,
            mapping: self.mapping()?,
            dataset: self.dataset.clone(),
            file_name: self.file_name(),
            on_conflict: self.on_conflict,
            dry_run: self.dry_run,
            wait: true,
            batch_lines: self.batch_lines,
        };
        options.check()?;
        let (summary, rejects) = Storage::within(arguments, async |storage, database| {
            storage.migrate(storage.is_embedded()).await?;
            let (progress, told) = mpsc::channel(16);
            let (summary, rejects) =
                tokio::join!(import(database, input, &options, progress), listen(told, size, rejects_file));
            Ok((summary.with_context(|| format!("cannot import {}", self.file.display()))?, rejects))
        })
        .await?;
        print(&report(&summary, &rejects, self.dry_run))?;
        Ok(if summary.rejected == 0 { ExitCode::SUCCESS } else { ExitCode::from(REJECTED_SOME) })
    }

    fn is_standard_input(&self) -> bool {
        self.file == Path::new("-")
    }

    fn file_name(&self) -> Option<String> {
        let name = self.file.file_name().filter(|_| !self.is_standard_input());
        name.map(|name| name.to_string_lossy().into_owned())
    }

    fn rejects_file(&self) -> PathBuf {
        match &self.rejects {
            Some(file) => file.clone(),
            None if self.is_standard_input() => PathBuf::from("stdin.rejects"),
            None => rejects::beside(&self.file),
        }
    }

    /// The text of the mapping.
    fn mapping(&self) -> anyhow::Result<Option<String>> {
        let read = |file: &PathBuf| {
            std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the mapping {}", file.display()))
        };
        self.mapping.as_ref().map(read).transpose()
    }

    /// Before the database, which takes longer to say no; gives the file's size too.
    fn open(&self) -> anyhow::Result<(Box<dyn Read + Send>, Option<u64>)> {
        if self.is_standard_input() {
            return Ok((Box::new(stdin()), None));
        }
        let cannot = || format!("cannot read {}", self.file.display());
        let file = File::open(&self.file).with_context(cannot)?;
        let about = file.metadata().with_context(cannot)?;
        if about.is_dir() {
            bail!("{} is a directory; name a file", self.file.display());
        }
        Ok((Box::new(file), about.is_file().then_some(about.len())))
    }
}

/// Shows how far the run is, and writes down what it rejects.
async fn listen(mut told: mpsc::Receiver<Progress>, size: Option<u64>, rejects_file: PathBuf) -> Rejects {
    let mut bar = Bar::new(size);
    let mut rejects = Rejects::new(rejects_file);
    while let Some(what) = told.recv().await {
        match what {
            Progress::Heading(heading) => rejects.begin(&heading),
            Progress::Rejected(reject) => rejects.add(reject),
            how_far => bar.show(&how_far),
        }
    }
    bar.finish();
    rejects.close();
    rejects
}
