//! Pages of the feed, read from the database, and what records were before.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, extension::postgres::PgExpr};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::place::Place;
use super::query::{ChangesAfter, MOST_READ};
use crate::db::{DatabaseError, Reading};
use crate::history::vocabulary::ChangeOperation;

/// One change, with its place.
#[derive(Clone, Debug)]
pub struct Row {
    /// Behind it.
    pub place: Place,
    pub change_set_id: Uuid,
    pub at: DateTime<Utc>,
    /// The table of the record.
    pub record_type: String,
    pub record_id: Uuid,
    pub version: i32,
    pub operation: ChangeOperation,
    pub dataset_id: Option<Uuid>,
}

/// A page of the feed.
#[derive(Debug)]
pub struct Page {
    /// Its changes.
    pub changes: Vec<Arc<Row>>,
    /// How far the feed was read for it.
    pub read_to: Place,
    /// Whether there may be more after that.
    pub goes_on: bool,
}

/// A row of `changes_after`: a change, or at the end how far was read.
#[derive(Deserialize)]
struct Found {
    position: i64,
    revision: i64,
    change_set_id: Option<Uuid>,
    at: Option<DateTime<Utc>>,
    record_type: Option<String>,
    record_id: Option<Uuid>,
    version: Option<i32>,
    operation: Option<ChangeOperation>,
    dataset_id: Option<Uuid>,
    goes_on: bool,
}

impl Found {
    fn place(&self) -> Place {
        Place { position: self.position, revision: self.revision }
    }

    /// The change; none when it is the last row.
    fn change(self) -> Option<Arc<Row>> {
        let place = self.place();
        Some(Arc::new(Row {
            place,
            change_set_id: self.change_set_id?,
            at: self.at?,
            record_type: self.record_type?,
            record_id: self.record_id?,
            version: self.version?,
            operation: self.operation?,
            dataset_id: self.dataset_id,
        }))
    }
}

impl Reading {
    /// Asks for a page of the feed.
    pub(super) async fn changes_after(&self, asked: &ChangesAfter) -> Result<Arc<Page>, DatabaseError> {
        let ChangesAfter { after, wanted, narrowing } = asked;
        let rows = Expr::cust_with_exprs(
            "select json_agg(c) from changes_after($1, $2, $3, $4, $5::text[], $6::text[], $7::uuid[], $8::uuid[]) c",
            [
                Expr::val(after.position),
                Expr::val(after.revision),
                Expr::val(i32::try_from(*wanted).unwrap_or(i32::MAX)),
                Expr::val(MOST_READ),
                Expr::val(narrowing.types.clone()),
                Expr::val(narrowing.operations.clone()),
                Expr::val(narrowing.datasets.clone()),
                Expr::val(narrowing.records.clone()),
            ],
        );
        let mut found: Vec<Found> = self.facts(rows).await?;
        let last = found.pop().ok_or_else(|| DatabaseError::broken("a page of the feed has no end"))?;
        let (read_to, goes_on) = (last.place(), last.goes_on);
        Ok(Arc::new(Page {
            changes: found.into_iter().filter_map(Found::change).collect(),
            read_to,
            goes_on,
        }))
    }
}

impl Loader<ChangesAfter> for Reading {
    type Value = Arc<Page>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[ChangesAfter]) -> Result<HashMap<ChangesAfter, Arc<Page>>, DatabaseError> {
        let asked = keys
            .iter()
            .map(async |key| Ok::<_, DatabaseError>((key.clone(), self.changes_after(key).await?)));
        Ok(try_join_all(asked).await?.into_iter().collect())
    }
}

/// The key of the last position there is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LastPosition;

impl Loader<LastPosition> for Reading {
    type Value = i64;
    type Error = DatabaseError;

    async fn load(&self, _: &[LastPosition]) -> Result<HashMap<LastPosition, i64>, DatabaseError> {
        let last = Expr::cust("select to_json(coalesce(max(position), 0)) from change_stretch");
        Ok(HashMap::from([(LastPosition, self.facts(last).await?)]))
    }
}

/// The key of what a record was before the change of this revision.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Before(pub i64);

impl Loader<Before> for Reading {
    type Value = Value;
    type Error = DatabaseError;

    async fn load(&self, keys: &[Before]) -> Result<HashMap<Before, Value>, DatabaseError> {
        #[derive(Deserialize)]
        struct Was {
            id: i64,
            before: Value,
        }
        let ids: Vec<i64> = keys.iter().map(|key| key.0).collect();
        let revision = || Alias::new("revision");
        let statement = Query::select()
            .column(Alias::new("id"))
            // Computed from the latitude and the longitude, and unreadable.
            .expr_as(Expr::cust("before - 'point'"), Alias::new("before"))
            .from(revision())
            .and_where(Expr::col((revision(), Alias::new("id"))).eq_any(ids))
            .and_where(Expr::col((revision(), Alias::new("before"))).is_not_null())
            .take();
        let was: Vec<Was> = self.ask(statement).await?;
        Ok(was.into_iter().map(|was| (Before(was.id), was.before)).collect())
    }
}
