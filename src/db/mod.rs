//! The database: where it is, how it is connected to, and the error of whatever goes wrong there.
//!
//! Nothing outside this room connects to Postgres.

mod about;
mod anonymous;
mod borrowed;
mod cells;
pub mod cluster;
mod columns;
mod connect;
mod error;
mod explained;
mod level;
mod migrate;
mod reading;
mod replica;
mod snapshot;

pub use about::{About, Structure};
pub use anonymous::ANONYMOUS;
pub use columns::Columns;
pub use connect::{Database, DatabaseSettings, MARGIN, PoolSize};
pub use error::DatabaseError;
pub(crate) use error::{said, sql_state};
pub use explained::Explained;
pub use migrate::{MigrationStatus, MigrationsError};
pub use reading::Reading;
pub use snapshot::Snapshot;
