//! Writing through the API.

mod batch;
mod documentation;
mod one;
mod repeated;
pub mod types;

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::Api;

/// Sends a mutation from this machine; the whole answer.
pub async fn mutate(api: &Api, query: &str, variables: Value) -> Value {
    send(api, "127.0.0.1:4000", json!({ "query": query, "variables": variables })).await
}

/// Sends a mutation that must succeed; its data.
pub async fn done(api: &Api, query: &str, variables: Value) -> Value {
    let answer = mutate(api, query, variables).await;
    assert_eq!(answer["errors"], Value::Null, "{query}: {answer:#}");
    answer["data"].clone()
}

/// Sends a mutation that must fail; the code, the field and the message of its first error.
pub async fn refused(api: &Api, query: &str, variables: Value) -> (String, String, String) {
    let answer = mutate(api, query, variables).await;
    let error = &answer["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let extensions = &error["extensions"];
    (text(&extensions["code"]), text(&extensions["field"]), text(&error["message"]))
}

/// Sends a request as a peer at this address does.
pub async fn send(api: &Api, peer: &str, body: Value) -> Value {
    let request =
        Request::post("/graphql").header("host", "localhost:8080").header("content-type", "application/json");
    let mut request = request.body(Body::from(body.to_string())).unwrap();
    request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    let response = api.router.clone().oneshot(request).await.unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}
