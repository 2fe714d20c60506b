//! Merging: what follows the record that stays, where the keys of the other lead, and the way back.

mod actors;
mod candidates;
mod chains;
mod feed;
mod places;
mod random;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Api;
use crate::writing::{done, mutate, refused};

const MERGE: &str = "mutation($input: MergeInput!) { merge(input: $input) { record { __typename id version } changeSet { id kind by reason } } }";

/// The input that merges two records which these keys name.
fn input(kind: &str, from: &Value, into: &Value) -> Value {
    json!({ "input": { "kind": kind, "from": from, "into": into, "reason": "they are one" } })
}

fn slug(slug: &str) -> Value {
    json!({ "slug": slug })
}

/// Merges two records that slugs name; the change set.
pub async fn merge(api: &Api, kind: &str, from: &str, into: &str) -> Uuid {
    merge_keys(api, kind, &slug(from), &slug(into)).await
}

/// The same for records that any keys name.
async fn merge_keys(api: &Api, kind: &str, from: &Value, into: &Value) -> Uuid {
    let data = done(api, MERGE, input(kind, from, into)).await;
    data["merge"]["changeSet"]["id"].as_str().unwrap().parse().unwrap()
}

/// Merges, or tries to; the whole answer.
pub async fn attempt(api: &Api, kind: &str, from: &Value, into: &Value) -> Value {
    mutate(api, MERGE, input(kind, from, into)).await
}

/// Merges two records that must not be merged; the code, the field and the message.
pub async fn refusal(api: &Api, kind: &str, from: &Value, into: &Value) -> (String, String, String) {
    refused(api, MERGE, input(kind, from, into)).await
}

/// Asks, and gets the data.
async fn data(api: &Api, query: &str) -> Value {
    let answer = api.ask(query).await;
    assert_eq!(answer["errors"], Value::Null, "{query}: {answer:#}");
    answer["data"].clone()
}
