//! Writing an extent: as EDTF where that says the same bounds when it is read again, else as bounds.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::extent::{LocalExtent, Moment};

/// An extent as the function `written_extent` of the database hands it over.
#[derive(Debug, Deserialize)]
struct Stored<'a> {
    #[serde(borrow)]
    edtf: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    ongoing: bool,
    /// Start earliest, start latest, end earliest, end latest.
    bounds: [Option<DateTime<Utc>>; 4],
    /// What the clocks of the record's place show at them, where that means the same moment when
    /// it is read; only given beside EDTF.
    local: Option<[Option<NaiveDateTime>; 4]>,
}

/// The object form of the native format, see "Extents" in `docs/format.md`.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    edtf: Option<&'a str>,
    #[serde(rename = "readAs", skip_serializing_if = "Option::is_none")]
    read_as: Option<WrittenBounds>,
    #[serde(flatten)]
    bounds: Option<WrittenBounds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

#[derive(Serialize)]
struct WrittenBounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<[Option<String>; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<[Option<String>; 2]>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ongoing: bool,
}

/// Writes a stored extent in the native format.
pub fn write(stored: &[u8], into: &mut Vec<u8>) -> serde_json::Result<()> {
    let stored: Stored = serde_json::from_slice(stored)?;
    let (edtf, text) = (stored.edtf.as_deref(), stored.text.as_deref());
    let is_said = edtf.is_some_and(|edtf| stored.is_said_by(edtf));
    match (edtf, text) {
        (Some(edtf), None) if is_said => serde_json::to_writer(into, edtf),
        (Some(_), _) => {
            let read_as = (!is_said).then(|| stored.written());
            serde_json::to_writer(into, &Written { edtf, read_as, bounds: None, text })
        }
        (None, _) => {
            let bounds = Some(stored.written());
            serde_json::to_writer(into, &Written { edtf: None, read_as: None, bounds, text })
        }
    }
}

impl Stored<'_> {
    /// Whether this EDTF, read where the record is, has just these bounds.
    fn is_said_by(&self, edtf: &str) -> bool {
        let Ok(read) = edtf.parse::<LocalExtent>() else { return false };
        let local = self.local.unwrap_or_default();
        let read_bounds = [read.start.earliest, read.start.latest, read.end.earliest, read.end.latest];
        let same = |((read, stored), local): ((Option<Moment>, &Option<_>), Option<_>)| match (read, stored) {
            (None, None) => true,
            (Some(Moment::Instant(read)), Some(stored)) => read == *stored,
            (Some(Moment::Local(read)), Some(_)) => local == Some(read),
            _ => false,
        };
        read.ongoing == self.ongoing
            && read.edtf.as_deref() == Some(edtf)
            && read_bounds.into_iter().zip(&self.bounds).zip(local).all(same)
    }

    fn written(&self) -> WrittenBounds {
        let pair = |earliest: Option<DateTime<Utc>>, latest: Option<DateTime<Utc>>| {
            let shown = |bound: Option<DateTime<Utc>>| bound.map(|bound| Moment::Instant(bound).to_string());
            (earliest.is_some() || latest.is_some()).then(|| [shown(earliest), shown(latest)])
        };
        let [start_earliest, start_latest, end_earliest, end_latest] = self.bounds;
        WrittenBounds {
            start: pair(start_earliest, start_latest),
            end: pair(end_earliest, end_latest),
            ongoing: self.ongoing,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// An extent of the 25th of October at an offset of five hours, as Postgres hands it over.
    fn written(changed: &Value) -> String {
        let mut stored = json!({
            "edtf": "2025-10-25", "text": null, "ongoing": false,
            "bounds": ["2025-10-24T19:00:00+00:00", "2025-10-25T19:00:00+00:00", "2025-10-24T19:00:00+00:00", "2025-10-25T19:00:00+00:00"],
            "local": ["2025-10-25T00:00:00", "2025-10-26T00:00:00", "2025-10-25T00:00:00", "2025-10-26T00:00:00"],
        });
        for (key, value) in changed.as_object().unwrap() {
            stored[key] = value.clone();
        }
        let mut into = Vec::new();
        write(stored.to_string().as_bytes(), &mut into).unwrap();
        String::from_utf8(into).unwrap()
    }

    #[test]
    fn edtf_is_written_where_it_says_the_bounds() {
        assert_eq!(written(&json!({})), r#""2025-10-25""#);
        assert_eq!(
            written(&json!({ "text": "on \"Saturday\"" })),
            r#"{"edtf":"2025-10-25","text":"on \"Saturday\""}"#
        );
    }

    #[test]
    fn edtf_that_was_read_elsewhere_keeps_its_bounds() {
        let bounds = r#"{"edtf":"2025-10-25","readAs":{"start":["2025-10-24T19:00:00Z","2025-10-25T19:00:00Z"],"end":["2025-10-24T19:00:00Z","2025-10-25T19:00:00Z"]}}"#;
        let elsewhere =
            ["2025-10-24T19:00:00", "2025-10-25T19:00:00", "2025-10-24T19:00:00", "2025-10-25T19:00:00"];
        assert_eq!(written(&json!({ "local": elsewhere })), bounds);
        // A clock that shows this midnight twice.
        let twice = [json!("2025-10-25T00:00:00"), json!(null), json!("2025-10-25T00:00:00"), json!(null)];
        assert_eq!(written(&json!({ "local": twice })), bounds);
        assert!(written(&json!({ "edtf": "2025-10-25~" })).contains("readAs"));
        assert!(written(&json!({ "ongoing": true })).contains("readAs"));
    }

    #[test]
    fn bounds_carry_their_offset_and_leave_out_what_is_unknown() {
        let ongoing = json!({ "edtf": null, "local": null, "ongoing": true, "text": "for weeks",
            "bounds": ["2025-10-24T19:00:00.5+00:00", null, null, null] });
        assert_eq!(
            written(&ongoing),
            r#"{"start":["2025-10-24T19:00:00.500000Z",null],"ongoing":true,"text":"for weeks"}"#
        );
        let unknown = json!({ "edtf": null, "local": null, "bounds": [null, null, null, null] });
        assert_eq!(written(&unknown), "{}");
    }
}
