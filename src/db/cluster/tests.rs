//! The cluster against the Postgres of this machine.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::*;

fn installed() -> Installation {
    Installation::find(None).expect("tests need Postgres with postgis")
}

fn options() -> ClusterOptions {
    ClusterOptions { durable: false, max_connections: 20, ..ClusterOptions::default() }
}

/// A directory the server's user can enter, whoever runs the tests.
fn data_dir() -> TempDir {
    let directory = TempDir::new().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

fn open(data_dir: &TempDir) -> Cluster {
    Cluster::open(data_dir.path(), &installed(), &options()).unwrap()
}

fn refusal(data_dir: &TempDir) -> String {
    let result = Cluster::open(data_dir.path(), &installed(), &options());
    result.expect_err("should be refused").to_string()
}

fn answer(cluster: &Cluster, sql: &str) -> String {
    let url = cluster.database_url("postgres");
    let output = Command::new(installed().program("psql"))
        .args([&url, "-X", "-A", "-t", "-c", sql])
        .env("PGPORT", "1")
        .output()
        .unwrap();
    let text = if output.status.success() { output.stdout } else { output.stderr };
    String::from_utf8(text).unwrap().trim().to_owned()
}

fn server_of(data_dir: &TempDir) -> Option<RunningServer> {
    Cluster::status(data_dir.path()).unwrap().server
}

/// Kills a process, and waits until it runs no more: on a busy machine that takes a while.
fn kill(pid: u32) {
    let pid = pid.to_string();
    assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    let runs = || {
        let state = Command::new("ps").args(["-o", "stat=", "-p", &pid]).output().unwrap().stdout;
        // A dead process is listed as Z until its parent has heard of it.
        state.trim_ascii().first().is_some_and(|state| *state != b'Z')
    };
    let gone = (0..1_000).any(|_| {
        thread::sleep(Duration::from_millis(10));
        !runs()
    });
    assert!(gone, "process {pid} was killed and runs on");
}

/// Field 4 of what `/proc/<pid>/stat` says after the name: the session.
fn session_of(pid: u32) -> String {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    fields.split(' ').nth(3).unwrap().to_owned()
}

#[test]
fn a_new_cluster_answers_and_stops_with_its_only_user() {
    let data_dir = data_dir();
    let cluster = open(&data_dir);
    assert!(cluster.started_by_us());
    assert_eq!(answer(&cluster, "select 1"), "1");
    assert_eq!(answer(&cluster, "select current_user"), "dateline");
    let settings = "select string_agg(current_setting(name), ',' order by name) from unnest(array\
        ['server_encoding', 'timezone', 'data_checksums', 'listen_addresses', 'fsync',\
        'max_connections', 'shared_buffers', 'lc_ctype']) name";
    assert_eq!(answer(&cluster, settings), "on,off,C.UTF-8,,20,UTF8,128MB,UTC");
    assert_eq!(answer(&cluster, "create extension postgis"), "CREATE EXTENSION");

    let server = server_of(&data_dir).unwrap();
    assert_eq!(server.socket_dir, cluster.socket_dir());
    assert_eq!(fs::metadata(cluster.socket_dir()).unwrap().mode() & 0o777, 0o700);
    assert_eq!(session_of(server.pid), server.pid.to_string(), "leads a session of its own");

    let socket_dir = cluster.socket_dir().to_path_buf();
    cluster.close().unwrap();
    assert_eq!(server_of(&data_dir), None);
    assert!(!socket_dir.exists());
}

#[test]
fn what_was_stored_is_there_after_closing() {
    let data_dir = data_dir();
    let first = open(&data_dir);
    answer(&first, "create table kept as select 42 as number");
    drop(first);
    let second = open(&data_dir);
    assert!(second.started_by_us());
    assert_eq!(answer(&second, "select number from kept"), "42");
}

#[test]
fn the_second_joins_and_the_last_one_out_stops_the_server() {
    let data_dir = data_dir();
    let (first, second) = (open(&data_dir), open(&data_dir));
    assert!(first.started_by_us() && !second.started_by_us());
    assert_eq!(first.socket_dir(), second.socket_dir());
    first.close().unwrap();
    assert_eq!(answer(&second, "select 1"), "1");
    second.close().unwrap();
    assert_eq!(server_of(&data_dir), None);
}

#[test]
fn whoever_opens_while_others_close_gets_a_server_that_answers() {
    let data_dir = data_dir();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let cluster = open(&data_dir);
                    assert_eq!(answer(&cluster, "select 1"), "1");
                    cluster.close().unwrap();
                }
            });
        }
    });
    assert_eq!(server_of(&data_dir), None);
}

