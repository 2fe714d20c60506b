//! A field: a column with its name, and what its text means as a number or a day. What cannot be
//! read is a [`Wrong`] that names the column.

use chrono::{Datelike, NaiveDate};
use csv::StringRecord;

use super::Wrong;
use super::columns::Column;

/// A column with its name.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub column: Column,
}

impl Field {
    /// What stands there; none where nothing is known.
    pub fn text(self, record: &StringRecord) -> Option<&str> {
        self.column.of(record)
    }

    /// What stands there.
    ///
    /// # Errors
    /// When nothing does.
    pub fn required(self, record: &StringRecord) -> Result<&str, Wrong> {
        self.text(record).ok_or_else(|| Wrong::new(self.name, "", "it is empty, and the line needs it"))
    }

    /// A number of people: whole, and not negative.
    ///
    /// # Errors
    /// When it is no such number.
    pub fn count(self, record: &StringRecord) -> Result<Option<i32>, Wrong> {
        let Some(text) = self.text(record) else { return Ok(None) };
        // Spreadsheets write 3 as 3.0.
        let digits = text.strip_suffix(".0").unwrap_or(text);
        match digits.parse() {
            Ok(number) if number >= 0 => Ok(Some(number)),
            Ok(_) => Err(self.wrong(text, "it cannot be negative; leave it empty when it is unknown")),
            Err(_) => Err(self.wrong(text, "it is no whole number")),
        }
    }

    /// A number between two others.
    ///
    /// # Errors
    /// When it is none, or lies outside.
    pub fn number(self, record: &StringRecord, least: f64, most: f64) -> Result<Option<f64>, Wrong> {
        let Some(text) = self.text(record) else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            Ok(_) => Err(self.wrong(text, &format!("it must lie between {least} and {most}"))),
            Err(_) => Err(self.wrong(text, "it is no number")),
        }
    }

    /// A day: `2016-01-31`, or the same with a time of day, which is dropped.
    ///
    /// # Errors
    /// When it is empty, or no day.
    pub fn day(self, record: &StringRecord) -> Result<NaiveDate, Wrong> {
        let text = self.required(record)?;
        let day = text.split([' ', 'T']).next().and_then(day);
        day.ok_or_else(|| self.wrong(text, "it is no day, such as 2016-01-31"))
    }

    /// What is wrong with a value of the field.
    pub fn wrong(self, value: &str, reason: &str) -> Wrong {
        Wrong::new(self.name, value, reason)
    }
}

/// A day of the form `2016-01-31`, and no other.
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    day_of_digits([y1, y2, y3, y4, m1, m2, d1, d2])
}

/// A day of the digits `20160131`, and no other.
#[must_use]
pub fn compact_day(text: &str) -> Option<NaiveDate> {
    day_of_digits(text.as_bytes().try_into().ok()?)
}

fn day_of_digits(digits: [u8; 8]) -> Option<NaiveDate> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |digits: &[u8]| digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    let year = i32::try_from(number(&digits[..4])).ok()?;
    NaiveDate::from_ymd_opt(year, number(&digits[4..6]), number(&digits[6..]))
        .filter(|day| can_be_stored(*day))
}

/// Whether a day lies in the years that extents can have.
pub fn can_be_stored(day: NaiveDate) -> bool {
    (2..=9998).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: Field = Field { name: "best", column: Column::at(0) };

    fn record(text: &str) -> StringRecord {
        StringRecord::from(vec![text])
    }

    #[test]
    fn counts_are_whole_and_unknown_is_no_zero() {
        for (text, count) in
            [("3", Some(3)), (" 3 ", Some(3)), ("3.0", Some(3)), ("0", Some(0)), ("NA", None), ("", None)]
        {
            assert_eq!(FIELD.count(&record(text)), Ok(count), "{text:?}");
        }
        for text in ["-1", "2.5", "many", "99999999999", "0x3", "٣"] {
            let wrong = FIELD.count(&record(text)).expect_err(text);
            assert_eq!((wrong.field.as_deref(), wrong.value.as_deref()), (Some("best"), Some(text)));
        }
    }

    #[test]
    fn numbers_lie_within_their_bounds() {
        assert_eq!(FIELD.number(&record("-33.5"), -90.0, 90.0), Ok(Some(-33.5)));
        assert_eq!(FIELD.number(&record(""), -90.0, 90.0), Ok(None));
        for text in ["90.1", "-91", "NaN", "inf", "north"] {
            assert!(FIELD.number(&record(text), -90.0, 90.0).is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_days_of_the_calendar() {
        let first = NaiveDate::from_ymd_opt(2016, 1, 2);
        for text in ["2016-01-02", "2016-01-02 00:00:00.000", "2016-01-02T00:00:00"] {
            assert_eq!(FIELD.day(&record(text)).ok(), first, "{text}");
        }
        assert_eq!(compact_day("20160102"), first);
        for text in ["2016-1-2", "02/01/2016", "2016-02-30", "2016", "", "+016-01-02", "20160102"] {
            assert!(FIELD.day(&record(text)).is_err(), "{text}");
        }
    }
}
