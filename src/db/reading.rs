//! The reading of one request: what its resolvers ask for is gathered into levels, each level is
//! one statement, and everything is let go of when the request ends or is abandoned.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use sea_orm::sea_query::{Alias, Expr, PostgresQueryBuilder, Query, SelectStatement};
use sea_query_sqlx::{SqlxBinder, SqlxValues};
use serde::de::DeserializeOwned;
use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgPool, PgRow};
use tokio::sync::{Semaphore, oneshot};
use tracing::Instrument;

use super::anonymous::{Anonymous, WITHHOLDS};
use super::borrowed::Borrowed;
use super::replica::Replica;
use super::{Columns, DatabaseError, Explained, level};
use crate::telemetry::TRACES;

/// The statements of one request. Cheap to clone: all clones are one reading.
#[derive(Clone)]
pub struct Reading(Arc<Inner>);

struct Inner {
    primary: Source,
    /// Whether it is read from the replica.
    from_replica: AtomicBool,
    /// Whether it is read without what is withheld.
    restricted: AtomicBool,
    columns: Columns,
    /// Kept between levels, so that a walk borrows one connection and returns it once.
    connection: Mutex<Option<Borrowed>>,
    /// The time limit that the connections of the pool have; zero is none.
    common_limit: Duration,
    /// The one that the statements of this request have, where it is another.
    own_limit: OnceLock<Duration>,
    /// Where it waits for its turn at each level, when it may wait long.
    line: Option<Arc<Semaphore>>,
    waiting: Mutex<Vec<Question>>,
    statements: AtomicU32,
    /// The statements themselves, where somebody wants to see them.
    explained: Mutex<Option<Vec<Explained>>>,
}

/// A server to read from.
pub(super) struct Source {
    pub pool: PgPool,
    /// For whom is read, when it is somebody without a token.
    pub anonymous: Option<Anonymous>,
    /// From which is read instead, while it answers.
    pub replica: Option<Replica>,
}

/// A statement answers at most so many questions, which keeps its plan small.
const MOST_QUESTIONS: usize = 1_000;

/// A query that waits for its level.
struct Question {
    statement: SelectStatement,
    answer: oneshot::Sender<Result<Vec<PgRow>, DatabaseError>>,
}

impl Reading {
    pub(super) fn new(
        primary: Source,
        columns: Columns,
        common_limit: Duration,
        line: Option<Arc<Semaphore>>,
    ) -> Self {
        let from_replica = primary.replica.as_ref().is_some_and(Replica::is_asked);
        let restricted = AtomicBool::new(primary.anonymous.as_ref().is_some_and(Anonymous::withholds));
        Self(Arc::new(Inner {
            primary,
            from_replica: AtomicBool::new(from_replica),
            restricted,
            columns,
            connection: Mutex::default(),
            common_limit,
            own_limit: OnceLock::new(),
            line,
            waiting: Mutex::default(),
            statements: AtomicU32::new(0),
            explained: Mutex::default(),
        }))
    }

    /// Asks for the rows of a query, whose columns are the fields of `T` in their order: see `cells.rs`. The
    /// answer comes with the level the question falls into: see [`Reading::next_level`].
    pub async fn records<T: DeserializeOwned>(
        &self,
        statement: SelectStatement,
    ) -> Result<Vec<T>, DatabaseError> {
        self.rows(statement).await?.iter().map(level::record).collect()
    }

