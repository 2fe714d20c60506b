//! Laws of reverts over random imports that make and change records of every type.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{State, assert_same, rows, strange_versions, take_back};
use crate::support::{Api, Imported, TestDatabase, import};
use dateline::history::RevertError;

/// Wide questions: whatever a revert could leave otherwise shows in one of them.
const QUESTIONS: [&str; 7] = [
    "{ datasets { slug title } sources(first: 100) { nodes { id name slug kind names { value kind } identifiers { scheme value } articles { totalCount } } } }",
    "{ actors(first: 100) { nodes { id name slug kind recordedAt names { value kind } identifiers { scheme value } \
        members { nodes { role member { id } } } events(first: 50) { nodes { id } } statements(first: 50) { nodes { id } } } } }",
    "{ locations(first: 100) { nodes { id name slug timezone parent { id } ancestors { id } children { nodes { id } } point { latitude longitude } events(first: 50) { nodes { id } } } } \
       borderCrossings { nodes { id name sides { localName authority { id } } closures(first: 50) { nodes { id severity extent { edtf } } } } } }",
    "{ events(first: 100) { nodes { id title slug extent { edtf } disputed recordedAt location { id } parent { id } relations { kind event { id } other { id } alleged } \
        participants(first: 50) { nodes { id role alleged actor { id } } } reports(first: 50) { nodes { id closures { id } } } \
        accounts { agreement property { code } variants { display sources origins } } } } }",
    "{ articles(first: 100) { nodes { id title url published { edtf } source { id } derivedFrom { kind article { id } source { id } } } } \
       closures(first: 100) { nodes { id reason articles { nodes { id } } } } }",
    "{ standing: claims(first: 200) { nodes { ...all } } retracted: claims(first: 200, filter: { retracted: true }) { nodes { ...all } } } \
       fragment all on Claim { id recordedAt retractedAt retractionReason act note speaker { id } relayedFrom { id } event { id } property { code } dataset { slug } externalId }",
    "{ disagreements(first: 100) { nodes { event { id } property { code } agreement } } claimProperties { code label functional } }",
];

/// Everything that a revert has to bring back: the rows of every table, and every answer.
pub async fn state(api: &Api) -> State {
    let mut state = rows(&api.database).await;
    for question in QUESTIONS {
        let answer = api.ask(question).await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        state.insert(question.to_owned(), vec![answer]);
    }
    state
}

/// One of a few external ids of a type.
pub fn own(letter: char, number: usize) -> Value {
    json!({ "dataset": "desk", "externalId": format!("{letter}{number}") })
}

/// What a line is made of: numbers that its fields choose their values by.
pub type Dice = [usize; 6];

