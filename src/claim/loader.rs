//! What hangs off a claim.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{EntityTrait, QueryTrait};

use super::claim_property;
use super::claim_relay::Entity as ClaimRelay;
use crate::db::{DatabaseError, Reading};
use crate::read::{Order, OrderKey, Relation, column};
use crate::source::entity::Entity as Source;

/// The sources a claim passed through, nearest the origin first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Relays;

impl Relation for Relays {
    type Child = Source;
    const ORDER: Order = Order::ascending(OrderKey::Number, "claim_relay.position");

    fn children(&self, claim: Expr) -> SelectStatement {
        Query::select()
            .from(ClaimRelay)
            .inner_join(Source, column(Source, "id").eq(column(ClaimRelay, "source_id")))
            .and_where(column(ClaimRelay, "claim_id").eq(claim))
            .take()
    }
}

/// The key of a property by its code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PropertyByCode(pub String);

impl Loader<PropertyByCode> for Reading {
    type Value = Arc<claim_property::Model>;
    type Error = DatabaseError;

    async fn load(
        &self,
        keys: &[PropertyByCode],
    ) -> Result<HashMap<PropertyByCode, Self::Value>, DatabaseError> {
        let codes: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let mut statement = claim_property::Entity::find().into_query();
        statement.and_where(column(claim_property::Entity, "code").eq_any(codes));
        let found: Vec<claim_property::Model> = self.ask(statement).await?;
        Ok(found
            .into_iter()
            .map(|property| (PropertyByCode(property.code.clone()), Arc::new(property)))
            .collect())
    }
}
