//! The lines of a table under a mapping: what each becomes. Pure.

use std::borrow::Cow;

use super::places::{Found, applies, number, required, said, whole_number};
use super::sections::{Actor, Article, Claim, Closure, Event, Property, SpeaksFor, Unmatched};
use super::text::{Cells, Text};
use super::{Mapping, Pattern, Reading};
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::event::vocabulary::ParticipantRole;
use crate::import::format::{Line, Normaliser, Wrong};
use crate::import::record::{
    ArticleDraft, ClaimDraft, ClaimPropertyDraft, ClosureDraft, Draft, EstimateDraft, EventDraft,
    ParticipationDraft, ReportDraft, ScopeDraft, SourceDraft, ValueDraft,
};
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};
use crate::source::vocabulary::SourceKind;

/// The key of the dataset as a source: it makes the claims that stand in no article.
const DATASET_SOURCE: &str = "#dataset";

/// What cells say that say nothing, unless a mapping names its own.
const NOTHING: [&str; 6] = ["", "NA", "N/A", "None", "NONE", "NULL"];

/// A mapping over the columns of a file.
pub struct Mapped {
    mapping: Mapping,
    reading: Reading,
}

/// A line on its way.
pub struct Reader<'m, 'r> {
    mapped: &'m Mapped,
    pub cells: &'r Cells<'r>,
    rows: &'r mut Rows,
    /// Whether a line is its event, with a version of its own, instead of one of several about it.
    is_stated: bool,
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
    fn groups_of(
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
    fn of_event(&mut self, draft: &impl Draft) -> Result<(), Wrong> {
        if self.is_stated { Ok(self.rows.state(draft)?) } else { self.mention(draft) }
    }

    fn event(&mut self, map: &Event, place: Option<Found>) -> Result<Option<Found>, Wrong> {
        let cells = self.cells;
        if !applies(map.when.as_ref(), cells) {
            return Ok(None);
        }
        let own = required(&map.key, cells, "the key of the event")?;
        let title = required(&map.title, cells, "the title of the event")?;
        let Some(kind) = map.kind.of(cells)? else {
            return Err(map
                .kind
                .text()
                .wrong(cells, "it says nothing, and the kind of the event must be known"));
        };
        let location = map.location.as_ref().map(|map| self.location(map)).transpose()?.flatten().or(place);
        let deaths = map.fatalities.as_ref();
        let estimate = |text: fn(&super::sections::Fatalities) -> &Option<Text>| {
            whole_number(deaths.and_then(|deaths| text(deaths).as_ref()), cells)
        };
        let fatalities = EstimateDraft {
            best: estimate(|deaths| &deaths.best)?,
            low: estimate(|deaths| &deaths.low)?,
            high: estimate(|deaths| &deaths.high)?,
        };
        let extent =
            map.extent.as_ref().map(|time| time.of(cells, &self.mapped.reading.dates)).transpose()?.flatten();
        let draft = EventDraft {
            summary: said(map.summary.as_ref(), cells),
            native_type: said(map.native_type.as_ref(), cells),
            modality: map.modality.as_ref().map(|modality| modality.of(cells)).transpose()?.flatten(),
            extent,
            location: location.map(|location| location.reference),
            fatalities: Some(fatalities),
            dataset_version: whole_number(map.version.as_ref(), cells)?,
            ..EventDraft::new(key(&own), title, kind)
        };
        self.of_event(&draft)?;
        Ok(Some(Found { reference: external(&own), key: own }))
    }

    fn participations(&mut self, map: &Actor, event: &Found) -> Result<(), Wrong> {
        let cells = self.cells;
        let Some(role) = map.role.as_ref().map(|role| role.of(cells)).transpose()?.flatten() else {
            return Ok(());
        };
        for actor in self.actors(map)? {
            let own = format!("{}#{}#{}", event.key, ParticipantRole::word(role), actor.key);
            let alleged = boolean(map.alleged.as_ref(), cells)?;
            let draft = ParticipationDraft {
                alleged,
                ..ParticipationDraft::new(key(&own), event.reference.clone(), actor.reference, role)
            };
            // One actor may stand in two columns.
            self.mention(&draft)?;
        }
        Ok(())
    }

    fn closure(
        &mut self,
        map: &Closure,
        number: u32,
        event: &Found,
        crossing: Option<&Found>,
    ) -> Result<Option<Reference>, Wrong> {
        let cells = self.cells;
        if !applies(map.when.as_ref(), cells) {
            return Ok(None);
        }
        let border = said(map.border.as_ref(), cells)
            .map(|slug| Found { reference: Reference::Slug(slug.clone()), key: slug });
        let Some(place) = border.as_ref().or(crossing) else { return Ok(None) };
        let direction = map.direction.as_ref().map(|word| word.of(cells)).transpose()?.flatten();
        let traffic =
            map.traffic.as_ref().map(|word| word.list(cells)).transpose()?.filter(|list| !list.is_empty());
        let own = said(map.key.as_ref(), cells).unwrap_or_else(|| {
            let direction = direction.map(Direction::word).unwrap_or_default();
            let traffic: String =
                traffic.iter().flatten().map(|class| format!(" {}", class.word())).collect();
            format!("{}#{number}#{}#{direction}#{}", event.key, place.key, traffic.trim_start())
        });
        let decided_by = map.decided_by.as_ref().map(|actor| self.actor(actor)).transpose()?.flatten();
        let extent =
            map.extent.as_ref().map(|time| time.of(cells, &self.mapped.reading.dates)).transpose()?.flatten();
        let draft = ClosureDraft {
            effect: map.effect.as_ref().map(|word| word.of(cells)).transpose()?.flatten(),
            direction,
            traffic,
            severity: map.severity.as_ref().map(|word| word.of(cells)).transpose()?.flatten(),
            basis: map.basis.as_ref().map(|word| word.of(cells)).transpose()?.flatten(),
            decided_by: decided_by.map(|actor| actor.reference),
            reason: said(map.reason.as_ref(), cells),
            schedule: said(map.schedule.as_ref(), cells),
            extent,
            ..ClosureDraft::new(key(&own), event.reference.clone(), place.reference.clone())
        };
        self.of_event(&draft)?;
        Ok(Some(external(&own)))
    }
}

impl Reader<'_, '_> {
    /// Mentions the articles of a line and their reports; gives the first.
    fn articles(
        &mut self,
        map: &Article,
        event: Option<&Found>,
        closures: &[Reference],
    ) -> Result<Option<Found>, Wrong> {
        let cells = self.cells;
        let closures = (map.speaks_for == SpeaksFor::Line && !closures.is_empty()).then_some(closures);
        let Some(each) = &map.each else {
            return self.article(map, event, closures);
        };
        let mut first = None;
        for piece in each.text.list(cells) {
            let mut within = cells.clone();
            within.push(Some(Cow::Owned(piece.to_string())));
            if let Some(pattern) = &self.mapped.reading.each {
                let groups = pattern.groups_of(Some(&piece), each.unmatched, &each.text, cells)?;
                if each.unmatched == Unmatched::Cite && groups.iter().all(Option::is_none) {
                    self.citation(&piece, event)?;
                    continue;
                }
                within.extend(groups);
            }
            let mut reader = Reader {
                mapped: self.mapped,
                cells: &within,
                rows: &mut *self.rows,
                is_stated: self.is_stated,
            };
            let article = reader.article(map, event, closures)?;
            first = first.or(article);
        }
        Ok(first)
    }

