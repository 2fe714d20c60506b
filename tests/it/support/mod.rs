//! What tests stand on: a database of their own.

mod postgres;

pub use postgres::TestDatabase;

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use dateline::access::store::{self, Expiry};
use dateline::access::token::{RANDOM_BYTES, TokenText};
use dateline::access::vocabulary::Role;
use dateline::feed::give_positions;
use dateline::graphql::Limits;
use dateline::http::{Origins, Service, router};
use dateline::import::{Format, ImportError, Options, Reject, Summary, import_gathering};
use http_body_util::BodyExt;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use tower::ServiceExt;

/// The demonstration dataset.
pub const DEMONSTRATION: &str = include_str!("../../../data/demonstration.ndjson");

/// What an import did, with the lines it did not load.
#[derive(Debug)]
pub struct Imported {
    summary: Summary,
    pub rejects: Vec<Reject>,
}

impl std::ops::Deref for Imported {
    type Target = Summary;

    fn deref(&self) -> &Summary {
        &self.summary
    }
}

/// Imports bytes as a file.
pub async fn try_import(
    database: &TestDatabase,
    file: &[u8],
    options: &Options,
) -> Result<Imported, ImportError> {
    let file = Box::new(std::io::Cursor::new(file.to_vec()));
    let (summary, rejects) = import_gathering(database, file, options).await?;
    Ok(Imported { summary, rejects })
}

/// Imports `lines` as a file of the native format.
pub async fn import(database: &TestDatabase, lines: &str) -> Imported {
    let options = Options { format: Some(Format::Dateline), ..Options::default() };
    try_import(database, lines.as_bytes(), &options).await.expect("the import runs")
}

/// Imports `lines`, each of which must be loaded.
pub async fn import_all(database: &TestDatabase, lines: &str) -> Imported {
    let imported = import(database, lines).await;
    assert!(imported.rejects.is_empty(), "rejected: {:#?}", imported.rejects);
    imported
}

/// The service over a database of its own.
pub struct Api {
    pub database: TestDatabase,
    pub router: Router,
    /// The header by which it asks; none: as anybody does.
    authorization: Option<String>,
}

impl Api {
    /// Over a database without records.
    pub async fn empty() -> Self {
        Self::within(Limits::DEFAULT).await
    }

    /// Over a database without records, under these limits.
    pub async fn within(limits: Limits) -> Self {
        let database = TestDatabase::new().await;
        let router = router(Service::new((*database).clone(), limits, Origins::default()));
        Self { database, router, authorization: None }
    }

    /// Over a database that this router serves.
    pub fn over(database: TestDatabase, router: Router) -> Self {
        Self { database, router, authorization: None }
    }

    /// Over the demonstration dataset, in the feed as a server would put it there.
    pub async fn demonstration() -> Self {
        let api = Self::empty().await;
        import_all(&api.database, DEMONSTRATION).await;
        give_positions(&api.database).await.unwrap();
        api
    }

    /// The same, asked from now on by somebody with a token, from whom nothing is withheld.
    pub async fn by_a_reader(self) -> Self {
        let text = TokenText::of_random([7; RANDOM_BYTES]);
        store::make(self.database.pool(), &text, "a reader", Role::Reader, Expiry::Never).await.unwrap();
        Self { authorization: Some(format!("Bearer {}", text.revealed())), ..self }
    }

    /// Asks a query; the whole answer.
    pub async fn ask(&self, query: &str) -> Value {
        self.ask_counting(query).await.0
    }

    /// Imports a line by `POST /import`, as programs on this machine may; the status and the last event.
    pub async fn import(&self, line: &str) -> (u16, Value) {
        let here: SocketAddr = ([127, 0, 0, 1], 4000).into();
        let request = Request::post("/import?format=dateline").header("host", "localhost:8080");
        let request = request.extension(ConnectInfo(here)).body(Body::from(line.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let last = bytes.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty()).unwrap_or_default();
        (status, serde_json::from_slice(last).unwrap())
    }

    /// The answer of a router that has no `Api` around it.
    pub async fn asked(router: &Router, query: &str) -> Value {
        let body = serde_json::json!({ "query": query }).to_string();
        let request =
            Request::post("/graphql").header("content-type", "application/json").body(Body::from(body));
        let response = router.clone().oneshot(request.unwrap()).await.unwrap();
        serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
    }

    /// What `/metrics` says.
    pub async fn figures(router: &Router) -> String {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
    }

    /// Asks a query; the whole answer, and how many SQL statements it took.
    pub async fn ask_counting(&self, query: &str) -> (Value, u32) {
        let body = serde_json::json!({ "query": query }).to_string();
        let mut request = Request::post("/graphql").header("content-type", "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let request = request.body(Body::from(body));
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let timing = response.headers()["server-timing"].to_str().unwrap().to_owned();
        let statements = timing
            .split_once("sql;desc=\"")
            .and_then(|(_, rest)| rest.split_once(' '))
            .unwrap()
            .0
            .parse()
            .unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (serde_json::from_slice(&bytes).unwrap(), statements)
    }
}

/// The tables by whose rows two bases are compared: without bookkeeping, and without sums, whose rows
/// tell in which order they were written. That the sums are right is asserted instead.
pub async fn compared_tables(database: &TestDatabase) -> Vec<String> {
    crate::statistics::assert_in_step(database, "all of it").await;
    sqlx::query_scalar(
        "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' \
         and table_name not in ('import_run', 'import_reject', 'change_set', 'revision', 'seaql_migrations', 'spatial_ref_sys', \
           'country_set', 'location_country', 'event_sum', 'event_sum_change', 'change_stretch') order by 1",
    )
    .fetch_all(database.pool())
    .await
    .unwrap()
}

/// Writes past the import, as any other program might.
pub async fn write(database: &TestDatabase, sql: &str) {
    let sql = format!(
        "do $do$ begin insert into change_set (id, kind) values ('{id}', 'API'); \
         perform set_config('dateline.change_set', '{id}', true); {sql}; end $do$",
        id = uuid::Uuid::now_v7()
    );
    sqlx::query(AssertSqlSafe(sql)).execute(database.pool()).await.unwrap();
}

/// Numbers that look random and are the same every time.
pub struct Dice(pub u64);

impl Dice {
    /// One of the numbers from 0 on.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// The ids of the records of a page, in its order.
pub fn ids(page: &Value) -> Vec<String> {
    page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}
