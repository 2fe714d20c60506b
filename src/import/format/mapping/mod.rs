//! A mapping says what the columns of a table become: TOML, read and checked before the database is
//! touched, then held against the columns of the file. docs/import/csv.md describes it for its writers.

mod articles;
mod claims;
mod events;
mod fault;
mod places;
mod sections;
mod suggestion;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod time;

use regex::Regex;
use serde::Deserialize;
use toml::Spanned;

pub use fault::MappingFault;
pub use suggestion::suggestion;
pub use table::Mapped;

use self::sections::{
    Actor, Article, Claim, Closure, Crossing, Dataset, Event, File, Location, Made, Property, Unmatched,
};
use self::text::{Bind as _, Scope};
use self::time::Dates;
use crate::import::format::Columns;
use crate::import::record::DatasetDraft;
use crate::import::row::Key;
use crate::import::run::is_slug;

/// A mapping, read and checked as far as it can be without its file.
#[derive(Debug)]
pub struct Mapping {
    /// Its text, for messages.
    text: String,
    sections: Sections,
}

/// All that a mapping may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sections {
    dataset: Dataset,
    #[serde(default)]
    file: File,
    #[serde(default)]
    column: Vec<Made>,
    #[serde(default)]
    property: Vec<Spanned<Property>>,
    location: Option<Location>,
    crossing: Option<Spanned<Crossing>>,
    event: Option<Event>,
    #[serde(default)]
    actor: Vec<Spanned<Actor>>,
    #[serde(default)]
    closure: Vec<Spanned<Closure>>,
    article: Option<Article>,
    #[serde(default)]
    claim: Vec<Spanned<Claim>>,
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// When it is no TOML, has keys that mean nothing, or cannot be meant as it stands.
    pub fn parse(text: &str) -> Result<Self, MappingFault> {
        let sections: Sections = toml::from_str(text).map_err(|error| MappingFault::of_toml(text, &error))?;
        let mut mapping = Self { text: text.to_owned(), sections };
        mapping.check()?;
        mapping.bind(None)?;
        Ok(mapping)
    }

    /// What divides the columns of CSV.
    #[must_use]
    pub fn delimiter(&self) -> u8 {
        let written = self.sections.file.delimiter.as_ref();
        written.and_then(|written| written.get_ref().as_bytes().first().copied()).unwrap_or(b',')
    }

    /// The dataset that the records belong to.
    #[must_use]
    pub fn dataset(&self) -> DatasetDraft {
        let Dataset { slug, title, licence, redistribution, homepage } = &self.sections.dataset;
        let key = Key { slug: Some(slug.get_ref().clone()), ..Key::default() };
        DatasetDraft {
            licence: licence.clone(),
            redistribution: *redistribution,
            homepage: homepage.clone(),
            ..DatasetDraft::new(key, title.clone())
        }
    }

    /// What the mapping makes of the lines of a file with these columns.
    ///
    /// # Errors
    /// When it names columns that are not there.
    pub fn over(mut self, columns: &Columns) -> Result<Mapped, MappingFault> {
        let reading = self.bind(Some(columns))?;
        Ok(Mapped::of(self, reading))
    }

    fn fault(&self, span: std::ops::Range<usize>, reason: impl Into<String>) -> MappingFault {
        MappingFault::at(&self.text, span, reason)
    }

    /// Checks what the shape of the sections cannot say.
    fn check(&self) -> Result<(), MappingFault> {
        let Sections { dataset, file, event, crossing, .. } = &self.sections;
        if !is_slug(dataset.slug.get_ref()) {
            let reason = "a slug is lower-case letters and digits in groups joined by hyphens";
            return Err(self.fault(dataset.slug.span(), reason));
        }
        if let Some(delimiter) = file.delimiter.as_ref().filter(|written| written.get_ref().len() != 1) {
            let reason = "the delimiter is one character, such as \",\", \";\" or \"\\t\"";
            return Err(self.fault(delimiter.span(), reason));
        }
        let of_events = self.sections.actor.iter().map(|actor| ("an actor takes part in", actor.span()));
        let of_events = of_events
            .chain(self.sections.closure.iter().map(|closure| ("a closure belongs to", closure.span())));
        let mut of_events =
            of_events.chain(self.sections.claim.iter().map(|claim| ("a claim is about", claim.span())));
        if let (None, Some((what, span))) = (event, of_events.next()) {
            return Err(
                self.fault(span, format!("{what} an event, and there is none: add a section [event]"))
            );
        }
        self.check_actors()?;
        self.check_claims()?;
        for closure in self.sections.closure.iter().filter(|closure| closure.get_ref().border.is_none()) {
            if crossing.is_none() {
                let reason = "a closure needs its place: add a section [crossing], or the key border with the slug of a border";
                return Err(self.fault(closure.span(), reason));
            }
        }
        if let Some(crossing) = crossing {
            let Crossing { slug, name, a, b, .. } = crossing.get_ref();
            let is_described = name.is_some() && a.is_some() && b.is_some();
            if slug.is_some() == is_described
                || (slug.is_some() && (name.is_some() || a.is_some() || b.is_some()))
            {
                let reason = "a crossing is named by the slug of one that is there, or described by its name and its sides a and b";
                return Err(self.fault(crossing.span(), reason));
            }
        }
        Ok(())
    }

    fn check_actors(&self) -> Result<(), MappingFault> {
        match self.sections.actor.iter().find(|actor| actor.get_ref().role.is_none()) {
            None => Ok(()),
            Some(actor) => {
                let reason = "an actor of the event needs its role, such as role = \"INITIATOR\"";
                Err(self.fault(actor.span(), reason))
            }
        }
    }

    fn check_claims(&self) -> Result<(), MappingFault> {
        for claim in &self.sections.claim {
            let Claim { number, low, high, code, text, boolean, extent, actor, location, .. } =
                claim.get_ref();
            let given = [
                number.is_some() || low.is_some() || high.is_some(),
                code.is_some(),
                text.is_some(),
                boolean.is_some(),
                extent.is_some(),
                actor.is_some(),
                location.is_some(),
            ];
            if given.into_iter().filter(|is_given| *is_given).count() != 1 {
                let reason = "a claim has exactly one value: number (with low and high), code, text, boolean, extent, actor or location";
                return Err(self.fault(claim.span(), reason));
            }
            if claim.get_ref().direction.is_some() && self.sections.crossing.is_none() {
                let reason = "a claim with a direction speaks of a crossing: add a section [crossing]";
                return Err(self.fault(claim.span(), reason));
            }
        }
        Ok(())
    }

    /// Holds every section against the columns, those that the mapping makes included; gives the
    /// patterns and forms that it found.
    fn bind(&mut self, columns: Option<&Columns>) -> Result<Reading, MappingFault> {
        let Self { text, sections } = self;
        let mut columns = columns.cloned();
        let width = columns.as_ref().map_or(0, |columns| columns.names().len());
        let mut reading =
            Reading { dates: Dates::of(text, &sections.file.dates)?, width, ..Reading::default() };
        for made in &mut sections.column {
            made.text.refine(std::mem::take(&mut made.values), made.otherwise.take(), made.default.take());
            made.bind(&Scope { text, columns: columns.as_ref() })?;
            let pattern = made.pattern.as_ref().map(|pattern| Pattern::of(text, pattern)).transpose()?;
            if pattern.is_none() && made.name.is_none() {
                return Err(made.text.fault(text, "a column needs a name, or a pattern with named groups"));
            }
            if made.unmatched == Unmatched::Cite {
                return Err(made
                    .text
                    .fault(text, "only what an article says in pieces can be cited as it is"));
            }
            if let (Some(name), Some(columns)) = (&made.name, &mut columns) {
                add(columns, name.get_ref()).map_err(|reason| MappingFault::at(text, name.span(), reason))?;
            }
            if let (Some(pattern), Some(columns)) = (&pattern, &mut columns) {
                pattern.add_to(text, columns)?;
            }
            reading.made.push(pattern);
        }
        let scope = Scope { text, columns: columns.as_ref() };
        for property in &mut sections.property {
            if property.get_ref().value_kind.is_none() || property.get_ref().code.is_empty() {
                return Err(MappingFault::at(
                    text,
                    property.span(),
                    "a property needs code, label and value_kind",
                ));
            }
        }
        sections.location.bind(&scope)?;
        bind_all(sections.crossing.as_mut(), &scope)?;
        sections.event.bind(&scope)?;
        bind_all(&mut sections.actor, &scope)?;
        bind_all(&mut sections.closure, &scope)?;
        bind_all(&mut sections.claim, &scope)?;
        let Some(article) = &mut sections.article else { return Ok(reading) };
        let Some(each) = &mut article.each else {
            article.bind(&scope)?;
            return Ok(reading);
        };
        each.text.divide(each.split.take());
        each.bind(&scope)?;
        // Its pieces are columns within it alone.
        let mut within = columns.clone();
        if let Some(columns) = &mut within {
            add(columns, ITEM).map_err(|reason| each.text.fault(text, reason))?;
        }
        reading.each = each.pattern.as_ref().map(|pattern| Pattern::of(text, pattern)).transpose()?;
        if let (Some(pattern), Some(columns)) = (&reading.each, &mut within) {
            pattern.add_to(text, columns)?;
        }
        article.bind(&Scope { text, columns: within.as_ref() })?;
        Ok(reading)
    }
}

