//! Hundreds of subscribers at once, one of whom reads nothing.

use std::time::Duration;

use futures_util::future::join_all;
use sqlx::Executor;
use tokio::time::sleep;

use super::served::Served;
use crate::support::write;

const SUBSCRIBERS: u32 = 300;
const ROUNDS: usize = 6;
const CHANGES: usize = 60;
/// What one asks for who does not read: with titles of this length, more than fits between the two ends of a connection.
const OPERATIONS: usize = 10;
const LENGTH: usize = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_follow_for_the_price_of_one_and_one_who_reads_nothing_holds_nobody_up() {
    let served = Served::for_many(SUBSCRIBERS + 10).await;
    count_calls(&served).await;
    let query = "subscription { changed(filter: {recordType: [\"Event\"]}) { cursor version } }";
    let query_of_stuck = query.replace("version", "record { ... on Event { title } }");
    let mut stuck = served.begun().await;
    stuck.subscribe("latest", "{ changes(first: 0) { latestCursor } }").await;
    let latest = stuck.next().await.unwrap()["payload"]["data"]["changes"]["latestCursor"].clone();
    let start = latest.as_str().unwrap().to_owned();
    assert_eq!(stuck.next().await.unwrap()["type"], "complete");
    for operation in 0..OPERATIONS {
        stuck.subscribe(&operation.to_string(), &query_of_stuck).await;
    }
    let mut sockets = join_all((0..SUBSCRIBERS).map(|_| async {
        let mut socket = served.begun().await;
        socket.subscribe("1", query).await;
        socket
    }))
    .await;
    sleep(Duration::from_secs(2)).await;
    let before = calls(&served).await;
    for _ in 0..ROUNDS {
        let sql = format!(
            "insert into event (id, title, kind) \
             select gen_random_uuid(), repeat('E', {LENGTH}), 'OTHER' from generate_series(1, {})",
            CHANGES / ROUNDS
        );
        write(&served.database, &sql).await;
    }
    let read = join_all(sockets.iter_mut().map(async |socket| {
        let mut cursors = Vec::new();
        for _ in 0..CHANGES {
            cursors.push(socket.changed().await["cursor"].as_str().unwrap().to_owned());
        }
        cursors
    }))
    .await;
    assert!(read.iter().all(|cursors| *cursors == read[0]), "all of them read the same");
    let mut different = read[0].clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), CHANGES);
    let pages = calls(&served).await - before;
    // Each of the operations that nobody reads may have stopped at a page of its own.
    assert!((2..200).contains(&pages), "{pages} pages were read for all of them together");
    // And who read nothing reads on, from where they were; on a new socket when that one took too long.
    let mut places = [0; OPERATIONS];
    while places.iter().any(|place| *place < CHANGES) {
        let Ok(message) = stuck.next().await else {
            stuck = served.begun().await;
            for (operation, place) in places.iter().enumerate().filter(|(_, place)| **place < CHANGES) {
                let after = place.checked_sub(1).map_or(&start, |last| &read[0][last]);
                let after = format!("changed(after: \"{after}\", ");
                stuck.subscribe(&operation.to_string(), &query_of_stuck.replace("changed(", &after)).await;
            }
            continue;
        };
        let operation: usize = message["id"].as_str().unwrap().parse().unwrap();
        let change = &message["payload"]["data"]["changed"];
        assert_eq!(change["cursor"], read[0][places[operation]].as_str());
        assert_eq!(change["record"]["title"].as_str().unwrap().len(), LENGTH);
        places[operation] += 1;
    }
}

/// Has calls of functions counted, over connections that know of it.
async fn count_calls(served: &Served) {
    let mut connection = served.database.pool().acquire().await.unwrap();
    for sql in [
        "do $$ begin execute format('alter database %I set track_functions = ''pl''', current_database()); end $$",
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    ] {
        connection.execute(sql).await.unwrap();
    }
    connection.detach();
    sleep(Duration::from_secs(2)).await;
}

/// How often a page was read, once the sessions have said so.
async fn calls(served: &Served) -> i64 {
    sleep(Duration::from_millis(1_500)).await;
    let sql =
        "select coalesce(sum(calls), 0)::bigint from pg_stat_user_functions where funcname = 'changes_after'";
    sqlx::query_scalar(sql).fetch_one(served.database.pool()).await.unwrap()
}
