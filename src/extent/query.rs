//! The question whether an extent lies in a range of time, as a condition of SQL.

use chrono::{DateTime, Utc};
use sea_orm::EntityTrait;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait};

use crate::read::column;

/// A range of time to look in, half-open; an open end is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct During {
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Until before this moment.
    pub to: Option<DateTime<Utc>>,
    /// Whether it must be certain that some of the extent lies in the range, or only possible.
    pub certain: bool,
}

impl During {
    /// Just this moment.
    #[must_use]
    pub fn moment(at: DateTime<Utc>) -> Self {
        Self { from: Some(at), to: Some(at + chrono::TimeDelta::microseconds(1)), certain: false }
    }

    /// The condition that the extent without prefix of the table `E` lies in the range.
    ///
    /// Possible: the earliest start is before the range's end, and the latest end after its
    /// beginning. Certain: however the bounds are filled in, it begins before the range's end
    /// and does not end before its beginning; an unknown bound that would have to settle it does not.
    #[must_use]
    pub fn condition<E: EntityTrait>(&self, table: E) -> Condition {
        let bound = |name| column(table, name);
        let mut all = Cond::all();
        if self.certain {
            if let Some(to) = self.to {
                // What cannot have begun later is in order of its earliest start, too.
                all = all.add(bound("start_latest").lte(to)).add(start_key(table).lte(to));
            }
            if let Some(from) = self.from {
                all = all.add(
                    Cond::any()
                        .add(bound("end_earliest").gte(from))
                        .add(bound("start_earliest").gte(from))
                        .add(bound("ongoing").eq(true)),
                );
            }
        } else {
            if let Some(to) = self.to {
                all = all.add(start_key(table).lt(to));
            }
            if let Some(from) = self.from {
                all = all.add(
                    Cond::any()
                        .add(bound("end_latest").is_null())
                        .add(bound("end_latest").gt(from))
                        // A point in time at the very beginning of the range.
                        .add(bound("start_earliest").gte(from)),
                );
            }
        }
        all
    }
}

/// The earliest start as lists are ordered by it: what nobody knows stands before everything.
///
/// A range that is asked of this expression bounds the index of that order.
pub fn start_key<E: EntityTrait>(table: E) -> Expr {
    Expr::cust_with_expr("coalesce($1, '-infinity')", column(table, "start_earliest"))
}