    fn citation(&mut self, text: &str, event: Option<&Found>) -> Result<(), Wrong> {
        let Some(event) = event else { return Ok(()) };
        let own = key(&format!("{}#{text}", event.key));
        self.mention(&ReportDraft {
            citation: Some(text.to_owned()),
            ..ReportDraft::new(own, event.reference.clone())
        })
    }

    fn article(
        &mut self,
        map: &Article,
        event: Option<&Found>,
        closures: Option<&[Reference]>,
    ) -> Result<Option<Found>, Wrong> {
        let cells = self.cells;
        if !applies(map.when.as_ref(), cells) {
            return Ok(None);
        }
        let (url, title) = (said(map.url.as_ref(), cells), said(map.title.as_ref(), cells));
        let published = map
            .published
            .as_ref()
            .map(|time| time.of(cells, &self.mapped.reading.dates))
            .transpose()?
            .flatten();
        let Some(source) = self.source(&map.source)? else {
            return match map.url.as_ref().or(map.title.as_ref()).filter(|_| url.is_some() || title.is_some())
            {
                Some(text) => Err(text.wrong(cells, "the line names an article and not its source")),
                None => Ok(None),
            };
        };
        let day = published.as_ref().and_then(|published| published.edtf.clone());
        let given = title.is_some();
        let title = title.unwrap_or_else(|| match &day {
            Some(day) => format!("Report by {} of {day}", source.key),
            None => format!("Report by {}", source.key),
        });
        let own = said(map.key.as_ref(), cells)
            .or_else(|| url.clone())
            .unwrap_or_else(|| format!("{}#{}#{title}", source.key, day.unwrap_or_default()));
        let draft = ArticleDraft {
            url,
            title_given: Some(given),
            author: said(map.author.as_ref(), cells),
            published,
            published_note: said(map.published_note.as_ref(), cells),
            language: said(map.language.as_ref(), cells),
            summary: said(map.summary.as_ref(), cells),
            ..ArticleDraft::new(key(&own), source.reference, title)
        };
        self.mention(&draft)?;
        let article = Found { reference: external(&own), key: own };
        if let Some(event) = event {
            let own = key(&format!("{}#{}", event.key, article.key));
            let report = ReportDraft {
                article: Some(article.reference.clone()),
                relevance: map.relevance.as_ref().map(|word| word.of(cells)).transpose()?.flatten(),
                locator: said(map.locator.as_ref(), cells),
                closures: closures.map(<[Reference]>::to_vec),
                confidence: number(map.confidence.as_ref(), cells)?,
                ..ReportDraft::new(own, event.reference.clone())
            };
            self.mention(&report)?;
        }
        Ok(Some(article))
    }

