//! What a line says of its event, of who takes part, and of what is closed.

use super::places::{Found, applies, required, said, whole_number};
use super::sections::{Actor, Closure, Event, Fatalities};
use super::table::{Reader, external, key};
use super::text::{Text, boolean};
use crate::crossing::vocabulary::Direction;
use crate::event::vocabulary::ParticipantRole;
use crate::import::format::Wrong;
use crate::import::record::{ClosureDraft, EstimateDraft, EventDraft, ParticipationDraft};
use crate::import::reference::Reference;

impl Reader<'_, '_> {
    pub fn event(&mut self, map: &Event, place: Option<Found>) -> Result<Option<Found>, Wrong> {
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
        let estimate = |text: fn(&Fatalities) -> &Option<Text>| {
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

    pub fn participations(&mut self, map: &Actor, event: &Found) -> Result<(), Wrong> {
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

    pub fn closure(
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
