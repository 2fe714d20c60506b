//! Keeping account rows: the database names the events whose accounts are stale, and what writes
//! claims has them computed again before it commits.

use futures_util::TryStreamExt;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Connection as _};
use uuid::Uuid;

use super::loader::{Found, Group, Scope, groups};
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::db::ANONYMOUS;

/// How many events are computed at a time, so that memory does not grow with the file.
const AT_ONCE: i32 = 500;

/// Computes the accounts of every event that is stale; returns how many events there were.
///
/// Inside the transaction of whoever wrote, so that claims and accounts change as one.
pub async fn refresh(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let refreshed = refresh_seen(connection).await?;
    let withholds = "select exists (select from withheld_dataset)";
    if sqlx::query_scalar(withholds).fetch_one(&mut *connection).await? {
        // The same by name, as anonymous readers see it: they see fewer claims, and have accounts of their own.
        look_up(connection, Some(ANONYMOUS)).await?;
        refresh_seen(connection).await?;
        look_up(connection, None).await?;
    }
    Ok(refreshed)
}

/// The same for the accounts, claims and stale events that the connection sees.
async fn refresh_seen(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let mut refreshed =
        sqlx::query(include_str!("single.sql")).execute(&mut *connection).await?.rows_affected();
    let mut last = Uuid::nil();
    loop {
        // Goes on after the last, so that it does not pass those again that are gone; and an array
        // is looked up by the index, whatever Postgres thinks how many rows there are.
        let events: Vec<Uuid> = sqlx::query_scalar(
            "delete from account_stale where event_id = any (array( \
               select event_id from account_stale where event_id > $2 order by event_id limit $1)) returning event_id",
        )
        .bind(AT_ONCE)
        .bind(last)
        .fetch_all(&mut *connection)
        .await?;
        let Some(greatest) = events.iter().max() else { return Ok(refreshed) };
        last = *greatest;
        refreshed += events.len() as u64;
        let rows = compute(connection, &events).await?;
        write(connection, &events, &rows).await?;
    }
}

/// Has names looked up in these schemas for the rest of the transaction; without any, as the session does.
async fn look_up(connection: &mut PgConnection, schemas: Option<&str>) -> Result<(), sqlx::Error> {
    let setting = match schemas {
        Some(schemas) => format!("set local search_path to {schemas}"),
        None => "set local search_path to default".to_owned(),
    };
    sqlx::query(AssertSqlSafe(setting)).execute(connection).await.map(drop)
}

/// Computes what others left stale, in a transaction of its own. Where somebody else is at it, it
/// is left to them.
pub async fn catch_up(pool: &PgPool) -> Result<u64, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let is_stale: bool =
        sqlx::query_scalar("select exists (select from account_stale)").fetch_one(&mut *connection).await?;
    if !is_stale {
        return Ok(0);
    }
    let mut transaction = connection.begin().await?;
    // Imports hold this lock, and compute what they make stale.
    let is_ours: bool = sqlx::query_scalar("select pg_try_advisory_xact_lock(hashtext('dateline.import'))")
        .fetch_one(&mut *transaction)
        .await?;
    let refreshed = if is_ours { refresh(&mut transaction).await? } else { 0 };
    transaction.commit().await?;
    Ok(refreshed)
}

/// A row of the table `account`.
#[derive(Debug)]
struct Row {
    id: Uuid,
    event: Uuid,
    property: String,
    scope: Scope,
    agreement: String,
}

impl Row {
    /// The row of a group; none when nobody takes a position.
    fn of(group: &Group) -> Option<Self> {
        let agreement = group.account(None)?.agreement.word();
        let Group { event, property, scope, .. } = group;
        Some(Self {
            id: id(*event, property, *scope),
            event: *event,
            property: property.clone(),
            scope: *scope,
            agreement,
        })
    }
}

/// The id of an account: computed from what it is about, so that it is the same after every change.
fn id(event: Uuid, property: &str, scope: Scope) -> Uuid {
    let word = |word: Option<String>| word.unwrap_or_default();
    let about = [
        property.to_owned(),
        word(scope.crossing.map(|crossing| crossing.to_string())),
        word(scope.direction.map(Direction::word)),
        word(scope.traffic.map(TrafficClass::word)),
    ];
    Uuid::new_v5(&event, about.join("/").as_bytes())
}

/// Reads the claims of these events and applies the rules.
async fn compute(connection: &mut PgConnection, events: &[Uuid]) -> Result<Vec<Row>, sqlx::Error> {
    let mut answers = sqlx::query_scalar::<_, String>(
        "select row_to_json(found)::text from account_positions($1, array_fill(''::text, array[cardinality($1)])) found",
    )
    .bind(events)
    .fetch(connection);
    let mut found: Vec<Found> = Vec::new();
    while let Some(answer) = answers.try_next().await? {
        found.push(serde_json::from_str(&answer).map_err(|error| sqlx::Error::Decode(error.into()))?);
    }
    Ok(groups(found).iter().filter_map(Row::of).collect())
}

/// Writes the rows of these events, and takes away those that are no more.
async fn write(connection: &mut PgConnection, events: &[Uuid], rows: &[Row]) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    sqlx::query("delete from account where event_id = any ($1) and id <> all ($2)")
        .bind(events)
        .bind(&ids)
        .execute(&mut *connection)
        .await?;
    let upsert = "insert into account (id, event_id, property, crossing_id, direction, traffic, agreement, event_start) \
         select r.id, r.event_id, r.property, r.crossing_id, r.direction, r.traffic, r.agreement, \
                coalesce(e.start_earliest, '-infinity') \
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[]) \
           as r (id, event_id, property, crossing_id, direction, traffic, agreement) \
         join event e on e.id = r.event_id \
         on conflict (id) do update set agreement = excluded.agreement, event_start = excluded.event_start \
         where (account.agreement, account.event_start) is distinct from (excluded.agreement, excluded.event_start)";
    sqlx::query(upsert)
        .bind(&ids)
        .bind(rows.iter().map(|row| row.event).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.property.clone()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.scope.crossing).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.scope.direction.map(Direction::word)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.scope.traffic.map(TrafficClass::word)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.agreement.clone()).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}
