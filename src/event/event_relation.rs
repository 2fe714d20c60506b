//! A row of the table `event_relation`: how one event stands to another.

use sea_orm::entity::prelude::*;

use super::vocabulary::EventRelationKind;

/// Event relation: how one event stands to another.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "event_relation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    pub kind: EventRelationKind,
    pub other_id: Uuid,
    pub alleged: bool,
    #[serde(default)]
    pub version: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
