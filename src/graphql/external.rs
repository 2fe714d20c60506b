//! Finding one record by what people and scripts call it: id, slug, or the key of its dataset.

use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject};
use sea_orm::EntityTrait;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Query, SelectStatement};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{ApiError, ApiResult, ApiType, find, whole};
use crate::dataset;
use crate::read::{Order, OrderKey, Relation, column};

/// A record by its own key in a dataset.
#[derive(InputObject, Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExternalIdInput {
    /// The dataset's slug.
    pub dataset: String,
    /// The record's key in that dataset.
    pub external_id: String,
}

/// The record of `T` that one of the keys names; exactly one must be given, or an error lists
/// `keys`. `named` is a column with what must stand in it: a slug, an article's url.
pub async fn by_key<T: ApiType>(
    context: &Context<'_>,
    id: Option<ID>,
    named: Option<(&'static str, String)>,
    external: Option<ExternalIdInput>,
    keys: &str,
) -> ApiResult<Option<T>> {
    let key = match (id, named, external) {
        // What is no UUID is no record's id.
        (Some(id), None, None) => return find(context, Uuid::parse_str(&id).ok()).await,
        (None, Some((column, value)), None) => Key::Named(column, value),
        (None, None, Some(external)) => Key::External(external),
        _ => return Err(ApiError::BadUserInput(format!("Give exactly one of {keys}."))),
    };
    let found = whole::<T, _>(context, Uuid::nil(), Keyed::<T::Table> { key, table: PhantomData }).await?;
    Ok(found.into_iter().next())
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Named(&'static str, String),
    External(ExternalIdInput),
}

/// The one record that a key names, as a list.
struct Keyed<E> {
    key: Key,
    table: PhantomData<fn() -> E>,
}

// Derived, these would ask the same of `E`, which is only a name.
impl<E> Clone for Keyed<E> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), table: PhantomData }
    }
}
impl<E> PartialEq for Keyed<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl<E> Eq for Keyed<E> {}
impl<E> Hash for Keyed<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl<E: EntityTrait<Model: DeserializeOwned + Send + Sync>> Relation for Keyed<E> {
    type Child = E;
    const ORDER: Order = Order { key: "0::bigint", kind: OrderKey::Number, descending: false };

    fn children(&self, _: Expr) -> SelectStatement {
        let mut found = Query::select().from(E::default()).take();
        match &self.key {
            Key::Named(name, value) => found.and_where(column(E::default(), name).eq(value.as_str())),
            Key::External(external) => external.narrow(&mut found, E::default()),
        };
        found
    }
}

/// A record that another is asked for by: by one of its keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RecordRef {
    /// Its id; none when what was given is no id of any record.
    Id(Option<Uuid>),
    /// Its slug.
    Slug(String),
    /// Its key in a dataset.
    External(ExternalIdInput),
}

impl RecordRef {
    /// The condition that `id` is that of any of these records of the table `E`.
    pub fn any<E: EntityTrait>(records: &[Self], table: E, id: &Expr) -> Condition {
        let mut any = Cond::any().add(Expr::val(false));
        for record in records {
            let mut ids = Query::select().expr(column(table, "id")).from(table).take();
            any = any.add(match record {
                Self::Id(Some(given)) => id.clone().eq(*given),
                Self::Id(None) => Expr::val(false),
                Self::Slug(slug) => {
                    ids.and_where(column(table, "slug").eq(slug.as_str()));
                    id.clone().in_subquery(ids)
                }
                Self::External(external) => {
                    external.narrow(&mut ids, table);
                    id.clone().in_subquery(ids)
                }
            });
        }
        any
    }
}

/// Defines the input by which a record of one kind is named.
macro_rules! record_ref {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        #[derive(async_graphql::OneofObject, Clone, Debug)]
        pub enum $name {
            /// Its id.
            Id(async_graphql::ID),
            /// Its slug.
            Slug(String),
            /// Its key in a dataset.
            External($crate::graphql::ExternalIdInput),
        }

        impl From<$name> for $crate::graphql::RecordRef {
            fn from(named: $name) -> Self {
                match named {
                    // What is no UUID is no record's id.
                    $name::Id(id) => Self::Id(uuid::Uuid::parse_str(&id).ok()),
                    $name::Slug(slug) => Self::Slug(slug),
                    $name::External(external) => Self::External(external),
                }
            }
        }
    };
}

pub(crate) use record_ref;

impl ExternalIdInput {
    /// Narrows a statement over the table `E` to the records with this key.
    pub fn narrow<'a, E: EntityTrait>(
        &self,
        statement: &'a mut SelectStatement,
        table: E,
    ) -> &'a mut SelectStatement {
        statement
            .inner_join(
                dataset::entity::Entity,
                column(dataset::entity::Entity, "id").eq(column(table, "dataset_id")),
            )
            .and_where(column(dataset::entity::Entity, "slug").eq(self.dataset.as_str()))
            .and_where(column(table, "external_id").eq(self.external_id.as_str()))
    }
}
