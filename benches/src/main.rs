//! Measures what `benches/README.md` describes, and prints one table. Every figure is a ratio of two
//! things measured in the same run, since machines are shared and noisy.

mod base;
mod contest;
mod ged;
mod import;
mod pages;
mod postgres;
mod processor;
mod rival;
mod service;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use self::postgres::Postgres;
use self::service::Served;
use self::table::Table;

/// The measures of reading, which share a base.
const READING: [&str; 6] = ["P1", "P2", "P3", "P6", "P7", "P9"];

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
    /// Events of the base that reading is measured on (P1, P2, P3, P6, P7, P9)
    #[arg(long, default_value_t = 1_000_000)]
    pub events: u64,
    /// How many clients read at once (P1, P2)
    #[arg(long, default_value_t = 8)]
    pub clients: usize,
    /// For how many seconds each side reads in each of its turns (P1, P2)
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// A folder in which the cluster and its base stay for the next run; left out, a temporary one
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
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
    let postgres = Postgres::start(arguments.keep.as_deref())?;
    let mut table = Table::default();
    import::measure(&arguments, &postgres, &mut table)?;
    if READING.iter().any(|measure| arguments.wants(measure)) {
        base::generate(&arguments, &postgres)?;
        let served = Served::start(&arguments.program, &postgres, base::DATABASE)?;
        contest::measure(&arguments, &postgres, &served, &mut table)?;
        pages::measure(&arguments, &postgres, &served, &mut table)?;
    }
    print!("{table}");
    Ok(if table.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
