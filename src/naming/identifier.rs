//! A row of the table `identifier`: a record's id elsewhere.

use sea_orm::entity::prelude::*;

/// Identifier: a record's id elsewhere.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "identifier")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub actor_id: Option<Uuid>,
    pub location_id: Option<Uuid>,
    pub source_id: Option<Uuid>,
    pub scheme: String,
    pub value: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
