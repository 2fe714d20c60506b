//! Sources: the shape of their lines and their staging table.

use super::naming::{self, IdentifierDraft, NameDraft};
use super::{Draft, Fault, draft, some_key};
use crate::import::row::{Key, Rows};
use crate::import::table::{Column, DATASET, EXTERNAL_ID, Identity, Table, identifiers, names};
use crate::source::vocabulary::SourceKind;

draft! {
    /// An outlet or body that publishes.
    SourceDraft {
        required {
            name: String,
            kind: SourceKind,
        }
        optional {
            country: Option<String>,
            homepage: Option<String>,
            languages: Option<Vec<String>>,
            names: Option<Vec<NameDraft>>,
            identifiers: Option<Vec<IdentifierDraft>>,
        }
    }
}

pub static SOURCES: Table = Table {
    name: "source",
    columns: &[
        Column::Value("slug", "text"),
        Column::Value("name", "text"),
        Column::Value("kind", "text"),
        Column::Value("country", "text"),
        Column::Value("homepage", "text"),
        Column::Value("languages", "text[]"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[names("source_id"), identifiers("source_id")],
    has_slug: true,
    same_record: Some("t.slug = s.slug"),
    identity: Identity::Keyed,
    dates_at: None,
    checks: &[],
};

impl Draft for SourceDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        some_key(key)?;
        rows.record(&SOURCES, key, |row| {
            row.value(Some(&self.name))
                .value(Some(self.kind.word()))
                .value(self.country.as_ref())
                .value(self.homepage.as_ref())
                .texts(self.languages.as_deref().unwrap_or_default())
        });
        naming::rows(rows, self.names.as_ref(), self.identifiers.as_ref())
    }
}
