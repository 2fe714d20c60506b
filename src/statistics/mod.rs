//! Statistics: how many events there were, how many died by the estimates of their datasets, and who
//! reported it, by time, kind, place, actor or source.
//!
//! A *bucket* is the events that share what they are grouped by. What adds up by month, kind, country
//! and dataset is read from a *rollup*, sums that the database keeps in step with every write; the
//! rest is counted when it is asked for.

pub mod calendar;
pub mod graphql;
mod live;
mod loader;
mod question;
mod rollup;
pub mod vocabulary;

pub use question::MOST_BUCKETS_WITH_RECORDS;
