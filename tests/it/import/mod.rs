//! The native import: what it loads, what it refuses, and that it loses nothing.

mod acled;
mod bad_lines;
mod files;
mod gdelt;
mod http;
mod mapped;
mod runs;
mod ucdp;

use crate::support::{Api, DEMONSTRATION, Imported, TestDatabase, import, import_all, try_import};
use dateline::import::Options;

/// A few records that the lines of the tests refer to.
const GROUND: &str = r#"
{"type":"dataset","slug":"desk","title":"A desk"}
{"type":"source","slug":"the-paper","name":"The Paper","kind":"NEWSPAPER"}
{"type":"actor","slug":"minister","name":"A minister","kind":"PERSON","names":[{"value":"His Excellency","kind":"ALIAS"}]}
{"type":"location","slug":"here","name":"Here","kind":"COUNTRY","country":"PK","timezone":"Asia/Karachi"}
{"type":"location","slug":"there","name":"There","kind":"COUNTRY","country":"AF","timezone":"Asia/Kabul"}
{"type":"location","slug":"line","name":"The line","kind":"BORDER","between":["here","there"],"timezone":"Asia/Karachi"}
{"type":"borderCrossing","slug":"gate","name":"The gate","parent":"line","sides":[{"label":"A","country":"PK","localName":"Gate"},{"label":"B","country":"AF","localName":"Darwaza"}],"modes":["ROAD"]}
{"type":"event","slug":"talks","title":"Talks","kind":"TALKS","location":"here","extent":"2025-10-25?/2025-10-28"}
{"type":"article","dataset":"desk","externalId":"a1","source":"the-paper","title":"Talks end"}
"#;

/// The one reject of a file, as the command line prints it.
fn only_reject(summary: &Imported) -> String {
    assert_eq!(summary.rejects.len(), 1, "{:#?}", summary.rejects);
    summary.rejects[0].to_string()
}

/// Every table with its number of rows, bookkeeping of runs left out.
async fn rows(database: &TestDatabase) -> Vec<(String, i64)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables where table_schema = 'public' \
         and table_type = 'BASE TABLE' and table_name not in ('import_run', 'import_reject', 'spatial_ref_sys') order by 1",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    let mut counts = Vec::new();
    for table in tables {
        let sql = format!("select count(*) from \"{table}\"");
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(database.pool()).await.unwrap();
        counts.push((table, count));
    }
    counts
}

async fn one<T>(database: &TestDatabase, sql: &'static str) -> T
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    sqlx::query_scalar(sql).fetch_one(database.pool()).await.unwrap()
}

#[tokio::test]
async fn the_demonstration_dataset_is_loaded_whole() {
    let database = TestDatabase::new().await;
    let summary = import_all(&database, DEMONSTRATION).await;
    assert_eq!(summary.updated() + summary.unchanged(), 0);
    assert_eq!(summary.read, DEMONSTRATION.lines().count() as u64);
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing_and_says_so() {
    let database = TestDatabase::new().await;
    let first = import_all(&database, DEMONSTRATION).await;
    let before = rows(&database).await;
    let second = import_all(&database, DEMONSTRATION).await;
    assert_eq!((second.created(), second.updated()), (0, 0));
    assert_eq!(second.unchanged(), first.created());
    assert_eq!(rows(&database).await, before);
}

#[tokio::test]
async fn the_order_of_lines_does_not_matter() {
    let (forward, backward) = (TestDatabase::new().await, TestDatabase::new().await);
    import_all(&forward, DEMONSTRATION).await;
    let reversed: Vec<_> = DEMONSTRATION.lines().rev().collect();
    import_all(&backward, &reversed.join("\n")).await;
    assert_eq!(rows(&forward).await, rows(&backward).await);
    let ids = "select md5(string_agg(id::text, ',' order by id)) from (select id from event union all select id from claim \
               union all select id from report union all select id from closure union all select id from participation) r";
    assert_eq!(one::<String>(&forward, ids).await, one::<String>(&backward, ids).await);
}

#[tokio::test]
async fn a_line_that_refers_to_a_rejected_line_is_rejected_with_it_and_says_so() {
    let database = TestDatabase::new().await;
    let lines = r#"{"type":"event","slug":"child","title":"Child","kind":"TALKS","parent":"whole"}
{"type":"event","slug":"whole","title":"","kind":"TALKS"}
{"type":"event","slug":"alone","title":"Alone","kind":"TALKS"}"#;
    let summary = import(&database, lines).await;
    let told: Vec<_> = summary.rejects.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 1, parent \"whole\": no event has this slug: line 2, which has it, was rejected",
            "line 2, title \"\": it is empty"
        ]
    );
    assert_eq!(one::<Vec<String>>(&database, "select array_agg(slug::text) from event").await, ["alone"]);
}

