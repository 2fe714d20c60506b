//! History: every write is a change set with a revision for each record it touched, and the one
//! way back from it is to revert it.

mod catalogue;
pub(crate) mod change_set;
mod conflict;
pub(crate) mod graphql;
pub(crate) mod mutation;
pub(crate) mod query;
mod restore;
mod revert;
pub(crate) mod revision;
pub(crate) mod tombstone;
pub(crate) mod vocabulary;

pub use catalogue::IN_ORDER;
pub(crate) use catalogue::{Catalogue, Reference, Table};
pub(crate) use conflict::referrers;
pub use conflict::{Conflict, Conflicts, Why};
pub(crate) use revert::alone;
pub use revert::{RevertError, Reverted, TableReverted, change_set_of, revert};
