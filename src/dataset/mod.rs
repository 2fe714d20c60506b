//! Datasets: where imported records come from, and the runs that imported them.

pub mod entity;
pub mod graphql;
pub mod import_reject;
pub mod import_run;
pub mod mutation;
pub mod query;
pub mod vocabulary;