#[test]
fn a_server_that_was_killed_recovers_behind_the_same_socket() {
    let data_dir = data_dir();
    let first = open(&data_dir);
    answer(&first, "create table kept as select 42 as number");
    // A busy session outlives the postmaster for a while, and keeps its memory.
    let (url, psql) = (first.database_url("postgres"), installed().program("psql"));
    let busy = "select count(*) from generate_series(1, 8000000)";
    let mut session = Command::new(psql)
        .args([&url, "-qc", busy])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_millis(300));
    kill(server_of(&data_dir).unwrap().pid);
    let second = open(&data_dir);
    let _ = session.wait();
    assert!(second.started_by_us());
    assert_eq!(answer(&second, "select number from kept"), "42");
    assert_eq!(answer(&first, "select number from kept"), "42", "the first one's address holds");
}

#[test]
fn a_process_number_that_was_given_to_somebody_else_does_not_keep_the_server_down() {
    let data_dir = data_dir();
    let first = open(&data_dir);
    let cluster_dir = data_dir.path().join("postgres");
    kill(server_of(&data_dir).unwrap().pid);
    // Postgres only believes in living processes of its own user.
    let account = account::Account::for_cluster(&cluster_dir).unwrap();
    let mut other = account::command(Path::new("sleep"), account.as_ref()).arg("60").spawn().unwrap();
    let pid_file = cluster_dir.join("postmaster.pid");
    let text = fs::read_to_string(&pid_file).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&pid_file, format!("{}\n{rest}", other.id())).unwrap();
    let second = open(&data_dir);
    assert_eq!(answer(&second, "select 1"), "1");
    let log = fs::read_to_string(first.log_file()).unwrap();
    assert!(log.contains("already exists"), "the test would prove nothing: {log}");
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_creation_that_was_killed_is_done_again() {
    let data_dir = data_dir();
    let unfinished = data_dir.path().join("postgres.new");
    fs::create_dir_all(unfinished.join("base")).unwrap();
    fs::write(unfinished.join("PG_VERSION"), "15\n").unwrap();
    let cluster = open(&data_dir);
    assert_eq!(answer(&cluster, "select 1"), "1");
    assert!(!unfinished.exists());
}

#[test]
fn an_initdb_whose_dateline_was_killed_is_waited_for() {
    let data_dir = data_dir();
    let log = fs::File::create(data_dir.path().join("postgres.log")).unwrap();
    log.lock().unwrap();
    let mut orphan = Command::new("sleep").arg("1").stdout(log).spawn().unwrap();
    let impatient = ClusterOptions { start_timeout: Duration::from_millis(100), ..options() };
    let result = Cluster::open(data_dir.path(), &installed(), &impatient);
    assert!(matches!(result, Err(ClusterError::NotAnswering { .. })));
    let start = Instant::now();
    let cluster = open(&data_dir);
    assert!(start.elapsed() > Duration::from_millis(500));
    assert_eq!(answer(&cluster, "select 1"), "1");
    orphan.wait().unwrap();
}

