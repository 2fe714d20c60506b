//! Laws of edits: mutations, merges and imports, mixed at random, are taken back by mutations.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;

use super::random::{Dice, GATE, check, file, line, own, state};
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
    /// Two records of a kind that are to be one.
    Merge(usize, usize, usize),
}

/// What can be merged, with the letters of external ids.
const MERGED: [(&str, char); 4] = [("ACTOR", 'a'), ("LOCATION", 'l'), ("SOURCE", 's'), ("ARTICLE", 'r')];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let dice = || prop::array::uniform6(0_usize..60);
    let edited = || prop::sample::select(EDITED.to_vec());
    let step = prop_oneof![
        1 => file(0).prop_map(Step::Import),
        4 => (0..TYPES.len(), prop::array::uniform3(dice())).prop_map(|(kind, dice)| Step::Upsert(kind, dice)),
        4 => (edited(), 0_usize..9, dice()).prop_map(|(kind, which, dice)| Step::Update(kind, which, dice)),
        3 => (edited(), 0_usize..9).prop_map(|(kind, which)| Step::Delete(kind, which)),
        1 => (0_usize..9).prop_map(Step::Retract),
        3 => merge(),
    ];
    // One merge at least, wherever it comes: most histories would have none.
    (prop::collection::vec(step, 7), merge(), 0_usize..8).prop_map(|(mut steps, merge, place)| {
        steps.insert(place, merge);
        steps
    })
}

/// A merge of two different records.
fn merge() -> impl Strategy<Value = Step> {
    (0..MERGED.len(), 0_usize..3, 1_usize..3)
        .prop_map(|(kind, from, away)| Step::Merge(kind, from, (from + away) % 3))
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
        Step::Merge(kind, from, into) => {
            let (kind, letter) = MERGED[kind];
            let key = |number| json!({ "external": own(letter, number) });
            let input = json!({ "kind": kind, "from": key(from), "into": key(into), "reason": "a test" });
            ("merge".to_owned(), "MergeInput!".to_owned(), input)
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

const REVERT: &str =
    "mutation($input: RevertChangeSetInput!) { revertChangeSet(input: $input) { changeSet { id } } }";

/// How many edits and merges there were in all cases: a law about nothing is none.
#[derive(Default)]
struct Done {
    edits: AtomicUsize,
    merges: AtomicUsize,
}

impl Done {
    fn assert_enough(&self) {
        let (edits, merges) = (self.edits.load(Ordering::Relaxed), self.merges.load(Ordering::Relaxed));
        assert!(edits >= 10 && merges >= 3, "only {edits} edits and {merges} merges changed anything");
    }
}

/// Does the steps; the change sets of those that changed something, each with the state before it.
async fn take_all(api: &Api, first: &str, steps: Vec<Step>, done: &Done) -> Vec<(Value, State)> {
    import(&api.database, GATE).await;
    import(&api.database, first).await;
    let mut taken = Vec::new();
    for step in steps {
        let before = state(api).await;
        let counted = match step {
            Step::Import(_) => None,
            Step::Merge(..) => Some(&done.merges),
            _ => Some(&done.edits),
        };
        match take(api, step).await {
            Some(change_set) => {
                counted.map(|counted| counted.fetch_add(1, Ordering::Relaxed));
                taken.push((change_set, before));
            }
            None => assert_same(&state(api).await, &before),
        }
    }
    taken
}

#[test]
fn edits_merges_and_imports_reverted_from_the_last_to_the_first_restore_every_row_and_answer() {
    let counted = Done::default();
    check(8, &(file(39), steps()), async |(first, steps)| {
        let api = Api::empty().await;
        for (change_set, before) in take_all(&api, &first, steps, &counted).await.iter().rev() {
            done(&api, REVERT, json!({ "input": { "id": change_set } })).await;
            assert_same(&state(&api).await, before);
        }
        assert_eq!(strange_versions(&api.database).await, Vec::<String>::new());
    });
    counted.assert_enough();
}

#[test]
fn edits_merges_and_imports_reverted_in_any_order_are_reverted_whole_or_not_at_all_and_redone() {
    let counted = Done::default();
    let order = prop::collection::vec(any::<u16>(), 8);
    check(8, &(file(39), steps(), order), async |(first, steps, order)| {
        let api = Api::empty().await;
        let taken = take_all(&api, &first, steps, &counted).await;
        let mut shuffled: Vec<_> = taken.iter().zip(&order).collect();
        shuffled.sort_by_key(|(_, place)| **place);
        let mut reverts: Vec<(Value, State)> = Vec::new();
        for ((change_set, _), _) in &shuffled {
            let before = state(&api).await;
            let answer = mutate(&api, REVERT, json!({ "input": { "id": change_set } })).await;
            if answer["errors"].is_null() {
                reverts.push((answer["data"]["revertChangeSet"]["changeSet"]["id"].clone(), before));
            } else {
                assert_eq!(answer["errors"][0]["extensions"]["code"], "CONFLICT", "{answer}");
                assert_same(&state(&api).await, &before);
            }
        }
        if let (Some((_, start)), true) = (taken.first(), reverts.len() == taken.len()) {
            assert_same(&state(&api).await, start);
        }
        for (revert, before) in reverts.iter().rev() {
            done(&api, REVERT, json!({ "input": { "id": revert } })).await;
            assert_same(&state(&api).await, before);
        }
        assert_eq!(strange_versions(&api.database).await, Vec::<String>::new());
    });
    counted.assert_enough();
}
