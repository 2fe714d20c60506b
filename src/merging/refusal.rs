//! What is not merged, and why: said before anything is tried, in words that people can act on.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

use super::vocabulary::MergeKind;
use crate::graphql::{ApiError, RecordRef};
use crate::writing::Failure;

/// The argument that names the record that gives way.
pub const FROM: &str = "input.from";
/// The one that stays.
pub const INTO: &str = "input.into";

/// A place by its id, or by that of the crossing it is, and whether the id leads there by a merge.
const PLACE_BY_ID: &str = "select id, false from location where id = $1
    union all select location_id, false from border_crossing where id = $1
    union all select location_id, true from merged_record where from_id = $1 and location_id is not null
    union all select c.location_id, true from merged_record m join border_crossing c on c.id = m.border_crossing_id
      where m.from_id = $1
    limit 1";

/// Where a key leads: to a record that is there, or by a merge to another.
struct Found {
    id: Uuid,
    was_merged: bool,
}

/// Finds both records and holds them until the transaction ends: who gives way, and into what. A key that
/// leads into another record by an earlier merge is followed where it names the one that stays.
pub async fn hold(
    connection: &mut PgConnection,
    kind: MergeKind,
    from: &RecordRef,
    into: &RecordRef,
) -> Result<(Uuid, Uuid), Failure> {
    let noun = kind.table();
    let gone = find(connection, kind, from, FROM).await?;
    let kept = find(connection, kind, into, INTO).await?.id;
    if gone.was_merged {
        let message = if gone.id == kept {
            format!("This {noun} is part of the other already: nothing is left to merge.")
        } else {
            format!("This {noun} has been merged into {} already: merge that one.", gone.id)
        };
        return Err(ApiError::conflict(FROM, message).into());
    }
    if gone.id == kept {
        let message = format!("`from` and `into` are the same {noun}: name two.");
        return Err(ApiError::BadField { field: INTO.to_owned(), message }.into());
    }
    let sql = format!("select id from {noun} where id in ($1, $2) order by id for update");
    let held: Vec<Uuid> =
        query_scalar(AssertSqlSafe(sql)).bind(gone.id).bind(kept).fetch_all(&mut *connection).await?;
    // Somebody else has merged or deleted one since: what is tried again finds it so.
    if held.len() < 2 {
        return Err(ApiError::conflict(FROM, "The records have changed meanwhile: try again.").into());
    }
    Ok((gone.id, kept))
}

async fn find(
    connection: &mut PgConnection,
    kind: MergeKind,
    named: &RecordRef,
    field: &str,
) -> Result<Found, Failure> {
    let noun = kind.table();
    if kind == MergeKind::Article && matches!(named, RecordRef::Slug(_)) {
        let message = "An article has no slug: name it by its id, or its dataset and external id.".to_owned();
        return Err(ApiError::BadField { field: field.to_owned(), message }.into());
    }
    let either = |here: &str, merged: &str| {
        format!(
            "select id, false as was_merged from {noun} where {here} \
             union all select into_id, true from merged_record where record_type = '{noun}' and {merged} limit 1"
        )
    };
    let found: Option<(Uuid, bool)> = match named {
        RecordRef::Id(id) if kind == MergeKind::Location => {
            query_as(PLACE_BY_ID).bind(id).fetch_optional(connection).await?
        }
        RecordRef::Id(id) => {
            let sql = either("id = $1", "from_id = $1");
            query_as(AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?
        }
        RecordRef::Slug(slug) => {
            let sql = either("slug = $1", "slug = $1");
            query_as(AssertSqlSafe(sql)).bind(slug).fetch_optional(connection).await?
        }
        RecordRef::External(external) => {
            let key = "external_id = $2 and dataset_id = (select d.id from dataset d where d.slug = $1)";
            let sql = either(key, key);
            let found = query_as(AssertSqlSafe(sql)).bind(&external.dataset).bind(&external.external_id);
            found.fetch_optional(connection).await?
        }
    };
    let message = || format!("There is no {noun} with this key.");
    let found = found.map(|(id, was_merged)| Found { id, was_merged });
    found.ok_or_else(|| ApiError::NotFound { field: field.to_owned(), message: message() }.into())
}

/// Refuses two records that are not to be one.
pub async fn refuse(
    connection: &mut PgConnection,
    kind: MergeKind,
    from: Uuid,
    into: Uuid,
) -> Result<(), Failure> {
    let mut questions = vec![include_str!("withheld.sql")];
    match kind {
        MergeKind::Location => questions.push(include_str!("unlike_locations.sql")),
        MergeKind::Article => questions.push(include_str!("unlike_articles.sql")),
        MergeKind::Actor | MergeKind::Source => {}
    }
    for question in questions {
        let why = query_scalar(AssertSqlSafe(question)).bind(from).bind(into);
        let why: Option<Option<String>> = why.fetch_optional(&mut *connection).await?;
        if let Some(why) = why.flatten() {
            return Err(ApiError::conflict(FROM, why).into());
        }
    }
    Ok(())
}