    fn claim(
        &mut self,
        map: &Claim,
        event: &Found,
        article: Option<&Found>,
        crossing: Option<&Found>,
    ) -> Result<(), Wrong> {
        let cells = self.cells;
        if !applies(map.when.as_ref(), cells) {
            return Ok(());
        }
        let Some(value) = self.value(map)? else { return Ok(()) };
        let property = required(&map.property, cells, "the property of the claim")?;
        for own in &self.mapped.mapping.sections.property {
            let own = own.get_ref();
            if own.code == property {
                self.property(own)?;
            }
        }
        let direction = map.direction.as_ref().map(|word| word.of(cells)).transpose()?.flatten();
        let traffic = map.traffic.as_ref().map(|word| word.of(cells)).transpose()?.flatten();
        if direction.is_some() && crossing.is_none() {
            return Err(map.property.wrong(cells, "the claim speaks of a crossing, and the line names none"));
        }
        let scope = direction.is_some().then(|| ScopeDraft {
            crossing: crossing.map(|crossing| crossing.reference.clone()),
            direction,
            traffic,
        });
        let stands_in = map.source.as_ref().map(|source| self.source(source)).transpose()?.flatten();
        let article = article.filter(|_| stands_in.is_none());
        let source = match (&stands_in, article) {
            (Some(source), _) => Some(source.reference.clone()),
            (None, Some(_)) => None,
            (None, None) => Some(self.dataset_source()?),
        };
        let speaker = map.speaker.as_ref().map(|actor| self.actor(actor)).transpose()?.flatten();
        let mut relays = Vec::new();
        for relay in &map.relayed_from {
            relays.extend(self.sources(relay)?.into_iter().map(|source| source.reference));
        }
        let own = said(map.key.as_ref(), cells).unwrap_or_else(|| {
            let by = |found: Option<&Found>| found.map(|found| found.key.clone()).unwrap_or_default();
            let direction = direction.map(Direction::word).unwrap_or_default();
            let traffic = traffic.map(TrafficClass::word).unwrap_or_default();
            format!(
                "{}#{property}#{}#{}#{direction}#{traffic}",
                event.key,
                by(article.or(stands_in.as_ref())),
                by(speaker.as_ref()),
            )
        });
        let target = map.target.as_ref().map(|actor| self.actor(actor)).transpose()?.flatten();
        let as_of =
            map.as_of.as_ref().map(|time| time.of(cells, &self.mapped.reading.dates)).transpose()?.flatten();
        let draft = ClaimDraft {
            article: article.map(|article| article.reference.clone()),
            source,
            speaker: speaker.map(|actor| actor.reference),
            target: target.map(|actor| actor.reference),
            relayed_from: (!relays.is_empty()).then_some(relays),
            act: map.act.as_ref().map(|word| word.of(cells)).transpose()?.flatten(),
            scope,
            as_of,
            locator: said(map.locator.as_ref(), cells),
            quote: said(map.quote.as_ref(), cells),
            note: said(map.note.as_ref(), cells),
            ..ClaimDraft::new(key(&own), event.reference.clone(), property, value)
        };
        self.of_event(&draft)
    }

