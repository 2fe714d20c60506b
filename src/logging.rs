//! Logging: what the program says of its work, on standard error.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::{EnvFilter, fmt};

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// An object of JSON a line, for programs that gather logs.
    Json,
}

/// Starts logging. `RUST_LOG` says what; by default our own news and everybody's warnings.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::WARN.into())
        .try_from_env()
        .unwrap_or_else(|_| EnvFilter::new("dateline=info,warn"));
    let lines = fmt().with_env_filter(filter).with_writer(stderr);
    match format {
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).init(),
        LogFormat::Text if stderr().is_terminal() => lines.with_target(false).init(),
        LogFormat::Text => lines.with_target(false).with_ansi(false).init(),
    }
}
