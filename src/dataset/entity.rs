//! A row of the table `dataset`: where imported records come from.

use sea_orm::entity::prelude::*;

use super::vocabulary::Redistribution;

/// Dataset: where imported records come from.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "dataset")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[serde(default)]
    pub slug: String,
    pub title: String,
    pub licence: Option<String>,
    pub redistribution: Redistribution,
    pub homepage: Option<String>,
    #[serde(default)]
    pub version: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
