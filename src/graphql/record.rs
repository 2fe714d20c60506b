//! What every record has: an id, its history's dates, and where it came from.

#![allow(
    clippy::duplicated_attributes,
    reason = "the fields of an interface are attributes, and two may be of one type"
)]

use async_graphql::{Context, ID, Interface, Object};
use uuid::Uuid;

use super::scalar::DateTime;
use super::{ApiResult, Connection, Paging, connection, find};
use crate::actor::graphql::{Actor, Affiliation};
use crate::article::graphql::Article;
use crate::claim::graphql::{Claim, ClaimProperty};
use crate::closure::graphql::Closure;
use crate::crossing::graphql::BorderCrossing;
use crate::dataset::graphql::{Dataset, ImportRun};
use crate::event::graphql::{Event, EventRelation, Participation};
use crate::history::graphql::Revision;
use crate::history::query::RevisionsOfRecord;
use crate::location::graphql::Location;
use crate::report::graphql::Report;
use crate::source::graphql::Source;

/// Anything that has an id.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "The UUID of the record, the same for ever; `node` finds any record by it."
))]
pub enum Node {
    /// A border crossing.
    BorderCrossing(BorderCrossing),
    /// A closure.
    Closure(Closure),
    /// An event.
    Event(Event),
    /// A participation.
    Participation(Participation),
    /// A relation of events.
    EventRelation(EventRelation),
    /// An actor.
    Actor(Actor),
    /// An affiliation.
    Affiliation(Affiliation),
    /// A location.
    Location(Location),
    /// A source.
    Source(Source),
    /// An article.
    Article(Article),
    /// A report.
    Report(Report),
    /// A claim.
    Claim(Claim),
    /// A property of claims.
    ClaimProperty(ClaimProperty),
    /// A dataset.
    Dataset(Dataset),
    /// A run of an import.
    ImportRun(ImportRun),
}

/// A record with a history: when it was recorded and changed, and the dataset it came from.
#[derive(Interface)]
#[graphql(
    field(
        name = "id",
        ty = "ID",
        desc = "The UUID of the record, the same for ever; `node` finds any record by it."
    ),
    field(name = "recorded_at", ty = "DateTime", desc = "When it was recorded here."),
    field(name = "updated_at", ty = "DateTime", desc = "When it last changed here."),
    field(name = "version", ty = "i32", desc = "Counts its changes, from 1."),
    field(
        name = "dataset",
        ty = "Option<Dataset>",
        desc = "The dataset it was imported from; null when it was made here."
    ),
    field(
        name = "external_id",
        ty = "Option<String>",
        desc = "Its own key in that dataset; null when it has none."
    ),
    field(
        name = "revisions",
        ty = "Connection<Revision>",
        desc = "Its changes, latest first, each with what it was before.",
        arg(name = "first", ty = "Option<i32>"),
        arg(name = "after", ty = "Option<String>"),
        arg(name = "last", ty = "Option<i32>"),
        arg(name = "before", ty = "Option<String>")
    )
)]
pub enum Record {
    /// A border crossing.
    BorderCrossing(BorderCrossing),
    /// A closure.
    Closure(Closure),
    /// An event.
    Event(Event),
    /// An actor.
    Actor(Actor),
    /// A location.
    Location(Location),
    /// A source.
    Source(Source),
    /// An article.
    Article(Article),
    /// A report.
    Report(Report),
    /// A claim.
    Claim(Claim),
}

/// The fields that every record has, read off its row.
#[derive(Clone, Debug)]
pub struct Bookkeeping {
    pub(crate) id: Uuid,
    pub(crate) recorded_at: chrono::DateTime<chrono::Utc>,
    pub(crate) updated_at: chrono::DateTime<chrono::Utc>,
    pub(crate) version: i32,
    pub(crate) dataset_id: Option<Uuid>,
    pub(crate) external_id: Option<String>,
}

#[Object]
impl Bookkeeping {
    /// The UUID of the record, the same for ever; `node` finds any record by it.
    pub async fn id(&self) -> ID {
        ID(self.id.to_string())
    }

    /// When it was recorded here.
    pub async fn recorded_at(&self) -> DateTime {
        DateTime(self.recorded_at)
    }

    /// When it last changed here.
    pub async fn updated_at(&self) -> DateTime {
        DateTime(self.updated_at)
    }

    /// Counts its changes, from 1.
    pub async fn version(&self) -> i32 {
        self.version
    }

    /// The dataset it was imported from; null when it was made here.
    pub async fn dataset(&self, context: &Context<'_>) -> ApiResult<Option<Dataset>> {
        find(context, self.dataset_id).await
    }

    /// Its own key in that dataset; null when it has none.
    pub async fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    /// Its changes, latest first, each with what it was before.
    pub async fn revisions(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Revision>> {
        connection(context, self.id, RevisionsOfRecord, Paging { first, after, last, before }).await
    }
}

/// Makes the API type of a table: a newtype over its row.
macro_rules! api_type {
    ($name:ident, $table:ident) => {
        #[doc = concat!("The API type over a row of [`", stringify!($table), "`].")]
        #[derive(Clone)]
        pub struct $name(pub std::sync::Arc<$table::Model>);

        impl From<std::sync::Arc<$table::Model>> for $name {
            fn from(row: std::sync::Arc<$table::Model>) -> Self {
                Self(row)
            }
        }

        impl $crate::graphql::ApiType for $name {
            type Table = $table::Entity;
        }
    };
}

/// Makes the API type of a table of records, with what the `Node` and `Record` interfaces ask of it.
/// The type's own fields follow in an `#[Object]` that flattens `bookkeeping` into itself.
macro_rules! record_type {
    ($name:ident, $table:ident) => {
        $crate::graphql::api_type!($name, $table);

        impl $name {
            fn kept(&self) -> $crate::graphql::Bookkeeping {
                let row = &self.0;
                $crate::graphql::Bookkeeping {
                    id: row.id,
                    recorded_at: row.recorded_at,
                    updated_at: row.updated_at,
                    version: row.version,
                    dataset_id: row.dataset_id,
                    external_id: row.external_id.clone(),
                }
            }

            pub(crate) async fn id(
                &self,
                _: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<async_graphql::ID> {
                Ok(async_graphql::ID(self.0.id.to_string()))
            }

            pub(crate) async fn recorded_at(
                &self,
                context: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<$crate::graphql::scalar::DateTime> {
                self.kept().recorded_at(context).await
            }

            pub(crate) async fn updated_at(
                &self,
                context: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<$crate::graphql::scalar::DateTime> {
                self.kept().updated_at(context).await
            }

            pub(crate) async fn version(
                &self,
                context: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<i32> {
                self.kept().version(context).await
            }

            pub(crate) async fn dataset(
                &self,
                context: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<Option<$crate::dataset::graphql::Dataset>> {
                self.kept().dataset(context).await?.map_err(Into::into)
            }

            pub(crate) async fn external_id(
                &self,
                _: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<Option<String>> {
                Ok(self.0.external_id.clone())
            }

            pub(crate) async fn revisions(
                &self,
                context: &async_graphql::Context<'_>,
                first: Option<i32>,
                after: Option<String>,
                last: Option<i32>,
                before: Option<String>,
            ) -> async_graphql::Result<$crate::graphql::Connection<$crate::history::graphql::Revision>> {
                self.kept().revisions(context, first, after, last, before).await?.map_err(Into::into)
            }
        }
    };
}

pub(crate) use {api_type, record_type};
