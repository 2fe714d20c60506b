//! A row of the table `report`: an article reports an event.

use sea_orm::entity::prelude::*;

use super::vocabulary::Relevance;

/// Report: an article reports an event.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub article_id: Option<Uuid>,
    pub source_id: Option<Uuid>,
    pub citation: Option<String>,
    pub event_id: Uuid,
    pub relevance: Relevance,
    pub locator: Option<String>,
    pub confidence: Option<f64>,
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
