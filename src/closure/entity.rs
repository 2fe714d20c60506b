//! A row of the table `closure`: what an event closes or opens.

use sea_orm::entity::prelude::*;

use crate::extent::{Bounds, Extent};

use super::vocabulary::{ClosureBasis, ClosureEffect, ClosureSeverity};
use crate::crossing::vocabulary::Direction;
use crate::location::vocabulary::LocationKind;

/// Closure: what an event closes or opens.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "closure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    pub place_id: Uuid,
    pub place_kind: LocationKind,
    pub effect: ClosureEffect,
    pub direction: Direction,
    pub traffic: Vec<String>,
    pub severity: ClosureSeverity,
    pub basis: ClosureBasis,
    pub decided_by_id: Option<Uuid>,
    pub reason: Option<String>,
    pub schedule: Option<String>,
    pub start_earliest: Option<DateTimeUtc>,
    pub start_latest: Option<DateTimeUtc>,
    pub end_earliest: Option<DateTimeUtc>,
    pub end_latest: Option<DateTimeUtc>,
    pub ongoing: bool,
    pub edtf: Option<String>,
    pub time_text: Option<String>,
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
    /// When it applies.
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
