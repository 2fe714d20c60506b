//! Closures: the shape of their lines and their staging table.

use super::{Draft, Fault, draft, no_slug};
use crate::closure::vocabulary::{ClosureBasis, ClosureEffect, ClosureSeverity};
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::extent::LocalExtent;
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};
use crate::import::table::{Column, DATASET, EXTERNAL_ID, Identity, Table, Target};
use crate::status::schedule;

draft! {
    /// What an event closes or opens.
    ClosureDraft {
        required {
            event: Reference,
            place: Reference,
        }
        optional {
            effect: Option<ClosureEffect>,
            direction: Option<Direction>,
            traffic: Option<Vec<TrafficClass>>,
            severity: Option<ClosureSeverity>,
            basis: Option<ClosureBasis>,
            decided_by: Option<Reference>,
            reason: Option<String>,
            schedule: Option<String>,
            extent: Option<LocalExtent>,
        }
    }
}

pub static CLOSURES: Table = Table {
    name: "closure",
    columns: &[
        Column::Reference("event_id", "event", Target::Event),
        Column::Reference("place_id", "place", Target::Location),
        Column::Derived("place_kind", "(select l.kind from location l where l.id = s.place_id)"),
        Column::Value("effect", "text"),
        Column::Value("direction", "text"),
        Column::Value("traffic", "text[]"),
        Column::Value("severity", "text"),
        Column::Value("basis", "text"),
        Column::Reference("decided_by_id", "decidedBy", Target::Actor),
        Column::Value("reason", "text"),
        Column::Value("schedule", "text"),
        Column::Extent { prefix: "", optional: false },
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[],
    has_slug: false,
    same_record: None,
    identity: Identity::Natural(&[
        "s.event_id",
        "s.place_id",
        "s.direction",
        "s.traffic",
        "s.effect",
        "s.start_earliest",
        "s.start_latest",
    ]),
    dates_at: Some("s.place_id"),
    checks: &[],
};

impl Draft for ClosureDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        no_slug(key)?;
        if let Some(reason) = self.schedule.as_deref().and_then(schedule::fault) {
            return Err(Fault::new("schedule", reason));
        }
        let mut traffic: Vec<String> = self.traffic.iter().flatten().map(|class| class.word()).collect();
        traffic.sort_unstable();
        traffic.dedup();
        rows.record(&CLOSURES, key, |row| {
            row.reference(Some(&self.event), Target::Event)
                .reference(Some(&self.place), Target::Location)
                .value(Some(self.effect.unwrap_or(ClosureEffect::Closes).word()))
                .value(Some(self.direction.unwrap_or(Direction::Both).word()))
                .texts(&traffic)
                .value(Some(self.severity.unwrap_or(ClosureSeverity::Full).word()))
                .value(Some(self.basis.unwrap_or(ClosureBasis::Unspecified).word()))
                .reference(self.decided_by.as_ref(), Target::Actor)
                .value(self.reason.as_ref())
                .value(self.schedule.as_ref())
                .extent(self.extent.as_ref())
        });
        Ok(())
    }
}
