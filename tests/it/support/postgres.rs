//! The Postgres of the tests: the program's own embedded cluster in a folder of the tests' own,
//! stopped when the last test is done, and a database a test, copied from a migrated template.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use dateline::db::cluster::{Cluster, ClusterOptions, Installation};
use dateline::db::{Database, DatabaseSettings};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// The cluster while any test uses it, and whether the template was made in this process.
static CLUSTER: Mutex<(Weak<Cluster>, bool)> = Mutex::new((Weak::new(), false));
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database of one test; it goes with the test.
pub struct TestDatabase {
    database: Database,
    name: String,
    cluster: Arc<Cluster>,
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl TestDatabase {
    /// A migrated database without records.
    pub async fn new() -> Self {
        Self::copy_of("template_migrated").await
    }

    /// A database without anything.
    pub async fn bare() -> Self {
        Self::copy_of("template0").await
    }

    async fn copy_of(template: &str) -> Self {
        let cluster = tokio::task::spawn_blocking(cluster).await.expect("the cluster starts");
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        admin(&cluster, &format!("create database {name} template {template} strategy file_copy")).await;
        let url = cluster.database_url(&name);
        let database = Database::connect(&url, &DatabaseSettings::for_command()).await.expect("it connects");
        Self { database, name, cluster }
    }
}

impl TestDatabase {
    /// Its address.
    pub fn url(&self) -> String {
        self.cluster.database_url(&self.name)
    }

    /// What its server says.
    pub fn log_file(&self) -> PathBuf {
        self.cluster.log_file()
    }
}

/// How long a test waits until its database is gone. Postgres drops none while a backend writes to
/// somebody who does not read, and that can be this very thread.
const PATIENCE: Duration = Duration::from_secs(5);

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (cluster, name) = (self.cluster.clone(), self.name.clone());
        let (done, dropped) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            block(async move {
                admin(&cluster, &format!("drop database {name} with (force)")).await;
            });
            done.send(()).ok();
        });
        dropped.recv_timeout(PATIENCE).ok();
    }
}

/// The running cluster, started by the first test that asks.
fn cluster() -> Arc<Cluster> {
    let mut guard = CLUSTER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(running) = guard.0.upgrade() {
        return running;
    }
    let data_dir = data_dir();
    let installation = Installation::find_for(&data_dir, None).unwrap_or_else(|error| panic!("{error}"));
    let options = ClusterOptions { durable: false, ..ClusterOptions::default() };
    let cluster = Cluster::open(&data_dir, &installation, &options).unwrap_or_else(|error| panic!("{error}"));
    let cluster = Arc::new(cluster);
    if !guard.1 {
        let template = cluster.clone();
        std::thread::spawn(move || block(make_template(&template))).join().expect("the template is made");
        guard.1 = true;
    }
    guard.0 = Arc::downgrade(&cluster);
    cluster
}

/// A folder that the server's user can enter, one for each checkout and user.
fn data_dir() -> PathBuf {
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::os::unix::fs::MetadataExt;

    // Whose file it is says who we are.
    let user = tempfile::tempfile().and_then(|file| file.metadata()).expect("a file can be made").uid();
    let mut hasher = DefaultHasher::new();
    (env!("CARGO_MANIFEST_DIR"), user).hash(&mut hasher);
    std::env::temp_dir().join(format!("dateline-tests-{:x}", hasher.finish()))
}

/// Makes the template anew, and takes away what a run that was killed left behind.
async fn make_template(cluster: &Cluster) {
    let mut connection = PgConnection::connect(&cluster.database_url("postgres")).await.expect("it connects");
    let left: Vec<String> = sqlx::query_scalar(
        "select datname from pg_database where datname like 'test\\_%' or datname = 'template_migrated'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("databases are listed");
    for name in left {
        admin(cluster, &format!("drop database {name} with (force)")).await;
    }
    admin(cluster, "create database template_migrated template template0").await;
    let url = cluster.database_url("template_migrated");
    let database = Database::connect(&url, &DatabaseSettings::for_command()).await.expect("it connects");
    database.migrate_up().await.expect("it migrates");
    database.close().await;
}

async fn admin(cluster: &Cluster, sql: &str) {
    let mut connection = PgConnection::connect(&cluster.database_url("postgres")).await.expect("it connects");
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.ok();
}

fn block(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work);
}
