//! The JSON forms of an extent: EDTF text, or an object. Works with every self-describing `serde` format.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::error::excerpt;
use super::{ExtentError, ExtentInput, LocalExtent};

impl<'de> Deserialize<'de> for LocalExtent {
    /// Reads `"2025-10~"`, `{"edtf", "text"}` or `{"start", "end", "ongoing", "text"}`; a key that is null is left out.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer)?.into_extent().map_err(Error::custom)
    }
}

/// Any JSON value, kept whole so that an error can quote it.
#[derive(Debug)]
enum Written {
    Null,
    Text(String),
    Boolean(bool),
    /// Kept as it is printed: no number belongs in an extent.
    Number(String),
    List(Vec<Written>),
    Object(Vec<(String, Written)>),
}

const EXTENT_FORM: &str = "EDTF such as \"2025-10-25/2025-10-28\", or an object with edtf or start and end";
const READ_AS_FORM: &str = "an object with the start, end and ongoing of the edtf beside it";
const PAIR_FORM: &str = "a pair [earliest, latest] such as [\"2025-10-01\", null], or null";

impl Written {
    fn into_extent(self) -> Result<LocalExtent, ExtentError> {
        match self {
            Self::Text(edtf) => edtf.parse(),
            Self::Object(entries) => read_as(entries),
            other => Err(other.wrong_type("an extent", EXTENT_FORM)),
        }
    }

    fn text(self, place: &'static str) -> Result<Option<String>, ExtentError> {
        match self {
            Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            other => Err(other.wrong_type(place, "text")),
        }
    }

    fn boolean(self, place: &'static str) -> Result<Option<bool>, ExtentError> {
        match self {
            Self::Null => Ok(None),
            Self::Boolean(boolean) => Ok(Some(boolean)),
            other => Err(other.wrong_type(place, "true or false")),
        }
    }

    fn pair(self, place: &'static str) -> Result<Option<[Option<String>; 2]>, ExtentError> {
        let bounds = match self {
            Self::Null => return Ok(None),
            Self::List(bounds) => bounds,
            other => return Err(other.wrong_type(place, PAIR_FORM)),
        };
        let [earliest, latest] = <[Self; 2]>::try_from(bounds)
            .map_err(|bounds| Self::List(bounds).wrong_type(place, PAIR_FORM))?;
        let bound = match place {
            "start" => "each bound of start",
            _ => "each bound of end",
        };
        Ok(Some([earliest.bound(bound)?, latest.bound(bound)?]))
    }

    fn bound(self, place: &'static str) -> Result<Option<String>, ExtentError> {
        match self {
            Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            other => Err(other.wrong_type(place, "a date, a time, or null")),
        }
    }

    fn wrong_type(&self, place: &'static str, expected: &'static str) -> ExtentError {
        ExtentError::WrongType { place, expected, value: excerpt(&self.to_string()) }
    }
}

/// Reads the entries of an extent. EDTF that was read in another time zone than the place has now
/// comes with the bounds that it was `readAs`.
fn read_as(mut entries: Vec<(String, Written)>) -> Result<LocalExtent, ExtentError> {
    let found = entries.iter().position(|(key, _)| key == "readAs");
    let bounds = found.map(|place| entries.remove(place).1);
    if entries.iter().any(|(key, _)| key == "readAs") {
        return Err(ExtentError::RepeatedKey { key: "readAs".to_owned() });
    }
    let extent: LocalExtent = input(entries)?.try_into()?;
    match bounds {
        None | Some(Written::Null) => Ok(extent),
        Some(Written::Object(bounds))
            if extent.edtf.is_some() && bounds.iter().all(|(key, _)| key != "edtf" && key != "text") =>
        {
            let LocalExtent { start, end, ongoing, .. } = input(bounds)?.try_into()?;
            Ok(LocalExtent { start, end, ongoing, ..extent })
        }
        Some(other) => Err(other.wrong_type("readAs", READ_AS_FORM)),
    }
}

