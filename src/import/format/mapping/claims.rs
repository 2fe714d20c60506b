//! What a line claims of its event, and on whose word.

use super::places::{Found, applies, number, required, said};
use super::sections::{Claim, Property};
use super::table::{Reader, external, key};
use super::text::boolean;
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::import::format::Wrong;
use crate::import::record::{ClaimDraft, ClaimPropertyDraft, ScopeDraft, SourceDraft, ValueDraft};
use crate::import::reference::Reference;
use crate::source::vocabulary::SourceKind;

/// The key of the dataset as a source: it makes the claims that stand in no article.
const DATASET_SOURCE: &str = "#dataset";

impl Reader<'_, '_> {
    pub fn claim(
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
