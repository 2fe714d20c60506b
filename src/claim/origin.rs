//! The origin of a claim is who stands behind it, however many articles repeat it.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::{Alias, Func, Query};
use serde::Deserialize;
use uuid::Uuid;

use crate::db::{DatabaseError, Reading};

/// A speaker, a source, an article whose source is unknown, or an unnamed speaker together with
/// the source or article he spoke to. The database finds it: `claim_origins`, `article_origins`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub struct Origin {
    /// A speaker.
    #[serde(rename = "actor_id")]
    pub actor: Option<Uuid>,
    /// A source.
    #[serde(rename = "source_id")]
    pub source: Option<Uuid>,
    /// An article whose source nobody knows.
    #[serde(rename = "article_id")]
    pub article: Option<Uuid>,
}

/// The key of the origin of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OriginOf(pub Uuid);

impl Loader<OriginOf> for Reading {
    type Value = Origin;
    type Error = DatabaseError;

    async fn load(&self, keys: &[OriginOf]) -> Result<HashMap<OriginOf, Origin>, DatabaseError> {
        let claims: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = Alias::new("found");
        let statement = Query::select()
            .column((found.clone(), Alias::new("claim_id")))
            .column((found.clone(), Alias::new("origin")))
            .from_function(Func::cust(Alias::new("claim_origins")).arg(claims), found)
            .take();
        let found: Vec<Found> = self.ask(statement).await?;
        Ok(found.into_iter().map(|found| (OriginOf(found.claim_id), found.origin)).collect())
    }
}

/// A claim's origin as the database answers it.
#[derive(Deserialize)]
struct Found {
    claim_id: Uuid,
    origin: Origin,
}
