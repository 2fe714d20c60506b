//! `GET /export`: formats, refusals, what anonymous readers may see, and exports that do not end well.

use std::io::Read;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use sqlx::{Acquire, Executor};
use tower::ServiceExt;

use super::{EVERY_FIELD, lines};
use crate::support::{Api, TestDatabase, import_all};

async fn answer(api: &Api, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let (parts, body) = api.router.clone().oneshot(request).await.unwrap().into_parts();
    (
        parts.status,
        parts.headers,
        body.collect().await.expect("the body comes to its end").to_bytes().to_vec(),
    )
}

async fn get(api: &Api, query: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::get(format!("/export{query}")).body(Body::empty()).unwrap();
    let (status, headers, body) = answer(api, request).await;
    (status, headers, String::from_utf8(body).unwrap())
}

/// A filter as it stands in an address.
fn encoded(filter: &str) -> String {
    filter.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn each_format_has_its_type_and_a_name_for_its_file() {
    let api = Api::demonstration().await;
    for (query, media_type, name) in [
        ("", "application/x-ndjson", "dateline.ndjson"),
        ("?format=ndjson", "application/x-ndjson", "dateline.ndjson"),
        ("?format=csv", "text/csv; charset=utf-8; header=present", "dateline.csv"),
        ("?format=geojson", "application/geo+json", "dateline.geojson"),
    ] {
        let (status, headers, body) = get(&api, query).await;
        assert_eq!(
            (status, headers["content-type"].to_str().unwrap()),
            (StatusCode::OK, media_type),
            "{query}"
        );
        assert!(headers["content-disposition"].to_str().unwrap().contains(name), "{query}");
        assert!(!body.is_empty());
        let head = Request::head(format!("/export{query}")).body(Body::empty()).unwrap();
        let (status, of_head, body) = answer(&api, head).await;
        assert_eq!(
            (status, &of_head["content-type"], body.len()),
            (StatusCode::OK, &headers["content-type"], 0)
        );
    }
    let whole = lines(&api.database).await;
    assert_eq!(get(&api, "").await.2, whole);
    let compressed = Request::get("/export").header("accept-encoding", "gzip").body(Body::empty()).unwrap();
    let (_, headers, body) = answer(&api, compressed).await;
    let mut text = String::new();
    flate2::read::GzDecoder::new(body.as_slice()).read_to_string(&mut text).unwrap();
    assert!(headers["content-encoding"] == "gzip" && text == whole);
}

#[tokio::test]
async fn maps_have_their_coordinates_in_order() {
    let api = Api::demonstration().await;
    let (_, _, body) =
        get(&api, &format!("?format=geojson&filter={}", encoded(r#"{"slug": ["torkham-closure-2025-10"]}"#)))
            .await;
    let all: Value = serde_json::from_str(&get(&api, "?format=geojson").await.2).unwrap();
    let one: Value = serde_json::from_str(&body).unwrap();
    let features = all["features"].as_array().unwrap();
    assert!(one["features"].as_array().unwrap().len() <= 1 && features.len() > 1);
    let torkham = features.iter().find(|event| event["properties"]["location"] == "Torkham").unwrap();
    assert_eq!(torkham["geometry"], serde_json::json!({ "type": "Point", "coordinates": [71.09, 34.12] }));
    assert_eq!(torkham["properties"]["countries"], serde_json::json!(["AF", "PK"]));
    assert!(features.iter().any(|event| event["geometry"].is_null()));
}

#[tokio::test]
async fn a_table_has_a_row_an_event_and_no_formulas() {
    let api = Api::empty().await;
    import_all(&api.database, EVERY_FIELD).await;
    let (_, _, body) = get(&api, "?format=csv").await;
    let events = EVERY_FIELD.lines().filter(|line| line.starts_with(r#"{"type":"event","#)).count();
    // Line ends within cells have no carriage return of their own but one.
    assert_eq!(body.matches("\r\n").count(), events + 2);
    assert!(body.contains("\"'=HYPERLINK(\"\"https://a.example\"\")\""), "{body}");
    assert!(body.contains("CLOSURE,BORDER,'-042,ALLEGED,"), "{body}");
    assert!(body.contains(",2,0,3,"), "{body}");
    assert!(
        body.contains("\"A minister\tof state (INITIATOR, alleged); A security official (WITNESS)\""),
        "{body}"
    );
}

#[tokio::test]
async fn what_is_wrong_with_the_address_is_said() {
    let api = Api::empty().await;
    for (query, said) in [
        ("?format=xml", "`format`: \"xml\" is no format; it is one of ndjson, csv, geojson, parquet."),
        ("?fliter=x", "There is no parameter \"fliter\"; an export takes `format`, `filter` and `dataset`."),
        ("?format=csv&format=csv", "The parameter `format` is given twice."),
        ("?filter=x", "`filter`: The filter is not JSON: expected value at line 1 column 1."),
        ("?filter=%7B%22kind%22%3A%22X%22%7D", "`filter`: The value of $filter.kind is no EventKind."),
        (
            "?dataset=nothing",
            "`dataset`: there is no dataset \"nothing\"; `{ datasets { nodes { slug } } }` in the API lists them.",
        ),
    ] {
        let (status, headers, body) = get(&api, query).await;
        assert_eq!(
            (status, &headers["content-type"]),
            (StatusCode::BAD_REQUEST, &"application/json".parse().unwrap())
        );
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["errors"][0]["message"], said);
        assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    }
    let of_page = Request::get("/export").header("origin", "https://other.example").header("host", "here");
    assert_eq!(answer(&api, of_page.body(Body::empty()).unwrap()).await.0, StatusCode::FORBIDDEN);
}

/// A base with a dataset that is not for everybody, of which others' records make use.
async fn partly_closed() -> Api {
    let api = Api::empty().await;
    let lines = EVERY_FIELD.lines().filter(|line| !line.contains(r#""type":"dataset","slug":"desk""#));
    let closed = r#"{"type":"dataset","slug":"desk","title":"A desk","redistribution":"TOKEN_ONLY"}"#;
    let open = r#"
{"type":"event","slug":"open","title":"Open to all","kind":"TALKS","location":"here","extent":"2025-10-25"}
{"type":"participation","event":"open","actor":"minister","role":"HOST"}
{"type":"participation","event":"open","actor":{"dataset":"desk","externalId":"A-1"},"role":"WITNESS"}
{"type":"report","event":"open","source":"wire"}
{"type":"report","event":"open","article":{"dataset":"desk","externalId":"D-1"}}
{"type":"claim","event":"open","property":"duration","value":{"number":3},"source":"wire"}
{"type":"claim","event":"open","property":"duration","value":{"number":4},"source":"paper"}"#;
    import_all(&api.database, &(lines.chain([closed]).collect::<Vec<_>>().join("\n") + open)).await;
    api
}

#[tokio::test]
async fn anonymous_readers_see_nothing_of_closed_datasets_nor_what_needs_them() {
    let api = partly_closed().await;
    for query in [String::new(), format!("?filter={}", encoded("{}"))] {
        let (_, _, body) = get(&api, &query).await;
        assert!(!body.contains("desk"), "{body}");
        // It is whole by itself: nothing refers to what was left out.
        import_all(&TestDatabase::new().await, &body).await;
        let of_type =
            |name: &str| body.lines().filter(|line| line.contains(&format!("{{\"type\":\"{name}\""))).count();
        assert_eq!((of_type("participation"), of_type("report"), of_type("claim")), (1, 1, 2), "{body}");
        assert!(body.contains("Open to all"));
    }
    let (_, _, table) = get(&api, "?format=csv").await;
    assert!(
        !table.contains("desk") && !table.contains("HYPERLINK") && !table.contains("security official"),
        "{table}"
    );
    // One of its claims stands in a paper of the closed dataset: the other is disputed by nobody.
    let row = table.lines().find(|row| row.contains("Open to all")).unwrap();
    assert!(row.contains("A minister\tof state (HOST),0,1,A wire,,false,"), "{row}");
    // Who has the database sees it all.
    assert!(lines(&api.database).await.contains("HYPERLINK"));
    let (status, _, said) = get(&api, "?dataset=desk").await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
}

/// How many exports wait for the lock that a test holds.
async fn waiting(database: &TestDatabase) -> i64 {
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    sqlx::query_scalar(waiting).fetch_one(database.pool()).await.unwrap()
}

async fn until(database: &TestDatabase, count: i64) {
    for _ in 0..200 {
        if waiting(database).await == count {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("there never were {count}");
}

#[tokio::test]
async fn who_goes_away_leaves_no_statement_behind_and_who_stays_learns_of_a_failure() {
    let api = Api::demonstration().await;
    let mut connection = api.database.pool().acquire().await.unwrap();
    let mut lock = connection.begin().await.unwrap();
    lock.execute("lock table event in access exclusive mode").await.unwrap();
    let ask = || api.router.clone().oneshot(Request::get("/export").body(Body::empty()).unwrap());

    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(ask().await.unwrap());
    }
    until(&api.database, 4).await;
    // No more at once than these, so that exports cannot take all there is.
    let (status, _, body) = get(&api, "").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");

    let stays = answers.pop().unwrap();
    drop(answers);
    until(&api.database, 1).await;
    api.database
        .pool()
        .execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
        .await
        .unwrap();
    assert!(stays.into_body().collect().await.is_err());
    lock.rollback().await.unwrap();
    assert_eq!(get(&api, "").await.0, StatusCode::OK);
}
