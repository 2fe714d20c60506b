//! What a database says of itself, for `dateline doctor`.

use super::{Database, DatabaseError};

/// The versions of a database's server.
#[derive(Clone, Debug)]
pub struct About {
    /// What Postgres calls itself: "15.14 (Debian 15.14-0+deb12u1)".
    pub postgres: String,
    /// The version of `PostGIS` in this database; null before the first migration.
    pub postgis: Option<String>,
    /// The version of `PostGIS` that could be created in it; null when the server has none.
    pub postgis_available: Option<String>,
}

impl Database {
    /// Asks for the versions.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn about(&self) -> Result<About, DatabaseError> {
        let (postgres, postgis, postgis_available) = sqlx::query_as(
            "select current_setting('server_version'),
                    (select extversion from pg_extension where extname = 'postgis'),
                    (select default_version from pg_available_extensions where name = 'postgis')",
        )
        .fetch_one(self.pool())
        .await?;
        Ok(About { postgres, postgis, postgis_available })
    }
}
