//! The list of what is found, and the condition that a record has some words.

use sea_orm::sea_query::{Alias, Expr, Func, FunctionCall, Query, SelectStatement};

use super::entity::Entity as Hit;
use super::vocabulary::SearchableType;
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

/// How well an event has the words of `text`, as `search` scores it.
#[must_use]
pub fn event_score(text: &str) -> Expr {
    Expr::cust_with_values(
        "search_score(event_words(event.title, event.summary), search_query($1, null), \
         search_query_of_any(search_query($1, null)))",
        [text],
    )
}

/// The condition that a record of the type's own table has all words of `text`, for the filters of
/// the rooms; of names, that one of them has.
#[must_use]
pub fn has_words(of: SearchableType, text: &str) -> Expr {
    let condition = match of {
        SearchableType::Event => "event_words(event.title, event.summary) @@ search_query($1, null)",
        SearchableType::Article => {
            "article_words(article.title, article.summary, article.language) @@ search_query($1, null)"
        }
        SearchableType::Claim => {
            // As the index has it, which leaves out claims without a text.
            "num_nonnulls(claim.value_text, claim.quote, claim.note) > 0 \
             and claim_words(claim.value_text, claim.quote, claim.note) @@ search_query($1, null)"
        }
        SearchableType::Actor => {
            "actor.id in (select record_id from spelling \
             where record_type = 'ACTOR' and searched_words(value, null) @@ search_query($1, null) \
             union all select described.id from actor described \
             where described.description is not null \
             and searched_words(described.description, null) @@ search_query($1, null))"
        }
        SearchableType::Location => {
            "location.id in (select record_id from spelling \
             where record_type = 'LOCATION' and searched_words(value, null) @@ search_query($1, null))"
        }
        SearchableType::Source => {
            "source.id in (select record_id from spelling \
             where record_type = 'SOURCE' and searched_words(value, null) @@ search_query($1, null))"
        }
    };
    Expr::cust_with_values(condition, [text])
}
