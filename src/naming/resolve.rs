//! Resolving a name: the records that go by it, or by one that is nearly spelled or sounds so. The
//! database folds and compares: `folded_name`, `sounded_name`, `resolve_name`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;
use sea_orm::sea_query::{Alias, Asterisk, Func, Query};
use serde::Deserialize;
use uuid::Uuid;

use super::vocabulary::{NameKind, NamedKind};
use crate::db::{DatabaseError, Reading};

/// Two records whose scores differ by less are too close to choose between,
const CLOSE: f64 = 0.1;
/// and where the best is only alike, by less than this.
const CLOSE_WHEN_ALIKE: f64 = 0.2;
/// What scores less is only alike, or has other words, too.
const ALIKE: f64 = 0.92;

/// The key of the question who goes by a name.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Named {
    /// The name, as somebody spells it.
    pub name: String,
    /// What kind of record.
    pub kind: NamedKind,
    /// The best so many.
    pub limit: u32,
}

/// A record that goes by a name, nearly.
#[derive(Clone, Debug, Deserialize)]
pub struct Match {
    /// The record.
    pub record_id: Uuid,
    /// How near its name comes, from 0 to 1.
    pub score: f64,
    /// The name that came nearest.
    pub matched: String,
    /// What kind of name that is.
    pub kind: NameKind,
}

impl Loader<Named> for Reading {
    type Value = Arc<Vec<Match>>;
    type Error = DatabaseError;

    /// Answers the best first.
    async fn load(&self, keys: &[Named]) -> Result<HashMap<Named, Arc<Vec<Match>>>, DatabaseError> {
        let asked = keys.iter().map(async |key| {
            let found = Alias::new("found");
            let resolved = Func::cust(Alias::new("resolve_name"))
                .arg(key.name.as_str())
                .arg(key.kind.word())
                .arg(i32::try_from(key.limit).unwrap_or(i32::MAX));
            let statement =
                Query::select().column((found.clone(), Asterisk)).from_function(resolved, found).take();
            Ok::<_, DatabaseError>((key.clone(), Arc::new(self.ask(statement).await?)))
        });
        Ok(try_join_all(asked).await?.into_iter().collect())
    }
}

/// Whether the best two are too close to choose between.
#[must_use]
pub fn ambiguous(matches: &[Match]) -> bool {
    let [best, second, ..] = matches else { return false };
    let close = if best.score < ALIKE { CLOSE_WHEN_ALIKE } else { CLOSE };
    second.score > best.score - close
}