#[tokio::test]
async fn nothing_of_a_rejected_line_is_written() {
    let database = TestDatabase::new().await;
    // The place could be written; its two sides cannot.
    let line = r#"{"type":"borderCrossing","slug":"x","name":"X","sides":[{"label":"A","country":"PK","localName":"X"},{"label":"B","country":"PK","localName":"Y"}]}"#;
    assert_eq!(import(&database, line).await.rejected, 1);
    assert_eq!(one::<i64>(&database, "select count(*) from location").await, 0);
    assert_eq!(one::<i64>(&database, "select count(*) from change_set").await, 0);
}

#[tokio::test]
async fn a_cycle_of_parents_costs_the_line_that_closes_it() {
    let database = TestDatabase::new().await;
    let lines = r#"{"type":"location","slug":"a","name":"A","kind":"AREA","parent":"b"}
{"type":"location","slug":"b","name":"B","kind":"AREA","parent":"a"}
{"type":"location","slug":"c","name":"C","kind":"AREA"}"#;
    let summary = import(&database, lines).await;
    let told: Vec<_> = summary.rejects.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 1, parent \"b\": no location has this slug: line 2, which has it, was rejected",
            "line 2, parent \"a\": a place cannot lie within itself"
        ]
    );
    assert_eq!(one::<i64>(&database, "select count(*) from location").await, 1);
}

#[tokio::test]
async fn a_changed_line_updates_its_record_and_keeps_what_it_was() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let changed = r#"{"type":"event","slug":"talks","title":"Second talks","kind":"TALKS","location":"here","extent":"2025-10-25?/2025-10-28"}"#;
    let summary = import_all(&database, changed).await;
    assert_eq!((summary.created(), summary.updated()), (0, 1));
    assert_eq!(one::<i32>(&database, "select version from event").await, 2);
    let before = "select before ->> 'title' from revision where record_type = 'event' and version = 2";
    assert_eq!(one::<String>(&database, before).await, "Talks");
}

#[tokio::test]
async fn a_change_of_names_alone_is_a_change_of_the_record() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let renamed = r#"{"type":"actor","slug":"minister","name":"The minister","kind":"PERSON","names":[{"value":"Excellency","kind":"ALIAS"}]}"#;
    assert_eq!(import_all(&database, renamed).await.updated(), 1);
    let alias = r#"{"type":"actor","slug":"minister","name":"The minister","kind":"PERSON","names":[{"value":"H. E.","kind":"ALIAS"}]}"#;
    assert_eq!(import_all(&database, alias).await.updated(), 1);
    let names = "select array_agg(value order by kind desc) from name where actor_id is not null";
    assert_eq!(one::<Vec<String>>(&database, names).await, ["The minister", "H. E."]);
    assert_eq!(one::<i32>(&database, "select version from actor").await, 3);
}

