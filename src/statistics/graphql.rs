//! Statistics in the API.

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{Datelike, NaiveDate};

use super::calendar::{Unit, days_of, units, with_empty};
use super::loader::BucketsOf;
use super::question::{Bucket, MOST_BUCKETS, MOST_BUCKETS_WITH_RECORDS, Question, sort};
use super::vocabulary::StatisticsDimension;
use crate::actor::graphql::Actor;
use crate::crossing::graphql::BorderCrossing;
use crate::dataset::graphql::Dataset;
use crate::event::graphql::EventFilter;
use crate::event::query::EventCriterion;
use crate::event::vocabulary::{EventCategory, EventKind};
use crate::graphql::scalar::{CountryCode, Date};
use crate::graphql::{ApiError, ApiResult, loader, refer};
use crate::location::graphql::Location;
use crate::source::graphql::Source;

/// How many letters a geohash has when the question does not say: cells of some 20 by 39 km.
const GEOHASH_LENGTH: i32 = 4;
/// By so many dimensions at once events can be grouped.
const MOST_DIMENSIONS: usize = 3;

/// Events, grouped and counted.
#[derive(SimpleObject)]
pub struct EventStatistics {
    /// The buckets in order of time, those whose time nobody knows last; at one time, those with the
    /// most events first. At most 100,000, and 1,000 when records are asked of them, such as actors.
    buckets: Vec<EventBucket>,
}

/// Events that share what they are grouped by.
pub struct EventBucket {
    unit: Option<Unit>,
    bucket: Bucket,
}

/// Events that share what they are grouped by. What `groupBy` does not name is null.
#[Object]
impl EventBucket {
    /// The day; null when not grouped by it, and when nobody knows when the events began.
    async fn day(&self) -> Option<Date> {
        self.time(Unit::Day)
    }

    /// The Monday that the week begins with; null when not grouped by it, and when nobody knows when
    /// the events began.
    async fn week(&self) -> Option<Date> {
        self.time(Unit::Week)
    }

    /// The first day of the month; null when not grouped by it, and when nobody knows when the events began.
    async fn month(&self) -> Option<Date> {
        self.time(Unit::Month)
    }

    /// The first day of the quarter; null when not grouped by it, and when nobody knows when the events began.
    async fn quarter(&self) -> Option<Date> {
        self.time(Unit::Quarter)
    }

    /// The year; null when not grouped by it, and when nobody knows when the events began.
    async fn year(&self) -> Option<i32> {
        self.time(Unit::Year).map(|Date(day)| day.year())
    }

    /// What happened; null when not grouped by it.
    async fn kind(&self) -> Option<EventKind> {
        self.bucket.keys.kind
    }

    /// The group of kinds; null when not grouped by it.
    async fn category(&self) -> Option<EventCategory> {
        self.bucket.keys.category
    }

    /// The country; null when not grouped by it, and for events whose place is unknown or lies in none.
    async fn country(&self) -> Option<CountryCode> {
        self.bucket.keys.country.as_ref().map(CountryCode::from)
    }

    /// The first-level division; null when not grouped by it, and for events that are in none.
    async fn admin1(&self, context: &Context<'_>) -> Option<ApiResult<Location>> {
        refer(context, self.bucket.keys.admin1).await
    }

    /// Who took part; null when not grouped by it, and for events in which nobody is named.
    async fn actor(&self, context: &Context<'_>) -> Option<ApiResult<Actor>> {
        refer(context, self.bucket.keys.actor).await
    }

    /// Who reports; null when not grouped by it, and for events that no source reports.
    async fn source(&self, context: &Context<'_>) -> Option<ApiResult<Source>> {
        refer(context, self.bucket.keys.source).await
    }

    /// The dataset; null when not grouped by it, and for events made here.
    async fn dataset(&self, context: &Context<'_>) -> Option<ApiResult<Dataset>> {
        refer(context, self.bucket.keys.dataset).await
    }

    /// The crossing; null when not grouped by it, and for events at none.
    async fn crossing(&self, context: &Context<'_>) -> Option<ApiResult<BorderCrossing>> {
        refer(context, self.bucket.keys.crossing).await
    }

    /// The cell of the earth, such as "tw1x"; null when not grouped by it, and for events without a point.
    async fn geohash(&self) -> Option<&str> {
        self.bucket.keys.geohash.as_deref()
    }

    /// How many events.
    async fn events(&self) -> i32 {
        self.bucket.events
    }

    /// Deaths: the sum of the best estimates that their datasets make; null when none does.
    async fn fatalities_best(&self) -> Option<ApiResult<i32>> {
        sum(self.bucket.best)
    }

    /// Deaths: the sum of the lowest estimates that their datasets make; null when none does.
    async fn fatalities_low(&self) -> Option<ApiResult<i32>> {
        sum(self.bucket.low)
    }

    /// Deaths: the sum of the highest estimates that their datasets make; null when none does.
    async fn fatalities_high(&self) -> Option<ApiResult<i32>> {
        sum(self.bucket.high)
    }

    /// How many articles report them, each counted once. Of a bucket of one source, those of that source.
    async fn articles(&self) -> i32 {
        self.bucket.articles.unwrap_or(0)
    }

    /// How many sources report them, in articles or without, each counted once.
    async fn sources(&self) -> i32 {
        self.bucket.sources.unwrap_or(0)
    }
}

