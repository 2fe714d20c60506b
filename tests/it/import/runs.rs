//! Runs: batches, what is left when one is broken off, and what two of them do to each other.

use std::process::{Command, Stdio};
use std::time::Duration;

use dateline::import::{Format, ImportError, OnConflict, Options};
use sqlx::{AssertSqlSafe, Connection, Row};

use super::one;
use crate::statistics::assert_in_step;
use crate::support::{DEMONSTRATION, TestDatabase, import_all, try_import};

/// Every row of every table as text, without bookkeeping: what two bases are compared by.
async fn contents(database: &TestDatabase) -> Vec<String> {
    assert_in_step(database, "the import").await;
    // The ids of parts are drawn, not computed.
    let tables: Vec<(String, bool)> = sqlx::query_as(
        "select t.table_name::text, coalesce(c.column_default like 'gen_random_uuid%', t.table_name = 'revision') \
         from information_schema.tables t left join information_schema.columns c \
           on c.table_schema = t.table_schema and c.table_name = t.table_name and c.column_name = 'id' \
         where t.table_schema = 'public' and t.table_type = 'BASE TABLE' \
           and t.table_name not in ('import_run', 'import_reject', 'change_set', 'spatial_ref_sys', 'seaql_migrations', \
             'country_set', 'location_country', 'event_sum', 'event_sum_change', 'change_stretch')",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    let parts: Vec<_> =
        tables.iter().filter(|(_, is_drawn)| *is_drawn).map(|(table, _)| format!("'{table}'")).collect();
    let mut contents = Vec::new();
    for (table, is_drawn) in &tables {
        let drawn = if *is_drawn { ", id" } else { "" };
        let rows = match table.as_str() {
            "revision" => format!(
                "select (to_jsonb(t) - '{{id, change_set_id, before, record_id}}'::text[] || jsonb_build_object('record_id', \
                 case when record_type not in ({}) then record_id end))::text from revision t",
                parts.join(", ")
            ),
            "spelling" => "select (to_jsonb(t) - '{id, name_id}'::text[])::text from spelling t".to_owned(),
            _ => format!(
                "select (to_jsonb(t) - '{{recorded_at, updated_at, retracted_at{drawn}}}'::text[])::text from \"{table}\" t"
            ),
        };
        let rows: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(database.pool()).await.unwrap();
        contents.extend(rows.into_iter().map(|row| format!("{table} {row}")));
    }
    contents.sort();
    contents
}

/// Fails with the first rows that one base has and the other has not.
fn assert_same(left: &[String], right: &[String], what: &str) {
    let only = |here: &[String], there: &[String]| {
        here.iter().filter(|row| there.binary_search(row).is_err()).take(3).cloned().collect::<Vec<_>>()
    };
    let (left_only, right_only) = (only(left, right), only(right, left));
    assert!(
        left_only.is_empty() && right_only.is_empty() && left.len() == right.len(),
        "{what}: {} rows and {}; {left_only:#?}; {right_only:#?}",
        left.len(),
        right.len()
    );
}

fn in_batches(batch_lines: u64) -> Options {
    Options { format: Some(Format::Dateline), batch_lines, ..Options::default() }
}

/// The demonstration dataset with its lines the other way round: every reference leads onward.
fn backwards() -> String {
    DEMONSTRATION.lines().rev().collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn batches_make_the_same_base_whatever_their_size_and_the_order_of_lines() {
    let whole = TestDatabase::new().await;
    import_all(&whole, DEMONSTRATION).await;
    let whole = contents(&whole).await;
    for (lines, file) in [(100, DEMONSTRATION.to_owned()), (37, backwards()), (1, DEMONSTRATION.to_owned())] {
        let database = TestDatabase::new().await;
        let imported = try_import(&database, file.as_bytes(), &in_batches(lines)).await.unwrap();
        assert!(imported.rejects.is_empty(), "{lines}: {:#?}", imported.rejects);
        assert_same(&contents(&database).await, &whole, &format!("in batches of {lines}"));
        let again = try_import(&database, file.as_bytes(), &in_batches(lines)).await.unwrap();
        assert_eq!((again.created(), again.updated()), (0, 0));
    }
}

#[tokio::test]
async fn a_line_at_fault_takes_those_that_refer_to_it_from_later_batches_too() {
    let database = TestDatabase::new().await;
    let file = [
        r#"{"type":"actor","slug":"bad","name":"","kind":"PERSON"}"#,
        r#"{"type":"actor","slug":"good","name":"Good","kind":"PERSON"}"#,
        r#"{"type":"affiliation","member":"bad","group":"good"}"#,
    ]
    .join("\n");
    let imported = try_import(&database, file.as_bytes(), &in_batches(1)).await.unwrap();
    let told: Vec<_> = imported.rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(told, [1, 3]);
    assert!(
        imported.rejects[1].reason.contains("line 1, which has it, was rejected"),
        "{:?}",
        imported.rejects
    );
    assert_eq!((imported.created(), imported.rejected), (1, 2));
    assert_eq!(one::<i64>(&database, "select count(*) from import_reject").await, 2);
    assert_eq!(one::<i64>(&database, "select rejected from import_run").await, 2);
}

#[tokio::test]
async fn one_record_in_two_batches_is_found() {
    let database = TestDatabase::new().await;
    let line = r#"{"type":"actor","slug":"a","name":"A","kind":"PERSON"}"#;
    let file = format!("{line}\n{}\n{line}\n", line.replace("\"a\"", "\"b\""));
    let imported = try_import(&database, file.as_bytes(), &in_batches(1)).await.unwrap();
    assert_eq!(imported.rejects.len(), 1);
    assert_eq!(imported.rejects[0].reason, "line 1 is the same actor; keep one of them");
}

#[tokio::test]
async fn a_run_that_was_broken_off_goes_on_under_its_own_change_set() {
    let uninterrupted = TestDatabase::new().await;
    try_import(&uninterrupted, DEMONSTRATION.as_bytes(), &in_batches(50)).await.unwrap();

    let database = TestDatabase::new().await;
    let running = {
        let (url, name) = (database.url(), "broken_off");
        tokio::spawn(async move {
            // Cuts the connection when the third batch is committed.
            let mut watcher = sqlx::PgConnection::connect(&url).await.unwrap();
            loop {
                let cut = sqlx::query(
                    "select pg_terminate_backend(a.pid) from import_run r, pg_stat_activity a \
                     where r.batches_done >= 3 and r.finished_at is null and a.datname = current_database() \
                       and a.pid <> pg_backend_pid()",
                )
                .fetch_all(&mut watcher)
                .await
                .unwrap();
                if !cut.is_empty() {
                    break name;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
    };
    let broken = try_import(&database, DEMONSTRATION.as_bytes(), &in_batches(50)).await.unwrap_err();
    running.await.unwrap();
    assert!(matches!(broken, ImportError::Database(_)), "{broken}");
    assert!(broken.to_string().contains("the same command again goes on where it was"), "{broken}");

    let resumed = try_import(&database, DEMONSTRATION.as_bytes(), &in_batches(50)).await.unwrap();
    let created = one::<i64>(&uninterrupted, "select created from import_run").await;
    assert_eq!(resumed.created(), created.cast_unsigned());
    assert_same(&contents(&database).await, &contents(&uninterrupted).await, "gone on with");
    let runs = "select count(*) || ' ' || count(finished_at) || ' ' || count(distinct change_set_id) from import_run";
    assert_eq!(one::<String>(&database, runs).await, "1 1 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_the_same_command_again_makes_the_same_base() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("demonstration.ndjson");
    std::fs::write(&file, backwards()).unwrap();
    let uninterrupted = TestDatabase::new().await;
    try_import(&uninterrupted, backwards().as_bytes(), &in_batches(20)).await.unwrap();
    let expected = contents(&uninterrupted).await;

    let database = TestDatabase::new().await;
    let import = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.args(["import", "--batch-lines", "20", "--database-url", &database.url()]).arg(&file);
        command.env("RUST_LOG", "warn").stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    // Moments spread over the whole run, each drawn within its fifth of a second.
    for moment in 0..5 {
        let drawn: u64 = rand_below(200);
        let mut running = import().spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(moment * 200 + drawn)).await;
        running.kill().unwrap();
        running.wait().unwrap();
    }
    assert!(import().status().unwrap().success());
    assert_same(&contents(&database).await, &expected, "killed and started again");
}

/// A number below `bound`, another each time.
fn rand_below(bound: u64) -> u64 {
    let [.., a, b] = *uuid::Uuid::now_v7().as_bytes();
    u64::from(u16::from_be_bytes([a, b])) % bound
}

#[tokio::test]
async fn a_dry_run_reports_the_same_and_writes_nothing() {
    let database = TestDatabase::new().await;
    // At fault by itself, and found at fault when it is merged.
    let stranger =
        r#"{"type":"participation","event":"istanbul-round-2-2025","actor":"nobody-knows","role":"HOST"}"#;
    let file = format!("{DEMONSTRATION}\nnonsense\n{stranger}\n");
    let before = contents(&database).await;
    let rehearsal = Options { dry_run: true, ..in_batches(100) };
    let rehearsed = try_import(&database, file.as_bytes(), &rehearsal).await.unwrap();
    assert_same(&contents(&database).await, &before, "rehearsed");
    assert_eq!(one::<i64>(&database, "select count(*) from import_run").await, 0);
    let done = try_import(&database, file.as_bytes(), &in_batches(100)).await.unwrap();
    assert_eq!(rehearsed.tables, done.tables);
    assert_eq!(rehearsed.rejects, done.rejects);
    assert_eq!(done.rejects.len(), 2);
}

#[tokio::test]
async fn an_older_version_of_a_row_never_replaces_a_newer_one_unless_told_to() {
    let database = TestDatabase::new().await;
    let version = |version: u32, title: &str| {
        format!(
            "{{\"type\":\"event\",\"dataset\":\"d\",\"externalId\":\"1\",\"title\":\"{title}\",\"kind\":\"OTHER\",\"datasetVersion\":{version}}}\n"
        )
    };
    let dataset = "{\"type\":\"dataset\",\"slug\":\"d\",\"title\":\"D\"}\n";
    import_all(&database, &format!("{dataset}{}", version(2, "second"))).await;
    let title = "select title from event";

    let older = import_all(&database, &version(1, "first")).await;
    assert_eq!((older.older, older.updated()), (1, 0));
    assert_eq!(one::<String>(&database, title).await, "second");

    // Of two versions in one file the newer counts, wherever it stands.
    let both = import_all(&database, &format!("{}{}", version(4, "fourth"), version(3, "third"))).await;
    assert_eq!((both.older, both.updated()), (1, 1));
    assert_eq!(one::<String>(&database, title).await, "fourth");

    let replace = Options { on_conflict: OnConflict::Replace, ..in_batches(10) };
    let replaced = try_import(&database, version(1, "first").as_bytes(), &replace).await.unwrap();
    assert_eq!((replaced.older, replaced.updated()), (0, 1));
    assert_eq!(one::<String>(&database, title).await, "first");
}

#[tokio::test]
async fn kept_records_stay_as_they_are_and_new_ones_are_added() {
    let database = TestDatabase::new().await;
    let actor = |slug: &str, name: &str, alias: &str| {
        format!(
            "{{\"type\":\"actor\",\"slug\":\"{slug}\",\"name\":\"{name}\",\"kind\":\"PERSON\",\"names\":[{{\"value\":\"{alias}\",\"kind\":\"ALIAS\"}}]}}\n"
        )
    };
    import_all(&database, &actor("a", "A", "old")).await;
    let file = format!("{}{}", actor("a", "changed", "new"), actor("b", "B", "bee"));
    let keep = Options { on_conflict: OnConflict::Keep, ..in_batches(10) };
    let kept = try_import(&database, file.as_bytes(), &keep).await.unwrap();
    assert_eq!((kept.created(), kept.updated(), kept.unchanged()), (1, 0, 1));
    let names = "select array_agg(value order by value) from name";
    assert_eq!(one::<Vec<String>>(&database, names).await, ["A", "B", "bee", "old"]);
}

#[tokio::test]
async fn one_import_runs_at_a_time() {
    let database = TestDatabase::new().await;
    let mut other = database.pool().acquire().await.unwrap();
    sqlx::query("select pg_advisory_lock(hashtext('dateline.import'))").execute(&mut *other).await.unwrap();
    let busy = try_import(&database, b"{}", &in_batches(10)).await.unwrap_err();
    assert!(matches!(busy, ImportError::Busy), "{busy}");

    let waiting = Options { wait: true, ..in_batches(10) };
    let release = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        sqlx::query("select pg_advisory_unlock_all()").execute(&mut *other).await.unwrap().rows_affected()
    };
    let (waited, _) = tokio::join!(try_import(&database, b"{}", &waiting), release);
    assert_eq!(waited.unwrap().rejected, 1);
}

#[tokio::test]
async fn a_run_leaves_nothing_behind_in_its_connection() {
    let database = TestDatabase::new().await;
    import_all(&database, DEMONSTRATION).await;
    let left = sqlx::query(
        "select count(*) filter (where c.relname like 'stage%'), (select count(*) from pg_locks l join pg_database d on d.oid = l.database \
            where l.locktype = 'advisory' and d.datname = current_database()) \
         from pg_class c where c.relpersistence = 't'",
    )
    .fetch_one(database.pool())
    .await
    .unwrap();
    // The connection closes by itself, a moment after the run.
    let locks: i64 = left.get(1);
    assert_eq!(locks, 0);
}
