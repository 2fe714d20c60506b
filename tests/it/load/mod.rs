//! How much may be asked at once: rates, places, time; who is refused, how, and when to ask again.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use dateline::access::TimeLimits;
use dateline::access::store::{self, Expiry};
use dateline::access::token::{RANDOM_BYTES, TokenText};
use dateline::access::vocabulary::Role;
use dateline::graphql::{Limits, LoadLimits};
use dateline::http::{Origins, Proxies, Service, router};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tokio::time::sleep;
use tower::ServiceExt;

use crate::support::TestDatabase;

const ELSEWHERE: &str = "192.0.2.7:4000";
const HERE: &str = "127.0.0.1:4000";
const VERSION: &str = "{ service { version } }";
const EVENTS: &str = "{ events { nodes { id } } }";
const SOON: Duration = Duration::from_millis(300);

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }

    fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }

    /// In how many seconds it may be asked again; zero when nothing is said.
    fn retry_after(&self) -> u64 {
        self.headers.get("retry-after").map_or(0, |seconds| seconds.to_str().unwrap().parse().unwrap())
    }
}

/// A server over a database, and those who ask it.
struct Server {
    database: TestDatabase,
    router: Router,
}

impl Server {
    async fn new(load: LoadLimits, proxies: &str) -> Self {
        let proxies = Proxies::new(vec![proxies.parse().unwrap()]);
        Self::made(|service| service.with_load(load, proxies)).await
    }

    async fn made(make: impl FnOnce(Service) -> Service) -> Self {
        let database = TestDatabase::new().await;
        let service = Service::new((*database).clone(), Limits::DEFAULT, Origins::default());
        Self { router: router(make(service)), database }
    }

