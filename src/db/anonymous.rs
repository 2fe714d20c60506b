//! Reading for those without a token: over connections that find every table in the schema `anonymous`
//! first, where it is without what is withheld.
//!
//! While nothing is withheld they read as everybody does, and each statement that they cause says whether
//! that is still so: what one statement read and what it said are of one moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::postgres::PgPool;

/// Where the names of tables are looked up for anonymous readers.
pub const ANONYMOUS: &str = "anonymous, public";

/// The condition that there is something that is withheld from anonymous readers.
pub(super) const WITHHOLDS: &str = "exists (select from withheld_dataset)";

/// How anonymous readers read. Cheap to clone: all clones are one.
#[derive(Clone, Debug)]
pub(super) struct Anonymous {
    /// Connects when it is first asked, which where nothing is withheld is never.
    pool: PgPool,
    withholds: Arc<AtomicBool>,
}

impl Anonymous {
    /// A pool like another one, of connections of its own.
    pub fn beside(pool: &PgPool) -> Self {
        let options = pool.connect_options().as_ref().clone().options([("search_path", ANONYMOUS)]);
        let pool = pool.options().clone().min_connections(0).connect_lazy_with(options);
        Self { pool, withholds: Arc::default() }
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Whether anything was withheld when that was last asked.
    pub fn withholds(&self) -> bool {
        self.withholds.load(Ordering::Relaxed)
    }

    /// Notes what a statement said.
    pub fn note(&self, withholds: bool) {
        self.withholds.store(withholds, Ordering::Relaxed);
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}
