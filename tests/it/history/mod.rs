//! Reverts: what they bring back, what stands in their way, and that history keeps both.

mod random;

use std::collections::BTreeMap;

use dateline::history::{RevertError, Reverted, revert};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _};
use uuid::Uuid;

use crate::support::{TestDatabase, import_all};

const GROUND: &str = r#"
{"type":"dataset","slug":"desk","title":"A desk"}
{"type":"source","slug":"the-paper","name":"The Paper","kind":"NEWSPAPER"}
{"type":"actor","slug":"minister","name":"A minister","kind":"PERSON","names":[{"value":"His Excellency","kind":"ALIAS"}]}
{"type":"location","slug":"here","name":"Here","kind":"COUNTRY","country":"PK","timezone":"Asia/Karachi"}
{"type":"event","slug":"talks","title":"Talks","kind":"TALKS","location":"here","extent":"2025-10-25/2025-10-28"}
{"type":"article","dataset":"desk","externalId":"a1","source":"the-paper","title":"Talks end"}
{"type":"claim","dataset":"desk","externalId":"c1","event":"talks","property":"duration","value":{"number":3},"article":{"dataset":"desk","externalId":"a1"},"relayedFrom":["the-paper"]}
"#;

/// Changes some of the ground and adds to it.
const MORE: &str = r#"
{"type":"event","slug":"talks","title":"Talks in two rounds","kind":"TALKS","location":"here","extent":"2025-10-25/2025-10-29"}
{"type":"event","slug":"strike","title":"A strike","kind":"STRIKE","extent":"2025-11-01"}
{"type":"actor","slug":"minister","name":"The minister","kind":"PERSON","names":[{"value":"Excellency","kind":"ALIAS"}]}
{"type":"participation","event":"talks","actor":"minister","role":"PARTY"}
{"type":"participation","event":"strike","actor":"minister","role":"TARGET"}
{"type":"claim","dataset":"desk","externalId":"c1","event":"talks","property":"duration","value":{"number":4},"article":{"dataset":"desk","externalId":"a1"}}
{"type":"claim","dataset":"desk","externalId":"c2","event":"strike","property":"occurred","value":{"boolean":true},"article":{"dataset":"desk","externalId":"a1"},"speaker":"minister","relayedFrom":["the-paper"]}
"#;

/// Reverts and commits.
async fn take_back(database: &TestDatabase, change_set: Uuid) -> Result<Reverted, RevertError> {
    let mut connection = database.pool().acquire().await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    let reverted = revert(&mut transaction, change_set, Some("a test"), Some("to see")).await?;
    transaction.commit().await.unwrap();
    Ok(reverted)
}

/// What is compared: the rows of each table, or the answers to each question.
type State = BTreeMap<String, Vec<Value>>;

/// Fails with what differs alone.
fn assert_same(found: &State, expected: &State) {
    for (what, expected) in expected {
        let found = &found[what];
        let more: Vec<_> = found.iter().filter(|row| !expected.contains(row)).collect();
        let less: Vec<_> = expected.iter().filter(|row| !found.contains(row)).collect();
        assert!(found == expected, "{what}\nhas {more:#?}\nand not {less:#?}");
    }
    assert_eq!(found.len(), expected.len());
}

/// Every row of every table, without what counts and dates changes; history itself left out.
async fn rows(database: &TestDatabase) -> State {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' \
         and table_name not in ('import_run', 'import_reject', 'change_set', 'revision', 'spatial_ref_sys')",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    let mut rows = BTreeMap::new();
    for table in tables {
        let sql =
            format!("select (to_jsonb(t) - 'version' - 'updated_at')::text from \"{table}\" t order by 1");
        let found: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(database.pool()).await.unwrap();
        rows.insert(table, found.iter().map(|row| serde_json::from_str(row).unwrap()).collect());
    }
    rows
}

#[tokio::test]
async fn what_an_import_made_is_gone_and_what_it_changed_is_restored() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let before = rows(&database).await;
    let run = import_all(&database, MORE).await.run;
    assert_ne!(rows(&database).await, before);
    let reverted = take_back(&database, run).await.unwrap();
    assert_eq!(reverted.reverted, run);
    assert_same(&rows(&database).await, &before);
}

/// Versions that do not follow each other, or that are not their record's.
async fn strange_versions(database: &TestDatabase) -> Vec<String> {
    let records: Vec<String> = sqlx::query_scalar(
        "select tgrelid::regclass::text from pg_trigger where tgname = 'count_version' order by 1",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    let now =
        records.iter().map(|table| format!("select '{table}' as record_type, id, version from {table}"));
    let sql = format!(
        "with kept as (select record_type, record_id, version, operation,
             lag(version, 1, 0) over (partition by record_type, record_id order by id) as earlier,
             lead(version) over (partition by record_type, record_id order by id) as later
           from revision where record_type = any ($1))
         select record_type || ' ' || record_id || ': ' || version || ' after ' || earlier from kept where version <> earlier + 1
         union all
         select k.record_type || ' ' || k.record_id || ': ' || k.version || ' and not ' || n.version
         from kept k join ({}) n on n.record_type = k.record_type and n.id = k.record_id
         where k.later is null and n.version <> k.version",
        now.collect::<Vec<_>>().join(" union all ")
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).bind(&records).fetch_all(database.pool()).await.unwrap()
}