fn input(entries: Vec<(String, Written)>) -> Result<ExtentInput, ExtentError> {
    let mut input = ExtentInput::default();
    let mut keys = Vec::new();
    for (key, value) in entries {
        match key.as_str() {
            "edtf" => input.edtf = value.text("edtf")?,
            "start" => input.start = value.pair("start")?,
            "end" => input.end = value.pair("end")?,
            "ongoing" => input.ongoing = value.boolean("ongoing")?,
            "text" => input.text = value.text("text")?,
            _ => return Err(ExtentError::UnknownKey { key: excerpt(&key) }),
        }
        if keys.contains(&key) {
            return Err(ExtentError::RepeatedKey { key });
        }
        keys.push(key);
    }
    Ok(input)
}

impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Text(text) => write!(formatter, "\"{text}\""),
            Self::Boolean(boolean) => boolean.fmt(formatter),
            Self::Number(number) => formatter.write_str(number),
            Self::List(values) => {
                formatter.write_str("[")?;
                for (position, value) in values.iter().enumerate() {
                    let separator = if position == 0 { "" } else { ", " };
                    write!(formatter, "{separator}{value}")?;
                }
                formatter.write_str("]")
            }
            Self::Object(entries) => {
                formatter.write_str("{")?;
                for (position, (key, value)) in entries.iter().enumerate() {
                    let separator = if position == 0 { "" } else { ", " };
                    write!(formatter, "{separator}\"{key}\": {value}")?;
                }
                formatter.write_str("}")
            }
        }
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WrittenVisitor)
    }
}

struct WrittenVisitor;

