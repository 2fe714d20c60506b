//! All records of a table that a filter leaves, in an order: the one list that every room has.

use sea_orm::EntityTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use serde::de::DeserializeOwned;

use super::{Criterion, Filter};
use crate::read::{Order, Relation, Strand};
use crate::search::words::Words;

/// Conditions on records that are listed by themselves.
pub trait Listed: Criterion {
    /// The table of the records.
    type Record: EntityTrait<Model: DeserializeOwned + Send + Sync>;

    /// What they are ordered by when nobody asks for another order.
    const ORDER: Order;

    /// The statement that finds those that a filter leaves, as [`Relation::children`] gives it.
    fn found(filter: &Filter<Self>, _order: &Order) -> SelectStatement {
        let mut records = Query::select().from(Self::Record::default()).take();
        filter.narrow(&mut records);
        records
    }

    /// The same list in strands, as [`Relation::strands`] gives them.
    fn strands(_filter: &Filter<Self>, _order: &Order) -> Vec<Strand> {
        Vec::new()
    }

    /// The words that it asks for, where the table has an index of words.
    fn words_mut(&mut self) -> Option<&mut Words> {
        None
    }
}

/// All records that a filter leaves, in an order.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Records<C> {
    /// Which.
    pub filter: Filter<C>,
    /// In which order.
    pub order: Order,
}

impl<C: Listed> Relation for Records<C> {
    type Child = C::Record;
    const ORDER: Order = C::ORDER;

    fn order(&self) -> Order {
        self.order
    }

    fn children(&self, _: Expr) -> SelectStatement {
        C::found(&self.filter, &self.order)
    }

    fn strands(&self, _: Expr) -> Vec<Strand> {
        let strands = |filter: &Filter<C>| C::strands(filter, &self.order);
        // What is in the order of scores was found by its words already.
        if self.order.asked.is_some() {
            return strands(&self.filter);
        }
        by_words(&self.filter, |filter| or_whole(strands(filter), || C::found(filter, &self.order)))
            .unwrap_or_else(|| strands(&self.filter))
    }
}

/// Strands of which there is at least one: the whole, where there are none.
pub fn or_whole(strands: Vec<Strand>, whole: impl FnOnce() -> SelectStatement) -> Vec<Strand> {
    if strands.is_empty() { vec![Strand::of(whole())] } else { strands }
}

/// Where all records must have some words: what strands there are where few have them, and what where
/// many do; none where no words are asked for. Postgres finds which it is when it runs: the part that
/// does not apply is not begun.
///
/// The planner cannot know: it takes words as independent, and would read all records in order for
/// words that never stand together.
pub fn by_words<C: Listed>(
    filter: &Filter<C>,
    strands: impl Fn(&Filter<C>) -> Vec<Strand>,
) -> Option<Vec<Strand>> {
    let mut among_few = filter.clone();
    let few = among_few.criteria_mut().find_map(C::words_mut)?.lead();
    let when = |strands: Vec<Strand>, holds: Expr| {
        strands.into_iter().map(move |mut strand| {
            strand.statement.and_where(holds.clone());
            strand
        })
    };
    let where_few = when(strands(&among_few), few.clone());
    Some(where_few.chain(when(strands(filter), few.not())).collect())
}
