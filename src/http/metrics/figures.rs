//! The figures themselves: their names, labels and descriptions.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry, Unit};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct RequestLabels {
    pub route: String,
    pub method: String,
    pub status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct RouteLabels {
    pub route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct OutcomeLabels {
    pub outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct ErrorLabels {
    pub code: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct ReasonLabels {
    pub reason: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct ConnectionLabels {
    pub pool: &'static str,
    pub state: &'static str,
}

/// Of a figure that stands there only where it has a meaning.
pub(super) type NoLabels = Vec<(&'static str, &'static str)>;

/// All figures, with the registry that writes them.
pub(super) struct Figures {
    pub registry: Registry,
    pub requests: Family<RequestLabels, Counter>,
    pub seconds: Family<RouteLabels, Histogram>,
    pub under_way: Gauge,
    pub turned_away: Family<ReasonLabels, Counter>,
    pub answering: Gauge,
    pub waiting: Gauge,
    pub operations: Family<OutcomeLabels, Counter>,
    pub errors: Family<ErrorLabels, Counter>,
    pub cost: Histogram,
    pub statements: Histogram,
    pub imports: Family<OutcomeLabels, Counter>,
    pub importing: Gauge,
    pub import_lines: Family<OutcomeLabels, Counter>,
    pub import_records: Family<OutcomeLabels, Counter>,
    pub followers: Gauge,
    pub feed_position: Family<NoLabels, Gauge>,
    pub connections: Family<ConnectionLabels, Gauge>,
    pub replica: Family<NoLabels, Gauge>,
}

impl Figures {
    /// Figures that all stand at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("dateline");
        let all = &mut registry;
        let seconds = Family::new_with_constructor(seconds as fn() -> Histogram);
        let help = "Time from a request's headers to its answer's";
        all.register_with_unit("http_request_duration", help, Unit::Seconds, seconds.clone());
        all.register("build", "The program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        Self {
            seconds,
            requests: known(all, "http_requests", "Requests answered, by route, method and status"),
            under_way: known(all, "http_requests_in_flight", "Requests that wait for their answer"),
            turned_away: known(
                all,
                "requests_turned_away",
                "Requests refused because there were too many: of an address, of a token, \
                 of exports; queue_full or waited_too_long",
            ),
            answering: known(all, "requests_answering", "Requests that have one of the places"),
            waiting: known(all, "requests_waiting", "Requests that wait for a place"),
            operations: known(
                all,
                "graphql_requests",
                "GraphQL requests: executed (with or without errors), invalid, refused, timed_out; \
                 streamed and socket where they begin",
            ),
            errors: known(all, "graphql_errors", "Errors in GraphQL answers, by code"),
            cost: with(
                all,
                "graphql_cost",
                "Fields that answers could have had, were every page full",
                Histogram::new([10.0, 100.0, 1_000.0, 10_000.0, 50_000.0, 100_000.0, 200_000.0]),
            ),
            statements: with(
                all,
                "graphql_statements",
                "SQL statements of a request",
                Histogram::new([0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0]),
            ),
            imports: known(all, "imports", "Imports by POST /import: finished or failed"),
            importing: known(all, "imports_in_flight", "Imports by POST /import that are under way"),
            import_lines: known(
                all,
                "import_lines",
                "Lines of finished imports: read, and rejected of these",
            ),
            import_records: known(
                all,
                "import_records",
                "Records of finished imports: created, updated, unchanged, removed",
            ),
            followers: known(all, "subscribers", "WebSockets and event streams that are open"),
            feed_position: known(all, "feed_position", "The last position of the feed of changes"),
            connections: known(
                all,
                "database_connections",
                "Connections to Postgres, by pool: idle, used, allowed",
            ),
            replica: known(all, "database_replica_used", "Whether requests are read from the replica"),
            registry,
        }
    }
}

/// A figure that is registered.
fn known<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    with(registry, name, help, M::default())
}

fn with<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, figure: M) -> M {
    registry.register(name, help, figure.clone());
    figure
}

fn seconds() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
}
