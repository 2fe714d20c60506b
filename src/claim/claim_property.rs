//! A row of the table `claim_property`: what claims can be about.

use sea_orm::entity::prelude::*;

use super::vocabulary::ValueKind;

/// Claim property: what claims can be about.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "claim_property")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub code: String,
    pub label: String,
    pub value_kind: ValueKind,
    pub unit: Option<String>,
    pub functional: bool,
    pub needs_scope: bool,
    #[serde(default)]
    pub version: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
