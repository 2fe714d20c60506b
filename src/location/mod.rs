//! Locations: places, and which lie in which.

pub mod entity;
pub mod graphql;
pub mod loader;
pub mod query;
pub mod vocabulary;
