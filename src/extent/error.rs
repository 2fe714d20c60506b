//! What can be wrong with an extent that somebody wrote, and what to do about it.

use thiserror::Error;

/// Why an extent was refused.
///
/// The message is for the person who wrote the extent: it names what was wrong, quotes it, and says the remedy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExtentError {
    /// Not an expression of EDTF; `position` counts characters from 1.
    #[error(
        "\"{text}\" is not EDTF: {reason} (at character {position}). \
         Write a date such as 2025-10-29, 2025-10 or 2025-10-25/2025-10-28; \
         what EDTF cannot say, give as start and end"
    )]
    NotEdtf {
        /// What was written.
        text: String,
        /// What the parser expected.
        reason: String,
        /// Where it stopped, counted from 1.
        position: usize,
    },
    /// A time of day as one end of an EDTF interval, which takes dates only.
    #[error(
        "\"{text}\" has a time of day inside an interval, which EDTF does not allow. \
         Give bounds instead, each time twice: \
         {{\"start\": [time, time], \"end\": [time, time]}}"
    )]
    TimeInsideInterval {
        /// What was written.
        text: String,
    },
    /// A set and an interval in one expression, which EDTF keeps apart.
    #[error(
        "\"{text}\" mixes a set with an interval, which EDTF does not allow. \
         Give bounds instead, such as {{\"start\": [\"2025-10-01\", \"2025-10-14\"], \"end\": null}}"
    )]
    SetWithInterval {
        /// What was written.
        text: String,
    },
    /// An interval, or a range within a set, whose second date is before its first.
    #[error(
        "the interval is reversed: \"{end}\" is before \"{start}\". \
         Write the earlier date first"
    )]
    Reversed {
        /// The date written first.
        start: String,
        /// The date written second, which is before it.
        end: String,
    },
    /// A pair of bounds with nothing between them.
    #[error(
        "the {side} is reversed: its earliest bound \"{earliest}\" is after its latest bound \"{latest}\". \
         Write the earlier one first"
    )]
    ReversedBounds {
        /// `start` or `end`.
        side: &'static str,
        /// The bound written first.
        earliest: String,
        /// The bound written second, which is before it.
        latest: String,
    },
    /// The end is over before the start can begin.
    #[error(
        "the extent is reversed: its latest end \"{end}\" is before its earliest start \"{start}\". \
         Correct one of them, or leave it null"
    )]
    EndBeforeStart {
        /// The earliest bound of the start.
        start: String,
        /// The latest bound of the end, which is before it.
        end: String,
    },
    /// An extent that is ongoing and over by some moment.
    #[error(
        "an ongoing extent has no latest end, but \"{latest}\" is given. \
         Leave that bound null, or leave ongoing out"
    )]
    OngoingWithLatestEnd {
        /// The latest bound of the end.
        latest: String,
    },
    /// A date outside of the years that can be stored.
    #[error(
        "\"{text}\" reaches outside of the years that can be stored, 2 to 9998. \
         Correct the year, or say it in text only"
    )]
    OutsideCalendar {
        /// What was written.
        text: String,
    },
    /// Both forms at once, which could contradict each other.
    #[error(
        "an extent is either edtf, or start, end and ongoing, but both are given. \
         Leave one of them out"
    )]
    EdtfAndBounds,
    /// A bound that is no date and no time.
    #[error(
        "the {side} bound \"{text}\" is neither a date nor a time: {reason}. \
         Write a date such as 2025-10-29, a time such as 2025-10-29T08:00:00+05:00, or null"
    )]
    NotBound {
        /// `start` or `end`.
        side: &'static str,
        /// What was written.
        text: String,
        /// What was expected.
        reason: String,
    },
    /// A value of the wrong JSON type.
    #[error("{place} must be {expected}, not {value}")]
    WrongType {
        /// The key, or `an extent` for the whole.
        place: &'static str,
        /// What belongs there, with an example where it has a form.
        expected: &'static str,
        /// What was there, as JSON.
        value: String,
    },
    /// A key that an extent does not have.
    #[error("\"{key}\" is not a key of an extent. Its keys are edtf, start, end, ongoing, text and readAs")]
    UnknownKey {
        /// The key.
        key: String,
    },
    /// A key that stands twice in one object.
    #[error("\"{key}\" is given twice. Leave one of them out")]
    RepeatedKey {
        /// The key.
        key: String,
    },
}

/// The longest part of somebody's text that an error message repeats, in characters.
const EXCERPT_CHARACTERS: usize = 80;

/// The text for an error message: cut where it is long, control characters made visible.
pub(super) fn excerpt(text: &str) -> String {
    let mut excerpt = String::new();
    for (position, character) in text.chars().enumerate() {
        if position == EXCERPT_CHARACTERS {
            excerpt.push('…');
            break;
        }
        if character.is_control() {
            excerpt.extend(character.escape_unicode());
        } else {
            excerpt.push(character);
        }
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_printable() {
        assert_eq!(excerpt("2025-10"), "2025-10");
        assert_eq!(excerpt("a\nb"), "a\\u{a}b");
        let cut = excerpt(&"ä".repeat(1_000));
        assert_eq!(cut.chars().count(), EXCERPT_CHARACTERS + 1);
        assert!(cut.ends_with('…'));
    }
}
