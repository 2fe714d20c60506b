//! GDELT 2.0: events that a machine read out of the news, and the mentions of each in articles. Both
//! files are divided by tabs, and have no header.

mod article;
mod cameo;
mod mentions;
mod place;

use std::fmt::Write;

use csv::StringRecord;

use self::place::PlaceColumns;
use super::columns::Column;
use super::field::{Field, compact_day};
use super::{Line, Normaliser, Wrong};
use crate::actor::vocabulary::ActorKind;
use crate::event::vocabulary::ParticipantRole;
use crate::extent::LocalExtent;
use crate::import::record::{ActorDraft, DatasetDraft, EventDraft, IdentifierDraft, ParticipationDraft};
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};

pub use mentions::Mentions;

/// How many columns a line of events has.
const COLUMNS: usize = 61;

const ID: Field = at(0, "GlobalEventID");
const DAY: Field = at(1, "Day");
const IS_ROOT: Field = at(25, "IsRootEvent");
const CODE: Field = at(26, "EventCode");
const GOLDSTEIN: Field = at(30, "GoldsteinScale");
const TONE: Field = at(34, "AvgTone");
const COUNTS: [(Field, &str); 3] = [
    (at(31, "NumMentions"), "mentions"),
    (at(32, "NumSources"), "sources"),
    (at(33, "NumArticles"), "articles"),
];
const ACTORS: [ActorColumns; 2] = [
    ActorColumns {
        key: "actor1",
        code: at(5, "Actor1Code"),
        name: at(6, "Actor1Name"),
        place: at(36, "Actor1Geo_Fullname"),
        role: ParticipantRole::Initiator,
    },
    ActorColumns {
        key: "actor2",
        code: at(15, "Actor2Code"),
        name: at(16, "Actor2Name"),
        place: at(44, "Actor2Geo_Fullname"),
        role: ParticipantRole::Target,
    },
];
const PLACE: PlaceColumns = PlaceColumns {
    kind: at(51, "ActionGeo_Type"),
    name: at(52, "ActionGeo_Fullname"),
    country: at(53, "ActionGeo_CountryCode"),
    division: at(54, "ActionGeo_ADM1Code"),
    latitude: at(56, "ActionGeo_Lat"),
    longitude: at(57, "ActionGeo_Long"),
    feature: at(58, "ActionGeo_FeatureID"),
};
const ADDED: Field = at(59, "DATEADDED");
const URL: Field = at(60, "SOURCEURL");

/// The columns of one actor.
struct ActorColumns {
    key: &'static str,
    code: Field,
    name: Field,
    place: Field,
    role: ParticipantRole,
}

const fn at(place: usize, name: &'static str) -> Field {
    Field { name, column: Column::at(place) }
}

/// The dataset of both files.
#[must_use]
pub fn dataset() -> DatasetDraft {
    DatasetDraft {
        licence: Some("Open, with attribution to the GDELT Project".to_owned()),
        redistribution: None,
        homepage: Some("https://www.gdeltproject.org".to_owned()),
        ..DatasetDraft::new(
            Key { slug: Some("gdelt".to_owned()), ..Key::default() },
            "GDELT 2.0 Event Database".to_owned(),
        )
    }
}

/// Whether a file that begins with this line has events.
#[must_use]
pub fn is_events(first: &[u8]) -> bool {
    let columns: Vec<&[u8]> = first.split(|byte| *byte == b'\t').collect();
    columns.len() == COLUMNS && is_number(columns[0]) && is_number(columns[1]) && is_time(columns[59])
}

/// Whether a file that begins with this line has mentions.
#[must_use]
pub fn is_mentions(first: &[u8]) -> bool {
    let columns: Vec<&[u8]> = first.split(|byte| *byte == b'\t').collect();
    columns.len() == mentions::COLUMNS && is_number(columns[0]) && is_time(columns[1]) && is_time(columns[2])
}

fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

fn is_time(text: &[u8]) -> bool {
    text.len() == 14 && is_number(text)
}

/// A record's key in the dataset.
fn key(external_id: impl Into<String>) -> Key {
    Key { external_id: Some(external_id.into()), ..Key::default() }
}

/// A reference to a record of the dataset.
fn reference(external_id: impl Into<String>) -> Reference {
    Reference::External { dataset: None, external_id: external_id.into() }
}

/// Refuses a line that has another number of columns.
fn whole(record: &StringRecord, columns: usize) -> Result<(), Wrong> {
    if record.len() == columns {
        return Ok(());
    }
    let reason = format!("the line has {} columns, divided by tabs, and should have {columns}", record.len());
    Err(Wrong { field: None, value: None, reason })
}

