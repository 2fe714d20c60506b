//! Laws of merging over random bases.

use proptest::prelude::*;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::export::lines;
use crate::history::random::{GATE, check, file, state};
use crate::history::{State, assert_same, strange_versions, take_back};
use crate::listings::in_step;
use crate::statistics::sums;
use crate::support::{Api, TestDatabase, import, import_all};

/// Two records of a kind that are to be one.
type Asked = (usize, usize, usize);

/// Kinds with the letters of their external ids.
const KINDS: [(&str, char); 4] = [("ACTOR", 'a'), ("LOCATION", 'l'), ("SOURCE", 's'), ("ARTICLE", 'r')];

fn key(letter: char, number: usize) -> Value {
    json!({ "external": { "dataset": "desk", "externalId": format!("{letter}{number}") } })
}

/// Merges; the change set, or none where it is refused.
async fn attempt(api: &Api, (kind, from, into): Asked) -> Option<uuid::Uuid> {
    let (kind, letter) = KINDS[kind];
    let answer = super::attempt(api, kind, &key(letter, from), &key(letter, into)).await;
    if let Some(set) = answer["data"]["merge"]["changeSet"]["id"].as_str() {
        return Some(set.parse().unwrap());
    }
    let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
    assert!(["CONFLICT", "BAD_USER_INPUT", "NOT_FOUND"].contains(&code), "{answer:#}");
    None
}

/// Asserts that what the database keeps beside the records is what they make it.
async fn assert_kept(api: &Api, after: &str) {
    let database = &api.database;
    in_step(&mut database.pool().acquire().await.unwrap(), after).await;
    sums::assert_in_step(database, after).await;
    let named = "select 'ACTOR', actor_id, value from name where actor_id is not null \
        union all select 'LOCATION', location_id, value from name where location_id is not null \
        union all select 'SOURCE', source_id, value from name where source_id is not null \
        union all select 'LOCATION', location_id, side from border_crossing, lateral (select a_local_name union select b_local_name) s (side)";
    assert_eq!(
        differ(database, "select record_type, record_id, value from spelling", named).await,
        0,
        "{after}"
    );
    // Accounts are answered from the claims, and kept in rows.
    let answer =
        api.ask("{ events(first: 500) { nodes { id accounts { property { code } agreement } } } }").await;
    let mut answered = Vec::new();
    for event in answer["data"]["events"]["nodes"].as_array().unwrap() {
        for account in event["accounts"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            answered.push(
                [text(&event["id"]), text(&account["property"]["code"]), text(&account["agreement"])]
                    .join(" "),
            );
        }
    }
    let kept = "select concat_ws(' ', event_id, property, agreement) from account";
    let mut kept: Vec<String> = sqlx::query_scalar(kept).fetch_all(database.pool()).await.unwrap();
    answered.sort_unstable();
    kept.sort_unstable();
    assert_eq!(kept, answered, "{after}");
    let stale: i64 =
        sqlx::query_scalar("select count(*) from account_stale").fetch_one(database.pool()).await.unwrap();
    assert_eq!(stale, 0, "{after}");
}

/// In how many rows two questions differ.
async fn differ(database: &TestDatabase, one: &str, other: &str) -> i64 {
    let sql = format!(
        "select count(*) from ((({one}) except all ({other})) union all (({other}) except all ({one}))) d"
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(database.pool()).await.unwrap()
}

fn merges() -> impl Strategy<Value = Vec<Asked>> {
    prop::collection::vec((0_usize..4, 0_usize..3, 0_usize..3), 4..10)
}

#[test]
fn merges_reverted_from_the_last_to_the_first_and_redone_restore_every_row_and_answer() {
    check(6, &(file(39), file(0), merges()), async |(first, second, merges)| {
        let api = Api::empty().await;
        for file in [GATE, &first, &second] {
            import(&api.database, file).await;
        }
        let mut states = vec![state(&api).await];
        let mut done = Vec::new();
        for asked in merges {
            if let Some(set) = attempt(&api, asked).await {
                done.push(set);
                states.push(state(&api).await);
                assert_kept(&api, &format!("{asked:?}")).await;
            } else {
                assert_same(&state(&api).await, states.last().unwrap());
            }
        }
        let mut undone = Vec::new();
        for (set, before) in done.iter().rev().zip(states.iter().rev().skip(1)) {
            undone.push(take_back(&api.database, *set).await.unwrap().change_set);
            assert_same(&state(&api).await, before);
            assert_kept(&api, "a revert").await;
        }
        for (set, after) in undone.iter().rev().zip(states.iter().skip(1)) {
            take_back(&api.database, *set).await.unwrap();
            assert_same(&state(&api).await, after);
        }
        assert_eq!(strange_versions(&api.database).await, Vec::<String>::new());
    });
}

/// Rows that an import may rightly differ in.
fn without_runs(mut state: State) -> State {
    state.remove("import_run");
    state
}

#[test]
fn a_file_imported_again_after_merges_brings_nothing_back_and_the_second_time_changes_nothing() {
    check(6, &(file(39), merges()), async |(file, merges)| {
        let api = Api::empty().await;
        import(&api.database, GATE).await;
        let first = import(&api.database, &file).await;
        let mut merged = 0;
        for asked in merges {
            merged += usize::from(attempt(&api, asked).await.is_some());
        }
        let counts = async || -> Vec<i64> {
            let tables = [
                "actor",
                "affiliation",
                "location",
                "source",
                "article",
                "participation",
                "report",
                "merged_record",
            ];
            let counts = tables.map(|table| format!("(select count(*) from {table})")).join(", ");
            let sql = format!("select array[{counts}]");
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(api.database.pool()).await.unwrap()
        };
        let before = counts().await;
        let again = import(&api.database, &file).await;
        let rejected = |rejects: &[dateline::import::Reject]| {
            rejects.iter().map(|reject| reject.line).collect::<Vec<_>>()
        };
        if merged > 0 {
            let more: Vec<_> = again
                .rejects
                .iter()
                .filter(|reject| !rejected(&first.rejects).contains(&reject.line))
                .collect();
            assert!(more.is_empty(), "{more:#?}");
        }
        assert_eq!(counts().await, before);
        assert_kept(&api, "the import").await;
        let then = without_runs(state(&api).await);
        let third = import(&api.database, &file).await;
        assert_eq!((third.created(), third.updated()), (0, 0), "{:#?}", third.tables);
        assert_same(&without_runs(state(&api).await), &then);
    });
}

#[test]
fn what_is_exported_after_merges_comes_back_byte_for_byte_and_changes_nothing_where_it_came_from() {
    check(4, &(file(39), merges()), async |(file, merges)| {
        let api = Api::empty().await;
        for file in [GATE, &file] {
            import(&api.database, file).await;
        }
        for asked in merges {
            attempt(&api, asked).await;
        }
        let exported = lines(&api.database).await;
        let here = import(&api.database, &exported).await;
        assert!(here.rejects.is_empty(), "{:#?}", here.rejects);
        assert_eq!((here.created(), here.updated()), (0, 0), "{:#?}", here.tables);
        let copy = TestDatabase::new().await;
        import_all(&copy, &exported).await;
        assert_eq!(lines(&copy).await, exported);
    });
}
