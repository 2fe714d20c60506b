//! A row of the table `change_set`: one write, import or merge, whole.

use sea_orm::entity::prelude::*;

use super::vocabulary::ChangeSetKind;

/// Change set: one write, import or merge, whole.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "change_set")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub kind: ChangeSetKind,
    pub by: Option<String>,
    pub reason: Option<String>,
    pub reverted_by_id: Option<Uuid>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
