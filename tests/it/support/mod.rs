//! What tests stand on: a database of their own.

mod postgres;

pub use postgres::TestDatabase;

use dateline::import::{Options, Summary, import_dateline};

/// The demonstration dataset.
pub const DEMONSTRATION: &str = include_str!("../../../data/demonstration.ndjson");

/// Imports `lines` as a file.
pub async fn import(database: &TestDatabase, lines: &str) -> Summary {
    import_dateline(database, lines.as_bytes(), &Options::default()).await.expect("the import runs")
}

/// Imports `lines`, each of which must be loaded.
pub async fn import_all(database: &TestDatabase, lines: &str) -> Summary {
    let summary = import(database, lines).await;
    assert!(summary.rejects.is_empty(), "rejected: {:#?}", summary.rejects);
    summary
}
