//! Dateline: a structured event database with a GraphQL API, on Postgres.
//!
//! `ARCHITECTURE.md` at the top of the repository is the map. A concept is a folder; the program's
//! surfaces are [`cli`], [`http`] and [`graphql`].

pub mod access;
mod account;
mod actor;
mod article;
mod claim;
pub mod cli;
mod closure;
mod crossing;
mod dataset;
pub mod db;
mod event;
pub mod export;
mod extent;
pub mod feed;
mod filter;
pub mod graphql;
pub mod history;
pub mod http;
pub mod import;
mod location;
mod logging;
mod merging;
mod naming;
mod read;
mod report;
mod search;
mod source;
mod statistics;
mod status;
mod telemetry;
mod vocabulary;
mod writing;
