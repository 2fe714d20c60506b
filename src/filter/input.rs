//! Reading the filters of the API: their branches, their limits, and the path of the field at fault.

use async_graphql::InputObject;

use super::{Criterion, Filter};
use crate::graphql::scalar::CountryCode;
use crate::graphql::{ApiError, ApiResult};
use crate::location::country;

/// A filter has at most so many conditions, branches counted.
const MOST_CONDITIONS: u32 = 200;
/// A list has at most so many values.
const LONGEST_LIST: usize = 1_000;

/// An input object of the API that filters the records of one table.
pub trait FilterInput: Sized {
    /// A single condition of it.
    type Criterion: Criterion;

    /// Takes the branches out of the input.
    fn branches(&mut self) -> Branches<Self>;

    /// Checks the other fields and adds what they ask for.
    fn fields(self, fields: &mut Fields<Self::Criterion>) -> ApiResult<()>;
}

/// The branches of a filter.
pub struct Branches<I> {
    /// All of these must hold.
    pub and: Option<Vec<I>>,
    /// Any of these must hold.
    pub or: Option<Vec<I>>,
    /// This must not hold.
    pub not: Option<Box<I>>,
}

/// The conditions that the fields of one input object ask for, and where it stands.
pub struct Fields<C> {
    path: String,
    all: Vec<Filter<C>>,
}

impl<C> Fields<C> {
    /// Adds the condition that a field asks for.
    pub fn add<T>(&mut self, given: Option<T>, criterion: impl FnOnce(T) -> C) {
        self.all.extend(given.map(criterion).map(Filter::Is));
    }

    /// Adds the condition that a list asks for, which must not be too long.
    pub fn list<T>(
        &mut self,
        name: &str,
        given: Option<Vec<T>>,
        criterion: impl FnOnce(Vec<T>) -> C,
    ) -> ApiResult<()> {
        self.check(name, given, |list, path| {
            if list.len() > LONGEST_LIST {
                return Err(ApiError::BadUserInput(format!(
                    "`{path}` has {} values: give at most {LONGEST_LIST}, and ask several times for more.",
                    list.len()
                )));
            }
            Ok(criterion(list))
        })
    }

    /// Adds the condition that a field asks for, if it is one; `read` gets the field's path.
    pub fn check<T>(
        &mut self,
        name: &str,
        given: Option<T>,
        read: impl FnOnce(T, &str) -> ApiResult<C>,
    ) -> ApiResult<()> {
        if let Some(given) = given {
            self.all.push(Filter::Is(read(given, &format!("{}.{name}", self.path))?));
        }
        Ok(())
    }
}

/// Checks a filter of the API and turns it into what the database is asked; without one, everything.
///
/// # Errors
/// When a field is not what it must be; the message names its path and the remedy.
pub fn read<I: FilterInput>(filter: Option<I>) -> ApiResult<Filter<I::Criterion>> {
    match filter {
        None => Ok(Filter::default()),
        Some(filter) => read_at(filter, "filter".to_owned(), &mut 0),
    }
}

fn read_at<I: FilterInput>(mut filter: I, path: String, read: &mut u32) -> ApiResult<Filter<I::Criterion>> {
    let Branches { and, or, not } = filter.branches();
    let mut fields = Fields { path, all: Vec::new() };
    filter.fields(&mut fields)?;
    *read = read.saturating_add(u32::try_from(fields.all.len()).unwrap_or(u32::MAX)).saturating_add(1);
    if *read > MOST_CONDITIONS {
        return Err(ApiError::TooComplex(format!(
            "`filter` has more than {MOST_CONDITIONS} conditions: a list of values in one field counts as one."
        )));
    }
    let Fields { path, mut all } = fields;
    if let Some(and) = and {
        all.extend(read_branch(and, &format!("{path}.and"), read)?);
    }
    if let Some(or) = or {
        all.push(Filter::Any(read_branch(or, &format!("{path}.or"), read)?));
    }
    if let Some(not) = not {
        all.push(read_at(*not, format!("{path}.not"), read)?.negated());
    }
    Ok(Filter::all(all))
}

fn read_branch<I: FilterInput>(
    filters: Vec<I>,
    path: &str,
    read: &mut u32,
) -> ApiResult<Vec<Filter<I::Criterion>>> {
    if filters.is_empty() {
        return Err(ApiError::BadUserInput(format!(
            "`{path}` is empty: give at least one filter in it, or leave it out."
        )));
    }
    let filters = filters.into_iter().enumerate();
    filters.map(|(place, filter)| read_at(filter, format!("{path}[{place}]"), read)).collect()
}

/// The codes of countries, each of which must be one.
pub fn countries(codes: Vec<CountryCode>, path: &str) -> ApiResult<Vec<String>> {
    match codes.iter().find(|code| !country::is_code(&code.0)) {
        None => Ok(codes.into_iter().map(|code| code.0).collect()),
        Some(CountryCode(code)) => {
            let shown: String = code.chars().take(20).collect();
            Err(ApiError::BadUserInput(format!(
                "`{path}` has {shown:?}, which is no country's code: give two capital letters of ISO 3166-1, such as \"PK\"."
            )))
        }
    }
}

/// A range of whole numbers, both ends included.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct IntRange {
    /// At least this; open when left out.
    pub min: Option<i32>,
    /// At most this; open when left out.
    pub max: Option<i32>,
}

impl IntRange {
    /// Checks that the range is not reversed.
    pub fn read(self, path: &str) -> ApiResult<(Option<i32>, Option<i32>)> {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min > max => Err(ApiError::BadUserInput(format!(
                "`{path}` has a `min` of {min}, which exceeds its `max` of {max}: swap them."
            ))),
            ends => Ok(ends),
        }
    }
}
