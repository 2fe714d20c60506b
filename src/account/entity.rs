//! A row of the table `account`: how what is claimed of one property of one event stands together.

use sea_orm::entity::prelude::*;

use super::loader::Scope;
use super::vocabulary::Agreement;
use crate::crossing::vocabulary::{Direction, TrafficClass};

/// Account: how what is claimed of one property of one event stands together.
///
/// It has no column for the event's start, which may be Postgres's `-infinity` and which only lists look at.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Deserialize)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    pub property: String,
    pub crossing_id: Option<Uuid>,
    pub direction: Option<Direction>,
    pub traffic: Option<TrafficClass>,
    pub agreement: Agreement,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// For which crossing, direction and traffic the claims speak.
    pub fn scope(&self) -> Scope {
        Scope { crossing: self.crossing_id, direction: self.direction, traffic: self.traffic }
    }
}
