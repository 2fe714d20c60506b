//! Staging: the temporary tables of one run, and the rows on their way into them.

use std::collections::HashMap;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use super::OnConflict;
use super::format::Wrong;
use super::record::TABLES;
use super::resolve::Found;
use super::row::escape;
use super::table::{Column, Part, Table, stage};

/// How many bytes of rows gather before they are sent.
const GATHERED: usize = 1 << 20;

/// Rows that wait to be sent, by table.
#[derive(Default)]
pub struct Waiting {
    rows: HashMap<&'static str, String>,
    bytes: usize,
}

/// Makes the staging tables; they go with the connection.
pub async fn create(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut sql = String::from(
        "create temp table stage_line (line bigint, text text);\n\
         create temp table stage_reject (line bigint, field text, value text, reason text, text text);\n\
         create temp table stage_rejected (table_name text, id uuid, slug text, line bigint);\n\
         create temp table stage_moved (line bigint primary key, batch bigint);\n\
         create temp table stage_written (id uuid);\n\
         create temp table stage_changed (id uuid);\n\
         create temp table stage_known (id uuid, dataset_id uuid);\n\
         create temp table stage_adopted (mentioned_id uuid primary key, id uuid);\n",
    );
    for table in TABLES {
        sql += &definition(
            table.name,
            "batch bigint, line bigint, place integer, mentioned boolean, id uuid, id_given boolean, by_slug boolean",
            table.columns,
        );
    }
    for part in parts() {
        sql += &definition(part.name, "line bigint, place integer", part.columns);
    }
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}

/// From this size on, in bytes, a staging table is emptied by making it anew. That takes milliseconds; a
/// smaller one is emptied row by row, which leaves what is dead behind.
const LARGE: i64 = 1 << 20;

/// Empties a staging table inside a transaction.
pub async fn empty(connection: &mut PgConnection, table: &str) -> Result<(), sqlx::Error> {
    let size: i64 = sqlx::query_scalar("select pg_relation_size(to_regclass('pg_temp.' || $1))")
        .bind(table)
        .fetch_one(&mut *connection)
        .await?;
    let how = if size > LARGE { "truncate" } else { "delete from" };
    sqlx::query(AssertSqlSafe(format!("{how} {table}"))).execute(connection).await?;
    Ok(())
}

/// Makes those staging tables anew that have grown large with what is dead, between two transactions.
pub async fn tidy(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let large: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = pg_my_temp_schema() and relkind = 'r' \
           and pg_relation_size(oid) > $1",
    )
    .bind(LARGE)
    .fetch_all(&mut *connection)
    .await?;
    if !large.is_empty() {
        sqlx::query(AssertSqlSafe(format!("truncate {}", large.join(", ")))).execute(connection).await?;
    }
    Ok(())
}

/// Every part, once: names and identifiers belong to records of several tables.
pub fn parts() -> Vec<&'static Part> {
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
    format!("create temp table {} ({first}{columns});\n", stage(table))
}

/// Makes what was staged ready to be merged: of a record that several lines mention the first row
/// stays, and the planner learns what there is.
pub async fn settle(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut sql = String::from("create unique index on stage_line (line);");
    for table in TABLES {
        let stage = table.stage();
        sql += &format!(
            "delete from {stage} s using \
               (select ctid, row_number() over (partition by id order by line, place) as turn from {stage} \
                where mentioned and id is not null) t \
             where s.ctid = t.ctid and t.turn > 1; \
             create unique index on {stage} (line, place); create index on {stage} (batch, line); \
             create index on {stage} (id);",
        );
        if table.has_slug {
            sql += &format!("create index on {stage} (slug);");
        }
        sql += &format!("analyze {stage};");
    }
    for part in parts() {
        let stage = stage(part.name);
        sql += &format!("create index on {stage} (line, place); analyze {stage};");
    }
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}

