//! Merging: what is staged becomes records, table by table, inside the run's transaction.
//!
//! The constraints of the tables are the judges. Where a merge breaks one, the lines are halved
//! until the line at fault is found and named; the others go on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection as _, Executor, Postgres, Row as _};

use super::OnConflict;
use super::fault::{self, Fault};
use super::record::TABLES;
use super::resolve::{Found, Resolved, resolve};
use super::stage;
use super::table::{Column, Identity, Part, Table, stage};

/// What merging did to the records of one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Counts {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    #[serde(default)]
    pub removed: u64,
}

impl Counts {
    pub fn add(&mut self, more: Self) {
        self.created += more.created;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
        self.removed += more.removed;
    }
}

/// What one pass over all tables brought.
pub struct Pass {
    pub counts: BTreeMap<&'static str, Counts>,
    /// Rows that cannot be merged. When there are any, the pass must be taken back: other rows of
    /// these lines, or rows that refer to them, may have been merged before they were found.
    pub found: Vec<Found>,
}

/// The reason on claims that a newer value of the same dataset took the place of.
pub const SUPERSEDED: &str = "replaced by a newer value from its dataset";

/// References between rows of one table: a place may stand before the place it lies in, and when
/// lines are halved, in the other half.
const WITHIN_A_TABLE: &str = "location_parent_id_fkey, location_between_a_id_fkey, location_between_b_id_fkey, \
    event_parent_id_fkey, article_derivation_from_article_id_fkey";

/// What becomes of the names and other parts that a record got when another was merged into it, where its
/// line does not list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// They stay: the line's dataset knows nothing of the merge.
    Stays,
    /// They go: the line is the record as somebody saw it, and wants it.
    Goes,
}

/// Resolves and merges what is staged in one batch.
pub async fn pass(
    connection: &mut PgConnection,
    batch: i64,
    on_conflict: OnConflict,
    brought: Brought,
) -> Result<Pass, sqlx::Error> {
    let defer = format!("set constraints {WITHIN_A_TABLE} deferred");
    connection.execute(AssertSqlSafe(defer)).await?;
    let mut pass = Pass { counts: BTreeMap::new(), found: Vec::new() };
    for table in TABLES {
        let whole = Range { batch, first: (i64::MIN, 0), last: (i64::MAX, 0) };
        if !whole.has_rows(connection, table).await? {
            continue;
        }
        let Resolved { found, led } = resolve(connection, table, batch).await?;
        forget(connection, table, &found).await?;
        pass.found.extend(found);
        let counts = Counts { unchanged: led, ..Counts::default() };
        let mut merge = Merge { table, on_conflict, brought, counts, found: Vec::new() };
        merge.halving(connection, whole).await?;
        pass.counts.insert(table.name, merge.counts);
        pass.found.extend(merge.found);
    }
    if pass.found.is_empty() {
        connection.execute("set constraints all immediate").await?;
    }
    Ok(pass)
}

/// Rows of a staging table: those of a batch from one line and place to another, both included.
#[derive(Clone, Copy)]
struct Range {
    batch: i64,
    first: (i64, i32),
    last: (i64, i32),
}

/// The condition that a row `s` lies in the range whose five values are bound.
const IN_RANGE: &str = "s.batch = $1 and (s.line, s.place) between ($2, $3) and ($4, $5)";

impl Range {
    fn query<'q>(&self, sql: String) -> Query<'q, Postgres, PgArguments> {
        let ((first_line, first_place), (last_line, last_place)) = (self.first, self.last);
        sqlx::query(AssertSqlSafe(sql))
            .bind(self.batch)
            .bind(first_line)
            .bind(first_place)
            .bind(last_line)
            .bind(last_place)
    }

    async fn has_rows(&self, connection: &mut PgConnection, table: &Table) -> Result<bool, sqlx::Error> {
        let sql = format!("select exists (select from {} s where {IN_RANGE})", table.stage());
        self.query(sql).fetch_one(connection).await?.try_get(0)
    }

