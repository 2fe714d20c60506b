//! What is wrong with a line, as the API says it.

use serde_json::json;

use super::transaction::ItemFault;
use crate::graphql::{ApiError, Conflict};
use crate::history::graphql::type_name;
use crate::history::{Conflicts, Why};
use crate::import::few::{FaultKind, Rejected};

/// The error of a line that stands at `place` of the input, as in `input[3]`.
pub fn error(place: &str, rejected: Rejected) -> ApiError {
    let Rejected { field, reason, kind } = rejected;
    let field = match field {
        Some(field) => format!("{place}.{field}"),
        None => place.to_owned(),
    };
    let message = format!("`{field}`: {}.", reason.trim_end_matches('.'));
    match kind {
        FaultKind::Wrong => ApiError::BadField { field, message },
        FaultKind::Missing => ApiError::NotFound { field, message },
        FaultKind::Taken => ApiError::conflict(field, message),
    }
}

/// The same for an item of a batch.
pub fn of_item(place: &str, rejected: Rejected) -> ItemFault {
    let error = error(place, rejected);
    let (code, message) = error.code_and_message();
    ItemFault { field: error.field().map(str::to_owned), code: code.to_owned(), message }
}

/// The error where records stand in the way of what `field` asks for.
pub fn in_the_way(message: String, field: &str, conflicts: &Conflicts) -> ApiError {
    let records = conflicts.named.iter().map(|conflict| {
        let why = match conflict.why {
            Why::Changed => "CHANGED",
            Why::Refers => "REFERS",
            Why::Missing => "MISSING",
        };
        json!({
            "why": why,
            "recordType": type_name(&conflict.record_type),
            "id": conflict.record_id,
            "name": conflict.name,
            "changeSet": conflict.change_set,
        })
    });
    let more = conflicts.all.saturating_sub(conflicts.named.len() as u64);
    let message = if more == 0 { message } else { format!("{message} There are {more} more.") };
    ApiError::Conflict(Box::new(Conflict {
        message,
        field: Some(field.to_owned()),
        records: records.collect(),
    }))
}