/// The column of a piece within the section of articles.
const ITEM: &str = "item";

fn bind_all<'p, T: text::Bind + 'p>(
    parts: impl IntoIterator<Item = &'p mut Spanned<T>>,
    scope: &Scope,
) -> Result<(), MappingFault> {
    parts.into_iter().try_for_each(|part| part.as_mut().bind(scope))
}

fn add(columns: &mut Columns, name: &str) -> Result<(), String> {
    if columns.add(name) {
        Ok(())
    } else {
        Err(format!("there is a column {name:?} already; choose another name"))
    }
}

/// What reading lines takes beside the sections.
#[derive(Debug, Default)]
struct Reading {
    dates: Dates,
    /// The patterns of the columns that the mapping makes.
    made: Vec<Option<Pattern>>,
    /// The pattern of the pieces of articles.
    each: Option<Pattern>,
    /// How many columns the file has.
    width: usize,
}

/// A pattern whose named groups are columns.
#[derive(Debug)]
struct Pattern {
    regex: Regex,
    groups: Vec<String>,
    span: std::ops::Range<usize>,
}

impl Pattern {
    fn of(text: &str, written: &Spanned<String>) -> Result<Self, MappingFault> {
        let fault = |reason: String| MappingFault::at(text, written.span(), reason);
        let regex = Regex::new(written.get_ref()).map_err(|error| {
            let told = error.to_string();
            let reason = told.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            fault(format!("the pattern cannot be read: {reason}"))
        })?;
        let groups: Vec<String> = regex.capture_names().flatten().map(str::to_owned).collect();
        if groups.is_empty() {
            return Err(fault("the pattern has no named group, such as (?<outlet>[^,]+)".to_owned()));
        }
        Ok(Self { regex, groups, span: written.span() })
    }

    fn add_to(&self, text: &str, columns: &mut Columns) -> Result<(), MappingFault> {
        self.groups.iter().try_for_each(|group| {
            add(columns, group).map_err(|reason| MappingFault::at(text, self.span.clone(), reason))
        })
    }
}
