//! Resolving: staged references become ids, and lines whose references lead nowhere are found; then
//! every staged row gets the id of its record.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row as _};

use super::fault::FaultKind;
use super::record::TABLES;
use super::reference::NAMESPACE;
use super::table::{Column, Identity, Table, Target, stage};

/// A row found at fault in the staging tables.
#[derive(Debug)]
pub struct Found {
    /// The table of records it was to become part of.
    pub table: &'static str,
    pub line: i64,
    /// Which of the line's records it is.
    pub place: i32,
    pub field: Option<String>,
    pub value: Option<String>,
    pub reason: String,
    pub kind: FaultKind,
}

/// Resolves and identifies the rows of one table in a batch; returns those at fault.
pub async fn resolve(
    connection: &mut PgConnection,
    table: &'static Table,
    batch: i64,
) -> Result<Vec<Found>, sqlx::Error> {
    // A slug can mean a row of the same table, so those that slugs name come first.
    if table.has_slug {
        identify(connection, table, batch).await?;
    }
    let mut search = Search { table, batch, found: Vec::new() };
    resolve_references(connection, &mut search, &table.stage(), table.columns).await?;
    for part in table.parts {
        resolve_references(connection, &mut search, &stage(part.name), part.columns).await?;
    }
    if !table.has_slug {
        identify(connection, table, batch).await?;
    }
    fold(connection, table, batch).await?;
    search.find(connection, &twice(table), None, FaultKind::Wrong).await?;
    search.find(connection, &held_by_another_type(table), Some("id"), FaultKind::Taken).await?;
    for check in table.checks {
        search.find(connection, check.find, Some(check.field), FaultKind::Wrong).await?;
    }
    Ok(search.found)
}

async fn resolve_references(
    connection: &mut PgConnection,
    search: &mut Search,
    staged: &str,
    columns: &[Column],
) -> Result<(), sqlx::Error> {
    let table = search.table;
    // The batch of a part is its owner's.
    let (of_batch, in_batch) = if staged == table.stage() {
        (" and s.batch = $1".to_owned(), "s.batch = $1".to_owned())
    } else {
        let owner = format!(
            "exists (select from {} o where o.line = s.line and o.place = s.place and o.batch = $1)",
            table.stage()
        );
        (format!(" and {owner}"), owner)
    };
    for (name, field, target) in columns.iter().filter_map(Column::reference) {
        let own = target.table() == table.name;
        if let Some(slugs) = target.slugs() {
            let here = if own {
                format!(" union select id, slug from {} where batch = $1", table.stage())
            } else {
                String::new()
            };
            let resolve = format!(
                "update {staged} s set {name} = t.id from ({slugs}{here}) t (id, slug) \
                 where s.{name} is null and s.{name}_written = t.slug{of_batch}"
            );
            execute(connection, resolve, search.batch).await?;
        }
        let missing = missing(table, staged, name, target, own);
        let missing = format!("{missing} and {in_batch}");
        search.find(connection, &missing, Some(field), FaultKind::Missing).await?;
    }
    Ok(())
}

/// The statement that finds references that lead nowhere.
fn missing(table: &Table, staged: &str, name: &str, target: Target, own: bool) -> String {
    let (noun, targets) = (target.noun(), target.table());
    let here = if own {
        format!(" and not exists (select from {} x where x.id = s.{name} and x.batch = $1)", table.stage())
    } else {
        String::new()
    };
    let article = if noun.starts_with(['a', 'e']) { "an" } else { "a" };
    let by_slug = match target.slugs() {
        Some(_) => format!("'no {noun} has this slug'"),
        None => format!("'{article} {noun} has no slug; refer to it by {{\"externalId\": …}}'"),
    };
    format!(
        "select s.line, s.place, s.{name}_written, \
           case when s.{name} is null then {by_slug} else 'there is no such {noun}' end \
           || coalesce((select format(': line %s, which has it, was rejected', r.line) from stage_rejected r \
                        where r.table_name = '{targets}' and (r.id = s.{name} or r.slug = s.{name}_written) limit 1), '') \
         from {staged} s \
         where s.{name}_written is not null \
           and not exists (select from {targets} t where t.id = s.{name}){here}"
    )
}

