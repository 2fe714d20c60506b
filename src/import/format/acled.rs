//! ACLED's files, in both layouts of 31 columns: a row is an event with its actors, its place, the
//! names of its sources and its deaths. Pure.

mod tables;
#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate};
use csv::StringRecord;

use super::field::{Field, can_be_stored, day};
use super::{Columns, FileFault, Line, Normaliser, Wrong, country};
use crate::actor::vocabulary::ActorKind;
use crate::claim::vocabulary::{NumberQualifier, ValueKind};
use crate::dataset::vocabulary::Redistribution;
use crate::event::vocabulary::{EventKind, ParticipantRole};
use crate::extent::{ExtentError, LocalExtent};
use crate::import::record::{
    ActorDraft, ClaimDraft, ClaimPropertyDraft, DatasetDraft, EstimateDraft, EventDraft, LocationDraft,
    ParticipationDraft, PointDraft, ReportDraft, SourceDraft, ValueDraft,
};
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};
use crate::location::vocabulary::LocationKind;
use crate::source::vocabulary::SourceKind;

/// What the file of the dataset is known by; also its own source, which makes its estimates.
const SLUG: &str = "acled";

/// ACLED, whose terms forbid to pass its rows on.
#[must_use]
pub fn dataset() -> DatasetDraft {
    let key = Key { slug: Some(SLUG.to_owned()), ..Key::default() };
    DatasetDraft {
        licence: Some("ACLED terms of use and attribution policy; redistribution is not allowed".to_owned()),
        redistribution: Some(Redistribution::TokenOnly),
        homepage: Some("https://acleddata.com".to_owned()),
        ..DatasetDraft::new(key, "Armed Conflict Location & Event Data (ACLED)".to_owned())
    }
}

/// The columns of both layouts.
pub struct Acled {
    event_id: Field,
    date: Field,
    time_precision: Field,
    event_type: Field,
    sub_event_type: Field,
    sides: [Side; 2],
    civilian_targeting: Field,
    iso: Field,
    country: Field,
    admins: [Field; 3],
    location: Field,
    latitude: Field,
    longitude: Field,
    geo_precision: Field,
    source: Field,
    notes: Field,
    fatalities: Field,
    tags: Field,
    timestamp: Field,
}

/// The columns of one side.
struct Side {
    actor: Field,
    associated: Field,
    inter: Field,
}

impl Acled {
    /// Finds the columns in a header.
    ///
    /// # Errors
    /// When one is missing that both layouts have.
    pub fn of(header: &Columns) -> Result<Self, FileFault> {
        let both = |name| Ok::<_, FileFault>(Field { name, column: header.required(name)? });
        let newer = |name| Field { name, column: header.optional(name) };
        let side = |actor, associated, inter| {
            Ok::<_, FileFault>(Side {
                actor: both(actor)?,
                associated: both(associated)?,
                inter: both(inter)?,
            })
        };
        Ok(Self {
            event_id: both("event_id_cnty")?,
            date: both("event_date")?,
            time_precision: both("time_precision")?,
            event_type: both("event_type")?,
            sub_event_type: both("sub_event_type")?,
            sides: [side("actor1", "assoc_actor_1", "inter1")?, side("actor2", "assoc_actor_2", "inter2")?],
            civilian_targeting: newer("civilian_targeting"),
            iso: both("iso")?,
            country: both("country")?,
            admins: [both("admin1")?, both("admin2")?, both("admin3")?],
            location: both("location")?,
            latitude: both("latitude")?,
            longitude: both("longitude")?,
            geo_precision: both("geo_precision")?,
            source: both("source")?,
            notes: both("notes")?,
            fatalities: both("fatalities")?,
            tags: newer("tags"),
            timestamp: both("timestamp")?,
        })
    }
}

impl Normaliser for Acled {
    fn normalise(&self, line: &Line, rows: &mut Rows) -> Result<(), Wrong> {
        let record = &line.record;
        let id = self.event_id.required(record)?;
        let deaths = self.fatalities.count(record)?;
        let location = self.location(record, rows)?;
        self.event(record, id, deaths, location, rows)?;
        self.participations(record, id, rows)?;
        self.reports(record, id, rows)?;
        self.claims(record, id, deaths, rows)
    }
}

