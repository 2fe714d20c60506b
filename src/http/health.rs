//! Health: whether the process is up, and whether it can answer questions.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::time::timeout;

use super::Service;
use crate::db::Database;

/// Whoever probes does not wait for long, and asks again.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /healthz`: the process is up, whatever the database does.
pub(super) async fn alive() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], "ok")
}

/// `GET /readyz`: the database answers and has every table this version needs.
pub(super) async fn ready(State(service): State<Service>) -> Response {
    let hindrance = match timeout(PATIENCE, hindrance(&service.database)).await {
        Ok(found) => found,
        Err(_) => Some("the database does not answer in time".to_owned()),
    };
    let (status, body) = match hindrance {
        None => (StatusCode::OK, json!({ "ready": true })),
        Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, json!({ "ready": false, "reason": reason })),
    };
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// What keeps the service from answering, in words that give nothing internal away.
async fn hindrance(database: &Database) -> Option<String> {
    if let Err(error) = database.ping().await {
        tracing::warn!(%error, "not ready");
        return Some("the database does not answer".to_owned());
    }
    match database.migration_status().await {
        Ok(status) if status.pending.is_empty() => None,
        Ok(status) => {
            Some(format!("{} migrations are pending; run `dateline migrate up`", status.pending.len()))
        }
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Some("the database does not say which migrations it has".to_owned())
        }
    }
}
