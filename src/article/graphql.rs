//! Articles in the API.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use uuid::Uuid;

use super::loader::{ClaimsOfArticle, Derivations, EventsOfArticle, ReportsOfArticle};
use super::query::{ArticleCriterion, BY_RECORDED, LATEST_FIRST};
use super::vocabulary::DerivationKind;
use super::{article_derivation, entity};
use crate::claim::graphql::{Claim, ClaimFilter};
use crate::event::graphql::Event;
use crate::extent::graphql::{ExtentObject, TimeRangeInput};
use crate::filter::{self, Branches, Fields, FilterInput, OfRecord, Records};
use crate::graphql::scalar::Url;
use crate::graphql::{
    ApiResult, Bookkeeping, Connection, ExternalIdInput, OrderDirection, Paging, api_type, asked_text,
    by_key, connection, record_ref_without_slug, record_type, refer, refs, require, whole,
};
use crate::location::graphql::Location;
use crate::merging::graphql::MergedRecord;
use crate::merging::loader::MergedFrom;
use crate::read::Order;
use crate::report::graphql::Report;
use crate::search::vocabulary::SearchableType;
use crate::search::words::Words;
use crate::source::graphql::{Source, SourceRef};

record_type!(Article, entity);

/// One published document. Its text is never stored.
#[Object]
impl Article {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// What was merged into this article, in the order of merging: its ids, slugs and keys lead here.
    async fn merged_from(&self, context: &Context<'_>) -> ApiResult<Vec<MergedRecord>> {
        whole(context, self.0.id, MergedFrom { column: "article_id" }).await
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
        #[graphql(desc = "Which claims; live ones when left out.")] filter: Option<Box<ClaimFilter>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Claim>> {
        let claims = ClaimsOfArticle(ClaimFilter::read(filter)?);
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
    /// All of these must hold.
    and: Option<Vec<ArticleFilter>>,
    /// Any of these must hold.
    or: Option<Vec<ArticleFilter>>,
    /// This must not hold: every article that it would not give.
    not: Option<Box<ArticleFilter>>,
    #[graphql(flatten)]
    record: OfRecord,
    /// Published by any of these sources.
    source: Option<Vec<SourceRef>>,
    /// Possibly published in this range of time. Articles that nobody can date are left out.
    published: Option<TimeRangeInput>,
    /// With all these words in title or summary, as `search` reads them: English words by their stem,
    /// without case and accents; "words in quotes" side by side, `or` between alternatives, a word after
    /// a minus not at all. At most 1,000 characters.
    text: Option<String>,
}

impl FilterInput for ArticleFilter {
    type Criterion = ArticleCriterion;

    fn branches(&mut self) -> Branches<Self> {
        Branches { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn fields(self, fields: &mut Fields<ArticleCriterion>) -> ApiResult<()> {
        self.record.add_to(fields)?;
        fields.list("source", self.source, |sources| ArticleCriterion::Source(refs(sources)))?;
        fields.check("published", self.published, |range, path| {
            Ok(ArticleCriterion::Published(range.during(path)?))
        })?;
        fields.check("text", self.text, |text, path| {
            Ok(ArticleCriterion::Text(Words::new(SearchableType::Article, asked_text(text, path)?)))
        })
    }
}

/// What articles can be ordered by. Ties are settled by id.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleOrderField {
    /// The earliest moment they can have been published; unknown ones before all others.
    Published,
    /// When they were recorded here.
    Recorded,
}

/// An order of articles.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct ArticleOrder {
    /// What to order by.
    field: ArticleOrderField,
    /// Which end comes first.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl ArticleOrder {
    fn read(given: Option<Self>) -> Order {
        match given {
            None => LATEST_FIRST,
            Some(Self { field: ArticleOrderField::Published, direction }) => direction.of(LATEST_FIRST),
            Some(Self { field: ArticleOrderField::Recorded, direction }) => direction.of(BY_RECORDED),
        }
    }
}

record_ref_without_slug! {
    /// An article, by one of its keys.
    ArticleRef
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

    /// Articles, latest first unless another order is asked for; those that nobody can date come last.
    async fn articles(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which articles; all when left out.")] filter: Option<ArticleFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<ArticleOrder>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Article>> {
        let articles = Records { filter: filter::read(filter)?, order: ArticleOrder::read(order_by) };
        connection(context, Uuid::nil(), articles, Paging { first, after, last, before }).await
    }
}
