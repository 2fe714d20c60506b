//! A pair is a record that gives way with the one that it becomes part of. Statements move everything from
//! the one to the other, one for each reference that Postgres's catalogue knows, so that no table is forgotten.
//!
//! Where two records that refer to a pair would say the same afterwards, such as two participations of one
//! actor in one role, they are a pair themselves.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _};
use uuid::Uuid;

use super::vocabulary::MergeKind;
use crate::history::{Catalogue, IN_ORDER, Reference, Table};

/// Makes the table of pairs anew.
const PAIRS: &str = "drop table if exists pg_temp.merge_pair;
    create temporary table merge_pair (
      record_type text not null, from_id uuid primary key, into_id uuid not null) on commit drop";

/// The tables whose records can be pairs, each after those it refers to.
const PAIRED: [&str; 7] =
    ["source", "actor", "location", "border_crossing", "participation", "article", "report"];

/// Keys that no constraint keeps: a source by itself reports an event once, by the id that follows from both.
const SAID_ONCE: [(&str, [&str; 2]); 1] = [("report", ["source_id", "event_id"])];

/// Records that join two of a kind, with both columns: one that would join a record with itself goes.
const JOINS_TWO: [(&str, &str, &str); 2] =
    [("affiliation", "member_id", "group_id"), ("article_derivation", "article_id", "from_article_id")];

/// Merges a record into another, in the transaction and under the change set of the caller.
///
/// # Errors
/// When the database fails, or what would be then breaks a rule of the tables.
pub async fn merge(
    connection: &mut PgConnection,
    kind: MergeKind,
    from: Uuid,
    into: Uuid,
) -> Result<(), sqlx::Error> {
    let catalogue = Catalogue::read(connection).await?;
    connection.execute(PAIRS).await?;
    sqlx::query("insert into merge_pair values ($1, $2, $3)")
        .bind(kind.table())
        .bind(from)
        .bind(into)
        .execute(&mut *connection)
        .await?;
    for parent in PAIRED {
        for statement in statements(&catalogue, parent) {
            connection.execute(AssertSqlSafe(statement)).await?;
        }
    }
    for table in PAIRED.iter().rev() {
        let gone = format!(
            "delete from {table} t using merge_pair m where m.record_type = '{table}' and t.id = m.from_id"
        );
        connection.execute(AssertSqlSafe(gone)).await?;
    }
    // A record whose parts alone changed has changed too.
    let touch = format!("update {} set id = id where id = $1", kind.table());
    sqlx::query(AssertSqlSafe(touch)).bind(into).execute(connection).await?;
    Ok(())
}

/// Everything that is done for the pairs of a table but taking them away.
fn statements(catalogue: &Catalogue, parent: &str) -> Vec<String> {
    let mut statements = vec![remember(parent)];
    statements.extend(special(parent).iter().map(|&statement| statement.to_owned()));
    let mut references: Vec<_> =
        catalogue.references.iter().filter(|reference| reference.parent == parent).collect();
    references.sort_by_key(|reference| IN_ORDER.iter().position(|table| *table == reference.child));
    for reference in references {
        let table = catalogue.tables.iter().find(|table| table.name == reference.child);
        let (Some(table), Some(column)) = (table, reference.id_column()) else { continue };
        if table.has_parts() {
            statements.push(lead_parts(table, reference, column));
        } else {
            statements.extend(pair(table, parent, column));
            statements.extend(drop_joint(table, parent, column));
            statements.extend(drop_said(table, parent, column));
            statements.push(lead(table, reference, column));
        }
    }
    statements
}

/// Notes where the names of records that give way lead from now on.
fn remember(parent: &str) -> String {
    // A crossing has the slug and the name of its place.
    let place = "(select to_jsonb(l) from location l where l.id = (r.row ->> 'location_id')::uuid)";
    format!(
        "insert into merged_record (from_id, {parent}_id, slug, url, name, dataset_id, external_id)
         select m.from_id, m.into_id, coalesce(r.row ->> 'slug', {place} ->> 'slug'), r.row ->> 'url',
                coalesce(r.row ->> 'name', r.row ->> 'title', {place} ->> 'name'),
                (r.row ->> 'dataset_id')::uuid, r.row ->> 'external_id'
         from merge_pair m join {parent} t on t.id = m.from_id cross join lateral (select to_jsonb(t) as row) r
         where m.record_type = '{parent}'"
    )
}

