//! One record at a time.

use dateline::graphql::Limits;
use dateline::http::{Origins, Service, router};
use serde_json::{Value, json};

use super::{done, mutate, refused, send};
use crate::support::Api;

const CREATE: &str = "mutation($input: EventInput!, $key: String) { createEvent(input: $input, reason: \"a test\", idempotencyKey: $key) {
    outcome changeSet { id kind reason revisions { totalCount } }
    record { id slug title kind version modality extent { edtf start { earliest } } location { slug } fatalities { best low high } } } }";
const UPDATE: &str = "mutation($input: UpdateEventInput!) { updateEvent(input: $input) {
    outcome changeSet { id } record { id slug title summary version extent { edtf } location { slug } fatalities { best low high } } } }";

#[tokio::test]
async fn an_event_is_made_and_read_back() {
    let api = Api::demonstration().await;
    let input = json!({
        "title": "A meeting at the gate", "kind": "TALKS", "slug": "gate-meeting",
        "extent": { "edtf": "2025-11-03" }, "location": { "slug": "torkham" },
        "fatalities": { "best": 0 },
    });
    let made = &done(&api, CREATE, json!({ "input": input })).await["createEvent"];
    assert_eq!(made["outcome"], "CREATED");
    let record = &made["record"];
    assert_eq!((&record["title"], &record["version"]), (&json!("A meeting at the gate"), &json!(1)));
    assert_eq!(record["location"]["slug"], "torkham");
    assert_eq!(record["extent"]["edtf"], "2025-11-03");
    assert_eq!(record["fatalities"], json!({ "best": 0, "low": null, "high": null }));
    // Dates are read where the place is.
    assert_ne!(record["extent"]["start"]["earliest"], "2025-11-03T00:00:00Z");
    assert_eq!(made["changeSet"]["kind"], "API");
    assert_eq!(made["changeSet"]["reason"], "a test");
    assert_eq!(made["changeSet"]["revisions"]["totalCount"], 1);
    let found = api.ask("{ event(slug: \"gate-meeting\") { id } }").await;
    assert_eq!(found["data"]["event"]["id"], record["id"]);
}

#[tokio::test]
async fn what_is_wrong_with_an_input_is_said_of_its_field() {
    let api = Api::demonstration().await;
    let event = |more: Value| {
        let mut input = json!({ "title": "X", "kind": "TALKS" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "input": input })
    };
    for (more, code, field, said) in [
        (json!({ "title": "" }), "BAD_USER_INPUT", "input.title", "it is empty"),
        (json!({ "slug": "Not A Slug" }), "BAD_USER_INPUT", "input.slug", "a slug is lower-case letters"),
        (json!({ "extent": { "edtf": "2025-13" } }), "BAD_USER_INPUT", "input.extent", ""),
        (
            json!({ "extent": { "start": { "earliest": "2025-10-02", "latest": "2025-10-01" } } }),
            "BAD_USER_INPUT",
            "input.extent",
            "",
        ),
        (
            json!({ "location": { "slug": "nowhere" } }),
            "NOT_FOUND",
            "input.location",
            "no location has this slug",
        ),
        (
            json!({ "dataset": "nothing", "externalId": "1" }),
            "NOT_FOUND",
            "input.dataset",
            "there is no such dataset",
        ),
        (
            json!({ "fatalities": { "best": -1 } }),
            "BAD_USER_INPUT",
            "input.fatalities.best",
            "cannot be negative",
        ),
        (json!({ "slug": "istanbul-round-2-2025" }), "CONFLICT", "input.slug", "another event has this slug"),
        (json!({ "title": "nul \0 here" }), "BAD_USER_INPUT", "input", "NUL"),
    ] {
        let (found, at, message) = refused(&api, CREATE, event(more.clone())).await;
        assert_eq!((found.as_str(), at.as_str()), (code, field), "{more}: {message}");
        assert!(message.contains(said), "{more}: {message}");
    }
    let nothing = api.ask("{ changeSets(kind: [API]) { totalCount } }").await;
    assert_eq!(nothing["data"]["changeSets"]["totalCount"], 0);
    let create = "mutation($input: SourceInput!) { createSource(input: $input) { outcome } }";
    let source = json!({ "input": { "name": "X", "kind": "NEWSPAPER", "homepage": "nope" } });
    let (code, at, message) = refused(&api, create, source).await;
    assert_eq!((code.as_str(), at.as_str()), ("BAD_USER_INPUT", "input.homepage"), "{message}");
}