#[tokio::test]
async fn a_changed_claim_of_one_key_retracts_the_old_one_and_comes_back_when_taken_up_again() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let claim = |days: u32| {
        format!(
            r#"{{"type":"claim","dataset":"desk","externalId":"c1","event":"talks","article":{{"externalId":"a1"}},"property":"duration","value":{{"number":{days}}}}}"#
        )
    };
    let live = "select array_agg(value_number order by value_number) from claim where retracted_at is null";
    import_all(&database, &claim(3)).await;
    let four = import_all(&database, &claim(4)).await;
    assert_eq!((four.created(), four.updated()), (1, 0));
    assert_eq!(one::<Vec<f64>>(&database, live).await, [4.0]);
    let again = import_all(&database, &claim(3)).await;
    assert_eq!((again.created(), again.updated()), (0, 1));
    assert_eq!(one::<Vec<f64>>(&database, live).await, [3.0]);
    assert_eq!(one::<i64>(&database, "select count(*) from claim").await, 2);
    assert_eq!(one::<String>(&database, "select value_unit from claim limit 1").await, "day");
}

#[tokio::test]
async fn the_key_of_a_claim_finds_the_claim_that_stands() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    for days in [3, 4, 5, 4] {
        let claim = format!(
            r#"{{"type":"claim","dataset":"desk","externalId":"c1","event":"talks","article":{{"externalId":"a1"}},"property":"duration","value":{{"number":{days}}}}}"#
        );
        import_all(&api.database, &claim).await;
        let found = api
            .ask("{ claim(external: {dataset: \"desk\", externalId: \"c1\"}) { retractedAt value { display } } }")
            .await;
        assert_eq!(
            found["data"]["claim"],
            serde_json::json!({ "retractedAt": null, "value": { "display": format!("{days} days") } })
        );
    }
}

#[tokio::test]
async fn a_claim_with_another_relay_is_another_claim() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let direct =
        r#"{"type":"claim","event":"talks","source":"the-paper","property":"duration","value":{"number":4}}"#;
    let relayed = r#"{"type":"claim","event":"talks","source":"the-paper","property":"duration","value":{"number":4},"relayedFrom":["the-paper"]}"#;
    import_all(&database, direct).await;
    assert_eq!(import_all(&database, relayed).await.created(), 1);
    assert_eq!(import_all(&database, relayed).await.unchanged(), 1);
}

#[tokio::test]
async fn records_are_found_by_slug_by_id_and_by_the_key_of_their_dataset() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let id: uuid::Uuid = one(&database, "select id from event").await;
    let by_slug = r#"{"type":"participation","event":"talks","actor":"minister","role":"PARTY"}"#;
    let by_id = format!(
        r#"{{"type":"participation","event":{{"id":"{id}"}},"actor":{{"slug":"minister"}},"role":"PARTY"}}"#
    );
    let by_key = r#"{"type":"report","event":"talks","article":{"dataset":"desk","externalId":"a1"}}"#;
    assert_eq!(import_all(&database, by_slug).await.created(), 1);
    assert_eq!(import_all(&database, &by_id).await.unchanged(), 1);
    assert_eq!(import_all(&database, by_key).await.created(), 1);
}

#[tokio::test]
async fn dates_are_read_in_the_time_zone_of_the_place() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let start = "select start_earliest::text from event";
    // Asia/Karachi, five hours ahead.
    assert_eq!(one::<String>(&database, start).await, "2025-10-24 19:00:00+00");
    import_all(&database, r#"{"type":"closure","event":"talks","place":"gate","extent":"2025-10-29"}"#).await;
    // The gate has its border's zone.
    assert_eq!(
        one::<String>(&database, "select start_earliest::text from closure").await,
        "2025-10-28 19:00:00+00"
    );
}

#[tokio::test]
async fn lines_without_a_dataset_take_the_one_of_the_run_which_is_made_when_new() {
    let database = TestDatabase::new().await;
    let options = Options {
        dataset: Some("my-desk".to_owned()),
        file_name: Some("talks.ndjson".to_owned()),
        ..Options::default()
    };
    let line = r#"{"type":"event","externalId":"A-17","title":"Talks","kind":"TALKS"}"#;
    let summary = try_import(&database, line.as_bytes(), &options).await.unwrap();
    assert_eq!(summary.created(), 1);
    let slug = "select d.slug::text from event e join dataset d on d.id = e.dataset_id";
    assert_eq!(one::<String>(&database, slug).await, "my-desk");
    let run = "select file_name || ' ' || rows_read || ' ' || created || ' ' || (change_set_id is not null) from import_run";
    assert_eq!(one::<String>(&database, run).await, "talks.ndjson 1 1 true");
}

