//! GeoJSON after RFC 7946: one `FeatureCollection`, a feature an event, a line a feature. An event of
//! which nobody knows the point is a feature without geometry.

use std::io;

use chrono::SecondsFormat;
use serde_json::{Map, Number, Value, json};

use super::flat::FlatWriter;
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
        let (mut id, mut longitude, mut latitude) = (Value::Null, None, None);
        let mut properties = Map::new();
        for (name, cell) in self.columns.iter().zip(cells) {
            match (name.as_str(), cell) {
                ("id", cell) => id = value(cell),
                ("longitude", Cell::Real(degrees)) => longitude = Some(*degrees),
                ("latitude", Cell::Real(degrees)) => latitude = Some(*degrees),
                ("longitude" | "latitude", _) => {}
                _ => {
                    properties.insert(name.clone(), value(cell));
                }
            }
        }
        // The longitude comes first.
        let point = longitude.zip(latitude).map(|(longitude, latitude)| [longitude, latitude]);
        let geometry = point.map(|coordinates| json!({ "type": "Point", "coordinates": coordinates }));
        let feature = json!({ "type": "Feature", "id": id, "geometry": geometry, "properties": properties });
        into.extend_from_slice(if self.begun { b",\n" } else { b"\n" });
        self.begun = true;
        Ok(serde_json::to_writer(into, &feature)?)
    }

    fn end(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        into.extend_from_slice(b"\n]}\n");
        Ok(())
    }
}

/// A cell as JSON.
fn value(cell: &Cell<'_>) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Text(text) => Value::from(*text),
        Cell::Id(id) => Value::from(id.to_string()),
        Cell::Boolean(boolean) => Value::from(*boolean),
        Cell::Integer(number) => Value::from(*number),
        Cell::Real(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        Cell::Moment(moment) => Value::from(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        Cell::Texts(texts) => Value::from(texts.as_slice()),
        Cell::Json(json) => serde_json::from_str(json).unwrap_or_default(),
        Cell::Extent(stored) => serde_json::from_slice(stored).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(serde_json::from_slice::<Value>(&into).unwrap(), json!({ "type": "FeatureCollection", "features": [] }));
    }
}