/// What is not a matter of references alone.
fn special(parent: &str) -> &'static [&'static str] {
    match parent {
        "actor" => &[include_str!("names_of_actor.sql")],
        "location" => &[include_str!("names_of_location.sql")],
        "source" => &[include_str!("names_of_source.sql")],
        "border_crossing" => &[include_str!("names_of_sides.sql")],
        "report" => {
            &[include_str!("closures_of_reports.sql"), include_str!("closures_of_silent_reports.sql")]
        }
        _ => &[],
    }
}

/// Pairs the rows of `table` that would share a key once they refer to the same record.
fn pair(table: &Table, parent: &str, column: &str) -> Vec<String> {
    let name = &table.name;
    let kept = table.keys.iter().map(|key| key.columns.iter().map(String::as_str).collect::<Vec<_>>());
    let said = SAID_ONCE.iter().filter(|(said, _)| said == name).map(|(_, key)| key.to_vec());
    let keys = kept.chain(said).filter(|key| key.contains(&column));
    let pair = |key: Vec<&str>| {
        let others = key.iter().filter(|own| **own != column);
        let same: String = others.map(|own| format!(" and kept.{own} = gone.{own}")).collect();
        format!(
            "insert into merge_pair
             select '{name}', gone.id, kept.id from merge_pair m
             join {name} gone on gone.{column} = m.from_id join {name} kept on kept.{column} = m.into_id{same}
             where m.record_type = '{parent}' on conflict do nothing"
        )
    };
    if PAIRED.contains(&name.as_str()) { keys.map(pair).collect() } else { Vec::new() }
}

/// Takes away the rows of `table` that would join a record with itself, whichever of their columns is led first.
fn drop_joint(table: &Table, parent: &str, column: &str) -> Option<String> {
    let (name, one, other) = JOINS_TWO
        .iter()
        .find(|(name, one, other)| *name == table.name && [*one, *other].contains(&column))?;
    Some(format!(
        "delete from {name} t using merge_pair m where m.record_type = '{parent}'
           and (m.from_id, m.into_id) in ((t.{one}, t.{other}), (t.{other}, t.{one}))"
    ))
}

/// Takes away the affiliations that would say what another says already: no key keeps two of them apart.
fn drop_said(table: &Table, parent: &str, column: &str) -> Option<String> {
    (table.name == "affiliation").then(|| {
        let own = format!("'{{id,dataset_id,external_id,version,recorded_at,updated_at,{column}}}'::text[]");
        format!(
            "delete from affiliation t using merge_pair m where m.record_type = '{parent}' and t.{column} = m.from_id
               and exists (select from affiliation k where k.{column} = m.into_id and to_jsonb(k) - {own} = to_jsonb(t) - {own})"
        )
    })
}

/// Has the rows of `table` that refer to records which give way refer to the others.
fn lead(table: &Table, reference: &Reference, column: &str) -> String {
    let (name, parent) = (&table.name, &reference.parent);
    let ours = reference.columns.iter().map(|(ours, _)| ours.as_str()).collect::<Vec<_>>().join(", ");
    let theirs =
        reference.columns.iter().map(|(_, theirs)| format!("p.{theirs}")).collect::<Vec<_>>().join(", ");
    format!(
        "update {name} t set ({ours}) = row({theirs})
         from merge_pair m join {parent} p on p.id = m.into_id
         where m.record_type = '{parent}' and t.{column} = m.from_id
           and not exists (select from merge_pair x where x.record_type = '{name}' and x.from_id = t.id)"
    )
}

/// The same for parts, which are never updated: those that the other has not are added to it.
fn lead_parts(table: &Table, reference: &Reference, column: &str) -> String {
    let (name, parent) = (&table.name, &reference.parent);
    let columns = table.columns.join(", ");
    let led = |own: &String| match reference.columns.iter().find(|(ours, _)| ours == own) {
        Some((_, theirs)) => format!("p.{theirs}"),
        // What belonged to the one that gives way came from it; and what only refers to it is as it was.
        None if own == "came_from_id" && reference.cascades => {
            "coalesce(gone.came_from_id, gone.led_from)".to_owned()
        }
        None => format!("gone.{own}"),
    };
    let values = table.columns.iter().map(led).collect::<Vec<_>>().join(", ");
    let value = |own: &str| led(&own.to_owned());
    let joins_itself = JOINS_TWO.iter().find(|(joining, ..)| joining == name);
    let but = joins_itself
        .map(|(_, one, other)| format!(" where {} is distinct from {}", value(one), value(other)))
        .unwrap_or_default();
    format!(
        "with gone as (
           delete from {name} t using merge_pair m where m.record_type = '{parent}' and t.{column} = m.from_id
           returning t.*, m.from_id as led_from, m.into_id as led_to)
         insert into {name} ({columns}) select {values} from gone join {parent} p on p.id = gone.led_to{but}
         on conflict do nothing"
    )
}
