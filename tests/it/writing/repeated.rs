//! Requests that come again.

use serde_json::{Value, json};

use super::{done, mutate, refused};
use crate::support::Api;

const CREATE: &str =
    "mutation($input: EventInput!, $key: String) { createEvent(input: $input, idempotencyKey: $key) {
    outcome changeSet { id } record { id } } }";

async fn count(api: &Api) -> Value {
    api.ask("{ events { totalCount } }").await["data"]["events"]["totalCount"].clone()
}

#[tokio::test]
async fn a_request_that_comes_again_is_done_once_and_answered_the_same() {
    let api = Api::empty().await;
    let request = json!({ "input": { "title": "X", "kind": "TALKS" }, "key": "7b9c" });
    let first = done(&api, CREATE, request.clone()).await;
    assert_eq!(done(&api, CREATE, request).await, first);
    assert_eq!(count(&api).await, 1);
    let other = json!({ "input": { "title": "Y", "kind": "TALKS" }, "key": "7b9c" });
    let (code, field, _) = refused(&api, CREATE, other).await;
    assert_eq!((code.as_str(), field.as_str()), ("CONFLICT", "idempotencyKey"));
    assert_eq!(count(&api).await, 1);
}

#[tokio::test]
async fn twins_at_the_same_moment_are_done_once() {
    let api = Api::empty().await;
    let request = json!({ "input": { "title": "X", "kind": "TALKS" }, "key": "twins" });
    let twins = (0..6).map(|_| mutate(&api, CREATE, request.clone()));
    let answers = futures_util::future::join_all(twins).await;
    assert_eq!(answers[0]["errors"], Value::Null);
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:#?}");
    assert_eq!(count(&api).await, 1);
}

#[tokio::test]
async fn a_key_of_a_request_that_failed_is_free_and_one_of_yesterday_too() {
    let api = Api::empty().await;
    let bad = json!({ "input": { "title": "", "kind": "TALKS" }, "key": "k" });
    assert_eq!(refused(&api, CREATE, bad).await.0, "BAD_USER_INPUT");
    let good = json!({ "input": { "title": "X", "kind": "TALKS" }, "key": "k" });
    done(&api, CREATE, good.clone()).await;
    sqlx::query("update idempotent_request set at = at - interval '25 hours'")
        .execute(api.database.pool())
        .await
        .unwrap();
    done(&api, CREATE, good).await;
    assert_eq!(count(&api).await, 2);
    let long = json!({ "input": { "title": "X", "kind": "TALKS" }, "key": "k".repeat(201) });
    assert_eq!(refused(&api, CREATE, long).await.1, "idempotencyKey");
}
