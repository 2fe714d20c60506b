//! Names and identifiers: what actors, locations and sources are called, here and elsewhere.

pub mod graphql;
pub mod identifier;
pub mod loader;
pub mod mutation;
pub mod name;
pub mod resolve;
pub mod vocabulary;
