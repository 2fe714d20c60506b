//! Merging: what is staged becomes records, table by table, inside the run's transaction.
//!
//! The constraints of the tables are the judges. Where a merge breaks one, the lines are halved
//! until the line at fault is found and named; the others go on.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor, Row as _};
use uuid::Uuid;

use super::fault::{self, Fault};
use super::record::TABLES;
use super::resolve::{Found, resolve};
use super::table::{Identity, Part, Table, stage};

/// What merging did to the records of one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
}

/// What one pass over all tables brought.
pub struct Pass {
    pub counts: BTreeMap<&'static str, Counts>,
    /// Lines that cannot be merged. When there are any, the pass must be taken back: other rows of
    /// these lines, or rows that refer to them, may have been merged before they were found.
    pub found: Vec<Found>,
}

/// The reason on claims that a newer value of the same dataset took the place of.
const SUPERSEDED: &str = "replaced by a newer value from its dataset";

/// References between rows of one table: a place may stand before the place it lies in, and when
/// lines are halved, in the other half.
const WITHIN_A_TABLE: &str = "location_parent_id_fkey, location_between_a_id_fkey, location_between_b_id_fkey, \
    event_parent_id_fkey, article_derivation_from_article_id_fkey";

/// Resolves and merges everything that is staged.
pub async fn pass(connection: &mut PgConnection) -> Result<Pass, sqlx::Error> {
    let defer = format!("set constraints {WITHIN_A_TABLE} deferred");
    connection.execute(AssertSqlSafe(defer)).await?;
    let mut pass = Pass { counts: BTreeMap::new(), found: Vec::new() };
    for table in TABLES {
        if lines(connection, table).await?.is_empty() {
            continue;
        }
        let at_fault = resolve(connection, table).await?;
        forget(connection, table, &at_fault).await?;
        pass.found.extend(at_fault);
        let lines = lines(connection, table).await?;
        let (counts, at_fault) = merge(connection, table, &lines).await?;
        pass.counts.insert(table.name, counts);
        pass.found.extend(at_fault);
    }
    if pass.found.is_empty() {
        connection.execute("set constraints all immediate").await?;
    }
    Ok(pass)
}

/// Merges lines, halving them where a constraint breaks.
async fn merge(
    connection: &mut PgConnection,
    table: &'static Table,
    lines: &[i64],
) -> Result<(Counts, Vec<Found>), sqlx::Error> {
    let (mut counts, mut found) = (Counts::default(), Vec::new());
    // A stack of ranges, the earliest lines on top: of two lines that exclude each other, the later is at fault.
    let mut ranges = vec![lines];
    while let Some(range) = ranges.pop() {
        if range.is_empty() {
            continue;
        }
        let mut savepoint = connection.begin().await?;
        match merge_range(&mut savepoint, table, range).await {
            Ok(merged) => {
                savepoint.commit().await?;
                counts.created += merged.created;
                counts.updated += merged.updated;
                counts.unchanged += merged.unchanged;
            }
            Err(error) => {
                savepoint.rollback().await?;
                let Some(Fault { field, reason }) = fault::of_line(&error) else { return Err(error) };
                if let [line] = range {
                    found.push(Found {
                        line: u64::try_from(*line).unwrap_or_default(),
                        field: field.map(str::to_owned),
                        value: None,
                        reason,
                    });
                } else {
                    let (earlier, later) = range.split_at(range.len() / 2);
                    ranges.extend([later, earlier]);
                }
            }
        }
    }
    Ok((counts, found))
}

/// Merges the lines of one range, records first, then what belongs to them.
async fn merge_range(
    connection: &mut PgConnection,
    table: &Table,
    range: &[i64],
) -> Result<Counts, sqlx::Error> {
    if matches!(table.identity, Identity::Content) {
        sqlx::query(AssertSqlSafe(supersede(table))).bind(range).execute(&mut *connection).await?;
    }
    let written = sqlx::query(AssertSqlSafe(upsert(table))).bind(range).fetch_all(&mut *connection).await?;
    let mut ids = Vec::with_capacity(written.len());
    let mut created = 0;
    for row in &written {
        ids.push(row.try_get::<Uuid, _>(0)?);
        created += u64::from(row.try_get::<bool, _>(1)?);
    }
    let mut changed: Vec<Uuid> = Vec::new();
    for part in table.parts {
        changed.extend(merge_part(connection, table, part, range).await?);
    }
    // A record whose parts alone changed has changed too.
    ids.sort_unstable();
    changed.retain(|id| ids.binary_search(id).is_err());
    changed.sort_unstable();
    changed.dedup();
    if !changed.is_empty() {
        let touch = format!("update {} set id = id where id = any ($1)", table.name);
        sqlx::query(AssertSqlSafe(touch)).bind(&changed).execute(&mut *connection).await?;
    }
    let updated = ids.len() as u64 - created + changed.len() as u64;
    Ok(Counts { created, updated, unchanged: range.len() as u64 - created - updated })
}

