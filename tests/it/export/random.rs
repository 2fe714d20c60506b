//! Random files of the native format: lines of all types, of which most can be loaded.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

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

/// A type of line, with its keys and values to choose from for each.
type Shape = (&'static str, Vec<(&'static str, Vec<Value>)>);

/// Every type of line.
pub fn shapes() -> Vec<Shape> {
    [who_and_where(), what_happened(), who_says_so()].concat()
}

fn who_and_where() -> Vec<Shape> {
    let other_names =
        json!([{ "value": "n", "language": "en", "kind": "ALIAS" }, { "value": "m", "kind": "FORMER" }]);
    let identifiers = json!([{ "scheme": "osm", "value": "1" }]);
    let points =
        vec![json!({ "latitude": 33.1, "longitude": -0.1 }), json!({ "latitude": -90, "longitude": 180 })];
    let numbers = vec![json!(0.1), json!(1e-7), json!(123_456_789.123_456_79), json!(3)];
    let zones = words(&["Asia/Beirut", "America/Havana", "Asia/Karachi", "UTC"]);
    let sides = json!([
        { "label": "A", "country": "PK", "localName": "a" },
        { "label": "B", "country": "AF", "localName": "b", "authority": reference("actor")[1] }
    ]);
    let with_names = |others: Vec<(&'static str, Vec<Value>)>| {
        let shared = vec![
            ("name", texts()),
            ("names", vec![other_names.clone()]),
            ("identifiers", vec![identifiers.clone()]),
        ];
        [shared, others].concat()
    };
    let of_place = || {
        vec![
            ("parent", reference("location")),
            ("timezone", zones.clone()),
            ("point", points.clone()),
            ("precisionMetres", numbers.clone()),
        ]
    };
    vec![
        (
            "source",
            with_names(vec![
                ("kind", words(&["WIRE", "UNKNOWN"])),
                ("country", words(&["PK"])),
                ("languages", vec![json!(["ur", "en"]), json!([])]),
            ]),
        ),
        ("actor", with_names(vec![("kind", words(&["PERSON", "UNNAMED_ROLE"])), ("description", texts())])),
        (
            "affiliation",
            vec![
                ("member", reference("actor")),
                ("group", reference("actor")),
                ("role", texts()),
                ("extent", extents()),
            ],
        ),
        ("location", with_names([of_place(), vec![("kind", words(&["CITY", "AREA", "BORDER"]))]].concat())),
        (
            "borderCrossing",
            with_names(
                [of_place(), vec![("sides", vec![sides]), ("modes", vec![json!(["ROAD", "FOOT"])])]].concat(),
            ),
        ),
    ]
}

fn what_happened() -> Vec<Shape> {
    let event = || ("event", reference("event"));
    let places = [reference("border_crossing"), reference("location")].concat();
    vec![
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
                ("place", places),
                ("traffic", vec![json!(["CARGO", "MEDICAL"])]),
                ("extent", extents()),
                ("effect", words(&["OPENS", "CLOSES"])),
                ("decidedBy", reference("actor")),
                ("reason", texts()),
            ],
        ),
    ]
}

fn who_says_so() -> Vec<Shape> {
    let event = || ("event", reference("event"));
    let derived = json!([{ "kind": "CITES", "source": reference("source")[0] }, { "kind": "REWRITES", "article": reference("article")[0] }]);
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
    vec![
        (
            "article",
            vec![
                ("source", reference("source")),
                ("title", texts()),
                ("titleGiven", vec![json!(false)]),
                ("published", extents()),
                ("dateline", reference("location")),
                ("summary", texts()),
                ("derivedFrom", vec![derived]),
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
pub fn files(count: usize) -> Vec<String> {
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    (0..count).map(|_| file().new_tree(&mut runner).expect("a file is made").current()).collect()
}
