//! Positions: who gives them, and who hears of them.

use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::window::Feed;
use crate::db::{Database, DatabaseError};

/// Told at every commit that wrote to the history.
const WRITTEN: &str = "dateline_written";
/// Told with the last position when positions were given.
const CHANGED: &str = "dateline_changed";

const LEAD: &str = "select pg_try_advisory_lock(hashtext('dateline.feed.leader'))";
const LAST: &str = "select coalesce(max(position), 0) from change_stretch";

/// Nothing depends on this but what was missed: a message that got lost, a leader that is gone.
const SAFETY: Duration = Duration::from_secs(5);
/// Between two attempts to reach a database that does not answer.
const RETRY: Duration = Duration::from_secs(1);
/// After which a server that does not answer is one that is gone. Much waits for a position after a long time without
/// any server, or behind a long transaction that does the same.
const PATIENCE: Duration = Duration::from_mins(5);

/// Gives everything that is committed its position; the last position.
///
/// # Errors
/// When the database fails.
pub async fn give_positions(database: &Database) -> Result<i64, DatabaseError> {
    give(database.pool()).await
}

async fn give<'c>(executor: impl sqlx::PgExecutor<'c>) -> Result<i64, DatabaseError> {
    Ok(sqlx::query_scalar("select give_positions()").fetch_one(executor).await?)
}

/// Follows the database for ever: gives positions where no other process does, and tells the feed
/// of those that were given.
pub(super) async fn follow(pool: &PgPool, feed: &Feed) {
    loop {
        match connected(pool, feed).await {
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => tracing::warn!(%error, "the feed of changes waits for the database"),
            Ok(()) => {}
        }
        sleep(RETRY).await;
    }
}

/// Follows it over one connection, until that is lost.
///
/// The leader is who holds an advisory lock, which goes with its connection. Were there two, for
/// whatever reason, the database would still let one after the other give positions.
async fn connected(pool: &PgPool, feed: &Feed) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen_all([WRITTEN, CHANGED]).await?;
    let mut leads = false;
    let mut safety = interval(SAFETY);
    safety.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let mut is_written = false;
        tokio::select! {
            told = listener.try_recv() => match told? {
                // The connection is gone, and the lock with it.
                None => return Ok(()),
                Some(told) => {
                    let mut next = Some(told);
                    // What gathered meanwhile is one reason.
                    while let Some(told) = next {
                        match told.channel() {
                            WRITTEN => is_written = true,
                            _ => if let Ok(last) = told.payload().parse() { feed.reaches(last) },
                        }
                        next = listener.next_buffered();
                    }
                }
            },
            _ = safety.tick() => {
                if !leads {
                    leads = asked(&mut listener, LEAD).await?;
                }
                is_written = true;
            }
        }
        if is_written {
            let sql = if leads { "select give_positions()" } else { LAST };
            feed.reaches(asked(&mut listener, sql).await?);
        }
    }
}

/// Asks for one value, of a server that is there.
async fn asked<T>(listener: &mut PgListener, sql: &'static str) -> Result<T, sqlx::Error>
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    let answer = timeout(PATIENCE, sqlx::query_scalar(sql).fetch_one(listener)).await;
    answer.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}
