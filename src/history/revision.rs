//! A row of the view `record_revision`: what one record was before one change.

use sea_orm::entity::prelude::*;

use super::vocabulary::ChangeOperation;

/// Revision: what one record was before one change.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "record_revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub position: i64,
    pub change_set_id: Uuid,
    pub record_type: String,
    pub record_id: Uuid,
    #[serde(default)]
    pub version: i32,
    pub operation: ChangeOperation,
    pub before: Option<Json>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
