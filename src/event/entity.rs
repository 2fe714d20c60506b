//! A row of the table `event`: something that happened, was announced or is alleged.

use sea_orm::entity::prelude::*;

use crate::extent::{Bounds, Extent};

use super::vocabulary::{EventKind, Modality};

/// Event: something that happened, was announced or is alleged.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: Option<String>,
    pub title: String,
    pub summary: Option<String>,
    pub kind: EventKind,
    pub native_type: Option<String>,
    pub modality: Modality,
    pub start_earliest: Option<DateTimeUtc>,
    pub start_latest: Option<DateTimeUtc>,
    pub end_earliest: Option<DateTimeUtc>,
    pub end_latest: Option<DateTimeUtc>,
    pub ongoing: bool,
    pub edtf: Option<String>,
    pub time_text: Option<String>,
    pub location_id: Option<Uuid>,
    pub parent_id: Option<Uuid>,
    pub fatalities_best: Option<i32>,
    pub fatalities_low: Option<i32>,
    pub fatalities_high: Option<i32>,
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
    /// When.
    pub fn extent(&self) -> Extent {
        Extent {
            start: Bounds { earliest: self.start_earliest, latest: self.start_latest },
            end: Bounds { earliest: self.end_earliest, latest: self.end_latest },
            ongoing: self.ongoing,
            edtf: self.edtf.clone(),
            text: self.time_text.clone(),
        }
    }
}
