//! Names and identifiers, as they stand in the lines of actors, locations and sources.

use serde::Deserialize;

use crate::import::row::Rows;
use crate::import::table::{Part, identifiers, names};
use crate::naming::vocabulary::NameKind;

/// A name beyond the record's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameDraft {
    pub value: String,
    pub language: Option<String>,
    pub kind: NameKind,
}

/// An id elsewhere.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentifierDraft {
    pub scheme: String,
    pub value: String,
}

// Whose they are does not matter for staging.
const NAME: Part = names("");
const IDENTIFIER: Part = identifiers("");

/// Adds the rows of both.
pub fn rows(
    rows: &mut Rows,
    names: Option<&Vec<NameDraft>>,
    identifiers: Option<&Vec<IdentifierDraft>>,
) -> Result<(), super::Fault> {
    for name in names.into_iter().flatten() {
        if name.kind == NameKind::Primary {
            return Err(super::Fault::new(
                "names",
                "the PRIMARY name is the record's own `name`; list the others",
            ));
        }
        rows.part(&NAME, None, |row| {
            row.value(Some(&name.value)).value(name.language.as_ref()).value(Some(name.kind.word()))
        });
    }
    for identifier in identifiers.into_iter().flatten() {
        rows.part(&IDENTIFIER, None, |row| {
            row.value(Some(&identifier.scheme)).value(Some(&identifier.value))
        });
    }
    Ok(())
}
