//! What a page of the feed costs: the same at any place, and never more than its bound.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor};

use crate::support::Api;

/// 200,000 revisions: one long import, in the middle of writes of a few records each.
const HISTORY: &str = "
insert into change_set (id, kind) select lpad(to_hex(n), 32, '0')::uuid, 'API' from generate_series(1, 4001) n;
create function write_history(set_number int, records int, table_name text, change text) returns void language plpgsql as $$
begin
  perform set_config('dateline.change_set', lpad(to_hex(set_number), 32, '0'), true);
  insert into revision (change_set_id, record_type, record_id, version, operation)
  select current_change_set(), table_name, gen_random_uuid(), 1, change from generate_series(1, records);
end
$$;
do $$
begin
  for n in 1..2000 loop perform write_history(n, 5, 'event', 'CREATE'); end loop;
  perform write_history(4001, 100000, 'claim', 'CREATE');
  perform write_history(4001, 80000, 'event', 'CREATE');
  for n in 2001..3999 loop perform write_history(n, 5, 'event', 'CREATE'); end loop;
  perform write_history(4000, 5, 'source', 'DELETE');
end
$$;
select give_positions();
";

/// How many buffers of 8 KiB a page takes.
async fn page(api: &Api, position: i64, revision: i64, narrowing: &str) -> u64 {
    let sql = format!(
        "explain (analyze, buffers, timing off, format json) \
         select * from changes_after({position}, {revision}, 501, 10000, {narrowing})"
    );
    let plan: Value = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(api.database.pool()).await.unwrap();
    let plan = &plan[0]["Plan"];
    plan["Shared Hit Blocks"].as_u64().unwrap() + plan["Shared Read Blocks"].as_u64().unwrap()
}

#[tokio::test]
async fn a_page_costs_the_same_at_any_place_and_no_filter_reads_beyond_the_bound() {
    let api = Api::empty().await;
    let mut connection = api.database.pool().acquire().await.unwrap();
    connection.execute(HISTORY).await.unwrap();
    connection.execute("vacuum analyze").await.unwrap();
    let place = "select position, first_revision from change_stretch where record_type = 'claim'";
    let (long, first): (i64, i64) = sqlx::query_as(place).fetch_one(&mut *connection).await.unwrap();
    let all = "null, null, null, null";
    let start = page(&api, 0, 0, all).await;
    for (position, revision) in
        [(1_000, 0), (long, first + 99_000), (long + 1, first + 150_000), (long + 1_500, 0)]
    {
        let buffers = page(&api, position, revision, all).await;
        assert!(buffers < start + start / 2 + 200, "{buffers} buffers at {position}, {start} at the start");
    }
    for narrowing in [
        "null, '{DELETE}', null, null",
        "'{source}', '{CREATE}', null, null",
        "null, null, array[gen_random_uuid()], null",
        "null, null, null, array[gen_random_uuid(), (select record_id from revision limit 1)]",
    ] {
        for (position, revision) in [(0, 0), (long, first + 10)] {
            let buffers = page(&api, position, revision, narrowing).await;
            assert!(buffers < 150_000, "{buffers} buffers: {narrowing} at {position}");
        }
    }
    // What a filter leaves out whole is passed by without being read.
    let passed = page(&api, 0, 0, "'{source}', null, null, null").await;
    assert!(passed < 1_000, "{passed}");
}
