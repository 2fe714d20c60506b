//! Reverts: what they bring back, what stands in their way, and that history keeps both.

mod conflicts;
mod edits;
pub mod random;

use std::collections::BTreeMap;

use dateline::history::{RevertError, Reverted, revert};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor};
use uuid::Uuid;

use crate::support::{Api, TestDatabase, compared_tables, import_all};

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
pub async fn take_back(database: &TestDatabase, change_set: Uuid) -> Result<Reverted, RevertError> {
    let mut connection = database.pool().acquire().await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    let reverted = revert(&mut transaction, change_set, Some("a test"), Some("to see")).await?;
    transaction.commit().await.unwrap();
    Ok(reverted)
}

/// What is compared: the rows of each table, or the answers to each question.
pub type State = BTreeMap<String, Vec<Value>>;

/// Fails with what differs alone.
pub fn assert_same(found: &State, expected: &State) {
    for (what, expected) in expected {
        let found = &found[what];
        let more: Vec<_> = found.iter().filter(|row| !expected.contains(row)).collect();
        let less: Vec<_> = expected.iter().filter(|row| !found.contains(row)).collect();
        assert!(found == expected, "{what}\nhas {more:#?}\nand not {less:#?}");
    }
    assert_eq!(found.len(), expected.len());
}

/// Every row of every table, without what counts and dates changes; history itself left out.
pub async fn rows(database: &TestDatabase) -> State {
    let mut rows = BTreeMap::new();
    for table in compared_tables(database).await {
        // A spelling is numbered when it comes.
        let numbered = if table == "spelling" { "id" } else { "" };
        let sql = format!(
            "select (to_jsonb(t) - 'version' - 'updated_at' - '{numbered}')::text from \"{table}\" t order by 1"
        );
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

/// Versions that do not follow each other, or that are not their record's. What the migrations made has no
/// revision of its first.
pub async fn strange_versions(database: &TestDatabase) -> Vec<String> {
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
             lag(version, 1, case operation when 'CREATE' then 0 else 1 end) over (partition by record_type, record_id order by id) as earlier,
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

#[tokio::test]
async fn a_revert_that_is_reverted_redoes() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let before = rows(&api.database).await;
    let run = import_all(&api.database, MORE).await.run;
    let after = rows(&api.database).await;
    let undone = take_back(&api.database, run).await.unwrap();
    let redone = take_back(&api.database, undone.change_set).await.unwrap();
    assert_same(&rows(&api.database).await, &after);
    take_back(&api.database, redone.change_set).await.unwrap();
    assert_same(&rows(&api.database).await, &before);
    assert_eq!(strange_versions(&api.database).await, Vec::<String>::new());

    // The history keeps all four, each with who, why and what.
    let answer = api
        .ask(
            "{ changeSets { nodes { kind by reason importRun { created } reverts { kind } revertedBy { kind } } } \
               event(slug: \"talks\") { title version revisions { nodes { version operation recordType change { kind } before } } } }",
        )
        .await;
    let sets = answer["data"]["changeSets"]["nodes"].as_array().unwrap();
    let kinds: Vec<_> = sets.iter().map(|set| set["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["REVERT", "REVERT", "REVERT", "IMPORT", "IMPORT"], "{answer}");
    assert_eq!((&sets[0]["by"], &sets[0]["reason"]), (&"a test".into(), &"to see".into()));
    assert_eq!((&sets[0]["reverts"]["kind"], &sets[0]["revertedBy"]), (&"REVERT".into(), &Value::Null));
    assert_eq!(
        (&sets[3]["importRun"]["created"], &sets[3]["revertedBy"]["kind"]),
        (&5.into(), &"REVERT".into())
    );
    let event = &answer["data"]["event"];
    assert_eq!((&event["title"], &event["version"]), (&"Talks".into(), &5.into()));
    let revisions = event["revisions"]["nodes"].as_array().unwrap();
    let titles: Vec<_> = revisions.iter().map(|revision| &revision["before"]["title"]).collect();
    assert_eq!(
        titles,
        [
            &"Talks in two rounds".into(),
            &"Talks".into(),
            &"Talks in two rounds".into(),
            &"Talks".into(),
            &Value::Null
        ]
    );
    assert_eq!(
        (&revisions[0]["recordType"], &revisions[4]["operation"]),
        (&"Event".into(), &"CREATE".into())
    );
}

#[tokio::test]
async fn a_record_goes_on_counting_where_a_revert_ended() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let run = import_all(&database, MORE).await.run;
    take_back(&database, run).await.unwrap();
    import_all(&database, MORE).await;
    let version: i32 = sqlx::query_scalar("select version from event where slug = 'strike'")
        .fetch_one(database.pool())
        .await
        .unwrap();
    // Made, taken away, made again.
    assert_eq!(version, 3);
    assert_eq!(strange_versions(&database).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_first_import_is_reverted_with_its_dataset_and_loads_again() {
    let database = TestDatabase::new().await;
    let before = rows(&database).await;
    let first = import_all(&database, GROUND).await;
    take_back(&database, first.run).await.unwrap();
    assert_same(&rows(&database).await, &before);
    let second = import_all(&database, GROUND).await;
    assert_eq!(second.tables, first.tables);
    let third = import_all(&database, GROUND).await;
    assert_eq!((third.created(), third.updated()), (0, 0));
}

#[tokio::test]
async fn every_table_under_history_has_its_place_in_a_revert() {
    let database = TestDatabase::new().await;
    let kept: Vec<String> = sqlx::query_scalar(
        "select distinct tgrelid::regclass::text from pg_trigger g join pg_proc p on p.oid = g.tgfoid where p.proname = 'keep_revision'",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    let mut kept: Vec<_> = kept.iter().map(|name| name.trim_matches('"')).collect();
    kept.sort_unstable();
    let mut placed = dateline::history::IN_ORDER;
    placed.sort_unstable();
    assert_eq!(kept, placed);
}

#[tokio::test]
async fn only_a_revert_deletes_a_claim_and_only_what_the_reverted_made() {
    let database = TestDatabase::new().await;
    import_all(&database, GROUND).await;
    let run = import_all(&database, MORE).await.run;
    let attempt = async |kind: &str, marked: bool, condition: &str| {
        let mut connection = database.pool().acquire().await.unwrap();
        let mut transaction = connection.begin().await.unwrap();
        let set = Uuid::now_v7();
        let begin = format!(
            "insert into change_set (id, kind) values ('{set}', '{kind}') returning set_config('dateline.change_set', id::text, true)"
        );
        transaction.execute(AssertSqlSafe(begin)).await.unwrap();
        if marked {
            let mark = format!("update change_set set reverted_by_id = '{set}' where id = '{run}'");
            transaction.execute(AssertSqlSafe(mark)).await.unwrap();
        }
        transaction.execute("set constraints all deferred").await.unwrap();
        let delete = format!("delete from claim c where {condition}");
        let deleted = transaction.execute(AssertSqlSafe(delete)).await;
        deleted.map(|done| done.rows_affected()).map_err(|error| {
            error
                .as_database_error()
                .and_then(|error| error.constraint().map(str::to_owned))
                .unwrap_or_default()
        })
    };
    let made = format!(
        "c.id in (select record_id from revision where change_set_id = '{run}' and operation = 'CREATE')"
    );
    let refused = Err("claim_is_never_edited".to_owned());
    assert_eq!(attempt("API", true, &made).await, refused);
    assert_eq!(attempt("REVERT", false, &made).await, refused);
    assert_eq!(attempt("REVERT", true, "true").await, refused);
    assert_eq!(attempt("REVERT", true, &made).await, Ok(2));
}

#[tokio::test]
async fn nothing_more_is_written_under_what_was_reverted() {
    let database = TestDatabase::new().await;
    let run = import_all(&database, GROUND).await.run;
    take_back(&database, run).await.unwrap();
    let write = format!(
        "do $$ begin perform set_config('dateline.change_set', '{run}', true); \
         insert into actor (id, name, kind) values (gen_random_uuid(), 'X', 'PERSON'); end $$"
    );
    let error = database.pool().execute(AssertSqlSafe(write)).await.unwrap_err();
    assert!(error.to_string().contains("has been reverted"), "{error}");
}
