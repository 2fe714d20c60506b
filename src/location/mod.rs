//! Locations: places, and which lie in which.

pub mod country;
pub mod entity;
pub mod geography;
pub mod graphql;
pub mod loader;
pub mod mutation;
pub mod polygon;
pub mod query;
pub mod vocabulary;
