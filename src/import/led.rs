//! Lines that speak of merged records: what they refer to is led to the record that it has become part of,
//! and a line that states a merged record states nothing more.
//!
//! Ids are told by what lines say, before anything is led, so that the same file means the same records
//! after a merge as before it.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

use super::stage;
use super::table::{Column, Identity, Table, Target, stage as staging};

/// The batch of rows that state what is there under another id, and are not merged.
pub const LED: i64 = -1;

/// Leads the rows of one table in a batch, and what they refer to; returns how many state nothing more.
pub async fn lead(connection: &mut PgConnection, table: &Table, batch: i64) -> Result<u64, sqlx::Error> {
    let any: bool =
        sqlx::query_scalar("select exists (select from merged_record)").fetch_one(&mut *connection).await?;
    if !any {
        return Ok(0);
    }
    let mut led = 0;
    for sql in own(table) {
        led += execute(connection, sql, batch).await?;
    }
    let mut led_references = 0;
    for sql in references(table) {
        led_references += execute(connection, sql, batch).await?;
    }
    if led_references > 0 {
        if table.name == "article" {
            execute(connection, DERIVED_FROM_ONE.to_owned(), batch).await?;
        }
        for sql in twins(table) {
            led += execute(connection, sql, batch).await?;
        }
    }
    stage::empty(connection, "stage_led").await?;
    Ok(led)
}

/// The statements that find rows which state a merged record, by any of its keys.
fn own(table: &Table) -> Vec<String> {
    let (name, staged) = (table.name, table.stage());
    let by = |same: &str| {
        format!(
            "update {staged} s set id = m.into_id, batch = {LED} from merged_record m \
             where s.batch = $1 and m.record_type = '{name}' and {same}"
        )
    };
    let mut statements = vec![by("m.from_id = s.id")];
    if table.has_slug {
        statements.push(by("s.by_slug and m.slug = s.slug"));
    }
    match name {
        "article" => statements.push(by("s.external_id is null and not s.id_given and m.url = s.url")),
        // A crossing goes with its place.
        "border_crossing" => statements.push(format!(
            "update {staged} s set id = t.id, batch = {LED} from stage_location l join border_crossing t on t.location_id = l.id \
             where s.batch = $1 and l.line = s.line and l.place = s.place and l.batch = {LED}"
        )),
        // What joins the two that are one now, and was taken away with the merge.
        "affiliation" => statements.push(format!(
            "update {staged} s set batch = {LED} where s.batch = $1 and exists ( \
               select from revision r join change_set c on c.id = r.change_set_id \
               where r.record_id = s.id and r.operation = 'DELETE' and c.kind = 'MERGE' and c.reverted_by_id is null) \
             and not exists (select from affiliation t where t.id = s.id)"
        )),
        _ => {}
    }
    statements
}

/// The statements that lead references, those of parts included, and note whose they are.
fn references(table: &Table) -> Vec<String> {
    let of_parts = table.parts.iter().map(|part| (staging(part.name), part.columns));
    let all = std::iter::once((table.stage(), table.columns)).chain(of_parts);
    let mut statements = Vec::new();
    for (staged, columns) in all {
        for (name, _, target) in columns.iter().filter_map(Column::reference) {
            if is_merged(target) {
                statements.push(format!(
                    "with led as (update {staged} s set {name} = m.into_id from merged_record m \
                       where m.from_id = s.{name} \
                         and exists (select from {own} o where o.line = s.line and o.place = s.place and o.batch = $1) \
                       returning s.line, s.place) \
                     insert into stage_led select line, place from led",
                    own = table.stage()
                ));
            }
        }
    }
    statements
}

fn is_merged(target: Target) -> bool {
    matches!(target, Target::Source | Target::Actor | Target::Location | Target::Crossing | Target::Article)
}

/// Takes away what comes from itself now, or from the same twice.
const DERIVED_FROM_ONE: &str = "delete from stage_article_derivation x using stage_article s \
    where x.line = s.line and x.place = s.place and s.batch = $1 and (x.from_article_id = s.id or exists ( \
      select from stage_article_derivation y where y.line = x.line and y.place = x.place and y.ctid < x.ctid \
        and (y.kind, y.from_article_id, y.from_source_id) is not distinct from (x.kind, x.from_article_id, x.from_source_id)))";

/// The statements that find rows which say the same now as others.
fn twins(table: &Table) -> Vec<String> {
    let (name, staged) = (table.name, table.stage());
    let (Identity::Natural(key), Some(same)) = (&table.identity, table.same_record) else {
        return Vec::new();
    };
    let key = key.join(", ");
    let is_led = "exists (select from stage_led x where x.line = s.line and x.place = s.place)";
    vec![
        // One that the base has already, under another id.
        format!(
            "update {staged} s set id = t.id, batch = {LED} from {name} t \
             where s.batch = $1 and t.id <> s.id and ({same}) and {is_led} \
               and not exists (select from {name} own where own.id = s.id)"
        ),
        // Of several rows that say the same now, one is merged: the one that the base has, or else the first
        // of those that said so themselves.
        format!(
            "update {staged} s set id = k.kept, batch = {LED} from ( \
               select s.line, s.place, t.id is null as is_new, bool_or({is_led}) over (partition by {key}) as any_led, \
                 first_value(s.id) over (partition by {key} order by (t.id is null), {is_led}, s.line, s.place) as kept \
               from {staged} s left join {name} t on t.id = s.id where s.batch = $1) k \
             where k.line = s.line and k.place = s.place and s.batch = $1 and k.any_led and k.is_new and k.kept <> s.id"
        ),
    ]
}

async fn execute(connection: &mut PgConnection, sql: String, batch: i64) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(AssertSqlSafe(sql)).bind(batch).execute(connection).await?.rows_affected())
}
