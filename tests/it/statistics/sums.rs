//! The sums that the database keeps are what the events make them, whoever writes what.

use sqlx::{Acquire, AssertSqlSafe, Executor};

use super::{columns, events, one_of, place, world};
use crate::support::{Api, DEMONSTRATION, Dice, TestDatabase, import_all, write};

/// Every sum as the events make it, by the tables of places alone.
const FROM_EVENTS: &str = "
    select under, month, case when under = '*' then until end, kind::text, case when under = '*' then dataset_id end,
           count(*), coalesce(sum(fatalities_best), 0), count(fatalities_best), coalesce(sum(fatalities_low), 0),
           count(fatalities_low), coalesce(sum(fatalities_high), 0), count(fatalities_high)
    from event e
    cross join lateral (select
      coalesce(date_trunc('month', start_earliest, 'UTC'), '-infinity') as month,
      case when end_latest is null then timestamptz 'infinity'
           when date_trunc('month', end_latest, 'UTC') = end_latest then end_latest
           else (date_trunc('month', end_latest, 'UTC') at time zone 'UTC' + interval '1 month') at time zone 'UTC' end as until) t
    cross join lateral (
      select '*' as under
      union all select '**'
      union all select distinct l.country::text from location_ancestor a join location l on l.id = a.ancestor_id
        where a.location_id = e.location_id and l.country is not null
      union all select '-' where not exists (select from location_ancestor a join location l on l.id = a.ancestor_id
        where a.location_id = e.location_id and l.country is not null)
      union all select l.id::text from location_ancestor a join location l on l.id = a.ancestor_id
        where a.location_id = e.location_id and l.kind = 'COUNTRY') u
    group by 1, 2, 3, 4, 5";

/// Every sum as it is kept: folded, and what is not folded yet.
const KEPT: &str = "
    select u, month::timestamp at time zone 'UTC', until::timestamp at time zone 'UTC', kind, dataset_id, sum(events),
           sum(best), sum(best_known), sum(low), sum(low_known), sum(high), sum(high_known)
    from (select set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known from event_sum
          union all
          select set_id, month, until, kind, dataset_id, events, best, best_known, low, low_known, high, high_known
          from event_sum_change) both_parts
    left join country_set s on s.id = set_id cross join unnest(coalesce(s.under, array[case set_id when 0 then '*' else '**' end])) u
    group by 1, 2, 3, 4, 5
    having (sum(events), sum(best), sum(best_known), sum(low), sum(low_known), sum(high), sum(high_known))
      <> (0, 0, 0, 0, 0, 0, 0)";

/// Fails when any sum is not what the events make it.
pub async fn assert_in_step(database: &TestDatabase, after: &str) {
    let differences = format!(
        "select coalesce(json_agg(d), '[]')::text from ((({FROM_EVENTS}) except ({KEPT})) union all (({KEPT}) except ({FROM_EVENTS}))) d"
    );
    let found: String =
        sqlx::query_scalar(AssertSqlSafe(differences)).fetch_one(database.pool()).await.unwrap();
    assert_eq!(found, "[]", "after {after}");
}

async fn number(database: &TestDatabase, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(database.pool()).await.unwrap()
}

/// A write of one kind or another.
fn some_write(dice: &mut Dice, next: &mut u64) -> String {
    let event = dice.below(*next);
    match dice.below(9) {
        0..=1 => {
            *next += 3;
            events(dice, *next - 3, 3)
        }
        2..=3 => format!("update event set {} where id = id_of('e{event}')", columns(dice)),
        4 => format!(
            "update event set {} where kind = '{}'",
            columns(dice),
            one_of(dice, &["TALKS", "ATTACK"])
        ),
        5 => format!("delete from event where id in (id_of('e{event}'), id_of('e{}'))", event / 2),
        6 => format!(
            "update location set parent_id = {} where slug = '{}'",
            one_of(dice, &["null", "id_of('pk')", "id_of('af')", "id_of('sea')"]),
            one_of(dice, &["kp", "city", "gate", "islet"])
        ),
        7 => format!(
            "update location set country = {} where slug = '{}'",
            one_of(dice, &["null", "'PK'", "'TR'", "'QA'"]),
            one_of(dice, &["pk", "sea", "islet", "kp"])
        ),
        _ => format!(
            "update location set kind = '{}' where slug = '{}'; update event set location_id = {} where id = id_of('e{event}')",
            one_of(dice, &["COUNTRY", "AREA"]),
            one_of(dice, &["tr", "sea"]),
            place(dice)
        ),
    }
}

