//! Reports in the API.

use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use super::entity;
use super::loader::ClosuresOfReport;
use super::query::Reports;
use super::vocabulary::Relevance;
use crate::article::graphql::Article;
use crate::closure::graphql::Closure;
use crate::event::graphql::Event;
use crate::graphql::{
    ApiResult, Bookkeeping, Connection, Paging, by_key, connection, ids, record_type, refer, refs, require,
    whole, words,
};
use crate::source::graphql::{Source, SourceRef};

record_type!(Report, entity);

/// An article reports an event. Where a dataset names no article, a source does, or a citation.
#[Object]
impl Report {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// The article that reports; null when only a source or a citation is known.
    async fn article(&self, context: &Context<'_>) -> Option<ApiResult<Article>> {
        refer(context, self.0.article_id).await
    }

    /// The source that reports, when no article is known; null otherwise: ask the article.
    async fn source(&self, context: &Context<'_>) -> Option<ApiResult<Source>> {
        refer(context, self.0.source_id).await
    }

    /// The citation as its dataset prints it, when no source can be told; null otherwise.
    async fn citation(&self) -> Option<&str> {
        self.0.citation.as_deref()
    }

    /// The event that is reported.
    async fn event(&self, context: &Context<'_>) -> ApiResult<Event> {
        require(context, self.0.event_id).await
    }

    /// The closures it speaks for: those it names, or all that the event closes when it names none.
    async fn closures(&self, context: &Context<'_>) -> ApiResult<Vec<Closure>> {
        whole(context, self.0.id, ClosuresOfReport).await
    }

    /// How much of the article the event is.
    async fn relevance(&self) -> Relevance {
        self.0.relevance
    }

    /// Where in the article: a paragraph or a range of characters; null when nobody says.
    async fn locator(&self) -> Option<&str> {
        self.0.locator.as_deref()
    }

    /// How sure its dataset is, from 0 to 1; null when it does not say.
    async fn confidence(&self) -> Option<f64> {
        self.0.confidence
    }
}

/// Which reports. All that is given must hold; a list means any of it.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ReportFilter {
    /// Of any of these events.
    event: Option<Vec<ID>>,
    /// By any of these articles.
    article: Option<Vec<ID>>,
    /// Of any of these sources, in an article or without.
    source: Option<Vec<SourceRef>>,
    /// Of any of these relevances.
    relevance: Option<Vec<Relevance>>,
}

#[derive(Default)]
pub struct ReportQuery;

#[Object]
impl ReportQuery {
    /// One report by its id; null when there is none.
    async fn report(&self, context: &Context<'_>, id: ID) -> ApiResult<Option<Report>> {
        by_key(context, Some(id), None, None, "`id`").await
    }

    /// Reports, in the order of recording.
    async fn reports(
        &self,
        context: &Context<'_>,
        filter: Option<ReportFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Report>> {
        let filter = filter.unwrap_or_default();
        let reports = Reports {
            events: filter.event.as_deref().map(ids),
            articles: filter.article.as_deref().map(ids),
            sources: filter.source.map(refs),
            relevances: words(filter.relevance, Relevance::word),
        };
        connection(context, Uuid::nil(), reports, Paging { first, after, last, before }).await
    }
}
