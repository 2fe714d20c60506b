//! The words of articles.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// How one article comes from another. SYNDICATES, REWRITES and TRANSLATES move the origin of its claims; QUOTES and CITES do not.
    DerivationKind {
        /// Prints the other's text.
        Syndicates,
        /// Tells the other's report in its own words.
        Rewrites,
        /// Translates the other.
        Translates,
        /// Quotes from the other.
        Quotes,
        /// Names the other as the source of some of its facts.
        Cites,
    }
}
