//! Rejects: lines that are not loaded. They are staged like rows, so that a file of nothing else
//! takes no more memory than any.

use futures_util::TryStreamExt;
use sqlx::Row as _;
use sqlx::postgres::PgConnection;
use tokio::sync::mpsc::Sender;

use super::format::dateline::value_at;
use super::ledger::Ledger;
use super::resolve::Found;
use super::run;
use super::{Progress, Reject};

/// Stages rows found at fault as the rejects of their lines; of several faults of a line, the first counts.
pub async fn note(connection: &mut PgConnection, found: &[Found]) -> Result<(), sqlx::Error> {
    let lines: Vec<i64> = found.iter().map(|found| found.line).collect();
    let texts: std::collections::HashMap<i64, String> =
        sqlx::query_as("select line, text from stage_line where line = any ($1)")
            .bind(&lines)
            .fetch_all(&mut *connection)
            .await?
            .into_iter()
            .collect();
    let values: Vec<Option<String>> = found
        .iter()
        .map(|found| {
            found.value.clone().or_else(|| value_at(texts.get(&found.line)?, found.field.as_deref()?))
        })
        .collect();
    sqlx::query(
        "insert into stage_reject (line, field, value, reason, text) \
         select distinct on (f.line) f.line, f.field, f.value, f.reason, l.text \
         from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) with ordinality \
           as f (line, field, value, reason, turn) \
         left join stage_line l on l.line = f.line order by f.line, f.turn",
    )
    .bind(&lines)
    .bind(found.iter().map(|found| found.field.clone()).collect::<Vec<_>>())
    .bind(values)
    .bind(found.iter().map(|found| found.reason.clone()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Stages the rejects that an earlier attempt at this run has found, with their lines.
pub async fn recall(connection: &mut PgConnection, ledger: &Ledger) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into stage_reject (line, field, value, reason, text) \
         select r.line, r.field, r.value, r.reason, l.text from import_reject r \
         join stage_line l on l.line = r.line \
         where r.import_run_id = $1 and not exists (select from stage_reject s where s.line = r.line)",
    )
    .bind(ledger.run())
    .execute(connection)
    .await?;
    Ok(())
}

/// Tells every reject, in the order of the file; returns their number.
pub async fn tell(
    connection: &mut PgConnection,
    heading: &[u8],
    progress: &Sender<Progress>,
) -> Result<u64, sqlx::Error> {
    let mut rejected = 0;
    let mut rows = sqlx::query("select line, field, value, reason, text from stage_reject order by line")
        .fetch(connection);
    while let Some(row) = rows.try_next().await? {
        if rejected == 0 && !heading.is_empty() {
            run::tell(progress, Progress::Heading(heading.to_vec())).await;
        }
        rejected += 1;
        let reject = Reject {
            line: u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default(),
            field: row.try_get(1)?,
            value: row.try_get(2)?,
            reason: row.try_get(3)?,
            text: row.try_get::<Option<String>, _>(4)?.unwrap_or_default(),
        };
        run::tell(progress, Progress::Rejected(reject)).await;
    }
    Ok(rejected)
}
