//! A row of the view `run_reject`: a line that an import did not load.

use sea_orm::entity::prelude::*;

/// Reject: a line that an import did not load.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "run_reject")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub import_run_id: Uuid,
    pub line: i64,
    pub field: Option<String>,
    pub value: Option<String>,
    #[serde(default)]
    pub reason: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
