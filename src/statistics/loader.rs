//! Reading statistics: a question of the level that asks for it, whichever way it is answered.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use super::live;
use super::question::{Bucket, Question};
use crate::db::{DatabaseError, Reading};

/// The key of the buckets that answer a question.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BucketsOf(pub Arc<Question>);

impl Loader<BucketsOf> for Reading {
    type Value = Arc<Vec<Bucket>>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[BucketsOf]) -> Result<HashMap<BucketsOf, Self::Value>, DatabaseError> {
        let asked = keys.iter().map(async |key| {
            let buckets: Vec<Bucket> = self.facts(live::statement(&key.0)).await?;
            Ok::<_, DatabaseError>((key.clone(), Arc::new(buckets)))
        });
        Ok(futures_util::future::try_join_all(asked).await?.into_iter().collect())
    }
}
