//! Measures what `benches/README.md` describes, and prints one table. Every figure is a ratio of two
//! things measured in the same run, since machines are shared and noisy.

mod ged;
mod import;
mod postgres;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use self::postgres::Postgres;
use self::table::Table;

/// Measure Dateline against Postgres by itself
#[derive(Debug, Parser)]
pub struct Arguments {
    /// The optimised program
    #[arg(long, default_value = "target/release/dateline")]
    pub program: PathBuf,
    /// Rows of the file whose import is measured (P4, P5)
    #[arg(long, default_value_t = 500_000)]
    pub rows: u64,
    /// How often an import is killed and started again (R1)
    #[arg(long, default_value_t = 30)]
    pub kills: u32,
    /// Only these, such as P4
    #[arg(long, value_name = "MEASURE")]
    pub only: Vec<String>,
}

impl Arguments {
    /// Whether a measure is asked for.
    #[must_use]
    pub fn wants(&self, measure: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only.eq_ignore_ascii_case(measure))
    }
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let postgres = Postgres::start()?;
    let mut table = Table::default();
    import::measure(&arguments, &postgres, &mut table)?;
    print!("{table}");
    Ok(if table.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