/// Says what a line of events means.
pub struct Events;

impl Normaliser for Events {
    fn normalise(&self, line: &Line, rows: &mut Rows) -> Result<(), Wrong> {
        let record = &line.record;
        whole(record, COLUMNS)?;
        let id = ID.required(record)?;
        let code = CODE.required(record)?;
        let (kind, called) = cameo::event(code)
            .ok_or_else(|| CODE.wrong(code, "it is no code of CAMEO; leading zeros count"))?;
        let written = DAY.required(record)?;
        let day = compact_day(written).ok_or_else(|| DAY.wrong(written, "it is no day, such as 20150218"))?;
        let summary = summary(record)?;
        let place = PLACE.mention(record, rows)?;

        let mut title = called.to_owned();
        for (actor, word) in ACTORS.iter().zip(["by", "towards"]) {
            if let Some(name) = actor.called(record) {
                let _ = write!(title, " {word} {name}");
            }
        }
        if let Some(name) = PLACE.name.text(record).filter(|_| place.is_some()) {
            let _ = write!(title, " in {name}");
        }
        rows.state(&EventDraft {
            summary: Some(summary),
            native_type: Some(code.to_owned()),
            extent: Some(LocalExtent::day(day)),
            location: place,
            dataset_version: Some(added(record)?),
            ..EventDraft::new(key(id), title, kind)
        })?;
        for actor in &ACTORS {
            actor.participate(record, id, rows)?;
        }
        if let Some(url) = URL.text(record) {
            // Only mentioned, so that what a line of mentions says of the same report stays.
            let report = article::report(url, id, None, None, rows)?;
            rows.mention(&report)?;
        }
        Ok(())
    }
}

/// When the line was made, as the number that GDELT writes; a later line of the event is a newer one.
fn added(record: &StringRecord) -> Result<i64, Wrong> {
    let written = ADDED.required(record)?;
    let number = written.parse().ok().filter(|_| is_time(written.as_bytes()));
    number.ok_or_else(|| ADDED.wrong(written, "it is no time, such as 20150218230000"))
}

/// What no field of an event says, in words.
fn summary(record: &StringRecord) -> Result<String, Wrong> {
    let mut summary = String::from("Read from the news by a machine");
    if let Some(scale) = GOLDSTEIN.number(record, -10.0, 10.0)? {
        let _ = write!(summary, "; Goldstein scale {scale}");
    }
    if let Some(tone) = TONE.number(record, -100.0, 100.0)? {
        let _ = write!(summary, "; average tone {tone}");
    }
    for (column, what) in COUNTS {
        if let Some(count) = column.count(record)? {
            let _ = write!(summary, "; {count} {what} at first");
        }
    }
    if IS_ROOT.text(record) == Some("0") {
        summary.push_str("; not a root event");
    }
    summary.push('.');
    let action = PLACE.name.text(record);
    for actor in &ACTORS {
        let place = actor.place.text(record).filter(|place| action != Some(*place));
        if let Some((name, place)) = actor.called(record).zip(place) {
            let _ = write!(summary, " {name} is placed at {place}.");
        }
    }
    Ok(summary)
}

impl ActorColumns {
    /// What the line calls the actor.
    fn called<'r>(&self, record: &'r StringRecord) -> Option<&'r str> {
        self.name.text(record).or_else(|| self.code.text(record))
    }

    /// Mentions the actor, and states that it takes part.
    fn participate(&self, record: &StringRecord, event: &str, rows: &mut Rows) -> Result<(), Wrong> {
        let actor = match (self.code.text(record), self.name.text(record)) {
            (Some(code), _) => {
                let coded = cameo::actor(code);
                let identifier = IdentifierDraft { scheme: "cameo".to_owned(), value: code.to_owned() };
                rows.mention(&ActorDraft {
                    country: coded.country.map(str::to_owned),
                    identifiers: Some(vec![identifier]),
                    ..ActorDraft::new(key(code), coded.name, coded.kind)
                })?;
                code.to_owned()
            }
            (None, Some(name)) => {
                let actor = format!("name:{name}");
                rows.mention(&ActorDraft::new(key(&actor), name.to_owned(), ActorKind::Community))?;
                actor
            }
            (None, None) => return Ok(()),
        };
        let own = key(format!("{event}#{}", self.key));
        rows.state(&ParticipationDraft::new(own, reference(event), reference(actor), self.role))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
