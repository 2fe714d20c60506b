//! Finding one record by what people and scripts call it: id, slug, or the key of its dataset.

use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use async_graphql::{Context, ID, InputObject};
use sea_orm::EntityTrait;
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Query, SelectStatement, UnionType};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{ApiError, ApiResult, ApiType, find, whole};
use crate::dataset;
use crate::merging::graphql::MergedRecord;
use crate::merging::loader::MergedAs;
use crate::merging::{entity, keys};
use crate::read::{Order, OrderKey, Relation, column};

/// A record by its own key in a dataset.
#[derive(InputObject, Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
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
        (Some(id), None, None) => {
            // What is no UUID is no record's id.
            let Ok(id) = Uuid::parse_str(&id) else { return Ok(None) };
            let found = find(context, Some(id)).await?;
            return match keys::merged_type(T::Table::default()) {
                Some(_) if found.is_none() => find(context, merged_into(context, id).await?).await,
                _ => Ok(found),
            };
        }
        (None, Some((column, value)), None) => Key::Named(column, value),
        (None, None, Some(external)) => Key::External(external),
        _ => return Err(ApiError::BadUserInput(format!("Give exactly one of {keys}."))),
    };
    let keyed = Keyed::<T::Table> { key: key.clone(), table: PhantomData };
    let found = whole::<T, _>(context, Uuid::nil(), keyed).await?.into_iter().next();
    match (found, keys::merged_type(T::Table::default())) {
        (None, Some(record_type)) => {
            let merged = whole::<MergedRecord, _>(context, Uuid::nil(), LedTo { record_type, key }).await?;
            find(context, merged.first().map(|merged| merged.0.into_id)).await
        }
        (found, _) => Ok(found),
    }
}

/// The id of the record that one with this id has become part of; none where it was not merged.
pub async fn merged_into(context: &Context<'_>, id: Uuid) -> ApiResult<Option<Uuid>> {
    let merged = whole::<MergedRecord, _>(context, id, MergedAs).await?;
    Ok(merged.first().map(|merged| merged.0.into_id))
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
    const ORDER: Order = Order::ascending(OrderKey::Number, "0::bigint");

    fn children(&self, _: Expr) -> SelectStatement {
        let mut found = Query::select().from(E::default()).take();
        match &self.key {
            Key::Named(name, value) => found.and_where(column(E::default(), name).eq(value.as_str())),
            Key::External(external) => external.narrow(&mut found, E::default()),
        };
        found
    }
}

/// What was merged, of one type, and had a key, as a list of one at most.
#[derive(Clone, PartialEq, Eq, Hash)]
struct LedTo {
    record_type: &'static str,
    key: Key,
}

impl Relation for LedTo {
    type Child = entity::Entity;
    const ORDER: Order = Order::ascending(OrderKey::Number, "0::bigint");

