//! What events can be grouped by.

use async_graphql::Enum;

use super::calendar::Unit;

/// What events can be grouped by. Days and longer are those of the calendar in UTC, and an event
/// counts in the one in which its earliest start lies.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatisticsDimension {
    /// The day.
    Day,
    /// The week, from Monday on.
    Week,
    /// The month.
    Month,
    /// The quarter of a year.
    Quarter,
    /// The year.
    Year,
    /// What happened.
    Kind,
    /// The group that its kind belongs to.
    Category,
    /// The country. What happens at a border counts in both its countries, so that the buckets
    /// together may count more events than there are.
    Country,
    /// The first-level division: province, state.
    Admin1,
    /// Who took part, in any role. An event counts once for each.
    Actor,
    /// Who reports it, in an article or without. An event counts once for each.
    Source,
    /// The dataset it was imported from.
    Dataset,
    /// The border crossing where it happened, or which it closes or opens, by itself or with the
    /// border it is on. An event counts once for each.
    Crossing,
    /// The cell of the earth that its place's point lies in, as a geohash.
    Geohash,
}

impl StatisticsDimension {
    /// The unit of the calendar that it is; none when it is not one.
    #[must_use]
    pub fn unit(self) -> Option<Unit> {
        match self {
            Self::Day => Some(Unit::Day),
            Self::Week => Some(Unit::Week),
            Self::Month => Some(Unit::Month),
            Self::Quarter => Some(Unit::Quarter),
            Self::Year => Some(Unit::Year),
            _ => None,
        }
    }

    /// Its name in SQL; the units of the calendar share one, since there is never more than one of them.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Day | Self::Week | Self::Month | Self::Quarter | Self::Year => "time",
            Self::Kind => "kind",
            Self::Category => "category",
            Self::Country => "country",
            Self::Admin1 => "admin1",
            Self::Actor => "actor",
            Self::Source => "source",
            Self::Dataset => "dataset",
            Self::Crossing => "crossing",
            Self::Geohash => "geohash",
        }
    }
}
