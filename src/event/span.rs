//! How long events may have lasted: what a range of time looks for apart.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait};

use super::query::START;
use crate::extent::query::During;

/// How long events may have lasted: a range of time looks for each span where those can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// At most 32 days: a month and what is known to the day.
    Brief = 0,
    /// At most 400 days: a year.
    Medium = 1,
    /// Longer, or as long as nobody knows.
    Long = 2,
}

impl Span {
    /// Each of them, which together are all events.
    pub const ALL: [Self; 3] = [Self::Brief, Self::Medium, Self::Long];

    /// The earliest start of an event of this span that reaches into the range.
    fn earliest_start(self, during: &During) -> Option<DateTime<Utc>> {
        let days = match self {
            Self::Brief => 32,
            Self::Medium => 400,
            Self::Long => return None,
        };
        during.from?.checked_sub_signed(TimeDelta::days(days))
    }

    /// That an event is of this span, and begins where it can reach into the range. Written into the
    /// statement, as the indexes of long events have it.
    pub fn condition(self, during: &During) -> Condition {
        let is_of_this = format!("event_span(event.start_earliest, event.end_latest) = {}", self as u8);
        let start = self.earliest_start(during).map(|earliest| Expr::cust(START).gte(earliest));
        let reaches = matches!(self, Self::Long).then(|| {
            Expr::cust_with_values(
                "tstzrange(event.start_earliest, event.end_latest, '[]') && tstzrange($1, $2, '[]')",
                [during.from, during.to],
            )
        });
        Cond::all().add(Expr::cust(is_of_this)).add_option(start).add_option(reaches)
    }

    /// The same, asked of a row `listed` of a listing.
    pub fn listed(self, during: &During) -> Condition {
        let start = self.earliest_start(during).map(|earliest| Expr::cust("listed.start").gte(earliest));
        let reaches = during.from.map(|from| Expr::cust("listed.until").gte(from));
        Cond::all()
            .add(Expr::cust(format!("listed.span = {}", self as u8)))
            .add_option(start)
            .add_option(reaches)
    }
}
