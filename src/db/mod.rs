//! The database: where it is, how it is connected to, and the error of whatever goes wrong there.
//!
//! Nothing outside this room connects to Postgres.

mod about;
pub mod cluster;
mod columns;
mod connect;
mod error;
mod migrate;
mod reading;
mod snapshot;

pub use about::About;
pub use columns::Columns;
pub use connect::{Database, DatabaseSettings};
pub use error::DatabaseError;
pub(crate) use error::sql_state;
pub use migrate::{MigrationStatus, MigrationsError};
pub use reading::Reading;
pub use snapshot::Snapshot;
