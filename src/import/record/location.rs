//! Locations and border crossings: the shapes of their lines and their staging tables. A crossing's
//! line fills both tables: it is a location with two sides.

use serde::Deserialize;
use uuid::Uuid;

use super::naming::{self, IdentifierDraft, NameDraft};
use super::{Draft, Fault, draft, some_key};
use crate::crossing::vocabulary::{CrossingMode, SideLabel};
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};
use crate::import::table::{
    Check, Column, DATASET, EXTERNAL_ID, Identity, Table, Target, identifiers, names,
};
use crate::location::vocabulary::LocationKind;

/// A point on earth.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointDraft {
    pub latitude: f64,
    pub longitude: f64,
}

draft! {
    /// A place that is no crossing.
    LocationDraft {
        required {
            name: String,
            kind: LocationKind,
        }
        optional {
            country: Option<String>,
            parent: Option<Reference>,
            between: Option<[Reference; 2]>,
            timezone: Option<String>,
            point: Option<PointDraft>,
            precision_metres: Option<f64>,
            names: Option<Vec<NameDraft>>,
            identifiers: Option<Vec<IdentifierDraft>>,
        }
    }
}

pub static LOCATIONS: Table = Table {
    name: "location",
    columns: &[
        Column::Value("slug", "text"),
        Column::Value("name", "text"),
        Column::Value("kind", "text"),
        Column::Value("country", "text"),
        Column::Reference("parent_id", "parent", Target::Location),
        Column::Reference("between_a_id", "between[0]", Target::Location),
        Column::Reference("between_b_id", "between[1]", Target::Location),
        Column::Value("timezone", "text"),
        Column::Value("latitude", "double precision"),
        Column::Value("longitude", "double precision"),
        Column::Value("precision_metres", "double precision"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[names("location_id"), identifiers("location_id")],
    has_slug: true,
    same_record: Some("t.slug = s.slug"),
    identity: Identity::Keyed,
    dates_at: None,
    checks: &[Check {
        field: "slug",
        find: "select s.line, s.place, s.slug, format('this place is a %s, and the line makes it a %s', t.kind, s.kind) \
               from stage_location s join location t on t.id = s.id \
               where s.batch = $1 and (t.kind = 'BORDER_CROSSING') <> (s.kind = 'BORDER_CROSSING')",
    }],
};

impl Draft for LocationDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        some_key(key)?;
        if self.kind == LocationKind::BorderCrossing {
            return Err(Fault::new(
                "kind",
                "a crossing has two sides: write it as a line of type borderCrossing",
            ));
        }
        let between = self.between.as_ref();
        rows.record(&LOCATIONS, key, |row| {
            row.value(Some(&self.name))
                .value(Some(self.kind.word()))
                .value(self.country.as_ref())
                .reference(self.parent.as_ref(), Target::Location)
                .reference(between.map(|between| &between[0]), Target::Location)
                .reference(between.map(|between| &between[1]), Target::Location)
                .value(self.timezone.as_ref())
                .value(self.point.map(|point| point.latitude))
                .value(self.point.map(|point| point.longitude))
                .value(self.precision_metres)
        });
        naming::rows(rows, self.names.as_ref(), self.identifiers.as_ref())
    }
}

/// One side of a crossing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SideDraft {
    pub label: SideLabel,
    pub country: String,
    pub local_name: String,
    pub authority: Option<Reference>,
}

draft! {
    /// A crossing.
    BorderCrossingDraft {
        required {
            name: String,
            sides: Vec<SideDraft>,
        }
        optional {
            place_id: Option<Uuid>,
            modes: Option<Vec<CrossingMode>>,
            parent: Option<Reference>,
            timezone: Option<String>,
            point: Option<PointDraft>,
            precision_metres: Option<f64>,
            names: Option<Vec<NameDraft>>,
            identifiers: Option<Vec<IdentifierDraft>>,
        }
    }
}

pub static BORDER_CROSSINGS: Table = Table {
    name: "border_crossing",
    columns: &[
        // The location's row stands on the same line.
        Column::Derived(
            "location_id",
            "(select l.id from stage_location l where l.line = s.line and l.place = s.place)",
        ),
        Column::Value("a_country", "text"),
        Column::Value("a_local_name", "text"),
        Column::Reference("a_authority_id", "sides[A].authority", Target::Actor),
        Column::Value("b_country", "text"),
        Column::Value("b_local_name", "text"),
        Column::Reference("b_authority_id", "sides[B].authority", Target::Actor),
        Column::Value("modes", "text[]"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[],
    has_slug: false,
    same_record: Some(
        "t.location_id = (select l.id from stage_location l where l.line = s.line and l.place = s.place)",
    ),
    identity: Identity::Keyed,
    dates_at: None,
    // Its old place would be left without sides.
    checks: &[Check {
        field: "placeId",
        find: "select s.line, s.place, l.id::text, 'this crossing is another place already; give the line its slug, externalId or placeId' \
               from stage_border_crossing s join stage_location l on l.line = s.line \
               join border_crossing t on t.id = s.id where t.location_id <> l.id",
    }],
};

impl Draft for BorderCrossingDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        some_key(key)?;
        let side = |label| {
            let mut sides = self.sides.iter().filter(|side| side.label == label);
            match (sides.next(), sides.next()) {
                (Some(side), None) => Ok(side),
                _ => Err(Fault::new(
                    "sides",
                    "a crossing has exactly two sides, one labelled A and one labelled B",
                )),
            }
        };
        let (a, b) = (side(SideLabel::A)?, side(SideLabel::B)?);
        // An id given is the crossing's own; its place has one of its own, or the slug's or the external id's.
        let place = Key { id: self.place_id, ..key.clone() };
        if place.id.is_none() && place.slug.is_none() && place.external_id.is_none() {
            return Err(Fault::new(
                "slug",
                "a crossing's line needs a slug or an externalId, which its place shares, or a placeId",
            ));
        }
        rows.record(&LOCATIONS, &place, |row| {
            row.value(Some(&self.name))
                .value(Some(LocationKind::BorderCrossing.word()))
                .value(None::<&str>)
                .reference(self.parent.as_ref(), Target::Location)
                .reference(None, Target::Location)
                .reference(None, Target::Location)
                .value(self.timezone.as_ref())
                .value(self.point.map(|point| point.latitude))
                .value(self.point.map(|point| point.longitude))
                .value(self.precision_metres)
        });
        let modes: Vec<String> = self.modes.iter().flatten().map(|mode| mode.word()).collect();
        rows.record(&BORDER_CROSSINGS, key, |row| {
            row.value(Some(&a.country))
                .value(Some(&a.local_name))
                .reference(a.authority.as_ref(), Target::Actor)
                .value(Some(&b.country))
                .value(Some(&b.local_name))
                .reference(b.authority.as_ref(), Target::Actor)
                .texts(&modes)
        });
        naming::rows(rows, self.names.as_ref(), self.identifiers.as_ref())
    }
}
