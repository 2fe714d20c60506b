//! Names and ids elsewhere, as they are written with what they belong to.

use async_graphql::InputObject;
use serde::Serialize;

use super::vocabulary::NameKind;

/// A name beyond the record's own.
#[derive(InputObject, Serialize)]
pub struct NameInput {
    /// The name.
    value: String,
    /// Its language, a tag of BCP 47 such as "ps"; left out when it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// What kind of name it is; not `PRIMARY`, which is the record's own.
    kind: NameKind,
}

/// An id elsewhere.
#[derive(InputObject, Serialize)]
pub struct IdentifierInput {
    /// Whose id it is, such as "wikidata" or "geonames".
    scheme: String,
    /// The id.
    value: String,
}
