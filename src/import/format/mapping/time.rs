//! Times in a mapping: how a line's dates become an extent.

use std::borrow::Cow;

use chrono::format::{Item, StrftimeItems};
use chrono::{NaiveDate, NaiveDateTime};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::fault::MappingFault;
use super::text::{Bind, Cells, Scope, Text};
use crate::extent::{ExtentInput, LocalExtent};
use crate::import::format::Wrong;

/// When something was: one date, or a start and an end.
#[derive(Debug)]
pub struct Time(Between);

/// The long form of a time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Between {
    #[serde(skip)]
    at: Option<Text>,
    start: Option<Text>,
    end: Option<Text>,
    #[serde(default)]
    without_end: WithoutEnd,
    text: Option<Text>,
}

/// What it means that a line has a start and no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WithoutEnd {
    /// Nobody knows the end.
    #[default]
    Unknown,
    /// It has not ended.
    Ongoing,
    /// It is over on the day it began.
    SameDay,
}

/// How dates are written in a file.
#[derive(Debug, Default)]
pub struct Dates(Vec<String>);

impl Dates {
    /// Reads the forms that a mapping names.
    ///
    /// # Errors
    /// When one of them is no form.
    pub fn of(text: &str, forms: &[Spanned<String>]) -> Result<Self, MappingFault> {
        for form in forms {
            if StrftimeItems::new(form.get_ref()).any(|item| matches!(item, Item::Error))
                || !form.get_ref().contains('%')
            {
                let reason = format!(
                    "{:?} is no form of dates; write for instance \"%d/%m/%Y\" or \"%d %B %Y\"",
                    form.get_ref()
                );
                return Err(MappingFault::at(text, form.span(), reason));
            }
        }
        Ok(Self(forms.iter().map(|form| form.get_ref().clone()).collect()))
    }

    /// A date as EDTF writes it, or a time as extents do, where it is in one of the forms.
    fn rewritten<'w>(&self, written: &'w str) -> Cow<'w, str> {
        let rewritten = self.0.iter().find_map(|form| {
            let time = NaiveDateTime::parse_from_str(written, form).ok();
            let time = time.map(|time| time.format("%Y-%m-%dT%H:%M:%S").to_string());
            time.or_else(|| NaiveDate::parse_from_str(written, form).ok().map(|date| date.to_string()))
        });
        rewritten.map_or(Cow::Borrowed(written), Cow::Owned)
    }

    fn forms(&self) -> String {
        self.0.iter().map(|form| format!(", {form}")).collect()
    }
}

impl Time {
    /// When a line says that it was; none where it says nothing.
    pub fn of(&self, cells: &Cells, dates: &Dates) -> Result<Option<LocalExtent>, Wrong> {
        let Between { at, start, end, without_end, text } = &self.0;
        let said = |text: &Option<Text>| {
            text.as_ref().and_then(|text| text.of(cells)).map(|said| dates.rewritten(&said).into_owned())
        };
        let input = match (said(at), said(start), said(end)) {
            (None, None, None) => return Ok(None),
            (Some(at), ..) => single(at),
            (None, start, end) => between(start, end, *without_end),
        };
        let words = text.as_ref().and_then(|text| text.of(cells)).map(Cow::into_owned);
        match LocalExtent::try_from(ExtentInput { text: words, ..input }) {
            Ok(extent) => Ok(Some(extent)),
            Err(error) => {
                let blamed = at.as_ref().or(start.as_ref()).or(end.as_ref());
                let reason = format!("{error}; dates are read as EDTF{}", dates.forms());
                Err(blamed.map_or_else(Wrong::default, |text| text.wrong(cells, reason)))
            }
        }
    }
}

fn is_time(written: &str) -> bool {
    written.contains('T')
}

fn single(at: String) -> ExtentInput {
    if !is_time(&at) {
        return ExtentInput { edtf: Some(at), ..ExtentInput::default() };
    }
    let pair = Some([Some(at.clone()), Some(at)]);
    ExtentInput { start: pair.clone(), end: pair, ..ExtentInput::default() }
}

fn between(start: Option<String>, end: Option<String>, without_end: WithoutEnd) -> ExtentInput {
    let ongoing = end.is_none() && without_end == WithoutEnd::Ongoing;
    if start.iter().chain(&end).any(|written| is_time(written)) {
        let pair = |written: Option<String>| written.map(|at| [Some(at.clone()), Some(at)]);
        let end = if without_end == WithoutEnd::SameDay { end.or_else(|| start.clone()) } else { end };
        return ExtentInput {
            start: pair(start),
            end: pair(end),
            ongoing: Some(ongoing),
            ..ExtentInput::default()
        };
    }
    let edtf = match (start, end) {
        (Some(start), None) if without_end == WithoutEnd::SameDay => start,
        (Some(start), None) if ongoing => format!("{start}/.."),
        (start, end) => format!("{}/{}", start.unwrap_or_default(), end.unwrap_or_default()),
    };
    ExtentInput { edtf: Some(edtf), ..ExtentInput::default() }
}

impl Bind for Time {
    fn bind(&mut self, scope: &Scope) -> Result<(), MappingFault> {
        let Between { at, start, end, text, .. } = &mut self.0;
        [at, start, end, text].into_iter().try_for_each(|text| text.bind(scope))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// As it is written.
        enum Written {
            At(String),
            Between(Box<Between>),
        }
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Written;

            fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
                formatter.write_str("a time: \"{date}\", or { start = \"{from}\", end = \"{to}\" }")
            }

            fn visit_str<E: serde::de::Error>(self, at: &str) -> Result<Written, E> {
                Ok(Written::At(at.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
                let between = Between::deserialize(MapAccessDeserializer::new(map))?;
                if between.start.is_none() && between.end.is_none() {
                    return Err(A::Error::missing_field("start"));
                }
                Ok(Written::Between(Box::new(between)))
            }
        }
        impl<'de> Deserialize<'de> for Written {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Form)
            }
        }
        let read = Spanned::<Written>::deserialize(deserializer)?;
        let span = read.span();
        Ok(Self(match read.into_inner() {
            Written::Between(between) => *between,
            Written::At(at) => {
                let at = Some(Text::of_words(span, &at).map_err(D::Error::custom)?);
                Between { at, start: None, end: None, without_end: WithoutEnd::default(), text: None }
            }
        }))
    }
}
