//! The rival: a hand-written statement, prepared, that `pgbench` asks for with as many clients.

use std::fs;
use std::io::ErrorKind;
use std::process::Stdio;

use anyhow::{Context, ensure};

use crate::base::DATABASE;
use crate::contest::Sample;
use crate::postgres::Postgres;

/// Runs a script of `pgbench` for so long; how long each of its transactions took.
pub fn run(
    postgres: &Postgres,
    name: &str,
    script: &str,
    clients: usize,
    seconds: u64,
) -> anyhow::Result<Sample> {
    let file = postgres.folder().join(format!("{name}.pgbench"));
    fs::write(&file, script)?;
    let log = postgres.folder().join(format!("{name}-log"));
    // Of a run that was broken off.
    fs::remove_dir_all(&log)
        .or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    fs::create_dir(&log)?;
    let mut pgbench = postgres.program("pgbench");
    pgbench.args(["-n", "-M", "prepared", "-l", "--random-seed=7"]);
    pgbench.args(["-c", &clients.to_string(), "-j", &clients.to_string(), "-T", &seconds.to_string()]);
    pgbench.arg("--log-prefix").arg(log.join("times")).arg("-f").arg(&file).arg(postgres.url(DATABASE));
    let output = pgbench.stdin(Stdio::null()).output()?;
    ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
    let mut sample = Sample::default();
    let (mut first, mut last) = (f64::MAX, 0.0_f64);
    for entry in fs::read_dir(&log)? {
        for line in fs::read_to_string(entry?.path())?.lines() {
            // client, transaction, microseconds, script, second, microsecond of its end
            let column = |place| line.split(' ').nth(place).and_then(|text: &str| text.parse::<f64>().ok());
            let [took, second, fraction] = [2, 4, 5].map(column);
            let took = took.context("a line of pgbench's log has a duration")?;
            let end = second.unwrap_or(0.0) + fraction.unwrap_or(0.0) / 1e6;
            (first, last) = (first.min(end - took / 1e6), last.max(end));
            sample.microseconds.push(took);
        }
    }
    fs::remove_dir_all(&log)?;
    sample.seconds = last - first;
    Ok(sample)
}
