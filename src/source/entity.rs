//! A row of the table `source`: an outlet or body that publishes.

use sea_orm::entity::prelude::*;

use super::vocabulary::SourceKind;

/// Source: an outlet or body that publishes.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "source")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: Option<String>,
    pub name: String,
    pub kind: SourceKind,
    pub country: Option<String>,
    pub homepage: Option<String>,
    pub languages: Vec<String>,
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
