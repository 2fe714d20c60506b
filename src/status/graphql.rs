//! The status of a crossing in the API.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{TimeDelta, Utc};
use uuid::Uuid;

use super::loader::{Known, KnownOf, Now, RowOf};
use super::months::{Month, days, months};
use super::question::{DEFAULT_HORIZON_DAYS, Question, Scope};
use super::vocabulary::{CrossingStatusCode, StatusCertainty, ThreeValued};
use super::{Answer, Interval, Span, each_cell, force, status, timeline};
use crate::claim::graphql::Claim;
use crate::closure::graphql::Closure;
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::extent::graphql::given_moment;
use crate::graphql::scalar::{Date, DateTime};
use crate::graphql::{ApiError, ApiResult, Connection, Paging, connection, loader};
use crate::report::graphql::Report;
use crate::report::loader::ReportsOfClosures;

/// How long a timeline may be, in days: ten years.
const LONGEST_TIMELINE: i64 = 3_660;
/// How many months such a timeline may touch.
pub const MOST_MONTHS: u64 = 122;
/// How many intervals a timeline may have.
const MOST_INTERVALS: usize = 1_000;
/// How long a horizon may be, in days: a hundred years.
const LONGEST_HORIZON: i32 = 36_525;

/// Whether a crossing can be crossed at a moment, by the closures and claims that are on record.
pub struct CrossingStatus {
    known: Arc<Known>,
    question: Question,
    answer: Answer,
}

/// Whether a crossing can be crossed at a moment, how sure that is, and who says so and who does
/// not. Never open by default: where no row and no claim says, it is UNKNOWN.
#[Object]
impl CrossingStatus {
    /// The moment that was asked about.
    async fn at(&self) -> DateTime {
        DateTime(self.question.at)
    }

    /// The status. For both directions or all traffic, which is PEDESTRIAN, PASSENGER and CARGO
    /// together, it is RESTRICTED when they differ.
    async fn status(&self) -> CrossingStatusCode {
        self.answer.status
    }

    /// How sure the status is.
    async fn certainty(&self) -> StatusCertainty {
        self.answer.certainty
    }

    /// The closures and openings that decide the status, latest start first. Of a crossing that is
    /// open because a closure ended, that closure. Empty when claims alone decide, and when nothing does.
    async fn closures(&self) -> Vec<Closure> {
        closures(&self.known, self.answer.grounds.deciding.iter())
    }

    /// The closures and openings that are in force as well, but only ordered: what was observed
    /// decides. Latest start first.
    async fn shown(&self) -> Vec<Closure> {
        closures(&self.known, self.answer.grounds.shown.iter())
    }

    /// The reports of the closures that decide, those first whose main thing the event is.
    async fn reports(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> ApiResult<Connection<Report>> {
        let reports = ReportsOfClosures(self.answer.grounds.deciding.iter().copied().collect());
        connection(context, Uuid::nil(), reports, Paging { first, after, ..Paging::default() }).await
    }

    /// The claims that say the same: of each origin its latest, as of no earlier than the deciding
    /// closures began.
    async fn support(&self) -> Vec<Claim> {
        claims(&self.known, self.answer.grounds.support.iter())
    }

    /// The claims that say otherwise, and make it DISPUTED: of each origin its latest, as of no
    /// earlier than the deciding closures began, and within the horizon.
    async fn dissent(&self) -> Vec<Claim> {
        claims(&self.known, self.answer.grounds.dissent.iter())
    }

    /// How many different origins stand behind the status: repeating another is not counted.
    async fn origins(&self) -> usize {
        self.answer.grounds.origins.len()
    }

    /// The status of each direction and class of traffic that was asked about, and of the classes
    /// these cover: an exception for RETURNEES shows here, and does not open PEDESTRIAN.
    async fn by_traffic(&self) -> Vec<TrafficStatus> {
        let cells = each_cell(&self.known.records, self.question).into_iter();
        cells
            .map(|answer| TrafficStatus {
                traffic: answer.cell.traffic,
                direction: answer.cell.direction,
                status: answer.status,
                certainty: answer.certainty,
            })
            .collect()
    }

    /// The latest moment of which any report or claim behind the status speaks; null when there is
    /// none. Later than that by more than the horizon, the status is STALE.
    async fn last_evidence(&self) -> Option<DateTime> {
        self.answer.last_evidence.map(DateTime)
    }
}

/// The status of one way across for one class of traffic.
#[derive(SimpleObject)]
pub struct TrafficStatus {
    /// The class of traffic.
    traffic: TrafficClass,
    /// The way across, never BOTH.
    direction: Direction,
    /// The status.
    status: CrossingStatusCode,
    /// How sure the status is.
    certainty: StatusCertainty,
}

/// A part of a timeline.
pub struct StatusInterval {
    known: Arc<Known>,
    span: Span,
    answer: Answer,
}

/// A part of a timeline throughout which the status and what it rests on stay the same.
#[Object]
impl StatusInterval {
    /// From this moment on.
    async fn from(&self) -> DateTime {
        DateTime(self.span.from)
    }

