//! The command line: its arguments, and a module for each command.

mod demo;
mod doctor;
mod export;
mod history;
mod import;
mod migrate;
mod output;
mod schema;
mod serve;
mod status;
mod stop;
mod storage;
#[cfg(test)]
mod tests;
mod token;
mod web;

use std::process::ExitCode;
use std::time::Duration;

use clap::builder::Resettable;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::logging::{self, LogFormat};
use crate::telemetry::{TraceSettings, Traces};
use storage::StorageArguments;

/// A structured event database with a GraphQL API, on Postgres.
#[derive(Debug, Parser)]
#[command(
    name = "dateline",
    version,
    max_term_width = 100,
    long_about = "A structured event database with a GraphQL API: events, actors, locations, sources and the \
        claims they make, on Postgres.\n\n\
        Without a database address Dateline keeps a private Postgres cluster of its own below its data \
        directory and starts and stops it as needed; all it wants is an installed Postgres 15 or later with \
        PostGIS. `dateline doctor` says what it finds and what is missing.",
    after_help = "`dateline help <command>` says more about a command; `dateline --help` shows examples.",
    after_long_help = "\
Examples:
  dateline demo                          serve the demonstration dataset, and print a first query
  dateline serve --listen 0.0.0.0:8080   serve to other machines
  dateline import events.ndjson          load a file; name every line that cannot be loaded
  dateline import list                   see what was loaded; `import revert RUN` takes it back
  dateline export --output base.ndjson   write everything, to be imported again
  dateline status torkham                is it open now, and who says so
  dateline token create --name me --role admin   make a token, by which the server knows you
  dateline doctor                        see what is installed, what is missing, and what to do

  export DATABASE_URL=postgres://me@host/dateline
  dateline migrate up && dateline serve  use a database of yours

Environment:
  An option that names a variable in brackets can be set by it; the command line comes first.
  RUST_LOG  what is logged, as in RUST_LOG=dateline=debug; by default dateline=info,warn
  OTEL_EXPORTER_OTLP_ENDPOINT  where a collector of OpenTelemetry takes traces, as in
            http://localhost:4318; without it nothing is traced

Exit status:
  0  all went well
  1  something failed; standard error says what, and what to do
  2  the command line is wrong
  3  `dateline import` rejected some lines and loaded the others"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    storage: StorageArguments,
    /// How log lines on standard error are written
    ///
    /// `text` is for people; `json` writes one object a line, for programs that gather logs.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        env = "DATELINE_LOG_FORMAT",
        default_value = "text",
        help_heading = "Global options",
        display_order = 100
    )]
    log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Demo(demo::Demo),
    Import(history::Imports),
    Export(export::Export),
    Status(status::Status),
    Token(token::Tokens),
    Migrate(migrate::Migrate),
    Schema(schema::Schema),
    Doctor(doctor::Doctor),
}

/// The stack of a thread that executes queries: resolvers call each other as deep as fields may stand.
const STACK: usize = 16 << 20;

/// Runs the program with the arguments it was started with.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = parsed();
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return failure(&error.into()),
        };
    let traces = match Traces::start(&trace_settings(), runtime.handle()) {
        Ok(traces) => traces,
        Err(error) => return failure(&error),
    };
    logging::start(arguments.log_format, &traces);
    let outcome = runtime.block_on(arguments.run());
    traces.end();
    // A read of standard input cannot be called off, and must not hold up the end.
    runtime.shutdown_timeout(Duration::from_millis(100));
    outcome.unwrap_or_else(|error| failure(&error))
}

/// The arguments. A variable of the environment that is empty counts as one that is not set, as
/// where a file of settings leaves a value out.
fn parsed() -> Arguments {
    let command = without_empty_variables(Arguments::command());
    Arguments::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

/// What the variables of OpenTelemetry say, of which each may be empty.
fn trace_settings() -> TraceSettings {
    #[expect(clippy::disallowed_methods, reason = "this is the edge, where the environment enters")]
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let of_traces = variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    TraceSettings {
        collector: of_traces.or_else(|| variable("OTEL_EXPORTER_OTLP_ENDPOINT")),
        service_name: variable("OTEL_SERVICE_NAME"),
        is_off: variable("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
            || variable("OTEL_TRACES_EXPORTER").is_some_and(|value| value == "none"),
    }
}

fn without_empty_variables(command: clap::Command) -> clap::Command {
    #[expect(clippy::disallowed_methods, reason = "this is the edge, where the environment enters")]
    let is_empty = |name: &std::ffi::OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|argument| {
        if argument.get_env().is_some_and(is_empty) { argument.env(Resettable::Reset) } else { argument }
    });
    command.mut_subcommands(without_empty_variables)
}

impl Arguments {
    async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Serve(serve) => serve.run(&self.storage).await,
            Command::Demo(demo) => demo.run(&self.storage).await,
            Command::Import(import) => import.run(&self.storage).await,
            Command::Export(export) => export.run(&self.storage).await,
            Command::Status(status) => status.run(&self.storage).await,
            Command::Token(token) => token.run(&self.storage).await,
            Command::Migrate(migrate) => migrate.run(&self.storage).await,
            Command::Schema(schema) => schema.run(),
            Command::Doctor(doctor) => doctor.run(&self.storage).await,
        }
    }
}

fn failure(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}
