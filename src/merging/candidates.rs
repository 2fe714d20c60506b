//! Candidates: records that may be one. They are proposed, by what they share, and never merged by
//! anything but a person's word. The database compares: `merge_pairs`, `merge_candidates`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Enum;
use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;
use sea_orm::sea_query::{Alias, Asterisk, Func, Query};
use serde::Deserialize;
use uuid::Uuid;

use super::vocabulary::MergeKind;
use crate::db::{DatabaseError, Reading};

/// The key of the question which records of a kind may be one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Candidates {
    pub kind: MergeKind,
    /// The likeliest so many.
    pub most: u32,
}

/// Two records that may be one.
#[derive(Clone, Debug, Deserialize)]
pub struct Candidate {
    pub from_id: Uuid,
    pub into_id: Uuid,
    pub score: f64,
    pub reasons: Vec<Reason>,
}

/// What two records share.
#[derive(Clone, Debug, Deserialize)]
pub struct Reason {
    pub by: SharedBy,
    pub value: String,
}

/// By what two records are alike.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SharedBy {
    /// An id elsewhere.
    Identifier,
    /// A name: the same letters, whatever their case, accents and punctuation.
    Name,
    /// The sound of a name, as of two transliterations.
    Sound,
    /// The homepage of two sources.
    Homepage,
    /// The text of two articles, by its hash.
    Content,
    /// The title of two articles, published at the same time.
    Title,
    /// The address of two articles, but for its beginning, its parameters and its end.
    Address,
}

impl Loader<Candidates> for Reading {
    type Value = Arc<Vec<Candidate>>;
    type Error = DatabaseError;

    /// Answers the likeliest first.
    async fn load(
        &self,
        keys: &[Candidates],
    ) -> Result<HashMap<Candidates, Arc<Vec<Candidate>>>, DatabaseError> {
        let asked = keys.iter().map(async |key| {
            let found = Alias::new("found");
            let proposed = Func::cust(Alias::new("merge_candidates"))
                .arg(key.kind.table().to_uppercase())
                .arg(i32::try_from(key.most).unwrap_or(i32::MAX));
            let statement =
                Query::select().column((found.clone(), Asterisk)).from_function(proposed, found).take();
            Ok::<_, DatabaseError>((*key, Arc::new(self.ask(statement).await?)))
        });
        Ok(try_join_all(asked).await?.into_iter().collect())
    }
}
