//! UCDP GED, the Georeferenced Event Dataset of the Uppsala Conflict Data Program: a line is an event
//! with its place, its two sides, its deaths and the articles it was coded from.
//!
//! Releases differ in their columns (41 to 49) and in some of their names, so columns are found by name.

mod article;
mod deaths;
mod place;

use std::fmt::Write;

use chrono::NaiveDate;
use csv::StringRecord;

use self::article::{ArticleColumns, Cited};
use self::deaths::DeathColumns;
use self::place::PlaceColumns;
use super::columns::Columns;
use super::field::Field;
use super::{FileFault, Line, Normaliser, Wrong};
use crate::actor::vocabulary::ActorKind;
use crate::event::vocabulary::{EventKind, ParticipantRole};
use crate::extent::LocalExtent;
use crate::import::record::{ActorDraft, DatasetDraft, EventDraft, IdentifierDraft, ParticipationDraft};
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};

/// What each type of violence is called, and is here.
const TYPES: [(&str, &str, EventKind); 3] = [
    ("1", "1 state-based", EventKind::ArmedClash),
    ("2", "2 non-state", EventKind::ArmedClash),
    ("3", "3 one-sided", EventKind::AttackOnCivilians),
];

/// The dataset.
#[must_use]
pub fn dataset() -> DatasetDraft {
    DatasetDraft {
        licence: Some("CC BY 4.0".to_owned()),
        redistribution: None,
        homepage: Some("https://ucdp.uu.se".to_owned()),
        ..DatasetDraft::new(
            Key { slug: Some("ucdp-ged".to_owned()), ..Key::default() },
            "UCDP Georeferenced Event Dataset".to_owned(),
        )
    }
}

/// Whether a file with this header is a release of GED.
#[must_use]
pub fn is_header(header: &Columns) -> bool {
    ["type_of_violence", "side_a", "side_b", "where_prec"].iter().all(|name| header.optional(name).is_found())
}

/// Says what a line of GED means.
pub struct Ged {
    id: Field,
    kind: Field,
    sides: [Side; 2],
    starts: Field,
    ends: Field,
    date_precision: Field,
    clarity: Field,
    is_active: Field,
    conflict: [Field; 2],
    dyad: [Field; 2],
    status: Field,
    related: Field,
    place: PlaceColumns,
    deaths: DeathColumns,
    articles: ArticleColumns,
}

/// The columns of one side.
struct Side {
    id: Field,
    name: Field,
}

