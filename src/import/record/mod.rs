//! The records a line can be: for each type the shape of its line, the staging table it fills, and
//! the way from the one to the other.

mod actor;
mod article;
mod claim;
mod closure;
mod dataset;
mod event;
mod location;
mod naming;
mod report;
mod source;

pub use actor::{ActorDraft, AffiliationDraft};
pub use article::ArticleDraft;
pub use claim::{ClaimDraft, ClaimPropertyDraft, ScopeDraft, ValueDraft};
pub use closure::ClosureDraft;
pub use dataset::DatasetDraft;
pub use event::{EstimateDraft, EventDraft, EventRelationDraft, ParticipationDraft};
pub use location::{BorderCrossingDraft, LocationDraft, PointDraft, SideDraft};
pub use naming::{IdentifierDraft, NameDraft};
pub use report::ReportDraft;
pub use source::SourceDraft;

use serde::de::DeserializeOwned;

use super::row::{Key, Rows};
use super::table::Table;

/// A line of one type, read and checked as far as it can be by itself.
pub trait Draft: DeserializeOwned {
    /// How the line knows its own record.
    fn key(&self) -> Key;

    /// The line's rows. Errors name the field at fault and what is wrong with it.
    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault>;
}

/// What is wrong with a field of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub field: &'static str,
    pub reason: String,
}

impl Fault {
    fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self { field, reason: reason.into() }
    }
}

/// Every table of records, each after those it refers to.
pub static TABLES: [&Table; 14] = [
    &dataset::DATASETS,
    &source::SOURCES,
    &actor::ACTORS,
    &actor::AFFILIATIONS,
    &location::LOCATIONS,
    &location::BORDER_CROSSINGS,
    &event::EVENTS,
    &event::PARTICIPATIONS,
    &event::EVENT_RELATIONS,
    &closure::CLOSURES,
    &article::ARTICLES,
    &report::REPORTS,
    &claim::CLAIM_PROPERTIES,
    &claim::CLAIMS,
];

/// Defines the shape of a line: the keys that every type has, and its own. Formats other than the
/// native one make drafts by `new`, which takes what is required, and fill in what they know.
macro_rules! draft {
    (
        $(#[doc = $doc:literal])+ $name:ident {
            required { $($field:ident: $kind:ty),* $(,)? }
            optional { $($option:ident: $option_kind:ty),* $(,)? }
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, serde::Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            // Told apart before; named here so that it is no unknown key.
            #[serde(rename = "type")]
            #[allow(dead_code, reason = "it is read to be known")]
            pub line_type: Option<serde::de::IgnoredAny>,
            pub id: Option<uuid::Uuid>,
            pub slug: Option<String>,
            pub dataset: Option<String>,
            pub external_id: Option<String>,
            $(pub $field: $kind,)*
            $(pub $option: $option_kind,)*
        }

        impl $name {
            /// A draft that says no more than it must.
            #[allow(dead_code, reason = "no format makes affiliations and relations of events yet")]
            pub fn new(key: super::Key, $($field: $kind),*) -> Self {
                Self {
                    line_type: None,
                    id: key.id,
                    slug: key.slug,
                    dataset: key.dataset,
                    external_id: key.external_id,
                    $($field,)*
                    $($option: None,)*
                }
            }

            fn written_key(&self) -> super::Key {
                super::Key {
                    id: self.id,
                    slug: self.slug.clone(),
                    dataset: self.dataset.clone(),
                    external_id: self.external_id.clone(),
                }
            }
        }
    };
}

use draft;

/// Refuses a slug where records have none.
fn no_slug(key: &Key) -> Result<(), Fault> {
    match key.slug {
        None => Ok(()),
        Some(_) => Err(Fault::new("slug", "records of this type have no slug; use externalId")),
    }
}

/// Refuses a line that has no key, where nothing else tells its record.
fn some_key(key: &Key) -> Result<(), Fault> {
    if key.id.is_none() && key.external_id.is_none() && key.slug.is_none() {
        return Err(Fault::new(
            "slug",
            "the line needs a slug, an externalId or an id, so that it can be found again",
        ));
    }
    Ok(())
}
