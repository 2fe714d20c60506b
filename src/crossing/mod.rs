//! Border crossings: locations with two sides.

pub mod entity;
pub mod graphql;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod vocabulary;
