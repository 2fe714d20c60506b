//! Batches of records.

use serde_json::{Value, json};

use super::{done, mutate, refused};
use crate::support::Api;

const UPSERT: &str = "mutation($input: [EventInput!]!, $atomic: Boolean! = false, $dryRun: Boolean! = false) {
    upsertEvents(input: $input, atomic: $atomic, dryRun: $dryRun) { created updated unchanged rejected written changeSet { id }
      results { index outcome record { id title parent { slug } } error { field code message } } } }";

fn event(key: &str, more: Value) -> Value {
    let mut input = json!({ "externalId": key, "dataset": "desk", "title": key, "kind": "TALKS" });
    let Value::Object(more) = more else { panic!("fields are an object") };
    input.as_object_mut().unwrap().extend(more);
    input
}

async fn desk() -> Api {
    let api = Api::empty().await;
    let dataset = "mutation { createDataset(input: { slug: \"desk\", title: \"The desk\" }) { outcome } }";
    done(&api, dataset, json!({})).await;
    api
}

fn outcomes(answer: &Value) -> Vec<&str> {
    let results = answer["upsertEvents"]["results"].as_array().unwrap();
    results.iter().map(|result| result["outcome"].as_str().unwrap()).collect()
}

async fn count(api: &Api) -> Value {
    api.ask("{ events { totalCount } }").await["data"]["events"]["totalCount"].clone()
}

#[tokio::test]
async fn each_record_of_a_batch_is_answered_for_itself() {
    let api = desk().await;
    let first = json!([
        event("a", json!({ "slug": "event-a" })),
        event("b", json!({ "parent": { "slug": "event-a" } }))
    ]);
    let made = done(&api, UPSERT, json!({ "input": first })).await;
    assert_eq!(outcomes(&made), ["CREATED", "CREATED"]);
    assert_eq!(made["upsertEvents"]["results"][1]["record"]["parent"]["slug"], "event-a");
    let second = json!([
        event("a", json!({ "slug": "event-a" })),
        event("b", json!({ "title": "other" })),
        event("c", json!({ "extent": { "edtf": "2025-13" } })),
        event("d", json!({ "parent": { "external": { "dataset": "desk", "externalId": "c" } } })),
        event("e", json!({ "slug": "event-a" })),
        event("f", json!({ "parent": { "external": { "dataset": "desk", "externalId": "g" } } })),
        event("g", json!({})),
        event("g", json!({ "title": "twice" })),
    ]);
    let answer = done(&api, UPSERT, json!({ "input": second })).await;
    let rejected = "REJECTED";
    assert_eq!(
        outcomes(&answer),
        ["UNCHANGED", "UPDATED", rejected, rejected, rejected, "CREATED", "CREATED", rejected]
    );
    let batch = &answer["upsertEvents"];
    assert_eq!(
        (&batch["created"], &batch["updated"], &batch["unchanged"], &batch["rejected"]),
        (&json!(2), &json!(1), &json!(1), &json!(4))
    );
    let error = |index: usize| {
        let error = &batch["results"][index]["error"];
        (error["code"].as_str().unwrap(), error["field"].as_str().unwrap())
    };
    assert_eq!(error(2), ("BAD_USER_INPUT", "input[2].extent"));
    assert_eq!(error(3), ("NOT_FOUND", "input[3].parent"));
    assert_eq!(error(4), ("CONFLICT", "input[4].slug"));
    assert_eq!(error(7), ("BAD_USER_INPUT", "input[7].externalId"));
    assert_eq!(batch["results"][2]["record"], Value::Null);
    assert_eq!(batch["results"][5]["record"]["title"], "f");
    assert_eq!(count(&api).await, 4);
}

#[tokio::test]
async fn all_or_nothing_and_a_rehearsal_write_nothing_and_say_what_would_be() {
    let api = desk().await;
    let input = json!([event("a", json!({})), event("b", json!({ "title": "" }))]);
    for (atomic, dry_run, written) in [(true, false, false), (false, true, false), (false, false, true)] {
        let variables = json!({ "input": input, "atomic": atomic, "dryRun": dry_run });
        let answer = done(&api, UPSERT, variables).await;
        assert_eq!(outcomes(&answer), ["CREATED", "REJECTED"]);
        assert_eq!(answer["upsertEvents"]["written"], written);
        assert_eq!(answer["upsertEvents"]["changeSet"].is_null(), !written);
        assert_eq!(answer["upsertEvents"]["results"][0]["record"].is_null(), !written);
        assert_eq!(count(&api).await, i32::from(written));
    }
    let whole = json!({ "input": [event("c", json!({}))], "atomic": true });
    assert_eq!(done(&api, UPSERT, whole).await["upsertEvents"]["written"], true);
}

#[tokio::test]
async fn a_batch_has_1_to_500_records_each_with_a_key() {
    let api = desk().await;
    for size in [0, 501] {
        let input: Vec<Value> = (0..size).map(|n| event(&n.to_string(), json!({}))).collect();
        let (code, field, message) = refused(&api, UPSERT, json!({ "input": input })).await;
        assert_eq!((code.as_str(), field.as_str()), ("BAD_USER_INPUT", "input"), "{message}");
        assert!(message.contains(&format!("has {size} records: give 1 to 500")), "{message}");
    }
    let keyless = json!({ "input": [{ "title": "x", "kind": "TALKS" }] });
    let answer = done(&api, UPSERT, keyless).await;
    assert_eq!(answer["upsertEvents"]["results"][0]["error"]["field"], "input[0].slug");
    assert_eq!(count(&api).await, 0);
}

#[tokio::test]
async fn five_hundred_records_are_one_request() {
    let api = desk().await;
    let input: Vec<Value> = (0..500)
        .map(|n| {
            event(&n.to_string(), json!({ "extent": { "edtf": "2025-10" }, "title": format!("event {n}") }))
        })
        .collect();
    let made = done(&api, UPSERT, json!({ "input": input })).await;
    assert_eq!(made["upsertEvents"]["created"], 500);
    let again = done(&api, UPSERT, json!({ "input": input })).await;
    assert_eq!(
        (&again["upsertEvents"]["unchanged"], &again["upsertEvents"]["changeSet"]),
        (&json!(500), &Value::Null)
    );
}

#[tokio::test]
async fn two_who_make_the_same_record_at_once_make_one() {
    let api = desk().await;
    let write = |n: usize| {
        let api = &api;
        async move {
            let input: Vec<Value> = (0..20)
                .map(|key| event(&(if n.is_multiple_of(2) { key } else { 19 - key }).to_string(), json!({})))
                .collect();
            mutate(api, UPSERT, json!({ "input": input })).await
        }
    };
    let answers = futures_util::future::join_all((0..8).map(write)).await;
    let mut created = 0;
    for answer in &answers {
        assert_eq!(answer["errors"], Value::Null, "{answer:#}");
        assert_eq!(answer["data"]["upsertEvents"]["rejected"], 0);
        created += answer["data"]["upsertEvents"]["created"].as_u64().unwrap();
    }
    assert_eq!(created, 20);
    assert_eq!(count(&api).await, 20);
    let one = |n: u32| {
        let api = &api;
        async move {
            let input = json!({ "title": format!("{n}"), "kind": "TALKS", "slug": "the-same" });
            refused(
                api,
                "mutation($input: EventInput!) { createEvent(input: $input) { outcome } }",
                json!({ "input": input }),
            )
            .await
            .0
        }
    };
    let mut codes = futures_util::future::join_all((0..4).map(one)).await;
    codes.sort();
    assert_eq!(codes, ["", "CONFLICT", "CONFLICT", "CONFLICT"]);
}
