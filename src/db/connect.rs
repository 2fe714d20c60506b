//! The pool of connections, and the settings every connection carries.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::Semaphore;

use super::anonymous::Anonymous;
use super::error::sql_state;
use super::reading::Source;
use super::replica::Replica;
use super::{Columns, DatabaseError, Reading};

/// Beyond a request's time limit: for its answer to be written, and for its statements, so that
/// it is the request that is ended, in one place, and not a statement of it.
pub const MARGIN: Duration = Duration::from_secs(1);

/// How the pool behaves.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// The most connections held at once.
    pub max_connections: u32,
    /// The longest a statement may run before Postgres cancels it; zero is no limit.
    pub statement_timeout: Duration,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
}

impl DatabaseSettings {
    /// For a server that answers readers, each within `time_limit`, over so many connections.
    #[must_use]
    pub fn for_service(time_limit: Duration, max_connections: u32) -> Self {
        Self { max_connections, statement_timeout: time_limit, acquire_timeout: Duration::from_secs(3) }
    }

    /// For a command that migrates or imports, and may take its time.
    #[must_use]
    pub fn for_command() -> Self {
        Self {
            max_connections: 4,
            statement_timeout: Duration::ZERO,
            acquire_timeout: Duration::from_secs(10),
        }
    }
}

/// A database that is connected to. Cheap to clone: all clones share one pool.
#[derive(Clone, Debug)]
pub struct Database {
    pool: PgPool,
    anonymous: Anonymous,
    /// From which is read where there is one.
    replica: Option<Replica>,
    /// What the connections of the pool bring along; zero is no limit.
    statement_timeout: Duration,
    /// For readings that may wait: half of the connections at most are theirs.
    line: Arc<Semaphore>,
}

/// How many connections a pool has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSize {
    /// Which pool: primary, anonymous, replica, `replica_anonymous`, writers.
    pub pool: &'static str,
    /// Those that wait to be used.
    pub idle: u32,
    /// Those that are used.
    pub used: u32,
    /// The most that there may be.
    pub allowed: u32,
}

impl PoolSize {
    /// That of a pool, under this name.
    #[must_use]
    pub fn of(name: &'static str, pool: &PgPool) -> Self {
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        let allowed = pool.options().get_max_connections();
        Self { pool: name, idle, used: pool.size().saturating_sub(idle), allowed }
    }
}

