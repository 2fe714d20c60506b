//! The program as people run it: the binary, on a data directory of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use sqlx::{Acquire, Executor};
use tempfile::TempDir;

use crate::support::TestDatabase;

/// A folder that the server's user can enter.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

pub fn dateline(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.env_remove("DATABASE_URL").env("DATELINE_DATA_DIR", data_dir).env("RUST_LOG", "warn");
    command
}

pub fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// One request over a connection of its own; the status line and the body.
pub fn request(address: &str, head: &str, body: &str) -> (String, String) {
    let mut connection = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        connection,
        "{head} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}",
    )
    .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

fn ask(address: &str, query: &str) -> Value {
    let (_, body) = request(address, "POST /graphql", &serde_json::json!({ "query": query }).to_string());
    serde_json::from_str(&body).unwrap()
}

/// `dateline demo` or `dateline serve` while it serves.
pub struct Served {
    process: Child,
    pub address: String,
}

impl Drop for Served {
    /// A test that fails leaves nothing running.
    fn drop(&mut self) {
        self.process.kill().ok();
    }
}

impl Served {
    fn demo(data_dir: &Path) -> Self {
        Self::start(dateline(data_dir).arg("demo"))
    }

    /// On a database of a test.
    fn serve(database_url: &str) -> Self {
        Self::start(
            dateline(Path::new("/nonexistent"))
                .arg("serve")
                .env("DATABASE_URL", database_url)
                .env("RUST_LOG", "info"),
        )
    }

    pub fn start(command: &mut Command) -> Self {
        let command = command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (said, lines) = mpsc::channel();
        // Whatever it says is read to the end, so that it never waits for a reader.
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(process.stdout.take().unwrap()), Box::new(process.stderr.take().unwrap())];
        for stream in streams {
            let said = said.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    said.send(line).ok();
                }
            });
        }
        let address = std::iter::from_fn(|| lines.recv_timeout(Duration::from_mins(1)).ok())
            .find_map(|line| Some(line.rsplit_once("http://")?.1.strip_suffix("/graphiql")?.to_owned()))
            .expect("it says where the playground is");
        Self { process, address }
    }

    fn request(&self, head: &str) -> (String, String) {
        request(&self.address, head, "")
    }

    fn ask(&self, query: &str) -> Value {
        ask(&self.address, query)
    }

    fn tell(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub fn signal(&mut self, signal: &str) -> ExitStatus {
        self.tell(signal);
        self.process.wait().unwrap()
    }
}

