//! The base that reading is measured on: generated once for a run, or kept for the next.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};

use crate::Arguments;
use crate::postgres::Postgres;

/// The database it is in.
pub const DATABASE: &str = "base";

/// Makes the base, unless it is there from another run.
pub fn generate(arguments: &Arguments, postgres: &Postgres) -> anyhow::Result<()> {
    if has(arguments, postgres)? {
        eprintln!("base: the events of {} are there", postgres.folder().display());
        return migrate(arguments, &postgres.url(DATABASE));
    }
    let began = Instant::now();
    let url = postgres.database(&arguments.program, DATABASE)?;
    let script = postgres.folder().join("base.sql");
    std::fs::write(&script, include_str!("base.sql"))?;
    let mut psql = postgres.psql(DATABASE);
    psql.args(["-v", &format!("events={}", arguments.events), "-f"]).arg(&script);
    ensure!(psql.stdout(Stdio::null()).status()?.success(), "the base could not be generated");
    // Accounts are the program's to compute.
    migrate(arguments, &url)?;
    postgres.run(DATABASE, "vacuum analyze")?;
    postgres.run(DATABASE, "checkpoint")?;
    let wrong = postgres.run(DATABASE, include_str!("base_agrees.sql"))?;
    ensure!(wrong.is_empty(), "the base is not as triggers would have kept it: {wrong}");
    let size = postgres.run(DATABASE, "select pg_size_pretty(pg_database_size(current_database()))")?;
    eprintln!(
        "base: {} events generated in {:.0} s, {size}; all kept tables agree",
        arguments.events,
        began.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Brings the base to the program's own steps, and its accounts up to date.
fn migrate(arguments: &Arguments, url: &str) -> anyhow::Result<()> {
    let migrated =
        Command::new(&arguments.program).args(["migrate", "up", "--database-url", url]).output()?;
    ensure!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    Ok(())
}

/// Whether the database is there and has as many events as are asked for.
fn has(arguments: &Arguments, postgres: &Postgres) -> anyhow::Result<bool> {
    let databases = postgres
        .run("postgres", &format!("select count(*) from pg_database where datname = '{DATABASE}'"))?;
    if databases == "0" {
        return Ok(false);
    }
    let done = "select case when to_regclass('event') is null then 0 else 1 end";
    if postgres.run(DATABASE, done)? == "0" {
        return Ok(false);
    }
    let events = postgres.run(DATABASE, "select count(*) from event where exists (select from account)")?;
    Ok(events.parse::<u64>().context("a count is a number")? == arguments.events)
}
