//! A row of the answer of the function `search_hits`: a record that was found.

use sea_orm::entity::prelude::*;

use super::vocabulary::SearchableType;

/// Hit: a record that was found.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "search_hit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub record_type: SearchableType,
    /// In millionths.
    pub score: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
