//! Reports: which article, source or citation reports which event.

pub mod entity;
pub mod graphql;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod report_closure;
pub mod vocabulary;
