//! The names and identifiers of a record.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use super::identifier::Entity as Identifier;
use super::name::Entity as Name;
use crate::read::{Order, OrderKey, Relation, column};

/// The tables whose records have names and identifiers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    Actor,
    Location,
    Source,
}

impl Owner {
    /// The column that says whose name it is.
    fn column(self) -> &'static str {
        match self {
            Self::Actor => "actor_id",
            Self::Location => "location_id",
            Self::Source => "source_id",
        }
    }
}

/// All names of a record, the primary one first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Names(pub Owner);

impl Relation for Names {
    type Child = Name;
    const ORDER: Order = Order::ascending(
        OrderKey::Text,
        "case name.kind when 'PRIMARY' then '' else name.kind || name.value end",
    );

    fn children(&self, record: Expr) -> SelectStatement {
        Query::select().from(Name).and_where(column(Name, self.0.column()).eq(record)).take()
    }
}

/// The ids that a record has elsewhere.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identifiers(pub Owner);

impl Relation for Identifiers {
    type Child = Identifier;
    const ORDER: Order = Order::ascending(OrderKey::Text, "identifier.scheme || identifier.value");

    fn children(&self, record: Expr) -> SelectStatement {
        Query::select().from(Identifier).and_where(column(Identifier, self.0.column()).eq(record)).take()
    }
}
