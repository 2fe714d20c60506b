//! Writing articles.

use async_graphql::{ID, InputObject};
use serde::Serialize;

use super::graphql::{Article, ArticleRef};
use super::vocabulary::DerivationKind;
use crate::extent::graphql::WrittenExtent;
use crate::graphql::scalar::Url;
use crate::location::graphql::LocationRef;
use crate::source::graphql::SourceRef;
use crate::writing::RecordType;
use crate::writing::mutation::{record_inputs, record_mutations};

static ARTICLE: RecordType = RecordType { table: "article", line: "article", new_ids: &["id"] };

/// What an article comes from: an article or a source.
#[derive(InputObject, Serialize)]
pub struct DerivationInput {
    /// How it comes from there.
    kind: DerivationKind,
    /// The article that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<ArticleRef>,
    /// The source that it comes from, where no article is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceRef>,
}

record_inputs! {
    /// An article as it is written: whole. What is left out is unknown. Its text is never stored.
    ArticleInput,
    /// What changes in an article.
    UpdateArticleInput,
    identity {
        /// Its id, where the client chooses one; else it is given one.
        id: ID,
        /// The slug of the dataset it comes from.
        dataset: String,
        /// Its own key in that dataset. Its id follows from both.
        external_id: String,
    }
    required {
        /// Where it was published.
        source: SourceRef,
        /// Its title, or a label where it prints none.
        title: String,
    }
    optional {
        /// Its address. No two articles have the same.
        url: Url,
        /// Whether the article prints the title; true when left out. False: it is an editor's label.
        title_given: bool,
        /// Who wrote it.
        author: String,
        /// When it was published.
        published: WrittenExtent,
        /// How the time of its publication is known.
        published_note: String,
        /// Its language, a tag of BCP 47.
        language: String,
        /// The place of its dateline.
        dateline: LocationRef,
        /// What it says, in one's own words.
        summary: String,
        /// SHA-256 of its text, 64 hexadecimal digits.
        content_hash: String,
        /// What it comes from.
        derived_from: Vec<DerivationInput>,
    }
}

record_mutations! {
    ArticleMutation: Article, ArticleInput, UpdateArticleInput, ARTICLE;
    /// Makes an article.
    create_article;
    /// Changes an article.
    update_article;
    /// Deletes an article. One that others still refer to, such as reports and claims, is kept: then the answer is the error `CONFLICT`, and
    /// names them.
    delete_article;
    /// Makes articles, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, or its dataset and external id, the first of these that is given, else
    /// by its url.
    upsert_articles;
}
