//! Actors: who acts or speaks, and who belongs to whom.

pub mod affiliation;
pub mod entity;
pub mod graphql;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod vocabulary;
