//! Accounts: what is claimed of one property of one event, put side by side. A *variant* is one
//! value with everyone who stands for it, and the *agreement* sums up how the variants stand to
//! each other.
//!
//! The rules are pure: [`rules::account`] takes claims as plain values and knows no database. How
//! each account stands is also [kept](keep) as a row, for lists across all events.

pub mod entity;
pub mod graphql;
pub mod keep;
pub mod loader;
pub mod position;
pub mod query;
pub mod rules;
#[cfg(test)]
mod tests;
pub mod value;
pub mod vocabulary;
