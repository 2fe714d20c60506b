//! Writing sources.

use async_graphql::ID;

use super::graphql::Source;
use super::vocabulary::SourceKind;
use crate::graphql::scalar::{CountryCode, Url};
use crate::naming::mutation::{IdentifierInput, NameInput};
use crate::writing::RecordType;
use crate::writing::mutation::{record_inputs, record_mutations};

static SOURCE: RecordType = RecordType { table: "source", line: "source", new_ids: &["id"] };

record_inputs! {
    /// A source as it is written: whole. What is left out is unknown.
    SourceInput,
    /// What changes in a source.
    UpdateSourceInput,
    identity {
        /// Its id, where the client chooses one; else it is given one.
        id: ID,
        /// The slug of the dataset it comes from.
        dataset: String,
        /// Its own key in that dataset. Its id follows from both.
        external_id: String,
    }
    required {
        /// The name it goes by.
        name: String,
        /// What kind of source it is.
        kind: SourceKind,
    }
    optional {
        /// A short public name, such as "dawn": lower-case letters and digits in groups joined by hyphens.
        slug: String,
        /// Where it sits.
        country: CountryCode,
        /// Where it publishes.
        homepage: Url,
        /// The languages it publishes in, tags of BCP 47.
        languages: Vec<String>,
        /// Its names beyond its own.
        names: Vec<NameInput>,
        /// Its ids elsewhere.
        identifiers: Vec<IdentifierInput>,
    }
}

record_mutations! {
    SourceMutation: Source, SourceInput, UpdateSourceInput, SOURCE;
    /// Makes a source.
    create_source;
    /// Changes a source.
    update_source;
    /// Deletes a source. One that others still refer to, such as articles, is kept: then the answer is the error `CONFLICT`, and
    /// names them.
    delete_source;
    /// Makes sources, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, its dataset and external id, or its slug, the first of these that is given.
    upsert_sources;
}