impl Acled {
    fn event(
        &self,
        record: &StringRecord,
        id: &str,
        deaths: Option<i32>,
        location: Option<Reference>,
        rows: &mut Rows,
    ) -> Result<(), Wrong> {
        let native_type = match (self.event_type.text(record), self.sub_event_type.text(record)) {
            (Some(whole), Some(sub)) => format!("{whole} / {sub}"),
            (one, other) => one
                .or(other)
                .ok_or_else(|| self.event_type.wrong("", "it is empty, and the line needs it"))?
                .to_owned(),
        };
        let version = whole_number(self.timestamp, record)?;
        let draft = EventDraft {
            summary: self.notes.text(record).map(str::to_owned),
            native_type: Some(native_type),
            extent: Some(self.extent(record)?),
            location,
            fatalities: deaths.map(|best| EstimateDraft { best: Some(best), ..EstimateDraft::default() }),
            dataset_version: version,
            ..EventDraft::new(key(id), self.title(record), self.kind(record))
        };
        Ok(rows.state(&draft)?)
    }

    /// Words of our own: what happened where, and between whom.
    fn title(&self, record: &StringRecord) -> String {
        let what = self.sub_event_type.text(record).or(self.event_type.text(record)).unwrap_or("Event");
        let mut title = what.to_owned();
        if let Some(place) = self.location.text(record) {
            title = title + " in " + place;
        }
        let [one, two] = [0, 1].map(|side: usize| self.sides[side].actor.text(record));
        for (before, actor) in [(": ", one), (if one.is_some() { " and " } else { ": " }, two)] {
            if let Some(actor) = actor {
                title = title + before + actor;
            }
        }
        title
    }

