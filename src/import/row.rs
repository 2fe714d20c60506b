//! A row is one line's share of one staging table; rows gather here, in the text form of `COPY`.

use std::fmt::Write;

use uuid::Uuid;

use super::batch::batch;
use super::record::{Draft, Fault};
use super::reference::{self, Reference, Staged};
use super::table::{Identity, Part, Table, Target};
use crate::extent::{Bounds, LocalExtent, Moment};

/// How a line knows its own record.
#[derive(Clone, Debug, Default)]
pub struct Key {
    pub id: Option<Uuid>,
    pub slug: Option<String>,
    pub dataset: Option<String>,
    pub external_id: Option<String>,
}

/// A row under construction. Its cells are added in the order of the table's columns.
pub struct Row<'k> {
    text: String,
    cells: usize,
    dataset: Option<&'k str>,
}

/// How long the text of a row is, about.
const USUAL: usize = 512;

/// What a line becomes: rows of staging tables.
///
/// A line **states** records, and it may **mention** others that it only names, such as the outlet
/// behind a citation: many lines mention the same ones, the first of them counts, and a record that
/// is mentioned stays when the line that mentioned it first turns out to be at fault.
#[derive(Default)]
pub struct Rows {
    /// Each with the table's name.
    made: Vec<(&'static str, String)>,
    line: u64,
    batch_lines: u64,
    dataset: Option<String>,
    /// Tells the records of a line apart.
    place: u32,
    is_mentioned: bool,
    /// Whether the record under way was mentioned before.
    is_known: Option<bool>,
    mentioned: Vec<Uuid>,
    known: Known,
}

/// Records that lines before have mentioned: as many as there is room for, so that the memory it
/// takes is bounded. One that is forgotten is staged again, and folded there.
struct Known(Vec<Uuid>);

impl Default for Known {
    fn default() -> Self {
        Self(vec![Uuid::nil(); 1 << 16])
    }
}

impl Known {
    fn slot(&mut self, id: Uuid) -> &mut Uuid {
        let [.., high, low] = *id.as_bytes();
        &mut self.0[usize::from(u16::from_be_bytes([high, low]))]
    }
}

impl Rows {
    /// For lines that name no dataset, with the slug of theirs; so many lines make a batch.
    #[must_use]
    pub fn of(dataset: Option<&str>, batch_lines: u64) -> Self {
        Self { dataset: dataset.map(str::to_owned), batch_lines, ..Self::default() }
    }

    /// Begins a line.
    pub fn begin(&mut self, line: u64) {
        self.made.clear();
        self.mentioned.clear();
        (self.line, self.place) = (line, 0);
    }

    /// Ends a line that is sound; its rows, each with the name of its table.
    pub fn finish(&mut self) -> std::vec::Drain<'_, (&'static str, String)> {
        for id in self.mentioned.drain(..) {
            *self.known.slot(id) = id;
        }
        self.made.drain(..)
    }

    /// The line states a record.
    pub fn state(&mut self, draft: &impl Draft) -> Result<(), Fault> {
        self.is_mentioned = false;
        self.add(draft)
    }

    /// The line mentions a record.
    pub fn mention(&mut self, draft: &impl Draft) -> Result<(), Fault> {
        self.is_mentioned = true;
        self.add(draft)
    }

    fn add(&mut self, draft: &impl Draft) -> Result<(), Fault> {
        self.place += 1;
        self.is_known = None;
        let mut key = draft.key();
        if key.dataset.is_none() {
            key.dataset.clone_from(&self.dataset);
        }
        draft.rows(&key, self)
    }

