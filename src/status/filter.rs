//! Which crossings have a status: the rules decide, so that the candidates are read and asked one by
//! one, and the list is then paged as any other.

use async_graphql::Context;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::loader::{IdleAt, KnownOf};
use super::question::{Question, Scope};
use super::status;
use super::vocabulary::CrossingStatusCode;
use crate::crossing::query::Crossings;
use crate::graphql::{ApiError, ApiResult, loader};
use crate::read::{Page, PageDirection, PageOf};

/// So many crossings are asked for their status by one filter.
const MOST_CANDIDATES: u32 = 5_000;

/// The ids of those among `candidates` whose status is one of `statuses`.
pub async fn with_status(
    context: &Context<'_>,
    candidates: Crossings,
    statuses: &[CrossingStatusCode],
    at: impl Future<Output = ApiResult<DateTime<Utc>>>,
    scope: Scope,
) -> ApiResult<Vec<Uuid>> {
    let page = Page { direction: PageDirection::Forward, limit: Some(MOST_CANDIDATES), cursor: None };
    let key = PageOf { parent: Uuid::nil(), relation: candidates, page };
    let found = async { Ok(loader(context).load_one(key).await?) };
    let (found, at) = futures_util::try_join!(found, at)?;
    let Some(found) = found else { return Ok(Vec::new()) };
    if found.has_next {
        return Err(ApiError::TooComplex(format!(
            "More than {MOST_CANDIDATES} crossings would have to be asked for their status; narrow `country`, `id` or `slug`."
        )));
    }
    let locations = found.rows.iter().map(|row| KnownOf(row.record.location_id));
    let known = loader(context).load_many(locations).await?;
    let question = Question { at, scope };
    let wanted = found.rows.iter().filter(|row| {
        let status = known
            .get(&KnownOf(row.record.location_id))
            .map_or(CrossingStatusCode::Unknown, |known| status(&known.records, question).status);
        statuses.contains(&status)
    });
    Ok(wanted.map(|row| row.record.id).collect())
}

/// The closures that a moment's extents allow and that are not in force then after all.
pub async fn idle_at(context: &Context<'_>, at: DateTime<Utc>) -> ApiResult<Vec<Uuid>> {
    Ok(loader(context).load_one(IdleAt(at)).await?.unwrap_or_default())
}
