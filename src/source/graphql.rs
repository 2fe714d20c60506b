//! Sources in the API.

use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use super::entity;
use super::loader::ArticlesOfSource;
use super::query::{BY_NAME, BY_RECORDED, SourceCriterion};
use super::vocabulary::SourceKind;
use crate::article::graphql::Article;
use crate::filter::{self, Branches, Fields, FilterInput, OfRecord, RecordCriterion, Records, countries};
use crate::graphql::scalar::{CountryCode, Url};
use crate::graphql::{
    ApiResult, Bookkeeping, Connection, ExternalIdInput, NamedOrder, Paging, asked_text, by_key, connection,
    record_ref, record_type, whole, words,
};
use crate::merging::graphql::MergedRecord;
use crate::merging::loader::MergedFrom;
use crate::naming::graphql::{Identifier, Name};
use crate::naming::loader::{Identifiers, Names, Owner};
use crate::search::vocabulary::SearchableType;
use crate::search::words::Words;

record_type!(Source, entity);

/// An outlet or body that publishes.
#[Object]
impl Source {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// What was merged into this source, in the order of merging: its ids, slugs and keys lead here.
    async fn merged_from(&self, context: &Context<'_>) -> ApiResult<Vec<MergedRecord>> {
        whole(context, self.0.id, MergedFrom { column: "source_id" }).await
    }

    /// Its short public name, such as "associated-press"; null on imported records that nobody has named.
    async fn slug(&self) -> Option<&str> {
        self.0.slug.as_deref()
    }

    /// The name it goes by.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// All its names, the primary one first.
    async fn names(&self, context: &Context<'_>) -> ApiResult<Vec<Name>> {
        whole(context, self.0.id, Names(Owner::Source)).await
    }

    /// Its ids elsewhere.
    async fn identifiers(&self, context: &Context<'_>) -> ApiResult<Vec<Identifier>> {
        whole(context, self.0.id, Identifiers(Owner::Source)).await
    }

    /// What kind of outlet or body.
    async fn kind(&self) -> SourceKind {
        self.0.kind
    }

    /// Where it is based; null when unknown.
    async fn country(&self) -> Option<CountryCode> {
        self.0.country.as_ref().map(CountryCode::from)
    }

    /// Its own address; null when unknown.
    async fn homepage(&self) -> Option<Url> {
        self.0.homepage.as_ref().map(Url::from)
    }

    /// The languages it publishes in, BCP 47; empty when unknown.
    async fn languages(&self) -> &[String] {
        &self.0.languages
    }

    /// What it has published, latest first.
    async fn articles(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Article>> {
        connection(context, self.0.id, ArticlesOfSource, Paging { first, after, last, before }).await
    }
}

/// Which sources. All that is given must hold; a list means any of it.
#[derive(InputObject, Clone, Debug, Default)]
pub struct SourceFilter {
    /// All of these must hold.
    and: Option<Vec<SourceFilter>>,
    /// Any of these must hold.
    or: Option<Vec<SourceFilter>>,
    /// This must not hold: every source that it would not give.
    not: Option<Box<SourceFilter>>,
    #[graphql(flatten)]
    record: OfRecord,
    /// Any of these slugs.
    slug: Option<Vec<String>>,
    /// Any of these kinds.
    kind: Option<Vec<SourceKind>>,
    /// Based in any of these countries.
    country: Option<Vec<CountryCode>>,
    /// With all these words in one of its names; case and accents do not matter, "words in quotes" stand
    /// side by side, a word after a minus is not in it. At most 1,000 characters.
    text: Option<String>,
}

impl FilterInput for SourceFilter {
    type Criterion = SourceCriterion;

    fn branches(&mut self) -> Branches<Self> {
        Branches { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn fields(self, fields: &mut Fields<SourceCriterion>) -> ApiResult<()> {
        self.record.add_to(fields)?;
        fields.list("slug", self.slug, |slugs| RecordCriterion::Slug(slugs).into())?;
        fields.add(words(self.kind, SourceKind::word), SourceCriterion::Kind);
        fields.check("country", self.country, |codes, path| {
            Ok(SourceCriterion::Country(countries(codes, path)?))
        })?;
        fields.check("text", self.text, |text, path| {
            Ok(SourceCriterion::Text(Words::new(SearchableType::Source, asked_text(text, path)?)))
        })
    }
}

record_ref! {
    /// A source, by one of its keys.
    SourceRef
}

#[derive(Default)]
pub struct SourceQuery;

#[Object]
impl SourceQuery {
    /// One source, by exactly one of its keys; null when there is none.
    async fn source(
        &self,
        context: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
        external: Option<ExternalIdInput>,
    ) -> ApiResult<Option<Source>> {
        by_key(context, id, slug.map(|slug| ("slug", slug)), external, "`id`, `slug` and `external`").await
    }

    /// Sources, by name unless another order is asked for.
    async fn sources(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which sources; all when left out.")] filter: Option<SourceFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<NamedOrder>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Source>> {
        let order = NamedOrder::read(order_by, BY_NAME, BY_RECORDED, None)?;
        let sources = Records { filter: filter::read(filter)?, order };
        connection(context, Uuid::nil(), sources, Paging { first, after, last, before }).await
    }
}
