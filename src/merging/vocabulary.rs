//! The words of merging.

use async_graphql::Enum;

/// What can be merged.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub enum MergeKind {
    /// Actors.
    Actor,
    /// Locations; a crossing goes with its place.
    Location,
    /// Sources.
    Source,
    /// Articles of one source.
    Article,
}

impl MergeKind {
    /// Its table, which is also what people call it.
    #[must_use]
    pub fn table(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Location => "location",
            Self::Source => "source",
            Self::Article => "article",
        }
    }
}
