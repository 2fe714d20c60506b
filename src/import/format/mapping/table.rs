//! The lines of a table under a mapping: what each becomes. Pure.

use std::borrow::Cow;

use super::sections::Unmatched;
use super::text::{Cells, Text};
use super::{Mapping, Pattern, Reading};
use crate::import::format::{Line, Normaliser, Wrong};
use crate::import::record::Draft;
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};

/// What cells say that say nothing, unless a mapping names its own.
const NOTHING: [&str; 6] = ["", "NA", "N/A", "None", "NONE", "NULL"];

/// A mapping over the columns of a file.
pub struct Mapped {
    pub(super) mapping: Mapping,
    pub(super) reading: Reading,
}

/// A line on its way.
pub struct Reader<'m, 'r> {
    pub mapped: &'m Mapped,
    pub cells: &'r Cells<'r>,
    pub rows: &'r mut Rows,
    /// Whether a line is its event, with a version of its own, instead of one of several about it.
    pub is_stated: bool,
}

impl Mapped {
    /// Takes a mapping that was held against the columns.
    pub(super) fn of(mapping: Mapping, reading: Reading) -> Self {
        Self { mapping, reading }
    }

    /// What a line says: its columns, and those that the mapping makes.
    fn cells<'r>(&'r self, line: &'r Line) -> Result<Cells<'r>, Wrong> {
        let sections = &self.mapping.sections;
        let own = sections.file.nothing.as_deref();
        let says_nothing = |value: &str| match own {
            Some(own) => value.is_empty() || own.iter().any(|nothing| nothing == value),
            None => NOTHING.contains(&value),
        };
        let cell = |place: usize| {
            let value = line.record.get(place)?.trim();
            (!says_nothing(value)).then_some(Cow::Borrowed(value))
        };
        let mut cells: Cells = (0..self.reading.width).map(cell).collect();
        for (made, pattern) in sections.column.iter().zip(&self.reading.made) {
            let value = made.text.of(&cells).map(|value| Cow::Owned(value.into_owned()));
            let groups = match pattern {
                Some(pattern) => pattern.groups_of(value.as_deref(), made.unmatched, &made.text, &cells)?,
                None => Vec::new(),
            };
            if made.name.is_some() {
                cells.push(value);
            }
            cells.extend(groups);
        }
        Ok(cells)
    }
}

impl Pattern {
    /// The groups of a text, as cells.
    pub fn groups_of(
        &self,
        value: Option<&str>,
        unmatched: Unmatched,
        text: &Text,
        cells: &Cells,
    ) -> Result<Cells<'static>, Wrong> {
        let nothing = vec![None; self.groups.len()];
        let Some(value) = value else { return Ok(nothing) };
        let Some(found) = self.regex.captures(value) else {
            return match unmatched {
                Unmatched::Reject => {
                    let reason = format!(
                        "the pattern does not fit {:?}; mend it, or say unmatched = \"nothing\"",
                        super::super::shown(value)
                    );
                    Err(text.wrong(cells, reason))
                }
                Unmatched::Nothing | Unmatched::Cite => Ok(nothing),
            };
        };
        let group = |name: &String| {
            let said = found.name(name)?.as_str().trim();
            (!said.is_empty()).then(|| Cow::Owned(said.to_owned()))
        };
        Ok(self.groups.iter().map(group).collect())
    }
}

impl Normaliser for Mapped {
    fn normalise(&self, line: &Line, rows: &mut Rows) -> Result<(), Wrong> {
        let cells = self.cells(line)?;
        let sections = &self.mapping.sections;
        let is_stated = sections.event.as_ref().is_some_and(|event| event.version.is_some());
        let mut reader = Reader { mapped: self, cells: &cells, rows, is_stated };
        let location = sections.location.as_ref().map(|map| reader.location(map)).transpose()?.flatten();
        let crossing =
            sections.crossing.as_ref().map(|map| reader.crossing(map.get_ref())).transpose()?.flatten();
        let place = crossing.clone().or(location);
        let event = sections.event.as_ref().map(|map| reader.event(map, place)).transpose()?.flatten();
        let mut closures = Vec::new();
        if let Some(event) = &event {
            for map in &sections.actor {
                reader.participations(map.get_ref(), event)?;
            }
            for (map, number) in sections.closure.iter().zip(1..) {
                closures.extend(reader.closure(map.get_ref(), number, event, crossing.as_ref())?);
            }
        }
        let article = match &sections.article {
            Some(map) => reader.articles(map, event.as_ref(), &closures)?,
            None => None,
        };
        if let Some(event) = &event {
            for map in &sections.claim {
                reader.claim(map.get_ref(), event, article.as_ref(), crossing.as_ref())?;
            }
        }
        Ok(())
    }
}

impl Reader<'_, '_> {
    /// Mentions a record.
    pub fn mention(&mut self, draft: &impl Draft) -> Result<(), Wrong> {
        Ok(self.rows.mention(draft)?)
    }

    /// States or mentions what belongs to the event: of several lines about one the first counts.
    pub fn of_event(&mut self, draft: &impl Draft) -> Result<(), Wrong> {
        if self.is_stated { Ok(self.rows.state(draft)?) } else { self.mention(draft) }
    }
}

/// The key of a record of the file's dataset.
pub fn key(id: &str) -> Key {
    Key { external_id: Some(id.to_owned()), ..Key::default() }
}

/// A reference to a record of the file's dataset.
pub fn external(id: &str) -> Reference {
    Reference::External { dataset: None, external_id: id.to_owned() }
}
