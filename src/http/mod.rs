//! HTTP: the whole service as one router, for `serve` and for tests.

mod graphql;
mod health;
mod media_type;
mod playground;
mod refusal;
mod server;
#[cfg(test)]
mod tests;
mod trace;

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

pub use server::serve;

use crate::db::Database;
use crate::graphql::{ApiSchema, Limits, schema, schema_text};
use refusal::Refusal;

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    schema: ApiSchema,
    schema_text: Bytes,
    database: Database,
    limits: Limits,
}

impl Service {
    /// A service that reads from `database` and holds every request to `limits`.
    #[must_use]
    pub fn new(database: Database, limits: Limits) -> Self {
        let schema_text = Bytes::from(schema_text());
        Self { schema: schema(limits.clone()), schema_text, database, limits }
    }

    /// How long a request may take.
    #[must_use]
    pub fn time_limit(&self) -> Duration {
        self.limits.time_limit()
    }
}

/// Every path the service answers.
pub fn router(service: Service) -> Router {
    let body_limit = usize::try_from(service.limits.body_bytes).unwrap_or(usize::MAX);
    Router::new()
        .route("/", get(async || Redirect::temporary("/graphiql")))
        .route("/graphql", get(graphql::get).post(graphql::post))
        .route("/graphiql", get(playground::page))
        .route("/graphiql/playground.js", get(playground::script))
        .route("/graphiql/playground.css", get(playground::style))
        .route("/schema.graphql", get(schema_document))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(CatchPanicLayer::custom(refusal::after_panic))
        .layer(axum::middleware::from_fn(trace::trace))
        .with_state(service)
}

/// `GET /schema.graphql`: the contract, as text that a browser shows.
async fn schema_document(State(service): State<Service>) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, service.schema_text)
}

async fn not_found(uri: Uri) -> Refusal {
    Refusal::not_found(format!("There is nothing at {}; the API is at /graphql.", uri.path()))
}

/// The router adds which methods are allowed.
async fn method_not_allowed(method: Method, uri: Uri) -> Refusal {
    Refusal::method_not_allowed(format!("{} does not answer {method}.", uri.path()))
}
