//! A row of the table `article_derivation`: an article comes from another article or a source.

use sea_orm::entity::prelude::*;

use super::vocabulary::DerivationKind;

/// Derivation: an article comes from another article or a source.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "article_derivation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub article_id: Uuid,
    pub kind: DerivationKind,
    pub from_article_id: Option<Uuid>,
    pub from_source_id: Option<Uuid>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
