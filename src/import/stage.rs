//! Staging: the temporary tables of one run, and the rows on their way into them.

use std::collections::HashMap;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use super::Reject;
use super::record::TABLES;
use super::row::{Rows, escape};
use super::table::{Column, Part, stage};

/// How many bytes of rows gather before they are sent.
const GATHERED: usize = 1 << 20;

/// Rows that wait to be sent, by table.
#[derive(Default)]
pub struct Waiting {
    rows: HashMap<&'static str, String>,
    bytes: usize,
}

/// Makes the staging tables; they go with the transaction.
pub async fn create(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut sql = String::from(
        "create temp table stage_line (line bigint, text text) on commit drop;\n\
         create temp table stage_rejected (table_name text, id uuid, slug text, line bigint) on commit drop;\n",
    );
    for table in TABLES {
        sql +=
            &definition(table.name, "line bigint, id uuid, id_given boolean, by_slug boolean", table.columns);
    }
    for part in parts() {
        sql += &definition(part.name, "line bigint", part.columns);
    }
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}

/// Every part, once: names and identifiers belong to records of several tables.
fn parts() -> Vec<&'static Part> {
    let mut parts: Vec<&Part> = Vec::new();
    for part in TABLES.iter().flat_map(|table| table.parts) {
        if parts.iter().all(|known| known.name != part.name) {
            parts.push(part);
        }
    }
    parts
}

fn definition(table: &str, first: &str, columns: &[Column]) -> String {
    let columns: String =
        columns.iter().flat_map(Column::staged).map(|(name, kind)| format!(", {name} {kind}")).collect();
    format!("create temp table {} ({first}{columns}) on commit drop;\n", stage(table))
}

/// Lets the planner know what was staged.
pub async fn analyze(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut sql = String::from("create unique index on stage_line (line);");
    for table in TABLES {
        let stage = table.stage();
        sql +=
            &format!("create unique index on {stage} (line); create index on {stage} (id); analyze {stage};");
    }
    for part in parts() {
        let stage = stage(part.name);
        sql += &format!("create index on {stage} (line); analyze {stage};");
    }
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}

impl Waiting {
    /// Adds a line and what it became.
    pub fn add(&mut self, line: u64, text: &str, rows: Rows) {
        let mut row = format!("{line}\t");
        escape(text, &mut row);
        row.push('\n');
        self.push("line", &row);
        for (table, row) in rows.0 {
            self.push(table, &row);
        }
    }

    fn push(&mut self, table: &'static str, row: &str) {
        self.bytes += row.len();
        self.rows.entry(table).or_default().push_str(row);
    }

    /// Whether enough has gathered.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.bytes >= GATHERED
    }

    /// Sends everything.
    pub async fn send(&mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        for (table, rows) in self.rows.drain() {
            let mut copy = connection.copy_in_raw(&format!("copy {} from stdin", stage(table))).await?;
            copy.send(rows.as_bytes()).await?;
            copy.finish().await?;
        }
        self.bytes = 0;
        Ok(())
    }
}

/// Takes lines out of all staging tables, and remembers which records they were.
pub async fn remove(connection: &mut PgConnection, rejects: &[Reject]) -> Result<(), sqlx::Error> {
    let lines: Vec<i64> = rejects.iter().filter_map(|reject| i64::try_from(reject.line).ok()).collect();
    for table in TABLES {
        let slug = if table.has_slug { "slug" } else { "null" };
        let (name, stage) = (table.name, table.stage());
        let remove = format!(
            "with removed as (delete from {stage} where line = any ($1) returning id, {slug}, line) \
             insert into stage_rejected select '{name}', * from removed"
        );
        sqlx::query(AssertSqlSafe(remove)).bind(&lines).execute(&mut *connection).await?;
    }
    for part in parts() {
        let remove = format!("delete from {} where line = any ($1)", stage(part.name));
        sqlx::query(AssertSqlSafe(remove)).bind(&lines).execute(&mut *connection).await?;
    }
    Ok(())
}
