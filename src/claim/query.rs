//! Lists of claims and properties, and what narrows them down.

use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use super::claim_property::Entity as ClaimProperty;
use super::entity::Entity as Claim;
use crate::graphql::ExternalIdInput;
use crate::read::{Order, OrderKey, Relation, column};

/// Claims in the order of recording.
pub const BY_RECORDED: Order = Order { key: "claim.recorded_at", kind: OrderKey::Time, descending: false };

/// What claims are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClaimFilter {
    /// About any of these properties.
    pub properties: Option<Vec<String>>,
    /// Of any of these acts.
    pub acts: Option<Vec<String>>,
    /// Only retracted ones; otherwise only those that stand.
    pub retracted: bool,
}

impl ClaimFilter {
    /// Narrows a statement that has claims among its sources.
    pub fn narrow(&self, statement: &mut SelectStatement) {
        if let Some(properties) = &self.properties {
            statement.and_where(column(Claim, "property").eq_any(properties.clone()));
        }
        if let Some(acts) = &self.acts {
            statement.and_where(column(Claim, "act").eq_any(acts.clone()));
        }
        let retracted_at = column(Claim, "retracted_at");
        statement.and_where(if self.retracted { retracted_at.is_not_null() } else { retracted_at.is_null() });
    }
}

/// All claims.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Claims(pub ClaimFilter);

impl Relation for Claims {
    type Child = Claim;
    const ORDER: Order = BY_RECORDED;

    fn children(&self, _: Expr) -> SelectStatement {
        let mut claims = Query::select().from(Claim).take();
        self.0.narrow(&mut claims);
        claims
    }
}

/// The claims that had a key in their dataset, the one that stands before those it took the place of.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClaimsOfKey(pub ExternalIdInput);

impl Relation for ClaimsOfKey {
    type Child = Claim;
    const ORDER: Order =
        Order { key: "coalesce(claim.retracted_at, 'infinity')", kind: OrderKey::Time, descending: true };

    fn children(&self, _: Expr) -> SelectStatement {
        let mut claims = Query::select().from(Claim).take();
        self.0.narrow(&mut claims, Claim);
        claims
    }
}

/// All properties, by code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClaimProperties;

impl Relation for ClaimProperties {
    type Child = ClaimProperty;
    const ORDER: Order = Order { key: "claim_property.code", kind: OrderKey::Text, descending: false };

    fn children(&self, _: Expr) -> SelectStatement {
        Query::select().from(ClaimProperty).take()
    }
}
