//! Only the columns are read that a document shows: a field by itself has the value that it has
//! beside all others.

use std::collections::HashMap;

use serde_json::Value;

use crate::support::Api;

/// Where the records of each type are, and what of them is asked where `*` stands.
const RECORDS: &[(&str, &str)] = &[
    ("Event", "events(first: 50) { nodes { * } }"),
    ("Participation", "events(first: 50) { nodes { participants(first: 5) { nodes { * } } } }"),
    ("EventRelation", "events(first: 50) { nodes { relations { * } } }"),
    ("Closure", "closures(first: 50) { nodes { * } }"),
    ("BorderCrossing", "borderCrossings(first: 50) { nodes { * } }"),
    ("Location", "locations(first: 50) { nodes { * } }"),
    ("Actor", "actors(first: 50) { nodes { * } }"),
    ("Affiliation", "actors(first: 50) { nodes { affiliations { * } } }"),
    ("Source", "sources(first: 50) { nodes { * } }"),
    ("Article", "articles(first: 50) { nodes { * } }"),
    ("Report", "reports(first: 50) { nodes { * } }"),
    ("Claim", "claims(first: 50) { nodes { * } }"),
    ("ClaimProperty", "claims(first: 50) { nodes { property { * } } }"),
    ("Dataset", "events(first: 50) { nodes { dataset { * } } }"),
    ("ImportRun", "importRuns(first: 5) { nodes { * } }"),
    ("ChangeSet", "importRuns(first: 5) { nodes { changeSet { * } } }"),
    ("Revision", "events(first: 5) { nodes { revisions(first: 3) { nodes { * } } } }"),
];

#[tokio::test]
async fn a_field_by_itself_has_the_value_that_it_has_beside_all_others() {
    let api = Api::demonstration().await;
    let types = Types::of(&api).await;
    let (mut asked, mut wrong) = (0, Vec::new());
    for (name, list) in RECORDS {
        let fields = types.leaves(name);
        assert!(!fields.is_empty(), "{name} has no fields");
        let ask = async |fields: &str| {
            let answer = api.ask(&format!("{{ {} }}", list.replace('*', fields))).await;
            assert_eq!(answer["errors"], Value::Null, "{name} {fields}: {answer}");
            answer["data"].clone()
        };
        let all = ask(&fields.join(" ")).await;
        for field in &fields {
            let alone = ask(field).await;
            if !is_part(&alone, &all) {
                wrong.push(format!("{name} {{ {field} }}"));
            }
            asked += 1;
        }
    }
    assert!(wrong.is_empty(), "other values alone: {wrong:#?}");
    assert!(asked > 150, "only {asked} fields were asked for");
}

/// Whether everything in one answer stands in the other, too.
fn is_part(one: &Value, whole: &Value) -> bool {
    match (one, whole) {
        (Value::Object(one), Value::Object(whole)) => {
            one.iter().all(|(key, value)| whole.get(key).is_some_and(|other| is_part(value, other)))
        }
        (Value::Array(one), Value::Array(whole)) => {
            one.len() == whole.len() && one.iter().zip(whole).all(|(value, other)| is_part(value, other))
        }
        _ => one == whole,
    }
}

/// The fields of the types of the schema that need no argument, each with its type.
struct Types(HashMap<String, Vec<(String, String, bool)>>);

impl Types {
    async fn of(api: &Api) -> Self {
        let kind = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
        let query = format!(
            "{{ __schema {{ types {{ name fields {{ name args {{ type {{ kind }} defaultValue }} type {{ {kind} }} }} }} }} }}"
        );
        let answer = api.ask(&query).await;
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let field = |field: &Value| {
            let needs = |argument: &Value| {
                argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null()
            };
            let mut of = &field["type"];
            while !of["ofType"].is_null() {
                of = &of["ofType"];
            }
            let is_leaf = of["kind"] == "SCALAR" || of["kind"] == "ENUM";
            let given = !list(&field["args"]).iter().any(needs);
            given.then(|| (text(&field["name"]), text(&of["name"]), is_leaf))
        };
        let types = list(&answer["data"]["__schema"]["types"]);
        let types = types
            .iter()
            .map(|of| (text(&of["name"]), list(&of["fields"]).iter().filter_map(field).collect()));
        Self(types.collect())
    }

    /// Each value that is read off a record of this type, as a selection: of other records, the id.
    fn leaves(&self, name: &str) -> Vec<String> {
        let mut leaves = Vec::new();
        for (field, of, is_leaf) in self.0.get(name).into_iter().flatten() {
            let fields = self.0.get(of).map_or(&[][..], Vec::as_slice);
            // What is computed of now, and lists that hang off the id alone.
            if field == "status" || of.ends_with("Connection") {
                continue;
            }
            if *is_leaf {
                leaves.push(field.clone());
            } else if fields.iter().any(|(name, ..)| name == "id") {
                leaves.push(format!("{field} {{ id }}"));
            } else if fields.is_empty() {
                leaves.push(format!("{field} {{ __typename }}"));
            } else {
                leaves.extend(self.leaves(of).iter().map(|leaf| format!("{field} {{ {leaf} }}")));
            }
        }
        leaves
    }
}
