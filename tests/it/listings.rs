//! Listings of events: whatever is written, they have what the other tables say.

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::support::Api;

/// Writes that move events between lists, one after the other.
const WRITES: &[&str] = &[
    "update event set start_earliest = start_earliest - interval '1 day', start_latest = start_latest - interval '1 day' where id in (select id from event order by id limit 9)",
    "update event set start_earliest = null where slug = 'istanbul-round-2-2025'",
    "update event set location_id = (select id from location where slug = 'kabul') where location_id = (select id from location where slug = 'doha')",
    "update event set location_id = null where location_id = (select id from location where slug = 'kabul')",
    "update event set title = title || '!'",
    "update event set kind = 'TALKS' where kind <> 'TALKS'",
    "update event set end_latest = end_latest + interval '90 days' where end_latest is not null and not ongoing",
    "update event set ongoing = true, end_earliest = null, end_latest = null where id in (select id from event order by id limit 3)",
    "update location set parent_id = (select id from location where slug = 'qatar') where slug = 'istanbul'",
    "update location set parent_id = null where slug = 'istanbul'",
    "update location set country = 'IR' where slug in ('istanbul', 'pakistan')",
    // Both at once: what lay under the old country goes, and what lies under the new one comes.
    "update location set country = 'IN', parent_id = (select id from location where slug = 'afghanistan') where slug in ('khyber-pakhtunkhwa', 'istanbul')",
    "update location set between_a_id = (select id from location where slug = 'qatar') where kind = 'BORDER'",
    "update participation set role = 'WITNESS' where role = 'MEDIATOR'",
    "update participation set actor_id = (select id from actor where slug = 'qatar') where role = 'INITIATOR' and event_id not in (select event_id from participation p where p.actor_id = (select id from actor where slug = 'qatar') and p.role = 'INITIATOR') and id in (select min(id::text)::uuid from participation where role = 'INITIATOR' group by event_id)",
    "delete from participation where role = 'HOST'",
    // The articles there are have claims, and those are never edited.
    "insert into article (id, source_id, title) select gen_random_uuid(), (select id from source order by id limit 1), 'Another' from generate_series(1, 2)",
    "insert into report (id, article_id, event_id) select gen_random_uuid(), article.id, event.id from article, event where article.title = 'Another'",
    "update article set source_id = (select id from source order by id desc limit 1) where id = (select id from article where title = 'Another' order by id limit 1)",
    "update article set source_id = (select id from source order by id desc limit 1) where title = 'Another'",
    "delete from report where id in (select r.id from report r where not exists (select from report_closure c where c.report_id = r.id) order by id limit 5)",
    "insert into report (id, source_id, event_id) select gen_random_uuid(), (select id from source order by id offset 3 limit 1), id from event",
    "delete from report where source_id is not null",
    // An article that goes before its reports are given another one, and one that comes after, as reverts do it.
    "insert into article (id, source_id, title) select gen_random_uuid(), (select id from source order by id limit 1), 'Gone'; \
     insert into report (id, article_id, event_id) select gen_random_uuid(), article.id, event.id from article, event where article.title = 'Gone'",
    "set constraints all deferred; delete from article where title = 'Gone'; \
     update report set article_id = uuid_generate_v5(uuid_ns_oid(), 'new') where article_id not in (select id from article); \
     insert into article (id, source_id, title) select uuid_generate_v5(uuid_ns_oid(), 'new'), (select id from source order by id desc limit 1), 'New'",
];

#[tokio::test]
async fn listings_have_what_the_tables_say_whatever_is_written() {
    let api = Api::demonstration().await;
    let mut connection = api.database.pool().acquire().await.unwrap();
    let mut listed = vec![in_step(&mut connection, "the import").await];
    for write in WRITES {
        let set = "with c as (insert into change_set (id, kind) values (gen_random_uuid(), 'API') returning id) \
                   select set_config('dateline.change_set', id::text, false) from c";
        connection.execute(set).await.unwrap();
        let changed = connection.execute(*write).await.unwrap_or_else(|error| panic!("{write}: {error}"));
        assert!(changed.rows_affected() > 0, "{write}");
        listed.push(in_step(&mut connection, write).await);
    }
    listed.dedup();
    assert!(listed.len() > WRITES.len() / 2, "most of the writes change no list: {listed:?}");
}

/// Compares every listing with what it ought to have, and says how many rows they have.
pub async fn in_step(connection: &mut PgConnection, after: &str) -> Vec<i64> {
    let mut lengths = Vec::new();
    for (table, under, more) in [
        ("place", "place_id", ""),
        ("country", "country", ""),
        ("actor", "actor_id", ", role"),
        ("source", "source_id", ""),
    ] {
        let is = format!("select {under}, start, event_id, kind, span, until{more} from event_{table}");
        let ought = format!("select under, start, event_id, kind, span, until{more} from listed_{table}");
        let differ =
            format!("select count(*) from (({is} except {ought}) union all ({ought} except {is})) d");
        let differ: i64 =
            sqlx::query_scalar(AssertSqlSafe(differ)).fetch_one(&mut *connection).await.unwrap();
        assert_eq!(differ, 0, "event_{table} after {after}");
        let sum = format!("select coalesce(sum(hashtext(l::text)::bigint), 0)::bigint from event_{table} l");
        lengths.push(sqlx::query_scalar(AssertSqlSafe(sum)).fetch_one(&mut *connection).await.unwrap());
    }
    lengths
}
