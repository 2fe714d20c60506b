//! Features: a GeoJSON file cut into its features, one after the other, so that the file is never in
//! memory whole. A file is a `FeatureCollection`, or a Feature a line, which is how rejects are written.

use std::collections::VecDeque;
use std::io::BufRead;

use csv::StringRecord;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Columns, FileFault, Line};

/// How many features are looked at to tell the columns, and how many bytes of them.
const LOOKED_AT: (usize, usize) = (100, 1 << 20);

/// The columns of a point, beside those of the properties.
const LATITUDE: &str = "geometry.latitude";
const LONGITUDE: &str = "geometry.longitude";
/// The column of a feature's own id.
const ID: &str = "feature.id";

/// The features of a file.
pub struct Features<R> {
    reader: R,
    line: u64,
    column: u64,
    stage: Stage,
    /// Those that were read to tell the columns.
    waiting: VecDeque<(String, Feature)>,
    columns: Columns,
    number: u64,
}

/// How far a file was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Its first object has not begun.
    Outside,
    /// Within the list of features of its collection.
    Within,
    /// Features follow one another.
    Sequence,
    /// Nothing may follow.
    Ended,
}

/// A feature, as far as it matters.
#[derive(Deserialize)]
struct Feature {
    id: Option<Value>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    geometry: Option<Geometry>,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    coordinates: Value,
}

impl<R: BufRead> Features<R> {
    /// The features of a file; the first of them tell its columns.
    ///
    /// # Errors
    /// When it is no GeoJSON so far.
    pub fn new(reader: R) -> Result<Self, FileFault> {
        let (waiting, columns) = (VecDeque::new(), Columns::default());
        let mut features =
            Self { reader, line: 1, column: 0, stage: Stage::Outside, waiting, columns, number: 0 };
        let mut bytes = 0;
        while features.waiting.len() < LOOKED_AT.0 && bytes < LOOKED_AT.1 {
            let Some((text, feature)) = features.read()? else { break };
            bytes += text.len();
            for name in feature.properties.iter().flatten().map(|(name, _)| name) {
                features.columns.add(name);
            }
            features.waiting.push_back((text, feature));
        }
        for name in [ID, LATITUDE, LONGITUDE] {
            features.columns.add(name);
        }
        Ok(features)
    }

    /// The names of the properties, and the columns of the point and the id.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Reads the next feature; false at the end. Its number is its place in the file.
    ///
    /// # Errors
    /// When the file is no GeoJSON from here on.
    pub fn next(&mut self, line: &mut Line) -> Result<bool, FileFault> {
        let next = match self.waiting.pop_front() {
            Some(feature) => Some(feature),
            None => self.read()?,
        };
        let Some((text, feature)) = next else { return Ok(false) };
        self.number += 1;
        line.number = self.number;
        line.record = self.record(&feature);
        line.text = text;
        Ok(true)
    }

    /// The feature as a record under the columns.
    fn record(&self, feature: &Feature) -> StringRecord {
        let mut cells = vec![String::new(); self.columns.names().len()];
        let mut fill = |name: &str, value: &Value| {
            if let Some(place) = self.columns.place(name).filter(|place| cells[*place].is_empty()) {
                cells[place] = cell(value);
            }
        };
        for (name, value) in feature.properties.iter().flatten() {
            fill(name, value);
        }
        if let Some(id) = &feature.id {
            fill(ID, id);
        }
        if let Some(point) = feature.geometry.as_ref().filter(|geometry| geometry.kind == "Point")
            && let (Some(longitude), Some(latitude)) = (point.coordinates.get(0), point.coordinates.get(1))
        {
            fill(LATITUDE, latitude);
            fill(LONGITUDE, longitude);
        }
        StringRecord::from(cells)
    }

    fn read(&mut self) -> Result<Option<(String, Feature)>, FileFault> {
        loop {
            let Some(byte) = self.token()? else {
                return match self.stage {
                    Stage::Within => Err(FileFault::Truncated("a FeatureCollection")),
                    _ => Ok(None),
                };
            };
            match (self.stage, byte) {
                (Stage::Within, b',') => {}
                (Stage::Within, b']') => self.rest_of_collection()?,
                (Stage::Within | Stage::Sequence, b'{') => {
                    let from = (self.line, self.column);
                    let mut object = vec![b'{'];
                    self.rest_of(Some(&mut object))?;
                    return self.feature(object, from).map(Some);
                }
                (Stage::Outside, b'{') => {
                    let from = (self.line, self.column);
                    let mut object = vec![b'{'];
                    if !self.collection(&mut object)? {
                        self.stage = Stage::Sequence;
                        return self.feature(object, from).map(Some);
                    }
                    self.stage = Stage::Within;
                }
                (Stage::Ended, _) => return Err(self.fault("something follows the FeatureCollection")),
                _ => return Err(self.fault("a GeoJSON file is a FeatureCollection, or a Feature a line")),
            }
        }
    }