    /// Until before this moment, at which the next interval begins.
    async fn to(&self) -> DateTime {
        DateTime(self.span.to)
    }

    /// The status.
    async fn status(&self) -> CrossingStatusCode {
        self.answer.status
    }

    /// How sure the status is.
    async fn certainty(&self) -> StatusCertainty {
        self.answer.certainty
    }

    /// The closures and openings that decide the status, latest start first.
    async fn closures(&self) -> Vec<Closure> {
        closures(&self.known, self.answer.grounds.deciding.iter())
    }

    /// The claims that say the same.
    async fn support(&self) -> Vec<Claim> {
        claims(&self.known, self.answer.grounds.support.iter())
    }

    /// The claims that say otherwise, and make it DISPUTED.
    async fn dissent(&self) -> Vec<Claim> {
        claims(&self.known, self.answer.grounds.dissent.iter())
    }

    /// The latest moment of which any report or claim behind the status speaks; null when there is none.
    async fn last_evidence(&self) -> Option<DateTime> {
        self.answer.last_evidence.map(DateTime)
    }
}

/// How long a crossing was closed in a month.
pub struct ClosureMonth(Month);

/// How long a crossing was closed in a month of the calendar in UTC, in days of 24 hours and their
/// fractions. Closed, restricted, open and unknown together are all its days that were asked about.
#[Object]
impl ClosureMonth {
    /// The first day of the month.
    async fn month(&self) -> Date {
        Date(self.0.first_day)
    }

    /// How many days of the month lie in the range that was asked about.
    async fn days(&self) -> f64 {
        days(self.0.whole())
    }

    /// How many days it was CLOSED.
    async fn closed(&self) -> f64 {
        days(self.0.closed)
    }

    /// How many of these are CERTAIN: neither STALE, nor DISPUTED, nor only POSSIBLE.
    async fn closed_for_certain(&self) -> f64 {
        days(self.0.closed_for_certain)
    }

    /// How many days it was RESTRICTED.
    async fn restricted(&self) -> f64 {
        days(self.0.restricted)
    }

    /// How many days it was OPEN.
    async fn open(&self) -> f64 {
        days(self.0.open)
    }