    /// Its rows in order, by line and place.
    async fn rows(
        &self,
        connection: &mut PgConnection,
        table: &Table,
    ) -> Result<Vec<(i64, i32)>, sqlx::Error> {
        let sql = format!("select s.line, s.place from {} s where {IN_RANGE} order by 1, 2", table.stage());
        let rows = self.query(sql).fetch_all(connection).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}

/// The merge of one table's rows under way.
struct Merge {
    table: &'static Table,
    on_conflict: OnConflict,
    brought: Brought,
    counts: Counts,
    found: Vec<Found>,
}

impl Merge {
    /// Merges a range, halving it where a constraint breaks.
    async fn halving(&mut self, connection: &mut PgConnection, whole: Range) -> Result<(), sqlx::Error> {
        let Some(fault) = self.attempt(connection, whole).await? else { return Ok(()) };
        let rows = whole.rows(connection, self.table).await?;
        let between = |rows: &[(i64, i32)]| match rows {
            [] => None,
            [only] => Some(Range { first: *only, last: *only, ..whole }),
            [first, .., last] => Some(Range { first: *first, last: *last, ..whole }),
        };
        // A stack of what is left and known to break or not yet tried, the earliest lines on top: of two
        // lines that exclude each other, the later is at fault.
        let mut broken = vec![(rows.as_slice(), Some(fault))];
        while let Some((rows, fault)) = broken.pop() {
            let Some(range) = between(rows) else { continue };
            let fault = match fault {
                Some(fault) => fault,
                None => match self.attempt(connection, range).await? {
                    Some(fault) => fault,
                    None => continue,
                },
            };
            if let [(line, place)] = *rows {
                let Fault { field, reason, kind } = fault;
                let (table, field) = (self.table.name, field.map(str::to_owned));
                self.found.push(Found { table, line, place, field, value: None, reason, kind });
            } else {
                let (earlier, later) = rows.split_at(rows.len() / 2);
                broken.extend([(later, None), (earlier, None)]);
            }
        }
        Ok(())
    }

