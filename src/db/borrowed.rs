//! A connection that a request has from the pool, with a time limit for its statements that may be its
//! own, and its way back.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Postgres};
use tokio::runtime::Handle;

use super::DatabaseError;

/// A connection of a pool. Dropped, it goes back as it was.
pub(super) struct Borrowed {
    /// None once it is on its way.
    connection: Option<PoolConnection<Postgres>>,
    is_limited: bool,
}

impl Borrowed {
    /// As it lies in the pool.
    pub fn new(connection: PoolConnection<Postgres>) -> Self {
        Self { connection: Some(connection), is_limited: false }
    }

    /// Lets Postgres cancel its statements after this time, unless it does already.
    pub async fn limit(&mut self, time: Duration) -> Result<(), DatabaseError> {
        if !self.is_limited {
            let limit = format!("set statement_timeout = {}", time.as_millis());
            self.connection()?.execute(AssertSqlSafe(limit)).await?;
            self.is_limited = true;
        }
        Ok(())
    }

    /// The connection itself.
    pub fn connection(&mut self) -> Result<&mut PgConnection, DatabaseError> {
        let connection = self.connection.as_deref_mut();
        connection.ok_or_else(|| DatabaseError::broken("a connection was used after it was returned"))
    }

    /// Closes its socket at once, by which Postgres knows that a statement under way can stop.
    pub fn cut(mut self) {
        if let Some(connection) = self.connection.take() {
            drop(connection.detach());
        }
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take().filter(|_| self.is_limited) else { return };
        // Nobody waits for this: the answer is on its way.
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                if connection.execute("reset statement_timeout").await.is_err() {
                    drop(connection.detach());
                }
            })),
            Err(_) => drop(connection.detach()),
        }
    }
}
