//! The list of what is found.

use sea_orm::sea_query::{Alias, Expr, Func, FunctionCall, Query, SelectStatement};

use super::entity::Entity as Hit;
use crate::read::{Order, OrderKey, Relation};

/// Of each type, so many records that have all the words are scored; where there are fewer, so many
/// that have any. A common word is in millions, and each would have to be read to find the best.
pub const MOST_SCORED: i32 = 1_000;

/// What has any of the words, best first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Hits {
    /// The words, as people write them in a search box.
    pub text: String,
    /// Their language, BCP 47.
    pub language: Option<String>,
    /// Of which types, in the spelling of Postgres.
    pub types: Vec<String>,
}

impl Relation for Hits {
    type Child = Hit;
    const ORDER: Order = Order::descending(OrderKey::Number, "search_hit.score");

    fn order(&self) -> Order {
        Self::ORDER.asked(&format!("{:?}", (&self.text, &self.language, &self.types)))
    }

    fn children(&self, _: Expr) -> SelectStatement {
        Query::select().from_function(self.found(), Alias::new("search_hit")).take()
    }
}

impl Hits {
    /// The function that finds them.
    pub(super) fn found(&self) -> FunctionCall {
        Func::cust(Alias::new("search_hits"))
            .arg(self.text.as_str())
            .arg(self.language.clone())
            .arg(self.types.clone())
            .arg(MOST_SCORED)
    }
}
