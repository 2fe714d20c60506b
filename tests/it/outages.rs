//! Outages: a database that goes away under those who read and write, and comes back; and a replica.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use dateline::db::DatabaseSettings;
use dateline::graphql::Limits;
use dateline::http::{Origins, Service, router};
use serde_json::{Value, json};

use crate::cli::{Served, dateline, folder};
use crate::support::{Api, TestDatabase, import_all};

const OUTAGES: usize = 10;

/// How long the database may be away, on a machine that does much else.
const RECOVERY: Duration = Duration::from_mins(1);

/// One request; its status and body, or none when the connection broke.
fn sent(address: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let mut connection = TcpStream::connect(address).ok()?;
    connection.set_read_timeout(Some(RECOVERY)).ok()?;
    let length = body.len();
    let head = format!("POST {path} HTTP/1.0\r\nhost: {address}\r\ncontent-type: application/json");
    write!(connection, "{head}\r\ncontent-length: {length}\r\n\r\n{body}").ok()?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

/// What becomes of the load while the database comes and goes.
#[derive(Default)]
struct Load {
    is_over: AtomicBool,
    read: AtomicU64,
    refused: AtomicU64,
    written: Mutex<Vec<String>>,
    faults: Mutex<Vec<String>>,
}

impl Load {
    fn goes_on(&self) -> bool {
        !self.is_over.load(Ordering::Relaxed)
    }

    fn count(figure: &AtomicU64) {
        figure.fetch_add(1, Ordering::Relaxed);
    }

    /// Reads, and notes every answer that is neither the right one nor says that the database is away.
    fn read(&self, address: &str) {
        let body = json!({ "query": "{ events(first: 5) { nodes { title } } }" }).to_string();
        while self.goes_on() {
            let answer = sent(address, "/graphql", &body);
            let body = answer.as_ref().map_or("no answer", |(_, body)| body);
            let answer: Value = serde_json::from_str(body).unwrap_or_default();
            let code = answer["errors"][0]["extensions"]["code"].as_str();
            match (code, answer["data"]["events"]["nodes"].is_array()) {
                (None, true) => Self::count(&self.read),
                (Some("UNAVAILABLE" | "TIMEOUT"), _) => Self::count(&self.refused),
                _ => self.faults.lock().unwrap().push(format!("read: {body}")),
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Writes, and notes what was acknowledged.
    fn write(&self, address: &str) {
        for number in 0.. {
            if !self.goes_on() {
                return;
            }
            let slug = format!("event-{number}");
            let line = json!({ "type": "event", "slug": slug, "title": slug, "kind": "TALKS", "extent": "2025-10-25" });
            let Some((status, body)) = sent(address, "/import?format=dateline", &line.to_string()) else {
                self.faults.lock().unwrap().push("write: no answer".to_owned());
                continue;
            };
            if status == 200 && body.lines().last().is_some_and(|line| line.contains("\"summary\"")) {
                self.written.lock().unwrap().push(slug);
            } else if !body.contains("UNAVAILABLE") {
                self.faults.lock().unwrap().push(format!("write: {status} {body}"));
            }
        }
    }

    /// Ends the load when it is dropped, be it by a test that fails.
    fn ended(&self) -> impl Drop + '_ {
        struct Ended<'a>(&'a AtomicBool);
        impl Drop for Ended<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        Ended(&self.is_over)
    }

    /// Waits until something was read and something written.
    fn does_both(&self) -> Duration {
        let start = Instant::now();
        let (read, written) = (self.read.load(Ordering::Relaxed), self.written.lock().unwrap().len());
        while self.read.load(Ordering::Relaxed) == read || self.written.lock().unwrap().len() == written {
            let faults = self.faults.lock().unwrap();
            assert!(start.elapsed() < RECOVERY, "it does not recover: {faults:?}");
            drop(faults);
            thread::sleep(Duration::from_millis(20));
        }
        start.elapsed()
    }
}

fn postmaster(data_dir: &Path) -> String {
    let file = std::fs::read_to_string(data_dir.join("postgres/postmaster.pid")).unwrap();
    file.lines().next().unwrap().trim().to_owned()
}

#[test]
fn a_database_that_is_killed_under_load_is_started_again_and_keeps_what_was_acknowledged() {
    let data = folder();
    let mut served = Served::start(dateline(data.path()).arg("serve").env("RUST_LOG", "info"));
    let load = Load::default();
    let address = served.address.clone();
    let recoveries: Vec<Duration> = thread::scope(|threads| {
        let _ended = load.ended();
        for _ in 0..3 {
            threads.spawn(|| load.read(&address));
        }
        threads.spawn(|| load.write(&address));
        load.does_both();
        let outages = (0..OUTAGES).map(|number| {
            // At once with what it has, with a crash to recover from; and in good order.
            let signal = ["-KILL", "-QUIT", "-INT"][number % 3];
            let pid = postmaster(data.path());
            assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
            load.does_both()
        });
        outages.collect()
    });
    assert!(load.faults.lock().unwrap().is_empty(), "{:#?}", load.faults.lock().unwrap());
    assert!(load.refused.load(Ordering::Relaxed) > 0, "nobody noticed");
    let written = load.written.into_inner().unwrap();
    assert!(written.len() > OUTAGES, "{written:?}");
    for slugs in written.chunks(100) {
        let query = json!({ "query": "query($slugs: [String!]) { events(first: 100, filter: {slug: $slugs}) { totalCount } }",
            "variables": { "slugs": slugs } });
        let (_, body) = sent(&address, "/graphql", &query.to_string()).unwrap();
        let answer: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(answer["data"]["events"]["totalCount"], slugs.len(), "{body}");
    }
    println!(
        "{} written, {} read; recovered in {recoveries:?}",
        written.len(),
        load.read.load(Ordering::Relaxed)
    );
    assert!(served.signal("-TERM").success());
    assert!(!data.path().join("postgres/postmaster.pid").exists(), "nothing is left running");
}

/// A service over a database that reads from another one.
async fn reading_from(primary: &TestDatabase, replica: &str) -> axum::Router {
    let database = (**primary).clone().with_replica(replica, &DatabaseSettings::for_command()).unwrap();
    router(Service::new(database, Limits::DEFAULT, Origins::default()))
}

fn actor(slug: &str) -> String {
    json!({ "type": "actor", "slug": slug, "name": slug, "kind": "PERSON" }).to_string()
}

#[tokio::test]
async fn what_only_reads_is_read_from_the_replica_and_what_is_written_goes_to_the_primary() {
    let (primary, replica) = (TestDatabase::new().await, TestDatabase::new().await);
    // No replica has what its primary has not; so it shows which one was asked.
    import_all(&replica, &actor("of-the-replica")).await;
    let router = reading_from(&primary, &replica.url()).await;
    let api = Api::over(primary, router);
    let (status, answer) = api.import(&actor("of-the-primary")).await;
    assert_eq!((status, answer["summary"]["created"].as_u64()), (200, Some(1)), "{answer}");
    let found = api.ask("{ actors { nodes { slug } } }").await;
    assert_eq!(found["data"]["actors"]["nodes"], json!([{ "slug": "of-the-replica" }]));
    let slugs: Vec<String> =
        sqlx::query_scalar("select slug from actor").fetch_all(api.database.pool()).await.unwrap();
    assert_eq!(slugs, ["of-the-primary"]);
    // Whose tokens are known is asked of the primary.
    let api = api.by_a_reader().await;
    let found = api.ask("{ viewer { role } actors { nodes { slug } } }").await;
    assert_eq!(found["data"]["viewer"]["role"], "READER", "{found}");
    assert_eq!(found["data"]["actors"]["nodes"], json!([{ "slug": "of-the-replica" }]));
}

#[tokio::test]
async fn while_the_replica_fails_the_primary_is_read() {
    let primary = TestDatabase::new().await;
    let bare = TestDatabase::bare().await;
    import_all(&primary, &actor("of-the-primary")).await;
    // One is not there, and one has not replayed its tables yet.
    for replica in ["postgres://nobody@%2Fnonexistent/nothing", &bare.url()] {
        let router = reading_from(&primary, replica).await;
        for _ in 0..2 {
            let found = Api::asked(&router, "{ actors { nodes { slug } } }").await;
            assert_eq!(
                found["data"]["actors"]["nodes"],
                json!([{ "slug": "of-the-primary" }]),
                "{replica}: {found}"
            );
        }
        let figures = Api::figures(&router).await;
        assert!(figures.contains("dateline_database_replica_used{} 0"), "{figures}");
        assert!(
            figures.contains("dateline_database_connections{pool=\"replica\",state=\"allowed\"}"),
            "{figures}"
        );
    }
}
