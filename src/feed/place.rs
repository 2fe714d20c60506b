//! A place in the feed, and the cursor by which clients know it.

use async_graphql::connection::{CursorType, OpaqueCursor};
use serde::{Deserialize, Serialize};

use crate::graphql::{ApiError, ApiResult};

/// A place between two changes: everything up to this revision, in the stretch at this position, is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The position of the stretch.
    #[serde(rename = "p")]
    pub position: i64,
    /// The last revision that is behind it.
    #[serde(rename = "r")]
    pub revision: i64,
}

impl Place {
    /// Before the first change.
    pub const START: Self = Self { position: 0, revision: 0 };

    /// Behind the whole stretch at a position.
    #[must_use]
    pub fn behind(position: i64) -> Self {
        Self { position, revision: i64::MAX }
    }

    /// The place as clients see it.
    #[must_use]
    pub fn cursor(self) -> String {
        OpaqueCursor(self).encode_cursor()
    }

    /// The place that a cursor in the argument `after` means; without one, nothing.
    ///
    /// # Errors
    /// When it is no cursor of the feed.
    pub fn after(cursor: Option<&str>) -> ApiResult<Option<Self>> {
        let Some(text) = cursor else { return Ok(None) };
        match OpaqueCursor::<Self>::decode_cursor(text) {
            Ok(OpaqueCursor(place)) if place.position >= 0 && place.revision >= 0 => Ok(Some(place)),
            _ => Err(ApiError::BadUserInput(
                "`after` is no cursor of the changes; use a change's `cursor`, or `endCursor` or `latestCursor` of `changes`."
                    .to_owned(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_nothing_else_is() {
        let place = Place { position: 7, revision: 41 };
        assert_eq!(Place::after(Some(&place.cursor())).unwrap(), Some(place));
        let last = Place::behind(7);
        assert_eq!(Place::after(Some(&last.cursor())).unwrap(), Some(last));
        assert_eq!(Place::after(None).unwrap(), None);
        let negative = Place { position: -1, revision: 0 }.cursor();
        for other in ["", "x", "7", &negative, "eyJvIjoiYSIsImsiOiIxIiwiaSI6IngifQ"] {
            assert!(Place::after(Some(other)).is_err(), "{other}");
        }
    }
}