    fn kind(&self, record: &StringRecord) -> EventKind {
        let sub = self.sub_event_type.text(record).unwrap_or_default();
        let of_sub = tables::SUB_EVENTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(sub));
        of_sub
            .map(|(_, kind)| *kind)
            .or_else(|| self.event_row(record).map(|row| row.0))
            .unwrap_or(EventKind::Other)
    }

    /// What is known of the row's type of event.
    fn event_row(&self, record: &StringRecord) -> Option<(EventKind, [ParticipantRole; 2])> {
        let whole = self.event_type.text(record)?;
        let row = tables::EVENTS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(whole))?;
        Some((row.1, row.2))
    }

    /// A day; with precision 2 one of the days from three before to three after; with 3 its month.
    fn extent(&self, record: &StringRecord) -> Result<LocalExtent, Wrong> {
        let written = self.date.required(record)?;
        let date = date(written)
            .ok_or_else(|| self.date.wrong(written, "it is no date such as 2022-04-22 or 22 April 2022"))?;
        let edtf = match self.time_precision.text(record) {
            None | Some("1") => date.to_string(),
            Some("2") => {
                let around = Days::new(3);
                match (date.checked_sub_days(around), date.checked_add_days(around)) {
                    (Some(first), Some(last)) => format!("[{first}..{last}]"),
                    _ => date.to_string(),
                }
            }
            Some("3") => date.format("%Y-%m").to_string(),
            Some(other) => {
                return Err(self.time_precision.wrong(other, "it is 1 (day), 2 (week) or 3 (month)"));
            }
        };
        edtf.parse().map_err(|error: ExtentError| self.date.wrong(written, &error.to_string()))
    }

    /// Mentions the place and those around it, and gives a reference to the innermost.
    fn location(&self, record: &StringRecord, rows: &mut Rows) -> Result<Option<Reference>, Wrong> {
        let point = self.point(record)?;
        let (kind, metres, suffix) = match self.geo_precision.text(record) {
            None => (LocationKind::City, None, ""),
            Some("1") => (LocationKind::City, Some(5_000.0), ""),
            Some("2") => (LocationKind::Area, Some(25_000.0), "~2"),
            Some("3") => (LocationKind::Area, Some(100_000.0), "~3"),
            Some(other) => {
                let reason = "it is 1 (town), 2 (part of a region) or 3 (region)";
                return Err(self.geo_precision.wrong(other, reason));
            }
        };
        let country_name = self.country.required(record)?;
        let number: Option<u16> = whole_number(self.iso, record)?;
        let letters = number.and_then(country::of_iso_number).map(str::to_owned);
        // Its number outlives its name.
        let mut path =
            number.filter(|number| *number > 0).map_or_else(|| country_name.to_owned(), |n| n.to_string());
        let around = |kind, name: &str, path: &str, parent| LocationDraft {
            country: letters.clone(),
            parent,
            ..LocationDraft::new(key(path), name.to_owned(), kind)
        };
        rows.mention(&around(LocationKind::Country, country_name, &path, None))?;
        let mut parent = external(&path);
        let kinds = [LocationKind::Admin1, LocationKind::Admin2, LocationKind::Admin3];
        for (column, admin_kind) in self.admins.into_iter().zip(kinds) {
            // An empty level keeps its place in the path, so that levels are never confused.
            path.push('/');
            if let Some(name) = column.text(record) {
                path.push_str(name);
                rows.mention(&around(admin_kind, name, &path, Some(parent)))?;
                parent = external(&path);
            }
        }
        let Some(name) = self.location.text(record) else {
            return Ok(Some(parent));
        };
        path = path + "/" + name + suffix;
        let place = LocationDraft {
            point,
            precision_metres: point.and(metres),
            ..around(kind, name, &path, Some(parent))
        };
        rows.mention(&place)?;
        Ok(Some(external(&path)))
    }

    fn point(&self, record: &StringRecord) -> Result<Option<PointDraft>, Wrong> {
        let latitude = self.latitude.number(record, -90.0, 90.0)?;
        let longitude = self.longitude.number(record, -180.0, 180.0)?;
        match (latitude, longitude) {
            (Some(latitude), Some(longitude)) => Ok(Some(PointDraft { latitude, longitude })),
            (None, None) => Ok(None),
            (None, _) => Err(self.latitude.wrong("", "it is empty, and the longitude is not")),
            (_, None) => Err(self.longitude.wrong("", "it is empty, and the latitude is not")),
        }
    }

    fn participations(&self, record: &StringRecord, id: &str, rows: &mut Rows) -> Result<(), Wrong> {
        let roles = self.event_row(record).map_or([ParticipantRole::Party; 2], |row| row.1);
        let mut stated: Vec<(&str, ParticipantRole)> = Vec::new();
        for (side, role) in self.sides.iter().zip(roles) {
            let typed = side.kind(record)?;
            let main = side.actor.text(record).map(|name| (name, typed));
            let associated = list(side.associated.text(record)).map(|name| (name, None));
            for (name, typed) in main.into_iter().chain(associated) {
                if stated.contains(&(name, role)) {
                    continue;
                }
                stated.push((name, role));
                let by_name =
                    tables::NAMES.iter().find(|(start, _)| name.starts_with(start)).map(|(_, kind)| *kind);
                let kind = by_name.or(typed).unwrap_or(ActorKind::Organisation);
                rows.mention(&ActorDraft::new(key(name), name.to_owned(), kind))?;
                let own = format!("{id}#{}#{name}", role.word());
                rows.state(&ParticipationDraft::new(key(&own), external(id), external(name), role))?;
            }
        }
        Ok(())
    }

    /// A report by each of the sources, of which ACLED gives the names alone.
    fn reports(&self, record: &StringRecord, id: &str, rows: &mut Rows) -> Result<(), Wrong> {
        let mut stated: Vec<&str> = Vec::new();
        for name in list(self.source.text(record)) {
            if stated.contains(&name) {
                continue;
            }
            stated.push(name);
            rows.mention(&SourceDraft::new(key(name), name.to_owned(), SourceKind::Unknown))?;
            let own = key(&format!("{id}#{name}"));
            rows.state(&ReportDraft { source: Some(external(name)), ..ReportDraft::new(own, external(id)) })?;
        }
        Ok(())
    }

    /// What ACLED itself says of the event: the deaths, whether civilians were the target, its tags.
    fn claims(
        &self,
        record: &StringRecord,
        id: &str,
        deaths: Option<i32>,
        rows: &mut Rows,
    ) -> Result<(), Wrong> {
        let own = key("#acled");
        rows.mention(&SourceDraft {
            homepage: Some("https://acleddata.com".to_owned()),
            ..SourceDraft::new(own, "ACLED".to_owned(), SourceKind::Dataset)
        })?;
        let claim = |suffix: &str, property: &str, value| ClaimDraft {
            source: Some(external("#acled")),
            ..ClaimDraft::new(key(&format!("{id}#{suffix}")), external(id), property.to_owned(), value)
        };
        if let Some(deaths) = deaths {
            let notes = self.notes.text(record).unwrap_or_default();
            let qualifier = tables::says_placeholder(notes, deaths).then_some(NumberQualifier::Placeholder);
            let value = ValueDraft { number: Some(deaths.into()), qualifier, ..ValueDraft::default() };
            rows.state(&claim("fatalities", "fatalities", value))?;
        }
        if self.civilian_targeting.text(record).is_some() {
            property(
                rows,
                "civilian_targeting",
                "Whether civilians were the main or only target",
                ValueKind::Boolean,
            )?;
            let value = ValueDraft { boolean: Some(true), ..ValueDraft::default() };
            rows.state(&claim("civilian_targeting", "civilian_targeting", value))?;
        }
        let mut stated: Vec<&str> = Vec::new();
        for tag in list(self.tags.text(record)) {
            if stated.contains(&tag) {
                continue;
            }
            stated.push(tag);
            property(rows, "acled_tag", "A tag that ACLED gives", ValueKind::Text)?;
            let value = ValueDraft { text: Some(tag.to_owned()), ..ValueDraft::default() };
            rows.state(&claim(&format!("tag#{tag}"), "acled_tag", value))?;
        }
        Ok(())
    }
}

