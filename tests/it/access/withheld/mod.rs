//! What is withheld from anonymous readers leaves no trace: everything is asked before a `TOKEN_ONLY` dataset
//! is there and after, and the answers are compared.

mod merges;
mod questions;

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use dateline::access::vocabulary::Role;
use dateline::feed::give_positions;
use futures_util::StreamExt;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use self::questions::{BROAD, queries};
use super::{Expiry, made};
use crate::support::{Api, import_all, write};

/// A dataset that is for those with a token; every word of its own begins with Zzzzz.
const CLOSED: &str = include_str!("closed.ndjson");
/// Records of others that refer to it; every word of theirs begins with Yyyyy.
const BESIDE: &str = include_str!("beside.ndjson");

/// Answers by what was asked.
type Answers = BTreeMap<String, String>;

/// Asks everything, with a token or without, a few questions at a time.
async fn everything(api: &Api, token: Option<&str>) -> Answers {
    give_positions(&api.database).await.unwrap();
    let read = async |asked: String| {
        let request = if asked.starts_with('/') {
            Request::get(&asked).body(Body::empty())
        } else {
            let body = json!({ "query": asked }).to_string();
            Request::post("/graphql").header("content-type", "application/json").body(Body::from(body))
        };
        let mut request = request.unwrap();
        if let Some(token) = token {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        let response = api.router.clone().oneshot(request).await.unwrap();
        let answer = response.into_body().collect().await.unwrap().to_bytes();
        let answer = String::from_utf8(answer.to_vec()).unwrap();
        assert!(!answer.contains("\"INTERNAL\""), "{asked}: {answer}");
        (asked, answer)
    };
    let exports = ["ndjson", "csv", "geojson"]
        .into_iter()
        .flat_map(|format| ["", "&filter=%7B%7D"].map(|filter| format!("/export?format={format}{filter}")));
    let questions = queries().into_iter().chain(exports);
    futures_util::stream::iter(questions).map(read).buffer_unordered(4).collect().await
}

/// Says where two rounds of answers differ.
fn differences(one: &Answers, other: &Answers) -> Vec<String> {
    assert!(one.keys().eq(other.keys()));
    let differing = one.iter().filter(|(asked, answer)| other[*asked] != **answer);
    differing.map(|(asked, answer)| format!("{asked}\n  {answer}\n  {}", other[asked])).collect()
}

fn assert_same(one: &Answers, other: &Answers, when: &str) {
    let differences = differences(one, other);
    assert!(differences.is_empty(), "{when}: {} differ\n{}", differences.len(), differences.join("\n\n"));
    for (asked, answer) in other {
        assert!(!answer.contains("Zzzzz") && !answer.contains("Yyyyy"), "{when}: {asked}\n{answer}");
    }
}

#[tokio::test]
async fn a_closed_dataset_leaves_no_trace_for_anonymous_readers() {
    let api = Api::demonstration().await;
    let reader = made(&api.database, "reader", Role::Reader, Expiry::Never).await;
    let reader = Some(reader.revealed());
    let without = everything(&api, None).await;
    for (asked, answer) in &without {
        let answer: Value = serde_json::from_str(answer).unwrap_or_default();
        let is_refused = answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT";
        let is_ours = BROAD.contains(&asked.as_str())
            || asked.contains("first: 200")
            || asked.contains("buckets { month kind category");
        assert!(!is_refused || !is_ours, "{asked}: {answer}");
    }
    let closed = import_all(&api.database, CLOSED).await;
    assert_same(&without, &everything(&api, None).await, "the dataset is there");
    import_all(&api.database, BESIDE).await;
    assert_same(&without, &everything(&api, None).await, "others refer to it");
    let with_both = everything(&api, reader).await;
    let seen = differences(&without, &with_both).len();
    assert!(seen > 150, "only {seen} answers tell of it to those who may know");

    // Nothing is found by its id, either.
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar(
        "select id from withheld_record union select dataset_id from withheld_dataset union select id from import_run where id = $1 \
         union select record_id from revision where change_set_id = $1",
    )
    .bind(closed.run)
    .fetch_all(api.database.pool())
    .await
    .unwrap();
    assert!(ids.len() > 40, "{}", ids.len());
    let answer = api
        .ask(&format!("{{ nodes(ids: {}) {{ id }} changeSet(id: \"{}\") {{ id }} }}", json!(ids), closed.run))
        .await;
    assert!(answer["data"]["nodes"].as_array().unwrap().iter().all(Value::is_null), "{answer}");
    assert_eq!(answer["data"]["changeSet"], Value::Null);

    // Open to all, it is seen by all; closed again, by nobody.
    let dataset = CLOSED.lines().next().unwrap();
    import_all(&api.database, &dataset.replace("TOKEN_ONLY", "OPEN")).await;
    let mut opened = everything(&api, None).await;
    let mut known = with_both.clone();
    for answers in [&mut opened, &mut known] {
        // But for what says that it was opened.
        answers.retain(|asked, _| {
            !["changeSets", "changes(", "importRuns", "/export?format=ndjson"]
                .iter()
                .any(|name| asked.contains(name))
        });
    }
    let differing = differences(&known, &opened);
    assert!(differing.is_empty(), "{}", differing.join("\n\n"));
    import_all(&api.database, dataset).await;
    assert_same(&without, &everything(&api, None).await, "it is closed again");
    let mut silent: Value = serde_json::from_str(dataset).unwrap();
    silent.as_object_mut().unwrap().remove("redistribution").unwrap();
    silent["title"] = json!("By another title");
    import_all(&api.database, &silent.to_string()).await;
    assert_same(&without, &everything(&api, None).await, "silence opens nothing");
}

#[tokio::test]
async fn what_no_longer_refers_to_a_closed_dataset_is_seen_again() {
    let api = Api::demonstration().await;
    import_all(&api.database, CLOSED).await;
    import_all(&api.database, BESIDE).await;
    let seen = async |slug: &str| {
        api.ask(&format!("{{ event(slug: \"{slug}\") {{ id }} }}")).await["data"]["event"] != Value::Null
    };
    assert!(!seen("yy-part").await && !seen("yy-part-of-part").await && !seen("yy-in-town").await);
    write(&api.database, "update event set parent_id = null where slug = 'yy-part'").await;
    assert!(seen("yy-part").await && seen("yy-part-of-part").await && !seen("yy-in-town").await);
    write(
        &api.database,
        "update event set parent_id = (select id from event where slug = 'zz-other') where slug = 'yy-part'",
    )
    .await;
    assert!(!seen("yy-part").await && !seen("yy-part-of-part").await);
    write(&api.database, "update event set dataset_id = null where slug = 'zz-other'").await;
    assert!(seen("zz-other").await && seen("yy-part-of-part").await);
    // What is kept of them is what is found anew.
    let kept = withheld(&api).await;
    sqlx::query("call withhold_anew()").execute(api.database.pool()).await.unwrap();
    assert_eq!(kept, withheld(&api).await);
}

async fn withheld(api: &Api) -> Vec<uuid::Uuid> {
    sqlx::query_scalar("select id from withheld_record order by id")
        .fetch_all(api.database.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_dataset_that_is_gone_is_withheld_from_the_history_too() {
    let api = Api::demonstration().await;
    let without = everything(&api, None).await;
    let closed = import_all(&api.database, CLOSED).await;
    let mut connection = api.database.pool().acquire().await.unwrap();
    let mut transaction = sqlx::Acquire::begin(&mut connection).await.unwrap();
    let change_set = dateline::history::change_set_of(&mut transaction, closed.run).await.unwrap();
    dateline::history::revert(&mut transaction, change_set, None, Some("Zzzzzreason")).await.unwrap();
    transaction.commit().await.unwrap();
    assert_same(&without, &everything(&api, None).await, "the import is reverted");
    // Nor is there a tombstone of what was deleted, but for those who may know.
    let gone: Vec<uuid::Uuid> = sqlx::query_scalar("select id from tombstone order by id limit 50")
        .fetch_all(api.database.pool())
        .await
        .unwrap();
    assert!(gone.len() > 20, "{}", gone.len());
    let asked =
        gone.iter().enumerate().map(|(place, id)| format!("t{place}: tombstone(id: \"{id}\") {{ id }}"));
    let asked = format!("{{ {} }}", asked.collect::<Vec<_>>().join(" "));
    let shown = |answer: &Value| {
        let tombstones = answer["data"].as_object().unwrap().values();
        tombstones.filter(|tombstone| !tombstone.is_null()).count()
    };
    assert_eq!(shown(&api.ask(&asked).await), 0);
    assert_eq!(shown(&api.by_a_reader().await.ask(&asked).await), gone.len());
}

#[tokio::test]
async fn every_table_that_is_read_is_seen_through_the_eyes_of_anonymous_readers() {
    let api = Api::empty().await;
    // What the API does not read, and what says nothing of any record.
    let others = "{country_set,idempotent_request,location_country,location_country_now,listed_actor,listed_country,listed_event,listed_place,\
        listed_source,record_reference,seaql_migrations,spatial_ref_sys,geography_columns,geometry_columns,token,withheld_dataset,withheld_record}";
    let columns = |schema: &str| {
        format!(
            "select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
             where c.relnamespace = '{schema}'::regnamespace and c.relkind in ('r', 'v') and c.relname <> all ('{others}') order by 1"
        )
    };
    let read = async |schema: &str| -> Vec<String> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(columns(schema))).fetch_all(api.database.pool()).await.unwrap()
    };
    assert_eq!(
        read("anonymous").await,
        read("public").await,
        "a view of the schema `anonymous` is missing or stale"
    );
}
