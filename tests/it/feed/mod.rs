//! The feed of changes: that it has everything, once, in an order that holds.

mod crowd;
mod live;
mod plans;
pub mod served;
mod writers;

use dateline::feed::give_positions;
use dateline::history::revert;
use dateline::import::{Format, Options};
use serde_json::{Value, json};
use sqlx::Connection as _;

use crate::support::{Api, DEMONSTRATION, import_all, try_import, write};

const GROUND: &str = r#"
{"type":"dataset","slug":"desk","title":"A desk"}
{"type":"source","slug":"the-paper","name":"The Paper","kind":"NEWSPAPER"}
{"type":"event","slug":"talks","title":"Talks","kind":"TALKS","extent":"2025-10-25/2025-10-28"}
{"type":"event","slug":"strike","title":"A strike","kind":"STRIKE","extent":"2025-11-01"}
{"type":"article","dataset":"desk","externalId":"a1","source":"the-paper","title":"Talks end"}
"#;

/// A change, as far as tests tell changes apart.
type Seen = (String, String, String, i64);

/// Whether a change is one that a filter leaves.
type Has = dyn Fn(&Seen) -> bool;

/// Reads the feed from a cursor to its end, in pages of this size; what was seen, and the last cursor.
async fn read(api: &Api, filter: &str, first: u32, mut after: Value) -> (Vec<Seen>, Value) {
    let mut seen = Vec::new();
    loop {
        let answer = api
            .ask(&format!(
                "{{ changes(first: {first}, after: {after}, filter: {filter}) {{ pageInfo {{ hasNextPage endCursor }} \
                 nodes {{ operation recordType recordId version }} }} }}"
            ))
            .await;
        let page = &answer["data"]["changes"];
        assert!(page.is_object(), "{answer}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        seen.extend(page["nodes"].as_array().unwrap().iter().map(|change| {
            (
                text(&change["operation"]),
                text(&change["recordType"]),
                text(&change["recordId"]),
                change["version"].as_i64().unwrap(),
            )
        }));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            return (seen, after);
        }
    }
}

async fn count(api: &Api, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(api.database.pool()).await.unwrap()
}

#[tokio::test]
async fn the_feed_has_every_revision_whatever_the_size_of_its_pages() {
    let api = Api::empty().await;
    import_all(&api.database, DEMONSTRATION).await;
    assert_eq!(read(&api, "{}", 100, Value::Null).await.0, [], "nothing has a position yet");
    give_positions(&api.database).await.unwrap();
    let revisions = usize::try_from(count(&api, "select count(*) from revision").await).unwrap();
    let (whole, end) = read(&api, "{}", 500, Value::Null).await;
    assert_eq!(whole.len(), revisions);
    let mut different = whole.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), revisions, "none comes twice");
    assert_eq!(read(&api, "{}", 7, Value::Null).await.0, whole);
    assert_eq!(read(&api, "{}", 7, end.clone()).await, (Vec::new(), end));
    // Who asks for nothing is where they were.
    let none = api.ask("{ changes(first: 0) { nodes { version } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }").await;
    let page = &none["data"]["changes"]["pageInfo"];
    assert_eq!((&page["hasNextPage"], &page["startCursor"]), (&json!(true), &Value::Null));
    assert_eq!(read(&api, "{}", 500, page["endCursor"].clone()).await.0, whole);
}

