//! The pool of connections, and the settings every connection carries.

use std::str::FromStr;
use std::time::Duration;

use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::anonymous::Anonymous;
use super::error::sql_state;
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
    /// For a server that answers readers, each within `time_limit`.
    #[must_use]
    pub fn for_service(time_limit: Duration) -> Self {
        Self { max_connections: 16, statement_timeout: time_limit, acquire_timeout: Duration::from_secs(3) }
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
    /// What the connections of the pool bring along; zero is no limit.
    statement_timeout: Duration,
}

impl Database {
    /// Connects to `url`, a `postgres://` address.
    ///
    /// # Errors
    /// When the address is malformed or Postgres does not answer.
    pub async fn connect(url: &str, settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        let options = PgConnectOptions::from_str(url)?
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
            .log_slow_statements(tracing::log::LevelFilter::Off, Duration::ZERO);
        // The pool would try again and again, and then not know the reason.
        tokio::time::timeout(settings.acquire_timeout, probe(&options))
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)??;
        let pool = PgPoolOptions::new()
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
            .connect_with(options)
            .await?;
        let anonymous = Anonymous::beside(&pool);
        Ok(Self { pool, anonymous, statement_timeout: settings.statement_timeout })
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
        Reading::new(self.pool.clone(), None, columns, self.statement_timeout)
    }

    /// Starts the reading of a request by somebody without a token, to whom nothing is shown that is withheld.
    #[must_use]
    pub fn anonymous_reading(&self, columns: Columns) -> Reading {
        Reading::new(self.pool.clone(), Some(self.anonymous.clone()), columns, self.statement_timeout)
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

    /// The same pool as sea-orm sees it, for migrations.
    #[must_use]
    pub fn orm(&self) -> DatabaseConnection {
        SqlxPostgresConnector::from_sqlx_postgres_pool(self.pool.clone())
    }

    /// Closes every connection.
    pub async fn close(&self) {
        tokio::join!(self.pool.close(), self.anonymous.close());
    }
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
        let anonymous = Anonymous::beside(&pool);
        Self { pool, anonymous, statement_timeout: Duration::ZERO }
    }
}
