//! Merging: two records were one. The one gives way: what referred to it refers to the other, which gets
//! its names and identifiers too, and its id and its slug lead there. A merge is a change set like any
//! other, and its revert brings both back.
//!
//! The record that gives way is no longer in its table, so that no list, count or search has to know of
//! it; the history keeps its row, and `merged_record` what it was called.

mod candidates;
pub mod entity;
pub mod graphql;
pub mod keys;
pub mod loader;
pub mod mutation;
mod pairs;
mod refusal;
pub mod vocabulary;

pub use pairs::merge;
pub use refusal::{FROM, hold, refuse};
