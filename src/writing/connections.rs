//! The connections of writers: a few, apart from those of readers, so that neither waits for the other;
//! each keeps the staging tables for the next write.

use std::time::Duration;

use sqlx::Postgres;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnection, PgPool};

use crate::db::{Database, PoolSize};
use crate::import::few;

/// How many write at once. More would wait for each other's locks, and for the disk.
const MOST: u32 = 4;

/// Those who write. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Writers(PgPool);

impl Writers {
    /// For a database, whose statements may take this long; connects when the first write comes.
    #[must_use]
    pub fn new(database: &Database, statement_timeout: Duration) -> Self {
        Self(database.pool_of(MOST, statement_timeout, |connection| Box::pin(few::prepare(connection))))
    }

    /// How many connections there are.
    #[must_use]
    pub fn pool_size(&self) -> PoolSize {
        PoolSize::of("writers", &self.0)
    }

    /// Lends a connection.
    pub(super) async fn lend(&self) -> Result<Lent, sqlx::Error> {
        Ok(Lent(Some(self.0.acquire().await?)))
    }
}

/// A connection with a write under way.
///
/// Dropped before it is given back, that is when nobody waits for the answer any more, it closes the
/// socket, by which Postgres knows to stop and to take back what was written.
pub(super) struct Lent(Option<PoolConnection<Postgres>>);

impl Lent {
    pub fn connection(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        let lent = self.0.as_deref_mut();
        lent.ok_or_else(|| sqlx::Error::Protocol("a connection was used after it was given back".to_owned()))
    }

    /// Gives it back to the pool, outside of any transaction.
    pub async fn give_back(mut self) -> Result<(), sqlx::Error> {
        few::tidy(self.connection()?).await?;
        self.0.take();
        Ok(())
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}
