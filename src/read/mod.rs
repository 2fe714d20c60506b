//! Reading: the one way in which every record, relation and list is fetched.
//!
//! A resolver asks a [`Loader`] for a record by its id or for a page of a [`Relation`]; what is
//! asked for at one level of a query is fetched by one statement, whatever the length of the lists.

mod batch;
mod page;
mod record;
mod relation;

use async_graphql::dataloader::{DataLoader, HashMapCache};

pub use batch::{Batches, run};
pub use page::{Coordinates, Cut, Keyset, Number, Order, OrderKey, Page, PageDirection};
pub use record::ById;
pub use relation::{COUNTED_EXACTLY, CountOf, PageOf, Relation, Slice, Strand, column};

use crate::db::Reading;

/// The loader of one request: it remembers what it has read, and shows the request one state of it.
pub type Loader = DataLoader<Reading, HashMapCache>;

/// Makes the loader of one request, which hands its batches to `batches`.
pub fn loader(reading: Reading, batches: Batches) -> Loader {
    DataLoader::with_cache(reading, batches, batch::AtOnce, HashMapCache::default())
        // A level is one statement even where a page holds pages.
        .max_batch_size(usize::MAX)
}
