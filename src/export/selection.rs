//! What is exported: which events, and as whose reader. Chosen once, into temporary tables of ids, that
//! every statement of the export then asks.

use sea_orm::sea_query::{ExprTrait, PostgresQueryBuilder, Query, SelectStatement};
use sea_query_sqlx::SqlxBinder;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor, raw_sql};
use uuid::Uuid;

use super::{ExportError, ndjson};
use crate::db::ANONYMOUS;
use crate::event::entity::Entity as Event;
use crate::event::query::EventFilter;
use crate::read::column;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Only these events, and in the native format what they refer to; without a filter everything.
    pub filter: Option<EventFilter>,
    /// Only events of the dataset with this slug.
    pub dataset: Option<String>,
    /// Who reads.
    pub reader: Reader,
}

/// Whose eyes an export is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Whoever has a token, or the database itself: sees everything.
    Known,
    /// Somebody without a token: sees nothing of datasets that are `TOKEN_ONLY`.
    Anonymous,
}

/// What the statements of an export are restricted to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Restriction {
    /// Only what stands in this table; everything where there is none.
    chosen: Option<&'static str>,
}

impl Selection {
    /// Chooses the records; `closed` adds to the events what goes with them.
    pub(super) async fn choose(
        &self,
        connection: &mut PgConnection,
        closed: bool,
    ) -> Result<Restriction, ExportError> {
        self.withhold(connection).await?;
        if self.filter.is_none() && self.dataset.is_none() {
            return Ok(Restriction::default());
        }
        self.choose_events(connection).await?;
        if closed {
            raw_sql(include_str!("chosen.sql")).execute(connection).await?;
        }
        Ok(Restriction { chosen: Some(if closed { "export_chosen" } else { "export_event" }) })
    }

    /// Has every name mean what the reader may see of that table, where anything is withheld.
    async fn withhold(&self, connection: &mut PgConnection) -> Result<(), ExportError> {
        if self.reader == Reader::Known {
            return Ok(());
        }
        let any: bool = sqlx::query_scalar("select exists (select from withheld_dataset)")
            .fetch_one(&mut *connection)
            .await?;
        if any {
            let names = format!("set local search_path to {ANONYMOUS}");
            connection.execute(AssertSqlSafe(names)).await?;
        }
        Ok(())
    }

    /// Gathers the events that are asked for.
    async fn choose_events(&self, connection: &mut PgConnection) -> Result<(), ExportError> {
        connection.execute("create temp table export_event (id uuid primary key) on commit drop").await?;
        let (sql, values) = self.events(connection).await?.build_sqlx(PostgresQueryBuilder);
        let fill = format!("insert into export_event {sql} on conflict do nothing");
        sqlx::query_with(AssertSqlSafe(fill), values).execute(&mut *connection).await?;
        connection.execute("analyze export_event").await?;
        Ok(())
    }

    /// The statement that finds the ids of the events.
    async fn events(&self, connection: &mut PgConnection) -> Result<SelectStatement, ExportError> {
        let mut events = Query::select().expr(column(Event, "id")).from(Event).take();
        if let Some(filter) = &self.filter {
            filter.narrow(&mut events);
        }
        if let Some(slug) = &self.dataset {
            let id: Option<Uuid> = sqlx::query_scalar("select id from dataset where slug = $1")
                .bind(slug)
                .fetch_optional(connection)
                .await?;
            let id = id.ok_or_else(|| ExportError::NoDataset(slug.clone()))?;
            events.and_where(column(Event, "dataset_id").eq(id));
        }
        Ok(events)
    }
}

impl Restriction {
    /// Fills the places of a statement: `{selected}` is the condition that the record `r` is exported,
    /// `{names owner record}` are columns.
    pub fn applied(&self, sql: &str) -> String {
        let mut applied = String::with_capacity(sql.len());
        let mut rest = sql;
        while let Some((before, after)) = rest.split_once('{') {
            applied += before;
            let Some((place, after)) = after.split_once('}') else { break };
            let words: Vec<_> = place.split(' ').collect();
            applied += &match words.as_slice() {
                ["selected"] => self.selected(),
                ["names", owner, record] => ndjson::names_of(owner, record),
                // The braces of an empty array of Postgres.
                _ => format!("{{{place}}}"),
            };
            rest = after;
        }
        applied + rest
    }

    fn selected(&self) -> String {
        match self.chosen {
            Some(table) => format!("exists (select from {table} chosen where chosen.id = r.id)"),
            None => "true".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_a_statement_are_filled() {
        let sql = "select '{}' from event r where {selected}";
        let everything = Restriction::default();
        assert_eq!(everything.applied(sql), "select '{}' from event r where true");
        let restricted = Restriction { chosen: Some("export_event") };
        assert_eq!(
            restricted.applied(sql),
            "select '{}' from event r where exists (select from export_event chosen where chosen.id = r.id)"
        );
    }

    #[test]
    fn no_statement_has_a_place_that_nothing_fills() {
        for line_type in &ndjson::LINE_TYPES {
            let applied = Restriction::default().applied(line_type.sql);
            assert!(!applied.replace("'{}'", "").contains('{'), "{}: {applied}", line_type.name);
        }
    }
}
