//! A conflict is what stands on a change set and would fall with it: why it is not reverted.

use std::fmt;

use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Postgres, Row as _};
use uuid::Uuid;

use super::catalogue::{Catalogue, Reference, Table};

/// So many are named; of the others it is said how many there are.
pub const MOST_NAMED: i64 = 20;

/// Everything that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicts {
    /// How many there are.
    pub all: u64,
    /// The first of them, at most 20.
    pub named: Vec<Conflict>,
}

/// A record that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Why.
    pub why: Why,
    /// The record's table.
    pub record_type: String,
    /// The record.
    pub record_id: Uuid,
    /// What people call it; none where it has no name.
    pub name: Option<String>,
    /// The change set by which it stands there.
    pub change_set: Option<Uuid>,
    /// The record that it refers to: table and id.
    pub other: Option<(String, Uuid)>,
}

/// Why a record stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was changed afterwards.
    Changed,
    /// It was made afterwards, and refers to a record that would go.
    Refers,
    /// It would refer to a record that has gone since.
    Missing,
}

/// Finds what stands in the way of reverting `change_set` by `revert`; none when nothing does.
pub async fn find(
    connection: &mut PgConnection,
    catalogue: &Catalogue,
    tables: &[&Table],
    change_set: Uuid,
    revert: Uuid,
) -> Result<Option<Conflicts>, sqlx::Error> {
    let touched = |name: &str| tables.iter().any(|table| table.name == name);
    let mut questions = vec![format!("({})", include_str!("later_changes.sql"))];
    for reference in &catalogue.references {
        if touched(&reference.parent) {
            questions.push(refers(reference));
        }
        if touched(&reference.child) {
            questions.extend(missing(reference));
        }
    }
    let sql = format!(
        "select why, record_type, record_id, other_type, other_id, count(*) over () as all_conflicts,
           coalesce(change_set_id, (select r.change_set_id from revision r
             where r.record_id = case why when 'MISSING' then other_id else f.record_id end order by r.id desc limit 1)) as change_set_id
         from ({}) f order by why, record_type, record_id, other_id limit {MOST_NAMED}",
        questions.join(" union all ")
    );
    gathered(connection, sqlx::query(AssertSqlSafe(sql)).bind(change_set).bind(revert)).await
}

/// Finds what refers to these records, each with its table, and is none of them; none when nothing does.
pub async fn referrers(
    connection: &mut PgConnection,
    records: &[(&str, Uuid)],
) -> Result<Option<Conflicts>, sqlx::Error> {
    let catalogue = Catalogue::read(connection).await?;
    let is_asked = |reference: &&Reference| records.iter().any(|(table, _)| *table == reference.parent);
    let questions: Vec<_> = catalogue
        .references
        .iter()
        .filter(|reference| reference.holds())
        .filter(is_asked)
        .map(referrer)
        .collect();
    if questions.is_empty() {
        return Ok(None);
    }
    let sql = format!(
        "select 'REFERS' as why, f.*, count(*) over () as all_conflicts,
           (select r.change_set_id from revision r where r.record_id = f.record_id order by r.id desc limit 1) as change_set_id
         from ({}) f (record_type, record_id, other_type, other_id)
         where record_id <> all ($1) order by record_type, record_id limit {MOST_NAMED}",
        questions.join(" union ")
    );
    let ids: Vec<Uuid> = records.iter().map(|(_, id)| *id).collect();
    gathered(connection, sqlx::query(AssertSqlSafe(sql)).bind(ids)).await
}

/// Rows that refer to one of the records `$1`.
fn referrer(reference: &Reference) -> String {
    let Reference { child, parent, .. } = reference;
    format!(
        "select '{child}', c.id, '{parent}', p.id from {parent} p join {child} c on {} where p.id = any ($1)",
        same(reference)
    )
}

/// That the row `c` refers to the row `p`.
fn same(reference: &Reference) -> String {
    let columns = reference.columns.iter().map(|(ours, theirs)| format!("c.{ours} = p.{theirs}"));
    columns.collect::<Vec<_>>().join(" and ")
}

/// The conflicts that a statement finds, named.
async fn gathered(
    connection: &mut PgConnection,
    found: Query<'_, Postgres, PgArguments>,
) -> Result<Option<Conflicts>, sqlx::Error> {
    let rows = found.fetch_all(&mut *connection).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let all = u64::try_from(first.try_get::<i64, _>("all_conflicts")?).unwrap_or_default();
    let mut named = rows.iter().map(conflict).collect::<Result<Vec<_>, _>>()?;
    name(connection, &mut named).await?;
    Ok(Some(Conflicts { all, named }))
}

