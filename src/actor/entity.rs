//! A row of the table `actor`: who acts or speaks.

use sea_orm::entity::prelude::*;

use super::vocabulary::ActorKind;

/// Actor: who acts or speaks.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "actor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: Option<String>,
    pub name: String,
    pub kind: ActorKind,
    pub country: Option<String>,
    pub description: Option<String>,
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
