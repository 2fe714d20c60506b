//! A reference: how a line names another record, and the ids computed from a dataset's own keys.

use serde::de::{Error as _, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::table::Target;

/// The namespace of the ids of records that came from no dataset. It never changes.
pub const NAMESPACE: Uuid = Uuid::from_u128(0x8f1c_7f0e_6a53_5d0c_9a55_0b1f_6a2d_9c11);

/// Another record, by slug, by id, or by its key in a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    Slug(String),
    Id(Uuid),
    /// Without a dataset: the line's own.
    External {
        dataset: Option<String>,
        external_id: String,
    },
}

/// A reference made ready for staging: the id where it can be computed, and what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    pub id: Option<Uuid>,
    /// The slug where there is no id; else what to show when the record is missing.
    pub written: String,
}

impl Reference {
    /// Prepares the reference for staging; `dataset` is the line's own.
    #[must_use]
    pub fn staged(&self, target: Target, dataset: Option<&str>) -> Staged {
        match self {
            Self::Slug(slug) => Staged { id: None, written: slug.clone() },
            Self::Id(id) => Staged { id: Some(*id), written: id.to_string() },
            Self::External { dataset: named, external_id } => {
                let dataset = named.as_deref().or(dataset);
                Staged {
                    id: Some(external(dataset, target.table(), external_id)),
                    written: format!("{} in {}", external_id, dataset.unwrap_or("no dataset")),
                }
            }
        }
    }
}

/// The id of the dataset with this slug.
#[must_use]
pub fn dataset(slug: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("dataset:{slug}").as_bytes())
}

/// The id of a record of `table` by its own key in a dataset.
#[must_use]
pub fn external(dataset_slug: Option<&str>, table: &str, external_id: &str) -> Uuid {
    let namespace = dataset_slug.map_or(NAMESPACE, dataset);
    Uuid::new_v5(&namespace, format!("{table}:{external_id}").as_bytes())
}

/// The id of a new record of `table` that its line knows by slug alone.
#[must_use]
pub fn slugged(dataset_slug: Option<&str>, table: &str, slug: &str) -> Uuid {
    let namespace = dataset_slug.map_or(NAMESPACE, dataset);
    Uuid::new_v5(&namespace, format!("{table}/{slug}").as_bytes())
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReferenceVisitor)
    }
}

struct ReferenceVisitor;

/// The forms of a reference that is an object.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fields {
    id: Option<Uuid>,
    slug: Option<String>,
    dataset: Option<String>,
    external_id: Option<String>,
}

impl<'de> Visitor<'de> for ReferenceVisitor {
    type Value = Reference;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a slug, {\"id\": …} or {\"dataset\": …, \"externalId\": …}")
    }

    fn visit_str<E: serde::de::Error>(self, slug: &str) -> Result<Reference, E> {
        Ok(Reference::Slug(slug.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Reference, A::Error> {
        match Fields::deserialize(MapAccessDeserializer::new(map))? {
            Fields { id: Some(id), slug: None, dataset: None, external_id: None } => Ok(Reference::Id(id)),
            Fields { id: None, slug: Some(slug), dataset: None, external_id: None } => {
                Ok(Reference::Slug(slug))
            }
            Fields { id: None, slug: None, dataset, external_id: Some(external_id) } => {
                Ok(Reference::External { dataset, external_id })
            }
            _ => Err(A::Error::custom("a reference has exactly one of `id`, `slug` and `externalId`")),
        }
    }
}
