//! Merged records in the API.

use async_graphql::{Context, ID, Object};

use super::entity;
use super::loader::MergedBy;
use crate::dataset::graphql::Dataset;
use crate::graphql::scalar::DateTime;
use crate::graphql::{ApiResult, api_type, record_ref, refer, whole};
use crate::history::graphql::ChangeSet;

api_type!(MergedRecord, entity);

/// A record that has become part of another. Its id, its slug and its key in its dataset lead there.
#[Object]
impl MergedRecord {
    /// The id that it had; `node` finds by it the record that it is part of.
    async fn id(&self) -> ID {
        ID(self.0.from_id.to_string())
    }

    /// The slug that it had; null when it had none.
    async fn slug(&self) -> Option<&str> {
        self.0.slug.as_deref()
    }

    /// What it was called; of an article, its title. Null of records that have no name.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// The dataset that it came from; null when it was made here.
    async fn dataset(&self, context: &Context<'_>) -> Option<ApiResult<Dataset>> {
        refer(context, self.0.dataset_id).await
    }

    /// Its own key in that dataset; null when it had none.
    async fn external_id(&self) -> Option<&str> {
        self.0.external_id.as_deref()
    }

    /// When it was merged.
    async fn merged_at(&self) -> DateTime {
        DateTime(self.0.merged_at)
    }

    /// The change set of the merge: reverting it takes the two apart again. Null when it is withheld.
    async fn change_set(&self, context: &Context<'_>) -> ApiResult<Option<ChangeSet>> {
        Ok(whole(context, self.0.from_id, MergedBy).await?.into_iter().next())
    }
}

record_ref! {
    /// A record that can be merged, by one of its keys. Articles have no slug.
    MergeableRef
}