    /// For how many days no record says: UNKNOWN, which is not zero days closed.
    async fn unknown(&self) -> f64 {
        days(self.0.unknown)
    }
}

/// A moment that may be left out, and then is that of the request.
pub async fn moment(
    context: &Context<'_>,
    name: &str,
    at: Option<DateTime>,
) -> ApiResult<chrono::DateTime<Utc>> {
    match at {
        Some(at) => given_moment(name, at),
        None => match loader(context).load_one(Now).await? {
            Some(now) => Ok(now),
            None => Err(ApiError::internal(&"the database did not tell the time")),
        },
    }
}

/// The cells and the horizon of arguments; what is left out or null has its default.
pub fn scope(
    direction: Option<Direction>,
    traffic: Option<TrafficClass>,
    horizon_days: Option<i32>,
) -> ApiResult<Scope> {
    let days = horizon_days.unwrap_or(DEFAULT_HORIZON_DAYS);
    if !(0..=LONGEST_HORIZON).contains(&days) {
        return Err(ApiError::BadUserInput(format!(
            "`horizonDays` is {days}: give a number of days from 0 to {LONGEST_HORIZON}."
        )));
    }
    Ok(Scope {
        direction: direction.unwrap_or(Direction::Both),
        traffic,
        horizon: TimeDelta::days(days.into()),
    })
}

/// The status of the crossing at a location.
pub async fn status_of(
    context: &Context<'_>,
    location: Uuid,
    at: Option<DateTime>,
    scope: Scope,
) -> ApiResult<CrossingStatus> {
    let (at, known) = futures_util::try_join!(moment(context, "at", at), known(context, location))?;
    let question = Question { at, scope };
    let answer = status(&known.records, question);
    Ok(CrossingStatus { known, question, answer })
}

/// The status of the crossing at a location throughout a range of time.
pub async fn timeline_of(
    context: &Context<'_>,
    location: Uuid,
    from: DateTime,
    to: DateTime,
    scope: Scope,
) -> ApiResult<Vec<StatusInterval>> {
    let (known, intervals) = intervals_of(context, location, from, to, scope).await?;
    let shown = |interval: Interval| StatusInterval {
        known: known.clone(),
        span: interval.span,
        answer: interval.answer,
    };
    Ok(intervals.into_iter().map(shown).collect())
}

/// How long the crossing at a location was closed in each month of a range of time.
pub async fn months_of(
    context: &Context<'_>,
    location: Uuid,
    from: DateTime,
    to: DateTime,
    scope: Scope,
) -> ApiResult<Vec<ClosureMonth>> {
    let (_, intervals) = intervals_of(context, location, from, to, scope).await?;
    Ok(months(&intervals).into_iter().map(ClosureMonth).collect())
}

async fn intervals_of(
    context: &Context<'_>,
    location: Uuid,
    from: DateTime,
    to: DateTime,
    scope: Scope,
) -> ApiResult<(Arc<Known>, Vec<Interval>)> {
    let span = Span { from: given_moment("from", from)?, to: given_moment("to", to)? };
    if span.from >= span.to {
        return Err(ApiError::BadUserInput(
            "The timeline does not end after it begins: give a `to` that is later than `from`.".to_owned(),
        ));
    }
    if span.to - span.from > TimeDelta::days(LONGEST_TIMELINE) {
        return Err(ApiError::TooComplex(format!(
            "The timeline is longer than {LONGEST_TIMELINE} days; ask for a shorter range."
        )));
    }
    let known = known(context, location).await?;
    let intervals = timeline(&known.records, span, scope).ok().filter(|all| all.len() <= MOST_INTERVALS);
    match intervals {
        Some(intervals) => Ok((known, intervals)),
        None => Err(ApiError::TooComplex(format!(
            "The status changes too often: a timeline has at most {MOST_INTERVALS} intervals; ask for a shorter range."
        ))),
    }
}

/// Whether a closure is in force at a moment.
pub async fn closure_in_force(
    context: &Context<'_>,
    closure: Uuid,
    at: Option<DateTime>,
) -> ApiResult<ThreeValued> {
    let row = async { Ok(loader(context).load_one(RowOf(closure)).await?) };
    let (at, row) = futures_util::try_join!(moment(context, "at", at), row)?;
    let horizon = TimeDelta::days(DEFAULT_HORIZON_DAYS.into());
    Ok(row.map_or(ThreeValued::No, |row| force(&row, at, horizon)))
}

async fn known(context: &Context<'_>, location: Uuid) -> ApiResult<Arc<Known>> {
    Ok(loader(context).load_one(KnownOf(location)).await?.unwrap_or_default())
}

fn closures<'a>(known: &Known, ids: impl Iterator<Item = &'a Uuid>) -> Vec<Closure> {
    let mut closures: Vec<_> = ids.filter_map(|id| known.closures.get(id)).collect();
    closures.sort_by_key(|row| std::cmp::Reverse((row.start_earliest, row.id)));
    closures.into_iter().map(|row| Closure::from(row.clone())).collect()
}

fn claims<'a>(known: &Known, ids: impl Iterator<Item = &'a Uuid>) -> Vec<Claim> {
    let mut claims: Vec<_> = ids.filter_map(|id| known.claims.get(id)).collect();
    claims.sort_by_key(|row| (row.recorded_at, row.id));
    claims.into_iter().map(|row| Claim::from(row.clone())).collect()
}
