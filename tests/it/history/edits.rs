//! Laws of edits: mutations and imports, mixed at random, are taken back by mutations.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;

use super::random::{Dice, GATE, check, file, line, state};
use super::{State, assert_same, strange_versions};
use crate::support::{Api, import};
use crate::writing::{done, mutate};

/// The types of records, by the numbers of their lines: name, plural and table.
const TYPES: [(&str, &str, &str); 13] = [
    ("Source", "Sources", "source"),
    ("Actor", "Actors", "actor"),
    ("Location", "Locations", "location"),
    ("Event", "Events", "event"),
    ("Participation", "Participations", "participation"),
    ("EventRelation", "EventRelations", "event_relation"),
    ("Closure", "Closures", "closure"),
    ("Article", "Articles", "article"),
    ("Report", "Reports", "report"),
    ("Claim", "Claims", "claim"),
    ("Claim", "Claims", "claim"),
    ("Affiliation", "Affiliations", "affiliation"),
    ("ClaimProperty", "ClaimProperties", "claim_property"),
];

/// Those whose records can be changed and deleted, which claims are not.
const EDITED: [usize; 11] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12];

/// One write.
#[derive(Clone, Debug)]
enum Step {
    Import(String),
    /// Records of a type, brought to lines.
    Upsert(usize, [Dice; 3]),
    /// A record of a type, changed to what a line says.
    Update(usize, usize, Dice),
    Delete(usize, usize),
    Retract(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let dice = || prop::array::uniform6(0_usize..60);
    let edited = || prop::sample::select(EDITED.to_vec());
    let step = prop_oneof![
        1 => file(0).prop_map(Step::Import),
        4 => (0..TYPES.len(), prop::array::uniform3(dice())).prop_map(|(kind, dice)| Step::Upsert(kind, dice)),
        4 => (edited(), 0_usize..9, dice()).prop_map(|(kind, which, dice)| Step::Update(kind, which, dice)),
        3 => (edited(), 0_usize..9).prop_map(|(kind, which)| Step::Delete(kind, which)),
        1 => (0_usize..9).prop_map(Step::Retract),
    ];
    prop::collection::vec(step, 8)
}

/// A line as the input of a mutation.
fn input(line: Value) -> Value {
    let Value::Object(line) = line else { panic!("a line is an object") };
    let fields = line.into_iter().filter(|(key, _)| key != "type").map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("extent" | "published", Value::String(edtf)) => json!({ "edtf": edtf }),
            ("place", Value::String(slug)) => json!({ "slug": slug }),
            (_, value) => referring(value),
        };
        (key, value)
    });
    Value::Object(fields.collect())
}

/// The same value, with references by key as inputs have them.
fn referring(value: Value) -> Value {
    match value {
        Value::Object(key) if key.contains_key("externalId") => json!({ "external": key }),
        Value::Object(fields) => fields.into_iter().map(|(key, value)| (key, referring(value))).collect(),
        Value::Array(values) => values.into_iter().map(referring).collect(),
        value => value,
    }
}

/// One of the records of a table, with its version; none where there are none.
async fn one_of(api: &Api, table: &str, which: usize) -> Option<Map<String, Value>> {
    let sql = format!("select id::text, version from {table} order by id");
    let records: Vec<(String, i32)> =
        sqlx::query_as(AssertSqlSafe(sql)).fetch_all(api.database.pool()).await.unwrap();
    let (id, version) = records.get(which % records.len().max(1))?;
    let Value::Object(record) = json!({ "id": id, "version": version }) else { unreachable!() };
    Some(record)
}

/// Does a step; the id of what it changed, by which it is reverted. What is refused changes nothing.
async fn take(api: &Api, step: Step) -> Option<Value> {
    let (mutation, input_type, input) = match step {
        Step::Import(file) => {
            let summary = import(&api.database, &file).await;
            return (summary.created() + summary.updated() > 0).then(|| json!(summary.run));
        }
        Step::Upsert(kind, dice) => {
            let (name, plural, _) = TYPES[kind];
            let inputs: Vec<_> = (0..3).map(|number| input(line(kind, number, dice[number]))).collect();
            (format!("upsert{plural}"), format!("[{name}Input!]!"), json!(inputs))
        }
        Step::Update(kind, which, dice) => {
            let (name, _, table) = TYPES[kind];
            let mut change = one_of(api, table, which).await?;
            let Value::Object(patch) = input(line(kind, 2, dice)) else { unreachable!() };
            // What a record comes from stays.
            change.extend(
                patch.into_iter().filter(|(key, _)| !["dataset", "externalId"].contains(&key.as_str())),
            );
            (format!("update{name}"), format!("Update{name}Input!"), Value::Object(change))
        }
        Step::Delete(kind, which) => {
            let (name, _, table) = TYPES[kind];
            let mut deleted = one_of(api, table, which).await?;
            deleted.insert("reason".to_owned(), json!("a test"));
            (format!("delete{name}"), "DeleteInput!".to_owned(), Value::Object(deleted))
        }
        Step::Retract(which) => {
            let id = one_of(api, "claim", which).await?.remove("id");
            (
                "retractClaim".to_owned(),
                "RetractClaimInput!".to_owned(),
                json!({ "id": id, "reason": "a test" }),
            )
        }
    };
    let query =
        format!("mutation($input: {input_type}) {{ {mutation}(input: $input) {{ changeSet {{ id }} }} }}");
    let answer = mutate(api, &query, json!({ "input": input })).await;
    let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("CONFLICT");
    assert!(["BAD_USER_INPUT", "NOT_FOUND", "CONFLICT"].contains(&code), "{query} {input}: {answer}");
    // It was done or refused, and not misunderstood.
    let path = &answer["errors"][0]["path"];
    assert!(answer["errors"].is_null() || path == &json!([mutation]), "{query} {input}: {answer}");
    let change_set = answer["data"][&mutation]["changeSet"]["id"].clone();
    (!change_set.is_null()).then_some(change_set)
}

#[test]
fn edits_and_imports_reverted_from_the_last_to_the_first_restore_every_row_and_answer() {
    let edited = AtomicUsize::new(0);
    check(6, &(file(39), steps()), async |(first, steps)| {
        let api = Api::empty().await;
        import(&api.database, GATE).await;
        import(&api.database, &first).await;
        let mut taken: Vec<(Value, State)> = Vec::new();
        for step in steps {
            let before = state(&api).await;
            let is_edit = !matches!(step, Step::Import(_));
            match take(&api, step).await {
                Some(change_set) => {
                    edited.fetch_add(usize::from(is_edit), Ordering::Relaxed);
                    taken.push((change_set, before));
                }
                None => assert_same(&state(&api).await, &before),
            }
        }
        let revert = "mutation($input: RevertChangeSetInput!) { revertChangeSet(input: $input) { changeSet { kind } } }";
        for (change_set, before) in taken.iter().rev() {
            done(&api, revert, json!({ "input": { "id": change_set } })).await;
            assert_same(&state(&api).await, before);
        }
        assert_eq!(strange_versions(&api.database).await, Vec::<String>::new());
    });
    let edited = edited.into_inner();
    assert!(edited >= 10, "only {edited} edits changed anything");
}
