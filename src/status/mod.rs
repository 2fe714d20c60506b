//! The status of a crossing: whether it is open, restricted or closed at a time, how sure that is,
//! and which rows and claims say so.
//!
//! The rules are pure: [`status`] and [`timeline()`] answer from plain values, without a clock or a
//! database. `loader.rs` gathers those values, `graphql.rs` shows the answers.
//!
//! A *cell* is one way across for one class of traffic. Each cell is answered by itself; what is
//! asked for more than one cell combines their answers. *Evidence* is the latest moment of which
//! somebody speaks; older than the *horizon*, it leaves an answer stale.

mod cell;
mod claims;
mod combined;
pub mod filter;
mod force;
pub mod graphql;
#[cfg(test)]
mod laws;
pub mod loader;
mod months;
pub mod question;
pub mod record;
mod rows;
pub mod schedule;
mod timeline;
pub mod vocabulary;

pub use combined::{Answer, each_cell, status};
pub use force::force;
pub use timeline::{Interval, Span, timeline};
