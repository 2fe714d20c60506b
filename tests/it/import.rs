//! The native import: what it loads, what it refuses, and that it loses nothing.

use crate::support::{DEMONSTRATION, TestDatabase, import, import_all};

#[tokio::test]
async fn the_demonstration_dataset_is_loaded_whole() {
    let database = TestDatabase::new().await;
    let summary = import_all(&database, DEMONSTRATION).await;
    assert_eq!(summary.updated() + summary.unchanged(), 0);
    assert_eq!(summary.read, DEMONSTRATION.lines().count() as u64);
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing_and_says_so() {
    let database = TestDatabase::new().await;
    let first = import_all(&database, DEMONSTRATION).await;
    let second = import_all(&database, DEMONSTRATION).await;
    assert_eq!((second.created(), second.updated()), (0, 0));
    assert_eq!(second.unchanged(), first.created());
}
