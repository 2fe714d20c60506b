//! Articles in the API.

use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use super::loader::{ClaimsOfArticle, Derivations, EventsOfArticle, ReportsOfArticle};
use super::query::Articles;
use super::vocabulary::DerivationKind;
use super::{article_derivation, entity};
use crate::claim::graphql::{Claim, ClaimFilter};
use crate::event::graphql::Event;
use crate::extent::graphql::{ExtentObject, TimeRangeInput};
use crate::graphql::scalar::Url;
use crate::graphql::{
    ApiResult, Bookkeeping, Connection, ExternalIdInput, Paging, api_type, by_key, connection, ids,
    record_type, refer, require, whole,
};
use crate::location::graphql::Location;
use crate::report::graphql::Report;
use crate::source::graphql::Source;

record_type!(Article, entity);

/// One published document. Its text is never stored.
#[Object]
impl Article {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// Its title, or an editor's label when it prints none: `titleGiven` says which.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Whether the article prints that title; false when it is an editor's label.
    async fn title_given(&self) -> bool {
        self.0.title_given
    }

    /// Where it stands; null when unknown.
    async fn url(&self) -> Option<Url> {
        self.0.url.as_ref().map(Url::from)
    }

    /// The author as printed; null when none is.
    async fn author(&self) -> Option<&str> {
        self.0.author.as_deref()
    }

    /// When it was published, as exactly as is known; null when nobody can date it.
    async fn published(&self) -> Option<ExtentObject> {
        self.0.published().map(ExtentObject::from)
    }

    /// How the time of publication was inferred; null when the article prints it.
    async fn published_note(&self) -> Option<&str> {
        self.0.published_note.as_deref()
    }

    /// Its language, BCP 47: "en"; null when unknown.
    async fn language(&self) -> Option<&str> {
        self.0.language.as_deref()
    }

    /// What it says, in the editors' own words; null when nobody has summed it up.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// The place its dateline names; null when it has none.
    async fn dateline(&self, context: &Context<'_>) -> Option<ApiResult<Location>> {
        refer(context, self.0.dateline_id).await
    }

    /// Who published it.
    async fn source(&self, context: &Context<'_>) -> ApiResult<Source> {
        require(context, self.0.source_id).await
    }

    /// What it comes from: other articles, or sources where no article is known.
    async fn derived_from(&self, context: &Context<'_>) -> ApiResult<Vec<ArticleDerivation>> {
        whole(context, self.0.id, Derivations).await
    }

    /// What it reports, the main thing first.
    async fn reports(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Report>> {
        connection(context, self.0.id, ReportsOfArticle, Paging { first, after, last, before }).await
    }

    /// The events it reports, latest start first.
    async fn events(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Event>> {
        connection(context, self.0.id, EventsOfArticle, Paging { first, after, last, before }).await
    }

    /// The claims that stand in it, in the order of recording.
    async fn claims(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which claims; live ones when left out.")] filter: Option<ClaimFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Claim>> {
        let claims = ClaimsOfArticle(ClaimFilter::read(filter));
        connection(context, self.0.id, claims, Paging { first, after, last, before }).await
    }
}

api_type!(ArticleDerivation, article_derivation);

/// What an article comes from: exactly one of an article and a source.
#[Object]
impl ArticleDerivation {
    /// How it comes from it.
    async fn kind(&self) -> DerivationKind {
        self.0.kind
    }

    /// The article it comes from; null when only the source is known.
    async fn article(&self, context: &Context<'_>) -> Option<ApiResult<Article>> {
        refer(context, self.0.from_article_id).await
    }

    /// The source it comes from; null when the article itself is known.
    async fn source(&self, context: &Context<'_>) -> Option<ApiResult<Source>> {
        refer(context, self.0.from_source_id).await
    }
}

/// Which articles. All that is given must hold; a list means any of it.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ArticleFilter {
    /// Any of these ids.
    id: Option<Vec<ID>>,
    /// Possibly published in this range of time. Articles that nobody can date are left out.
    published: Option<TimeRangeInput>,
}

#[derive(Default)]
pub struct ArticleQuery;

#[Object]
impl ArticleQuery {
    /// One article, by exactly one of its keys; null when there is none.
    async fn article(
        &self,
        context: &Context<'_>,
        id: Option<ID>,
        url: Option<Url>,
        external: Option<ExternalIdInput>,
    ) -> ApiResult<Option<Article>> {
        by_key(context, id, url.map(|url| ("url", url.0)), external, "`id`, `url` and `external`").await
    }

    /// Articles, latest first; those that nobody can date come last.
    async fn articles(
        &self,
        context: &Context<'_>,
        filter: Option<ArticleFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Article>> {
        let filter = filter.unwrap_or_default();
        let published = filter.published.map(|range| range.during()).transpose()?;
        let articles = Articles { ids: filter.id.as_deref().map(ids), published };
        connection(context, Uuid::nil(), articles, Paging { first, after, last, before }).await
    }
}