impl Ged {
    /// Finds the columns.
    ///
    /// # Errors
    /// When one is missing that a release cannot be without.
    pub fn new(header: &Columns) -> Result<Self, FileFault> {
        let required = |name| Ok::<_, FileFault>(Field { name, column: header.required(name)? });
        let any = |names: &[&'static str]| field(header, names);
        Ok(Self {
            id: required("id")?,
            kind: required("type_of_violence")?,
            sides: [
                Side {
                    id: any(&["side_a_new_id", "side_a_id", "side_a_dset_id"]),
                    name: required("side_a")?,
                },
                Side {
                    id: any(&["side_b_new_id", "side_b_id", "side_b_dset_id"]),
                    name: required("side_b")?,
                },
            ],
            starts: required("date_start")?,
            ends: required("date_end")?,
            date_precision: any(&["date_prec"]),
            clarity: any(&["event_clarity"]),
            is_active: any(&["active_year"]),
            conflict: [any(&["conflict_name"]), any(&["conflict_new_id", "conflict_id", "conflict_dset_id"])],
            dyad: [any(&["dyad_name"]), any(&["dyad_new_id", "dyad_id", "dyad_dset_id"])],
            status: any(&["code_status"]),
            related: any(&["relid"]),
            place: PlaceColumns::new(header)?,
            deaths: DeathColumns::new(header)?,
            articles: ArticleColumns::new(header),
        })
    }
}

/// The first of these columns that a file has, called by that name.
fn field(header: &Columns, names: &[&'static str]) -> Field {
    let found = names.iter().find(|name| header.optional(name).is_found());
    let name = found.or(names.first()).copied().unwrap_or_default();
    Field { name, column: header.optional(name) }
}

/// A record's key in the dataset.
fn key(external_id: impl Into<String>) -> Key {
    Key { external_id: Some(external_id.into()), ..Key::default() }
}

/// A reference to a record of the dataset.
fn reference(external_id: impl Into<String>) -> Reference {
    Reference::External { dataset: None, external_id: external_id.into() }
}

impl Normaliser for Ged {
    fn normalise(&self, line: &Line, rows: &mut Rows) -> Result<(), Wrong> {
        let record = &line.record;
        let id = self.id.required(record)?;
        let (native_type, kind) = self.kind(record)?;
        let days = self.days(record)?;
        let deaths = self.deaths.read(record)?;
        let place = self.place.mention(record, rows)?;
        let cited = self.articles.cited(record)?;

        let [a, b] = [self.sides[0].name.required(record)?, self.sides[1].name.required(record)?];
        let title = match kind {
            EventKind::AttackOnCivilians if is_civilians(b) => format!("Attack by {a} on civilians"),
            EventKind::AttackOnCivilians => format!("Attack by {a} on {b}"),
            _ => format!("Clash between {a} and {b}"),
        };
        let mut summary = self.summary(record, &cited);
        summary.push_str(&place.remark);
        let event = EventDraft {
            summary: (!summary.is_empty()).then(|| summary.trim_end().to_owned()),
            native_type: Some(native_type.to_owned()),
            extent: Some(extent(days, self.date_precision.text(record))),
            location: place.location,
            fatalities: deaths.estimate(),
            ..EventDraft::new(key(id), format!("{title}{}", place.phrase), kind)
        };
        rows.state(&event)?;
        self.participations(record, id, kind, rows)?;
        deaths.claim(id, record, rows)?;
        article::report(&cited, id, days, rows)
    }
}

impl Ged {
    fn kind(&self, record: &StringRecord) -> Result<(&'static str, EventKind), Wrong> {
        let written = self.kind.required(record)?;
        let found = TYPES.iter().find(|(number, ..)| *number == written);
        let (_, native_type, kind) =
            found.ok_or_else(|| self.kind.wrong(written, "it is none of 1, 2 and 3"))?;
        Ok((native_type, *kind))
    }

    fn days(&self, record: &StringRecord) -> Result<(NaiveDate, NaiveDate), Wrong> {
        let (first, last) = (self.starts.day(record)?, self.ends.day(record)?);
        if last < first {
            return Err(self
                .ends
                .wrong(&last.to_string(), &format!("it is before {}, {first}", self.starts.name)));
        }
        Ok((first, last))
    }

    /// What no field of an event says, in words.
    fn summary(&self, record: &StringRecord, cited: &Cited) -> String {
        let mut summary = String::new();
        let mut before = None;
        for (what, [name, id]) in [("conflict", &self.conflict), ("dyad", &self.dyad)] {
            let (name, id) = (name.text(record), id.text(record));
            if name.or(id).is_none() {
                continue;
            }
            // Writing to memory cannot fail.
            let _ = write!(summary, "UCDP {what}");
            if let Some(id) = id {
                let _ = write!(summary, " {id}");
            }
            if let Some(name) = name.filter(|name| before != Some(*name)) {
                let _ = write!(summary, ": {name}");
            }
            summary.push_str(". ");
            before = name;
        }
        if self.is_active.text(record).is_some_and(|flag| flag == "0" || flag.eq_ignore_ascii_case("false")) {
            summary.push_str("The conflict is not active in that year by UCDP's threshold. ");
        }
        if self.clarity.text(record) == Some("2") {
            summary.push_str("The reports give a total of several incidents that they do not tell apart. ");
        }
        if let Some(status) = self.status.text(record).filter(|status| *status != "Clear") {
            let _ = write!(summary, "Status of the coding: {status}. ");
        }
        if let Some(related) = self.related.text(record) {
            let _ = write!(summary, "UCDP relid: {related}. ");
        }
        if let Some(counted) = cited.counted_otherwise {
            let _ = write!(summary, "UCDP counts {counted} sources. ");
        }
        summary
    }

    fn participations(
        &self,
        record: &StringRecord,
        id: &str,
        kind: EventKind,
        rows: &mut Rows,
    ) -> Result<(), Wrong> {
        // Of a clash the dataset does not say who began it.
        let roles = match kind {
            EventKind::AttackOnCivilians => [ParticipantRole::Initiator, ParticipantRole::Target],
            _ => [ParticipantRole::Party, ParticipantRole::Party],
        };
        let mut first = None;
        for ((side, role), place) in self.sides.iter().zip(roles).zip(["side_a", "side_b"]) {
            let name = side.name.required(record)?;
            // Ids are stable, and names are spelled in several ways.
            let actor = match side.id.text(record) {
                Some(actor) => actor.to_owned(),
                None => format!("name:{name}"),
            };
            if first.as_ref() == Some(&actor) && role == ParticipantRole::Party {
                continue;
            }
            let identifiers = side
                .id
                .text(record)
                .map(|value| vec![IdentifierDraft { scheme: "ucdp".to_owned(), value: value.to_owned() }]);
            rows.mention(&ActorDraft {
                identifiers,
                ..ActorDraft::new(key(&actor), name.to_owned(), actor_kind(name))
            })?;
            let participation =
                ParticipationDraft::new(key(format!("{id}#{place}")), reference(id), reference(&actor), role);
            rows.state(&participation)?;
            first = Some(actor);
        }
        Ok(())
    }
}

/// When it happened. `date_start` and `date_end` are the earliest and the latest day possible, so an
/// event of one day lies within them; only where the dates are exact did it last from one to the other.
fn extent((first, last): (NaiveDate, NaiveDate), precision: Option<&str>) -> LocalExtent {
    if first == last {
        LocalExtent::day(first)
    } else if precision == Some("1") {
        LocalExtent::from_day_to_day(first, last)
    } else {
        LocalExtent::within_days(first, last)
    }
}

/// What the dataset's way of naming says. It must not depend on anything else: the same actor is
/// named on many lines.
fn actor_kind(name: &str) -> ActorKind {
    if name.starts_with("Government of ") {
        ActorKind::State
    } else if is_civilians(name) {
        ActorKind::Community
    } else {
        ActorKind::ArmedGroup
    }
}

fn is_civilians(name: &str) -> bool {
    name.eq_ignore_ascii_case("civilians")
}

#[cfg(test)]
mod tests;
