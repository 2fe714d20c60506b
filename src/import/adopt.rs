//! Adopting: an article or a property of claims that a file only mentions, and that another dataset holds
//! already, is that one. What refers to it refers to what is there, which stays as its dataset tells it.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor};

use super::record::TABLES;
use super::stage::parts;
use super::table::{Column, Target, stage};

/// Leaves out the properties that the base has by the same code, by which claims refer to them, and leads
/// the references of the whole file to the articles that it has by the same address.
pub async fn adopt(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let properties = "delete from stage_claim_property s using claim_property t \
                      where s.mentioned and t.code = s.code and t.id <> s.id";
    connection.execute(properties).await?;
    // A mention's own columns are the batch's to fill in, unless the record is of somebody else.
    let found = sqlx::query(
        "insert into stage_adopted (mentioned_id, id) \
         select distinct s.id, t.id from stage_article s join ( \
           select id, url from article union all select into_id, url from merged_record where record_type = 'article' \
         ) t on t.url = s.url where s.mentioned and s.id <> t.id",
    )
    .execute(&mut *connection)
    .await?;
    if found.rows_affected() == 0 {
        return Ok(());
    }
    let tables = TABLES.iter().map(|table| (table.stage(), table.columns));
    let parts = parts().into_iter().map(|part| (stage(part.name), part.columns));
    let mut sql =
        String::from("delete from stage_article s using stage_adopted a where s.id = a.mentioned_id;");
    for (staged, columns) in tables.chain(parts) {
        for (name, _, target) in columns.iter().filter_map(Column::reference) {
            if target == Target::Article {
                sql += &format!(
                    "update {staged} s set {name} = a.id from stage_adopted a where s.{name} = a.mentioned_id;"
                );
            }
        }
    }
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}
