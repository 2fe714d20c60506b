//! Logging: what the program says of its work, on standard error; and its traces beside it.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

use crate::telemetry::Traces;

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// An object of JSON a line, for programs that gather logs.
    Json,
}

/// Starts logging. `RUST_LOG` says what; by default our own news and everybody's warnings.
pub fn start(format: LogFormat, traces: &Traces) {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::WARN.into())
        .try_from_env()
        .unwrap_or_else(|_| EnvFilter::new("dateline=info,warn"));
    let lines = fmt::layer().with_writer(stderr);
    let lines = match format {
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
        LogFormat::Text if stderr().is_terminal() => lines.with_target(false).boxed(),
        LogFormat::Text => lines.with_target(false).with_ansi(false).boxed(),
    };
    registry().with(lines.with_filter(filter)).with(traces.layer()).init();
}
