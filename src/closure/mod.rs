//! Closures: what an event closes or opens.

pub mod entity;
pub mod graphql;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod vocabulary;
