//! A replica: a second server with the same records, a moment later, from which requests read that write
//! nothing. While it does not answer they read from the primary.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgPool};

use super::anonymous::Anonymous;
use super::{DatabaseError, DatabaseSettings, connect};

/// How long nobody asks a replica that did not answer.
const REST: Duration = Duration::from_secs(5);

/// How long is waited for a connection to it, while the primary could answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The connections to a replica. Cheap to clone: all clones are one.
#[derive(Clone, Debug)]
pub(super) struct Replica {
    pub pool: PgPool,
    pub anonymous: Anonymous,
    rests_until: Arc<Mutex<Option<Instant>>>,
}

impl Replica {
    /// At this address; it is connected to when it is first asked.
    pub fn at(url: &str, settings: &DatabaseSettings) -> Result<Self, DatabaseError> {
        let options = PgConnectOptions::from_str(url)?;
        let settings = DatabaseSettings { acquire_timeout: PATIENCE, ..settings.clone() };
        let options = connect::with_settings(options, &settings);
        let pool = connect::pool_options(&settings).connect_lazy_with(options);
        Ok(Self { anonymous: Anonymous::beside(&pool), pool, rests_until: Arc::default() })
    }

    /// Whether it is asked.
    pub fn is_asked(&self) -> bool {
        let rests_until = *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        rests_until.is_none_or(|until| until <= Instant::now())
    }

    /// It did not answer, or answered with what a primary would not.
    pub fn failed(&self, error: &DatabaseError) {
        let mut rests_until = self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        if rests_until.is_none_or(|until| until <= Instant::now()) {
            tracing::warn!(%error, "the replica fails; requests read from the primary for {REST:?}");
        }
        *rests_until = Some(Instant::now() + REST);
    }

    pub async fn close(&self) {
        tokio::join!(self.pool.close(), self.anonymous.close());
    }
}
