//! Migrations: which steps a database has, and the way up and down.

use migration::Migrator;
use sea_orm_migration::{Migration, MigratorTrait};
use sqlx::PgConnection;

use super::{Database, DatabaseError};
use crate::account::keep;

/// The steps of a database.
#[derive(Clone, Debug, Default)]
pub struct MigrationStatus {
    /// Steps it has, oldest first.
    pub applied: Vec<String>,
    /// Steps it lacks, in the order they would run.
    pub pending: Vec<String>,
}

/// A migration that failed.
#[derive(Debug, thiserror::Error)]
pub enum MigrationsError {
    /// The database's user may not create an extension.
    #[error(
        "the database lacks an extension, and this user may not create it: {0}\n\
         Ask an administrator to run, in this database:\n  \
         create extension postgis; create extension pg_trgm; create extension btree_gist; create extension unaccent; create extension \"uuid-ossp\";"
    )]
    ExtensionForbidden(String),
    /// An extension is not installed on the database's server.
    #[error(
        "the database's server lacks an extension: {0}\n\
         Install PostGIS and the contrib modules beside Postgres there (Debian and Ubuntu: postgresql-<version>-postgis-3)."
    )]
    ExtensionMissing(String),
    /// The database does not answer.
    #[error(transparent)]
    Unreachable(DatabaseError),
    /// Anything else.
    #[error("a migration failed: {0}")]
    Failed(#[from] sea_orm_migration::DbErr),
}

impl Database {
    /// Which steps there are and which are missing. It only looks.
    pub async fn migration_status(&self) -> Result<MigrationStatus, MigrationsError> {
        let orm = self.orm();
        let named = |steps: Vec<Migration>| steps.iter().map(|s| s.name().to_owned()).collect();
        Ok(MigrationStatus {
            applied: named(Migrator::get_applied_migrations_read_only(&orm).await?),
            pending: named(Migrator::get_pending_migrations_read_only(&orm).await?),
        })
    }

    /// Runs the missing steps; returns their names. Processes that start at once wait for each other.
    pub async fn migrate_up(&self) -> Result<Vec<String>, MigrationsError> {
        let mut pending = self.migration_status().await?.pending;
        if !pending.is_empty() {
            let _alone = self.migrate_alone().await?;
            pending = self.migration_status().await?.pending;
            Migrator::up(&self.orm(), None).await.map_err(explain)?;
        }
        self.refresh_accounts().await?;
        Ok(pending)
    }

    /// Computes the accounts that a migration or another writer left stale.
    pub async fn refresh_accounts(&self) -> Result<(), MigrationsError> {
        let refreshed = keep::catch_up(self.pool()).await.map_err(unreachable_database)?;
        if refreshed > 0 {
            tracing::info!(events = refreshed, "computed the accounts of events");
        }
        Ok(())
    }

    /// Takes back the last `steps` steps; returns their names, last first.
    pub async fn migrate_down(&self, steps: u32) -> Result<Vec<String>, MigrationsError> {
        let _alone = self.migrate_alone().await?;
        let applied = self.migration_status().await?.applied;
        Migrator::down(&self.orm(), Some(steps)).await?;
        Ok(applied.into_iter().rev().take(steps as usize).collect())
    }

    /// Waits until no other process migrates this database; holds until the connection is dropped.
    async fn migrate_alone(&self) -> Result<PgConnection, MigrationsError> {
        let mut connection = self.pool().acquire().await.map_err(unreachable_database)?.detach();
        sqlx::query("select pg_advisory_lock(hashtext('dateline.migrations'))")
            .execute(&mut connection)
            .await
            .map_err(unreachable_database)?;
        Ok(connection)
    }
}

fn unreachable_database(error: sqlx::Error) -> MigrationsError {
    MigrationsError::Unreachable(error.into())
}

/// Says what an administrator can do where that is the way out.
fn explain(error: sea_orm_migration::DbErr) -> MigrationsError {
    let text = error.to_string();
    if text.contains("permission denied to create extension") {
        MigrationsError::ExtensionForbidden(text)
    } else if text.contains("is not available") && text.contains("extension") {
        MigrationsError::ExtensionMissing(text)
    } else {
        MigrationsError::Failed(error)
    }
}
