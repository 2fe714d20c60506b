//! The value of a claim in the API: one of seven kinds, and a text that shows any of them.

use std::sync::Arc;

use async_graphql::{Context, Object};

use super::entity;
use super::vocabulary::{NumberQualifier, ValueKind};
use crate::actor::graphql::Actor;
use crate::extent::Extent;
use crate::extent::graphql::ExtentObject;
use crate::graphql::{ApiResult, refer, require};
use crate::location::graphql::Location;

/// The value of the claim in this row.
pub struct ClaimValue(pub Arc<entity::Model>);

impl ClaimValue {
    /// The value as people read it.
    pub async fn shown(&self, context: &Context<'_>) -> ApiResult<String> {
        let row = &self.0;
        Ok(match (row.value_kind, row.value_actor_id, row.value_location_id) {
            (ValueKind::Actor, Some(id), _) => require::<Actor>(context, id).await?.0.name.clone(),
            (ValueKind::Location, _, Some(id)) => require::<Location>(context, id).await?.0.name.clone(),
            (ValueKind::Number, ..) => shown_number(row),
            (ValueKind::Extent, ..) => row.value_extent().as_ref().map_or_else(String::new, shown_extent),
            (ValueKind::Code, ..) => {
                row.value_code.as_deref().unwrap_or_default().replace('_', " ").to_lowercase()
            }
            (ValueKind::Boolean, ..) => if row.value_boolean == Some(true) { "yes" } else { "no" }.to_owned(),
            _ => row.value_text.clone().unwrap_or_default(),
        })
    }
}

/// The value of a claim: the fields of its `kind` are set, the others null.
#[Object]
impl ClaimValue {
    /// The kind of value: its property's.
    async fn kind(&self) -> ValueKind {
        self.0.value_kind
    }

    /// The value as people read it: "at least 3 days", "no agreement", "Türkiye".
    async fn display(&self, context: &Context<'_>) -> ApiResult<String> {
        self.shown(context).await
    }

    /// A number: the figure; null when only a range is given.
    async fn number(&self) -> Option<f64> {
        self.0.value_number
    }

    /// A number: the lower end of a range; null when none is given.
    async fn low(&self) -> Option<f64> {
        self.0.value_low
    }

    /// A number: the upper end of a range; null when none is given.
    async fn high(&self) -> Option<f64> {
        self.0.value_high
    }

    /// A number: what it counts, such as "day"; null for a bare count.
    async fn unit(&self) -> Option<&str> {
        self.0.value_unit.as_deref()
    }

    /// A number: how it is meant.
    async fn qualifier(&self) -> Option<NumberQualifier> {
        self.0.value_qualifier
    }

    /// An extent.
    async fn extent(&self) -> Option<ExtentObject> {
        self.0.value_extent().map(ExtentObject::from)
    }

    /// A word of the property's own list, such as `NO_AGREEMENT`.
    async fn code(&self) -> Option<&str> {
        self.0.value_code.as_deref()
    }

    /// A text, in the editors' own words.
    async fn text(&self) -> Option<&str> {
        self.0.value_text.as_deref()
    }

    /// An actor.
    async fn actor(&self, context: &Context<'_>) -> Option<ApiResult<Actor>> {
        refer(context, self.0.value_actor_id).await
    }

    /// A location.
    async fn location(&self, context: &Context<'_>) -> Option<ApiResult<Location>> {
        refer(context, self.0.value_location_id).await
    }

    /// True or false.
    async fn boolean(&self) -> Option<bool> {
        self.0.value_boolean
    }
}

/// A number in words: its qualifier, the figure or range, and the unit.
fn shown_number(row: &entity::Model) -> String {
    let figure = match (row.value_number, row.value_low, row.value_high) {
        // The qualifier says the rest.
        (None, Some(bound), None) if row.value_qualifier == Some(NumberQualifier::AtLeast) => {
            bound.to_string()
        }
        (None, None, Some(bound)) if row.value_qualifier == Some(NumberQualifier::AtMost) => {
            bound.to_string()
        }
        (Some(number), Some(low), Some(high)) => format!("{number} ({low} to {high})"),
        (Some(number), Some(low), None) => format!("{number} ({low} or more)"),
        (Some(number), None, Some(high)) => format!("{number} ({high} or fewer)"),
        (Some(number), None, None) => number.to_string(),
        (None, Some(low), Some(high)) => format!("{low} to {high}"),
        (None, Some(low), None) => format!("{low} or more"),
        (None, None, Some(high)) => format!("{high} or fewer"),
        (None, None, None) => "unknown".to_owned(),
    };
    let meant = match row.value_qualifier {
        Some(NumberQualifier::AtLeast) => "at least ",
        Some(NumberQualifier::AtMost) => "at most ",
        Some(NumberQualifier::About) => "about ",
        Some(NumberQualifier::Placeholder) => "a placeholder of ",
        Some(NumberQualifier::Exact) | None => "",
    };
    match &row.value_unit {
        None => format!("{meant}{figure}"),
        // A figure of one takes the unit as it is: "1 day".
        Some(unit) if figure == "1" => format!("{meant}{figure} {unit}"),
        Some(unit) => format!("{meant}{figure} {unit}s"),
    }
}

/// An extent in words: its EDTF, else what its report says, else its bounds.
fn shown_extent(extent: &Extent) -> String {
    if let Some(text) = extent.edtf.as_ref().or(extent.text.as_ref()) {
        return text.clone();
    }
    let day = |bound: Option<chrono::DateTime<chrono::Utc>>| {
        bound.map_or_else(|| "unknown".to_owned(), |moment| moment.format("%Y-%m-%d %H:%M UTC").to_string())
    };
    let (from, until) = extent.possible();
    if extent.ongoing { format!("since {}", day(from)) } else { format!("{} to {}", day(from), day(until)) }
}
