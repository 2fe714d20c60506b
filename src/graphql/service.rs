//! What the server says of itself.

use std::time::Duration;

use async_graphql::{Context, Object, SimpleObject};

use super::LARGEST_PAGE;
use crate::db::MOST_RECORDS;

/// The limits every request is under.
#[derive(SimpleObject, Clone, Debug)]
pub struct Limits {
    /// How deep fields may stand within each other.
    pub depth: u32,
    /// How many records a page may have.
    pub page_size: u32,
    /// How many records the pages of a request may hold together, were all of them full.
    pub records: u32,
    /// How long a request's body may be, in bytes.
    pub body_bytes: u32,
    /// How long a request may take, in milliseconds; its SQL is cancelled then.
    pub timeout_ms: u32,
}

impl Limits {
    /// How long a request may take.
    #[must_use]
    pub fn time_limit(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.into())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 30,
            page_size: LARGEST_PAGE,
            records: MOST_RECORDS,
            body_bytes: 1_048_576,
            timeout_ms: 10_000,
        }
    }
}

/// The server that answers.
#[derive(SimpleObject)]
pub struct Service {
    /// The version of the program.
    version: &'static str,
    /// The limits every request is under.
    limits: Limits,
}

#[derive(Default)]
pub struct ServiceQuery;

#[Object]
impl ServiceQuery {
    /// The server that answers: its version and its limits.
    async fn service(&self, context: &Context<'_>) -> Service {
        Service { version: env!("CARGO_PKG_VERSION"), limits: context.data_unchecked::<Limits>().clone() }
    }
}
