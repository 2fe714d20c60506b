//! Events, participations and relations of events: the shapes of their lines and their staging tables.

use serde::Deserialize;

use super::{Draft, Fault, draft, no_slug, some_key};
use crate::event::vocabulary::{EventKind, EventRelationKind, Modality, ParticipantRole};
use crate::extent::LocalExtent;
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};
use crate::import::table::{Column, DATASET, EXTERNAL_ID, Identity, Table, Target};

/// Deaths by the dataset's own estimate.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EstimateDraft {
    pub best: Option<i32>,
    pub low: Option<i32>,
    pub high: Option<i32>,
}

draft! {
    /// Something that happened.
    EventDraft {
        required {
            title: String,
            kind: EventKind,
        }
        optional {
            summary: Option<String>,
            native_type: Option<String>,
            modality: Option<Modality>,
            extent: Option<LocalExtent>,
            location: Option<Reference>,
            parent: Option<Reference>,
            fatalities: Option<EstimateDraft>,
            dataset_version: Option<i64>,
        }
    }
}

pub static EVENTS: Table = Table {
    name: "event",
    columns: &[
        Column::Value("slug", "text"),
        Column::Value("title", "text"),
        Column::Value("summary", "text"),
        Column::Value("kind", "text"),
        Column::Value("native_type", "text"),
        Column::Value("modality", "text"),
        Column::Extent { prefix: "", optional: false },
        Column::Reference("location_id", "location", Target::Location),
        Column::Reference("parent_id", "parent", Target::Event),
        Column::Value("fatalities_best", "integer"),
        Column::Value("fatalities_low", "integer"),
        Column::Value("fatalities_high", "integer"),
        Column::Value("dataset_version", "bigint"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[],
    has_slug: true,
    same_record: Some("t.slug = s.slug"),
    identity: Identity::Keyed,
    dates_at: Some("s.location_id"),
    checks: &[],
};

impl Draft for EventDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        some_key(key)?;
        let deaths = self.fatalities.unwrap_or_default();
        rows.record(&EVENTS, key, |row| {
            row.value(Some(&self.title))
                .value(self.summary.as_ref())
                .value(Some(self.kind.word()))
                .value(self.native_type.as_ref())
                .value(Some(self.modality.unwrap_or(Modality::Occurred).word()))
                .extent(self.extent.as_ref())
                .reference(self.location.as_ref(), Target::Location)
                .reference(self.parent.as_ref(), Target::Event)
                .value(deaths.best)
                .value(deaths.low)
                .value(deaths.high)
                .value(self.dataset_version)
        });
        Ok(())
    }
}

draft! {
    /// An actor takes part in an event.
    ParticipationDraft {
        required {
            event: Reference,
            actor: Reference,
            role: ParticipantRole,
        }
        optional {
            alleged: Option<bool>,
        }
    }
}

pub static PARTICIPATIONS: Table = Table {
    name: "participation",
    columns: &[
        Column::Reference("event_id", "event", Target::Event),
        Column::Reference("actor_id", "actor", Target::Actor),
        Column::Value("role", "text"),
        Column::Value("alleged", "boolean"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[],
    has_slug: false,
    same_record: Some("t.event_id = s.event_id and t.actor_id = s.actor_id and t.role = s.role"),
    identity: Identity::Natural(&["s.event_id", "s.actor_id", "s.role"]),
    dates_at: None,
    checks: &[],
};

impl Draft for ParticipationDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        no_slug(key)?;
        rows.record(&PARTICIPATIONS, key, |row| {
            row.reference(Some(&self.event), Target::Event)
                .reference(Some(&self.actor), Target::Actor)
                .value(Some(self.role.word()))
                .value(Some(self.alleged.unwrap_or(false)))
        });
        Ok(())
    }
}

draft! {
    /// How one event stands to another.
    EventRelationDraft {
        required {
            event: Reference,
            kind: EventRelationKind,
            other: Reference,
        }
        optional {
            alleged: Option<bool>,
        }
    }
}

pub static EVENT_RELATIONS: Table = Table {
    name: "event_relation",
    columns: &[
        Column::Reference("event_id", "event", Target::Event),
        Column::Value("kind", "text"),
        Column::Reference("other_id", "other", Target::Event),
        Column::Value("alleged", "boolean"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[],
    has_slug: false,
    same_record: Some("t.event_id = s.event_id and t.kind = s.kind and t.other_id = s.other_id"),
    identity: Identity::Natural(&["s.event_id", "s.kind", "s.other_id"]),
    dates_at: None,
    checks: &[],
};

impl Draft for EventRelationDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        no_slug(key)?;
        rows.record(&EVENT_RELATIONS, key, |row| {
            row.reference(Some(&self.event), Target::Event)
                .value(Some(self.kind.word()))
                .reference(Some(&self.other), Target::Event)
                .value(Some(self.alleged.unwrap_or(false)))
        });
        Ok(())
    }
}
