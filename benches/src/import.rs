//! P4 and P5, the speed and the memory of imports, and R1, imports that are killed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::postgres::Postgres;
use crate::table::Table;
use crate::{Arguments, ged};

/// P5: MiB that an import or an export may take.
const MOST_MEBIBYTES: u64 = 200;

/// Measures everything about imports that is asked for.
pub fn measure(arguments: &Arguments, postgres: &Postgres, table: &mut Table) -> anyhow::Result<()> {
    if arguments.wants("P4") || arguments.wants("P5") {
        speed_and_memory(arguments, postgres, table)?;
    }
    if arguments.wants("R1") {
        killed(arguments, postgres, table)?;
    }
    Ok(())
}

/// How long a command took, and the most memory it had.
struct Spent {
    seconds: f64,
    mebibytes: u64,
}

fn speed_and_memory(arguments: &Arguments, postgres: &Postgres, table: &mut Table) -> anyhow::Result<()> {
    let program = &arguments.program;
    let [small, large] = [arguments.rows / 10, arguments.rows]
        .map(|rows| (rows, postgres.folder().join(format!("{rows}.csv"))));
    for (rows, file) in [&small, &large] {
        ged::write(file, *rows)?;
    }
    let small_url = postgres.database(program, "small")?;
    let little = spent(program, &["import", &small.1.to_string_lossy(), "--database-url", &small_url])?;
    let url = postgres.database(program, "imported")?;
    let import = ["import", &large.1.to_string_lossy(), "--database-url", &url];
    let first = spent(program, &import)?;
    let second = spent(program, &import)?;
    let copied = copy(postgres, program)?;
    let changed = postgres
        .run("imported", "select created + updated from import_run order by started_at desc limit 1")?;
    ensure!(changed == "0", "the second import changed {changed} records");

    let rows = arguments.rows;
    let ratio = copied.seconds / first.seconds;
    table.add(
        "P4 import",
        format!(
            "{ratio:.2} of COPY's speed: {rows} rows ({} in all tables) in {:.1} s, COPY {:.1} s",
            copied.rows, first.seconds, copied.seconds
        ),
        "≥ 0.5",
        ratio >= 0.5,
    );
    let again = second.seconds / first.seconds;
    table.add("P4 again", format!("{again:.2} of the first: {:.1} s", second.seconds), "≤ 0.5", again <= 0.5);
    memory(table, "P5 import", &little, &first);
    let little = spent(program, &["export", "--output", "/dev/null", "--database-url", &small_url])?;
    let much = spent(program, &["export", "--output", "/dev/null", "--database-url", &url])?;
    memory(table, "P5 export", &little, &much);
    Ok(())
}

fn memory(table: &mut Table, measure: &str, little: &Spent, much: &Spent) {
    let most = MOST_MEBIBYTES.min(little.mebibytes * 5 / 4 + 16);
    table.add(
        measure,
        format!("{} MiB for ten times the rows, {} MiB for one", much.mebibytes, little.mebibytes),
        "the same, ≤ 200 MiB",
        much.mebibytes <= most,
    );
}

/// What `COPY` took by itself.
struct Copied {
    seconds: f64,
    rows: u64,
}

/// Copies the rows of the imported base into one with the same indexes and constraints.
fn copy(postgres: &Postgres, program: &Path) -> anyhow::Result<Copied> {
    postgres.database(program, "copied")?;
    // In the order in which they refer to each other: that of their making.
    let tables = postgres.run("imported", include_str!("tables.sql"))?;
    let tables: Vec<(&str, &str)> = tables.lines().filter_map(|line| line.split_once('|')).collect();
    let mut rows = 0;
    let (mut quiet, mut empty, mut copy) = (String::new(), String::new(), String::new());
    for (table, columns) in &tables {
        let file = postgres.folder().join(format!("{table}.copy"));
        let file = file.display();
        postgres.run("imported", &format!("\\copy {table} ({columns}) to '{file}'"))?;
        rows += postgres.run("imported", &format!("select count(*) from {table}"))?.parse::<u64>()?;
        // The program's own triggers made some of these rows; the constraints stay.
        quiet += &format!("alter table {table} disable trigger user;\n");
        empty += &format!("truncate {table} cascade;\n");
        copy += &format!("\\copy {table} ({columns}) from '{file}'\n");
    }
    let script_file = postgres.folder().join("copy.sql");
    let script = format!(
        "begin;\nset client_min_messages = warning;\nset constraints all deferred;\n{quiet}{empty}{copy}commit;\n"
    );
    fs::write(&script_file, script)?;
    postgres.run("copied", "checkpoint")?;
    let began = now();
    let status = postgres.psql("copied").arg("-f").arg(&script_file).status()?;
    ensure!(status.success(), "COPY failed");
    Ok(Copied { seconds: began.elapsed().as_secs_f64(), rows })
}

/// Runs the program to its end.
fn spent(program: &Path, arguments: &[&str]) -> anyhow::Result<Spent> {
    let began = now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| program.display().to_string())?;
    let mut mebibytes = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        mebibytes = mebibytes.max(most_memory(child.id()).unwrap_or(0));
        sleep(Duration::from_millis(20));
    };
    ensure!(status.success(), "{} {arguments:?} ended with {status}", program.display());
    Ok(Spent { seconds: began.elapsed().as_secs_f64(), mebibytes })
}

/// The most memory a process has had so far, in MiB.
fn most_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? / 1024)
}

/// R1: an import killed at random moments and started again makes the base that it makes undisturbed.
fn killed(arguments: &Arguments, postgres: &Postgres, table: &mut Table) -> anyhow::Result<()> {
    let program = &arguments.program;
    let file = postgres.folder().join("killed.csv");
    ged::write(&file, 20_000)?;
    let import = |url: &str| {
        let mut command = Command::new(program);
        command.args(["import", "--batch-lines", "2000", "--database-url", url]).arg(&file);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let undisturbed = postgres.database(program, "undisturbed")?;
    let began = now();
    ensure!(import(&undisturbed).status()?.success(), "the import failed");
    let whole = began.elapsed();
    let disturbed = postgres.database(program, "disturbed")?;
    let mut rng = fastrand::Rng::new();
    for _ in 0..arguments.kills {
        let mut child = import(&disturbed).spawn()?;
        sleep(whole.mul_f64(rng.f64()));
        child.kill()?;
        child.wait()?;
    }
    ensure!(import(&disturbed).status()?.success(), "the import failed after {} kills", arguments.kills);
    let contents = |database| postgres.run(database, include_str!("contents.sql"));
    let same = contents("undisturbed")? == contents("disturbed")?;
    table.add(
        "R1 killed",
        format!(
            "{} kills, then the same command: {}",
            arguments.kills,
            if same { "the same base" } else { "another base" }
        ),
        "the same base",
        same,
    );
    Ok(())
}

/// The clock of the measurements.
fn now() -> Instant {
    Instant::now()
}