/// The line of a type, its key and its fields chosen by dice.
pub fn line(kind: usize, number: usize, dice: Dice) -> Value {
    let [first, second, third, fourth, fifth, sixth] = dice;
    let pick = |words: &[&str], die: usize| words[die % words.len()].to_owned();
    let slug = |letter: char, die: usize| (!die.is_multiple_of(4)).then(|| format!("{letter}-{}", die % 4));
    let mut line = match kind {
        0 => {
            json!({"type": "source", "name": pick(&["Times", "Post", "Herald"], first), "kind": pick(&["NEWSPAPER", "UNKNOWN"], second),
            "slug": slug('s', third), "names": [{"value": pick(&["T", "P"], fourth), "kind": "ACRONYM"}]})
        }
        1 => {
            json!({"type": "actor", "name": pick(&["Minister", "Chief", "Envoy"], first), "kind": pick(&["PERSON", "UNNAMED_ROLE"], second),
            "slug": slug('a', third), "names": [{"value": pick(&["M", "C"], fourth), "kind": "ALIAS"}],
            "identifiers": [{"scheme": "wikidata", "value": format!("Q{}", fifth % 2)}]})
        }
        2 => {
            json!({"type": "location", "name": pick(&["Valley", "Pass", "Ridge"], first), "kind": "AREA", "slug": slug('l', third),
            "parent": (number > 0 && second % 3 > 0).then(|| own('l', second % number.max(1))), "timezone": pick(&["Asia/Kabul", "Asia/Karachi"], fourth),
            "point": (fifth % 2 > 0).then(|| json!({"latitude": 34.0 + f64::from(u8::try_from(sixth % 9).unwrap()) / 7.0, "longitude": 71.1}))})
        }
        3 => {
            json!({"type": "event", "title": pick(&["Talks", "Clash", "March"], first), "kind": pick(&["TALKS", "ATTACK"], second), "slug": slug('e', third),
            "extent": pick(&["2025-10-01", "2025-10-02/2025-10-04", "2025-11"], fourth), "location": own('l', fifth % 3),
            "parent": (number > 0 && sixth % 3 > 0).then(|| own('e', sixth % number.max(1)))})
        }
        4 => {
            json!({"type": "participation", "event": own('e', first % 3), "actor": own('a', second % 2), "role": pick(&["PARTY", "HOST"], third), "alleged": fourth % 2 > 0})
        }
        5 => {
            json!({"type": "eventRelation", "event": own('e', first % 3), "other": own('e', second % 3), "kind": pick(&["FOLLOWS", "PART_OF", "ENDS"], third)})
        }
        6 => {
            json!({"type": "closure", "event": own('e', first % 3), "place": "gate", "severity": pick(&["FULL", "PARTIAL"], second),
            "extent": pick(&["2025-10-05/..", "2025-10-06/2025-10-09"], third), "reason": pick(&["order", "clash"], fourth)})
        }
        7 => {
            json!({"type": "article", "source": own('s', first % 3), "title": pick(&["Talks fail", "Gate shut"], second),
            "url": (third % 3 > 0).then(|| format!("https://example.org/{}", third % 3)), "published": pick(&["2025-10-02", "2025-10-05"], fourth),
            "derivedFrom": if number > 0 && fifth % 2 > 0 { vec![json!({"kind": "SYNDICATES", "article": own('r', sixth % number.max(1))})] } else { vec![] }})
        }
        8 => {
            json!({"type": "report", "article": own('r', first % 3), "event": own('e', second % 3), "closures": if third % 2 > 0 { vec![own('k', fourth % 2)] } else { vec![] }})
        }
        9 => {
            json!({"type": "claim", "event": own('e', first % 3), "property": "mood", "value": {"code": pick(&["GOOD", "BAD"], second)},
            "article": own('r', third % 3), "speaker": (fourth % 2 > 0).then(|| own('a', fifth % 2))})
        }
        10 => {
            json!({"type": "claim", "event": own('e', first % 3), "property": "duration", "value": {"number": second % 3}, "article": own('r', third % 3),
            "act": pick(&["ASSERT", "DENY"], fourth), "relayedFrom": if fifth % 2 > 0 { vec![own('s', sixth % 3)] } else { vec![] }})
        }
        11 => {
            json!({"type": "affiliation", "member": own('a', 0), "group": own('a', 1 + first % 2), "role": pick(&["Envoy", "Aide"], second)})
        }
        _ => {
            json!({"type": "claimProperty", "code": "mood", "label": pick(&["Mood", "Temper"], first), "valueKind": "CODE", "functional": second % 2 > 0,
            "codes": if third % 2 > 0 { vec!["GOOD", "BAD"] } else { vec!["GOOD", "BAD", "MIXED"] }})
        }
    };
    let letter = ['s', 'a', 'l', 'e', 'p', 'n', 'k', 'r', 't', 'c', 'd', 'm', 'y'][kind];
    line["dataset"] = json!("desk");
    line["externalId"] = json!(format!("{letter}{number}"));
    line
}

/// What all the others stand on, in a file of its own.
pub const GATE: &str = r#"
{"type":"location","slug":"west","name":"West","kind":"COUNTRY","country":"AF","timezone":"Asia/Kabul"}
{"type":"location","slug":"east","name":"East","kind":"COUNTRY","country":"PK","timezone":"Asia/Karachi"}
{"type":"location","slug":"line","name":"The line","kind":"BORDER","between":["west","east"],"timezone":"Asia/Kabul"}
{"type":"borderCrossing","slug":"gate","name":"The gate","parent":"line","sides":[{"label":"A","country":"AF","localName":"Darwaza"},{"label":"B","country":"PK","localName":"Gate"}]}
"#;