/// Waits until something is true, for four seconds at most.
async fn until(is_true: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if is_true().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never came true");
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_stops() {
    let database = TestDatabase::new().await;
    let mut served = Served::serve(&database.url());
    let mut connection = database.pool().acquire().await.unwrap();
    let mut lock = connection.begin().await.unwrap();
    lock.execute("lock table event in access exclusive mode").await.unwrap();
    let address = served.address.clone();
    let asked = tokio::task::spawn_blocking(move || ask(&address, "{ events { totalCount nodes { id } } }"));
    let waits = "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";
    until(async || sqlx::query_scalar(waits).fetch_one(database.pool()).await.unwrap()).await;
    served.tell("-TERM");
    until(async || TcpStream::connect(&served.address).is_err()).await;
    assert!(!asked.is_finished());
    lock.rollback().await.unwrap();
    assert_eq!(asked.await.unwrap()["data"]["events"]["totalCount"], 0);
    assert!(served.process.wait().unwrap().success());
}

#[test]
fn the_demonstration_starts_answers_stops_and_loads_nothing_twice() {
    let data = folder();
    let mut demo = Served::demo(data.path());
    let walk = r#"{ borderCrossing(slug: "torkham") { closures { nodes { articles { nodes { source { name } } } } } } }"#;
    assert_eq!(demo.ask(walk)["data"]["borderCrossing"]["closures"]["nodes"].as_array().unwrap().len(), 2);
    for path in ["/healthz", "/readyz", "/graphiql", "/graphiql/playground.js", "/schema.graphql"] {
        assert_eq!(demo.request(&format!("GET {path}")).0, "HTTP/1.1 200 OK", "{path}");
    }
    // As deep as may be is answered, deeper is refused; the process outlives both.
    let nested = |depth: usize| {
        let (open, close) = ("parent { ".repeat(depth - 2), "}".repeat(depth - 2));
        format!("{{ location(slug: \"torkham\") {{ {open} id {close} }} }}")
    };
    assert_eq!(demo.ask(&nested(30))["errors"], Value::Null);
    assert_eq!(demo.ask(&nested(31))["errors"][0]["extensions"]["code"], "TOO_COMPLEX");
    assert!(demo.signal("-TERM").success());
    assert!(said(&run(dateline(data.path()).arg("doctor"))).contains("stopped"));

    let mut again = Served::demo(data.path());
    let runs = again.ask("{ importRuns { nodes { created updated unchanged } } }");
    let runs = runs["data"]["importRuns"]["nodes"].as_array().unwrap();
    assert_eq!((&runs[0]["created"], &runs[0]["updated"]), (&0.into(), &0.into()));
    assert_eq!(runs[0]["unchanged"], runs[1]["created"]);

    // Killed, it leaves its Postgres behind, which the next start joins.
    again.signal("-KILL");
    let mut joined = Served::demo(data.path());
    assert_eq!(
        joined.ask("{ service { version } }")["data"]["service"]["version"],
        env!("CARGO_PKG_VERSION")
    );
    assert!(joined.signal("-INT").success());
}

#[test]
fn an_import_names_bad_lines_writes_them_down_and_says_when_nothing_changed() {
    let data = folder();
    let file = data.path().join("events.ndjson");
    let good = r#"{"type":"event","slug":"talks","title":"Talks","kind":"TALKS","extent":"2025-10-25"}"#;
    let bad = r#"{"type":"event","slug":"strike","title":"Strike","kind":"STRIKE","extent":"2025-10-28/2025-10-25"}"#;
    std::fs::write(&file, format!("{good}\n{bad}\n")).unwrap();
    let import = || run(dateline(data.path()).arg("import").arg(&file));

    let first = import();
    assert_eq!(first.status.code(), Some(3), "{}", said(&first));
    assert!(said(&first).contains("line 2, extent"), "{}", said(&first));
    let rejects = data.path().join("events.rejects.ndjson");
    assert_eq!(std::fs::read_to_string(&rejects).unwrap(), format!("{bad}\n"));

    std::fs::write(&file, format!("{good}\n")).unwrap();
    let second = import();
    assert_eq!(second.status.code(), Some(0));
    assert!(said(&second).to_lowercase().contains("nothing changed"), "{}", said(&second));

    let missing = run(dateline(data.path()).args(["import", "no-such-file.ndjson"]));
    assert_eq!(missing.status.code(), Some(1));
    assert!(said(&missing).contains("no-such-file.ndjson"));
}

#[test]
fn migrations_are_listed_taken_back_and_run_again() {
    let data = folder();
    let migrate = |arguments: &[&str]| run(dateline(data.path()).arg("migrate").args(arguments));
    assert!(migrate(&["up"]).status.success());
    let down = migrate(&["down"]);
    assert!(said(&down).contains("Took back 1 migration"), "{}", said(&down));
    let status = migrate(&["status"]);
    assert!(said(&status).contains("pending"), "{}", said(&status));
    assert!(migrate(&["up"]).status.success());
    assert!(!said(&migrate(&["status"])).contains("pending"));
}

#[test]
fn the_schema_is_printed_without_a_database() {
    let printed = run(dateline(Path::new("/nonexistent")).arg("schema"));
    let is_committed = printed.stdout == include_bytes!("../../schema.graphql");
    assert!(is_committed, "schema.graphql is stale: run `make schema`");
}

#[test]
fn a_missing_postgres_is_one_error_that_names_the_packages() {
    let data = folder();
    let missing =
        run(dateline(data.path()).args(["serve", "--listen", "127.0.0.1:0", "--pg-bin"]).arg(data.path()));
    assert_eq!(missing.status.code(), Some(1));
    for told in ["apt-get install", "dnf install", "brew install"] {
        assert!(said(&missing).contains(told), "{}", said(&missing));
    }
}

#[test]
fn the_status_of_crossings_is_a_table_or_json() {
    let data_dir = folder();
    let status = |arguments: &[&str]| {
        let output = run(dateline(data_dir.path()).arg("status").args(arguments));
        (output.status.code(), said(&output))
    };
    assert_eq!(status(&[]), (Some(0), "There are no crossings yet.\n".to_owned()));
    let demonstration = concat!(env!("CARGO_MANIFEST_DIR"), "/data/demonstration.ndjson");
    assert!(run(dateline(data_dir.path()).args(["import", demonstration])).status.success());

    let (code, one) = status(&["torkham", "--at", "2025-10-29T12:00:00Z", "--traffic", "cargo"]);
    assert_eq!(code, Some(0), "{one}");
    for part in [
        "2025-10-29T12:00:00Z, CARGO, BOTH:",
        "torkham   CLOSED  CERTAIN    3",
        "CLOSES Closure of Torkham, October 2025 (began between 2025-09-30T19:00:00Z and 2025-10-14T19:00:00Z)",
        "TRANSIT_TRADE  CLOSED",
    ] {
        assert!(one.contains(part), "{part}: {one}");
    }
    let (_, all) = status(&["--at", "2026-01-01"]);
    assert!(all.contains("spin-boldak  CLOSED  STALE"), "{all}");
    let (_, text) = status(&["--at", "2025-10-20", "--json"]);
    let crossings: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(crossings.as_array().unwrap().len(), 2);
    assert_eq!(crossings[1]["status"]["status"], "CLOSED");

    let (code, unknown) = status(&["nowhere"]);
    assert_eq!(code, Some(1));
    assert!(unknown.contains("no crossing has the slug \"nowhere\""), "{unknown}");
    let (code, stale) = status(&["--horizon-days=-3"]);
    assert!(code == Some(1) && stale.contains("`horizonDays` is -3"), "{stale}");
    let (code, class) = status(&["--traffic", "elephants"]);
    assert!(code == Some(2) && class.contains("it is none of PEDESTRIAN, "), "{class}");
    let (code, time) = status(&["--at", "yesterday"]);
    assert!(code == Some(2) && time.contains("\"yesterday\" is neither a date"), "{time}");
}

#[test]
fn an_import_is_listed_reverted_and_redone() {
    let folder = folder();
    let file = folder.path().join("revert");
    std::fs::write(&file, "{\"type\":\"actor\",\"slug\":\"x\",\"name\":\"X\",\"kind\":\"PERSON\"}\n")
        .unwrap();
    let data_dir = folder.path().join("data");
    let ask = |arguments: &[&str]| {
        let output = run(dateline(&data_dir).current_dir(folder.path()).arg("import").args(arguments));
        let heard = if output.status.success() { &output.stdout } else { &output.stderr };
        (output.status.success(), String::from_utf8_lossy(heard).into_owned())
    };
    assert_eq!(ask(&["list"]), (true, "Nothing has been imported.\n".to_owned()));
    // A path is always a file.
    let (loaded, report) = ask(&["./revert", "--dataset", "watch"]);
    assert!(loaded, "{report}");
    let (_, listed) = ask(&["list"]);
    let id = listed.lines().nth(1).unwrap().split(' ').next().unwrap().to_owned();
    assert!(listed.contains("watch    dateline  revert"), "{listed}");
    let (done, report) = ask(&["revert", &id, "--reason", "a test"]);
    assert!(done, "{report}");
    // With the dataset that was made for it.
    let counts: Vec<_> = report.lines().nth(2).unwrap().split_whitespace().collect();
    assert_eq!(counts, ["actor", "1", "0", "0"], "{report}");
    assert!(ask(&["list"]).1.trim_end().ends_with("reverted"));
    let (done, report_again) = ask(&["revert", &id]);
    assert!(!done && report_again.contains("has been reverted already"), "{report_again}");
    let redo = report.trim_end().rsplit(' ').next().unwrap().to_owned();
    assert!(ask(&["revert", &redo]).0);
    assert!(ask(&["list"]).1.trim_end().ends_with("reverted, and restored"));
    assert!(!ask(&["revert", "nonsense"]).0);
    assert!(!ask(&[]).0);
}

#[test]
fn a_token_is_shown_once_known_at_once_and_never_logged() {
    let data = folder();
    let token = |arguments: &[&str]| run(dateline(data.path()).arg("token").args(arguments));
    // The first of an embedded database: one command, which makes the database, too.
    let made = token(&["create", "--name", "me", "--role", "admin"]);
    assert!(made.status.success(), "{}", said(&made));
    let text = String::from_utf8(made.stdout).unwrap();
    let secret = text.trim_end().strip_prefix("dl_").expect("standard output has the token alone");
    assert!(!String::from_utf8_lossy(&made.stderr).contains(secret));

    let log = data.path().join("log");
    let mut command = dateline(data.path());
    command.args(["serve", "--read-access", "token", "--listen", "127.0.0.1:0"]).env("RUST_LOG", "trace");
    let mut process =
        command.stdout(Stdio::null()).stderr(std::fs::File::create(&log).unwrap()).spawn().unwrap();
    let heard = || std::fs::read_to_string(&log).unwrap();
    let address = (0..1200)
        .find_map(|_| {
            std::thread::sleep(Duration::from_millis(50));
            Some(heard().split_once("at http://")?.1.split_once("/graphiql")?.0.to_owned())
        })
        .expect("it serves");
    let asked = |text: &str| {
        let bearer =
            format!("GET /graphql?query={{viewer{{role}}}} HTTP/1.1\r\nauthorization: Bearer {text}");
        // The rest of the first line stands in a header of no meaning.
        request(&address, &format!("{bearer}\r\nx-rest:"), "")
    };
    let (status, body) = asked(text.trim_end());
    assert_eq!(
        (status.as_str(), body.as_str()),
        ("HTTP/1.1 200 OK", r#"{"data":{"viewer":{"role":"ADMIN"}}}"#)
    );
    assert_eq!(request(&address, "GET /schema.graphql", "").0, "HTTP/1.1 401 Unauthorized");

    // While the server runs.
    let listed = said(&token(&["list"]));
    assert!(listed.contains("me    admin  ") && listed.contains("never          valid"), "{listed}");
    assert!(token(&["revoke", "me"]).status.success());
    assert_eq!(asked(text.trim_end()).0, "HTTP/1.1 401 Unauthorized");
    assert!(said(&token(&["list"])).contains("revoked"));
    let (again, other) = (token(&["revoke", "me"]), token(&["create", "--name", "x", "--role", "king"]));
    assert_eq!((again.status.code(), other.status.code()), (Some(1), Some(2)));
    let past = token(&["create", "--name", "x", "--role", "reader", "--expires", "2020-01-01"]);
    assert!(said(&past).contains("it would have expired already"), "{}", said(&past));

    Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
    assert!(process.wait().unwrap().success());
    let log = heard();
    assert!(log.contains("answered") && !log.contains(secret), "the log has the token");
    assert!(!listed.contains(secret));
}