#[tokio::test]
async fn every_reject_is_kept_with_its_run() {
    let database = TestDatabase::new().await;
    let summary = import(&database, "{\"type\":\"event\"}\n\n{\"type\":\"actor\",\"slug\":\"a\",\"name\":\"A\",\"kind\":\"PERSON\"}\nnonsense\n").await;
    assert_eq!((summary.read, summary.created(), summary.rejected), (3, 1, 2));
    let kept = "select array_agg(line order by line) from import_reject";
    assert_eq!(one::<Vec<i64>>(&database, kept).await, [1, 4]);
}

#[tokio::test]
async fn a_line_never_makes_another_record_of_one_that_is_there() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let crossing = r#"{"type":"borderCrossing","slug":"here","name":"X","sides":[{"label":"A","country":"PK","localName":"X"},{"label":"B","country":"AF","localName":"Y"}]}"#;
    assert_eq!(
        only_reject(&import(&database, crossing).await),
        "line 1, slug \"here\": this place is a COUNTRY, and the line makes it a BORDER_CROSSING"
    );
    let place = r#"{"type":"location","slug":"gate","name":"X","kind":"CITY"}"#;
    assert_eq!(
        only_reject(&import(&database, place).await),
        "line 1, slug \"gate\": this place is a BORDER_CROSSING, and the line makes it a CITY"
    );
    let id: uuid::Uuid = one(&database, "select id from event").await;
    let actor = format!(r#"{{"type":"actor","id":"{id}","name":"X","kind":"STATE"}}"#);
    assert_eq!(
        only_reject(&import(&database, &actor).await),
        format!("line 1, id \"{id}\": a record of type event has this id")
    );
    let event = format!(r#"{{"type":"event","id":"{id}","slug":"talks","title":"Renamed","kind":"TALKS"}}"#);
    assert_eq!(import_all(&database, &event).await.updated(), 1);
}

#[tokio::test]
async fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let database = TestDatabase::new().await;
    let file = "\u{feff}{\"type\":\"actor\",\"slug\":\"a\",\"name\":\"A\",\"kind\":\"PERSON\"}\r\n\r\n";
    assert_eq!(import_all(&database, file).await.created(), 1);
}

#[tokio::test]
async fn a_file_in_another_encoding_is_refused_whole_with_the_place_and_the_remedy() {
    let database = TestDatabase::new().await;
    let file: &[u8] = b"{\"type\":\"actor\",\"slug\":\"b\",\"name\":\"B\",\"kind\":\"PERSON\"}\n\
        {\"type\":\"actor\",\"slug\":\"a\",\"name\":\"Caf\xe9\",\"kind\":\"PERSON\"}\n";
    let refused = try_import(&database, file, &Options::default()).await.unwrap_err().to_string();
    assert!(
        refused.starts_with("line 2 is not UTF-8 (byte 39 of the line)") && refused.contains("iconv"),
        "{refused}"
    );
    assert_eq!(one::<i64>(&database, "select count(*) from actor").await, 0);
    assert_eq!(one::<i64>(&database, "select count(*) from import_run").await, 0);
}

#[tokio::test]
async fn values_that_look_like_copy_syntax_are_kept_as_they_are() {
    let database = TestDatabase::new().await;
    let line = serde_json::json!({"type": "event", "slug": "x", "title": "\\N", "summary": "tab\there\nline \\. and \\", "kind": "OTHER"});
    import_all(&database, &line.to_string()).await;
    assert_eq!(
        one::<String>(&database, "select title || '|' || summary from event").await,
        "\\N|tab\there\nline \\. and \\"
    );
}
