//! A row of the table `article`: one published document.

use sea_orm::entity::prelude::*;

use crate::extent::{Bounds, Extent};

/// Article: one published document.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "article")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub source_id: Uuid,
    pub url: Option<String>,
    pub title: String,
    pub title_given: bool,
    pub author: Option<String>,
    pub published_start_earliest: Option<DateTimeUtc>,
    pub published_start_latest: Option<DateTimeUtc>,
    pub published_end_earliest: Option<DateTimeUtc>,
    pub published_end_latest: Option<DateTimeUtc>,
    pub published_ongoing: Option<bool>,
    pub published_edtf: Option<String>,
    pub published_time_text: Option<String>,
    pub published_note: Option<String>,
    pub language: Option<String>,
    pub dateline_id: Option<Uuid>,
    pub summary: Option<String>,
    pub content_hash: Option<String>,
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
    /// When it was published; none when unknown.
    pub fn published(&self) -> Option<Extent> {
        self.published_ongoing.map(|ongoing| Extent {
            start: Bounds { earliest: self.published_start_earliest, latest: self.published_start_latest },
            end: Bounds { earliest: self.published_end_earliest, latest: self.published_end_latest },
            ongoing,
            edtf: self.published_edtf.clone(),
            text: self.published_time_text.clone(),
        })
    }
}
