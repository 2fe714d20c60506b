//! The change feed: every change of every record in one order, read a page at a time or followed live.
//!
//! The history says what changed; a *stretch* is what one statement wrote to it, and the feed is the
//! stretches in the order of their positions. A *place* in it is a position and a revision.

pub(crate) mod graphql;
mod loader;
mod place;
mod positions;
mod query;
mod window;

pub use positions::give_positions;
pub use window::Feed;
