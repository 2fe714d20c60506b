//! Reading the arguments that many fields share.

use async_graphql::ID;
use uuid::Uuid;

/// The ids among these: what is no UUID is no record's id, so that it finds nothing.
#[must_use]
pub fn ids(ids: &[ID]) -> Vec<Uuid> {
    ids.iter().filter_map(|id| Uuid::parse_str(id).ok()).collect()
}

/// The words of a vocabulary as Postgres spells them.
pub fn words<W>(words: Option<Vec<W>>, spell: impl Fn(W) -> String) -> Option<Vec<String>> {
    words.map(|words| words.into_iter().map(spell).collect())
}
