//! Access: who asks, by which token, and what their role lets them do.

mod caller;
pub mod entity;
pub(crate) mod graphql;
pub mod store;
mod time;
pub mod token;
pub mod vocabulary;

pub use caller::Caller;
pub use time::{RoleTime, TimeLimits};