impl Side {
    /// The kind that the type of the actor tells.
    fn kind(&self, record: &StringRecord) -> Result<Option<ActorKind>, Wrong> {
        let Some(inter) = self.inter.text(record).filter(|inter| *inter != "0") else {
            return Ok(None);
        };
        let label = inter.to_lowercase();
        let mut types = tables::INTERS.iter();
        match types.find(|(number, labels, _)| {
            *number == label || labels.iter().any(|start| label.starts_with(start))
        }) {
            Some((.., kind)) => Ok(Some(*kind)),
            None => {
                Err(self.inter.wrong(inter, "it is none of ACLED's types of actors, 1 to 8 or their labels"))
            }
        }
    }
}

/// Declares a property of ACLED's own.
fn property(rows: &mut Rows, code: &str, label: &str, kind: ValueKind) -> Result<(), Wrong> {
    let functional = kind == ValueKind::Boolean;
    let draft = ClaimPropertyDraft::new(key(code), code.to_owned(), label.to_owned(), kind, functional);
    Ok(rows.mention(&draft)?)
}

fn key(id: &str) -> Key {
    Key { external_id: Some(id.to_owned()), ..Key::default() }
}

fn external(id: &str) -> Reference {
    Reference::External { dataset: None, external_id: id.to_owned() }
}

/// The parts of a list that semicolons divide.
fn list(value: Option<&str>) -> impl Iterator<Item = &str> {
    value.unwrap_or_default().split(';').map(str::trim).filter(|part| !part.is_empty())
}

/// `2022-04-22`, or `22 April 2022`.
fn date(written: &str) -> Option<NaiveDate> {
    day(written)
        .or_else(|| NaiveDate::parse_from_str(written, "%d %B %Y").ok().filter(|day| can_be_stored(*day)))
}

fn whole_number<T: std::str::FromStr>(field: Field, record: &StringRecord) -> Result<Option<T>, Wrong> {
    let number = |text: &str| text.parse().map_err(|_| field.wrong(text, "it is no whole number"));
    field.text(record).map(number).transpose()
}
