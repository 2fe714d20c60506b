//! Twelve writers at once, and somebody who reads meanwhile.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dateline::feed::{Feed, give_positions};
use serde_json::Value;
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Connection as _, Executor, PgConnection};
use uuid::Uuid;

use super::read;
use crate::support::{Api, Dice, import_all};

const WRITERS: u64 = 12;
const WRITES: u64 = 40;
const EVENTS: u64 = 15;

/// One writer: changes of a few of the same events, some of which it takes away and makes again, each
/// write committed a while after it was made.
async fn writer(url: String, number: u64) {
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let mut dice = Dice(number);
    for _ in 0..WRITES {
        let mut transaction = connection.begin().await.unwrap();
        transaction
            .execute("with c as (insert into change_set (id, kind) values (gen_random_uuid(), 'API') returning id) \
                      select set_config('dateline.change_set', id::text, true) from c")
            .await
            .unwrap();
        // In one order, so that no two wait for each other.
        let mut chosen: Vec<u64> = (0..=dice.below(3)).map(|_| dice.below(EVENTS)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        for event in chosen {
            let comes_and_goes = event < 5;
            if comes_and_goes {
                // Who makes again what somebody else is taking away has to wait for them to number it right.
                transaction
                    .execute(AssertSqlSafe(format!("select pg_advisory_xact_lock({event})")))
                    .await
                    .unwrap();
            }
            let sql = match dice.below(3) {
                0 if comes_and_goes => format!("delete from event where id = event_id({event})"),
                _ => format!(
                    "insert into event (id, title, kind) values (event_id({event}), 'E', 'OTHER') \
                     on conflict (id) do update set title = event.title || '.'"
                ),
            };
            transaction.execute(AssertSqlSafe(sql)).await.unwrap();
            if dice.below(2) == 0 {
                tokio::time::sleep(Duration::from_millis(dice.below(8))).await;
            }
        }
        transaction.commit().await.unwrap();
    }
}

async fn revisions(pool: &PgPool) -> HashMap<(String, i64), i64> {
    let found: Vec<(Uuid, i32, i64)> =
        sqlx::query_as("select record_id, version, id from revision").fetch_all(pool).await.unwrap();
    found.into_iter().map(|(record, version, id)| ((record.to_string(), version.into()), id)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_writers_and_a_reader_lose_nothing_repeat_nothing_and_keep_every_record_in_order() {
    let api = Api::empty().await;
    import_all(&api.database, r#"{"type":"dataset","slug":"desk","title":"A desk"}"#).await;
    api.database
        .pool()
        .execute("create function event_id(n int) returns uuid language sql immutable as $$ select lpad(to_hex(n), 32, '0')::uuid $$")
        .await
        .unwrap();
    // Two processes follow the same base: one of them gives positions.
    let feeds = [Feed::new((*api.database).clone()), Feed::new((*api.database).clone())];
    let following = feeds.map(|feed| tokio::spawn(async move { feed.follow().await }));
    let is_done = Arc::new(AtomicBool::new(false));
    let writers = {
        let (url, is_done) = (api.database.url(), is_done.clone());
        tokio::spawn(async move {
            futures_util::future::join_all(
                (0..WRITERS).map(|number| tokio::spawn(writer(url.clone(), number))),
            )
            .await
            .into_iter()
            .for_each(|ended| ended.unwrap());
            is_done.store(true, Ordering::SeqCst);
        })
    };
    let (mut seen, mut cursor, mut reads) = (Vec::new(), Value::Null, 0);
    loop {
        let was_done = is_done.load(Ordering::SeqCst);
        if was_done {
            give_positions(&api.database).await.unwrap();
        }
        let (page, end) = read(&api, "{}", 23, cursor).await;
        (cursor, reads) = (end, reads + usize::from(!page.is_empty()));
        seen.extend(page);
        if was_done {
            break;
        }
    }
    writers.await.unwrap();
    for task in following {
        task.abort();
    }
    let written = revisions(api.database.pool()).await;
    let read: Vec<(String, i64)> =
        seen.into_iter().map(|(_, _, record, version)| (record, version)).collect();
    assert!(written.len() > 400, "{} revisions", written.len());
    assert!(reads > 20, "it was read {reads} times while it was written");
    assert_eq!(read.len(), written.len(), "everything was read, once");
    let mut last: HashMap<&str, i64> = HashMap::new();
    for (record, version) in &read {
        assert!(written.contains_key(&(record.clone(), *version)));
        let last = last.insert(record, *version);
        assert_eq!(
            *version,
            last.unwrap_or(0) + 1,
            "the changes of {record} come in the order of its versions"
        );
    }
    // That is no matter of course: in the order of numbers, some would have come in behind the reader.
    let numbers: Vec<i64> = read.iter().map(|change| written[change]).collect();
    let late = numbers.windows(2).filter(|pair| pair[0] > pair[1]).count();
    assert!(late > 10, "only {late} changes were committed later than ones with a greater number");
}