#[tokio::test]
async fn sums_are_what_the_events_make_them_whatever_is_written() {
    let api = world().await;
    let (mut dice, mut next) = (Dice(11), 40);
    write(&api.database, &events(&mut dice, 0, 40)).await;
    assert_in_step(&api.database, "the first events").await;
    for _ in 0..120 {
        let sql = some_write(&mut dice, &mut next);
        write(&api.database, &sql).await;
        assert_in_step(&api.database, &sql).await;
    }
    // Some of it was folded on the way, and the rest makes no difference either.
    assert!(number(&api.database, "select count(*) from event_sum").await > 0);
    write(&api.database, "perform fold_event_sums()").await;
    assert_eq!(number(&api.database, "select count(*) from event_sum_change").await, 0);
    assert_in_step(&api.database, "folding").await;
    // What is gone leaves nothing.
    write(&api.database, "delete from event; perform fold_event_sums()").await;
    assert_eq!(number(&api.database, "select count(*) from event_sum").await, 0);
}

#[tokio::test]
async fn records_that_come_back_in_any_order_are_summed_up_once() {
    let api = world().await;
    write(&api.database, &events(&mut Dice(3), 0, 60)).await;
    // As reverting a change set does it: what refers goes after what it refers to, or before.
    for (first, second) in [("event", "location"), ("location", "event")] {
        let keep = "create temporary table kept_event as table event; create temporary table kept_place as \
                    select id, slug, name, kind, country, parent_id, between_a_id, between_b_id from location; set constraints all deferred";
        let restore = |table: &str| match table {
            "event" => "insert into event select * from kept_event",
            _ => {
                "insert into location (id, slug, name, kind, country, parent_id, between_a_id, between_b_id) select * from kept_place"
            }
        };
        let sql = format!(
            "{keep}; delete from {first}; delete from {second}; {}; {}; drop table kept_event; drop table kept_place",
            restore(first),
            restore(second)
        );
        write(&api.database, &sql).await;
        assert_in_step(&api.database, &sql).await;
    }
}

#[tokio::test]
async fn imports_keep_the_sums_and_the_migration_makes_them() {
    let api = Api::demonstration().await;
    assert_in_step(&api.database, "the import").await;
    import_all(&api.database, DEMONSTRATION).await;
    assert_in_step(&api.database, "the import of the same").await;
    assert_eq!(number(&api.database, "select count(*) from event_sum_change").await, 0);
    let before = number(&api.database, "select count(*) from event_sum").await;
    let folded = number(&api.database, "select sum(events)::bigint from event_sum where set_id = 0").await;
    assert_eq!(folded, number(&api.database, "select count(*) from event").await);
    api.database.migrate_down(1).await.unwrap();
    api.database.migrate_up().await.unwrap();
    assert_in_step(&api.database, "the migration").await;
    assert_eq!(number(&api.database, "select count(*) from event_sum").await, before);
}

#[tokio::test]
async fn a_writer_does_not_wait_for_another_that_folds() {
    let api = world().await;
    let database = &api.database;
    let (mut one, mut two) =
        (database.pool().acquire().await.unwrap(), database.pool().acquire().await.unwrap());
    let begin = "insert into change_set (id, kind) values (gen_random_uuid(), 'API') returning set_config('dateline.change_set', id::text, true)";
    let event = "insert into event (id, title, kind) values (gen_random_uuid(), 'E', 'TALKS'); select fold_event_sums(); select fold_event_sums()";
    let mut first = one.begin().await.unwrap();
    first.execute(begin).await.unwrap();
    first.execute(event).await.unwrap();
    // The first has the sum of all talks to itself until it commits; the second leaves its change lying.
    let mut second = two.begin().await.unwrap();
    second.execute("set local lock_timeout = '2s'").await.unwrap();
    second.execute(begin).await.unwrap();
    second.execute(event).await.unwrap();
    second.commit().await.unwrap();
    first.commit().await.unwrap();
    // Its event is one of all, by either sum, and one in no country.
    assert_eq!(number(database, "select count(*) from event_sum_change").await, 3);
    assert_in_step(database, "both").await;
}
