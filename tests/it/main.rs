//! Dateline's tests against a real Postgres: each has a database of its own, and asks through the
//! real router.

mod access;
mod accounts;
mod api;
mod cli;
mod columns;
mod export;
mod extents;
mod feed;
mod filters;
mod history;
mod import;
mod listings;
mod load;
mod merging;
mod model;
mod naming;
mod outages;
mod paging;
mod plans;
mod restores;
mod search;
mod statistics;
mod status;
mod support;
mod telemetry;
mod writing;
