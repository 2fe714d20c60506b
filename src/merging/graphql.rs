//! Merged records in the API.

use async_graphql::{Context, ID, Object, SimpleObject};
use uuid::Uuid;

use super::candidates::{Candidate, Candidates, SharedBy};
use super::entity;
use super::loader::MergedBy;
use super::vocabulary::MergeKind;
use crate::access::vocabulary::Role;
use crate::actor::graphql::Actor;
use crate::article::graphql::Article;
use crate::dataset::graphql::Dataset;
use crate::graphql::scalar::DateTime;
use crate::graphql::{ApiError, ApiResult, Record, api_type, loader, record_ref, refer, require, whole};
use crate::history::graphql::ChangeSet;
use crate::location::graphql::Location;
use crate::source::graphql::Source;
use crate::writing::may;

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
    /// A record that can be merged, by one of its keys. Articles have no slug; a crossing is named by its own id or
    /// by that of its place.
    MergeableRef
}

/// Two records that may be one, and what says so.
pub struct MergeCandidate {
    kind: MergeKind,
    found: Candidate,
}

/// Two records that may be one, and what says so. Nothing is done about them.
#[Object]
impl MergeCandidate {
    /// How likely it is, from 0 to 1: the more they share the likelier. Records of two kinds, or of one
    /// dataset, which ought to know, score less. Nothing is certain: two villages can share a name.
    async fn score(&self) -> f64 {
        self.found.score
    }

    /// The one that would give way: the one without a slug, from a dataset, or recorded later.
    async fn from(&self, context: &Context<'_>) -> ApiResult<Record> {
        self.record(context, self.found.from_id).await
    }

    /// The one that would stay.
    async fn into(&self, context: &Context<'_>) -> ApiResult<Record> {
        self.record(context, self.found.into_id).await
    }

    /// What they share, what counts most first.
    async fn matches(&self) -> Vec<MergeMatch> {
        let matches = self.found.reasons.iter();
        matches.map(|reason| MergeMatch { by: reason.by, value: reason.value.clone() }).collect()
    }
}

impl MergeCandidate {
    async fn record(&self, context: &Context<'_>, id: Uuid) -> ApiResult<Record> {
        Ok(match self.kind {
            MergeKind::Actor => require::<Actor>(context, id).await?.into(),
            MergeKind::Location => require::<Location>(context, id).await?.into(),
            MergeKind::Source => require::<Source>(context, id).await?.into(),
            MergeKind::Article => require::<Article>(context, id).await?.into(),
        })
    }
}

/// What two records share.
#[derive(SimpleObject)]
pub struct MergeMatch {
    /// By what they are alike.
    by: SharedBy,
    /// What it is that they share, as it is written in one of them.
    value: String,
}

/// So many candidates at most.
const MOST_CANDIDATES: i32 = 100;

#[derive(Default)]
pub struct MergingQuery;

#[Object]
impl MergingQuery {
    /// Records that may be one, the likeliest first: by their ids elsewhere, their names as they are written
    /// and as they sound, and their addresses. Names and ids that more than eight records share are left
    /// out. All records of the kind are compared, which takes a while in a large base; it is for those who
    /// may write, from the role contributor on.
    async fn merge_candidates(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What kind of records.")] kind: MergeKind,
        #[graphql(desc = "The likeliest so many, from 1 to 100.", default = 20)] first: i32,
    ) -> ApiResult<Vec<MergeCandidate>> {
        may(context, Role::Contributor, "candidates for merging")?;
        let most = match u32::try_from(first) {
            Ok(most) if (1..=MOST_CANDIDATES).contains(&first) => most,
            _ => {
                let message = format!("`first` is {first}: ask for 1 to {MOST_CANDIDATES} candidates.");
                return Err(ApiError::BadUserInput(message));
            }
        };
        let found = loader(context).load_one(Candidates { kind, most }).await?.unwrap_or_default();
        Ok(found.iter().map(|found| MergeCandidate { kind, found: found.clone() }).collect())
    }
}
