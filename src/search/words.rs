//! The condition of filters that records have some words.

use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement};

use super::vocabulary::SearchableType;

/// So many records that have some words are few: they are found by their words and put in order.
const FEW: u64 = 10_000;
/// What is searched for: read once, whatever the plan, and not for each row.
const QUERY: &str = "(select search_query($1, null))";

/// Words that records of a type must have, as people write them in a search box: all of them; of names,
/// in one of a record's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Words {
    of: SearchableType,
    text: String,
    /// Whether these words lead: only the first records that have them are looked at.
    is_lead: bool,
}

impl Words {
    /// The words of a text, in records of a type.
    #[must_use]
    pub fn new(of: SearchableType, text: String) -> Self {
        Self { of, text, is_lead: false }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether they lead.
    #[must_use]
    pub fn is_lead(&self) -> bool {
        self.is_lead
    }

    /// Lets them lead; returns the condition that few records have them, without which they may not.
    pub fn lead(&mut self) -> Expr {
        self.is_lead = true;
        Expr::cust_with_expr(format!("(select count(*) from $1 counted) <= {FEW}"), Expr::from(self.some()))
    }

    /// The condition, in a statement that has the type's table among its sources.
    #[must_use]
    pub fn condition(&self) -> Expr {
        if self.is_lead {
            // An array, so that the index of words is asked first, and once.
            let among = format!("{}.id = any(array $1)", self.table());
            return Expr::cust_with_expr(among, Expr::from(self.some()));
        }
        let named = |table: &str, word: &str| {
            format!(
                "{table}.id in (select record_id from spelling \
                 where record_type = '{word}' and searched_words(value, null) @@ {QUERY}"
            )
        };
        let condition = match self.of {
            SearchableType::Event => format!("event_words(event.title, event.summary) @@ {QUERY}"),
            SearchableType::Article => {
                format!("article_words(article.title, article.summary, article.language) @@ {QUERY}")
            }
            // As the index has it, which leaves out claims without a text.
            SearchableType::Claim => format!(
                "num_nonnulls(claim.value_text, claim.quote, claim.note) > 0 \
                 and claim_words(claim.value_text, claim.quote, claim.note) @@ {QUERY}"
            ),
            SearchableType::Actor => format!(
                "{} union all select described.id from actor described \
                 where described.description is not null \
                 and searched_words(described.description, null) @@ {QUERY})",
                named("actor", "ACTOR")
            ),
            SearchableType::Location => format!("{})", named("location", "LOCATION")),
            SearchableType::Source => format!("{})", named("source", "SOURCE")),
        };
        Expr::cust_with_values(condition, [self.text.as_str()])
    }

    /// How well an event has them, as `search` scores it.
    #[must_use]
    pub fn event_score(text: &str) -> Expr {
        Expr::cust_with_values(
            format!(
                "search_score(event_words(event.title, event.summary), {QUERY}, \
                 (select search_query_of_any(search_query($1, null))))"
            ),
            [text],
        )
    }

    /// The ids of the first records that have them: of one more than are few.
    fn some(&self) -> SelectStatement {
        let table = Alias::new(self.table());
        let plain = Self { is_lead: false, ..self.clone() };
        Query::select()
            .column((table.clone(), Alias::new("id")))
            .from(table)
            .and_where(plain.condition())
            .limit(FEW + 1)
            .take()
    }

    fn table(&self) -> &'static str {
        match self.of {
            SearchableType::Event => "event",
            SearchableType::Article => "article",
            SearchableType::Actor => "actor",
            SearchableType::Location => "location",
            SearchableType::Source => "source",
            SearchableType::Claim => "claim",
        }
    }
}
