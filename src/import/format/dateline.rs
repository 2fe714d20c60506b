//! The native format, line by line: text in, rows of staging tables or one reason out. Pure.

use serde_json::Value;

use super::{Line, Normaliser, Wrong, shown};
use crate::import::record::{
    ActorDraft, AffiliationDraft, ArticleDraft, BorderCrossingDraft, ClaimDraft, ClaimPropertyDraft,
    ClosureDraft, DatasetDraft, Draft, EventDraft, EventRelationDraft, LocationDraft, ParticipationDraft,
    ReportDraft, SourceDraft,
};
use crate::import::row::Rows;

/// Reads a line of one type.
type Reader = fn(&str, &mut Rows) -> Result<(), Wrong>;

/// Every type of line, as `type` spells it, with what reads it.
const LINE_TYPES: [(&str, Reader); 14] = [
    ("dataset", read::<DatasetDraft>),
    ("source", read::<SourceDraft>),
    ("actor", read::<ActorDraft>),
    ("affiliation", read::<AffiliationDraft>),
    ("location", read::<LocationDraft>),
    ("borderCrossing", read::<BorderCrossingDraft>),
    ("event", read::<EventDraft>),
    ("participation", read::<ParticipationDraft>),
    ("eventRelation", read::<EventRelationDraft>),
    ("closure", read::<ClosureDraft>),
    ("article", read::<ArticleDraft>),
    ("report", read::<ReportDraft>),
    ("claimProperty", read::<ClaimPropertyDraft>),
    ("claim", read::<ClaimDraft>),
];

/// The native format: a line is a record.
pub struct Native;

impl Normaliser for Native {
    fn normalise(&self, line: &Line, rows: &mut Rows) -> Result<(), Wrong> {
        let value: Value = serde_json::from_str(&line.text).map_err(|error| {
            let reason = without_position(&error).replace('`', "");
            whole(format!("it is not JSON: {reason} (column {})", error.column()))
        })?;
        let Value::Object(object) = &value else {
            return Err(whole("a line is a JSON object".to_owned()));
        };
        if line.text.contains("\\u0000") && holds_nul(&value) {
            return Err(whole("it holds a NUL character (\\u0000), which Postgres cannot store".to_owned()));
        }
        let named = object.get("type").and_then(Value::as_str);
        if let Some((_, read)) = LINE_TYPES.iter().find(|(name, _)| Some(*name) == named) {
            return read(&line.text, rows);
        }
        let reason = format!("it is none of {}", LINE_TYPES.map(|(name, _)| name).join(", "));
        Err(Wrong { field: Some("type".to_owned()), value: object.get("type").map(shown_value), reason })
    }
}

/// Something wrong with the line as a whole.
fn whole(reason: String) -> Wrong {
    Wrong { field: None, value: None, reason }
}

/// Whether any text in the value holds a NUL character.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(entries) => entries.iter().any(|(key, value)| key.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

/// Reads a line as a `D`.
fn read<D: Draft>(text: &str, rows: &mut Rows) -> Result<(), Wrong> {
    let mut json = serde_json::Deserializer::from_str(text);
    let draft: D = serde_path_to_error::deserialize(&mut json).map_err(|error| misread(text, &error))?;
    rows.state(&draft).map_err(|fault| {
        let value = value_at(text, fault.field);
        Wrong { field: Some(fault.field.to_owned()), value, reason: fault.reason }
    })
}

/// Names the field that serde stumbled over.
fn misread(text: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> Wrong {
    let mut path = error.path().to_string();
    let mut reason = without_position(error.inner());
    // Of a key that is missing or unknown, the path is the object's and the message has the key.
    for (start, told) in
        [("missing field `", "the key is missing"), ("unknown field `", "there is no such key")]
    {
        if let Some((key, rest)) = reason.strip_prefix(start).and_then(|rest| rest.split_once('`')) {
            path = match path.as_str() {
                "." => key.to_owned(),
                parent if parent.ends_with(key) => parent.to_owned(),
                parent => format!("{parent}.{key}"),
            };
            let expected = rest.trim_start_matches(", ").replace('`', "");
            reason = if expected.is_empty() { told.to_owned() } else { format!("{told}; {expected}") };
            break;
        }
    }
    let reason = reworded(&reason).replace('`', "");
    let value = value_at(text, &path);
    Wrong { field: (path != ".").then_some(path), value, reason }
}

/// What serde says of a value, as people would say it.
fn reworded(reason: &str) -> String {
    if let Some((_, expected)) =
        reason.strip_prefix("invalid type: ").and_then(|mismatch| mismatch.split_once(", expected "))
    {
        let expected = match expected {
            "i32" => "a whole number",
            "f64" => "a number",
            other => other,
        };
        return format!("it must be {expected}");
    }
    if let Some((_, words)) =
        reason.strip_prefix("unknown variant `").and_then(|unknown| unknown.split_once("`, expected "))
    {
        return format!("it must be {words}");
    }
    reason.to_owned()
}

/// The message of a JSON error without its position.
fn without_position(error: &serde_json::Error) -> String {
    let mut message = error.to_string();
    if let Some(end) = message.rfind(" at line ") {
        message.truncate(end);
    }
    message
}

/// What stands at a path such as `extent.start[0]` of a line, shortened.
#[must_use]
pub fn value_at(text: &str, path: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    let mut at = &value;
    for step in path.split(['.', '[']) {
        at = match step.strip_suffix(']') {
            Some(place) => at.get(place.parse::<usize>().ok()?)?,
            None => at.get(step)?,
        };
    }
    Some(shown_value(at))
}

fn shown_value(value: &Value) -> String {
    match value {
        Value::String(text) => shown(text),
        other => shown(&other.to_string()),
    }
}
