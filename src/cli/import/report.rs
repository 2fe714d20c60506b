//! The report of an import: what the user reads at the end.

use std::fmt::Write;

use super::rejects::Rejects;
use crate::cli::output::counted;
use crate::import::Summary;

/// More than these are read in the file of rejects.
pub(super) const MOST_NAMED: usize = 20;

/// What the user reads at the end.
pub(super) fn report(summary: &Summary, rejects: &Rejects, is_rehearsal: bool) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_report(&mut text, summary, rejects, is_rehearsal);
    text
}

fn write_report(
    text: &mut String,
    summary: &Summary,
    rejects: &Rejects,
    is_rehearsal: bool,
) -> std::fmt::Result {
    write_tables(text, summary)?;
    let read = counted(summary.read, "line");
    let format = summary.format.name();
    if summary.created() + summary.updated() + summary.removed() == 0 {
        let would =
            if is_rehearsal { "this was a dry run, and nothing would change" } else { "nothing changed" };
        writeln!(text, "{read} of {format} read; {would}.")?;
    } else if is_rehearsal {
        writeln!(text, "{read} of {format} read. This was a dry run: nothing was written.")?;
    } else {
        writeln!(text, "{read} of {format} read.")?;
        writeln!(text, "Run {}; dateline import revert {0} takes it back.", summary.run)?;
    }
    if summary.removed() > 0 {
        writeln!(text, "{} that the file no longer says taken away.", counted(summary.removed(), "record"))?;
    }
    if summary.older > 0 {
        writeln!(
            text,
            "{} left out: the base has newer versions of their records.",
            counted(summary.older, "line")
        )?;
    }
    if summary.rejected == 0 {
        return Ok(());
    }
    writeln!(text, "\n{} rejected:", counted(summary.rejected, "line"))?;
    for reject in rejects.first() {
        writeln!(text, "  {reject}")?;
    }
    if summary.rejected > MOST_NAMED as u64 {
        writeln!(text, "  and {} more", summary.rejected - MOST_NAMED as u64)?;
    }
    writeln!(text, "{}", rejects.where_they_are())
}

fn write_tables(text: &mut String, summary: &Summary) -> std::fmt::Result {
    let tables: Vec<_> = summary.tables.iter().filter(|t| t.created + t.updated + t.unchanged > 0).collect();
    if tables.is_empty() {
        return Ok(());
    }
    let width = tables.iter().map(|table| table.table.len()).max().unwrap_or_default().max("total".len());
    let mut row = |name: &str, created: &str, updated: &str, unchanged: &str| {
        writeln!(text, "{name:<width$}  {created:>9}  {updated:>9}  {unchanged:>9}")
    };
    let number = |number: u64| number.to_string();
    row("", "created", "updated", "unchanged")?;
    for table in &tables {
        row(&table.table, &number(table.created), &number(table.updated), &number(table.unchanged))?;
    }
    row("total", &number(summary.created()), &number(summary.updated()), &number(summary.unchanged()))?;
    text.push('\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use uuid::Uuid;

    use super::*;
    use crate::import::{Format, Reject, TableCount};

    fn summary(rejected: u64, created: u64) -> Summary {
        let counts = |table: &str, created| TableCount {
            table: table.to_owned(),
            created,
            updated: 0,
            unchanged: 7,
            removed: 0,
        };
        Summary {
            run: Uuid::nil(),
            format: Format::Dateline,
            read: 12,
            older: 0,
            tables: vec![counts("event", created), counts("border_crossing", 0)],
            rejected,
        }
    }

    fn rejects(folder: &str, number: u64) -> Rejects {
        let mut rejects = Rejects::new(PathBuf::from(folder).join("a.rejects.ndjson"));
        for line in 1..=number {
            rejects.add(Reject {
                line,
                field: Some("extent".to_owned()),
                value: Some("2025-13".to_owned()),
                reason: "not EDTF".to_owned(),
                text: "{}".to_owned(),
            });
        }
        rejects.close();
        rejects
    }

    #[test]
    fn the_counts_stand_in_columns() {
        let expected = "
                   created    updated  unchanged
event                    3          0          7
border_crossing          0          0          7
total                    3          0         14

12 lines of dateline read.
Run 00000000-0000-0000-0000-000000000000; dateline import revert 00000000-0000-0000-0000-000000000000 takes it back.
";
        assert_eq!(
            report(&summary(0, 3), &rejects("/nonexistent", 0), false).trim_start(),
            expected.trim_start()
        );
    }

    #[test]
    fn a_file_that_changed_nothing_is_said_to() {
        let report = report(&summary(0, 0), &rejects("/nonexistent", 0), false);
        assert!(report.ends_with("12 lines of dateline read; nothing changed.\n"));
    }

    #[test]
    fn rejects_that_cannot_be_written_down_are_not_said_to_be() {
        let report = report(&summary(1, 0), &rejects("/nonexistent", 1), false);
        assert!(
            report.contains("They cannot be written to /nonexistent/a.rejects.ndjson: No such file"),
            "{report}"
        );
    }

    #[test]
    fn of_many_rejects_twenty_are_named() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let rejects = rejects(folder.path().to_str().expect("its name is text"), 25);
        let report = report(&summary(25, 1), &rejects, false);
        assert!(report.contains("25 lines rejected:\n  line 1, extent \"2025-13\": not EDTF\n"), "{report}");
        assert!(report.contains("  line 20, extent"));
        assert!(!report.contains("line 21,"));
        assert!(report.contains("  and 5 more\nThey are in "), "{report}");
    }
}
