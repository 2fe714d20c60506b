//! A row of the view `named_crossing`: a border crossing with the slug and the name of its place.

use sea_orm::entity::prelude::*;

/// Border crossing: a location with two sides.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "named_crossing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub location_id: Uuid,
    pub slug: Option<String>,
    pub name: String,
    pub a_country: String,
    pub a_local_name: String,
    pub a_authority_id: Option<Uuid>,
    pub b_country: String,
    pub b_local_name: String,
    pub b_authority_id: Option<Uuid>,
    pub modes: Vec<String>,
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
