//! Events: what happened, who took part, and how events hang together.

pub mod entity;
pub mod event_relation;
pub mod graphql;
pub mod input;
pub mod listing;
pub mod loader;
pub mod mutation;
pub mod participation;
pub mod query;
pub mod span;
pub mod strands;
pub mod vocabulary;
