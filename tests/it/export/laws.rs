//! Laws of exports, over bases made of random lines.

use std::collections::{BTreeMap, BTreeSet};

use dateline::export::Format;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use super::{comes_back_whole, exported, selection};
use crate::support::{DEMONSTRATION, TestDatabase, import, import_all};

/// How many bases are tried; each takes seconds.
const BASES: usize = 3;

/// Keys that a line must have, wherever it has them at all.
const REQUIRED: [&str; 13] = [
    "name", "kind", "member", "group", "sides", "title", "event", "actor", "role", "other", "place",
    "source", "value",
];

/// One of these, or where the key is not required perhaps none.
fn some(key: &str, values: Vec<Value>) -> BoxedStrategy<Option<Value>> {
    let value = proptest::sample::select(values);
    if REQUIRED.contains(&key) {
        value.prop_map(Some).boxed()
    } else {
        proptest::option::weighted(0.7, value).boxed()
    }
}

/// Extents with all that can be said of time, days on which clocks change at midnight among them.
fn extents() -> Vec<Value> {
    vec![
        json!("2025-10-25"),
        json!("2025-03-30"),
        json!("2025-11-02"),
        json!("2025-10-25?/2025-10~"),
        json!("2025-10/.."),
        json!("/2025-10-28"),
        json!("[2025-10-25,2025-10-27..]"),
        json!("2025-10-25T08:30:00"),
        json!("2025-10-25T08:30:00Z"),
        json!({ "edtf": "202X", "text": "in these years" }),
        json!({ "start": ["2025-03-30", "2025-11-02"], "end": null, "ongoing": true }),
        json!({ "start": ["2025-10-01T10:00:00.000001", null], "end": [null, "2025-10-30"] }),
        json!({ "text": "some day" }),
        json!({}),
    ]
}

fn texts() -> Vec<Value> {
    ["a", "\"b\"\\", "ت\u{301}\n\t\r", "=1+1", "\\N", "{\"c\": [null]}", "\u{1f600}\u{7f}\u{1}"]
        .map(Value::from)
        .to_vec()
}

fn words(words: &[&str]) -> Vec<Value> {
    words.iter().map(|word| Value::from(*word)).collect()
}

/// A reference to one of the first records of a type, as lines of `keyed` know them.
fn reference(table: &'static str) -> Vec<Value> {
    (0..4).map(|number| json!({ "dataset": "d", "externalId": format!("{table}-{number}") })).collect()
}

/// The keys of each type, with values to choose from.
fn shapes() -> Vec<(&'static str, Vec<(&'static str, Vec<Value>)>)> {
    let event = || ("event", reference("event"));
    let names =
        json!([{ "value": "n", "language": "en", "kind": "ALIAS" }, { "value": "m", "kind": "FORMER" }]);
    let identifiers = json!([{ "scheme": "osm", "value": "1" }]);
    let points =
        vec![json!({ "latitude": 33.1, "longitude": -0.1 }), json!({ "latitude": -90, "longitude": 180 })];
    let numbers = vec![json!(0.1), json!(1e-7), json!(123_456_789.123_456_79), json!(3)];
    let zones = words(&["Asia/Beirut", "America/Havana", "Asia/Karachi", "UTC"]);
    let values = vec![
        json!({ "number": 0.1, "qualifier": "ABOUT" }),
        json!({ "low": 1, "high": 2.5, "unit": "day" }),
        json!({ "number": 7, "unit": null }),
        json!({ "extent": "2025-03-30" }),
        json!({ "extent": { "start": ["2025-10-01", "2025-10-02"] } }),
        json!({ "text": "because" }),
        json!({ "code": "NO_AGREEMENT" }),
        json!({ "boolean": true }),
        json!({ "actor": reference("actor")[0] }),
        json!({ "location": reference("location")[0] }),
    ];
    let sides = json!([
        { "label": "A", "country": "PK", "localName": "a" },
        { "label": "B", "country": "AF", "localName": "b", "authority": reference("actor")[1] }
    ]);
    vec![
        (
            "source",
            vec![
                ("name", texts()),
                ("kind", words(&["WIRE", "UNKNOWN"])),
                ("country", words(&["PK"])),
                ("languages", vec![json!(["ur", "en"]), json!([])]),
                ("names", vec![names.clone()]),
                ("identifiers", vec![identifiers.clone()]),
            ],
        ),
        (
            "actor",
            vec![
                ("name", texts()),
                ("kind", words(&["PERSON", "UNNAMED_ROLE"])),
                ("description", texts()),
                ("names", vec![names.clone()]),
                ("identifiers", vec![identifiers]),
            ],
        ),
        (
            "affiliation",
            vec![
                ("member", reference("actor")),
                ("group", reference("actor")),
                ("role", texts()),
                ("extent", extents()),
            ],
        ),
        (
            "location",
            vec![
                ("name", texts()),
                ("kind", words(&["CITY", "AREA", "BORDER"])),
                ("parent", reference("location")),
                ("timezone", zones.clone()),
                ("point", points.clone()),
                ("precisionMetres", numbers.clone()),
                ("names", vec![names]),
            ],
        ),
        (
            "borderCrossing",
            vec![
                ("name", texts()),
                ("sides", vec![sides]),
                ("modes", vec![json!(["ROAD", "FOOT"])]),
                ("parent", reference("location")),
                ("timezone", zones),
                ("point", points),
            ],
        ),
        (
            "event",
            vec![
                ("title", texts()),
                ("kind", words(&["CLOSURE", "TALKS"])),
                ("summary", texts()),
                ("nativeType", texts()),
                ("modality", words(&["ALLEGED", "OCCURRED"])),
                ("extent", extents()),
                ("location", reference("location")),
                ("parent", reference("event")),
                ("fatalities", vec![json!({ "low": 0, "high": 3 }), json!({ "best": 1 })]),
            ],
        ),
        (
            "participation",
            vec![
                event(),
                ("actor", reference("actor")),
                ("role", words(&["HOST", "PARTY"])),
                ("alleged", vec![json!(true)]),
            ],
        ),
        (
            "eventRelation",
            vec![event(), ("kind", words(&["ENDS", "FOLLOWS"])), ("other", reference("event"))],
        ),
        (
            "closure",
            vec![
                event(),
                ("place", [reference("border_crossing"), reference("location")].concat()),
                ("traffic", vec![json!(["CARGO", "MEDICAL"])]),
                ("effect", words(&["OPENS", "CLOSES"])),
                ("decidedBy", reference("actor")),
                ("extent", extents()),
            ],
        ),
        (
            "article",
            vec![
                ("source", reference("source")),
                ("title", texts()),
                ("titleGiven", vec![json!(false)]),
                ("published", extents()),
                ("dateline", reference("location")),
                ("summary", texts()),
                (
                    "derivedFrom",
                    vec![
                        json!([{ "kind": "CITES", "source": reference("source")[0] }, { "kind": "REWRITES", "article": reference("article")[0] }]),
                    ],
                ),
            ],
        ),
        (
            "report",
            vec![
                event(),
                ("article", reference("article")),
                ("citation", texts()),
                ("locator", texts()),
                ("closures", vec![json!([reference("closure")[0]])]),
                ("confidence", vec![json!(0.1), json!(1)]),
            ],
        ),
        (
            "claim",
            vec![
                event(),
                ("article", reference("article")),
                ("source", reference("source")),
                ("value", values),
                ("act", words(&["DENY", "ASSERT"])),
                ("speaker", reference("actor")),
                ("asOf", extents()),
                ("relayedFrom", vec![json!([reference("source")[1], reference("source")[0]])]),
                ("note", texts()),
            ],
        ),
    ]
}

