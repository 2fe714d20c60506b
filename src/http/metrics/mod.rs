//! `/metrics`: what the service has done since it started, as figures that Prometheus gathers.

mod figures;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::gauge::Gauge;

use super::Service;
use super::places::Places;
use super::refusal::Refusal;
use crate::db::PoolSize;
use crate::import::Summary;
use figures::{
    ConnectionLabels, ErrorLabels, Figures, OutcomeLabels, ReasonLabels, RequestLabels, RouteLabels,
};

const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The figures. Cheap to clone: all clones are one.
#[derive(Clone)]
pub(super) struct Metrics(Arc<Figures>);

impl Metrics {
    /// Figures that all stand at zero.
    pub fn new() -> Self {
        Self(Arc::new(Figures::new()))
    }

    /// A request has come.
    pub fn begun(&self) -> UnderWay {
        self.0.under_way.inc();
        UnderWay(self.0.under_way.clone())
    }

    /// A request was answered. Routes are the router's own, so that they are few; so are methods.
    pub fn answered(&self, route: Option<&str>, method: &Method, status: StatusCode, after: Duration) {
        let route = route.unwrap_or("other").to_owned();
        let known = [Method::GET, Method::POST, Method::HEAD, Method::OPTIONS];
        let method = if known.contains(method) { method.to_string() } else { "other".to_owned() };
        let figures = &*self.0;
        figures.seconds.get_or_create(&RouteLabels { route: route.clone() }).observe(after.as_secs_f64());
        figures.requests.get_or_create(&RequestLabels { route, method, status: status.as_u16() }).inc();
    }

    /// A GraphQL request came to this, with errors of these codes.
    pub fn executed(&self, outcome: &'static str, codes: impl IntoIterator<Item = String>) {
        self.0.operations.get_or_create(&OutcomeLabels { outcome }).inc();
        for code in codes {
            self.0.errors.get_or_create(&ErrorLabels { code }).inc();
        }
    }

    /// A GraphQL request that was executed cost this.
    #[expect(clippy::cast_precision_loss, reason = "a cost over the limit is never executed")]
    pub fn spent(&self, cost: u64, statements: u32) {
        self.0.cost.observe(cost as f64);
        self.0.statements.observe(statements.into());
    }

    /// A request was refused for this reason: there were too many.
    pub fn turned_away(&self, reason: &'static str) {
        self.0.turned_away.get_or_create(&ReasonLabels { reason }).inc();
    }

    fn places(&self, places: &Places) {
        self.0.answering.set(places.taken().into());
        self.0.waiting.set(places.waiting().into());
    }

    fn pool(&self, PoolSize { pool, idle, used, allowed }: PoolSize) {
        for (state, connections) in [("idle", idle), ("used", used), ("allowed", allowed)] {
            self.0.connections.get_or_create(&ConnectionLabels { pool, state }).set(connections.into());
        }
    }

    /// Whether a replica is read from; nothing where there is none.
    fn replica(&self, is_asked: Option<bool>) {
        if let Some(is_asked) = is_asked {
            self.0.replica.get_or_create(&Vec::new()).set(is_asked.into());
        }
    }

    /// An import over HTTP has begun.
    pub fn importing(&self) -> UnderWay {
        self.0.importing.inc();
        UnderWay(self.0.importing.clone())
    }

    /// An import over HTTP came to this.
    pub fn imported(&self, outcome: &'static str, summary: Option<&Summary>) {
        self.0.imports.get_or_create(&OutcomeLabels { outcome }).inc();
        let Some(summary) = summary else { return };
        for (outcome, lines) in [("read", summary.read), ("rejected", summary.rejected)] {
            self.0.import_lines.get_or_create(&OutcomeLabels { outcome }).inc_by(lines);
        }
        for (outcome, records) in [
            ("created", summary.created()),
            ("updated", summary.updated()),
            ("unchanged", summary.unchanged()),
            ("removed", summary.removed()),
        ] {
            self.0.import_records.get_or_create(&OutcomeLabels { outcome }).inc_by(records);
        }
    }
}

/// A request that waits for its answer; given up, it waits no more.
pub(super) struct UnderWay(Gauge);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// `GET /metrics`
pub(super) async fn metrics(State(service): State<Service>) -> Response {
    for pool in service.database.pool_sizes() {
        service.metrics.pool(pool);
    }
    service.metrics.pool(service.writers.pool_size());
    service.metrics.0.followers.set(service.followers.count().into());
    if let Some(position) = service.feed.position() {
        service.metrics.0.feed_position.get_or_create(&Vec::new()).set(position);
    }
    service.metrics.replica(service.database.reads_from_replica());
    service.metrics.places(&service.places);
    let mut text = String::new();
    match encode(&mut text, &service.metrics.0.registry) {
        Ok(()) => ([(CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
        Err(fault) => Refusal::internal(&fault).into_response(),
    }
}