    /// Asks for the rows of a query, each as the JSON object of its columns: what has no form but the one that
    /// its query gives it.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        statement: SelectStatement,
    ) -> Result<Vec<T>, DatabaseError> {
        let found = Alias::new("found");
        let json =
            Query::select().expr(Expr::cust("row_to_json(found)")).from_subquery(statement, found).take();
        self.rows(json).await?.iter().map(level::json).collect()
    }

    /// Asks for one value of JSON, which a query in parentheses gives.
    pub async fn facts<T: DeserializeOwned>(&self, query: Expr) -> Result<T, DatabaseError> {
        let facts = Expr::cust_with_exprs("to_json(($1))", [query]);
        let rows = self.rows(Query::select().expr_as(facts, Alias::new("facts")).take()).await?;
        level::json(
            rows.first().ok_or_else(|| DatabaseError::broken("a question without rows has no answer"))?,
        )
    }

    async fn rows(&self, statement: SelectStatement) -> Result<Vec<PgRow>, DatabaseError> {
        let (answer, answered) = oneshot::channel();
        locked(&self.0.waiting).push(Question { statement, answer });
        answered.await.map_err(|_| DatabaseError::broken("a question was dropped without an answer"))?
    }

    /// One level: the statement that answers all questions that wait now, or none when none do.
    #[must_use]
    pub fn next_level(&self) -> Option<BoxFuture<'static, ()>> {
        let questions: Vec<_> = {
            let mut waiting = locked(&self.0.waiting);
            let some = waiting.len().min(MOST_QUESTIONS);
            waiting.drain(..some).collect()
        };
        if questions.is_empty() {
            return None;
        }
        let reading = self.clone();
        Some(Box::pin(async move { reading.answer(questions).await }))
    }

    /// Lets Postgres cancel each of its statements after this time, whatever others may take. It is said
    /// once, before the first statement.
    pub fn limit_statements(&self, time: Duration) {
        if time != self.0.common_limit {
            self.0.own_limit.get_or_init(|| time);
        }
    }

    /// Reads from the primary, where everything is that was just written.
    pub fn from_primary(&self) {
        self.0.from_replica.store(false, Ordering::Relaxed);
    }

    /// Which columns of records the request reads.
    #[must_use]
    pub fn columns(&self) -> Columns {
        self.0.columns
    }

    /// How many statements have answered so far.
    #[must_use]
    pub fn statements(&self) -> u32 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// Keeps the statements from now on.
    pub fn explain(&self) {
        *locked(&self.0.explained) = Some(Vec::new());
    }

    /// The statements so far; none where they are not kept.
    #[must_use]
    pub fn explained(&self) -> Option<Vec<Explained>> {
        locked(&self.0.explained).clone()
    }

    async fn answer(&self, questions: Vec<Question>) {
        let (statements, askers): (Vec<_>, Vec<_>) =
            questions.into_iter().map(|question| (question.statement, question.answer)).unzip();
        // As many as there are in line would take every connection from those who cannot wait.
        let turn = match &self.0.line {
            Some(line) => line.acquire().await.ok(),
            None => None,
        };
        let span = tracing::debug_span!(
            target: TRACES,
            "statement",
            otel.kind = "client",
            db.system.name = "postgresql",
            dateline.questions = askers.len(),
        );
        let answers = self.level(statements).instrument(span).await;
        if turn.is_some() {
            locked(&self.0.connection).take();
        }
        // Whoever asked may have gone; then nobody misses the answer.
        match answers {
            Ok(answers) => {
                for (asker, rows) in askers.into_iter().zip(answers) {
                    asker.send(Ok(rows)).ok();
                }
            }
            Err(error) => {
                for asker in askers {
                    asker.send(Err(error.clone())).ok();
                }
            }
        }
    }

    /// Whether what is withheld is left out: then what is kept of all records answers nothing.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        self.0.restricted.load(Ordering::Relaxed)
    }

    /// The rows of each question of a level; for an anonymous reader without what is withheld.
    async fn level(&self, mut questions: Vec<SelectStatement>) -> Result<Vec<Vec<PgRow>>, DatabaseError> {
        let asked = questions.len();
        let Some(anonymous) = &self.0.primary.anonymous else {
            return self.run(&level::statement(questions), asked).await;
        };
        // Of the same moment as the answers, in the same statement.
        questions.push(Query::select().expr_as(Expr::cust(WITHHOLDS), Alias::new("withholds")).take());
        let statement = level::statement(questions);
        loop {
            let mut answers = self.run(&statement, asked).await?;
            let withholds = answers.get(asked).and_then(|rows| rows.first()).map(level::record::<bool>);
            let withholds =
                withholds.ok_or_else(|| DatabaseError::broken("a level does not say what is withheld"))??;
            anonymous.note(withholds);
            if self.is_restricted() || !withholds {
                answers.truncate(asked);
                return Ok(answers);
            }
            // Nobody knew: what came is thrown away, and the level is read again.
            self.0.restricted.store(true, Ordering::Relaxed);
            locked(&self.0.connection).take();
        }
    }

    /// The replica, while it is read from.
    fn replica(&self) -> Option<&Replica> {
        self.0.primary.replica.as_ref().filter(|_| self.0.from_replica.load(Ordering::Relaxed))
    }

    /// The pool to read over.
    fn pool(&self) -> &PgPool {
        let is_restricted = self.0.primary.anonymous.is_some() && self.is_restricted();
        match (self.replica(), &self.0.primary.anonymous) {
            (Some(replica), _) if is_restricted => replica.anonymous.pool(),
            (Some(replica), _) => &replica.pool,
            (None, Some(anonymous)) if is_restricted => anonymous.pool(),
            (None, _) => &self.0.primary.pool,
        }
    }

    /// Runs the statement of a level, which somebody has asked so many questions of; what it asks besides
    /// comes behind these.
    ///
    /// Connections may have died while they lay in the pool: as many as there are are replaced, since
    /// reading twice is harmless. When no connection can be had at all, that is not tried again.
    async fn run(&self, statement: &SelectStatement, asked: usize) -> Result<Vec<Vec<PgRow>>, DatabaseError> {
        let (sql, values) = statement.build_sqlx(PostgresQueryBuilder);
        let start = Instant::now();
        let rows = match (self.persistently(&sql, &values).await, self.replica()) {
            // Gone, behind in its tables, or in conflict with what it replays: the primary is none of these.
            (Err(error @ (DatabaseError::Unavailable(_) | DatabaseError::Internal(_))), Some(replica)) => {
                replica.failed(&error);
                self.from_primary();
                locked(&self.0.connection).take();
                self.persistently(&sql, &values).await?
            }
            (answered, _) => answered?,
        };
        let answers = level::sorted(rows, asked)?;
        self.0.statements.fetch_add(1, Ordering::Relaxed);
        if let Some(explained) = locked(&self.0.explained).as_mut() {
            explained.push(Explained::of(sql, start.elapsed(), &answers[..asked]));
        }
        Ok(answers)
    }

    async fn persistently(&self, sql: &str, values: &SqlxValues) -> Result<Vec<PgRow>, DatabaseError> {
        let mut replaceable = self.pool().size();
        loop {
            let connection = self.connection().await?;
            match self.attempt(connection, sql, values.clone()).await {
                Err(DatabaseError::Unavailable(_)) if replaceable > 0 => replaceable -= 1,
                answered => return answered,
            }
        }
    }

    /// The connection of the level before, or one from the pool.
    async fn connection(&self) -> Result<Borrowed, DatabaseError> {
        let kept = locked(&self.0.connection).take();
        match kept {
            Some(connection) => Ok(connection),
            None => Ok(Borrowed::new(self.pool().acquire().await?)),
        }
    }

    async fn attempt(
        &self,
        connection: Borrowed,
        sql: &str,
        values: SqlxValues,
    ) -> Result<Vec<PgRow>, DatabaseError> {
        let mut lent = Lent(Some(connection));
        let answer = lent.answer(self.0.own_limit.get().copied(), sql, values).await;
        match &answer {
            // Of no use any more: closed by `Lent`.
            Err(DatabaseError::Unavailable(_)) => {}
            _ => *locked(&self.0.connection) = lent.0.take(),
        }
        answer
    }
}

/// A lock that outlives a panic elsewhere: what it holds is whole between any two statements.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection with a statement under way.
///
/// Dropped before the answer is there, that is when nobody waits for it any more, it closes the
/// socket at once, by which Postgres knows that the statement can stop.
struct Lent(Option<Borrowed>);

impl Lent {
    async fn answer(
        &mut self,
        limit: Option<Duration>,
        sql: &str,
        values: SqlxValues,
    ) -> Result<Vec<PgRow>, DatabaseError> {
        let borrowed = self.0.as_mut();
        let borrowed =
            borrowed.ok_or_else(|| DatabaseError::broken("a connection was used after its end"))?;
        if let Some(limit) = limit {
            borrowed.limit(limit).await?;
        }
        let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), values);
        Ok(query.fetch_all(borrowed.connection()?).await?)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            connection.cut();
        }
    }
}
