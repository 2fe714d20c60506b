//! Claims: what one article says one speaker said about one property of one event.

pub mod claim_property;
pub mod claim_relay;
pub mod entity;
pub mod graphql;
pub mod loader;
pub mod mutation;
pub mod origin;
pub mod query;
pub mod value;
pub mod vocabulary;
