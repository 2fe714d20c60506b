//! Actors and affiliations: the shapes of their lines and their staging tables.

use super::naming::{self, IdentifierDraft, NameDraft};
use super::{Draft, Fault, draft, no_slug, some_key};
use crate::actor::vocabulary::ActorKind;
use crate::extent::LocalExtent;
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};
use crate::import::table::{Column, DATASET, EXTERNAL_ID, Identity, Table, Target, identifiers, names};

draft! {
    /// Who acts or speaks.
    ActorDraft {
        required {
            name: String,
            kind: ActorKind,
        }
        optional {
            country: Option<String>,
            description: Option<String>,
            names: Option<Vec<NameDraft>>,
            identifiers: Option<Vec<IdentifierDraft>>,
        }
    }
}

pub static ACTORS: Table = Table {
    name: "actor",
    columns: &[
        Column::Value("slug", "text"),
        Column::Value("name", "text"),
        Column::Value("kind", "text"),
        Column::Value("country", "text"),
        Column::Value("description", "text"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[names("actor_id"), identifiers("actor_id")],
    has_slug: true,
    same_record: Some("t.slug = s.slug"),
    identity: Identity::Keyed,
    dates_at: None,
    checks: &[],
};

impl Draft for ActorDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        some_key(key)?;
        rows.record(&ACTORS, key, |row| {
            row.value(Some(&self.name))
                .value(Some(self.kind.word()))
                .value(self.country.as_ref())
                .value(self.description.as_ref())
        });
        naming::rows(rows, self.names.as_ref(), self.identifiers.as_ref())
    }
}

draft! {
    /// An actor belongs to an actor.
    AffiliationDraft {
        required {
            member: Reference,
            group: Reference,
        }
        optional {
            role: Option<String>,
            extent: Option<LocalExtent>,
        }
    }
}

pub static AFFILIATIONS: Table = Table {
    name: "affiliation",
    columns: &[
        Column::Reference("member_id", "member", Target::Actor),
        Column::Reference("group_id", "group", Target::Actor),
        Column::Value("role", "text"),
        Column::Extent { prefix: "", optional: true },
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[],
    has_slug: false,
    same_record: None,
    identity: Identity::Natural(&[
        "s.member_id",
        "s.group_id",
        "s.role",
        "s.start_earliest",
        "s.start_latest",
    ]),
    dates_at: None,
    checks: &[],
};

impl Draft for AffiliationDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        no_slug(key)?;
        rows.record(&AFFILIATIONS, key, |row| {
            row.reference(Some(&self.member), Target::Actor)
                .reference(Some(&self.group), Target::Actor)
                .value(self.role.as_ref())
                .extent(self.extent.as_ref())
        });
        Ok(())
    }
}
