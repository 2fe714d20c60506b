//! A row of the table `affiliation`: an actor belongs to an actor.

use sea_orm::entity::prelude::*;

use crate::extent::{Bounds, Extent};

/// Affiliation: an actor belongs to an actor.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "affiliation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub member_id: Uuid,
    pub group_id: Uuid,
    pub role: Option<String>,
    pub start_earliest: Option<DateTimeUtc>,
    pub start_latest: Option<DateTimeUtc>,
    pub end_earliest: Option<DateTimeUtc>,
    pub end_latest: Option<DateTimeUtc>,
    pub ongoing: Option<bool>,
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
    /// When; none when nobody says.
    pub fn extent(&self) -> Option<Extent> {
        self.ongoing.map(|ongoing| Extent {
            start: Bounds { earliest: self.start_earliest, latest: self.start_latest },
            end: Bounds { earliest: self.end_earliest, latest: self.end_latest },
            ongoing,
            edtf: self.edtf.clone(),
            text: self.time_text.clone(),
        })
    }
}
