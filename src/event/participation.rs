//! A row of the table `participation`: an actor takes part in an event.

use sea_orm::entity::prelude::*;

use super::vocabulary::ParticipantRole;

/// Participation: an actor takes part in an event.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "participation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    pub actor_id: Uuid,
    pub role: ParticipantRole,
    pub alleged: bool,
    #[serde(default)]
    pub version: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
