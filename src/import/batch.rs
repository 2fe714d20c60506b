//! A batch is a run of lines that is merged and committed at once, so that a large file's work is
//! kept as it goes. A line comes no earlier than the lines it refers to.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

use super::record::TABLES;
use super::table::{Column, Table, Target, stage};

/// How many lines make a batch when nothing else is said.
pub const LINES: u64 = 100_000;

/// The batch that a line belongs to by its number, where so many lines make a batch.
#[must_use]
pub fn batch(line: u64, lines: u64) -> u64 {
    line.saturating_sub(1) / lines.max(1)
}

/// Moves lines that refer to lines of later batches into these; returns the number of batches.
pub async fn assign(connection: &mut PgConnection, last_line: u64, lines: u64) -> Result<u64, sqlx::Error> {
    let batches = batch(last_line, lines) + 1;
    if batches == 1 {
        return Ok(1);
    }
    // A line moved may be one that others refer to; cycles end in one batch.
    loop {
        let mut moved = 0;
        for table in TABLES {
            for sql in later(table) {
                moved += sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?.rows_affected();
            }
        }
        if moved == 0 {
            return Ok(batches);
        }
        for table in TABLES {
            let follow = format!(
                "update {stage} s set batch = m.batch from stage_moved m where m.line = s.line and s.batch < m.batch",
                stage = table.stage()
            );
            sqlx::query(AssertSqlSafe(follow)).execute(&mut *connection).await?;
        }
    }
}

/// The statements that find the lines of a table which refer to lines of later batches.
fn later(table: &Table) -> Vec<String> {
    let own = table.stage();
    // Two lines of one record meet in one batch, where the second is found.
    let mut statements =
        vec![moved(&own, "s.batch", &own, "t.id = s.id and not t.mentioned and not s.mentioned")];
    let mut find = |staged: &str, columns: &[Column], owner: &str| {
        for (name, _, target) in columns.iter().filter_map(Column::reference) {
            statements.push(moved(staged, owner, &stage(target.table()), &format!("t.id = s.{name}")));
            // A crossing's slug is its place's, which stands on the same line.
            let named = if target == Target::Crossing { Target::Location } else { target };
            if named.slugs().is_some() {
                let same = format!("s.{name} is null and t.slug = s.{name}_written");
                statements.push(moved(staged, owner, &stage(named.table()), &same));
            }
        }
    };
    find(&own, table.columns, "s.batch");
    let owner = format!("(select o.batch from {own} o where o.line = s.line and o.place = s.place)");
    for part in table.parts {
        find(&stage(part.name), part.columns, &owner);
    }
    statements
}

fn moved(staged: &str, owner: &str, targets: &str, same: &str) -> String {
    format!(
        "insert into stage_moved as m (line, batch) \
         select s.line, max(t.batch) from {staged} s join {targets} t on {same} \
         where t.batch > {owner} group by s.line \
         on conflict (line) do update set batch = excluded.batch where excluded.batch > m.batch"
    )
}
