//! What hangs off a search: how many there are, and by which words a record was found.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;
use sea_orm::sea_query::{Alias, Asterisk, Expr, Func, Query};
use serde::Deserialize;
use uuid::Uuid;

use super::query::{Hits, MOST_SCORED};
use crate::db::{DatabaseError, Reading};

/// The key of the length of a search's list.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LengthOf(pub Hits);

/// How many records were found.
#[derive(Clone, Copy, Debug)]
pub struct Length {
    /// So many are listed.
    pub listed: u32,
    /// Whether these are all.
    pub is_exact: bool,
}

/// So many of one type.
#[derive(Deserialize)]
struct Counted {
    count: u32,
}

impl Loader<LengthOf> for Reading {
    type Value = Length;
    type Error = DatabaseError;

    async fn load(&self, keys: &[LengthOf]) -> Result<HashMap<LengthOf, Length>, DatabaseError> {
        let asked = keys.iter().map(async |key| {
            let hit = Alias::new("search_hit");
            let statement = Query::select()
                .expr_as(Expr::cust("count(*)"), Alias::new("count"))
                .from_function(key.0.found(), hit.clone())
                .group_by_col((hit, Alias::new("record_type")))
                .take();
            let counted: Vec<Counted> = self.ask(statement).await?;
            let length = Length {
                listed: counted.iter().map(|counted| counted.count).sum(),
                is_exact: counted.iter().all(|counted| counted.count < MOST_SCORED.unsigned_abs()),
            };
            Ok::<_, DatabaseError>((key.clone(), length))
        });
        Ok(try_join_all(asked).await?.into_iter().collect())
    }
}

/// The key of the fragments of a record's texts in which the words of a search stand.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HighlightsOf {
    /// The words.
    pub text: String,
    /// Their language.
    pub language: Option<String>,
    /// The record.
    pub record: Uuid,
}

/// A fragment as the database answers it.
#[derive(Deserialize)]
struct Fragment {
    id: Uuid,
    fragment: String,
}

impl Loader<HighlightsOf> for Reading {
    type Value = Vec<String>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[HighlightsOf]) -> Result<HashMap<HighlightsOf, Vec<String>>, DatabaseError> {
        let mut searches: HashMap<(String, Option<String>), Vec<Uuid>> = HashMap::new();
        for HighlightsOf { text, language, record } in keys {
            searches.entry((text.clone(), language.clone())).or_default().push(*record);
        }
        let asked = searches.into_iter().map(async |((text, language), ids)| {
            let found = Alias::new("found");
            let highlights =
                Func::cust(Alias::new("search_highlights")).arg(text.as_str()).arg(language.clone()).arg(ids);
            let statement =
                Query::select().column((found.clone(), Asterisk)).from_function(highlights, found).take();
            let fragments: Vec<Fragment> = self.ask(statement).await?;
            Ok::<_, DatabaseError>(fragments.into_iter().map(move |Fragment { id, fragment }| {
                (HighlightsOf { text: text.clone(), language: language.clone(), record: id }, fragment)
            }))
        });
        let mut highlights: HashMap<HighlightsOf, Vec<String>> = HashMap::new();
        for (key, fragment) in try_join_all(asked).await?.into_iter().flatten() {
            highlights.entry(key).or_default().push(fragment);
        }
        Ok(highlights)
    }
}
