//! A row of the table `name`: any name of an actor, location or source.

use sea_orm::entity::prelude::*;

use super::vocabulary::NameKind;

/// Name: any name of an actor, location or source.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "name")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub actor_id: Option<Uuid>,
    pub location_id: Option<Uuid>,
    pub source_id: Option<Uuid>,
    pub value: String,
    pub language: Option<String>,
    pub kind: NameKind,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
