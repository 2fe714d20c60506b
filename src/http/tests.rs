//! The protocol's tests: everything about a request that needs no database.

mod documents;

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Origins, Service, router};
use crate::db::Database;
use crate::graphql::Limits;

const STRICT: &str = "application/graphql-response+json";
const LEGACY: &str = "application/json";
/// Nothing is there.
const NOWHERE: &str = "postgres://nobody@%2Fnonexistent/nothing";
const NODE: &str = r#"{"query": "{ node(id: \"01990000-0000-7000-8000-000000000000\") { id } }"}"#;
const VERSION: &str = r#"{"query": "{ service { version } }"}"#;

fn service(database_url: &str) -> Router {
    router(Service::new(
        Database::unasked(database_url),
        Limits { timeout_ms: 100, ..Limits::DEFAULT },
        Origins::default(),
    ))
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn message(&self) -> String {
        self.json()["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
    }

    fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    fn header(&self, name: impl axum::http::header::AsHeaderName) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

async fn ask(request: Request<Body>) -> Answer {
    answer(service(NOWHERE), request).await
}

async fn answer(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().into()).unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}

async fn post(accept: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post("/graphql").header(CONTENT_TYPE, "application/json").header(ACCEPT, accept);
    ask(request.body(body.into()).unwrap()).await
}

async fn get(address: &str) -> Answer {
    ask(Request::get(address).header(ACCEPT, STRICT).body(Body::empty()).unwrap()).await
}

async fn query(accept: &str, query: &str) -> Answer {
    post(accept, json!({ "query": query }).to_string()).await
}

#[tokio::test]
async fn a_query_is_answered_by_post_and_by_get() {
    let posted = post(STRICT, VERSION).await;
    assert_eq!(posted.status, StatusCode::OK);
    assert_eq!(posted.header(CONTENT_TYPE), "application/graphql-response+json; charset=utf-8");
    assert!(
        posted
            .header("server-timing")
            .starts_with("cost;desc=\"2 fields\", sql;desc=\"0 statements\", total;dur=")
    );
    assert_eq!(posted.header("x-content-type-options"), "nosniff");
    assert!(!posted.header("x-request-id").is_empty());
    let got = get("/graphql?query=%7B+service+%7B+version+%7D+%7D").await;
    assert_eq!(got.body, posted.body);
    assert_eq!(
        got.body,
        r#"{"data":{"service":{"version":"0.1.0"}}}"#.replace("0.1.0", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn an_invalid_document_is_400_or_200_by_what_the_client_accepts() {
    for document in ["{ nothing }", "{ service { version }", "query A { __typename } query B { __typename }"]
    {
        for (accept, status) in [(STRICT, StatusCode::BAD_REQUEST), (LEGACY, StatusCode::OK)] {
            let answer = query(accept, document).await;
            assert_eq!(answer.status, status, "{document}");
            assert_eq!(answer.code(), "BAD_USER_INPUT");
            assert!(answer.json().get("data").is_none(), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_thousand_mistakes_are_answered_shortly() {
    let fields: Vec<String> = (0..1_000).map(|n| format!("f{n}")).collect();
    let answer = query(STRICT, &format!("{{ {} }}", fields.join(" "))).await;
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 21);
}

#[tokio::test]
async fn a_mutation_by_get_is_never_executed() {
    let answer = get("/graphql?query=mutation+%7B+a+%7D").await;
    assert_eq!((answer.status, answer.header(ALLOW)), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
    let answer = get("/graphql?query=query+A+%7B__typename%7D+mutation+B+%7B+a+%7D&operationName=B").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn other_methods_are_told_which_are_allowed() {
    for method in [Method::PUT, Method::DELETE, Method::OPTIONS] {
        let request = Request::builder().method(method).uri("/graphql").body(Body::empty()).unwrap();
        let answer = ask(request).await;
        assert_eq!((answer.status, answer.header(ALLOW)), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD,POST"));
        assert_eq!(answer.code(), "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_in_utf_8_is_refused_unread() {
    for content_type in
        [None, Some("text/plain"), Some("multipart/form-data"), Some("application/json; charset=utf-16")]
    {
        let mut request = Request::post("/graphql");
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let answer = ask(request.body(Body::from(VERSION)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_accepted_is_406() {
    assert_eq!(post("text/html", VERSION).await.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn malformed_json_and_batches_are_400_in_both_profiles() {
    for accept in [STRICT, LEGACY] {
        let answer = post(accept, "{\"query\": ").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.message(), "The body is not JSON: EOF while parsing a value at line 1, column 10.");
        assert_eq!(post(accept, format!("[{VERSION}]")).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(post(accept, "{}").await.message(), "There is no `query`.");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_with_and_without_its_length() {
    let long = vec![b' '; 1_100_000];
    let announced = post(STRICT, long.clone()).await;
    let chunks = long.chunks(10_000).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect::<Vec<_>>();
    let streamed = post(STRICT, Body::from_stream(futures_util::stream::iter(chunks))).await;
    for answer in [announced, streamed] {
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(answer.message(), "The body is longer than 1,048,576 bytes; ask for less at once.");
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_408() {
    let never = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    assert_eq!(post(STRICT, never).await.status, StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn the_time_limit_is_an_error_of_its_own() {
    // It takes connections and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://nobody@{}/nothing?sslmode=disable", silent.local_addr().unwrap());
    for (accept, status) in [(STRICT, StatusCode::GATEWAY_TIMEOUT), (LEGACY, StatusCode::OK)] {
        let request = Request::post("/graphql").header(CONTENT_TYPE, LEGACY).header(ACCEPT, accept);
        let answer = answer(service(&url), request.body(NODE.into()).unwrap()).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, "TIMEOUT"), "{}", answer.body);
        assert!(answer.json().get("data").is_none());
    }
}

#[tokio::test]
async fn without_a_database_a_field_says_so() {
    let answer = post(STRICT, NODE).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::OK, "UNAVAILABLE"));
}

#[tokio::test]
async fn a_panic_is_an_internal_error_without_detail() {
    let router = Router::new()
        .route("/", axum::routing::get(async || -> &'static str { panic!("secret") }))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(super::refusal::after_panic));
    let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body = String::from_utf8_lossy(&body);
    assert!(body.contains("INTERNAL") && !body.contains("secret"), "{body}");
}

#[tokio::test]
async fn the_process_is_alive_and_not_ready_without_a_database() {
    assert_eq!(get("/healthz").await.body, "ok");
    let answer = get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json(), json!({ "ready": false, "reason": "the database does not answer" }));
}

#[tokio::test]
async fn the_playground_is_served_with_a_strict_policy_and_kept_by_browsers() {
    for address in ["/graphiql", "/graphiql/small"] {
        let page = get(address).await;
        assert_eq!(page.header(CONTENT_TYPE), "text/html; charset=utf-8", "{address}");
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
        for (start, _) in page.body.match_indices("/graphiql/") {
            let file = page.body[start..].split('"').next().unwrap();
            assert_eq!(get(file).await.status, StatusCode::OK, "{file}");
        }
        let again =
            Request::get(address).header("if-none-match", page.header("etag")).body(Body::empty()).unwrap();
        assert_eq!(ask(again).await.status, StatusCode::NOT_MODIFIED);
    }
    assert_eq!(get("/graphiql/.gitignore").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get("/").await.header("location"), "/graphiql");
}

#[tokio::test]
async fn the_schema_is_served_and_what_is_not_there_is_404() {
    assert!(get("/schema.graphql").await.body.contains("type Query"));
    let missing = get("/nothing").await;
    assert_eq!((missing.status, missing.code().as_str()), (StatusCode::NOT_FOUND, "NOT_FOUND"));
}

#[tokio::test]
async fn the_cost_is_told_to_whoever_asks_for_it() {
    let ask_for = async |query: &str| {
        let body = json!({ "query": query }).to_string();
        let request = Request::post("/graphql").header(CONTENT_TYPE, LEGACY).header("dateline-cost", "1");
        ask(request.body(body.into()).unwrap()).await.json()
    };
    assert_eq!(ask_for("{ service { version } }").await["extensions"], json!({ "cost": 2 }));
    assert_eq!(ask_for("{ events { nodes { id title } } }").await["extensions"], json!({ "cost": 42 }));
    // What is refused was not executed and costs nothing.
    let refused = ask_for("{ events(first: 500) { nodes { claims(first: 500) { nodes { id } } } } }").await;
    assert_eq!(refused["errors"][0]["extensions"], json!({ "code": "TOO_COMPLEX" }));
    assert_eq!(refused.get("extensions"), None);
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_unless_they_were_named() {
    const FRONTEND: &str = "https://map.example";
    let asked = async |origins: &[&str], method: &str| {
        let origins = Origins::new(origins.iter().map(|origin| origin.parse().unwrap()).collect());
        let service = Service::new(Database::unasked(NOWHERE), Limits::DEFAULT, origins);
        let request = Request::builder()
            .method(method)
            .uri("/graphql")
            .header("origin", FRONTEND)
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", "cors")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type, dateline-cost")
            .header(CONTENT_TYPE, LEGACY);
        answer(router(service), request.body(VERSION.into()).unwrap()).await
    };
    let refused = asked(&[], "POST").await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "FORBIDDEN"));
    assert_eq!(refused.header("access-control-allow-origin"), "");
    assert_eq!(asked(&["https://other.example"], "POST").await.status, StatusCode::FORBIDDEN);
    assert_eq!(asked(&[], "OPTIONS").await.status, StatusCode::METHOD_NOT_ALLOWED);
    for (named, allowed) in [(FRONTEND, FRONTEND), ("*", "*")] {
        let answered = asked(&[named], "POST").await;
        assert_eq!(answered.status, StatusCode::OK);
        assert_eq!(answered.header("access-control-allow-origin"), allowed);
        assert!(answered.header("vary").contains("accept"), "{}", answered.header("vary"));
        let preflight = asked(&[named], "OPTIONS").await;
        assert_eq!(preflight.status, StatusCode::OK);
        assert!(preflight.header("access-control-allow-headers").contains("dateline-cost"));
        // No cookie of the reader's ever goes along.
        assert_eq!(preflight.header("access-control-allow-credentials"), "");
    }
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_can_read_it() {
    let request = |encodings| {
        let request = Request::get("/schema.graphql").header("accept-encoding", encodings);
        service(NOWHERE).oneshot(request.body(Body::empty()).unwrap())
    };
    let plain = request("identity").await.unwrap();
    assert_eq!(plain.headers().get("content-encoding"), None);
    let plain = plain.into_body().collect().await.unwrap().to_bytes();
    let packed = request("br, gzip").await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let packed = packed.into_body().collect().await.unwrap().to_bytes();
    assert!(packed.len() * 2 < plain.len());
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*packed), &mut unpacked).unwrap();
    assert_eq!(unpacked, plain);
}

#[tokio::test]
async fn the_figures_tell_requests_errors_costs_and_connections() {
    let router = service(NOWHERE);
    let ask = async |query: &str| {
        let body = json!({ "query": query }).to_string();
        let request = Request::post("/graphql").header(CONTENT_TYPE, LEGACY).body(body.into()).unwrap();
        answer(router.clone(), request).await
    };
    ask("{ service { version } }").await;
    ask("{ nothing }").await;
    ask("{ a").await;
    answer(router.clone(), Request::get("/secret-path").body(Body::empty()).unwrap()).await;
    let figures = answer(router.clone(), Request::get("/metrics").body(Body::empty()).unwrap()).await;
    assert_eq!(figures.header(CONTENT_TYPE), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    for line in [
        r#"dateline_http_requests_total{route="/graphql",method="POST",status="200"} 3"#,
        r#"dateline_http_requests_total{route="other",method="GET",status="404"} 1"#,
        r#"dateline_http_request_duration_seconds_count{route="/graphql"} 3"#,
        r"dateline_http_requests_in_flight 1",
        r#"dateline_graphql_requests_total{outcome="executed"} 1"#,
        r#"dateline_graphql_requests_total{outcome="invalid"} 2"#,
        r#"dateline_graphql_errors_total{code="BAD_USER_INPUT"} 2"#,
        r#"dateline_graphql_cost_bucket{le="10.0"} 1"#,
        r#"dateline_database_connections{pool="primary",state="used"} 0"#,
        r#"dateline_database_connections{pool="anonymous",state="used"} 0"#,
        r"dateline_requests_answering 0",
        r"dateline_imports_in_flight 0",
        "# EOF",
    ] {
        assert!(figures.body.lines().any(|found| found == line), "{line} is not in\n{}", figures.body);
    }
}