#[tokio::test]
async fn an_update_keeps_what_is_left_out_and_takes_away_what_is_null() {
    let api = Api::demonstration().await;
    let input = json!({ "title": "One", "kind": "TALKS", "summary": "Short.", "extent": { "edtf": "2025-11" },
        "location": { "slug": "torkham" }, "fatalities": { "best": 2, "low": 1, "high": 3 } });
    let made = done(&api, CREATE, json!({ "input": input })).await["createEvent"]["record"].clone();
    let update = |version: u64, patch: Value| {
        let mut input = json!({ "id": made["id"], "version": version });
        input.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        json!({ "input": input })
    };
    let changed = done(&api, UPDATE, update(1, json!({ "title": "Two", "summary": null }))).await;
    let changed = &changed["updateEvent"];
    assert_eq!(changed["outcome"], "UPDATED");
    assert_eq!(
        changed["record"],
        json!({ "id": made["id"], "slug": null, "title": "Two", "summary": null, "version": 2, "extent": { "edtf": "2025-11" },
            "location": { "slug": "torkham" }, "fatalities": { "best": 2, "low": 1, "high": 3 } })
    );
    let stale = refused(&api, UPDATE, update(1, json!({ "title": "Three" }))).await;
    assert_eq!((stale.0.as_str(), stale.1.as_str()), ("CONFLICT", "input.version"));
    assert!(stale.2.contains("it is at version 2, and this is for version 1"), "{}", stale.2);
    let same = done(&api, UPDATE, update(2, json!({ "title": "Two" }))).await;
    assert_eq!(
        (&same["updateEvent"]["outcome"], &same["updateEvent"]["changeSet"]),
        (&json!("UNCHANGED"), &Value::Null)
    );
    let required = refused(&api, UPDATE, update(2, json!({ "title": null }))).await;
    assert_eq!((required.0.as_str(), required.1.as_str()), ("BAD_USER_INPUT", "input.title"));
    let gone = json!({ "input": { "id": "01990000-0000-7000-8000-000000000000", "version": 1 } });
    assert_eq!(refused(&api, UPDATE, gone).await.0, "NOT_FOUND");
}

#[tokio::test]
async fn who_is_elsewhere_writes_nothing() {
    let api = Api::empty().await;
    let body = json!({ "query": CREATE, "variables": { "input": { "title": "X", "kind": "TALKS" } } });
    let answer = send(&api, "192.0.2.7:4000", body).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(api.ask("{ events { totalCount } }").await["data"]["events"]["totalCount"], 0);
}

#[tokio::test]
async fn mutations_of_one_request_are_done_in_turn_and_each_shows_its_own() {
    let api = Api::empty().await;
    let made = done(&api, CREATE, json!({ "input": { "title": "One", "kind": "TALKS" } })).await;
    let id = made["createEvent"]["record"]["id"].as_str().unwrap();
    let both = format!(
        "mutation {{ a: updateEvent(input: {{ id: \"{id}\", version: 1, title: \"Two\" }}) {{ record {{ title version }} }} \
           b: updateEvent(input: {{ id: \"{id}\", version: 2, title: \"Three\" }}) {{ record {{ title version }} }} \
           c: updateEvent(input: {{ id: \"{id}\", version: 2, title: \"Four\" }}) {{ record {{ title version }} }} }}"
    );
    let answer = mutate(&api, &both, json!({})).await;
    assert_eq!(answer["data"]["a"]["record"], json!({ "title": "Two", "version": 2 }));
    assert_eq!(answer["data"]["b"]["record"], json!({ "title": "Three", "version": 3 }));
    assert_eq!(answer["data"]["c"], Value::Null);
    assert_eq!(answer["errors"][0]["path"], json!(["c"]));
}

#[tokio::test]
async fn a_write_that_is_cut_off_by_the_time_limit_leaves_nothing() {
    let api = Api::within(Limits { timeout_ms: 1_000, ..Limits::DEFAULT }).await;
    let mut other = api.database.pool().begin().await.unwrap();
    for statement in [
        "insert into change_set (id, kind) values ('01990000-0000-7000-8000-000000000001', 'API')",
        "set local dateline.change_set = '01990000-0000-7000-8000-000000000001'",
        "insert into event (id, slug, title, kind) values (gen_random_uuid(), 'held', 'Held', 'TALKS')",
    ] {
        sqlx::query(statement).execute(&mut *other).await.unwrap();
    }
    let input = json!({ "input": { "title": "X", "kind": "TALKS", "slug": "held" }, "key": "k" });
    let answer = mutate(&api, CREATE, input.clone()).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TIMEOUT", "{answer}");
    other.rollback().await.unwrap();
    // By a server that has more time, since a second can be short on a busy machine.
    let patient = Service::new((*api.database).clone(), Limits::DEFAULT, Origins::default());
    let api = Api::over(api.database, router(patient));
    let made = done(&api, CREATE, input).await;
    assert_eq!(made["createEvent"]["outcome"], "CREATED");
    let found = api.ask("{ events { totalCount } changeSets { totalCount } }").await;
    assert_eq!(found["data"], json!({ "events": { "totalCount": 1 }, "changeSets": { "totalCount": 1 } }));
}