/// `insert … on conflict do update` of what differs; returns the id and whether it is new.
fn upsert(table: &Table) -> String {
    let columns: Vec<_> = table.columns.iter().flat_map(|column| column.merged("s")).collect();
    let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let values: Vec<_> = columns.iter().map(|(_, value)| value.as_str()).collect();
    let sets: Vec<_> = names.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let zone =
        table.dates_at.map_or_else(|| "null".to_owned(), |place| format!("location_timezone({place})"));
    let (revive, revived) = match table.identity {
        Identity::Content => (
            ", retracted_at = null, retraction_reason = null",
            format!(" or t.retraction_reason = '{SUPERSEDED}'"),
        ),
        _ => ("", String::new()),
    };
    format!(
        "insert into {table} as t (id, {names}) \
         select s.id, {values} from {staged} s cross join lateral (select {zone}::text as zone) z \
         where s.line = any ($1) \
         on conflict (id) do update set {sets}{revive} \
         where ({ours}) is distinct from ({theirs}){revived} \
         returning t.id, xmax = 0",
        table = table.name,
        names = names.join(", "),
        values = values.join(", "),
        staged = table.stage(),
        sets = sets.join(", "),
        ours = names.iter().map(|name| format!("t.{name}")).collect::<Vec<_>>().join(", "),
        theirs = names.iter().map(|name| format!("excluded.{name}")).collect::<Vec<_>>().join(", "),
    )
}

/// Retracts the claims that had the external ids of these lines and said something else.
fn supersede(table: &Table) -> String {
    format!(
        "update {} t set retracted_at = now(), retraction_reason = '{SUPERSEDED}' from {} s \
         where s.line = any ($1) and t.dataset_id is not distinct from s.dataset_id \
           and t.external_id = s.external_id and t.id <> s.id and t.retracted_at is null",
        table.name,
        table.stage()
    )
}

/// Brings the parts of the records of these lines to what the lines say; returns the ids of the
/// records whose parts changed.
async fn merge_part(
    connection: &mut PgConnection,
    table: &Table,
    part: &Part,
    range: &[i64],
) -> Result<Vec<Uuid>, sqlx::Error> {
    let (owners, staged) = (table.stage(), stage(part.name));
    let (name, owner, owner_key) = (part.name, part.owner, part.owner_key);
    let columns: Vec<_> = part.columns.iter().flat_map(|column| column.merged("x")).collect();
    let same = columns
        .iter()
        .map(|(name, value)| format!("p.{name} is not distinct from {value}"))
        .collect::<Vec<_>>()
        .join(" and ");
    let names: String = columns.iter().map(|(name, _)| format!(", {name}")).collect();
    let values: String = columns.iter().map(|(_, value)| format!(", {value}")).collect();
    let keep = part.keep.map(|keep| format!(" and not ({keep})")).unwrap_or_default();
    let remove = format!(
        "delete from {name} p using {owners} s \
         where s.line = any ($1) and p.{owner} = {owner_key}{keep} \
           and not exists (select from {staged} x where x.line = s.line and {same}) \
         returning s.id"
    );
    let add = format!(
        "with added as (insert into {name} ({owner}{names}) \
           select {owner_key}{values} from {owners} s join {staged} x on x.line = s.line \
           where s.line = any ($1) and not exists (select from {name} p where p.{owner} = {owner_key} and {same}) \
           returning {owner} as owner) \
         select distinct s.id from added join {owners} s on {owner_key} = added.owner where s.line = any ($1)"
    );
    let mut changed =
        sqlx::query_scalar(AssertSqlSafe(remove)).bind(range).fetch_all(&mut *connection).await?;
    changed.extend(
        sqlx::query_scalar::<_, Uuid>(AssertSqlSafe(add)).bind(range).fetch_all(&mut *connection).await?,
    );
    Ok(changed)
}

/// The lines staged for a table, in order.
async fn lines(connection: &mut PgConnection, table: &Table) -> Result<Vec<i64>, sqlx::Error> {
    let sql = format!("select line from {} order by line", table.stage());
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await
}

/// Leaves lines found at fault out of the rest of this pass's merge of their table.
async fn forget(connection: &mut PgConnection, table: &Table, found: &[Found]) -> Result<(), sqlx::Error> {
    if found.is_empty() {
        return Ok(());
    }
    let lines: Vec<i64> = found.iter().filter_map(|found| i64::try_from(found.line).ok()).collect();
    let sql = format!("delete from {} where line = any ($1)", table.stage());
    sqlx::query(AssertSqlSafe(sql)).bind(&lines).execute(connection).await?;
    Ok(())
}
