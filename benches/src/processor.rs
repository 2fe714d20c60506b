//! The processor time that a side has taken, which does not depend on what else the machine does.

use std::fs;
use std::process::Command;

use anyhow::Context;

/// Linux counts processor time in hundredths of a second, whatever the machine.
const TICKS: f64 = 100.0;

/// Seconds that a process has taken by itself.
pub fn of_process(process: u32) -> anyhow::Result<f64> {
    taken(process, &[11, 12])
}

/// Seconds that the processes have taken that another one started: those that ended, and those that run.
pub fn of_children(process: u32) -> anyhow::Result<f64> {
    let ended = taken(process, &[13, 14])?;
    let running = Command::new("pgrep").args(["-P", &process.to_string()]).output()?;
    let running = String::from_utf8_lossy(&running.stdout).into_owned();
    // One that has ended meanwhile counts for nothing here.
    let running = running.lines().filter_map(|child| of_process(child.parse().ok()?).ok());
    Ok(ended + running.sum::<f64>())
}

/// The sum of some columns of a process's statistics, in seconds.
fn taken(process: u32, columns: &[usize]) -> anyhow::Result<f64> {
    let statistics = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the program may hold anything, and ends at the last parenthesis.
    let (_, rest) = statistics.rsplit_once(')').context("a process has a name")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = columns.iter().filter_map(|column| fields.get(*column)?.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / TICKS)
}