    /// Adds a row of a table of records.
    pub fn record<'k>(&mut self, table: &'static Table, key: &'k Key, fill: impl FnOnce(Row<'k>) -> Row<'k>) {
        // A slug means the record that has it, whatever its id; failing that, a new one.
        let (id, by_slug) = match (key.id, &key.external_id, &key.slug) {
            (Some(id), ..) => (Some(id), false),
            // Known once its references are resolved.
            _ if matches!(table.identity, Identity::Content) => (None, false),
            (None, Some(external_id), _) => {
                (Some(reference::external(key.dataset.as_deref(), table.name, external_id)), false)
            }
            (None, None, Some(slug)) => {
                (Some(reference::slugged(key.dataset.as_deref(), table.name, slug)), true)
            }
            (None, None, None) => (None, false),
        };
        if self.is_known(id) {
            return;
        }
        let mut row = Row { text: String::with_capacity(USUAL), cells: 0, dataset: key.dataset.as_deref() };
        row = row
            .value(Some(batch(self.line, self.batch_lines)))
            .value(Some(self.line))
            .value(Some(self.place));
        row = row.value(Some(self.is_mentioned));
        row = row.value(id).value(Some(key.id.is_some())).value(Some(by_slug));
        if table.has_slug {
            row = row.value(key.slug.as_ref());
        }
        row = fill(row);
        if table.is_in_datasets() {
            let dataset = key.dataset.as_ref();
            let staged =
                dataset.map(|slug| Staged { id: Some(reference::dataset(slug)), written: slug.clone() });
            row = row.staged(staged).value(key.external_id.as_ref());
        }
        debug_assert_eq!(
            row.cells,
            7 + table.columns.iter().map(|column| column.staged().len()).sum::<usize>(),
            "cells of {}",
            table.name
        );
        self.made.push((table.name, row.finish()));
    }

    /// Whether the record under way was mentioned before; its first row tells for all.
    fn is_known(&mut self, id: Option<Uuid>) -> bool {
        if let Some(is_known) = self.is_known {
            return is_known;
        }
        let id = id.filter(|_| self.is_mentioned);
        let is_known = id.is_some_and(|id| *self.known.slot(id) == id || self.mentioned.contains(&id));
        self.mentioned.extend(id.filter(|_| !is_known));
        self.is_known = Some(is_known);
        is_known
    }

    /// Adds a row of a part of the record added last.
    pub fn part<'k>(&mut self, part: &Part, dataset: Option<&'k str>, fill: impl FnOnce(Row<'k>) -> Row<'k>) {
        if self.is_known == Some(true) {
            return;
        }
        let row = Row { text: String::new(), cells: 0, dataset };
        let row = fill(row.value(Some(self.line)).value(Some(self.place)));
        debug_assert_eq!(
            row.cells,
            2 + part.columns.iter().map(|column| column.staged().len()).sum::<usize>(),
            "cells of {}",
            part.name
        );
        self.made.push((part.name, row.finish()));
    }
}

impl Row<'_> {
    /// Adds a value, or null.
    #[must_use]
    pub fn value(mut self, value: Option<impl std::fmt::Display>) -> Self {
        if self.cells > 0 {
            self.text.push('\t');
        }
        self.cells += 1;
        match value {
            None => self.text.push_str("\\N"),
            // Writing to a string cannot fail.
            Some(value) => drop(write!(Escaping(&mut self.text), "{value}")),
        }
        self
    }

    /// Adds a list of texts.
    #[must_use]
    pub fn texts<T: AsRef<str>>(self, values: &[T]) -> Self {
        let mut list = String::from("{");
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                list.push(',');
            }
            let _ = write!(list, "\"{}\"", value.as_ref().replace('\\', "\\\\").replace('"', "\\\""));
        }
        list.push('}');
        self.value(Some(list))
    }

    /// Adds a reference, or none.
    #[must_use]
    pub fn reference(self, reference: Option<&Reference>, target: Target) -> Self {
        let staged = reference.map(|reference| reference.staged(target, self.dataset));
        self.staged(staged)
    }

    /// Adds an extent, or none.
    #[must_use]
    pub fn extent(self, extent: Option<&LocalExtent>) -> Self {
        let unknown = Bounds::UNKNOWN;
        let (start, end) = extent.map_or((unknown, unknown), |extent| (extent.start, extent.end));
        let bound = |row: Self, bound: Option<Moment>| row.value(bound);
        let row = bound(bound(self, start.earliest), start.latest);
        let row = bound(bound(row, end.earliest), end.latest);
        row.value(extent.map(|extent| extent.ongoing))
            .value(extent.and_then(|extent| extent.edtf.as_ref()))
            .value(extent.and_then(|extent| extent.text.as_ref()))
    }

    fn staged(self, staged: Option<Staged>) -> Self {
        let (id, written) = staged.map_or((None, None), |staged| (staged.id, Some(staged.written)));
        self.value(id).value(written)
    }

    fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }
}

/// Writes `value` as `COPY` reads it in its text form.
pub fn escape(value: &str, into: &mut String) {
    let mut rest = value;
    while let Some(special) = rest.find(['\\', '\t', '\n', '\r']) {
        into.push_str(&rest[..special]);
        into.push_str(match rest.as_bytes()[special] {
            b'\\' => "\\\\",
            b'\t' => "\\t",
            b'\n' => "\\n",
            _ => "\\r",
        });
        rest = &rest[special + 1..];
    }
    into.push_str(rest);
}

/// A string that escapes what is written to it.
struct Escaping<'s>(&'s mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        escape(text, self.0);
        Ok(())
    }
}
