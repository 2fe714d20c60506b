//! Sweeping: where a line states the whole of an event, what an earlier version of the line said and
//! this one does not is taken away: a side that took part, an article cited, a figure given.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use super::merge::{Counts, SUPERSEDED};

/// The tables that hang off an event, each with what takes its row `t` away.
const SWEPT: [(&str, &str); 3] = [
    ("participation", "delete from participation t using stage_known s where"),
    ("report", "delete from report t using stage_known s where"),
    (
        "claim",
        "update claim t set retracted_at = now(), retraction_reason = '{superseded}' from stage_known s \
         where t.retracted_at is null and",
    ),
];

/// Notes which events of a batch are there already, before they are merged; others have nothing to
/// be swept.
pub async fn note_known(connection: &mut PgConnection, batch: i64) -> Result<(), sqlx::Error> {
    connection.execute("truncate stage_known").await?;
    let known = "insert into stage_known select s.id, s.dataset_id from stage_event s join event t on t.id = s.id \
         where s.batch = $1 and not s.mentioned";
    sqlx::query(known).bind(batch).execute(connection).await?;
    Ok(())
}

/// Takes away what the lines of a batch no longer say of events that were there, and counts it.
pub async fn sweep(
    connection: &mut PgConnection,
    counts: &mut BTreeMap<&'static str, Counts>,
) -> Result<(), sqlx::Error> {
    connection.execute("analyze stage_known").await?;
    for (table, take_away) in SWEPT {
        let take_away = take_away.replace("{superseded}", SUPERSEDED);
        let sql = format!(
            "{take_away} t.event_id = s.id and t.dataset_id = s.dataset_id \
             and not exists (select from stage_{table} x where x.id = t.id)"
        );
        let removed = connection.execute(AssertSqlSafe(sql)).await?.rows_affected();
        if removed > 0 {
            counts.entry(table).or_default().removed += removed;
        }
    }
    Ok(())
}
