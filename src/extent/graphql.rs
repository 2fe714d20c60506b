//! Extents in the API: the four bounds, and the input that asks for a range of time.

use async_graphql::{Enum, InputObject, SimpleObject};
use chrono::Datelike;
use serde::{Serialize, Serializer};

use super::calendar::to_microsecond;
use super::query::During;
use super::{Bounds, Extent};
use crate::graphql::scalar::{DateOrDateTime, DateTime, Edtf};
use crate::graphql::{ApiError, ApiResult};

/// An uncertain time: between which moments it began, and between which it ended. Dates are read
/// in the time zone of the record's place, else in UTC.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(name = "Extent")]
pub struct ExtentObject {
    /// As written in EDTF; null where EDTF cannot say it.
    edtf: Option<Edtf>,
    /// Between which moments it began.
    start: BoundsObject,
    /// Between which moments it ended; both null while it is ongoing, or when the end is unknown.
    end: BoundsObject,
    /// Whether it had not ended when it was last heard of. False also means that nobody said.
    ongoing: bool,
    /// In the words of its report, such as "for more than two weeks".
    text: Option<String>,
}

/// Between which moments one moment lies. Equal bounds are one exact moment.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(name = "Bounds")]
pub struct BoundsObject {
    /// The first moment possible; null when unknown.
    earliest: Option<DateTime>,
    /// The first moment no longer possible; null when unknown.
    latest: Option<DateTime>,
}

impl From<Bounds<chrono::DateTime<chrono::Utc>>> for BoundsObject {
    fn from(bounds: Bounds<chrono::DateTime<chrono::Utc>>) -> Self {
        Self { earliest: bounds.earliest.map(DateTime), latest: bounds.latest.map(DateTime) }
    }
}

impl From<Extent> for ExtentObject {
    fn from(extent: Extent) -> Self {
        Self {
            edtf: extent.edtf.map(Edtf),
            start: extent.start.into(),
            end: extent.end.into(),
            ongoing: extent.ongoing,
            text: extent.text,
        }
    }
}

/// An uncertain time as it is written: EDTF, or bounds where EDTF cannot say it. Dates and times without an
/// offset are read in the time zone of the record's place, else in UTC.
#[derive(InputObject, Clone, Debug, Serialize)]
#[graphql(name = "ExtentInput")]
pub struct WrittenExtent {
    /// EDTF, such as "2025-10-25?/2025-10-28". Leaves out `start`, `end` and `ongoing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    edtf: Option<Edtf>,
    /// Between which moments it began; unknown when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<WrittenBounds>,
    /// Between which moments it ended; unknown when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<WrittenBounds>,
    /// Whether it had not ended when it was last heard of; false when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    ongoing: Option<bool>,
    /// In the words of its report, such as "for more than two weeks".
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// Between which moments one moment lies.
#[derive(InputObject, Clone, Debug)]
#[graphql(name = "BoundsInput")]
pub struct WrittenBounds {
    /// The earliest: a date, which is its first moment, or a time such as "2025-10-29T12:00:00+05:00"; open
    /// when left out.
    earliest: Option<String>,
    /// The latest: a date, which is its last moment, or a time; open when left out.
    latest: Option<String>,
}

/// A pair, as lines of the native format have it.
impl Serialize for WrittenBounds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.earliest, &self.latest).serialize(serializer)
    }
}

/// The moment of an argument, to the microsecond, in the years that can be stored.
pub fn given_moment(argument: &str, moment: DateTime) -> ApiResult<chrono::DateTime<chrono::Utc>> {
    to_microsecond(moment.0).ok_or_else(|| {
        let year = moment.0.year();
        ApiError::BadUserInput(format!("`{argument}` lies in the year {year}: give one from 2 to 9998."))
    })
}

/// How sure it must be that an uncertain time lies in a range.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeMatch {
    /// Its bounds allow it.
    Possible,
    /// Its bounds leave nothing else.
    Certain,
}

/// A range of time, from one moment until before another.
#[derive(InputObject, Clone, Debug)]
pub struct DuringInput {
    /// From this moment on; open when left out.
    from: Option<DateOrDateTime>,
    /// Until before this moment; open when left out.
    to: Option<DateOrDateTime>,
    /// How sure it must be; `POSSIBLE` when nothing is said.
    #[graphql(name = "match", default_with = "Some(TimeMatch::Possible)")]
    sure: Option<TimeMatch>,
}

/// A range of moments, from one until before another.
#[derive(InputObject, Clone, Debug)]
pub struct TimeRangeInput {
    /// From this moment on; open when left out.
    from: Option<DateOrDateTime>,
    /// Until before this moment; open when left out.
    to: Option<DateOrDateTime>,
}

impl DuringInput {
    /// Checks that the range is not reversed; `path` is where it stands.
    pub fn during(&self, path: &str) -> ApiResult<During> {
        range(path, self.from, self.to, self.sure == Some(TimeMatch::Certain))
    }
}

impl TimeRangeInput {
    /// Checks that the range is not reversed; `path` is where it stands.
    pub fn during(&self, path: &str) -> ApiResult<During> {
        range(path, self.from, self.to, false)
    }
}

fn range(
    path: &str,
    from: Option<DateOrDateTime>,
    to: Option<DateOrDateTime>,
    certain: bool,
) -> ApiResult<During> {
    let (from, to) = (from.map(|moment| moment.0), to.map(|moment| moment.0));
    if matches!((from, to), (Some(from), Some(to)) if from > to) {
        return Err(ApiError::BadUserInput(format!("`{path}` ends before it begins: swap `from` and `to`.")));
    }
    Ok(During { from, to, certain })
}
