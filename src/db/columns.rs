//! Which columns a request reads: of those that only some fields show, the ones whose fields its
//! document names.

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

/// Columns of any table, and the only fields of the API, of whatever type, that read them. A column
/// that is not here is always read. `tests/it/columns.rs` asks for each field by itself.
const SHOWN_BY: &[(&[&str], &[&str])] = &[
    (&["slug"], &["slug"]),
    (&["summary"], &["summary"]),
    (&["description"], &["description"]),
    (&["native_type"], &["nativeType"]),
    (&["homepage"], &["homepage"]),
    (&["fatalities_best", "fatalities_low", "fatalities_high"], &["fatalities"]),
    (&["author"], &["author"]),
    (&["published_note"], &["publishedNote"]),
    (&["content_hash"], &["contentHash"]),
    (&["locator"], &["locator"]),
    (&["quote"], &["quote"]),
    (&["note"], &["note"]),
    (&["reason"], &["reason"]),
    (&["start_earliest", "start_latest", "published_start_earliest", "published_start_latest"], &["start"]),
    (&["end_earliest", "end_latest", "published_end_earliest", "published_end_latest"], &["end"]),
    (&["edtf", "published_edtf"], &["edtf"]),
    (&["time_text", "published_time_text"], &["text"]),
    (&["recorded_at"], &["recordedAt"]),
    (&["updated_at"], &["updatedAt"]),
    (&["version"], &["version"]),
    (&["dataset_id"], &["dataset"]),
    (&["external_id"], &["externalId"]),
];

/// A set of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The rows of [`SHOWN_BY`] whose columns are in it, a bit for each.
    shown: u32,
}

impl Columns {
    /// All columns.
    pub const ALL: Self = Self { shown: u32::MAX };

    /// Those that the fields of a document read, whichever type they are of.
    #[must_use]
    pub fn of(document: &ExecutableDocument) -> Self {
        let mut columns = Self { shown: 0 };
        for (_, operation) in document.operations.iter() {
            columns.add(&operation.node.selection_set.node);
        }
        for fragment in document.fragments.values() {
            columns.add(&fragment.node.selection_set.node);
        }
        columns
    }

    /// Whether a column is one of them.
    #[must_use]
    pub fn have(self, column: &str) -> bool {
        let rule = SHOWN_BY.iter().position(|(columns, _)| columns.contains(&column));
        rule.is_none_or(|rule| self.shown & 1 << rule != 0)
    }

    fn add(&mut self, selected: &SelectionSet) {
        for selection in &selected.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    for (rule, (_, fields)) in SHOWN_BY.iter().enumerate() {
                        self.shown |= u32::from(fields.contains(&name)) << rule;
                    }
                    self.add(&field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => self.add(&fragment.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn a_column_is_read_where_any_field_shows_it() {
        let columns = |text: &str| Columns::of(&parse_query(text).unwrap());
        let few = columns("{ event { title extent { edtf } } }");
        assert!(few.have("edtf") && few.have("title") && few.have("kind"));
        assert!(!few.have("start_earliest") && !few.have("recorded_at"));
        let hidden =
            columns("query A { a: event { ... on Event { slug } ...F } } fragment F on Event { recordedAt }");
        assert!(hidden.have("slug") && hidden.have("recorded_at") && !hidden.have("version"));
        assert!(Columns::ALL.have("version"));
    }
}