    fn children(&self, _: Expr) -> SelectStatement {
        let merged = entity::Entity;
        let mut found = Query::select().from(merged).take();
        found.and_where(column(merged, "record_type").eq(self.record_type));
        match &self.key {
            Key::Named(name, value) => found.and_where(column(merged, name).eq(value.as_str())),
            Key::External(external) => external.narrow(&mut found, merged),
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
    /// The id of the record of the table `E`, as an expression; null when there is none.
    pub fn id<E: EntityTrait>(&self, table: E) -> Expr {
        let merged_type = keys::merged_type(table);
        match (self, merged_type) {
            (Self::Id(Some(id)), None) => Expr::val(*id),
            (Self::Id(Some(id)), Some(_)) => keys::here(*id),
            // Typed, so that it can stand wherever an id can.
            (Self::Id(None), _) => Expr::cust("null::uuid"),
            (named, None) => Expr::from(Self::there(std::slice::from_ref(named), table)),
            (named, Some(merged_type)) => {
                let there = Self::there(std::slice::from_ref(named), table);
                let merged = match named {
                    Self::External(external) => {
                        keys::by_external(merged_type, std::slice::from_ref(external))
                    }
                    Self::Slug(slug) => keys::by_slug(merged_type, std::slice::from_ref(slug)),
                    Self::Id(_) => return Expr::from(there),
                };
                keys::first_of(there, merged)
            }
        }
    }

    /// The ids of these records of the table `E`, and of those that they have become part of. The text does
    /// not depend on how many there are.
    pub fn ids<E: EntityTrait>(records: &[Self], table: E) -> SelectStatement {
        let mut found = Self::there(records, table);
        let Some(merged_type) = keys::merged_type(table) else { return found };
        let (ids, slugs, external) = Self::apart(records);
        let merged = [
            (!ids.is_empty()).then(|| keys::by_id(&ids)),
            (!slugs.is_empty()).then(|| keys::by_slug(merged_type, &slugs)),
            (!external.is_empty()).then(|| keys::by_external(merged_type, &external)),
        ];
        for merged in merged.into_iter().flatten() {
            found.union(UnionType::Distinct, merged);
        }
        found
    }

    /// The ids, the slugs and the keys in datasets among these.
    fn apart(records: &[Self]) -> (Vec<Uuid>, Vec<String>, Vec<ExternalIdInput>) {
        let (mut ids, mut slugs, mut external) = (Vec::new(), Vec::new(), Vec::new());
        for record in records {
            match record {
                Self::Id(id) => ids.extend(*id),
                Self::Slug(slug) => slugs.push(slug.clone()),
                Self::External(key) => external.push(key.clone()),
            }
        }
        (ids, slugs, external)
    }

    /// The ids of these records of the table `E` that are there by themselves.
    fn there<E: EntityTrait>(records: &[Self], table: E) -> SelectStatement {
        let (ids, slugs, external) = Self::apart(records);
        let (datasets, keys): (Vec<_>, Vec<_>) =
            external.into_iter().map(|key| (key.dataset, key.external_id)).unzip();
        let all = || Query::select().expr(column(table, "id")).from(table).take();
        let mut found = all();
        found.and_where(column(table, "id").eq_any(ids.clone()));
        let named = |name: &'static str, values: Vec<String>| {
            let mut named = all();
            // One is not a list, so that Postgres knows that it finds one record.
            match <[String; 1]>::try_from(values) {
                Ok([one]) => named.and_where(column(table, name).eq(one)),
                Err(many) => named.and_where(column(table, name).eq_any(many)),
            };
            named
        };
        let mut others = Vec::new();
        if !slugs.is_empty() {
            others.push(named("slug", slugs));
        }
        if !keys.is_empty() {
            let mut external = all();
            external
                .inner_join(
                    dataset::entity::Entity,
                    column(dataset::entity::Entity, "id").eq(column(table, "dataset_id")),
                )
                .and_where(Expr::cust_with_exprs(
                    "($1, $2) in (select * from unnest($3, $4))",
                    [
                        Expr::cust("dataset.slug::text"),
                        column(table, "external_id"),
                        Expr::val(datasets),
                        Expr::val(keys),
                    ],
                ));
            others.push(external);
        }
        if ids.is_empty() && !others.is_empty() {
            found = others.remove(0);
        }
        for other in others {
            found.union(UnionType::Distinct, other);
        }
        found
    }

    /// The condition that `id` is that of any of these records of the table `E`.
    pub fn any<E: EntityTrait>(records: &[Self], table: E, id: &Expr) -> Condition {
        Cond::all().add(match records {
            [one] => id.clone().eq(one.id(table)),
            many => id.clone().in_subquery(Self::ids(many, table)),
        })
    }
}

/// The records that these inputs name.
pub fn refs<R: Into<RecordRef>>(named: Vec<R>) -> Vec<RecordRef> {
    named.into_iter().map(Into::into).collect()
}

/// Defines the input by which a record of one kind is named that has no slug.
macro_rules! record_ref_without_slug {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        #[derive(async_graphql::OneofObject, Clone, Debug)]
        pub enum $name {
            /// Its id.
            Id(async_graphql::ID),
            /// Its key in a dataset.
            External($crate::graphql::ExternalIdInput),
        }

        /// As a line of the native format refers to it.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    Self::Id(id) => std::collections::BTreeMap::from([("id", id)]).serialize(serializer),
                    Self::External(external) => external.serialize(serializer),
                }
            }
        }
    };
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

        /// As a line of the native format refers to it.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    Self::Id(id) => std::collections::BTreeMap::from([("id", id)]).serialize(serializer),
                    Self::Slug(slug) => slug.serialize(serializer),
                    Self::External(external) => external.serialize(serializer),
                }
            }
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

pub(crate) use {record_ref, record_ref_without_slug};

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
