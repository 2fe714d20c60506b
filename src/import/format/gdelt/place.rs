//! Where an event of GDELT happened: the country, its division, and the city or landmark.

use csv::StringRecord;

use super::super::Wrong;
use super::super::country::of_fips;
use super::super::field::Field;
use super::{key, reference};
use crate::import::record::{IdentifierDraft, LocationDraft, PointDraft};
use crate::import::reference::Reference;
use crate::import::row::Rows;
use crate::location::vocabulary::LocationKind;

/// The columns that say where.
pub struct PlaceColumns {
    pub kind: Field,
    pub name: Field,
    pub country: Field,
    pub division: Field,
    pub latitude: Field,
    pub longitude: Field,
    pub feature: Field,
}

impl PlaceColumns {
    /// Mentions the places of a line from the country down; none when the line has none.
    pub fn mention(&self, record: &StringRecord, rows: &mut Rows) -> Result<Option<Reference>, Wrong> {
        let kind = self.kind.text(record).unwrap_or("0");
        if !matches!(kind, "0" | "1" | "2" | "3" | "4" | "5") {
            return Err(self.kind.wrong(kind, "it is none of 0 to 5"));
        }
        let latitude = self.latitude.number(record, -90.0, 90.0)?;
        let longitude = self.longitude.number(record, -180.0, 180.0)?;
        let (Some(full_name), false) = (self.name.text(record), kind == "0") else { return Ok(None) };

        // `Manhattan, New York, United States`: the place, its division, the country.
        let part =
            |part: Option<&'_ str>| part.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
        let name = part(full_name.split(',').next()).unwrap_or_else(|| full_name.to_owned());
        let division = part(full_name.rsplit(',').nth(1));
        let fips = self.country.text(record);
        let country = fips.and_then(of_fips);
        let mut smallest = None;
        if let Some(fips) = fips {
            let external_id = format!("country:{fips}");
            // Texts call a country by many names, and it is one.
            let called = country.map_or(if kind == "1" { full_name } else { fips }, |(_, name)| name);
            rows.mention(&LocationDraft {
                country: country.map(|(letters, _)| letters.to_owned()),
                identifiers: Some(vec![identifier("fips", fips)]),
                ..LocationDraft::new(key(&external_id), called.to_owned(), LocationKind::Country)
            })?;
            smallest = Some(external_id);
        }
        if kind == "1" && smallest.is_some() {
            return Ok(smallest.map(reference));
        }
        let is_division = matches!(kind, "2" | "5");
        let division =
            if is_division { Some(name.clone()) } else { division.filter(|division| *division != name) };
        if let (Some(code), Some(division)) = (self.division.text(record), division) {
            // Codes of divisions are shared where GDELT knows no better, names tell them apart.
            let external_id = format!("adm1:{code}|{division}");
            rows.mention(&LocationDraft {
                country: country.map(|(letters, _)| letters.to_owned()),
                parent: smallest.map(reference),
                identifiers: Some(vec![identifier("fips", code)]),
                ..LocationDraft::new(key(&external_id), division, LocationKind::Admin1)
            })?;
            smallest = Some(external_id);
            if is_division {
                return Ok(smallest.map(reference));
            }
        }
        let point = latitude.zip(longitude).map(|(latitude, longitude)| PointDraft { latitude, longitude });
        let feature = self.feature.text(record).filter(|feature| feature.parse::<i64>().is_ok());
        let coordinates = point.map(|point| format!("{} {}", point.latitude, point.longitude));
        // One feature is called by several names, as the texts have them.
        let external_id =
            format!("place:{}|{full_name}|{}", feature.unwrap_or_default(), coordinates.unwrap_or_default());
        // Within the United States features have numbers of GNIS, elsewhere of GNS.
        let scheme = if kind == "3" { "gnis" } else { "gns" };
        rows.mention(&LocationDraft {
            country: country.map(|(letters, _)| letters.to_owned()),
            parent: smallest.map(reference),
            point,
            identifiers: feature.map(|feature| vec![identifier(scheme, feature)]),
            ..LocationDraft::new(
                key(&external_id),
                name,
                if is_division { LocationKind::Admin1 } else { LocationKind::City },
            )
        })?;
        Ok(Some(reference(external_id)))
    }
}

fn identifier(scheme: &str, value: &str) -> IdentifierDraft {
    IdentifierDraft { scheme: scheme.to_owned(), value: value.to_owned() }
}
