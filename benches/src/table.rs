//! The table of results: a row for each measure, with what it must reach.

use std::fmt;

/// Every result so far.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    measure: String,
    found: String,
    must: String,
    holds: bool,
}

impl Table {
    /// Adds a result, and shows it at once on standard error.
    pub fn add(&mut self, measure: &str, found: String, must: &str, holds: bool) {
        eprintln!("{measure}: {found} (must be {must})");
        self.rows.push(Row { measure: measure.to_owned(), found, must: must.to_owned(), holds });
    }

    /// Whether everything measured is as it must be.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.holds)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| Measure | Found | Must be | |\n|---|---|---|---|")?;
        for Row { measure, found, must, holds } in &self.rows {
            writeln!(
                formatter,
                "| {measure} | {found} | {must} | {} |",
                if *holds { "holds" } else { "MISSED" }
            )?;
        }
        Ok(())
    }
}
