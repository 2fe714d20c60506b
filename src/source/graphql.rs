//! Sources in the API.

use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use super::entity;
use super::loader::ArticlesOfSource;
use super::query::Sources;
use super::vocabulary::SourceKind;
use crate::article::graphql::Article;
use crate::graphql::scalar::{CountryCode, Url};
use crate::graphql::{
    ApiResult, Bookkeeping, Connection, ExternalIdInput, Paging, by_key, connection, ids, record_ref,
    record_type, whole, words,
};
use crate::naming::graphql::{Identifier, Name};
use crate::naming::loader::{Identifiers, Names, Owner};

record_type!(Source, entity);

/// An outlet or body that publishes.
#[Object]
impl Source {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
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
    /// Any of these ids.
    id: Option<Vec<ID>>,
    /// Any of these slugs.
    slug: Option<Vec<String>>,
    /// Any of these kinds.
    kind: Option<Vec<SourceKind>>,
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

    /// Sources, by name.
    async fn sources(
        &self,
        context: &Context<'_>,
        filter: Option<SourceFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Source>> {
        let filter = filter.unwrap_or_default();
        let sources = Sources {
            ids: filter.id.as_deref().map(ids),
            slugs: filter.slug,
            kinds: words(filter.kind, SourceKind::word),
        };
        connection(context, Uuid::nil(), sources, Paging { first, after, last, before }).await
    }
}
