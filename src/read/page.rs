//! A page of a list: how it is ordered, where it begins and how long it is.

use chrono::DateTime;
use sea_orm::sea_query::Expr;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a list is ordered by. The record's id settles ties, so that every order is total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// The SQL expression to order by, never null.
    pub key: &'static str,
    /// What kind of value that is.
    pub kind: OrderKey,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Where the key is a distance: from which point, whose longitude and latitude the key calls
    /// `$1` and `$2`.
    pub from: Option<Coordinates>,
    /// Where the key is a score: of what was asked, as a number; a cursor of another question is refused.
    pub asked: Option<u64>,
    /// Whether no two records have one key, so that ids settle nothing and an index on the key alone gives
    /// the order.
    pub unique: bool,
}

impl Order {
    /// The order by a key that takes nothing else, the least first.
    #[must_use]
    pub const fn ascending(kind: OrderKey, key: &'static str) -> Self {
        Self { key, kind, descending: false, from: None, asked: None, unique: false }
    }

    /// The order by a key that takes nothing else, the greatest first.
    #[must_use]
    pub const fn descending(kind: OrderKey, key: &'static str) -> Self {
        Self { key, kind, descending: true, from: None, asked: None, unique: false }
    }

    /// The same order, by a key that no two records share.
    #[must_use]
    pub const fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    /// The same order, by scores of this question.
    #[must_use]
    pub fn asked(self, question: &str) -> Self {
        let (number, _) = Uuid::new_v5(&Uuid::NAMESPACE_OID, question.as_bytes()).as_u64_pair();
        Self { asked: Some(number), ..self }
    }

    /// The key as an expression of SQL.
    pub(super) fn expression(&self) -> Expr {
        match self.from {
            None => Expr::cust(self.key),
            Some(point) => Expr::cust_with_values(self.key, [point.longitude.0, point.latitude.0]),
        }
    }

    /// A short name for the order, by which a cursor knows it.
    pub(super) fn tag(&self) -> String {
        let named = format!("{} {:?} {:?} {}", self.key, self.from, self.asked, self.descending);
        let mut tag = Uuid::new_v5(&Uuid::NAMESPACE_OID, named.as_bytes()).simple().to_string();
        tag.truncate(8);
        tag
    }
}

/// A point on Earth, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Coordinates {
    /// Degrees east.
    pub longitude: Number,
    /// Degrees north.
    pub latitude: Number,
}

/// A number that can be part of a key: compared by its bits.
#[derive(Clone, Copy, Debug)]
pub struct Number(pub f64);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}
impl Eq for Number {}
impl std::hash::Hash for Number {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// The kinds of values that lists are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderKey {
    /// A moment; unknown ones stand before all others, as `-infinity`.
    Time,
    /// A text, in the database's collation.
    Text,
    /// A whole number.
    Number,
    /// A distance in metres.
    Distance,
}

impl OrderKey {
    /// The Postgres type that the text of a key is read back as.
    pub(super) fn sql_type(self) -> &'static str {
        match self {
            Self::Time => "timestamptz",
            Self::Text => "text",
            Self::Number => "bigint",
            Self::Distance => "double precision",
        }
    }

    /// Whether `text` is a key of this kind, so that Postgres will be able to read it.
    fn accepts(self, text: &str) -> bool {
        match self {
            Self::Time => {
                matches!(text, "-infinity" | "infinity")
                    || DateTime::parse_from_str(&format!("{text}00"), "%Y-%m-%d %H:%M:%S%.f%z").is_ok()
            }
            Self::Text => !text.contains('\0'),
            Self::Number => text.parse::<i64>().is_ok(),
            Self::Distance => text.parse::<f64>().is_ok_and(f64::is_finite),
        }
    }
}

/// A place in an ordered list: the key and id of a record, as a cursor carries them.
///
/// It names its order, so that a cursor of one list is refused by another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Keyset {
    #[serde(rename = "o")]
    order: String,
    #[serde(rename = "k")]
    pub(super) key: String,
    #[serde(rename = "i")]
    pub(super) id: Uuid,
}

impl Keyset {
    /// A place in the list whose order has this tag.
    pub(super) fn new(order_tag: &str, key: String, id: Uuid) -> Self {
        Self { order: order_tag.to_owned(), key, id }
    }

    /// Whether it is a place in a list of this order.
    #[must_use]
    pub fn belongs_to(&self, order: &Order) -> bool {
        self.order == order.tag() && order.kind.accepts(&self.key)
    }
}

/// Which part of a list to read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    /// From which end.
    pub direction: PageDirection,
    /// How many records at most; `None` for lists that are short by nature.
    pub limit: Option<u32>,
    /// The place it begins after (or, read from the end, ends before).
    pub cursor: Option<Keyset>,
}

/// A page that was cut out of a whole list.
#[derive(Debug)]
pub struct Cut<T> {
    /// Its records with their places, in the list's own order.
    pub rows: Vec<(Keyset, T)>,
    /// Whether the list goes on before it.
    pub has_previous: bool,
    /// Whether the list goes on after it.
    pub has_next: bool,
}

/// From which end a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageDirection {
    /// From the start: `first` and `after`.
    Forward,
    /// From the end: `last` and `before`.
    Backward,
}

impl Page {
    /// The whole list.
    #[must_use]
    pub fn whole() -> Self {
        Self { direction: PageDirection::Forward, limit: None, cursor: None }
    }

    /// Cuts the page out of a list that was read whole: records with the numbers they are ordered
    /// by and their ids, in that order.
    #[must_use]
    pub fn cut<T>(&self, order: &Order, records: Vec<(i64, Uuid, T)>) -> Cut<T> {
        let limit = self.limit.map_or(usize::MAX, |limit| limit as usize);
        let place = self.cursor.as_ref().and_then(|cursor| Some((cursor.key.parse().ok()?, cursor.id)));
        let mut before = 0;
        let mut until = records.len();
        if let Some(place) = place {
            match self.direction {
                PageDirection::Forward => {
                    before = records.partition_point(|(number, id, _)| (*number, *id) <= place);
                }
                PageDirection::Backward => {
                    until = records.partition_point(|(number, id, _)| (*number, *id) < place);
                }
            }
        }
        match self.direction {
            PageDirection::Forward => until = until.min(before.saturating_add(limit)),
            PageDirection::Backward => before = until.saturating_sub(limit),
        }
        let (has_previous, has_next) = (before > 0, until < records.len());
        let tag = order.tag();
        let rows = records.into_iter().take(until).skip(before);
        let rows = rows.map(|(number, id, record)| (Keyset::new(&tag, number.to_string(), id), record));
        Cut { rows: rows.collect(), has_previous, has_next }
    }
}
