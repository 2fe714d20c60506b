//! The words of datasets.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// Whether anonymous readers may see a dataset's records.
    Redistribution {
        /// Everybody may.
        Open,
        /// Only readers with a token.
        TokenOnly,
    }
}
