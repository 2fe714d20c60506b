//! Exports: what goes out can come in again, and nothing is lost, added or shown on the way.

mod command;
mod laws;
mod random;
mod service;

use std::io;

use dateline::export::{Export, Format, Reader, Selection, Sink, read_filter};
use serde_json::Value;

use crate::support::{DEMONSTRATION, TestDatabase, compared_tables, import_all};

const EVERY_FIELD: &str = include_str!("every_field.ndjson");

/// All bytes of an export.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Sink for Bytes {
    async fn take(&mut self, bytes: Vec<u8>, _: u64) -> io::Result<()> {
        self.0.extend(bytes);
        Ok(())
    }
}

/// Everything, or what a filter selects.
fn selection(filter: Option<&str>) -> Selection {
    let filter = filter.map(|filter| read_filter(filter).expect("the filter is read"));
    Selection { filter, dataset: None, reader: Reader::Known }
}

async fn exported(database: &TestDatabase, selection: &Selection, format: Format) -> String {
    let mut bytes = Bytes::default();
    let export = Export::open(database, selection, format).await.expect("the export opens");
    export.write(&mut bytes).await.expect("the export is written");
    String::from_utf8(bytes.0).expect("it is UTF-8")
}

pub async fn lines(database: &TestDatabase) -> String {
    exported(database, &selection(None), Format::Ndjson).await
}

/// Every row of every table of records and their parts, without bookkeeping and the ids of parts.
async fn contents(database: &TestDatabase) -> Vec<(String, Vec<Value>)> {
    let mut contents = Vec::new();
    for table in compared_tables(database).await {
        let parts = [
            "article_derivation",
            "claim_property_code",
            "claim_relay",
            "identifier",
            "name",
            "report_closure",
        ];
        let without = match table.as_str() {
            "spelling" => "id,name_id",
            part if parts.contains(&part) => "id",
            _ => "recorded_at,updated_at,version",
        };
        let standing = match table.as_str() {
            "claim" => "where retracted_at is null",
            "claim_relay" => "where claim_id in (select id from claim where retracted_at is null)",
            _ => "",
        };
        let sql = format!(
            "select to_jsonb(t) - '{{{without}}}'::text[] as row from \"{table}\" t {standing} order by 1"
        );
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(database.pool()).await.unwrap();
        contents.push((table, rows));
    }
    contents
}

/// Exports a base, imports that into an empty one, and finds both the same.
async fn comes_back_whole(database: &TestDatabase) -> String {
    let first = lines(database).await;
    let copy = TestDatabase::new().await;
    import_all(&copy, &first).await;
    for (line, (again, first)) in lines(&copy).await.lines().zip(first.lines()).enumerate() {
        assert_eq!(again, first, "line {}", line + 1);
    }
    for ((table, again), (_, first)) in contents(&copy).await.iter().zip(contents(database).await) {
        assert_eq!(*again, first, "{table}");
    }
    assert!(lines(&copy).await == first);
    first
}

#[tokio::test]
async fn the_demonstration_comes_back_byte_for_byte() {
    let database = TestDatabase::new().await;
    import_all(&database, DEMONSTRATION).await;
    let exported = comes_back_whole(&database).await;
    assert_eq!(exported.lines().count(), DEMONSTRATION.lines().count());
}

#[tokio::test]
async fn every_field_of_every_type_comes_back_byte_for_byte() {
    let database = TestDatabase::new().await;
    import_all(&database, EVERY_FIELD).await;
    let exported = comes_back_whole(&database).await;
    assert_eq!(exported.lines().count(), EVERY_FIELD.lines().count());
    // Each key of a type that the format has is in the file, and so in the export.
    let keys = |text: &str| {
        let keys = text.lines().flat_map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let name = line["type"].as_str().unwrap().to_owned();
            line.as_object().unwrap().keys().map(|key| format!("{name}.{key}")).collect::<Vec<_>>()
        });
        keys.collect::<std::collections::BTreeSet<_>>()
    };
    let lost: Vec<_> = keys(EVERY_FIELD).difference(&keys(&exported)).cloned().collect();
    assert!(lost.is_empty(), "{lost:?}");
    // A day whose midnight does not exist at its place keeps its notation and its bounds.
    assert!(
        exported.contains(r#"{"edtf":"2025-03-30","readAs":{"start":["2025-03-29T22:00:00Z""#),
        "{exported}"
    );
}

#[tokio::test]
async fn a_place_that_moved_to_another_time_zone_leaves_its_events_as_they_were() {
    let database = TestDatabase::new().await;
    import_all(&database, EVERY_FIELD).await;
    let moved = r#"{"type":"location","slug":"here","name":"Here","kind":"COUNTRY","country":"PK","timezone":"Asia/Tokyo"}"#;
    import_all(&database, moved).await;
    let exported = comes_back_whole(&database).await;
    assert!(exported.contains(r#""edtf":"2025-10-25T08:30:00","readAs":"#), "{exported}");
}

#[tokio::test]
async fn what_was_retracted_and_replaced_stays_behind() {
    let database = TestDatabase::new().await;
    import_all(&database, EVERY_FIELD).await;
    let replaced = r#"{"type":"claim","dataset":"desk","externalId":"K-1","event":"closing","property":"duration","value":{"number":9},"source":"wire"}"#;
    import_all(&database, replaced).await;
    let exported = comes_back_whole(&database).await;
    assert_eq!(exported.lines().count(), EVERY_FIELD.lines().count());
    assert!(!exported.contains("miles of lorries"));
}

#[tokio::test]
async fn a_crossing_cannot_leave_its_place_behind() {
    let database = TestDatabase::new().await;
    import_all(&database, EVERY_FIELD).await;
    let elsewhere = EVERY_FIELD.lines().find(|line| line.contains("A ford")).unwrap();
    let elsewhere = elsewhere.replace("9b25", "9b99");
    let summary = crate::support::import(&database, &elsewhere).await;
    assert_eq!(summary.rejects.len(), 1);
    assert!(
        summary.rejects[0].to_string().contains("this crossing is another place already"),
        "{}",
        summary.rejects[0]
    );
}
