//! History: every write is a change set with a revision for each record it touched, and the one
//! way back from it is to revert it.

mod catalogue;
mod conflict;
mod restore;
mod revert;

pub use conflict::{Conflict, Conflicts, Why};
pub use revert::{RevertError, Reverted, TableReverted, change_set_of, revert};
