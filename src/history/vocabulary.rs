//! The words of history.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What kind of write a change set is.
    ChangeSetKind {
        /// A mutation of the API.
        Api,
        /// A run of an import.
        Import,
        /// Two records became one.
        Merge,
        /// The undoing of another change set.
        Revert,
    }
}

vocabulary! {
    /// What a change did to a record.
    ChangeOperation {
        /// Made it.
        Create,
        /// Changed it. A claim that is retracted is changed, and a record whose names changed, too.
        Update,
        /// Took it away.
        Delete,
        /// Made it part of another.
        Merge,
        /// Took that back.
        Unmerge,
        /// Retracted a claim.
        Retract,
    }
}
