//! `dateline doctor`: looks at everything the program needs, changes nothing, and says what to do.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::output::{counted, print};
use super::storage::{DATABASE, Place, StorageArguments, close};
use crate::db::cluster::{Cluster, Installation};
use crate::db::{Database, DatabaseSettings, Structure};

/// Say what is installed, which database is used, and what to do about problems
///
/// It looks only: nothing is created, started, migrated or stopped. The exit status is 1 when there is a
/// problem.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dateline doctor
  dateline doctor --data-dir /srv/dateline
  DATABASE_URL=postgres://me@host/dateline dateline doctor")]
pub(super) struct Doctor {}

impl Doctor {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        let mut findings = Findings::default();
        findings.title(&format!("Dateline {}", env!("CARGO_PKG_VERSION")));
        let place = arguments.place()?;
        let (data_dir, url) = match &place {
            Place::Embedded(data_dir) => (Some(data_dir.as_path()), None),
            Place::Given(url) => (None, Some(url)),
        };
        findings.title("Postgres on this machine");
        let chosen = installations(&mut findings, data_dir, arguments.pg_bin.as_deref());
        findings.title("Database");
        findings.good(&place.to_string());
        if let Some(url) = url {
            database(&mut findings, url, false).await;
        }
        if let Some(data_dir) = data_dir {
            cluster(&mut findings, data_dir, chosen.as_ref()).await;
        }
        print(&findings.report())?;
        Ok(if findings.problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// What was found, as it is printed.
#[derive(Debug, Default)]
struct Findings {
    text: String,
    problems: u64,
}

impl Findings {
    fn title(&mut self, title: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(title);
    }

    fn good(&mut self, finding: &str) {
        self.line(&format!("  ok       {}", indented(finding)));
    }

    /// Neither good nor bad: what will happen, or what is not used.
    fn note(&mut self, finding: &str) {
        self.line(&format!("  -        {}", indented(finding)));
    }

    /// Says what to do in the same breath.
    fn problem(&mut self, finding: &str) {
        self.problems += 1;
        self.line(&format!("  PROBLEM  {}", indented(finding)));
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn report(&self) -> String {
        match self.problems {
            0 => format!("{}\nAll is well.\n", self.text),
            problems => format!("{}\n{} found.\n", self.text, counted(problems, "problem")),
        }
    }
}

/// Lines after the first stand below it.
fn indented(finding: &str) -> String {
    finding.trim_end().replace('\n', "\n           ")
}

/// Which installations there are; returns the one that is used. Without a data directory none is.
fn installations(
    findings: &mut Findings,
    data_dir: Option<&Path>,
    pg_bin: Option<&Path>,
) -> Option<Installation> {
    let chosen = data_dir.map(|data_dir| Installation::find_for(data_dir, pg_bin));
    let mut found = Installation::all();
    if let Some(Ok(chosen)) = &chosen
        && !found.contains(chosen)
    {
        found.insert(0, chosen.clone());
    }
    for installation in &found {
        let Installation { bin_dir, version, missing_extensions, .. } = installation;
        let mut finding = format!("{version} in {}", bin_dir.display());
        if missing_extensions.is_empty() {
            finding.push_str(", with PostGIS and the contributed extensions");
        } else {
            let _ = write!(finding, ", without {}", missing_extensions.join(", "));
        }
        if matches!(&chosen, Some(Ok(chosen)) if chosen == installation) {
            findings.good(&format!("{finding}; it is used"));
        } else {
            findings.note(&format!("{finding}; it is not used"));
        }
    }
    match chosen {
        Some(Ok(chosen)) => return Some(chosen),
        Some(Err(error)) => findings.problem(&error.to_string()),
        None if found.is_empty() => findings.note("none, and none is needed with a database address"),
        None => {}
    }
    None
}

/// The embedded cluster, as it is: running, stopped, or not there yet.
async fn cluster(findings: &mut Findings, data_dir: &Path, installation: Option<&Installation>) {
    let status = match Cluster::status(data_dir) {
        Ok(status) => status,
        Err(error) => return findings.problem(&error.to_string()),
    };
    if let (Some(made_by), Some(installation)) = (status.major, installation)
        && made_by != installation.major
    {
        findings.problem(&format!(
            "its data was written by Postgres {made_by}, and the one used is {}: install Postgres {made_by} with \
             PostGIS beside it, or choose another directory with --data-dir",
            installation.major
        ));
    }
    match (status.major, status.server) {
        (None, _) => findings.note("it does not exist yet; `dateline serve` or `dateline demo` creates it"),
        (Some(_), None) => findings.note(
            "it is stopped; `dateline serve` or `dateline demo` starts it (its tables were not looked at)",
        ),
        (Some(_), Some(server)) => {
            findings.good(&format!("it runs, as process {}", server.pid));
            let url = server.database_url(DATABASE);
            findings.note(&format!("while it runs, pg_dump and psql find it at {url}"));
            database(findings, &url, true).await;
        }
    }
}

/// A database that should answer.
async fn database(findings: &mut Findings, url: &str, embedded: bool) {
    let database = match Database::connect(url, &DatabaseSettings::for_command()).await {
        Ok(database) => database,
        Err(error) if embedded => {
            return findings
                .note(&format!("{error}; `dateline serve` or `dateline demo` creates what is missing"));
        }
        Err(error) => {
            return findings.problem(&format!(
                "{error}\nCheck the address, that the server runs, and that the database exists."
            ));
        }
    };
    versions(findings, &database).await;
    migrations(findings, &database, embedded).await;
    close(&database).await;
}

async fn versions(findings: &mut Findings, database: &Database) {
    match database.about().await {
        Ok(about) => {
            findings.good(&format!("it answers: Postgres {}", about.postgres));
            match (about.postgis, about.postgis_available) {
                (Some(version), _) => findings.good(&format!("PostGIS {version}")),
                (None, Some(version)) => {
                    findings.note(&format!(
                        "PostGIS {version} is installed there; the first migration creates it"
                    ));
                }
                (None, None) => findings.problem(
                    "PostGIS is not installed on the database's server: install it there \
                     (Debian and Ubuntu: postgresql-<version>-postgis-3)",
                ),
            }
        }
        Err(error) => findings.problem(&format!("it does not say its version: {error}")),
    }
}

async fn structure(findings: &mut Findings, database: &Database) {
    match database.structure().await.map(Structure::missing) {
        Ok(None) => findings.good("the tables have their indexes, foreign keys and triggers"),
        Ok(Some(missing)) => findings.problem(&format!(
            "the tables lack {missing}: a restore may have broken off. Restore again, into a new \
             database, with `pg_restore --exit-on-error`"
        )),
        Err(error) => findings.problem(&format!("it does not say what its tables have: {error}")),
    }
}

async fn migrations(findings: &mut Findings, database: &Database, embedded: bool) {
    findings.title("Migrations");
    let status = match database.migration_status().await {
        Ok(status) => status,
        Err(error) => return findings.problem(&error.to_string()),
    };
    for step in &status.applied {
        findings.good(&format!("applied  {step}"));
    }
    for step in &status.pending {
        findings.note(&format!("pending  {step}"));
    }
    match status.pending.len() as u64 {
        0 => structure(findings, database).await,
        pending if embedded => findings.note(&format!(
            "{} pending; `dateline serve` or `dateline demo` runs them",
            counted(pending, "migration")
        )),
        pending => findings.problem(&format!(
            "{} pending: run `dateline migrate up` with the same database address",
            counted(pending, "migration")
        )),
    }
}
