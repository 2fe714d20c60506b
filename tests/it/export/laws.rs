//! Laws of exports, over bases made of random lines.

use std::collections::{BTreeMap, BTreeSet};

use dateline::export::Format;
use serde_json::Value;

use super::random::{files, shapes};
use super::{comes_back_whole, exported, selection};
use crate::support::{DEMONSTRATION, TestDatabase, import, import_all};

/// How many bases are tried; each takes seconds.
const BASES: usize = 3;

#[tokio::test]
async fn any_base_comes_back_byte_for_byte() {
    let mut kept = BTreeMap::<String, usize>::new();
    for files in files(BASES * 2).chunks(2) {
        let database = TestDatabase::new().await;
        import(&database, &files[0]).await;
        // What the second file says of places changes their time zones, and no extent read in them.
        let places = files[1].lines().filter(|line| line.contains(r#""timezone":"#));
        import(&database, &places.collect::<Vec<_>>().join("\n")).await;
        let exported = comes_back_whole(&database).await;
        *kept.entry("readAs".to_owned()).or_default() += exported.matches(r#""readAs":"#).count();
        for line in exported.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            *kept.entry(line["type"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert!(kept["readAs"] >= 3, "{kept:?}");
    // The law says something only where lines were loaded.
    for (name, _) in shapes() {
        assert!(kept.get(name).is_some_and(|count| *count >= 3), "{name}: {kept:?}");
    }
}

/// What a line refers to by id, and its own ids.
fn ids(line: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    fn gather(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(entries) => {
                into.extend(entries.get("id").and_then(Value::as_str).map(str::to_owned));
                entries.values().for_each(|value| gather(value, into));
            }
            Value::Array(values) => values.iter().for_each(|value| gather(value, into)),
            _ => {}
        }
    }
    let own: BTreeSet<String> =
        ["id", "placeId"].iter().filter_map(|key| line[key].as_str().map(str::to_owned)).collect();
    let mut others = BTreeSet::new();
    gather(line, &mut others);
    (own.clone(), others.difference(&own).cloned().collect())
}

/// A selection imports by itself, holds the events that the API selects, and no line that nothing asks for.
async fn is_closed(database: &TestDatabase, filter: &str) {
    let chosen = exported(database, &selection(Some(filter)), Format::Ndjson).await;
    let copy = TestDatabase::new().await;
    import_all(&copy, &chosen).await;
    assert!(exported(&copy, &selection(Some(filter)), Format::Ndjson).await == chosen, "{filter}");

    let lines: Vec<Value> = chosen.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let table = exported(database, &selection(Some(filter)), Format::Geojson).await;
    let table: Value = serde_json::from_str(&table).unwrap();
    let events: BTreeSet<&str> =
        table["features"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap()).collect();
    let referred: BTreeSet<String> = lines.iter().flat_map(|line| ids(line).1).collect();
    let datasets: Vec<&Value> = lines.iter().map(|line| &line["dataset"]).collect();
    let properties: Vec<&Value> = lines.iter().map(|line| &line["property"]).collect();
    for line in &lines {
        let name = line["type"].as_str().unwrap();
        let asked_for = match name {
            "dataset" => datasets.contains(&&line["slug"]),
            "claimProperty" => properties.contains(&&line["code"]),
            "event" if events.contains(line["id"].as_str().unwrap()) => true,
            "participation" | "eventRelation" | "closure" | "report" | "claim" => {
                events.contains(line["event"]["id"].as_str().unwrap())
            }
            _ => !ids(line).0.is_disjoint(&referred),
        };
        assert!(asked_for, "{filter}: {line}");
    }
    let found: BTreeSet<_> = lines.iter().filter_map(|line| line["id"].as_str()).collect();
    assert!(events.is_subset(&found), "{filter}");
}

#[tokio::test]
async fn what_a_filter_selects_imports_by_itself() {
    let database = TestDatabase::new().await;
    import_all(&database, DEMONSTRATION).await;
    for filter in [
        "{}",
        r#"{"kind": ["CLOSURE"]}"#,
        r#"{"slug": ["istanbul-round-2-2025"]}"#,
        r#"{"during": {"from": "2025-10-20", "to": "2025-11-01"}, "disputed": true}"#,
        r#"{"kind": []}"#,
    ] {
        is_closed(&database, filter).await;
    }
    let none = exported(&database, &selection(Some(r#"{"slug": ["nothing"]}"#)), Format::Ndjson).await;
    assert_eq!(none, "");
}

#[tokio::test]
async fn what_a_filter_selects_of_any_base_imports_by_itself() {
    for file in files(2) {
        let database = TestDatabase::new().await;
        import(&database, &file).await;
        is_closed(&database, r#"{"kind": ["TALKS"]}"#).await;
    }
}
