//! A row of the view `tombstone`: what is left of a record that was deleted.

use sea_orm::entity::prelude::*;

/// Tombstone: what is left of a record that was deleted.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "tombstone")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub record_type: String,
    pub deleted_at: DateTimeUtc,
    pub by: Option<String>,
    pub reason: Option<String>,
    pub change_set_id: Uuid,
    pub before: Option<Json>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
