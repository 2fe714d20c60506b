//! The scalars of the API beyond GraphQL's own.

use std::str::FromStr;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate, NaiveTime, SecondsFormat, Utc};

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A moment in UTC, RFC 3339: "2025-10-29T12:00:00Z".
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => match chrono::DateTime::parse_from_rfc3339(text) {
                Ok(moment) => Ok(Self(moment.to_utc())),
                Err(_) => Err(InputValueError::custom(format!(
                    "\"{text}\" is not a date and time with an offset, such as \"2025-10-29T12:00:00Z\""
                ))),
            },
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Date(pub NaiveDate);

/// A day, RFC 3339: "2025-10-29".
#[Scalar(name = "Date", specified_by_url = "https://scalars.graphql.org/andimarek/local-date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d");
        day.map(Self)
            .map_err(|_| InputValueError::custom(format!("\"{text}\" is not a date, such as \"2025-10-29\"")))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

/// From the first whole year that Postgres has room for to the last of four digits.
const YEARS: std::ops::RangeInclusive<i32> = -4711..=9999;

/// A day or a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateOrDateTime(pub chrono::DateTime<Utc>);

/// A day, "2025-10-29", which stands for its first moment in UTC, or a moment, "2025-10-29T12:00:00Z".
#[Scalar(name = "DateOrDateTime")]
impl ScalarType for DateOrDateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        text.parse().map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl FromStr for DateOrDateTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let moment = match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(day) => day.and_time(NaiveTime::MIN).and_utc(),
            Err(_) => chrono::DateTime::parse_from_rfc3339(text)
                .map_err(|_| {
                    format!(
                        "\"{text}\" is neither a date, such as \"2025-10-29\", nor a date and time with an offset, such as \"2025-10-29T12:00:00Z\""
                    )
                })?
                .to_utc(),
        };
        if YEARS.contains(&moment.year()) {
            Ok(Self(moment))
        } else {
            Err(format!(
                "\"{text}\" lies too far away: give a year from {} to {}",
                YEARS.start(),
                YEARS.end()
            ))
        }
    }
}

/// Defines a scalar that is a text of a known form.
macro_rules! text_scalar {
    ($(#[doc = $doc:literal])+ $name:ident = $graphql:literal $(, $url:literal)?) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
        pub struct $name(pub String);

        $(#[doc = $doc])+
        #[Scalar(name = $graphql $(, specified_by_url = $url)?)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self(text.clone())
            }
        }
    };
}

/// Any JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub serde_json::Value);

/// Any JSON value.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

text_scalar! {
    /// A time in the Extended Date/Time Format, ISO 8601-2: "2025-10-25?/2025-10-28", "2025-10~", "2025-10-11/..".
    Edtf = "EDTF", "https://www.loc.gov/standards/datetime/"
}
text_scalar! {
    /// An absolute http or https address.
    Url = "URL", "https://url.spec.whatwg.org/"
}
text_scalar! {
    /// A country by its two letters, ISO 3166-1 alpha-2: "PK".
    CountryCode = "CountryCode", "https://www.iso.org/iso-3166-country-codes.html"
}

/// A geometry in `GeoJSON`.
#[derive(Clone, Debug, PartialEq)]
pub struct GeoJson(pub serde_json::Value);

/// A geometry in `GeoJSON`, positions as longitude and latitude:
/// `{type: "Polygon", coordinates: [[[70, 34], [72, 34], [72, 35], [70, 34]]]}`.
#[Scalar(name = "GeoJSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc7946")]
impl ScalarType for GeoJson {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::Object(_) => value.into_json().map(Self).map_err(InputValueError::custom),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}
