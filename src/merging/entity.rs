//! A row of the table `merged_record`: what a record was called that has become part of another.

use sea_orm::entity::prelude::*;

/// Merged record: what it was called, and where that leads now.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "merged_record")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub from_id: Uuid,
    pub into_id: Uuid,
    pub slug: Option<String>,
    pub url: Option<String>,
    pub name: Option<String>,
    pub dataset_id: Option<Uuid>,
    pub external_id: Option<String>,
    pub merged_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
