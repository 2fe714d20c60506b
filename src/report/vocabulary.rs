//! The words of reports.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// How much of an article an event is.
    Relevance {
        /// It is what the article is about.
        Main,
        /// The article brings news of it.
        Update,
        /// It stands in the background.
        Background,
        /// It is only mentioned.
        Mention,
    }
}