/// A line of a type: its key is in the dataset, so that others can refer to it, and perhaps a slug.
fn line(
    name: &'static str,
    keys: Vec<(&'static str, Vec<Value>)>,
    number: usize,
) -> impl Strategy<Value = String> {
    let fields: Vec<_> = keys.into_iter().map(|(key, values)| (Just(key), some(key, values))).collect();
    (fields, proptest::bool::ANY).prop_map(move |(fields, slug)| {
        let mut line: Map<String, Value> =
            fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
        agree(name, number, &mut line);
        let table = if name == "borderCrossing" { "border_crossing" } else { name };
        line.insert("type".to_owned(), name.into());
        line.insert("dataset".to_owned(), "d".into());
        line.insert("externalId".to_owned(), format!("{table}-{number}").into());
        if slug && ["source", "actor", "location", "borderCrossing", "event"].contains(&name) {
            line.insert("slug".to_owned(), format!("{}-{number}", table.replace('_', "-")).into());
        }
        Value::Object(line).to_string()
    })
}

/// Makes the keys of a line agree, as far as the base asks it of all lines.
fn agree(name: &str, number: usize, line: &mut Map<String, Value>) {
    // No record before the fourth lies in another, so that none lies in itself.
    if number < 4 {
        line.remove("parent");
        line.remove("derivedFrom");
    }
    if name == "report" && line.contains_key("article") {
        line.remove("citation");
    }
    if name == "claim" {
        if line.contains_key("article") {
            line.remove("source");
        }
        let kind = line["value"].as_object().and_then(|value| value.keys().next().cloned());
        let property = match kind.as_deref() {
            Some("extent") => "start",
            Some("text") => "reason",
            Some("code") => "outcome",
            Some("boolean") => "occurred",
            Some("actor") => "responsibility",
            Some("location") => "location",
            _ => "duration",
        };
        line.insert("property".to_owned(), property.into());
    }
}

/// Lines of all types, of which some will be refused.
fn file() -> impl Strategy<Value = String> {
    let lines: Vec<_> = shapes()
        .into_iter()
        .flat_map(|(name, keys)| (0..12).map(move |number| line(name, keys.clone(), number).boxed()))
        .collect();
    lines.prop_map(|lines| {
        format!("{{\"type\":\"dataset\",\"slug\":\"d\",\"title\":\"D\"}}\n{}", lines.join("\n"))
    })
}

/// Random files, the same ones in every run.
fn files(count: usize) -> Vec<String> {
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    (0..count).map(|_| file().new_tree(&mut runner).expect("a file is made").current()).collect()
}

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
