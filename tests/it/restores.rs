//! A backup by Postgres's own programs, restored into another database, is the same base.

use std::path::Path;
use std::process::Command;

use dateline::db::Structure;
use dateline::db::cluster::Installation;

use crate::support::{Api, TestDatabase};

/// All that a base has besides its rows, by name.
const OBJECTS: &str = "select 'index ' || indexrelid::regclass from pg_index \
         where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace) \
     union all select 'constraint ' || conrelid::regclass || ' ' || conname from pg_constraint where conrelid <> 0 \
     union all select 'trigger ' || tgrelid::regclass || ' ' || tgname from pg_trigger where not tgisinternal \
     union all select 'view ' || oid::regclass from pg_class where relkind = 'v' and relnamespace = 'anonymous'::regnamespace \
     order by 1";

fn run(program: &Path, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn objects(database: &TestDatabase) -> Vec<String> {
    sqlx::query_scalar(OBJECTS).fetch_all(database.pool()).await.unwrap()
}

#[tokio::test]
async fn a_dump_is_restored_whole() {
    let api = Api::demonstration().await;
    let restored = TestDatabase::bare().await;
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("dateline.dump");
    let dump = dump.to_str().unwrap();
    let programs = Installation::find_for(folder.path(), None).unwrap().bin_dir;
    run(&programs.join("pg_dump"), &["--format", "custom", "--file", dump, &api.database.url()]);
    let into = restored.url();
    run(&programs.join("pg_restore"), &["--exit-on-error", "--no-owner", "--dbname", &into, dump]);
    let before = objects(&api.database).await;
    assert!(before.len() > 300, "{before:?}");
    assert_eq!(before, objects(&restored).await);
    let found =
        "select count(*) from event where event_words(title, summary) @@ search_query('Torkham', null)";
    let count = async |database: &TestDatabase| -> i64 {
        sqlx::query_scalar(found).fetch_one(database.pool()).await.unwrap()
    };
    assert!(count(&restored).await > 0);
    assert_eq!(count(&api.database).await, count(&restored).await);
}

#[tokio::test]
async fn a_base_that_lacks_what_migrations_make_is_told_from_a_whole_one() {
    let database = TestDatabase::new().await;
    assert_eq!(database.structure().await.unwrap(), Structure::WHOLE);
    sqlx::query("drop index actor_by_words").execute(database.pool()).await.unwrap();
    sqlx::query("alter table location drop constraint location_parent_id_fkey")
        .execute(database.pool())
        .await
        .unwrap();
    let missing = database.structure().await.unwrap().missing();
    assert_eq!(missing.as_deref(), Some("indexes (1), foreign keys (1)"));
}
