//! `dateline import`: loads a file, and says what became of every line.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use tokio::fs::File;
use tokio::io::{AsyncBufRead, BufReader, stdin};

use super::output::{counted, print};
use super::storage::{Storage, StorageArguments};
use crate::import::{Options, Reject, Summary, import_dateline};

const REJECTED_SOME: u8 = 3;
/// More than these are read in the file of rejects.
const MOST_NAMED: usize = 20;

/// Load a file of records
///
/// Lines that cannot be loaded are named, with the field and the reason, and written to a file of
/// rejects as they came; the others are loaded. The same file twice changes nothing.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dateline import events.ndjson
  dateline import events.ndjson --rejects /tmp/rejected.ndjson
  zcat events.ndjson.gz | dateline import - --dataset border-watch

Exit status:
  0 when every line was loaded, 3 when some were rejected, 1 when nothing could be loaded.")]
pub(super) struct Import {
    /// The file to load; - reads standard input
    file: PathBuf,
    /// The format of the file
    #[arg(long, value_enum, default_value = "dateline")]
    format: Format,
    /// The dataset of the records that name none, by its slug
    #[arg(long, value_name = "SLUG")]
    dataset: Option<String>,
    /// Where rejected lines are written
    ///
    /// Default: beside the file, events.rejects.ndjson for events.ndjson; for standard input
    /// stdin.rejects.ndjson in the working directory. An older file is replaced. Nothing is written when no
    /// line is rejected.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Dateline's own: one JSON object a line (see docs/format.md)
    Dateline,
}

impl Import {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        let rejects_file = self.rejects_file();
        if rejects_file == self.file {
            bail!("the rejects would replace {}, which they come from", self.file.display());
        }
        let input = self.open().await?;
        let options = Options { dataset: self.dataset.clone(), file_name: self.file_name() };
        let summary = Storage::within(arguments, async |storage, database| {
            storage.migrate(storage.is_embedded()).await?;
            match self.format {
                Format::Dateline => Ok(import_dateline(database, input, &options).await?),
            }
        })
        .await?;
        if summary.rejects.is_empty() {
            print(&report(&summary, ""))?;
            return Ok(ExitCode::SUCCESS);
        }
        print(&report(&summary, &write_rejects(&summary.rejects, &rejects_file).await))?;
        Ok(ExitCode::from(REJECTED_SOME))
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
            None if self.is_standard_input() => PathBuf::from("stdin.rejects.ndjson"),
            None => self.file.with_extension("rejects.ndjson"),
        }
    }

    /// Before the database, which takes longer to say no.
    async fn open(&self) -> anyhow::Result<Box<dyn AsyncBufRead + Unpin + Send>> {
        if self.is_standard_input() {
            return Ok(Box::new(BufReader::new(stdin())));
        }
        let cannot = || format!("cannot read {}", self.file.display());
        let file = File::open(&self.file).await.with_context(cannot)?;
        if file.metadata().await.with_context(cannot)?.is_dir() {
            bail!("{} is a directory; name a file", self.file.display());
        }
        Ok(Box::new(BufReader::new(file)))
    }
}

/// Writes the rejects down; the sentence that says where they are, or why they are not there.
async fn write_rejects(rejects: &[Reject], file: &Path) -> String {
    let text: Vec<u8> = rejects.iter().flat_map(|reject| [reject.text.as_slice(), b"\n"].concat()).collect();
    let place = file.display();
    match tokio::fs::write(file, text).await {
        Ok(()) => format!(
            "They are in {place}: correct them there and import that file, with the same --dataset if you gave one."
        ),
        Err(error) => format!(
            "They cannot be written to {place}: {error}. The other lines are loaded; import the file again \
             with --rejects and a place that can be written to, which loads nothing twice."
        ),
    }
}

/// What the user reads at the end.
fn report(summary: &Summary, rejects_are: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_report(&mut text, summary, rejects_are);
    text
}

fn write_report(text: &mut String, summary: &Summary, rejects_are: &str) -> std::fmt::Result {
    let tables: Vec<_> = summary.tables.iter().filter(|t| t.created + t.updated + t.unchanged > 0).collect();
    if !tables.is_empty() {
        let width = tables.iter().map(|table| table.table.len()).max().unwrap_or_default().max("total".len());
        let mut row = |name: &str, created: &str, updated: &str, unchanged: &str| {
            writeln!(text, "{name:<width$}  {created:>9}  {updated:>9}  {unchanged:>9}")
        };
        let number = |number: u64| number.to_string();
        row("", "created", "updated", "unchanged")?;
        for table in &tables {
            row(table.table, &number(table.created), &number(table.updated), &number(table.unchanged))?;
        }
        row("total", &number(summary.created()), &number(summary.updated()), &number(summary.unchanged()))?;
        text.push('\n');
    }
    let read = counted(summary.read, "line");
    if summary.created() + summary.updated() == 0 {
        writeln!(text, "{read} read; nothing changed.")?;
    } else {
        writeln!(text, "{read} read.")?;
    }
    if summary.rejects.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{} rejected:", counted(summary.rejected(), "line"))?;
    for reject in summary.rejects.iter().take(MOST_NAMED) {
        writeln!(text, "  {reject}")?;
    }
    if summary.rejects.len() > MOST_NAMED {
        writeln!(text, "  and {} more", summary.rejects.len() - MOST_NAMED)?;
    }
    writeln!(text, "{rejects_are}")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::import::TableCount;

    fn summary(rejects: u64, created: u64) -> Summary {
        let reject = |line| Reject {
            line,
            field: Some("extent".to_owned()),
            value: Some("2025-13".to_owned()),
            reason: "not EDTF".to_owned(),
            text: b"{}".to_vec(),
        };
        let counts = |table, created| TableCount { table, created, updated: 0, unchanged: 7 };
        Summary {
            run: Uuid::nil(),
            read: 12,
            tables: vec![counts("event", created), counts("border_crossing", 0)],
            rejects: (1..=rejects).map(reject).collect(),
        }
    }

    #[test]
    fn the_counts_stand_in_columns() {
        let expected = "
                   created    updated  unchanged
event                    3          0          7
border_crossing          0          0          7
total                    3          0         14

12 lines read.
";
        assert_eq!(format!("\n{}", report(&summary(0, 3), "")).trim_start(), expected.trim_start());
    }

    #[test]
    fn a_file_that_changed_nothing_is_said_to() {
        assert!(report(&summary(0, 0), "").ends_with("12 lines read; nothing changed.\n"));
    }

    #[tokio::test]
    async fn rejects_that_cannot_be_written_down_are_not_said_to_be() {
        let said = write_rejects(&summary(1, 0).rejects, Path::new("/nonexistent/a.ndjson")).await;
        assert!(said.starts_with("They cannot be written to /nonexistent/a.ndjson: No such file"), "{said}");
    }

    #[test]
    fn of_many_rejects_twenty_are_named() {
        let report = report(&summary(25, 1), "They are here.");
        assert!(report.contains("25 lines rejected:\n  line 1, extent \"2025-13\": not EDTF\n"), "{report}");
        assert!(report.contains("  line 20, extent"));
        assert!(!report.contains("line 21,"));
        assert!(report.contains("  and 5 more\nThey are here.\n"));
    }
}
