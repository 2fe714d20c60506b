//! The reading of one request: it borrows connections as its levels need them, counts its
//! statements, and lets go of everything when the request ends or is abandoned.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use sea_orm::QueryResult;
use sea_orm::sea_query::{PostgresQueryBuilder, SelectStatement};
use sea_query_sqlx::{SqlxBinder, SqlxValues};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, PgRow};
use sqlx::{AssertSqlSafe, Postgres};

use super::DatabaseError;

/// The statements of one request.
///
/// Connections are kept between its levels, so that a walk borrows one and returns it once.
#[derive(Debug)]
pub struct Reading {
    pool: PgPool,
    kept: Mutex<Vec<PoolConnection<Postgres>>>,
    statements: StatementCount,
}

/// How many statements of a reading have answered. A clone counts on when the reading is gone.
#[derive(Clone, Debug, Default)]
pub struct StatementCount(Arc<AtomicU32>);

impl StatementCount {
    /// How many so far.
    #[must_use]
    pub fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Reading {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool, kept: Mutex::default(), statements: StatementCount::default() }
    }

    /// Runs one statement and returns all its rows.
    ///
    /// A connection that died while it lay in the pool is replaced once: reading twice is harmless.
    pub async fn rows(&self, statement: &SelectStatement) -> Result<Vec<QueryResult>, DatabaseError> {
        let (sql, values) = statement.build_sqlx(PostgresQueryBuilder);
        let rows = match self.attempt(&sql, values.clone()).await {
            Err(DatabaseError::Unavailable(_)) => self.attempt(&sql, values).await?,
            answered => answered?,
        };
        self.statements.add_one();
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// The count of the statements that have answered.
    #[must_use]
    pub fn count(&self) -> StatementCount {
        self.statements.clone()
    }

    async fn attempt(&self, sql: &str, values: SqlxValues) -> Result<Vec<PgRow>, DatabaseError> {
        let mut lent = Lent(Some(self.connection().await?));
        let answer = match &mut lent.0 {
            Some(connection) => {
                sqlx::query_with(AssertSqlSafe(sql.to_owned()), values).fetch_all(&mut **connection).await
            }
            None => unreachable!("it was put there two lines above"),
        };
        let answer = answer.map_err(DatabaseError::from);
        if let (Some(connection), false) =
            (lent.0.take(), matches!(answer, Err(DatabaseError::Unavailable(_))))
        {
            self.keep(connection);
        }
        answer
    }

    async fn connection(&self) -> Result<PoolConnection<Postgres>, DatabaseError> {
        let kept = self.kept.lock().ok().and_then(|mut kept| kept.pop());
        match kept {
            Some(connection) => Ok(connection),
            None => Ok(self.pool.acquire().await?),
        }
    }

    fn keep(&self, connection: PoolConnection<Postgres>) {
        if let Ok(mut kept) = self.kept.lock() {
            kept.push(connection);
        }
    }
}

/// A connection with a statement under way.
///
/// Dropped before the answer is there, that is when nobody waits for it any more, it closes the
/// socket at once, by which Postgres knows that the statement can stop.
struct Lent(Option<PoolConnection<Postgres>>);

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}
