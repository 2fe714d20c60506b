//! Search in the API.

use async_graphql::connection::PageInfo;
use async_graphql::{Context, Object, Union};
use futures_util::future::try_join_all;
use sea_orm::ActiveEnum;
use uuid::Uuid;

use super::entity;
use super::loader::{HighlightsOf, Length, LengthOf};
use super::query::Hits;
use super::vocabulary::SearchableType;
use crate::actor::graphql::Actor;
use crate::article::graphql::Article;
use crate::claim::graphql::Claim;
use crate::event::graphql::Event;
use crate::graphql::{ApiError, ApiResult, Paging, asked_text, cursor, find, loader, page_of, words};
use crate::location::graphql::Location;
use crate::source::graphql::Source;

/// A record that a search found.
#[derive(Union, Clone)]
pub enum SearchHit {
    /// An event.
    Event(Event),
    /// An article.
    Article(Article),
    /// An actor.
    Actor(Actor),
    /// A location.
    Location(Location),
    /// A source.
    Source(Source),
    /// A claim.
    Claim(Claim),
}

/// One record of a page, with how well it was found.
pub struct SearchEdge {
    cursor: String,
    node: SearchHit,
    score: i64,
    highlights: HighlightsOf,
}

/// One record of a page, with how well it was found.
#[Object]
impl SearchEdge {
    /// The record's place in the list, for `after` and `before`. Opaque; it stays valid while records come and go.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The record.
    async fn node(&self) -> &SearchHit {
        &self.node
    }

    /// How well it fits, from 0 to 1: at least 0.5 when it has all the words; the more of them, the
    /// earlier and the shorter the text, the higher. It compares records of one search only.
    #[allow(clippy::cast_precision_loss, reason = "a score has seven digits")]
    async fn score(&self) -> f64 {
        self.score as f64 / 1e6
    }

    /// The texts by which it was found, cut to fragments, with two asterisks before and after each
    /// word that was found: "the \*\*crossing\*\* is shut". Plain text, never HTML: escape it as any
    /// other. Asterisks of the text itself are left out.
    async fn highlights(&self, context: &Context<'_>) -> ApiResult<Vec<String>> {
        Ok(loader(context).load_one(self.highlights.clone()).await?.unwrap_or_default())
    }
}

/// One page of what a search found. Page forward with `first` and `after`, backward with `last` and
/// `before`; a page has 20 records when nothing is said, and at most 500.
pub struct SearchConnection {
    edges: Vec<SearchEdge>,
    has_previous: bool,
    has_next: bool,
    hits: Hits,
}

/// One page of what a search found. Page forward with `first` and `after`, backward with `last` and
/// `before`; a page has 20 records when nothing is said, and at most 500.
#[Object]
impl SearchConnection {
    /// The records of the page, each with its cursor, its score and where the words stand.
    async fn edges(&self) -> &[SearchEdge] {
        &self.edges
    }

    /// The records of the page.
    async fn nodes(&self) -> Vec<&SearchHit> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
        }
    }

    /// How many records the whole list has, counted only when asked for. Of each type, 1,000 records
    /// that have all the words are listed, and where there are fewer, 1,000 that have any; where there may be more,
    /// `totalCountIsExact` is false.
    async fn total_count(&self, context: &Context<'_>) -> ApiResult<u32> {
        Ok(self.length(context).await?.listed)
    }

    /// Whether `totalCount` is the number of all records that have any of the words, or there may be more.
    async fn total_count_is_exact(&self, context: &Context<'_>) -> ApiResult<bool> {
        Ok(self.length(context).await?.is_exact)
    }
}

impl SearchConnection {
    async fn length(&self, context: &Context<'_>) -> ApiResult<Length> {
        match loader(context).load_one(LengthOf(self.hits.clone())).await? {
            Some(length) => Ok(length),
            None => Err(ApiError::internal(&"the length of a search was asked for and not answered")),
        }
    }
}

#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// Records that have any of the words in their titles, summaries, names or claims, best first;
    /// those that have all of them come before the others. Write "several words" in quotation marks
    /// for a phrase, `or` between alternatives, and a minus before a word that must not be there: then
    /// all the others must. Case and accents do not matter; English words are found by their
    /// stem, "crossings" for "crossing", words of other languages as they are written.
    #[allow(clippy::too_many_arguments, reason = "they are the arguments of the field")]
    async fn search(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to look for, of at most 1,000 characters.")] text: String,
        #[graphql(desc = "Only these types; all when left out.")] types: Option<Vec<SearchableType>>,
        #[graphql(
            desc = "The language of the words, BCP 47: \"fr\". Articles in that language are then found by its stems, too, where Postgres knows them."
        )]
        language: Option<String>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<SearchConnection> {
        let types = types.unwrap_or_else(|| <SearchableType as sea_orm::Iterable>::iter().collect());
        let types = words(Some(types), |word| word.to_value()).unwrap_or_default();
        let hits = Hits { text: asked_text(text, "text")?, language, types };
        let page = page_of(context, Uuid::nil(), &hits, Paging { first, after, last, before }).await?;
        let edges = page.rows.iter().map(async |row| {
            let node = record(context, &row.record).await?;
            Ok::<_, ApiError>(node.map(|node| SearchEdge {
                cursor: cursor(&row.keyset),
                node,
                score: row.record.score,
                highlights: HighlightsOf {
                    text: hits.text.clone(),
                    language: hits.language.clone(),
                    record: row.record.id,
                },
            }))
        });
        // One that was deleted since it was found is none.
        let edges = try_join_all(edges).await?.into_iter().flatten().collect();
        Ok(SearchConnection { edges, has_previous: page.has_previous, has_next: page.has_next, hits })
    }
}

async fn record(context: &Context<'_>, hit: &entity::Model) -> ApiResult<Option<SearchHit>> {
    let id = Some(hit.id);
    Ok(match hit.record_type {
        SearchableType::Event => find(context, id).await?.map(SearchHit::Event),
        SearchableType::Article => find(context, id).await?.map(SearchHit::Article),
        SearchableType::Actor => find(context, id).await?.map(SearchHit::Actor),
        SearchableType::Location => find(context, id).await?.map(SearchHit::Location),
        SearchableType::Source => find(context, id).await?.map(SearchHit::Source),
        SearchableType::Claim => find(context, id).await?.map(SearchHit::Claim),
    })
}
