//! `dateline migrate`: brings the database's tables to this version and back.

use std::fmt::Write;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::output::{counted, print};
use super::storage::{Storage, StorageArguments};
use crate::db::Database;

/// Bring the database's tables up to date, take steps back, or list them
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dateline migrate up
  dateline migrate status --database-url postgres://dateline@db.example.org/dateline
  dateline migrate down --steps 2")]
pub(super) struct Migrate {
    #[command(subcommand)]
    direction: Direction,
}

#[derive(Debug, Subcommand)]
enum Direction {
    /// Run every migration the database lacks
    ///
    /// Processes that migrate at the same time wait for each other. `dateline serve` does this by itself on
    /// the embedded database.
    Up,
    /// Take back the last migrations, with the data in their tables
    ///
    /// The tables that the steps created are dropped, and what is in them is lost.
    Down {
        /// How many steps to take back
        #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
    },
    /// List the migrations, and which of them the database has
    Status,
}

impl Migrate {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        let report =
            Storage::within(arguments, async |_, database| self.direction.take(database).await).await?;
        print(&report)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Direction {
    /// Does it; returns what to print.
    async fn take(&self, database: &Database) -> anyhow::Result<String> {
        match self {
            Self::Up => {
                let steps = database.migrate_up().await?;
                Ok(if steps.is_empty() {
                    "Nothing to do: the database is up to date.\n".to_owned()
                } else {
                    listed(&format!("Applied {}:", counted(steps.len() as u64, "migration")), &steps)
                })
            }
            Self::Down { steps } => {
                let steps = database.migrate_down(*steps).await?;
                Ok(if steps.is_empty() {
                    "Nothing to do: the database has no migrations.\n".to_owned()
                } else {
                    listed(&format!("Took back {}:", counted(steps.len() as u64, "migration")), &steps)
                })
            }
            Self::Status => {
                let status = database.migration_status().await?;
                let mut report = String::new();
                for (word, steps) in [("applied", &status.applied), ("pending", &status.pending)] {
                    for step in steps {
                        writeln!(report, "{word}  {step}")?;
                    }
                }
                if !status.pending.is_empty() {
                    report.push_str("\nRun `dateline migrate up` for what is pending.\n");
                }
                Ok(report)
            }
        }
    }
}

fn listed(title: &str, steps: &[String]) -> String {
    steps.iter().fold(format!("{title}\n"), |report, step| report + "  " + step + "\n")
}
