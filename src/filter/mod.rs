//! Filters: conditions on records, joined by and, or and not. Pure data, until they narrow a statement.
//!
//! A room says what a single condition is, its [`Criterion`]; how conditions are joined, read from
//! the API and held to their limits is said here once for all rooms.

mod input;
mod record;
mod records;

pub use input::{Branches, Fields, FilterInput, IntRange, countries, read};
pub use record::{OfRecord, RecordCriterion, datasets};
pub use records::{Listed, Records, by_words, or_whole};

use std::fmt::Debug;
use std::hash::Hash;

use sea_orm::sea_query::{Cond, Condition, Expr, SelectStatement};

/// A single condition on the records of one table.
pub trait Criterion: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// The condition, in a statement that has the table among its sources.
    fn condition(&self) -> Condition;
}

/// Conditions on the records of one table. The default leaves every record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter<C> {
    /// This holds.
    Is(C),
    /// All of these hold.
    All(Vec<Filter<C>>),
    /// Any of these holds.
    Any(Vec<Filter<C>>),
    /// This does not hold, which includes that nobody knows.
    Not(Box<Filter<C>>),
}

impl<C> Default for Filter<C> {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl<C: Criterion> Filter<C> {
    /// That all of these hold.
    #[must_use]
    pub fn all(filters: Vec<Self>) -> Self {
        let mut all = Vec::with_capacity(filters.len());
        for filter in filters {
            match filter {
                Self::All(nested) => all.extend(nested),
                other => all.push(other),
            }
        }
        if all.len() == 1 { all.remove(0) } else { Self::All(all) }
    }

    /// That this does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(denied) => *denied,
            other => Self::Not(Box::new(other)),
        }
    }

    /// The conditions that must all hold: those that a statement can be led by.
    pub fn conjuncts(&self) -> &[Self] {
        match self {
            Self::All(all) => all,
            other => std::slice::from_ref(other),
        }
    }

    /// The single conditions that must all hold.
    pub fn criteria(&self) -> impl Iterator<Item = &C> {
        self.conjuncts().iter().filter_map(|conjunct| match conjunct {
            Self::Is(criterion) => Some(criterion),
            _ => None,
        })
    }

    /// The same, to be changed.
    pub fn criteria_mut(&mut self) -> impl Iterator<Item = &mut C> {
        let conjuncts = match self {
            Self::All(all) => all.as_mut_slice(),
            other => std::slice::from_mut(other),
        };
        conjuncts.iter_mut().filter_map(|conjunct| match conjunct {
            Self::Is(criterion) => Some(criterion),
            _ => None,
        })
    }

    /// Every single condition, however it is joined.
    pub fn every(&self) -> Vec<&C> {
        match self {
            Self::Is(criterion) => vec![criterion],
            Self::All(some) | Self::Any(some) => some.iter().flat_map(Self::every).collect(),
            Self::Not(denied) => denied.every(),
        }
    }

    /// Every single condition, to be changed.
    pub fn every_mut(&mut self) -> Vec<&mut C> {
        match self {
            Self::Is(criterion) => vec![criterion],
            Self::All(some) | Self::Any(some) => some.iter_mut().flat_map(Self::every_mut).collect(),
            Self::Not(denied) => denied.every_mut(),
        }
    }

    /// Narrows a statement that has the table among its sources.
    pub fn narrow(&self, statement: &mut SelectStatement) {
        for conjunct in self.conjuncts() {
            statement.cond_where(conjunct.condition());
        }
    }

    /// The whole as one condition. It is never unknown where it is denied, so that a filter and its
    /// negation together have every record.
    #[must_use]
    pub fn condition(&self) -> Condition {
        match self {
            Self::Is(criterion) => criterion.condition(),
            // What is joined by nothing holds, or does not.
            Self::All(all) => {
                all.iter().fold(Cond::all().add(Expr::val(true)), |joined, each| joined.add(each.condition()))
            }
            Self::Any(any) => any
                .iter()
                .fold(Cond::any().add(Expr::val(false)), |joined, each| joined.add(each.condition())),
            Self::Not(denied) => {
                Cond::all().add(Expr::cust_with_expr("($1) is not true", Expr::from(denied.condition())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    struct Flag(u8);

    impl Criterion for Flag {
        fn condition(&self) -> Condition {
            Cond::all().add(Expr::cust("flag"))
        }
    }

    #[test]
    fn what_is_denied_twice_is_what_it_was() {
        let filter = Filter::Any(vec![Filter::Is(Flag(1)), Filter::Is(Flag(2))]);
        assert_eq!(filter.clone().negated().negated(), filter);
    }

    #[test]
    fn one_condition_in_any_number_of_brackets_is_that_condition() {
        let filter = Filter::Is(Flag(1));
        assert_eq!(Filter::all(vec![Filter::all(vec![filter.clone()])]), filter);
        let nested = Filter::all(vec![filter, Filter::all(vec![Filter::Is(Flag(2)), Filter::Is(Flag(3))])]);
        assert_eq!(nested.criteria().map(|flag| flag.0).collect::<Vec<_>>(), [1, 2, 3]);
    }
}
