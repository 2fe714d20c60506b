//! Merges in the feed of changes: who keeps a copy of the base learns of them there.

use dateline::access::store::{self, Expiry};
use dateline::access::token::{RANDOM_BYTES, TokenText};
use dateline::access::vocabulary::Role;
use dateline::feed::give_positions;
use serde_json::{Value, json};

use super::actors::GROUND;
use super::{data, merge};
use crate::feed::served::Served;
use crate::history::take_back;
use crate::support::{Api, import_all};

/// The changes of the given operations, from the first on.
async fn changes(api: &Api, filter: &str) -> Vec<Value> {
    give_positions(&api.database).await.unwrap();
    let query = format!(
        "{{ changes(first: 500, filter: {filter}) {{ pageInfo {{ hasNextPage }} nodes {{ operation recordType recordId version dataset {{ slug }} \
           record {{ id }} mergedInto {{ id ... on Actor {{ slug }} }} before changeSet {{ kind }} }} }} }}"
    );
    let page = data(api, &query).await["changes"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], false);
    page["nodes"].as_array().unwrap().clone()
}

const MERGES: &str = "{operation: [MERGE, UNMERGE]}";

/// The changes of actors alone.
fn of_actors(changes: &[Value]) -> Vec<&Value> {
    changes.iter().filter(|change| change["recordType"] == "Actor").collect()
}

#[tokio::test]
async fn the_feed_says_what_was_merged_into_what_and_what_was_taken_apart() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let id = data(&api, "{ actor(slug: \"old\") { id } }").await["actor"]["id"].clone();
    let first = merge(&api, "ACTOR", "old", "new").await;
    let merged = changes(&api, MERGES).await;
    let actors = of_actors(&merged);
    assert_eq!(actors.len(), 1);
    let change = actors[0];
    assert_eq!(
        (&change["operation"], &change["recordId"], &change["version"]),
        (&json!("MERGE"), &id, &json!(2))
    );
    assert_eq!((&change["record"], &change["mergedInto"]["slug"]), (&Value::Null, &json!("new")));
    assert_eq!((&change["before"]["slug"], &change["dataset"]["slug"]), (&json!("old"), &json!("desk")));
    assert_eq!(change["changeSet"]["kind"], "MERGE");
    // What says the same now was merged with them.
    assert_eq!(merged.len(), 3, "two participations and their actor: {merged:#?}");
    for part in merged.iter().filter(|change| change["recordType"] == "Participation") {
        assert!(part["mergedInto"]["id"].is_string(), "{part}");
    }
    // What referred to the one has changed, and so has the one that stays.
    let updated = changes(&api, "{operation: [UPDATE]}").await;
    for record_type in ["Actor", "Closure", "BorderCrossing", "Claim"] {
        assert!(updated.iter().any(|change| change["recordType"] == record_type), "{record_type}");
    }
    let keys = changes(&api, "{recordType: [\"MergedRecord\"], dataset: [\"desk\"]}").await;
    assert_eq!(keys.len(), 2, "what came from the dataset and was merged: {keys:#?}");

    // It leads to the end, and back.
    let second = merge(&api, "ACTOR", "new", "chief").await;
    let merged = changes(&api, MERGES).await;
    for change in of_actors(&merged) {
        assert_eq!(change["mergedInto"]["slug"], "chief");
    }
    take_back(&api.database, second).await.unwrap();
    take_back(&api.database, first).await.unwrap();
    let apart = changes(&api, MERGES).await;
    let told: Vec<_> = of_actors(&apart).iter().map(|change| change["operation"].as_str().unwrap()).collect();
    assert_eq!(told, ["MERGE", "MERGE", "UNMERGE", "UNMERGE"]);
    for change in of_actors(&apart) {
        assert_eq!((&change["record"]["id"], &change["mergedInto"]), (&change["recordId"], &Value::Null));
    }
    let by_record = changes(&api, &format!("{{record: [{id}]}}")).await;
    let told: Vec<_> = by_record
        .iter()
        .map(|change| (change["operation"].as_str().unwrap(), change["version"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("CREATE", 1), ("MERGE", 2), ("UNMERGE", 3)]);
}

#[tokio::test]
async fn the_feed_has_every_revision_of_merges_and_of_their_reverts_once() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    for set in [merge(&api, "ACTOR", "old", "new").await, merge(&api, "ACTOR", "chief", "new").await] {
        take_back(&api.database, set).await.ok();
    }
    let revisions: Vec<(String, i32)> =
        sqlx::query_as("select record_id::text, version from revision order by 1, 2")
            .fetch_all(api.database.pool())
            .await
            .unwrap();
    let mut told: Vec<_> = changes(&api, "{}")
        .await
        .iter()
        .map(|change| {
            let version = i32::try_from(change["version"].as_i64().unwrap()).unwrap();
            (change["recordId"].as_str().unwrap().to_owned(), version)
        })
        .collect();
    told.sort();
    assert_eq!(told, revisions);
}

#[tokio::test]
async fn a_merge_comes_to_those_who_follow_with_what_it_was_merged_into() {
    let served = Served::new().await;
    import_all(&served.database, GROUND).await;
    let text = TokenText::of_random([9; RANDOM_BYTES]);
    store::make(served.database.pool(), &text, "an editor", Role::Editor, Expiry::Never).await.unwrap();
    let bearer = format!("Bearer {}", text.revealed());
    let mut socket = served.begun_with(json!({ "authorization": bearer })).await;
    let merges = "subscription { changed(filter: {recordType: [\"Actor\"], operation: [MERGE]}) { operation before mergedInto { ... on Actor { slug } } } }";
    socket.subscribe("merges", merges).await;
    assert!(socket.is_silent().await);
    let merge = "mutation { merge(input: {kind: ACTOR, from: {slug: \"old\"}, into: {slug: \"new\"}, reason: \"one\"}) { record { id } } }";
    socket.subscribe("merge", merge).await;
    let mut change = Value::Null;
    while change.is_null() {
        let told = socket.next().await.unwrap();
        assert_eq!((told["type"] != "error", &told["payload"]["errors"]), (true, &Value::Null), "{told}");
        change = told["payload"]["data"]["changed"].clone();
    }
    assert_eq!((&change["operation"], &change["mergedInto"]), (&json!("MERGE"), &json!({ "slug": "new" })));
    assert_eq!(change["before"]["slug"], "old");
}
