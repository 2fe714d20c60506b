//! `/metrics`: what the service has done since it started, as figures that Prometheus gathers.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::Service;
use super::places::Places;
use super::refusal::Refusal;

const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The figures. Cheap to clone: all clones are one.
#[derive(Clone)]
pub(super) struct Metrics(Arc<Figures>);

struct Figures {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram>,
    under_way: Gauge,
    operations: Family<OutcomeLabels, Counter>,
    errors: Family<ErrorLabels, Counter>,
    cost: Histogram,
    statements: Histogram,
    turned_away: Family<ReasonLabels, Counter>,
    answering: Gauge,
    waiting: Gauge,
    connections: Family<ConnectionLabels, Gauge>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ErrorLabels {
    code: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ReasonLabels {
    reason: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ConnectionLabels {
    state: &'static str,
}

impl Metrics {
    /// Figures that all stand at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("dateline");
        let requests = Family::default();
        registry.register(
            "http_requests",
            "Requests answered, by route, method and status",
            requests.clone(),
        );
        let seconds = Family::new_with_constructor(seconds as fn() -> Histogram);
        let help = "Time from a request's headers to its answer's";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, seconds.clone());
        let under_way = Gauge::default();
        registry.register(
            "http_requests_in_flight",
            "Requests that wait for their answer",
            under_way.clone(),
        );
        let operations = Family::default();
        let help = "GraphQL requests: executed (with or without errors), invalid, refused, timed_out";
        registry.register("graphql_requests", help, operations.clone());
        let errors = Family::default();
        registry.register("graphql_errors", "Errors in GraphQL answers, by code", errors.clone());
        let cost = Histogram::new([10.0, 100.0, 1_000.0, 10_000.0, 50_000.0, 100_000.0, 200_000.0]);
        registry.register(
            "graphql_cost",
            "Fields that answers could have had, were every page full",
            cost.clone(),
        );
        let statements = Histogram::new([0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0]);
        registry.register("graphql_statements", "SQL statements of a request", statements.clone());
        let turned_away = Family::default();
        let help = "Requests turned away: by the rate of their address or token, because the queue_full, \
             because they waited_too_long, or because of other exports";
        registry.register("requests_turned_away", help, turned_away.clone());
        let answering = Gauge::default();
        registry.register(
            "requests_answering",
            "Requests that have a place among those answered at once",
            answering.clone(),
        );
        let waiting = Gauge::default();
        registry.register("requests_waiting", "Requests that wait for such a place", waiting.clone());
        let connections = Family::default();
        registry.register(
            "database_connections",
            "Connections to Postgres: idle, used, allowed",
            connections.clone(),
        );
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program", version);
        Self(Arc::new(Figures {
            registry,
            requests,
            seconds,
            under_way,
            operations,
            errors,
            cost,
            statements,
            turned_away,
            answering,
            waiting,
            connections,
        }))
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

    fn pool(&self, state: &'static str, connections: u32) {
        self.0.connections.get_or_create(&ConnectionLabels { state }).set(connections.into());
    }
}

/// A request that waits for its answer; given up, it waits no more.
pub(super) struct UnderWay(Gauge);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn seconds() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
}

/// `GET /metrics`
pub(super) async fn metrics(State(service): State<Service>) -> Response {
    let pool = service.database.pool();
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    service.metrics.pool("idle", idle);
    service.metrics.pool("used", pool.size().saturating_sub(idle));
    service.metrics.pool("allowed", pool.options().get_max_connections());
    service.metrics.places(&service.places);
    let mut text = String::new();
    match encode(&mut text, &service.metrics.0.registry) {
        Ok(()) => ([(CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
        Err(fault) => Refusal::internal(&fault).into_response(),
    }
}
