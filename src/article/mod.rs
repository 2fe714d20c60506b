//! Articles: published documents, and what they come from.

pub mod article_derivation;
pub mod entity;
pub mod graphql;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod vocabulary;
