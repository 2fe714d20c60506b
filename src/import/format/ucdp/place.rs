//! Where an event of GED happened: the country, its provinces and districts, and the place itself with
//! what `where_prec` says of it.

use csv::StringRecord;

use super::super::columns::Columns;
use super::super::country::of_gleditsch_ward;
use super::super::field::Field;
use super::super::{FileFault, Wrong};
use super::{field, key, reference};
use crate::import::record::{IdentifierDraft, LocationDraft, PointDraft};
use crate::import::reference::Reference;
use crate::import::row::Rows;
use crate::location::vocabulary::LocationKind;

/// Within how many metres of a known place an event of precision 2 lies.
const NEAR: f64 = 25_000.0;

/// What the last word of a place's name says about the place.
const WORDS: [(LocationKind, &[&str]); 5] = [
    (LocationKind::City, &["town", "city"]),
    (LocationKind::Village, &["village"]),
    (
        LocationKind::Facility,
        &[
            "airport",
            "airbase",
            "base",
            "barracks",
            "camp",
            "checkpoint",
            "complex",
            "crossing",
            "dam",
            "factory",
            "farm",
            "farms",
            "field",
            "fields",
            "heliport",
            "hospital",
            "mine",
            "plant",
            "port",
            "prison",
            "reservoir",
            "school",
            "station",
        ],
    ),
    (LocationKind::Route, &["road", "highway", "motorway", "route", "railway", "axis", "bridge"]),
    (LocationKind::Water, &["river", "lake", "sea", "ocean", "gulf", "bay", "strait", "channel", "waters"]),
];

/// The columns that say where.
pub struct PlaceColumns {
    precision: Field,
    name: Field,
    description: Field,
    provinces: Field,
    districts: Field,
    latitude: Field,
    longitude: Field,
    country: Field,
    country_id: Field,
}

/// Where an event happened.
#[derive(Debug, Default)]
pub struct Place {
    pub location: Option<Reference>,
    /// How its title goes on: ` at Aleppo town`.
    pub phrase: String,
    /// What no field says.
    pub remark: String,
}

/// A place under construction: the divisions that lead to it.
struct Branch<'r> {
    country: Option<&'static str>,
    /// The external id and the name of the smallest division so far.
    smallest: Option<(String, &'r str)>,
}

impl PlaceColumns {
    /// Finds the columns.
    pub fn new(header: &Columns) -> Result<Self, FileFault> {
        Ok(Self {
            precision: field(header, &["where_prec"]),
            name: field(header, &["where_coordinates"]),
            description: field(header, &["where_description"]),
            provinces: field(header, &["adm_1"]),
            districts: field(header, &["adm_2"]),
            latitude: field(header, &["latitude", "lat"]),
            longitude: field(header, &["longitude", "lon", "long"]),
            country: Field { name: "country", column: header.required("country")? },
            country_id: field(header, &["country_id", "gwno"]),
        })
    }

    /// Mentions the places of a line, from the country down.
    pub fn mention(&self, record: &StringRecord, rows: &mut Rows) -> Result<Place, Wrong> {
        let point = self.point(record)?;
        let precision = self.precision.text(record);
        if !matches!(precision, None | Some("1" | "2" | "3" | "4" | "5" | "6" | "7")) {
            return Err(self.precision.wrong(precision.unwrap_or_default(), "it is none of 1 to 7"));
        }
        let mut branch = Branch { country: None, smallest: None };
        // What lies in international waters lies in no country, whichever the line names.
        if precision != Some("7") {
            self.mention_country(record, &mut branch, rows)?;
        }
        let wanted = [
            (precision == Some("6"), None, LocationKind::Country),
            (precision == Some("4"), Some(self.provinces), LocationKind::Admin1),
            (precision == Some("3"), Some(self.districts), LocationKind::Admin2),
        ];
        for (is_it, division, kind) in wanted {
            let name = division.and_then(|division| division.text(record)).filter(|_| precision != Some("7"));
            if let Some(name) = name {
                branch.mention(kind, name, rows)?;
            }
            if is_it && (division.is_none() || name.is_some()) {
                return Ok(self.division(record, branch, point));
            }
        }
        self.mention_place(record, &branch, precision, point, rows)
    }

