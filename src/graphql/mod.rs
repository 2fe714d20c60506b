//! GraphQL: what belongs to no concept of its own. The schema is put together here from each
//! room's slice; the rooms' types are in their `graphql.rs`.

mod connection;
mod error;
mod external;
mod input;
mod load;
mod node;
mod record;
pub mod scalar;
mod service;

use std::sync::Arc;

use async_graphql::{Context, MergedObject, SDLExportOptions, Schema};
use futures_util::future::BoxFuture;
use sea_orm::EntityTrait;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use connection::{
    Connection, DEFAULT_PAGE, LARGEST_PAGE, Paging, connection, cursor, listed, page_of, page_size, whole,
};
pub use error::{ApiError, ApiResult, Conflict};
pub use external::{ExternalIdInput, RecordRef, by_key, merged_into, refs};
pub(crate) use external::{record_ref, record_ref_without_slug};
pub use input::{NamedOrder, OrderDirection, asked_text, ids, words};
pub use load::{DocumentPolicy, LoadLimits};
pub(crate) use node::{into_of, of_table};
pub use record::{Bookkeeping, Node, Record};
pub(crate) use record::{api_type, record_type};
pub use service::Limits;

use crate::feed::graphql::FeedSubscription;
use crate::read::{ById, Loader};

/// Everything that can be asked.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(
    node::NodeQuery,
    crate::crossing::graphql::CrossingQuery,
    crate::closure::graphql::ClosureQuery,
    crate::event::graphql::EventQuery,
    crate::actor::graphql::ActorQuery,
    crate::location::graphql::LocationQuery,
    crate::source::graphql::SourceQuery,
    crate::article::graphql::ArticleQuery,
    crate::report::graphql::ReportQuery,
    crate::claim::graphql::ClaimQuery,
    crate::account::graphql::AccountQuery,
    crate::statistics::graphql::StatisticsQuery,
    crate::dataset::graphql::DatasetQuery,
    crate::naming::graphql::NamingQuery,
    crate::merging::graphql::MergingQuery,
    crate::search::graphql::SearchQuery,
    crate::history::graphql::HistoryQuery,
    crate::feed::graphql::FeedQuery,
    crate::access::graphql::AccessQuery,
    service::ServiceQuery,
);

/// Everything that can be written. Mutations of one request are done one after the other, each by itself:
/// where one fails, those before it stand.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct Mutation(
    crate::event::mutation::EventMutation,
    crate::event::mutation::ParticipationMutation,
    crate::event::mutation::EventRelationMutation,
    crate::closure::mutation::ClosureMutation,
    crate::crossing::mutation::BorderCrossingMutation,
    crate::location::mutation::LocationMutation,
    crate::actor::mutation::ActorMutation,
    crate::actor::mutation::AffiliationMutation,
    crate::source::mutation::SourceMutation,
    crate::article::mutation::ArticleMutation,
    crate::report::mutation::ReportMutation,
    crate::claim::mutation::ClaimMutation,
    crate::claim::mutation::ClaimPropertyMutation,
    crate::dataset::mutation::DatasetMutation,
    crate::merging::mutation::MergingMutation,
    crate::history::mutation::HistoryMutation,
);

/// The schema, ready to execute.
pub type ApiSchema = Schema<Query, Mutation, FeedSubscription>;

/// Builds the schema, which answers its `service` field with `limits`.
#[must_use]
pub fn schema(limits: Limits) -> ApiSchema {
    Schema::build(Query::default(), Mutation::default(), FeedSubscription)
        .register_output_type::<Record>()
        // Depth is limited before execution, and there fragments count for nothing.
        .limit_recursive_depth(usize::MAX)
        .data(limits)
        .finish()
}

/// The schema as text, as `schema.graphql` holds it.
#[must_use]
pub fn schema_text() -> String {
    let text = schema(Limits::DEFAULT).sdl_with_options(
        SDLExportOptions::new().sorted_fields().sorted_arguments().include_specified_by().use_space_ident(),
    );
    format!("{}\n", text.trim_end())
}

/// A type of the API that is a row of a table.
pub trait ApiType: From<Arc<<Self::Table as EntityTrait>::Model>> {
    /// The table.
    type Table: EntityTrait<Model: DeserializeOwned + Send + Sync>;
}

/// The loader of the request.
#[must_use]
pub fn loader<'a>(context: &Context<'a>) -> &'a Loader {
    context.data_unchecked::<Loader>()
}

/// The record with this id, or none.
///
/// On the heap, as all that fields wait for: the futures of a type's fields share one room, as large
/// as the largest of them, which is made and moved for each field of each record.
#[must_use]
pub fn find<'c, T: ApiType>(
    context: &'c Context<'_>,
    id: Option<Uuid>,
) -> BoxFuture<'c, ApiResult<Option<T>>> {
    Box::pin(async move {
        let Some(id) = id else { return Ok(None) };
        Ok(loader(context).load_one(ById::<T::Table>::new(id)).await?.map(T::from))
    })
}

/// The record with this id, which a foreign key says is there.
pub async fn require<T: ApiType>(context: &Context<'_>, id: Uuid) -> ApiResult<T> {
    match find(context, Some(id)).await? {
        Some(record) => Ok(record),
        None => Err(ApiError::internal(&format!(
            "{} {id} is referred to and not there",
            std::any::type_name::<T>()
        ))),
    }
}

/// The record a nullable field refers to: a failure nulls that field alone.
pub async fn refer<T: ApiType>(context: &Context<'_>, id: Option<Uuid>) -> Option<ApiResult<T>> {
    find(context, id).await.transpose()
}
