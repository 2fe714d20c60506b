//! A row of the table `claim`: what one article says one speaker said about one property of one event.

use sea_orm::entity::prelude::*;

use crate::extent::{Bounds, Extent};

use super::vocabulary::{ClaimAct, NumberQualifier, ValueKind};
use crate::crossing::vocabulary::{Direction, TrafficClass};

/// Claim: what one article says one speaker said about one property of one event.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    pub property: String,
    pub value_kind: ValueKind,
    pub source_id: Uuid,
    pub article_id: Option<Uuid>,
    pub speaker_id: Option<Uuid>,
    pub target_id: Option<Uuid>,
    pub act: ClaimAct,
    pub crossing_id: Option<Uuid>,
    pub direction: Option<Direction>,
    pub traffic: Option<TrafficClass>,
    pub value_number: Option<f64>,
    pub value_low: Option<f64>,
    pub value_high: Option<f64>,
    pub value_unit: Option<String>,
    pub value_qualifier: Option<NumberQualifier>,
    pub value_start_earliest: Option<DateTimeUtc>,
    pub value_start_latest: Option<DateTimeUtc>,
    pub value_end_earliest: Option<DateTimeUtc>,
    pub value_end_latest: Option<DateTimeUtc>,
    pub value_ongoing: Option<bool>,
    pub value_edtf: Option<String>,
    pub value_time_text: Option<String>,
    pub value_code: Option<String>,
    pub value_text: Option<String>,
    pub value_actor_id: Option<Uuid>,
    pub value_location_id: Option<Uuid>,
    pub value_boolean: Option<bool>,
    pub as_of_start_earliest: Option<DateTimeUtc>,
    pub as_of_start_latest: Option<DateTimeUtc>,
    pub as_of_end_earliest: Option<DateTimeUtc>,
    pub as_of_end_latest: Option<DateTimeUtc>,
    pub as_of_ongoing: Option<bool>,
    pub as_of_edtf: Option<String>,
    pub as_of_time_text: Option<String>,
    pub locator: Option<String>,
    pub quote: Option<String>,
    pub note: Option<String>,
    pub retracted_at: Option<DateTimeUtc>,
    pub retraction_reason: Option<String>,
    pub dataset_id: Option<Uuid>,
    pub external_id: Option<String>,
    #[serde(default)]
    pub recorded_at: DateTimeUtc,
    #[serde(default)]
    pub updated_at: DateTimeUtc,
    #[serde(default)]
    pub version: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The value, of a property of kind EXTENT.
    pub fn value_extent(&self) -> Option<Extent> {
        self.value_ongoing.map(|ongoing| Extent {
            start: Bounds { earliest: self.value_start_earliest, latest: self.value_start_latest },
            end: Bounds { earliest: self.value_end_earliest, latest: self.value_end_latest },
            ongoing,
            edtf: self.value_edtf.clone(),
            text: self.value_time_text.clone(),
        })
    }

    /// The moment the speaker speaks about; none when not stated.
    pub fn as_of(&self) -> Option<Extent> {
        self.as_of_ongoing.map(|ongoing| Extent {
            start: Bounds { earliest: self.as_of_start_earliest, latest: self.as_of_start_latest },
            end: Bounds { earliest: self.as_of_end_earliest, latest: self.as_of_end_latest },
            ongoing,
            edtf: self.as_of_edtf.clone(),
            text: self.as_of_time_text.clone(),
        })
    }
}
