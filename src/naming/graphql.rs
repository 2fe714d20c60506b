//! Names and identifiers in the API.

use async_graphql::Object;

use super::vocabulary::NameKind;
use super::{identifier, name};
use crate::graphql::api_type;

api_type!(Name, name);

/// A name of an actor, location or source. Names are not unique: two records may share one.
#[Object]
impl Name {
    /// The name.
    async fn value(&self) -> &str {
        &self.0.value
    }

    /// Its language, BCP 47: "ps"; null when unknown.
    async fn language(&self) -> Option<&str> {
        self.0.language.as_deref()
    }

    /// What kind of name.
    async fn kind(&self) -> NameKind {
        self.0.kind
    }
}

api_type!(Identifier, identifier);

/// The id that a record has elsewhere.
#[Object]
impl Identifier {
    /// Whose id it is: wikidata, geonames, osm, unlocode, iso3166, pcode, acled, ucdp, gdelt or another.
    async fn scheme(&self) -> &str {
        &self.0.scheme
    }

    /// The id there.
    async fn value(&self) -> &str {
        &self.0.value
    }
}