impl Waiting {
    /// Adds a line and what it became.
    pub fn add(&mut self, line: u64, text: &str, rows: impl Iterator<Item = (&'static str, String)>) {
        self.push("line", &record(&[Some(&line.to_string()), Some(text)]));
        self.add_rows(rows);
    }

    /// Adds a line at fault.
    pub fn reject(&mut self, line: u64, text: &str, wrong: &Wrong) {
        let Wrong { field, value, reason } = wrong;
        let line = line.to_string();
        // Postgres has no text with a NUL character.
        let text = text.replace('\0', "\u{fffd}");
        let value = value.as_ref().map(|value| value.replace('\0', "\u{fffd}"));
        let row = [Some(line.as_str()), field.as_deref(), value.as_deref(), Some(reason), Some(&text)];
        self.push("reject", &record(&row));
    }

    /// Adds what a line became, without the line.
    pub fn add_rows(&mut self, rows: impl Iterator<Item = (&'static str, String)>) {
        for (table, row) in rows {
            self.push(table, &row);
        }
    }

    fn push(&mut self, table: &'static str, row: &str) {
        self.bytes += row.len();
        self.rows.entry(table).or_default().push_str(row);
    }

    /// The staging tables that rows wait for.
    pub fn tables(&self) -> Vec<String> {
        self.rows.keys().map(|table| stage(table)).collect()
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

/// A row of these cells, as `COPY` reads it.
fn record(cells: &[Option<&str>]) -> String {
    let mut row = String::new();
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            row.push('\t');
        }
        match cell {
            Some(cell) => escape(cell, &mut row),
            None => row.push_str("\\N"),
        }
    }
    row.push('\n');
    row
}

/// Takes lines out of a batch whose event the base, or the file itself, has in a newer version;
/// returns their number.
pub async fn leave_out_older(
    connection: &mut PgConnection,
    batch: i64,
    on_conflict: OnConflict,
) -> Result<u64, sqlx::Error> {
    if on_conflict != OnConflict::Newer {
        return Ok(0);
    }
    let older: Vec<(i64, i32)> =
        sqlx::query_as(include_str!("older.sql")).bind(batch).fetch_all(&mut *connection).await?;
    if older.is_empty() {
        return Ok(0);
    }
    let lines: Vec<i64> = older.iter().map(|(line, _)| *line).collect();
    take_out(connection, &lines, &[]).await?;
    Ok(lines.len() as u64)
}

/// Takes the lines of what was found out of all staging tables, and remembers which records they
/// were. A record that they only mentioned stays where others refer to it, unless it is at fault itself.
pub async fn remove(connection: &mut PgConnection, found: &[Found]) -> Result<(), sqlx::Error> {
    let lines: Vec<i64> = found.iter().map(|found| found.line).collect();
    take_out(connection, &lines, found).await
}

async fn take_out(connection: &mut PgConnection, lines: &[i64], found: &[Found]) -> Result<(), sqlx::Error> {
    // Those that refer go before those that they refer to.
    for table in TABLES.iter().rev() {
        let slug = if table.has_slug { "slug" } else { "null" };
        let (name, stage) = (table.name, table.stage());
        let (at_fault, places): (Vec<i64>, Vec<i32>) =
            found.iter().filter(|found| found.table == name).map(|found| (found.line, found.place)).unzip();
        let remove = format!(
            "with removed as (delete from {stage} s where line = any ($1) and not (mentioned \
               and (line, place) not in (select * from unnest($2::bigint[], $3::integer[])) and ({referred})) \
             returning id, {slug}, line) \
             insert into stage_rejected select '{name}', * from removed",
            referred = is_referred_to(table),
        );
        sqlx::query(AssertSqlSafe(remove))
            .bind(lines)
            .bind(at_fault)
            .bind(places)
            .execute(&mut *connection)
            .await?;
    }
    for part in parts() {
        let owners = TABLES.iter().filter(|table| table.parts.iter().any(|own| own.name == part.name));
        let owned: String = owners
            .map(|table| {
                let own = table.stage();
                format!(" and not exists (select from {own} o where o.line = s.line and o.place = s.place)")
            })
            .collect();
        let remove = format!("delete from {} s where line = any ($1){owned}", stage(part.name));
        sqlx::query(AssertSqlSafe(remove)).bind(lines).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The condition that a row still staged refers to the row `s` of a table.
fn is_referred_to(table: &Table) -> String {
    let mut conditions = vec!["false".to_owned()];
    // The place of a crossing stands on its line, and what refers to the one needs both.
    let place = "(select l.id from stage_location l where l.line = s.line and l.place = s.place)";
    let also = (table.name == "border_crossing").then_some(("location", place));
    for other in TABLES {
        let own = (other.stage(), other.columns);
        let of_parts = other.parts.iter().map(|part| (stage(part.name), part.columns));
        for (staged, columns) in std::iter::once(own).chain(of_parts) {
            for (name, _, target) in columns.iter().filter_map(Column::reference) {
                for (target_name, id) in std::iter::once((table.name, "s.id")).chain(also) {
                    if target.table() == target_name {
                        conditions.push(format!("exists (select from {staged} r where r.{name} = {id})"));
                    }
                }
                if target.table() == table.name && table.has_slug {
                    conditions
                        .push(format!("exists (select from {staged} r where r.{name}_written = s.slug)"));
                }
            }
        }
    }
    // Two that are no references of the kind above.
    match table.name {
        "claim_property" => {
            conditions.push("exists (select from stage_claim r where r.property = s.code)".to_owned());
        }
        "location" => conditions.push(
            "exists (select from stage_border_crossing r where r.line = s.line and r.place = s.place)"
                .to_owned(),
        ),
        _ => {}
    }
    conditions.join(" or ")
}