impl Database {
    /// Connects to `url`, a `postgres://` address.
    ///
    /// # Errors
    /// When the address is malformed or Postgres does not answer.
    pub async fn connect(url: &str, settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        let options = with_settings(PgConnectOptions::from_str(url)?, settings);
        // The pool would try again and again, and then not know the reason.
        tokio::time::timeout(settings.acquire_timeout, probe(&options))
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)??;
        let pool = pool_options(settings).connect_with(options).await?;
        Ok(Self { statement_timeout: settings.statement_timeout, ..Self::of(pool) })
    }

    fn of(pool: PgPool) -> Self {
        let anonymous = Anonymous::beside(&pool);
        let patient = pool.options().get_max_connections().div_ceil(2);
        let line = Arc::new(Semaphore::new(patient as usize));
        Self { pool, anonymous, replica: None, statement_timeout: Duration::ZERO, line }
    }

    /// The same database, of which requests that write nothing read from a replica at `url`.
    ///
    /// # Errors
    /// When the address is malformed. A replica that does not answer is no error.
    pub fn with_replica(self, url: &str, settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        Ok(Self { replica: Some(Replica::at(url, settings)?), ..self })
    }

    /// Creates the database `name` on the server that `url` leads to, unless it is there.
    ///
    /// # Errors
    /// When Postgres does not answer, or the user may not create databases.
    pub async fn create(url: &str, name: &str) -> Result<(), DatabaseError> {
        let mut connection = PgConnection::connect(url).await?;
        let known: Option<i32> = sqlx::query_scalar("select 1 from pg_database where datname = $1")
            .bind(name)
            .fetch_optional(&mut connection)
            .await?;
        if known.is_none() {
            let quoted = name.replace('"', "\"\"");
            if let Err(error) =
                connection.execute(AssertSqlSafe(format!("create database \"{quoted}\""))).await
            {
                // duplicate_database and unique_violation: another process was faster.
                if !matches!(sql_state(&error).as_deref(), Some("42P04" | "23505")) {
                    return Err(error.into());
                }
            }
        }
        connection.close().await?;
        Ok(())
    }

    /// Starts the reading of one request, which reads these columns.
    #[must_use]
    pub fn reading(&self, columns: Columns) -> Reading {
        Reading::new(self.source(false), columns, self.statement_timeout, None)
    }

    /// Starts the reading of a request by somebody without a token, to whom nothing is shown that is withheld.
    #[must_use]
    pub fn anonymous_reading(&self, columns: Columns) -> Reading {
        Reading::new(self.source(true), columns, self.statement_timeout, None)
    }

    /// Starts the reading of somebody who follows, with a token or without: each of its levels waits until it is its
    /// turn, however long that is, and keeps no connection. It reads from the primary, which wakes who follows.
    #[must_use]
    pub fn patient_reading(&self, is_anonymous: bool, columns: Columns) -> Reading {
        let source = Source { replica: None, ..self.source(is_anonymous) };
        Reading::new(source, columns, self.statement_timeout, Some(self.line.clone()))
    }

    fn source(&self, is_anonymous: bool) -> Source {
        let anonymous = is_anonymous.then(|| self.anonymous.clone());
        Source { pool: self.pool.clone(), anonymous, replica: self.replica.clone() }
    }

    /// Whether Postgres answers now.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// The pool itself, for writers that need transactions and `COPY`.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// How many connections each pool has.
    #[must_use]
    pub fn pool_sizes(&self) -> Vec<PoolSize> {
        let mut sizes =
            vec![PoolSize::of("primary", &self.pool), PoolSize::of("anonymous", self.anonymous.pool())];
        if let Some(replica) = &self.replica {
            sizes.push(PoolSize::of("replica", &replica.pool));
            sizes.push(PoolSize::of("replica_anonymous", replica.anonymous.pool()));
        }
        sizes
    }

    /// Whether requests are read from a replica at the moment; none where there is none.
    #[must_use]
    pub fn reads_from_replica(&self) -> Option<bool> {
        self.replica.as_ref().map(Replica::is_asked)
    }

    /// Another pool of the same database, of at most so many connections, each prepared when it is made, whose
    /// statements may take this long. It connects when it is first asked.
    pub fn pool_of(
        &self,
        most: u32,
        statement_timeout: Duration,
        prepare: impl for<'c> Fn(&'c mut PgConnection) -> BoxFuture<'c, Result<(), sqlx::Error>>
        + Send
        + Sync
        + Copy
        + 'static,
    ) -> PgPool {
        let limit = [("statement_timeout", statement_timeout.as_millis().to_string())];
        PgPoolOptions::new()
            .max_connections(most)
            .acquire_timeout(self.pool.options().get_acquire_timeout())
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    notices_absence(connection).await;
                    prepare(connection).await
                })
            })
            .connect_lazy_with(self.pool.connect_options().as_ref().clone().options(limit))
    }

    /// The same pool as sea-orm sees it, for migrations.
    #[must_use]
    pub fn orm(&self) -> DatabaseConnection {
        SqlxPostgresConnector::from_sqlx_postgres_pool(self.pool.clone())
    }

    /// One connection of its own for somebody who keeps it, with no limit of time for its statements; it is
    /// made when it is first asked for.
    #[must_use]
    pub fn beside(&self) -> PgPool {
        let options = self.pool.connect_options().as_ref().clone().options([("statement_timeout", "0")]);
        PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(options)
    }

    /// Closes every connection.
    pub async fn close(&self) {
        let replica = async {
            if let Some(replica) = &self.replica {
                replica.close().await;
            }
        };
        tokio::join!(self.pool.close(), self.anonymous.close(), replica);
    }
}

/// What every connection carries.
pub(super) fn with_settings(options: PgConnectOptions, settings: &DatabaseSettings) -> PgConnectOptions {
    options
        .application_name("dateline")
        // Statement texts are few, since they never depend on the length of a list.
        .statement_cache_capacity(500)
        .options([
            ("TimeZone", "UTC"),
            // Compiling costs more than these statements take.
            ("jit", "off"),
            ("statement_timeout", &settings.statement_timeout.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", "60s"),
        ])
        .log_statements(tracing::log::LevelFilter::Off)
        .log_slow_statements(tracing::log::LevelFilter::Off, Duration::ZERO)
}

/// How a pool is made.
pub(super) fn pool_options(settings: &DatabaseSettings) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(settings.max_connections)
        .acquire_timeout(settings.acquire_timeout)
        // A connection that died in the pool shows at its first statement, which is then tried again.
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                notices_absence(connection).await;
                Ok(())
            })
        })
}

/// Lets Postgres notice that nobody waits for a statement any more. Not every platform it runs on can;
/// there the statement's time limit ends it.
pub(super) async fn notices_absence(connection: &mut PgConnection) {
    if let Err(error) = connection.execute("set client_connection_check_interval = '250ms'").await {
        tracing::debug!(%error, "abandoned statements run until their time limit");
    }
}

/// Connects once and lets go.
async fn probe(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    PgConnection::connect_with(options).await?.close().await
}

#[cfg(test)]
impl Database {
    /// A database that is not asked before the first statement, and need not be there.
    pub(crate) fn unasked(url: &str) -> Self {
        let pool = PgPoolOptions::new().connect_lazy(url).expect("the address is well-formed");
        Self::of(pool)
    }
}