#[test]
fn another_major_version_is_refused_with_the_steps() {
    let data_dir = data_dir();
    open(&data_dir).close().unwrap();
    fs::write(data_dir.path().join("postgres/PG_VERSION"), "9\n").unwrap();
    let text = refusal(&data_dir);
    for part in ["PostgreSQL 9", "pg_dump", "pg_upgrade", "--pg-bin"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_directory_of_somebody_else_is_refused() {
    let with_files = data_dir();
    fs::create_dir(with_files.path().join("postgres")).unwrap();
    fs::write(with_files.path().join("postgres/letter.txt"), "dear").unwrap();
    assert!(refusal(&with_files).contains("was not made by Dateline"));

    let foreign_cluster = data_dir();
    fs::write(foreign_cluster.path().join("PG_VERSION"), "15\n").unwrap();
    assert!(refusal(&foreign_cluster).contains("was not made by Dateline"));

    let with_quote = data_dir();
    let result = Cluster::open(&with_quote.path().join("a\"b"), &installed(), &options());
    assert!(matches!(result, Err(ClusterError::UnusablePath(_))));
}

#[test]
fn a_file_in_the_way_is_named() {
    let data_dir = data_dir();
    let file = data_dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Cluster::open(&file, &installed(), &options()).unwrap_err().to_string();
    assert!(error.contains(&file.display().to_string()), "{error}");
}

#[test]
fn a_server_that_cannot_start_shows_its_last_words() {
    let data_dir = data_dir();
    open(&data_dir).close().unwrap();
    let auto = data_dir.path().join("postgres/postgresql.auto.conf");
    fs::write(auto, "shared_buffers = 'a lot'\n").unwrap();
    let text = refusal(&data_dir);
    assert!(text.contains("postgres.log") && text.contains("invalid value"), "{text}");
}

#[test]
fn a_long_temporary_directory_is_not_used_for_the_socket() {
    let (data_dir, parent) = (data_dir(), TempDir::new().unwrap());
    let long = parent.path().join("x".repeat(90));
    fs::create_dir(&long).unwrap();
    let options = ClusterOptions { socket_parent: long, ..options() };
    let cluster = Cluster::open(data_dir.path(), &installed(), &options).unwrap();
    assert!(cluster.socket_dir().starts_with("/tmp"));
    assert_eq!(answer(&cluster, "select 1"), "1");
}

#[test]
fn a_path_with_a_space_works() {
    let data_dir = data_dir();
    let path = data_dir.path().join("Application Support");
    let cluster = Cluster::open(&path, &installed(), &options()).unwrap();
    assert_eq!(answer(&cluster, "select 1"), "1");
}

#[test]
fn a_directory_without_a_server_is_told_what_to_install() {
    let empty = TempDir::new().unwrap();
    let error = Installation::find(Some(empty.path())).unwrap_err().to_string();
    for part in ["apt-get install", "dnf install", "brew install", "--pg-bin", "DATABASE_URL"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

/// An installation of which only the version can be asked.
fn fake_installation(version: &str, extensions: &[&str]) -> TempDir {
    let directory = data_dir();
    let share = directory.path().join("extension");
    fs::create_dir(&share).unwrap();
    for name in extensions {
        fs::write(share.join(format!("{name}.control")), "").unwrap();
    }
    let share = directory.path().display().to_string();
    let says = format!("postgres (PostgreSQL) {version}");
    let programs = [("postgres", &says), ("initdb", &says), ("pg_ctl", &says), ("pg_config", &share)];
    for (name, output) in programs {
        let path = directory.path().join(name);
        fs::write(&path, format!("#!/bin/sh\necho '{output}'\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    directory
}

#[test]
fn what_an_installation_lacks_is_named() {
    let old = fake_installation("14.9", &[]);
    let error = Installation::find(Some(old.path())).unwrap_err().to_string();
    assert!(error.contains("14.9") && error.contains("too old"), "{error}");

    let bare = fake_installation("17rc1", &["btree_gist", "pg_trgm", "unaccent", "uuid-ossp"]);
    let error = Installation::find(Some(bare.path())).unwrap_err().to_string();
    assert!(error.contains(": postgis.") && error.contains("postgresql-17-postgis-3"), "{error}");

    let whole = fake_installation("18.1", &["postgis", "btree_gist", "pg_trgm", "unaccent", "uuid-ossp"]);
    let found = Installation::find(Some(whole.path())).unwrap();
    assert_eq!((found.major, found.version.as_str(), found.has_postgis()), (18, "18.1", true));
}

#[test]
fn looking_at_nothing_finds_nothing() {
    let data_dir = TempDir::new().unwrap();
    let status = Cluster::status(&data_dir.path().join("absent")).unwrap();
    assert_eq!(status, ClusterStatus { major: None, server: None });
    assert!(!Installation::all().is_empty());
}