impl EventBucket {
    fn time(&self, unit: Unit) -> Option<Date> {
        self.bucket.keys.time.filter(|_| self.unit == Some(unit)).map(Date)
    }
}

/// A sum as an `Int`, which ends at some two thousand million.
fn sum(sum: Option<i64>) -> Option<ApiResult<i32>> {
    sum.map(|sum| {
        i32::try_from(sum).map_err(|_| {
            ApiError::TooComplex(
                "The sum is larger than 2,147,483,647, which is all that an Int can say; group more finely."
                    .to_owned(),
            )
        })
    })
}

#[derive(Default)]
pub struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// Events, grouped and counted. An event counts in the day, month or other unit of the calendar
    /// in which its earliest start lies, in UTC, also where that is before the filter's `during`.
    async fn event_statistics(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which events; all when left out.")] filter: Option<Box<EventFilter>>,
        #[graphql(desc = "By what: one, two or three, of which one may be of the calendar.")] group_by: Vec<
            StatisticsDimension,
        >,
        #[graphql(
            desc = "Whether buckets without events are there, too: for every unit of the calendar in the \
                    range of the filter's `during`, and from the first and to the last in which there are events, \
                    with all that was found beside the time."
        )]
        empty_buckets: Option<bool>,
        #[graphql(
            desc = "How many letters a geohash has, from 1, cells of 5,000 km, to 12, of some centimetres.",
            default_with = "Some(GEOHASH_LENGTH)"
        )]
        geohash_length: Option<i32>,
    ) -> ApiResult<EventStatistics> {
        check_dimensions(&group_by)?;
        let buckets = context.look_ahead().field("buckets");
        let asks = |fields: &[&str]| fields.iter().any(|field| buckets.field(field).exists());
        let shows_records = asks(&["admin1", "actor", "source", "dataset", "crossing"]);
        let most = if shows_records { MOST_BUCKETS_WITH_RECORDS } else { MOST_BUCKETS };
        let question = Question {
            filter: EventFilter::read(filter)?,
            group_by,
            with_reports: asks(&["articles", "sources"]),
            geohash_length: read_geohash_length(geohash_length)?,
        };
        let unit = question.unit();
        let during = question.filter.criteria().find_map(|criterion| match criterion {
            EventCriterion::During(during) => Some(during),
            _ => None,
        });
        let range = days_of(during);
        let fills = empty_buckets.unwrap_or(false);
        if fills {
            check_range(unit, range, most)?;
        }
        let is_time_alone = question.group_by.len() == 1;
        let found = loader(context).load_one(BucketsOf(Arc::new(question))).await?.unwrap_or_default();
        let mut buckets = Arc::unwrap_or_clone(found);
        if let (true, Some(unit)) = (fills, unit) {
            buckets = with_empty(buckets, unit, range, is_time_alone).map_err(|_| too_many(most))?;
        }
        if buckets.len() > most {
            return Err(too_many(most));
        }
        sort(&mut buckets);
        Ok(EventStatistics {
            buckets: buckets.into_iter().map(|bucket| EventBucket { unit, bucket }).collect(),
        })
    }
}

fn check_dimensions(group_by: &[StatisticsDimension]) -> ApiResult<()> {
    let bad = |message: String| Err(ApiError::BadUserInput(message));
    if group_by.is_empty() || group_by.len() > MOST_DIMENSIONS {
        return bad(format!("`groupBy` has {}: name one, two or three dimensions.", group_by.len()));
    }
    if group_by.iter().collect::<HashSet<_>>().len() < group_by.len() {
        return bad("`groupBy` names a dimension twice: name each once.".to_owned());
    }
    if group_by.iter().filter(|dimension| dimension.unit().is_some()).count() > 1 {
        return bad("`groupBy` has more than one of DAY, WEEK, MONTH, QUARTER and YEAR: keep one.".to_owned());
    }
    Ok(())
}

fn read_geohash_length(given: Option<i32>) -> ApiResult<i32> {
    let length = given.unwrap_or(GEOHASH_LENGTH);
    if (1..=12).contains(&length) {
        return Ok(length);
    }
    Err(ApiError::BadUserInput(format!(
        "`geohashLength` is {length}: give a number of letters from 1 to 12."
    )))
}

/// Refuses, before anything is counted, a range that has more units than an answer may have buckets.
fn check_range(
    unit: Option<Unit>,
    range: (Option<NaiveDate>, Option<NaiveDate>),
    most: usize,
) -> ApiResult<()> {
    let Some(unit) = unit else {
        return Err(ApiError::BadUserInput(
            "`emptyBuckets` fills the calendar: name one of DAY, WEEK, MONTH, QUARTER and YEAR in `groupBy`, \
             or leave it out."
                .to_owned(),
        ));
    };
    let (Some(from), Some(to)) = range else { return Ok(()) };
    match units(unit, from, to) {
        Ok(units) if units.len() <= most => Ok(()),
        _ => Err(too_many(most)),
    }
}

fn too_many(most: usize) -> ApiError {
    let rule = if most < MOST_BUCKETS {
        "1,000 buckets, the most it can have when records are asked of them, such as actors; leave these out, narrow"
    } else {
        "100,000 buckets, the most it can have; narrow"
    };
    ApiError::TooComplex(format!(
        "The answer would have more than {rule} the filter, or group by longer times or fewer dimensions."
    ))
}
