//! Reading the arguments that many fields share.

use async_graphql::{Enum, ID, InputObject};
use uuid::Uuid;

use super::{ApiError, ApiResult};
use crate::read::Order;

/// What is looked for has so many characters at most.
const LONGEST_TEXT: usize = 1_000;

/// The ids among these: what is no UUID is no record's id, so that it finds nothing.
#[must_use]
pub fn ids(ids: &[ID]) -> Vec<Uuid> {
    ids.iter().filter_map(|id| Uuid::parse_str(id).ok()).collect()
}

/// The words of a vocabulary as Postgres spells them.
pub fn words<W>(words: Option<Vec<W>>, spell: impl Fn(W) -> String) -> Option<Vec<String>> {
    words.map(|words| words.into_iter().map(spell).collect())
}

/// A text that is looked for, given by `argument`: not blank and not longer than a few sentences. One
/// without a word is no fault: people type anything, and it finds nothing.
pub fn asked_text(text: String, argument: &str) -> ApiResult<String> {
    if text.trim().is_empty() {
        return Err(ApiError::BadUserInput(format!("`{argument}` is empty: say what to look for.")));
    }
    match text.chars().count() {
        ..=LONGEST_TEXT if leaves_out_alone(&text) => Err(ApiError::BadUserInput(format!(
            "`{argument}` only says what must not be there: add a word to look for, or use `not` in a filter."
        ))),
        ..=LONGEST_TEXT => Ok(text),
        length => Err(ApiError::BadUserInput(format!(
            "`{argument}` has {length} characters: give at most {LONGEST_TEXT}, such as a name or a few words."
        ))),
    }
}

/// Whether a text has words, and each has a minus before it.
fn leaves_out_alone(text: &str) -> bool {
    let has_word = |part: &str| part.chars().any(char::is_alphanumeric);
    // Within quotation marks, the minus stands before the first of them.
    let (mut wanted, mut left_out, mut is_left_out) = (false, false, false);
    for (place, part) in text.split('"').enumerate() {
        if place % 2 == 1 {
            *(if is_left_out { &mut left_out } else { &mut wanted }) |= has_word(part);
            continue;
        }
        is_left_out = part.ends_with('-');
        for word in part.split_whitespace().filter(|word| has_word(word)) {
            *(if word.starts_with('-') { &mut left_out } else { &mut wanted }) |= true;
        }
    }
    left_out && !wanted
}

/// Which end of an order comes first.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderDirection {
    /// The least first: the earliest, A before B.
    #[default]
    Asc,
    /// The greatest first: the latest, Z before Y.
    Desc,
}

impl OrderDirection {
    /// An order that begins at this end.
    #[must_use]
    pub fn of(self, order: Order) -> Order {
        Order { descending: self == Self::Desc, ..order }
    }
}

/// What actors, locations and sources can be ordered by. Ties are settled by id.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedOrderField {
    /// The name.
    Name,
    /// When they were recorded here.
    Recorded,
    /// How far they are from the point of the filter's `near`, which must be given. Only locations
    /// are anywhere.
    Distance,
}

/// An order of what has a name.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct NamedOrder {
    /// What to order by.
    field: NamedOrderField,
    /// Which end comes first.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl NamedOrder {
    /// The order as the database is asked for it; by name when nothing is said. `distance` is there
    /// where the filter says from where.
    pub fn read(
        given: Option<Self>,
        name: Order,
        recorded: Order,
        distance: Option<Order>,
    ) -> ApiResult<Order> {
        let Some(Self { field, direction }) = given else { return Ok(name) };
        let order = match field {
            NamedOrderField::Name => name,
            NamedOrderField::Recorded => recorded,
            NamedOrderField::Distance => distance.ok_or_else(|| {
                ApiError::BadUserInput(
                    "`orderBy.field` is DISTANCE, for which `filter.near` has to say from where: it orders locations alone."
                        .to_owned(),
                )
            })?,
        };
        Ok(direction.of(order))
    }
}
