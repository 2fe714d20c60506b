//! A snapshot: one state of the whole base, read from beginning to end however long that takes, over
//! a connection of its own.

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

use super::connect::notices_absence;
use super::{Database, DatabaseError};

/// One state of the base. Dropped, it closes its connection at once, by which Postgres knows that a
/// statement under way can stop.
#[derive(Debug)]
pub struct Snapshot(PgConnection);

impl Database {
    /// Opens a snapshot. It takes no connection of the pool, so that those who read slowly keep nobody waiting.
    ///
    /// # Errors
    /// When Postgres does not answer, or has no connection left.
    pub async fn snapshot(&self) -> Result<Snapshot, DatabaseError> {
        let mut connection = PgConnection::connect_with(&self.pool().connect_options()).await?;
        notices_absence(&mut connection).await;
        connection.execute("begin isolation level repeatable read").await?;
        Ok(Snapshot(connection))
    }
}

impl Snapshot {
    /// The connection, for statements that prepare the reading.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    /// From here on nothing can be written, and statements take as long as their reader does.
    pub async fn read_only(&mut self) -> Result<(), DatabaseError> {
        self.0
            .execute(
                "set transaction read only; set local statement_timeout = 0; \
                 set local idle_in_transaction_session_timeout = 0",
            )
            .await?;
        Ok(())
    }

    /// Lets go of the connection in good order.
    pub async fn close(self) {
        if let Err(error) = self.0.close().await {
            tracing::debug!(%error, "a snapshot ended");
        }
    }
}