impl<'de> Visitor<'de> for WrittenVisitor {
    type Value = Written;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(EXTENT_FORM)
    }

    fn visit_unit<E: Error>(self) -> Result<Written, E> {
        Ok(Written::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Written, E> {
        Ok(Written::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Written, D::Error> {
        Written::deserialize(deserializer)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Written, E> {
        Ok(Written::Text(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, boolean: bool) -> Result<Written, E> {
        Ok(Written::Boolean(boolean))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Written, E> {
        Ok(Written::Number(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Written, E> {
        Ok(Written::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Written, E> {
        Ok(Written::Number(number.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Written, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element()? {
            values.push(value);
        }
        Ok(Written::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Written, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Written::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;
    use super::*;

    fn read(json: &str) -> LocalExtent {
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
    }

    #[test]
    fn the_forms_of_the_manual_are_read() {
        let rows = [
            (r#""2025-10-25?/2025-10-28""#, "2025-10-25 until 2025-10-26, 2025-10-28 until 2025-10-29"),
            (
                r#"{"edtf": "2025-10~", "text": "around October"}"#,
                "2025-09-01 until 2025-12-01, 2025-09-01 until 2025-12-01",
            ),
            (
                r#"{"start": ["2025-10-01", "2025-10-14"], "end": null, "ongoing": true, "text": "for weeks"}"#,
                "2025-10-01 until 2025-10-15, open, ongoing",
            ),
            (
                r#"{"start": ["2023-09-15T08:00:00+05:00", "2023-09-15T08:00:00+05:00"], "end": null}"#,
                "2023-09-15T03:00:00Z until 2023-09-15T03:00:00Z, open",
            ),
            (r#"{"start": [null, "2025-10-14"]}"#, "open until 2025-10-15, open"),
            (r#"{"text": "in the spring of some year"}"#, "open, open"),
            (
                r#"{"edtf": "2025", "start": null, "end": null, "ongoing": null, "text": null}"#,
                "2025-01-01 until 2026-01-01, 2025-01-01 until 2026-01-01",
            ),
            ("{}", "open, open"),
        ];
        for (json, expected) in rows {
            let extent = read(json);
            let ongoing = if extent.ongoing { ", ongoing" } else { "" };
            let bounds = format!("{}, {}{ongoing}", shown(extent.start), shown(extent.end));
            assert_eq!(bounds, expected, "{json}");
        }
        assert_eq!(read(r#"{"text": "soon"}"#).text.as_deref(), Some("soon"));
    }

    fn refusal(json: &str) -> String {
        let refusal = serde_json::from_str::<LocalExtent>(json).expect_err(json);
        let refusal = refusal.to_string();
        match refusal.rsplit_once(" at line ") {
            Some((message, _)) => message.to_owned(),
            None => refusal,
        }
    }

    #[test]
    fn a_value_of_the_wrong_shape_is_quoted_beside_the_right_one() {
        let pair = r#"a pair [earliest, latest] such as ["2025-10-01", null], or null"#;
        let extent = r#"EDTF such as "2025-10-25/2025-10-28", or an object with edtf or start and end"#;
        let rows = [
            ("5", format!("an extent must be {extent}, not 5")),
            ("null", format!("an extent must be {extent}, not null")),
            (r#"{"start": "2025"}"#, format!(r#"start must be {pair}, not "2025""#)),
            (
                r#"{"end": ["2025", null, {"a": [true]}]}"#,
                format!(r#"end must be {pair}, not ["2025", null, {{"a": [true]}}]"#),
            ),
            (
                r#"{"start": [2025.5, null]}"#,
                "each bound of start must be a date, a time, or null, not 2025.5".to_owned(),
            ),
            (r#"{"edtf": 2025}"#, "edtf must be text, not 2025".to_owned()),
            (
                r#"{"readAs": {"ongoing": true}}"#,
                r#"readAs must be an object with the start, end and ongoing of the edtf beside it, not {"ongoing": true}"#.to_owned(),
            ),
            (
                r#"{"edtf": "2025", "readAs": "2025"}"#,
                r#"readAs must be an object with the start, end and ongoing of the edtf beside it, not "2025""#.to_owned(),
            ),
            (r#"{"ongoing": "yes"}"#, r#"ongoing must be true or false, not "yes""#.to_owned()),
        ];
        for (json, expected) in rows {
            assert_eq!(refusal(json), expected);
        }
    }

    #[test]
    fn a_refusal_says_what_was_wrong_and_the_remedy() {
        let rows = [
            (
                r#"{"edtf": "2025", "ongoing": true}"#,
                "an extent is either edtf, or start, end and ongoing, but both are given. Leave one of them out",
            ),
            (
                r#"{"from": "2025"}"#,
                "\"from\" is not a key of an extent. Its keys are edtf, start, end, ongoing, text and readAs",
            ),
            (r#"{"text": "a", "text": "b"}"#, "\"text\" is given twice. Leave one of them out"),
            (
                r#"{"start": ["2025-02-30", null]}"#,
                "the start bound \"2025-02-30\" is neither a date nor a time: day is out of range for the month. \
                 Write a date such as 2025-10-29, a time such as 2025-10-29T08:00:00+05:00, or null",
            ),
            (
                r#""Y17E7""#,
                "\"Y17E7\" reaches outside of the years that can be stored, 2 to 9998. \
                 Correct the year, or say it in text only",
            ),
        ];
        for (json, expected) in rows {
            assert_eq!(refusal(json), expected);
        }
    }

    #[test]
    fn edtf_keeps_the_bounds_that_it_was_read_as() {
        let extent = read(
            r#"{"edtf": "2025-10-25", "readAs": {"start": ["2025-10-24T19:00:00Z", "2025-10-25T19:00:00Z"]}, "text": "on Saturday"}"#,
        );
        assert_eq!(shown(extent.start), "2025-10-24T19:00:00Z until 2025-10-25T19:00:00Z");
        assert_eq!((shown(extent.end), extent.ongoing), ("open".to_owned(), false));
        assert_eq!(
            (extent.edtf.as_deref(), extent.text.as_deref()),
            (Some("2025-10-25"), Some("on Saturday"))
        );
    }

    #[test]
    fn an_optional_extent_may_be_null() {
        assert_eq!(serde_json::from_str::<Option<LocalExtent>>("null").unwrap(), None);
    }
}
