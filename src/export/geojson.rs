//! GeoJSON after RFC 7946: one `FeatureCollection`, a feature an event, a line a feature. An event of
//! which nobody knows the point is a feature without geometry.

use std::io::{self, Write};

use super::flat::FlatWriter;
use super::json::write;
use super::row::{Cell, Column};

/// Writes GeoJSON.
#[derive(Default)]
pub struct GeoJson {
    columns: Vec<String>,
    /// Whether a feature stands before the next one.
    begun: bool,
}

impl FlatWriter for GeoJson {
    fn begin(&mut self, columns: &[Column], into: &mut Vec<u8>) -> io::Result<()> {
        self.columns = columns.iter().map(|column| column.name.clone()).collect();
        into.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"features\":[");
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>], into: &mut Vec<u8>) -> io::Result<()> {
        let cell = |name| self.columns.iter().position(|column| column == name).map(|place| &cells[place]);
        into.extend_from_slice(if self.begun { b",\n" } else { b"\n" });
        into.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
        write(cell("id").unwrap_or(&Cell::Null), into)?;
        into.extend_from_slice(b",\"geometry\":");
        match (cell("longitude"), cell("latitude")) {
            // The longitude comes first.
            (Some(Cell::Real(longitude)), Some(Cell::Real(latitude))) => {
                write!(into, "{{\"type\":\"Point\",\"coordinates\":[{longitude},{latitude}]}}")?;
            }
            _ => into.extend_from_slice(b"null"),
        }
        into.extend_from_slice(b",\"properties\":{");
        let others = self.columns.iter().zip(cells);
        let others = others.filter(|(name, _)| !["id", "longitude", "latitude"].contains(&name.as_str()));
        for (place, (name, cell)) in others.enumerate() {
            write!(into, "{}\"{name}\":", if place > 0 { "," } else { "" })?;
            write(cell, into)?;
        }
        into.extend_from_slice(b"}}");
        self.begun = true;
        Ok(())
    }

    fn end(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        into.extend_from_slice(b"\n]}\n");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::row::Kind;
    use super::*;

    #[test]
    fn a_feature_has_its_longitude_first_or_no_geometry() {
        let names = ["id", "title", "latitude", "longitude"];
        let columns = names.map(|name| Column { name: name.to_owned(), kind: Kind::Text });
        let (mut writer, mut into) = (GeoJson::default(), Vec::new());
        writer.begin(&columns, &mut into).unwrap();
        let known = [Cell::Text("1"), Cell::Text("\"a\""), Cell::Real(34.1), Cell::Real(71.1)];
        writer.row(&known, &mut into).unwrap();
        writer.row(&[Cell::Text("2"), Cell::Null, Cell::Null, Cell::Null], &mut into).unwrap();
        writer.end(&mut into).unwrap();
        let read: Value = serde_json::from_slice(&into).unwrap();
        assert_eq!(
            read,
            json!({ "type": "FeatureCollection", "features": [
                { "type": "Feature", "id": "1", "geometry": { "type": "Point", "coordinates": [71.1, 34.1] }, "properties": { "title": "\"a\"" } },
                { "type": "Feature", "id": "2", "geometry": null, "properties": { "title": null } },
            ] })
        );
    }

    #[test]
    fn no_events_are_an_empty_collection() {
        let (mut writer, mut into) = (GeoJson::default(), Vec::new());
        writer.begin(&[], &mut into).unwrap();
        writer.end(&mut into).unwrap();
        assert_eq!(
            serde_json::from_slice::<Value>(&into).unwrap(),
            json!({ "type": "FeatureCollection", "features": [] })
        );
    }
}
