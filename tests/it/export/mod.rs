//! Exports: what goes out can come in again, and nothing is lost, added or shown on the way.

use std::io;

use dateline::export::{Export, Format, Reader, Selection, Sink, read_filter};

use crate::support::{DEMONSTRATION, TestDatabase, import_all};

/// All bytes of an export.
#[derive(Default)]
pub struct Bytes(Vec<u8>);

impl Sink for Bytes {
    async fn take(&mut self, bytes: Vec<u8>, _: u64) -> io::Result<()> {
        self.0.extend(bytes);
        Ok(())
    }
}

/// Everything, or what a filter selects.
fn selection(filter: Option<&str>) -> Selection {
    let filter = filter.map(|filter| read_filter(filter).expect("the filter is read"));
    Selection { filter, dataset: None, reader: Reader::Operator }
}

async fn exported(database: &TestDatabase, selection: &Selection, format: Format) -> String {
    let mut bytes = Bytes::default();
    let export = Export::open(database, selection, format).await.expect("the export opens");
    export.write(&mut bytes).await.expect("the export is written");
    String::from_utf8(bytes.0).expect("it is UTF-8")
}

async fn lines(database: &TestDatabase) -> String {
    exported(database, &selection(None), Format::Ndjson).await
}

/// What an export becomes when it is imported into an empty base and exported again.
async fn again(exported: &str) -> String {
    let database = TestDatabase::new().await;
    import_all(&database, exported).await;
    lines(&database).await
}

#[tokio::test]
async fn the_demonstration_comes_back_byte_for_byte() {
    let database = TestDatabase::new().await;
    import_all(&database, DEMONSTRATION).await;
    let first = lines(&database).await;
    assert_eq!(first.lines().count(), DEMONSTRATION.lines().count());
    assert!(again(&first).await == first);
}
