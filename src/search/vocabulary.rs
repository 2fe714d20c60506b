//! The words of search.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What can be searched for.
    SearchableType {
        /// Events, by title and summary.
        Event,
        /// Articles, by title and summary.
        Article,
        /// Actors, by names and description.
        Actor,
        /// Locations, border crossings among them, by names; of crossings also by those of their sides.
        Location,
        /// Sources, by names.
        Source,
        /// Live claims, by text, quote and note.
        Claim,
    }
}
