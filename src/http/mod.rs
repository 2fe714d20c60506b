//! HTTP: the whole service as one router, for `serve` and for tests.

mod access;
mod caching;
mod client;
mod export;
mod followers;
mod graphql;
mod health;
mod import;
mod media_type;
mod metrics;
mod origins;
mod places;
mod playground;
mod rates;
mod refusal;
mod server;
#[cfg(test)]
mod tests;
mod trace;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use client::{Proxies, ProxyList};
pub use followers::FollowerLimits;
pub use origins::{OriginList, Origins};
pub use server::{Patience, serve};

use crate::access::TimeLimits;
use crate::access::vocabulary::ReadAccess;
use crate::db::{Database, MARGIN};
use crate::feed::Feed;
use crate::graphql::{ApiSchema, Limits, LoadLimits, schema, schema_text};
use crate::writing::Writers;
use caching::kept;
use client::Client;
use export::Exports;
use followers::Followers;
pub(crate) use graphql::Inputs;
pub use graphql::TrustedDocuments;
use graphql::{Documents, Gate};
use metrics::Metrics;
use places::Places;
use rates::Rates;
use refusal::Refusal;

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    schema: ApiSchema,
    schema_text: Bytes,
    /// The schema again, as the limits see it, and as variables do.
    gate: Arc<Gate>,
    inputs: Arc<Inputs>,
    database: Database,
    feed: Feed,
    followers: Followers,
    limits: Limits,
    origins: Origins,
    metrics: Metrics,
    exports: Exports,
    read_access: ReadAccess,
    time_limits: TimeLimits,
    documents: Documents,
    load: LoadLimits,
    rates: Rates,
    places: Places,
    proxies: Proxies,
    writers: Writers,
}

impl Service {
    /// A service that reads from `database`, holds every request to `limits`, and answers pages of
    /// `origins` besides its own.
    #[must_use]
    pub fn new(database: Database, limits: Limits, origins: Origins) -> Self {
        let schema_text = schema_text();
        let time_limits = TimeLimits::new(limits.time_limit(), Vec::new());
        Self {
            schema: schema(limits.clone()),
            gate: Arc::new(Gate::new(&schema_text, limits.clone())),
            inputs: Arc::new(Inputs::of(&schema_text)),
            schema_text: Bytes::from(schema_text),
            writers: Writers::new(&database, time_limits.longest() + MARGIN),
            feed: Feed::new(database.clone()),
            followers: Followers::new(FollowerLimits::DEFAULT),
            database,
            limits,
            origins,
            metrics: Metrics::new(),
            exports: Exports::new(LoadLimits::DEFAULT),
            read_access: ReadAccess::default(),
            time_limits,
            documents: Documents::new(TrustedDocuments::default(), false),
            load: LoadLimits::DEFAULT,
            rates: Rates::new(LoadLimits::DEFAULT),
            places: Places::new(LoadLimits::DEFAULT),
            proxies: Proxies::default(),
        }
    }

    /// The same service, open to those who may read by this.
    #[must_use]
    pub fn with_read_access(self, read_access: ReadAccess) -> Self {
        Self { read_access, ..self }
    }

    /// The same service, for so many followers.
    #[must_use]
    pub fn with_followers(self, limits: FollowerLimits) -> Self {
        Self { followers: Followers::new(limits), ..self }
    }

    /// Tells all who follow that the server stops, and waits a while for their farewell.
    pub async fn end(&self, patience: Duration) {
        self.followers.end(patience).await;
    }

    /// The feed of changes that it serves, which has to be followed.
    #[must_use]
    pub fn feed(&self) -> Feed {
        self.feed.clone()
    }

    /// The same service, where some roles have a time limit of their own.
    #[must_use]
    pub fn with_time_limits(self, time_limits: TimeLimits) -> Self {
        // Each write ends with its request; behind that stands the longest time of all.
        let writers = Writers::new(&self.database, time_limits.longest() + MARGIN);
        Self { time_limits, writers, ..self }
    }

    /// The same service, which knows these documents by their names, and answers no others where they are `all`.
    #[must_use]
    pub fn with_trusted_documents(self, trusted: TrustedDocuments, are_all: bool) -> Self {
        Self { documents: Documents::new(trusted, are_all), ..self }
    }

    /// The same service, asked no more at once than this by clients that are known behind these proxies.
    #[must_use]
    pub fn with_load(self, load: LoadLimits, proxies: Proxies) -> Self {
        let (exports, rates, places) = (Exports::new(load), Rates::new(load), Places::new(load));
        Self { exports, load, rates, places, proxies, ..self }
    }

    /// How long a request may take of those who have no limit of their own.
    #[must_use]
    pub fn time_limit(&self) -> Duration {
        self.time_limits.common()
    }
}

/// Every path the service answers.
pub fn router(service: Service) -> Router {
    let api = Router::new()
        .route("/graphql", get(graphql::get).post(graphql::post))
        .route("/schema.graphql", get(schema_document))
        .route("/export", get(export::get))
        .method_not_allowed_fallback(method_not_allowed);
    let api = match service.origins.layer() {
        Some(cors) => api.layer(cors),
        None => api,
    };
    api.merge(playground::router())
        .route("/", get(async || Redirect::temporary("/graphiql")))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::metrics))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(refusal::after_panic))
        // The fastest level halves an answer already, and costs less than sending the rest.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        // Its events are read as they come, which a compressor would gather.
        .route("/import", post(import::post))
        .layer(from_fn_with_state(service.metrics.clone(), trace::trace))
        .with_state(service)
}

/// `GET /schema.graphql`: the contract, as text that a browser shows.
async fn schema_document(
    State(service): State<Service>,
    client: Client,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    service.reader(client, &headers).await?;
    let text = service.schema_text;
    let answer = || ([(CONTENT_TYPE, "text/plain; charset=utf-8")], text.clone()).into_response();
    Ok(kept(&headers, &text, answer))
}

async fn not_found(uri: Uri) -> Refusal {
    Refusal::not_found(format!("There is nothing at {}; the API is at /graphql.", uri.path()))
}

/// The router adds which methods are allowed.
async fn method_not_allowed(method: Method, uri: Uri) -> Refusal {
    Refusal::method_not_allowed(format!("{} does not answer {method}.", uri.path()))
}