    async fn send(&self, mut request: Request<Body>, peer: &str, headers: &[(&'static str, &str)]) -> Answer {
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn ask(&self, query: &str, peer: &str, headers: &[(&'static str, &str)]) -> Answer {
        let request = Request::post("/graphql").header("content-type", "application/json");
        let body = json!({ "query": query }).to_string();
        self.send(request.body(body.into()).unwrap(), peer, headers).await
    }

    /// The header of a token, made.
    async fn token(&self, seed: u8, role: Role) -> String {
        let text = TokenText::of_random([seed; RANDOM_BYTES]);
        let name = format!("number {seed}");
        store::make(self.database.pool(), &text, &name, role, Expiry::Never).await.unwrap();
        format!("Bearer {}", text.revealed())
    }

    /// A figure of `/metrics`, by the beginning of its line.
    async fn figure(&self, line: &str) -> String {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let body = self.router.clone().oneshot(request).await.unwrap().into_body();
        let body = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        let found = text.lines().find_map(|found| found.strip_prefix(line));
        found.unwrap_or_else(|| panic!("{line} is not in\n{text}")).trim().to_owned()
    }

    /// Keeps every reader of events waiting while it is held.
    async fn locked(&self) -> sqlx::Transaction<'static, sqlx::Postgres> {
        let mut transaction = self.database.pool().begin().await.unwrap();
        transaction.execute("lock table event in access exclusive mode").await.unwrap();
        transaction
    }

    /// How many statements run that wait for a lock.
    async fn held_up(&self) -> i64 {
        let running = "select count(*) from pg_stat_activity \
            where datname = current_database() and state = 'active' and wait_event_type = 'Lock'";
        sqlx::query_scalar(running).fetch_one(self.database.pool()).await.unwrap()
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !holds().await {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}: not in time");
        sleep(Duration::from_millis(20)).await;
    }
}

fn rates(requests_per_address: u32, requests_per_token: u32) -> LoadLimits {
    LoadLimits { requests_per_address, requests_per_token, ..LoadLimits::DEFAULT }
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_ask_again() {
    let server = Server::new(rates(2, 0), "").await;
    for _ in 0..2 {
        assert_eq!(server.ask(VERSION, ELSEWHERE, &[]).await.status, StatusCode::OK);
    }
    for accept in ["application/json", "application/graphql-response+json"] {
        let refused = server.ask(VERSION, ELSEWHERE, &[("accept", accept)]).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"));
        assert!((1..=30).contains(&refused.retry_after()), "{}", refused.retry_after());
        assert!(refused.message().contains("more than 2 requests a minute"), "{}", refused.message());
    }
    for path in ["/schema.graphql", "/export", "/import"] {
        let method = if path == "/import" { "POST" } else { "GET" };
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        assert_eq!(
            server.send(request, ELSEWHERE, &[]).await.status,
            StatusCode::TOO_MANY_REQUESTS,
            "{path}"
        );
    }
    // Whoever looks after the server may look as often as they like, and so may this machine.
    for path in ["/healthz", "/readyz", "/metrics", "/graphiql"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(server.send(request, ELSEWHERE, &[]).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(server.ask(VERSION, HERE, &[]).await.status, StatusCode::OK);
    assert_eq!(server.ask(VERSION, "192.0.2.8:1", &[]).await.status, StatusCode::OK);
    assert_eq!(server.figure("dateline_requests_turned_away_total{reason=\"address\"}").await, "5");
}

#[tokio::test]
async fn a_token_is_counted_by_itself_wherever_it_is_used() {
    let server = Server::new(rates(1, 3), "").await;
    let (one, other) = (server.token(1, Role::Reader).await, server.token(2, Role::Admin).await);
    for peer in ["192.0.2.1:1", "192.0.2.2:1", "192.0.2.1:2"] {
        assert_eq!(server.ask(VERSION, peer, &[("authorization", &one)]).await.status, StatusCode::OK);
    }
    let refused = server.ask(VERSION, "192.0.2.3:1", &[("authorization", &one)]).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"));
    assert!((1..=20).contains(&refused.retry_after()), "{}", refused.retry_after());
    // Neither the other token nor the address has paid for that.
    assert_eq!(server.ask(VERSION, "192.0.2.1:1", &[("authorization", &other)]).await.status, StatusCode::OK);
    assert_eq!(server.ask(VERSION, "192.0.2.1:1", &[]).await.status, StatusCode::OK);
    assert_eq!(server.ask(VERSION, HERE, &[("authorization", &one)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_tries_tokens_is_counted_by_the_address() {
    let server = Server::new(rates(2, 0), "").await;
    let unknown = format!("Bearer {}", TokenText::of_random([9; RANDOM_BYTES]).revealed());
    let statuses = [unknown.as_str(), "Bearer nonsense", unknown.as_str(), "Bearer nonsense"];
    let mut found = Vec::new();
    for authorization in statuses {
        found.push(server.ask(VERSION, ELSEWHERE, &[("authorization", authorization)]).await.status.as_u16());
    }
    assert_eq!(found, [401, 401, 429, 429]);
}

#[tokio::test]
async fn behind_a_named_proxy_each_client_is_counted_and_none_can_pass_for_another() {
    let server = Server::new(rates(1, 0), "10.0.0.0/8, 127.0.0.1").await;
    let ask = async |peer: &str, forwarded: &str| {
        server.ask(VERSION, peer, &[("x-forwarded-for", forwarded)]).await.status.as_u16()
    };
    assert_eq!(ask("10.0.0.1:1", "198.51.100.1").await, 200);
    assert_eq!(ask("127.0.0.1:1", "198.51.100.1").await, 429);
    assert_eq!(ask("10.0.0.1:1", "203.0.113.9, 198.51.100.1").await, 429);
    assert_eq!(ask("10.0.0.1:1", "198.51.100.2").await, 200);
    // Not through the proxy.
    assert_eq!(ask("192.0.2.7:1", "198.51.100.3").await, 200);
    assert_eq!(ask("192.0.2.7:1", "198.51.100.4").await, 429);
}

#[tokio::test]
async fn more_requests_than_places_wait_and_more_than_may_wait_are_refused() {
    let load = LoadLimits { concurrent: 2, waiting: 1, wait_ms: 20_000, ..LoadLimits::DEFAULT };
    let server = Server::new(load, "").await;
    let lock = server.locked().await;
    let asked = async || server.ask(EVENTS, ELSEWHERE, &[]).await;
    let overtaken = async {
        let both = "dateline_requests_answering";
        until("two are answered and one waits", async || {
            server.figure(both).await == "2" && server.figure("dateline_requests_waiting").await == "1"
        })
        .await;
        let refused = asked().await;
        assert_eq!((refused.status, refused.code()), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"));
        assert_eq!(refused.retry_after(), 1);
        assert!(refused.message().contains("more to answer than it can"), "{}", refused.message());
        lock.rollback().await.unwrap();
    };
    let (one, two, three, ()) = tokio::join!(asked(), asked(), asked(), overtaken);
    for answer in [one, two, three] {
        assert_eq!((answer.status, answer.code()), (StatusCode::OK, ""));
    }
    assert_eq!(server.figure("dateline_requests_answering").await, "0");
}

#[tokio::test]
async fn who_waits_longer_than_may_be_is_told_so() {
    let load = LoadLimits { concurrent: 1, wait_ms: 50, ..LoadLimits::DEFAULT };
    let server = Server::new(load, "").await;
    let lock = server.locked().await;
    let overtaken = async {
        until("one is answered", async || server.figure("dateline_requests_answering").await == "1").await;
        let refused = server.ask(EVENTS, ELSEWHERE, &[]).await;
        assert_eq!((refused.status, refused.retry_after()), (StatusCode::SERVICE_UNAVAILABLE, 5));
        lock.rollback().await.unwrap();
    };
    let (first, ()) = tokio::join!(server.ask(EVENTS, ELSEWHERE, &[]), overtaken);
    assert_eq!(first.code(), "");
}

#[tokio::test]
async fn a_client_that_goes_away_gives_its_place_back_and_its_statement_ends() {
    let load = LoadLimits { concurrent: 1, ..LoadLimits::DEFAULT };
    let server = Server::new(load, "").await;
    let lock = server.locked().await;
    let gone = tokio::time::timeout(SOON, server.ask(EVENTS, ELSEWHERE, &[])).await;
    assert!(gone.is_err());
    assert_eq!(server.figure("dateline_requests_answering").await, "0");
    until("its statement ends in Postgres", async || server.held_up().await == 0).await;
    lock.rollback().await.unwrap();
}

#[tokio::test]
async fn each_role_has_its_time_and_what_takes_longer_ends_in_postgres_too() {
    let times = ["reader=300", "editor=20000"].map(|time| time.parse().unwrap()).to_vec();
    let times = TimeLimits::new(Duration::from_millis(600), times);
    let server = Server::made(|service| service.with_time_limits(times)).await;
    let (reader, editor) = (server.token(1, Role::Reader).await, server.token(2, Role::Editor).await);
    let lock = server.locked().await;
    let took = async |headers: &[(&'static str, &str)]| {
        let start = Instant::now();
        let answer = server.ask(EVENTS, ELSEWHERE, headers).await;
        (answer.code().to_owned(), start.elapsed())
    };
    let patient = async {
        let (code, took) = took(&[("authorization", &editor)]).await;
        assert!(code.is_empty() && took > Duration::from_millis(600), "{code} after {took:?}");
    };
    let others = async {
        let (code, after) = took(&[("authorization", &reader)]).await;
        assert!(code == "TIMEOUT" && after >= Duration::from_millis(300), "{code} after {after:?}");
        let (code, after) = took(&[]).await;
        assert!(code == "TIMEOUT" && after >= Duration::from_millis(600), "{code} after {after:?}");
        until("their statements end in Postgres", async || server.held_up().await == 1).await;
        lock.rollback().await.unwrap();
    };
    tokio::join!(patient, others);
    let shown =
        server.ask("{ service { limits { timeoutMs } timeLimits { role milliseconds } } }", HERE, &[]).await;
    assert_eq!(
        shown.body["data"]["service"]["timeLimits"],
        json!([
            { "role": "READER", "milliseconds": 300 },
            { "role": "CONTRIBUTOR", "milliseconds": 600 },
            { "role": "EDITOR", "milliseconds": 20_000 },
            { "role": "ADMIN", "milliseconds": 600 },
        ])
    );
}

#[tokio::test]
async fn a_limit_of_ones_own_is_kept_by_postgres_and_leaves_the_connection_as_it_was() {
    let server = Server::made(|service| service).await;
    let before: String =
        sqlx::query_scalar("show statement_timeout").fetch_one(server.database.pool()).await.unwrap();
    assert_eq!(before, "0");
    let answer = server.ask(EVENTS, ELSEWHERE, &[]).await;
    assert_eq!(answer.code(), "");
    // Asked outside the pool, whose connection would otherwise forget what it did last.
    let mut aside = PgConnection::connect(&server.database.url()).await.unwrap();
    let noted = "select count(*) from pg_stat_activity where datname = current_database() and query = $1";
    until("it is reset", async || {
        let found: i64 =
            sqlx::query_scalar(noted).bind("reset statement_timeout").fetch_one(&mut aside).await.unwrap();
        found > 0
    })
    .await;
    for _ in 0..8 {
        let after: String =
            sqlx::query_scalar("show statement_timeout").fetch_one(server.database.pool()).await.unwrap();
        assert_eq!(after, "0");
    }
}

#[tokio::test]
async fn the_limits_of_load_are_told() {
    let server = Server::new(LoadLimits { waiting: 7, ..LoadLimits::DEFAULT }, "").await;
    let load =
        "{ service { load { requestsPerAddress requestsPerToken concurrent waiting waitMs exports } } }";
    let shown = server.ask(load, HERE, &[]).await;
    let expected = json!({
        "requestsPerAddress": 600, "requestsPerToken": 6_000, "concurrent": 32, "waiting": 7, "waitMs": 5_000, "exports": 4
    });
    assert_eq!(shown.body["data"]["service"]["load"], expected);
}