    /// The value of a claim; none where the line has none.
    fn value(&mut self, map: &Claim) -> Result<Option<ValueDraft>, Wrong> {
        let cells = self.cells;
        let extent =
            map.extent.as_ref().map(|time| time.of(cells, &self.mapped.reading.dates)).transpose()?.flatten();
        let actor = map.actor.as_ref().map(|actor| self.actor(actor)).transpose()?.flatten();
        let location = map.location.as_ref().map(|location| self.location(location)).transpose()?.flatten();
        let (number, low, high) = (
            number(map.number.as_ref(), cells)?,
            number(map.low.as_ref(), cells)?,
            number(map.high.as_ref(), cells)?,
        );
        let given: Vec<f64> = [low, number, high].into_iter().flatten().collect();
        if !given.is_sorted() {
            let text = map.low.as_ref().or(map.high.as_ref()).unwrap_or(&map.property);
            return Err(text.wrong(cells, "low, number and high must not decrease"));
        }
        let is_number = !given.is_empty();
        let value = ValueDraft {
            number,
            low,
            high,
            unit: said(map.unit.as_ref().filter(|_| is_number), cells),
            qualifier: map
                .qualifier
                .as_ref()
                .filter(|_| is_number)
                .map(|word| word.of(cells))
                .transpose()?
                .flatten(),
            code: said(map.code.as_ref(), cells),
            text: said(map.text.as_ref(), cells),
            boolean: boolean(map.boolean.as_ref(), cells)?,
            extent,
            actor: actor.map(|actor| actor.reference),
            location: location.map(|location| location.reference),
        };
        let says = is_number
            || value.code.is_some()
            || value.text.is_some()
            || value.boolean.is_some()
            || value.extent.is_some()
            || value.actor.is_some()
            || value.location.is_some();
        Ok(says.then_some(value))
    }

    fn property(&mut self, own: &Property) -> Result<(), Wrong> {
        let Some(kind) = own.value_kind else { return Ok(()) };
        let draft = ClaimPropertyDraft {
            unit: own.unit.clone(),
            codes: own.codes.clone(),
            needs_scope: Some(own.needs_scope),
            ..ClaimPropertyDraft::new(
                key(&own.code),
                own.code.clone(),
                own.label.clone(),
                kind,
                own.functional,
            )
        };
        self.mention(&draft)
    }

    /// The dataset as the source of what it says itself.
    fn dataset_source(&mut self) -> Result<Reference, Wrong> {
        let dataset = &self.mapped.mapping.sections.dataset;
        let draft = SourceDraft {
            homepage: dataset.homepage.clone(),
            ..SourceDraft::new(key(DATASET_SOURCE), dataset.title.clone(), SourceKind::Dataset)
        };
        self.mention(&draft)?;
        Ok(external(DATASET_SOURCE))
    }
}

/// A yes or no; none where the line says neither.
fn boolean(text: Option<&Text>, cells: &Cells) -> Result<Option<bool>, Wrong> {
    let Some(text) = text else { return Ok(None) };
    match text.of(cells).as_deref() {
        None => Ok(None),
        Some("true" | "TRUE" | "True") => Ok(Some(true)),
        Some("false" | "FALSE" | "False") => Ok(Some(false)),
        Some(_) => {
            Err(text
                .wrong(cells, "it is neither true nor false; give it values, such as { \"yes\" = \"true\" }"))
        }
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
