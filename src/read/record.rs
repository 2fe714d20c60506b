//! A record by its id: one query for all that a level asks for of one table.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::EntityTrait;
use sea_orm::sea_query::extension::postgres::PgExpr;
use sea_orm::sea_query::{Alias, Expr, Query};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::relation::select_columns;
use crate::db::{DatabaseError, Reading};

/// The key of one record of the table `E`.
pub struct ById<E> {
    id: Uuid,
    table: PhantomData<fn() -> E>,
}

impl<E> ById<E> {
    /// The record of the table `E` whose id is `id`.
    #[must_use]
    pub fn new(id: Uuid) -> Self {
        Self { id, table: PhantomData }
    }
}

// Derived, these would ask the same of `E`, which is only a name.
impl<E> Clone for ById<E> {
    fn clone(&self) -> Self {
        Self::new(self.id)
    }
}
impl<E> PartialEq for ById<E> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl<E> Eq for ById<E> {}
impl<E> Hash for ById<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<E> Loader<ById<E>> for Reading
where
    E: EntityTrait,
    E::Model: DeserializeOwned + Send + Sync,
{
    type Value = Arc<E::Model>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[ById<E>]) -> Result<HashMap<ById<E>, Self::Value>, DatabaseError> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.id).collect();
        let id = Expr::col((E::default(), Alias::new("id")));
        let mut records = Query::select().expr(id.clone()).from(E::default()).take();
        select_columns::<E>(&mut records, self.columns());
        records.and_where(id.eq_any(ids));
        let found: Vec<Found<E::Model>> = self.records(records).await?;
        Ok(found.into_iter().map(|found| (ById::new(found.id), Arc::new(found.record))).collect())
    }
}

/// A record with its id.
#[derive(Deserialize)]
struct Found<M> {
    id: Uuid,
    record: M,
}
