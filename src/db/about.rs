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

/// What keeps the tables right and fast, counted: a restore that broke off leaves rows without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Structure {
    /// Indexes, those of keys included.
    pub indexes: i64,
    /// Foreign keys.
    pub foreign_keys: i64,
    /// Triggers.
    pub triggers: i64,
}

impl Structure {
    /// What all migrations together make; whoever adds indexes of their own has more.
    pub const WHOLE: Self = Self { indexes: 199, foreign_keys: 83, triggers: 205 };

    /// How many there are too few of: indexes, foreign keys and triggers, in words; none when it is whole.
    #[must_use]
    pub fn missing(self) -> Option<String> {
        let kinds = [
            ("indexes", Self::WHOLE.indexes - self.indexes),
            ("foreign keys", Self::WHOLE.foreign_keys - self.foreign_keys),
            ("triggers", Self::WHOLE.triggers - self.triggers),
        ];
        let missing = kinds.iter().filter(|(_, missing)| *missing > 0);
        let missing: Vec<_> = missing.map(|(kind, missing)| format!("{kind} ({missing})")).collect();
        (!missing.is_empty()).then(|| missing.join(", "))
    }
}

impl Database {
    /// Counts what keeps the tables right and fast.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn structure(&self) -> Result<Structure, DatabaseError> {
        let (indexes, foreign_keys, triggers) = sqlx::query_as(
            "with ours as (
                 select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
                   and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e'))
             select (select count(*) from pg_index where indrelid in (select oid from ours)) as indexes,
                    (select count(*) from pg_constraint where contype = 'f' and conrelid in (select oid from ours))
                      as foreign_keys,
                    (select count(*) from pg_trigger where not tgisinternal and tgrelid in (select oid from ours))
                      as triggers",
        )
        .fetch_one(self.pool())
        .await?;
        Ok(Structure { indexes, foreign_keys, triggers })
    }

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
