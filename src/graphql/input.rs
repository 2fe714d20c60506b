//! Reading the arguments that many fields share.

use async_graphql::ID;
use uuid::Uuid;

use super::{ApiError, ApiResult};

/// What is looked for has so many characters at most.
const LONGEST_TEXT: usize = 1_000;

/// The ids among these: what is no UUID is no record's id, so that it finds nothing.
#[must_use]
pub fn ids(ids: &[ID]) -> Vec<Uuid> {
    ids.iter().filter_map(|id| Uuid::parse_str(id).ok()).collect()
}

/// The words of a vocabulary as Postgres spells them.
pub fn words<W>(words: Option<Vec<W>>, spell: impl Fn(W) -> String) -> Option<Vec<String>> {
    words.map(|words| words.into_iter().map(spell).collect())
}

/// A text that is looked for, given by `argument`: not blank and not longer than a few sentences.
pub fn asked_text(text: String, argument: &str) -> ApiResult<String> {
    if text.trim().is_empty() {
        return Err(ApiError::BadUserInput(format!("`{argument}` is empty: say what to look for.")));
    }
    match text.chars().count() {
        ..=LONGEST_TEXT => Ok(text),
        length => Err(ApiError::BadUserInput(format!(
            "`{argument}` has {length} characters: give at most {LONGEST_TEXT}, such as a name or a few words."
        ))),
    }
}
