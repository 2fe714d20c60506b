//! Writing through the API. There is one way in: what a mutation is given becomes lines of the native
//! format, and those are merged as the lines of a file are (`import/few.rs`), so that every rule, id and
//! reference means the same wherever a record comes from.
//!
//! A mutation is one transaction and one change set: `transaction.rs` opens both, a `Work` is what is
//! done inside.

mod batch;
mod change;
mod connections;
mod creation;
mod fault;
pub mod graphql;
mod idempotency;
mod merger;
pub mod mutation;
mod outcome;
mod permission;
mod removal;
mod retraction;
mod reversal;
mod transaction;

pub use connections::Writers;
pub use permission::Trust;
pub(crate) use permission::may;
pub(crate) use transaction::Failure;

/// A type of record, as those who write it know it.
#[derive(Debug, serde::Serialize)]
pub struct RecordType {
    /// Its table.
    pub table: &'static str,
    /// Its type of line in the native format.
    pub line: &'static str,
    /// The keys that get a new id each where a record is made without a key of its own.
    pub new_ids: &'static [&'static str],
}

impl RecordType {
    /// What people call it.
    #[must_use]
    pub fn noun(&self) -> String {
        self.table.replace('_', " ")
    }
}
