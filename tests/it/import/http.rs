//! `POST /import`: files over HTTP.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::one;
use crate::support::{Api, DEMONSTRATION};

/// Headers of a request, by name.
type Headers = &'static [(&'static str, &'static str)];

const HERE: &str = "127.0.0.1:4000";

/// Sends a file; the status and the lines of the answer.
async fn send(
    api: &Api,
    target: &str,
    peer: &str,
    headers: &[(&str, &str)],
    body: Body,
) -> (StatusCode, Vec<Value>) {
    let mut request = Request::post(target).header("host", "localhost:8080");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(body).unwrap();
    request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    let response = api.router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    (status, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[tokio::test]
async fn a_file_is_taken_in_and_told_of_line_by_line() {
    let api = Api::empty().await;
    let file = format!("{DEMONSTRATION}nonsense\n");
    let (status, events) = send(&api, "/import?fileName=demo.ndjson", HERE, &[], Body::from(file)).await;
    assert_eq!(status, StatusCode::OK, "{events:?}");
    assert_eq!(events[0]["progress"]["phase"], "READING");
    let reject = &events[events.len() - 2]["reject"];
    assert_eq!(
        (&reject["text"], &reject["line"]),
        (&Value::from("nonsense"), &Value::from(DEMONSTRATION.lines().count() + 1))
    );
    let summary = &events.last().unwrap()["summary"];
    assert_eq!(summary["rejected"], 1);
    assert_eq!(summary["created"], one::<i64>(&api.database, "select created from import_run").await);
    assert_eq!(one::<String>(&api.database, "select file_name from import_run").await, "demo.ndjson");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_has_a_status_of_its_own() {
    let api = Api::empty().await;
    let line = r#"{"type":"actor","slug":"a","name":"A","kind":"PERSON"}"#;
    let cases: [(&str, &str, Headers, StatusCode, &str); 7] = [
        ("/import", "192.0.2.7:4000", &[], StatusCode::UNAUTHORIZED, "from this machine alone"),
        (
            "/import",
            HERE,
            &[("x-forwarded-for", "192.0.2.7")],
            StatusCode::UNAUTHORIZED,
            "from this machine alone",
        ),
        ("/import", HERE, &[("origin", "https://evil.example")], StatusCode::FORBIDDEN, ""),
        ("/import?format=nonsense", HERE, &[], StatusCode::BAD_REQUEST, "format is none of dateline"),
        (
            "/import?onConflict=x",
            HERE,
            &[],
            StatusCode::BAD_REQUEST,
            "onConflict is none of newer, replace, keep",
        ),
        ("/import?sloth=1", HERE, &[], StatusCode::BAD_REQUEST, "sloth"),
        ("/import?dataset=Not%20A%20Slug", HERE, &[], StatusCode::BAD_REQUEST, "cannot name a dataset"),
    ];
    for (target, peer, headers, expected, message) in cases {
        let (status, answer) = send(&api, target, peer, headers, Body::from(line)).await;
        assert_eq!(status, expected, "{target} {answer:?}");
        let said = answer[0]["errors"][0]["message"].as_str().unwrap();
        assert!(said.contains(message), "{target}: {said}");
    }
    assert_eq!(one::<i64>(&api.database, "select count(*) from actor").await, 0);
}

#[tokio::test]
async fn an_import_that_finds_another_running_is_refused_politely() {
    let api = Api::empty().await;
    let mut other = api.database.pool().acquire().await.unwrap();
    sqlx::query("select pg_advisory_lock(hashtext('dateline.import'))").execute(&mut *other).await.unwrap();
    let (status, answer) = send(&api, "/import", HERE, &[], Body::from("{}")).await;
    assert_eq!(
        (status, &answer[0]["errors"][0]["extensions"]["code"]),
        (StatusCode::CONFLICT, &Value::from("CONFLICT"))
    );
}

#[tokio::test]
async fn a_body_that_is_cut_off_leaves_nothing() {
    let api = Api::empty().await;
    let chunks = DEMONSTRATION.as_bytes()[..50_000].chunks(1_000).map(|chunk| Ok(chunk.to_vec()));
    let cut = chunks.chain([Err(std::io::Error::other("gone"))]);
    let body = Body::from_stream(futures_util::stream::iter(cut));
    let (status, answer) = send(&api, "/import", HERE, &[], body).await;
    let said = answer[0]["errors"][0]["message"].as_str().unwrap();
    assert_eq!(status, StatusCode::BAD_REQUEST, "{said}");
    assert!(said.contains("went away before the file was whole"), "{said}");
    for table in ["select count(*) from change_set", "select count(*) from event"] {
        assert_eq!(one::<i64>(&api.database, table).await, 0, "{table}");
    }
}