#[tokio::test]
async fn who_goes_on_from_a_cursor_gets_what_came_since() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    give_positions(&api.database).await.unwrap();
    let (_, end) = read(&api, "{}", 500, Value::Null).await;
    let latest =
        api.ask("{ changes(first: 0) { latestCursor } }").await["data"]["changes"]["latestCursor"].clone();
    let run = import_all(&api.database, r#"{"type":"event","slug":"talks","title":"More talks","kind":"TALKS","extent":"2025-10-25/2025-10-28"}"#).await.run;
    write(&api.database, "delete from event where slug = 'strike'").await;
    let mut connection = api.database.pool().acquire().await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    revert(&mut transaction, run, None, None).await.unwrap();
    transaction.commit().await.unwrap();
    for cursor in [end, latest] {
        assert_eq!(read(&api, "{}", 500, cursor.clone()).await.0, [], "positions are given after the commit");
    }
    give_positions(&api.database).await.unwrap();
    let query = "{ changes(last_cursor) { nodes { operation recordType version dataset { slug } record { ... on Event { title version } } before changeSet { kind } } } }";
    let (_, first) = read(&api, "{operation: [CREATE]}", 500, Value::Null).await;
    let answer = api.ask(&query.replace("last_cursor", &format!("after: {first}"))).await;
    assert_eq!(answer["data"]["changes"]["nodes"], json!([]), "the filter was read to the end: {answer}");
    let answer = api
        .ask(&query.replace("last_cursor", "filter: {recordType: [\"Event\"], operation: [UPDATE, DELETE]}"))
        .await;
    let nodes = answer["data"]["changes"]["nodes"].as_array().unwrap();
    let told: Vec<_> = nodes
        .iter()
        .map(|change| {
            (
                change["operation"].as_str().unwrap(),
                change["version"].as_i64().unwrap(),
                change["changeSet"]["kind"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [("UPDATE", 2, "IMPORT"), ("DELETE", 2, "API"), ("UPDATE", 3, "REVERT")]);
    assert_eq!(nodes[0]["record"], json!({ "title": "Talks", "version": 3 }), "as it is now");
    assert_eq!(
        (&nodes[0]["before"]["title"], &nodes[2]["before"]["title"]),
        (&json!("Talks"), &json!("More talks"))
    );
    assert_eq!(nodes[1]["record"], Value::Null);
}

#[tokio::test]
async fn an_import_of_many_batches_comes_part_by_part_and_in_order() {
    let api = Api::empty().await;
    let lines: String = (0..40)
        .map(|n| format!("{{\"type\":\"event\",\"slug\":\"e{n}\",\"title\":\"E\",\"kind\":\"OTHER\",\"extent\":\"2025\"}}\n"))
        .collect();
    let options = Options { format: Some(Format::Dateline), batch_lines: 10, ..Options::default() };
    try_import(&api.database, lines.as_bytes(), &options).await.unwrap();
    assert_eq!(count(&api, "select count(*) from change_set").await, 1);
    assert_eq!(count(&api, "select count(*) from change_stretch where record_type = 'event'").await, 4);
    give_positions(&api.database).await.unwrap();
    assert_eq!(read(&api, "{}", 9, Value::Null).await.0.len(), 40);
}

#[tokio::test]
async fn a_filter_leaves_the_others_out() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    write(&api.database, "update event set title = 'Other talks' where slug = 'talks'").await;
    write(&api.database, "delete from article").await;
    give_positions(&api.database).await.unwrap();
    let (whole, _) = read(&api, "{}", 500, Value::Null).await;
    let talks = whole.iter().find(|change| change.0 == "UPDATE").unwrap().2.clone();
    let cases: [(&str, Box<Has>); 7] = [
        (r#"{recordType: ["Event"]}"#, Box::new(|change| change.1 == "Event")),
        (
            r#"{recordType: ["Event", "Name"], operation: [CREATE]}"#,
            Box::new(|change| ["Event", "Name"].contains(&&*change.1) && change.0 == "CREATE"),
        ),
        ("{operation: [DELETE]}", Box::new(|change| change.0 == "DELETE")),
        (r#"{dataset: ["desk"]}"#, Box::new(|change| ["Dataset", "Article"].contains(&&*change.1))),
        (r#"{dataset: ["nobody"]}"#, Box::new(|_| false)),
        ("{recordType: []}", Box::new(|_| false)),
        ("{}", Box::new(|_| true)),
    ];
    for (filter, has) in cases {
        for first in [1, 500] {
            let expected: Vec<_> = whole.iter().filter(|change| has(change)).cloned().collect();
            assert_eq!(read(&api, filter, first, Value::Null).await.0, expected, "{filter}");
        }
    }
    let of_talks: Vec<_> = whole.iter().filter(|change| change.2 == talks).cloned().collect();
    assert_eq!(of_talks.len(), 2);
    for first in [1, 500] {
        assert_eq!(read(&api, &format!("{{record: [\"{talks}\"]}}"), first, Value::Null).await.0, of_talks);
    }
    let unknown = api.ask("{ changes(filter: {recordType: [\"Evnt\"]}) { nodes { version } } }").await;
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    let foreign = api.ask("{ changes(after: \"abc\") { nodes { version } } }").await;
    assert_eq!(foreign["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[tokio::test]
async fn what_was_written_before_there_was_a_feed_is_in_it() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    for title in ["One", "Two", "Three"] {
        write(&api.database, &format!("update event set title = '{title}'")).await;
    }
    give_positions(&api.database).await.unwrap();
    let (whole, _) = read(&api, "{}", 500, Value::Null).await;
    let since = r"delete from seaql_migrations where version = '20261121_20_feed'";
    sqlx::raw_sql(include_str!("../../../migration/sql/20261121_20_feed.down.sql"))
        .execute(api.database.pool())
        .await
        .unwrap();
    sqlx::query(since).execute(api.database.pool()).await.unwrap();
    api.database.migrate_up().await.unwrap();
    give_positions(&api.database).await.unwrap();
    assert_eq!(read(&api, "{}", 500, Value::Null).await.0, whole);
}