/// Rows that the change set did not touch and that refer to one that would go.
fn refers(reference: &Reference) -> String {
    let (Reference { child, parent, .. }, same) = (reference, same(reference));
    format!(
        "select 'REFERS', '{child}', c.id, '{parent}', p.id, null
         from revert_step s join {parent} p on p.id = s.record_id join {child} c on {same}
         where s.record_type = '{parent}' and not s.was_there
           and not exists (select from revert_step x where x.record_type = '{child}' and x.record_id = c.id)"
    )
}

/// Rows that would be brought back and refer to one that is not there any more.
fn missing(reference: &Reference) -> Option<String> {
    let Reference { child, parent, .. } = reference;
    let column = reference.id_column()?;
    Some(format!(
        "select 'MISSING', '{child}', s.record_id, '{parent}', b.id, null
         from revert_step s join revision r on r.id = s.revision_id
         cross join lateral (select (r.before ->> '{column}')::uuid) b (id)
         where s.record_type = '{child}' and s.was_there and b.id is not null
           and not exists (select from {parent} p where p.id = b.id)
           and not exists (select from revert_step x where x.record_type = '{parent}' and x.record_id = b.id and x.was_there)"
    ))
}

fn conflict(row: &PgRow) -> Result<Conflict, sqlx::Error> {
    let why = match row.try_get("why")? {
        "CHANGED" => Why::Changed,
        "REFERS" => Why::Refers,
        _ => Why::Missing,
    };
    let other: Option<String> = row.try_get("other_type")?;
    let other_id: Option<Uuid> = row.try_get("other_id")?;
    Ok(Conflict {
        why,
        record_type: row.try_get("record_type")?,
        record_id: row.try_get("record_id")?,
        name: None,
        change_set: row.try_get("change_set_id")?,
        other: other.zip(other_id),
    })
}

/// Says what people call the records: as they are now, else as they were last.
async fn name(connection: &mut PgConnection, conflicts: &mut [Conflict]) -> Result<(), sqlx::Error> {
    let mut types: Vec<_> = conflicts.iter().map(|conflict| conflict.record_type.clone()).collect();
    types.sort_unstable();
    types.dedup();
    let now =
        types.iter().map(|name| format!("select id, to_jsonb(t) as row from {name} t where id = any ($1)"));
    let sql = format!(
        "with now as ({}) select distinct on (asked.id) asked.id,
           coalesce(row ->> 'title', row ->> 'name', row ->> 'label', row ->> 'slug', row ->> 'value', row ->> 'a_local_name',
             row ->> 'citation', row ->> 'property', row ->> 'role', row ->> 'kind')
         from unnest($1) asked (id)
         left join lateral (
           select row, 0::bigint as age from now where now.id = asked.id
           union all
           select before, -r.id from revision r where r.record_id = asked.id and before is not null) known on true
         order by asked.id, age desc",
        now.collect::<Vec<_>>().join(" union all ")
    );
    let ids: Vec<Uuid> = conflicts.iter().map(|conflict| conflict.record_id).collect();
    let names: Vec<(Uuid, Option<String>)> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(&ids).fetch_all(connection).await?;
    for conflict in conflicts {
        conflict.name =
            names.iter().find(|(id, _)| *id == conflict.record_id).and_then(|(_, name)| name.clone());
    }
    Ok(())
}

/// `event "Talks" (0192f3c1-…), changed by 0192f3c2-…`
impl fmt::Display for Conflict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = |table: &str| table.replace('_', " ");
        write!(formatter, "{}", noun(&self.record_type))?;
        if let Some(name) = &self.name {
            write!(formatter, " \"{name}\"")?;
        }
        write!(formatter, " ({})", self.record_id)?;
        let other =
            self.other.as_ref().map(|(table, id)| format!("{} {id}", noun(table))).unwrap_or_default();
        match self.why {
            Why::Changed => write!(formatter, ", changed")?,
            Why::Refers => write!(formatter, ", which refers to {other}, made")?,
            Why::Missing => write!(formatter, " would refer to {other}, taken away")?,
        }
        match self.change_set {
            Some(change_set) => write!(formatter, " by {change_set}"),
            None => write!(formatter, " without a change set"),
        }
    }
}

impl fmt::Display for Conflicts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for conflict in &self.named {
            writeln!(formatter, "  {conflict}")?;
        }
        match self.all.saturating_sub(self.named.len() as u64) {
            0 => Ok(()),
            more => writeln!(formatter, "  and {more} more"),
        }
    }
}