    fn mention_country<'r>(
        &self,
        record: &'r StringRecord,
        branch: &mut Branch<'r>,
        rows: &mut Rows,
    ) -> Result<(), Wrong> {
        let Some(name) = self.country.text(record) else { return Ok(()) };
        let number = self.country_id.text(record);
        branch.country = number.and_then(of_gleditsch_ward);
        let external_id = format!("country:{}", number.unwrap_or(name));
        let identifiers =
            number.map(|value| vec![IdentifierDraft { scheme: "gwno".to_owned(), value: value.to_owned() }]);
        rows.mention(&LocationDraft {
            country: branch.country.map(str::to_owned),
            identifiers,
            ..LocationDraft::new(key(&external_id), name.to_owned(), LocationKind::Country)
        })?;
        branch.smallest = Some((external_id, name));
        Ok(())
    }

    /// The event lies somewhere in the smallest division. Its coordinates are those of the division's
    /// centre and say nothing about the event.
    fn division(&self, record: &StringRecord, branch: Branch<'_>, point: Option<PointDraft>) -> Place {
        let Some((external_id, name)) = branch.smallest else { return Place::default() };
        let centre = point.map(|point| {
            format!(
                "The place within {name} is not known; UCDP gives it the coordinates {}, {}. ",
                point.latitude, point.longitude
            )
        });
        Place {
            location: Some(reference(external_id)),
            phrase: format!(" in {name}"),
            remark: centre.unwrap_or_default() + &self.described(record),
        }
    }

    fn mention_place(
        &self,
        record: &StringRecord,
        branch: &Branch<'_>,
        precision: Option<&str>,
        point: Option<PointDraft>,
        rows: &mut Rows,
    ) -> Result<Place, Wrong> {
        let written = match (self.name.text(record), precision) {
            (Some(name), _) => name,
            (None, Some("7")) => "international waters or airspace",
            (None, _) => branch.smallest.as_ref().map_or("an unnamed place", |(_, name)| name),
        };
        let (name, kind, metres, word) = match precision {
            // A place within 25 km is no place by itself, but the area around one.
            Some("2") => (format!("Around {written}"), LocationKind::Area, Some(NEAR), "near"),
            Some("7") => (written.to_owned(), waters_or_airspace(written), None, "in"),
            Some("1") | None => (written.to_owned(), kind(written), None, "at"),
            // Of a line or an area the coordinates are one point; how far it reaches nobody says.
            Some(_) => (written.to_owned(), line_or_area(written), None, "in"),
        };
        let coordinates = point.map(|point| format!("{} {}", point.latitude, point.longitude));
        let within = branch.smallest.as_ref().map(|(external_id, _)| external_id.as_str());
        // Names repeat, even within a district: only with its coordinates is a place itself.
        let external_id = format!(
            "place:{}:{}|{written}|{}",
            precision.unwrap_or("?"),
            within.unwrap_or_default(),
            coordinates.unwrap_or_default(),
        );
        rows.mention(&LocationDraft {
            country: branch.country.map(str::to_owned),
            parent: within.map(reference),
            point,
            precision_metres: metres.filter(|_| point.is_some()),
            ..LocationDraft::new(key(&external_id), name, kind)
        })?;
        Ok(Place {
            location: Some(reference(external_id)),
            phrase: format!(" {word} {written}"),
            remark: self.described(record),
        })
    }

    fn point(&self, record: &StringRecord) -> Result<Option<PointDraft>, Wrong> {
        let latitude = self.latitude.number(record, -90.0, 90.0)?;
        let longitude = self.longitude.number(record, -180.0, 180.0)?;
        Ok(latitude.zip(longitude).map(|(latitude, longitude)| PointDraft { latitude, longitude }))
    }

    fn described(&self, record: &StringRecord) -> String {
        self.description.text(record).map(|description| format!("Where: {description}. ")).unwrap_or_default()
    }
}

impl<'r> Branch<'r> {
    /// Mentions a division of the smallest one so far.
    fn mention(&mut self, kind: LocationKind, name: &'r str, rows: &mut Rows) -> Result<(), Wrong> {
        let parent = self.smallest.take().map(|(external_id, _)| external_id);
        let level = if kind == LocationKind::Admin1 { "adm_1" } else { "adm_2" };
        // Names repeat between countries and between provinces.
        let external_id = format!("{level}:{}|{name}", parent.as_deref().unwrap_or_default());
        rows.mention(&LocationDraft {
            country: self.country.map(str::to_owned),
            parent: parent.map(reference),
            ..LocationDraft::new(key(&external_id), name.to_owned(), kind)
        })?;
        self.smallest = Some((external_id, name));
        Ok(())
    }
}

/// What the name of an exact place says about it. UCDP ends names with what the place is.
fn kind(name: &str) -> LocationKind {
    // `Example village (Other Name)` is a village.
    let name = match name.rsplit_once('(') {
        Some((name, note)) if note.ends_with(')') => name.trim_end(),
        _ => name,
    };
    let last = name.rsplit(' ').next().unwrap_or_default();
    let is_last = |word: &&str| last.eq_ignore_ascii_case(word);
    WORDS.iter().find(|(_, words)| words.iter().any(is_last)).map_or(LocationKind::Area, |(kind, _)| *kind)
}

fn line_or_area(name: &str) -> LocationKind {
    match kind(name) {
        found @ (LocationKind::Route | LocationKind::Water) => found,
        _ => LocationKind::Area,
    }
}

fn waters_or_airspace(name: &str) -> LocationKind {
    if name.to_ascii_lowercase().contains("airspace") { LocationKind::Area } else { LocationKind::Water }
}
