//! Resolving: staged references become ids, and lines whose references lead nowhere are found; then
//! every staged row gets the id of its record.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row as _};

use super::record::TABLES;
use super::reference::NAMESPACE;
use super::table::{Column, Identity, Table, Target, stage};

/// A line found at fault in the staging tables.
#[derive(Debug)]
pub struct Found {
    pub line: u64,
    pub field: Option<String>,
    pub value: Option<String>,
    pub reason: String,
}

/// Resolves and identifies the rows of one table; returns the lines at fault.
pub async fn resolve(connection: &mut PgConnection, table: &Table) -> Result<Vec<Found>, sqlx::Error> {
    // A slug can mean a row of the same table, so those that slugs name come first.
    if table.has_slug {
        identify(connection, table).await?;
    }
    let mut found = Vec::new();
    found.extend(resolve_references(connection, table, &table.stage(), table.columns).await?);
    for part in table.parts {
        let own_lines = stage(part.name);
        found.extend(resolve_references(connection, table, &own_lines, part.columns).await?);
    }
    if !table.has_slug {
        identify(connection, table).await?;
    }
    found.extend(find(connection, &twice(table), None).await?);
    found.extend(find(connection, &held_by_another_type(table), Some("id")).await?);
    for check in table.checks {
        found.extend(find(connection, check.find, Some(check.field)).await?);
    }
    Ok(found)
}

async fn resolve_references(
    connection: &mut PgConnection,
    table: &Table,
    staged: &str,
    columns: &[Column],
) -> Result<Vec<Found>, sqlx::Error> {
    let mut found = Vec::new();
    for (name, field, target) in columns.iter().filter_map(Column::reference) {
        let own = target.table() == table.name;
        if let Some(slugs) = target.slugs() {
            let here =
                if own { format!(" union select id, slug from {}", table.stage()) } else { String::new() };
            let resolve = format!(
                "update {staged} s set {name} = t.id from ({slugs}{here}) t (id, slug) \
                 where s.{name} is null and s.{name}_written = t.slug"
            );
            execute(connection, resolve).await?;
        }
        found.extend(find(connection, &missing(table, staged, name, target, own), Some(field)).await?);
    }
    Ok(found)
}

/// The statement that finds references that lead nowhere, as `(line, value, reason)`.
fn missing(table: &Table, staged: &str, name: &str, target: Target, own: bool) -> String {
    let (noun, targets) = (target.noun(), target.table());
    let here = if own {
        format!(" and not exists (select from {} x where x.id = s.{name})", table.stage())
    } else {
        String::new()
    };
    let article = if noun.starts_with(['a', 'e']) { "an" } else { "a" };
    let by_slug = match target.slugs() {
        Some(_) => format!("'no {noun} has this slug'"),
        None => format!("'{article} {noun} has no slug; refer to it by {{\"externalId\": …}}'"),
    };
    // Of a part, only the lines of this table's own records count.
    let owner = if staged == table.stage() {
        String::new()
    } else {
        format!(" and exists (select from {} o where o.line = s.line)", table.stage())
    };
    format!(
        "select s.line, s.{name}_written, \
           case when s.{name} is null then {by_slug} else 'there is no such {noun}' end \
           || coalesce((select format(': line %s, which has it, was rejected', r.line) from stage_rejected r \
                        where r.table_name = '{targets}' and (r.id = s.{name} or r.slug = s.{name}_written) limit 1), '') \
         from {staged} s \
         where s.{name}_written is not null \
           and not exists (select from {targets} t where t.id = s.{name}){here}{owner}"
    )
}

/// Gives every row the id of the record it means.
async fn identify(connection: &mut PgConnection, table: &Table) -> Result<(), sqlx::Error> {
    let (name, staged) = (table.name, table.stage());
    if let Some(same) = table.same_record {
        let known = format!(
            "update {staged} s set id = t.id from {name} t where (s.id is null or s.by_slug) and ({same})"
        );
        execute(connection, known).await?;
    }
    let content = match table.identity {
        Identity::Keyed => return Ok(()),
        Identity::Natural(key) => {
            let key: Vec<_> = key.iter().map(|part| format!("coalesce({part}::text, '')")).collect();
            format!("concat_ws('#', {})", key.join(", "))
        }
        Identity::Content => content(table),
    };
    let namespace = if table.is_in_datasets() {
        format!("coalesce(s.dataset_id, '{NAMESPACE}')")
    } else {
        format!("'{NAMESPACE}'")
    };
    let new = format!(
        "update {staged} s set id = uuid_generate_v5({namespace}, '{name}#' || {content}) where s.id is null"
    );
    execute(connection, new).await
}

/// All that a row says, as one text: its columns and its parts, without nulls and without how
/// references were written.
fn content(table: &Table) -> String {
    let mut without = vec!["line".to_owned(), "id".to_owned(), "id_given".to_owned(), "by_slug".to_owned()];
    let written = |column: &Column| column.reference().map(|(name, ..)| format!("{name}_written"));
    without.extend(table.columns.iter().filter_map(written));
    let mut content = format!("jsonb_strip_nulls(to_jsonb(s) - '{{{}}}'::text[])::text", without.join(","));
    for part in table.parts {
        let mut without = vec!["line".to_owned()];
        without.extend(part.columns.iter().filter_map(written));
        content += &format!(
            " || coalesce((select jsonb_agg(p.part order by p.part)::text from (select to_jsonb(x) - '{{{}}}'::text[] as part \
             from {} x where x.line = s.line) p), '')",
            without.join(","),
            stage(part.name)
        );
    }
    content
}

/// The statement that finds lines which mean the record of an earlier line.
fn twice(table: &Table) -> String {
    let (staged, noun) = (table.stage(), table.name.replace('_', " "));
    let (value, field) = match (table.has_slug, table.is_in_datasets()) {
        (true, true) => {
            ("coalesce(external_id, slug)", "case when external_id is null then 'slug' else 'externalId' end")
        }
        (true, false) => ("slug", "'slug'"),
        _ => ("external_id", "case when external_id is not null then 'externalId' end"),
    };
    format!(
        "select line, {value}, format('line %s is the same {noun}; keep one of them', earlier), {field} \
         from (select *, min(line) over (partition by id) as earlier from {staged}) s where line > earlier"
    )
}

/// The statement that finds lines with an id that a record of another type has: an id means one
/// record, whatever its type.
fn held_by_another_type(table: &Table) -> String {
    let others: Vec<_> = TABLES
        .iter()
        .filter(|other| other.name != table.name)
        .map(|other| format!("select id, '{0}' as type from {0}", other.name))
        .collect();
    format!(
        "select s.line, s.id::text, format('a record of type %s has this id', replace(o.type, '_', ' ')) \
         from {} s join lateral ({}) o on o.id = s.id where s.id_given",
        table.stage(),
        others.join(" union all ")
    )
}

/// Runs a statement that finds lines at fault as `(line, value, reason)`, and the field where it is
/// not the same for all.
async fn find(
    connection: &mut PgConnection,
    sql: &str,
    field: Option<&str>,
) -> Result<Vec<Found>, sqlx::Error> {
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Found {
                line: u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default(),
                field: if row.len() > 3 { row.try_get(3)? } else { field.map(str::to_owned) },
                value: row.try_get(1)?,
                reason: row.try_get(2)?,
            })
        })
        .collect()
}

async fn execute(connection: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}