/// Gives every row the id of the record it means.
async fn identify(connection: &mut PgConnection, table: &Table, batch: i64) -> Result<(), sqlx::Error> {
    let (name, staged) = (table.name, table.stage());
    if let Some(same) = table.same_record {
        let known = format!(
            "update {staged} s set id = t.id from {name} t \
             where s.batch = $1 and (s.id is null or s.by_slug) and ({same})"
        );
        execute(connection, known, batch).await?;
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
        "update {staged} s set id = uuid_generate_v5({namespace}, '{name}#' || {content}) \
         where s.batch = $1 and s.id is null"
    );
    execute(connection, new, batch).await
}

/// Of a record that lines mention and that only its content or its ends tell, the first row stays.
async fn fold(connection: &mut PgConnection, table: &Table, batch: i64) -> Result<(), sqlx::Error> {
    let stage = table.stage();
    let fold = format!(
        "delete from {stage} s using \
           (select line, place, mentioned, row_number() over (partition by id order by mentioned, line, place) as turn \
            from {stage} where batch = $1) t \
         where s.line = t.line and s.place = t.place and t.mentioned and t.turn > 1"
    );
    execute(connection, fold, batch).await
}

/// All that a row says, as one text: its columns and its parts, without nulls and without how
/// references were written.
fn content(table: &Table) -> String {
    let mut without: Vec<String> =
        ["batch", "line", "place", "mentioned", "id", "id_given", "by_slug"].map(str::to_owned).into();
    let written = |column: &Column| column.reference().map(|(name, ..)| format!("{name}_written"));
    without.extend(table.columns.iter().filter_map(written));
    let mut content = format!("jsonb_strip_nulls(to_jsonb(s) - '{{{}}}'::text[])::text", without.join(","));
    for part in table.parts {
        let mut without = vec!["line".to_owned(), "place".to_owned()];
        without.extend(part.columns.iter().filter_map(written));
        content += &format!(
            " || coalesce((select jsonb_agg(p.part order by p.part)::text from (select to_jsonb(x) - '{{{}}}'::text[] as part \
             from {} x where x.line = s.line and x.place = s.place) p), '')",
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
        "select line, place, {value}, format('line %s is the same {noun}; keep one of them', earlier), {field} \
         from (select *, min(line) over (partition by id) as earlier from {staged} where batch = $1) s \
         where line > earlier"
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
        "select s.line, s.place, s.id::text, format('a record of type %s has this id', replace(o.type, '_', ' ')) \
         from {} s join lateral ({}) o on o.id = s.id where s.id_given and s.batch = $1",
        table.stage(),
        others.join(" union all ")
    )
}

/// What is looked for in the rows of one table in a batch, and what was found.
struct Search {
    table: &'static Table,
    batch: i64,
    found: Vec<Found>,
}

impl Search {
    /// Runs a statement that finds rows at fault as `(line, place, value, reason)`, and the field where
    /// it is not the same for all.
    async fn find(
        &mut self,
        connection: &mut PgConnection,
        sql: &str,
        field: Option<&str>,
        kind: FaultKind,
    ) -> Result<(), sqlx::Error> {
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).bind(self.batch).fetch_all(connection).await?;
        for row in rows {
            self.found.push(Found {
                table: self.table.name,
                line: row.try_get(0)?,
                place: row.try_get(1)?,
                field: if row.len() > 4 { row.try_get(4)? } else { field.map(str::to_owned) },
                value: row.try_get(2)?,
                reason: row.try_get(3)?,
                kind,
            });
        }
        Ok(())
    }
}

async fn execute(connection: &mut PgConnection, sql: String, batch: i64) -> Result<(), sqlx::Error> {
    sqlx::query(AssertSqlSafe(sql)).bind(batch).execute(connection).await?;
    Ok(())
}
