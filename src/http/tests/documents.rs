//! Documents that are only named, the ids of requests in errors, and what browsers are told.

use std::fmt::Write as _;

use axum::http::header::RETRY_AFTER;
use sha2::{Digest, Sha256};

use super::*;
use crate::http::TrustedDocuments;

const TEXT: &str = "{ service { version } }";

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hash, byte| {
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn posted(router: &Router, body: &Value, accept: &str) -> Answer {
    let request = Request::post("/graphql").header(CONTENT_TYPE, LEGACY).header(ACCEPT, accept);
    answer(router.clone(), request.body(body.to_string().into()).unwrap()).await
}

#[tokio::test]
async fn a_document_that_was_sent_with_its_hash_is_asked_for_by_it_by_post_and_by_get() {
    let router = service(NOWHERE);
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(TEXT) } });
    let alone = json!({ "extensions": extensions });
    for (accept, status) in [(LEGACY, StatusCode::OK), (STRICT, StatusCode::BAD_REQUEST)] {
        let unknown = posted(&router, &alone, accept).await;
        assert_eq!((unknown.status, unknown.message().as_str()), (status, "PersistedQueryNotFound"));
        assert_eq!(unknown.code(), "PERSISTED_QUERY_NOT_FOUND");
    }
    let whole = posted(&router, &json!({ "query": TEXT, "extensions": extensions }), STRICT).await;
    assert_eq!((whole.status, whole.code().as_str()), (StatusCode::OK, ""));
    assert_eq!(posted(&router, &alone, STRICT).await.body, whole.body);
    let address = format!("/graphql?extensions={}", encoded(&extensions.to_string()));
    let got = answer(router.clone(), Request::get(address).body(Body::empty()).unwrap()).await;
    assert_eq!(got.body, whole.body);
}

#[tokio::test]
async fn what_is_invalid_is_not_kept() {
    let router = service(NOWHERE);
    for text in ["{ a", "{ events(first: 500) { nodes { claims(first: 500) { nodes { id } } } } }"] {
        let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(text) } });
        posted(&router, &json!({ "query": text, "extensions": extensions }), STRICT).await;
        let alone = posted(&router, &json!({ "extensions": extensions }), STRICT).await;
        assert_eq!(alone.code(), "PERSISTED_QUERY_NOT_FOUND", "{text}");
    }
}

#[tokio::test]
async fn a_server_that_trusts_a_list_answers_it_and_can_refuse_all_others() {
    let file = json!({ "Version": TEXT, "Policy": "{ service { documents { trusted onlyTrusted } } }" });
    let trusting = |are_all| {
        let service = Service::new(Database::unasked(NOWHERE), Limits::DEFAULT, Origins::default());
        let trusted = TrustedDocuments::read(&file.to_string()).unwrap();
        router(service.with_trusted_documents(trusted, are_all))
    };
    for are_all in [false, true] {
        let router = trusting(are_all);
        let policy = posted(&router, &json!({ "documentId": "Policy" }), STRICT).await;
        let expected = json!({ "trusted": 2, "onlyTrusted": are_all });
        assert_eq!(policy.json()["data"]["service"]["documents"], expected);
        let got = Request::get("/graphql?documentId=Version").body(Body::empty()).unwrap();
        assert!(answer(router.clone(), got).await.body.contains("version"));
        let other = posted(&router, &json!({ "query": "{ __typename }" }), STRICT).await;
        assert_eq!(other.code(), if are_all { "FORBIDDEN" } else { "" });
    }
}

#[tokio::test]
async fn an_error_of_the_server_has_the_id_of_its_request_and_one_of_the_client_has_not() {
    let id = |answer: &Answer| answer.json()["errors"][0]["extensions"]["requestId"].clone();
    let request = |query: &str| {
        let request = Request::post("/graphql").header(CONTENT_TYPE, LEGACY).header("x-request-id", "abc-1");
        request.body(json!({ "query": query }).to_string().into()).unwrap()
    };
    let failed = ask(request("{ node(id: \"01990000-0000-7000-8000-000000000000\") { id } }")).await;
    assert_eq!((failed.code().as_str(), id(&failed)), ("UNAVAILABLE", json!("abc-1")));
    assert_eq!(failed.header("x-request-id"), "abc-1");
    let wrong = ask(request("{ nothing }")).await;
    assert_eq!((wrong.code().as_str(), id(&wrong)), ("BAD_USER_INPUT", Value::Null));
    let text = format!("Bearer dl_{}", "0".repeat(64));
    let refused = Request::get("/schema.graphql").header("authorization", text).body(Body::empty()).unwrap();
    let refused = ask(refused).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"));
    assert_eq!(id(&refused), refused.header("x-request-id"));
    assert_eq!(refused.header(RETRY_AFTER), "2");
}

#[tokio::test]
async fn every_answer_tells_browsers_what_it_is_not() {
    for address in
        ["/schema.graphql", "/graphql?query=%7B__typename%7D", "/healthz", "/metrics", "/nothing", "/"]
    {
        let answer = get(address).await;
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'",
            "{address}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{address}");
        }
    }
    assert!(get("/graphiql").await.header("content-security-policy").contains("script-src 'self'"));
}

#[tokio::test]
async fn a_body_that_is_cut_off_is_told_so() {
    let cut = [Ok(VERSION.as_bytes()[..10].to_vec()), Err(std::io::Error::other("gone"))];
    let answer = post(STRICT, Body::from_stream(futures_util::stream::iter(cut))).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"));
    assert_eq!(answer.message(), "The body ended before it was complete.");
}
