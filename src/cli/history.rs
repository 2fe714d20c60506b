//! `dateline import list` and `dateline import revert`: the runs there were, and the way back from one.

use std::fmt::Write;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use sqlx::postgres::PgRow;
use sqlx::{Connection as _, Row as _};
use uuid::Uuid;

use super::import::Import;
use super::output::{columns, print};
use super::storage::{Storage, StorageArguments};
use crate::db::Database;
use crate::history::{Reverted, change_set_of, revert};

/// Load a file of records, list the runs, or revert one
///
/// Lines that cannot be loaded are named, with the field and the reason, and written to a file of
/// rejects as they came; the others are loaded. The same file twice changes nothing. A file whose name
/// is a command is loaded by its path: `dateline import ./list`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Imports {
    #[command(subcommand)]
    past: Option<Past>,
    #[command(flatten)]
    load: Option<Import>,
}

#[derive(Debug, Subcommand)]
enum Past {
    /// List the latest runs of imports, with their ids
    List {
        /// How many runs to list
        #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..))]
        last: i64,
    },
    /// Revert an import: what it made is gone, what it changed or took away is as before
    ///
    /// Nothing is done where later changes stand on it; they are named, and can be reverted first. The
    /// history keeps both, and a revert can be reverted, too. A file named revert is loaded by
    /// `dateline import ./revert`.
    #[command(after_long_help = "\
Examples:
  dateline import list
  dateline import revert 0192f3c1-7a53-7d0e-9f0a-3a5c1e8f9b21 --reason 'the wrong year'")]
    Revert {
        /// The id of the run, or of any other change set
        run: Uuid,
        /// Why, for the history
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

impl Imports {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        let report = match (self.past, self.load) {
            (None, Some(load)) => return load.run(arguments).await,
            (Some(past), _) => {
                Storage::within(arguments, async |storage, database| {
                    storage.migrate(storage.is_embedded()).await?;
                    past.report(database).await
                })
                .await?
            }
            (None, None) => anyhow::bail!("name a file to load, or say `list` or `revert`"),
        };
        print(&report)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Past {
    async fn report(&self, database: &Database) -> anyhow::Result<String> {
        match self {
            Self::List { last } => Ok(listed(runs(database, *last).await?)),
            Self::Revert { run, reason } => {
                let mut connection = database.pool().acquire().await?;
                let mut transaction = connection.begin().await?;
                let change_set = change_set_of(&mut transaction, *run).await?;
                let reverted = revert(&mut transaction, change_set, None, reason.as_deref()).await?;
                transaction.commit().await?;
                Ok(told(&reverted)?)
            }
        }
    }
}

/// A run as it is listed, cell by cell.
type Cells = [String; 10];

const TITLES: [&str; 10] =
    ["run", "began (UTC)", "dataset", "format", "file", "created", "updated", "unchanged", "rejected", ""];

async fn runs(database: &Database, last: i64) -> Result<Vec<Cells>, sqlx::Error> {
    let rows = sqlx::query(include_str!("runs.sql")).bind(last).fetch_all(database.pool()).await?;
    let cells = |row: &PgRow| {
        let mut cells = Cells::default();
        for (place, cell) in cells.iter_mut().enumerate() {
            *cell = row.try_get(place)?;
        }
        Ok(cells)
    };
    rows.iter().map(cells).collect()
}

fn listed(runs: Vec<Cells>) -> String {
    if runs.is_empty() {
        return "Nothing has been imported.\n".to_owned();
    }
    let mut rows = vec![TITLES.map(str::to_owned)];
    rows.extend(runs);
    columns(&rows, 5..9)
}

fn told(reverted: &Reverted) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let width = reverted.tables.iter().map(|table| table.table.len()).max().unwrap_or_default();
    if !reverted.tables.is_empty() {
        writeln!(text, "{:width$}  {:>9}  {:>9}  {:>9}", "", "removed", "restored", "returned")?;
    }
    for table in &reverted.tables {
        let [removed, restored, returned] = [table.removed, table.restored, table.returned];
        writeln!(text, "{:width$}  {removed:>9}  {restored:>9}  {returned:>9}", table.table)?;
    }
    writeln!(
        text,
        "\n{} is reverted. To have it again: dateline import revert {}",
        reverted.reverted, reverted.change_set
    )?;
    Ok(text)
}