    /// Reads on in the first object of a file: true at the list of its features, false at its end.
    fn collection(&mut self, object: &mut Vec<u8>) -> Result<bool, FileFault> {
        let mut key = Vec::new();
        loop {
            let Some(byte) = self.byte()? else { return Err(FileFault::Truncated("a JSON object")) };
            object.push(byte);
            match byte {
                b'"' => {
                    key = self.string(object)?;
                }
                b'[' if key == b"features" => return Ok(true),
                b'{' | b'[' => self.rest_of(Some(object))?,
                b'}' => return Ok(false),
                _ => {}
            }
        }
    }

    /// Reads on behind the list of features, to the end of the collection.
    fn rest_of_collection(&mut self) -> Result<(), FileFault> {
        self.rest_of(None)?;
        self.stage = Stage::Ended;
        Ok(())
    }

    /// Reads on to the end of the object or list that was begun.
    fn rest_of(&mut self, mut into: Option<&mut Vec<u8>>) -> Result<(), FileFault> {
        let mut depth = 1;
        let mut unheard = Vec::new();
        while depth > 0 {
            let Some(byte) = self.byte()? else { return Err(FileFault::Truncated("a JSON object")) };
            let into = if let Some(into) = &mut into {
                &mut **into
            } else {
                unheard.clear();
                &mut unheard
            };
            into.push(byte);
            match byte {
                b'"' => {
                    self.string(into)?;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads on to the end of a string; gives what is in it, as it is written.
    fn string(&mut self, into: &mut Vec<u8>) -> Result<Vec<u8>, FileFault> {
        let from = into.len();
        let mut is_escaped = false;
        loop {
            let Some(byte) = self.byte()? else { return Err(FileFault::Truncated("a JSON string")) };
            into.push(byte);
            match byte {
                b'"' if !is_escaped => return Ok(into[from..into.len() - 1].to_vec()),
                _ => is_escaped = byte == b'\\' && !is_escaped,
            }
        }
    }

    fn feature(&self, object: Vec<u8>, (line, column): (u64, u64)) -> Result<(String, Feature), FileFault> {
        let text = String::from_utf8(object)
            .map_err(|error| FileFault::Encoding { line, byte: error.utf8_error().valid_up_to() + 1 })?;
        let feature: Feature = serde_json::from_str(&text).map_err(|error| {
            let (down, right) = (error.line() as u64, error.column() as u64);
            let told = error.to_string();
            let reason = told.split(" at line ").next().unwrap_or_default().replace('`', "\"");
            let column = if down <= 1 { column + right.saturating_sub(1) } else { right };
            FileFault::Json { line: line + down.saturating_sub(1), column, reason }
        })?;
        if feature.kind != "Feature" {
            let reason = format!(
                "it is a {}; a GeoJSON file is a FeatureCollection, or a Feature a line",
                super::shown(&feature.kind)
            );
            return Err(FileFault::Json { line, column, reason });
        }
        // Line ends stand between the parts of JSON alone; without them a feature is a line.
        Ok((text.replace(['\n', '\r'], " "), feature))
    }

    /// The next byte that is no space.
    fn token(&mut self) -> Result<Option<u8>, FileFault> {
        loop {
            match self.byte()? {
                // Sequences of JSON texts may begin each with a record separator.
                Some(byte) if byte.is_ascii_whitespace() || byte == 0x1e => {}
                other => return Ok(other),
            }
        }
    }

    fn byte(&mut self) -> Result<Option<u8>, FileFault> {
        let Some(byte) = self.reader.fill_buf()?.first().copied() else { return Ok(None) };
        self.reader.consume(1);
        if byte == b'\n' {
            (self.line, self.column) = (self.line + 1, 0);
        } else {
            self.column += 1;
        }
        Ok(Some(byte))
    }

    /// The line that is being read, for faults of reading.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    fn fault(&self, reason: &str) -> FileFault {
        FileFault::Json { line: self.line, column: self.column, reason: reason.to_owned() }
    }
}

/// A property as a cell.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = r#"{ "type": "FeatureCollection", "name": "a \"{[ name",
"crs": { "type": "name", "properties": { "features": [1, 2] } },
"features": [
{ "type": "Feature", "properties": { "Name": "One", "Lanes": 2, "Old": null }, "geometry": { "type": "Point", "coordinates": [ 24.5, 50.25 ] } },
{ "type": "Feature", "id": 7, "properties": { "Name": "Two }]", "New": true }, "geometry": null }
]
}
"#;

    fn all(file: &[u8]) -> Result<(Vec<String>, Vec<Vec<String>>), FileFault> {
        let mut features = Features::new(file)?;
        let mut line = Line::default();
        let mut lines = Vec::new();
        while features.next(&mut line)? {
            lines.push(line.record.iter().map(str::to_owned).collect());
        }
        Ok((features.columns().names().to_vec(), lines))
    }

    #[test]
    fn properties_and_points_are_columns_and_a_feature_is_a_line() {
        let (mut names, lines) = all(FILE.as_bytes()).unwrap();
        let value =
            |line: &[String], name: &str| line[names.iter().position(|own| own == name).unwrap()].clone();
        let said = |name: &str| lines.iter().map(|line| value(line, name)).collect::<Vec<_>>();
        assert_eq!(said("Name"), ["One", "Two }]"]);
        assert_eq!(said("Lanes"), ["2", ""]);
        assert_eq!(said("New"), ["", "true"]);
        assert_eq!(said("geometry.latitude"), ["50.25", ""]);
        assert_eq!(said("geometry.longitude"), ["24.5", ""]);
        assert_eq!(said("feature.id"), ["", "7"]);
        names.sort();
        assert_eq!(names.len(), 7);
    }

    #[test]
    fn a_file_on_one_line_and_a_feature_a_line_are_read_alike() {
        let expected = all(FILE.as_bytes()).unwrap();
        assert_eq!(all(FILE.replace('\n', "").as_bytes()).unwrap(), expected);
        let mut features = Features::new(FILE.as_bytes()).unwrap();
        let (mut line, mut sequence) = (Line::default(), String::new());
        while features.next(&mut line).unwrap() {
            sequence = sequence + &line.text + "\n";
        }
        assert_eq!(sequence.lines().count(), 2);
        assert_eq!(all(sequence.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_column() {
        for (file, expected) in [
            (FILE.replace("\"Lanes\": 2", "\"Lanes\": two"), "line 4, column 63: "),
            (FILE.replace("\"id\": 7", "\"id\" 7"), "line 5, column 27: "),
            (FILE.replace("},\n{ \"type\"", "};{ \"type\""), "line 4, column 145: "),
            ("[1]".to_owned(), "line 1, column 1: a GeoJSON file is a FeatureCollection"),
            (r#"{"type":"Topology"}"#.to_owned(), "line 1, column 1: it is a Topology"),
            (format!("{FILE}{{}}"), "line 8, column 1: something follows"),
        ] {
            let fault = all(file.as_bytes()).expect_err(&file).to_string();
            assert!(fault.starts_with(expected), "{fault}, not {expected}");
        }
    }

    #[test]
    fn a_file_that_is_cut_off_is_refused_wherever_that_is() {
        let end = FILE.trim_end().len();
        for length in 1..end {
            let fault = all(&FILE.as_bytes()[..length]).expect_err("it has no end").to_string();
            assert!(fault.contains("cut off"), "{length}: {fault}");
        }
        assert!(all(&FILE.as_bytes()[..end]).is_ok());
    }

    #[test]
    fn another_encoding_is_refused_with_its_line() {
        let mut file = FILE.as_bytes().to_vec();
        let at = FILE.find("One").unwrap();
        file[at] = 0xe9;
        assert!(matches!(all(&file), Err(FileFault::Encoding { line: 4, .. })));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(changes in prop::collection::vec((0..FILE.len(), any::<u8>()), 0..6)) {
            let mut file = FILE.as_bytes().to_vec();
            for (place, byte) in changes {
                file[place] = byte;
            }
            let _ = all(&file);
        }
    }
}
