//! Reading statistics: a question of the level that asks for it, whichever way it is answered.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::{Expr, Query};
use serde::Deserialize;
use uuid::Uuid;

use super::question::{Bucket, Question};
use super::rollup::Known;
use super::{live, rollup};
use crate::db::{DatabaseError, Reading};
use crate::graphql::RecordRef;
use crate::location::entity::Entity as Location;
use crate::location::vocabulary::LocationKind;
use crate::read::column;

/// The key of the buckets that answer a question.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BucketsOf(pub Arc<Question>);

impl Loader<BucketsOf> for Reading {
    type Value = Arc<Vec<Bucket>>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[BucketsOf]) -> Result<HashMap<BucketsOf, Self::Value>, DatabaseError> {
        let asked = keys.iter().map(async |key| {
            // The sums are of all records, whoever may see them.
            let statement = match rollup::known(&key.0).filter(|_| !self.is_restricted()) {
                Some(known) => self.summed(&key.0, &known).await?,
                None => live::statement(&key.0),
            };
            let buckets: Vec<Bucket> = self.facts(statement).await?;
            Ok::<_, DatabaseError>((key.clone(), Arc::new(buckets)))
        });
        Ok(futures_util::future::try_join_all(asked).await?.into_iter().collect())
    }
}

impl Reading {
    /// The statement that reads the sums, where these know the place that is asked for.
    async fn summed(&self, question: &Question, known: &Known) -> Result<Expr, DatabaseError> {
        let Some(place) = &known.within else { return Ok(rollup::statement(question, known, None)) };
        let place = self.country(place).await?;
        Ok(match place {
            Some(country) => rollup::statement(question, known, Some(country)),
            None => live::statement(question),
        })
    }

    /// The id of a place that is a country.
    async fn country(&self, place: &RecordRef) -> Result<Option<Uuid>, DatabaseError> {
        #[derive(Deserialize)]
        struct Found {
            id: Uuid,
            kind: LocationKind,
        }
        let id = column(Location, "id");
        let place = Query::select()
            .expr(id.clone())
            .expr(column(Location, "kind"))
            .from(Location)
            .cond_where(RecordRef::any(std::slice::from_ref(place), Location, &id))
            .take();
        let found: Vec<Found> = self.ask(place).await?;
        Ok(found.into_iter().find(|place| place.kind == LocationKind::Country).map(|place| place.id))
    }
}
