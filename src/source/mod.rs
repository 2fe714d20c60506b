//! Sources: outlets and bodies that publish.

pub mod entity;
pub mod graphql;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod vocabulary;