/// A file: every record once, in some shape, or a few of them.
pub fn file(fewest: usize) -> impl Strategy<Value = String> {
    let dice = prop::array::uniform6(0_usize..60);
    prop::collection::vec((prop::bool::weighted(0.6), dice), 13 * 3).prop_map(move |choices| {
        let mut lines =
            vec![format!(r#"{{"type":"dataset","slug":"desk","title":"Desk {}"}}"#, choices[0].1[0] % 3)];
        for (place, (chosen, dice)) in choices.into_iter().enumerate() {
            if chosen || place < fewest {
                lines.push(line(place / 3, place % 3, dice).to_string());
            }
        }
        lines.join("\n")
    })
}

pub fn check<S: Strategy>(cases: u32, files: &S, law: impl AsyncFn(S::Value)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config {
        cases,
        max_shrink_iters: 30,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(files, |files| {
            runtime.block_on(law(files));
            Ok(())
        })
        .unwrap();
}

/// Loads each file; the runs that changed something, each with the state before it.
async fn load(api: &Api, files: &[String]) -> Vec<(Uuid, State)> {
    let mut runs = Vec::new();
    for file in files {
        let before = state(api).await;
        let summary = import(&api.database, file).await;
        if summary.created() + summary.updated() > 0 {
            runs.push((summary.run, before));
        }
    }
    runs
}

async fn history(database: &TestDatabase) -> i64 {
    sqlx::query_scalar("select count(*) from revision").fetch_one(database.pool()).await.unwrap()
}

#[test]
fn imports_reverted_from_the_last_to_the_first_and_redone_restore_every_row_and_answer() {
    let files = (file(39), file(0), file(0)).prop_map(|(a, b, c)| vec![GATE.to_owned(), a, b, c]);
    check(6, &files, async |files| {
        let api = Api::empty().await;
        let runs = load(&api, &files).await;
        let after = state(&api).await;
        let mut reverts = Vec::new();
        let mut kept = history(&api.database).await;
        for (run, before) in runs.iter().rev() {
            reverts.push((take_back(&api.database, *run).await.unwrap().change_set, before));
            assert_same(&state(&api).await, before);
            assert!(history(&api.database).await > kept, "a revert adds to history");
            kept = history(&api.database).await;
        }
        // Each revert reverted gives the state before it: that of the next run, or the last of all.
        let mut states: Vec<_> = runs.iter().skip(1).map(|(_, before)| before).collect();
        states.push(&after);
        for ((revert, _), state_then) in reverts.iter().rev().zip(states) {
            take_back(&api.database, *revert).await.unwrap();
            assert_same(&state(&api).await, state_then);
        }
        assert_eq!(strange_versions(&api.database).await, Vec::<String>::new());
    });
}

#[test]
fn a_run_in_the_middle_is_reverted_whole_or_not_at_all_and_redone() {
    let files = (file(39), file(0), file(0)).prop_map(|(a, b, c)| vec![GATE.to_owned(), a, b, c]);
    check(6, &files, async |files| {
        let api = Api::empty().await;
        let runs = load(&api, &files).await;
        let after = state(&api).await;
        for (run, _) in &runs {
            match take_back(&api.database, *run).await {
                Ok(reverted) => {
                    take_back(&api.database, reverted.change_set).await.unwrap();
                }
                Err(RevertError::Conflict(_) | RevertError::Refused(_)) => {}
                Err(other) => panic!("{other}"),
            }
            assert_same(&state(&api).await, &after);
        }
        assert_eq!(strange_versions(&api.database).await, Vec::<String>::new());
    });
}

#[test]
fn what_was_reverted_can_be_imported_again() {
    check(6, &(file(39), file(0)), async |(first, second)| {
        let api = Api::empty().await;
        import(&api.database, GATE).await;
        import(&api.database, &first).await;
        let loaded = import(&api.database, &second).await;
        let changed = |summary: &Imported| summary.created() + summary.updated() > 0;
        // Where lines exclude each other, the next import may find what this one could not.
        if !changed(&loaded) || changed(&import(&api.database, &second).await) {
            return;
        }
        take_back(&api.database, loaded.run).await.unwrap();
        let again = import(&api.database, &second).await;
        assert_eq!(again.tables, loaded.tables);
        assert!(!changed(&import(&api.database, &second).await));
        assert_eq!(strange_versions(&api.database).await, Vec::<String>::new());
    });
}