    /// Merges a range, or says what is wrong in it and leaves nothing of it.
    async fn attempt(
        &mut self,
        connection: &mut PgConnection,
        range: Range,
    ) -> Result<Option<Fault>, sqlx::Error> {
        let mut savepoint = connection.begin().await?;
        match merge_range(&mut savepoint, self.table, range, (self.on_conflict, self.brought)).await {
            Ok(merged) => {
                savepoint.commit().await?;
                self.counts.add(merged);
                Ok(None)
            }
            Err(error) => {
                savepoint.rollback().await?;
                let fault = fault::of_line(&error).ok_or(error)?;
                Ok(Some(fault.of_table(self.table)))
            }
        }
    }
}

/// Merges the rows of one range, records first, then what belongs to them.
async fn merge_range(
    connection: &mut PgConnection,
    table: &Table,
    range: Range,
    (on_conflict, brought): (OnConflict, Brought),
) -> Result<Counts, sqlx::Error> {
    if matches!(table.identity, Identity::Content) && on_conflict != OnConflict::Keep {
        range.query(supersede(table)).execute(&mut *connection).await?;
    }
    let counts = "select count(*), count(*) filter (where created) from written";
    if table.parts.is_empty() {
        let written = format!("with written as ({}) {counts}", upsert(table, on_conflict));
        let written = range.query(written).fetch_one(&mut *connection).await?;
        return counted(connection, table, range, &written, 0).await;
    }
    // A record whose parts alone changed has changed too.
    stage::empty(connection, "stage_written").await?;
    let written = format!(
        "with written as ({}), kept as (insert into stage_written select id from written) {counts}",
        upsert(table, on_conflict)
    );
    let written = range.query(written).fetch_one(&mut *connection).await?;
    stage::empty(connection, "stage_changed").await?;
    for part in table.parts {
        for sql in merge_part(table, part, on_conflict, brought) {
            range.query(sql).execute(&mut *connection).await?;
        }
    }
    let touch = format!(
        "update {} set id = id where id in (select id from stage_changed except select id from stage_written)",
        table.name
    );
    let touched = connection.execute(AssertSqlSafe(touch)).await?.rows_affected();
    counted(connection, table, range, &written, touched).await
}

/// What became of a range, from the number of rows written and created.
async fn counted(
    connection: &mut PgConnection,
    table: &Table,
    range: Range,
    written: &PgRow,
    touched: u64,
) -> Result<Counts, sqlx::Error> {
    let number = |value: i64| u64::try_from(value).unwrap_or_default();
    let (written, created) = (number(written.try_get(0)?), number(written.try_get(1)?));
    let all = format!("select count(*) from {} s where {IN_RANGE}", table.stage());
    let all = number(range.query(all).fetch_one(connection).await?.try_get(0)?);
    let updated = written - created + touched;
    Ok(Counts { created, updated, unchanged: all - created - updated, removed: 0 })
}

/// `insert … on conflict do update` of what differs; returns the id and whether it is new.
fn upsert(table: &Table, on_conflict: OnConflict) -> String {
    let columns: Vec<_> = table.columns.iter().flat_map(filled_in).collect();
    let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let values: Vec<_> = columns.iter().map(|(_, value)| value.as_str()).collect();
    let sets: Vec<_> = names.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let (revive, revived) = match table.identity {
        Identity::Content => (
            ", retracted_at = null, retraction_reason = null",
            format!(" or t.retraction_reason = '{SUPERSEDED}'"),
        ),
        _ => ("", String::new()),
    };
    let conflict = match on_conflict {
        OnConflict::Keep => "do nothing".to_owned(),
        OnConflict::Newer | OnConflict::Replace => format!(
            "(id) do update set {sets}{revive} where ({ours}) is distinct from ({theirs}){revived}",
            sets = sets.join(", "),
            ours = names.iter().map(|name| format!("t.{name}")).collect::<Vec<_>>().join(", "),
            theirs = names.iter().map(|name| format!("excluded.{name}")).collect::<Vec<_>>().join(", "),
        ),
    };
    let (zones, zone) = zones(table);
    format!(
        "insert into {table} as t (id, {names}) {zones} \
         select s.id, {values} from {staged} s {zone} \
         left join {table} known on s.mentioned and known.id = s.id where {IN_RANGE} \
         on conflict {conflict} \
         returning t.id, xmax = 0 as created",
        table = table.name,
        names = names.join(", "),
        values = values.join(", "),
        staged = table.stage(),
    )
}

/// The columns that a column of staging fills, each with its value. What a line only mentions says what
/// it knows and takes nothing away: where it is silent, what is `known` stays.
fn filled_in(column: &Column) -> Vec<(String, String)> {
    let is_silent = match column {
        Column::Extent { prefix, .. } => Some(format!("s.{prefix}ongoing is null")),
        _ => None,
    };
    let fill = |(name, value): (String, String)| {
        let filled = match &is_silent {
            Some(is_silent) => format!("case when {is_silent} then known.{name} else {value} end"),
            None => format!("coalesce({value}, known.{name})"),
        };
        // A bound that is unknown for ever is not the same as one that nobody mentions.
        let is_required = matches!(column, Column::Extent { optional: false, .. });
        (name, if is_required { value } else { filled })
    };
    column.merged("s").into_iter().map(fill).collect()
}

/// A table of the time zones of the places at which rows have their dates, and the join that gives a
/// staged row `s` its zone as `z.zone`: looked up once for each place, and only for rows with dates.
fn zones(table: &Table) -> (String, String) {
    let bounds: Vec<_> = table.columns.iter().flat_map(|column| column.bounds("s")).collect();
    match table.dates_at {
        Some(place) if !bounds.is_empty() => {
            let place = format!("case when num_nonnulls({}) > 0 then {place} end", bounds.join(", "));
            (
                format!(
                    "with zones as materialized (select * from location_timezones(array( \
                     select distinct {place} from {} s where s.batch = $1)))",
                    table.stage()
                ),
                format!("left join zones z on z.place = {place}"),
            )
        }
        _ => (String::new(), "cross join (select null::text as zone) z".to_owned()),
    }
}

/// Retracts the claims that had the external ids of these lines and said something else.
fn supersede(table: &Table) -> String {
    format!(
        "update {} t set retracted_at = now(), retraction_reason = '{SUPERSEDED}' from {} s \
         where {IN_RANGE} and t.dataset_id is not distinct from s.dataset_id \
           and t.external_id = s.external_id and t.id <> s.id and t.retracted_at is null",
        table.name,
        table.stage()
    )
}

/// The statements that bring the parts of a range's records to what the lines say, and note in
/// `stage_changed` the records whose parts changed.
fn merge_part(table: &Table, part: &Part, on_conflict: OnConflict, brought: Brought) -> Vec<String> {
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
    let mut keep = part.keep.map(|keep| format!(" and not ({keep})")).unwrap_or_default();
    if part.comes_along && brought == Brought::Stays {
        keep += " and p.came_from_id is null";
    }
    // What is kept as it was has the parts that it had.
    let new = match on_conflict {
        OnConflict::Keep => " and s.id in (select id from stage_written)",
        OnConflict::Newer | OnConflict::Replace => "",
    };
    let remove = format!(
        "with removed as (delete from {name} p using {owners} s \
           where {IN_RANGE}{new} and not s.mentioned and p.{owner} = {owner_key}{keep} \
             and not exists (select from {staged} x where x.line = s.line and x.place = s.place and {same}) \
           returning s.id) \
         insert into stage_changed select id from removed"
    );
    let add = format!(
        "with added as (insert into {name} ({owner}{names}) \
           select {owner_key}{values} from {owners} s join {staged} x on x.line = s.line and x.place = s.place \
           where {IN_RANGE}{new} and not exists (select from {name} p where p.{owner} = {owner_key} and {same}) \
           returning {owner} as owner) \
         insert into stage_changed select distinct s.id from added join {owners} s on {owner_key} = added.owner \
         where {IN_RANGE}"
    );
    vec![remove, add]
}

/// Leaves rows found at fault out of the rest of this pass's merge of their table.
async fn forget(connection: &mut PgConnection, table: &Table, found: &[Found]) -> Result<(), sqlx::Error> {
    if found.is_empty() {
        return Ok(());
    }
    let (lines, places): (Vec<i64>, Vec<i32>) = found.iter().map(|found| (found.line, found.place)).unzip();
    let sql = format!(
        "delete from {} where (line, place) in (select * from unnest($1::bigint[], $2::integer[]))",
        table.stage()
    );
    sqlx::query(AssertSqlSafe(sql)).bind(lines).bind(places).execute(connection).await?;
    Ok(())
}
