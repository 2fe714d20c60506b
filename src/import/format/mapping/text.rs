//! The values of a mapping: words with the columns of a line in braces, such as `Talks in {city}`,
//! and what tables make of them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::ops::Range;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Error, IntoDeserializer as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::fault::{MappingFault, line, nearest};
use crate::import::format::{Columns, Wrong};

/// What a line says, column by column.
pub type Cells<'r> = Vec<Option<Cow<'r, str>>>;

/// What the texts of a mapping are held against.
pub struct Scope<'s> {
    /// The text of the mapping.
    pub text: &'s str,
    /// The columns of the file, and those that the mapping adds; none while there is no file.
    pub columns: Option<&'s Columns>,
}

/// Holds a part of a mapping against the columns of a file.
pub trait Bind {
    /// Finds the columns that are named. Errors say which are missing and which words are unknown.
    fn bind(&mut self, scope: &Scope) -> Result<(), MappingFault>;
}

/// A value: a text with columns, and what becomes of it.
#[derive(Debug)]
pub struct Text {
    span: Range<usize>,
    line: usize,
    parts: Vec<Part>,
    values: HashMap<String, String>,
    otherwise: Option<String>,
    default: Option<String>,
    split: Option<String>,
}

/// A part of a text.
#[derive(Debug)]
enum Part {
    Words(String),
    Column { name: String, place: usize },
}

/// A value whose words are those of a vocabulary.
#[derive(Debug)]
pub struct Word<T>(Text, PhantomData<T>);

impl Text {
    /// A text in its short form, that stands at a place in a mapping.
    pub fn of_words(span: Range<usize>, words: &str) -> Result<Self, String> {
        let parts = parts(words)?;
        Ok(Self { span, line: 0, parts, values: HashMap::new(), otherwise: None, default: None, split: None })
    }

    /// What it says of a line; none when one of its columns says nothing.
    #[must_use]
    pub fn of<'c>(&'c self, cells: &'c Cells) -> Option<Cow<'c, str>> {
        self.translated(self.written(cells))
    }

    /// The values it says of a line: one, or as many as its `split` divides.
    pub fn list<'c>(&'c self, cells: &'c Cells) -> Vec<Cow<'c, str>> {
        let written = self.written(cells);
        let (Some(whole), Some(split)) = (&written, &self.split) else {
            return self.translated(written).into_iter().collect();
        };
        let pieces = whole.split(split.as_str()).map(str::trim).filter(|piece| !piece.is_empty());
        pieces.filter_map(|piece| self.translated(Some(Cow::Owned(piece.to_owned())))).collect()
    }

    /// Adds what a section says of it beside it.
    pub fn refine(
        &mut self,
        values: HashMap<String, String>,
        otherwise: Option<String>,
        default: Option<String>,
    ) {
        self.values.extend(values);
        self.otherwise = otherwise.or(self.otherwise.take());
        self.default = default.or(self.default.take());
    }

    /// Divides what it says.
    pub fn divide(&mut self, split: Option<String>) {
        self.split = split.filter(|split| !split.is_empty()).or(self.split.take());
    }

    /// What is wrong with what it says of a line.
    #[must_use]
    pub fn wrong(&self, cells: &Cells, reason: impl std::fmt::Display) -> Wrong {
        let named = self.parts.iter().find_map(|part| match part {
            Part::Column { name, .. } => Some(name.clone()),
            Part::Words(_) => None,
        });
        Wrong {
            field: named,
            value: self.written(cells).map(|written| super::super::shown(&written)),
            reason: format!("{reason} (line {} of the mapping)", self.line),
        }
    }

    /// What is wrong with it in the mapping itself.
    #[must_use]
    pub fn fault(&self, text: &str, reason: impl Into<String>) -> MappingFault {
        MappingFault::at(text, self.span.clone(), reason)
    }

    /// Whether it says the same of every line.
    fn is_constant(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Words(_)))
    }

    fn written<'c>(&'c self, cells: &'c Cells) -> Option<Cow<'c, str>> {
        if let [Part::Column { place, .. }] = self.parts.as_slice() {
            return cells.get(*place)?.as_deref().map(Cow::Borrowed);
        }
        let mut written = String::new();
        for part in &self.parts {
            match part {
                Part::Words(words) => written.push_str(words),
                Part::Column { place, .. } => written.push_str(cells.get(*place)?.as_deref()?),
            }
        }
        let trimmed = written.trim();
        (!trimmed.is_empty()).then(|| Cow::Owned(trimmed.to_owned()))
    }

    fn translated<'c>(&'c self, written: Option<Cow<'c, str>>) -> Option<Cow<'c, str>> {
        let Some(written) = written else {
            return self.default.as_deref().map(Cow::Borrowed);
        };
        let said = match self.values.get(written.as_ref()) {
            Some(value) => Cow::Borrowed(value.as_str()),
            None => self.otherwise.as_deref().map_or(written, Cow::Borrowed),
        };
        (!said.is_empty()).then_some(said)
    }
}

impl<T: DeserializeOwned> Word<T> {
    /// The text that says the word.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.0
    }

    /// The word it says of a line.
    pub fn of(&self, cells: &Cells) -> Result<Option<T>, Wrong> {
        self.0.of(cells).map(|said| self.word(&said, cells)).transpose()
    }

    /// The words it says of a line; where it has no `split`, semicolons divide them.
    pub fn list(&self, cells: &Cells) -> Result<Vec<T>, Wrong> {
        self.0.list(cells).iter().map(|said| self.word(said, cells)).collect()
    }

    fn word(&self, said: &str, cells: &Cells) -> Result<T, Wrong> {
        read_word(said).map_err(|known| {
            let reason = format!(
                "{said:?} is none of {known}; add it to the values of this key, or say with otherwise = \"\" that the rest means nothing"
            );
            self.0.wrong(cells, reason)
        })
    }
}

/// Reads a word of a vocabulary; else gives the words there are.
fn read_word<T: DeserializeOwned>(said: &str) -> Result<T, String> {
    let word: StrDeserializer<serde::de::value::Error> = said.into_deserializer();
    T::deserialize(word).map_err(|error| {
        let message = error.to_string();
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        known.join(", ")
    })
}

impl Bind for Text {
    fn bind(&mut self, scope: &Scope) -> Result<(), MappingFault> {
        self.line = line(scope.text, self.span.start);
        let Some(columns) = scope.columns else { return Ok(()) };
        for part in &mut self.parts {
            let Part::Column { name, place } = part else { continue };
            // The first that the file has; with an empty one it may have none.
            let one_of = |name: &str| match name.trim() {
                "" => Some(usize::MAX),
                name => columns.place(name),
            };
            let found = columns.place(name).or_else(|| name.split('|').find_map(one_of));
            let Some(found) = found else {
                let first = name.split('|').next().unwrap_or_default();
                let near = nearest(first, columns.names().iter().map(String::as_str));
                let remedy = near.map_or_else(
                    || format!("it has {}", super::super::shown(&columns.names().join(", "))),
                    |near| format!("did you mean {{{near}}}?"),
                );
                let reason = format!("the file has no column {name:?}; {remedy}");
                return Err(MappingFault::at(scope.text, self.span.clone(), reason));
            };
            *place = found;
        }
        Ok(())
    }
}

impl<T: DeserializeOwned> Bind for Word<T> {
    fn bind(&mut self, scope: &Scope) -> Result<(), MappingFault> {
        let text = &mut self.0;
        if text.is_constant()
            && text.split.is_none()
            && text.parts.iter().any(|part| matches!(part, Part::Words(words) if words.contains(';')))
        {
            text.split = Some(";".to_owned());
        }
        let no_cells = Cells::new();
        let constant = if text.is_constant() { text.list(&no_cells) } else { Vec::new() };
        let constant = constant.iter().map(AsRef::as_ref);
        let said = text.values.values().chain(&text.otherwise).chain(&text.default).map(String::as_str);
        for said in constant.chain(said).filter(|said| !said.is_empty()) {
            if let Err(known) = read_word::<T>(said) {
                let near = nearest(said, known.split(", ")).map(|near| format!("; did you mean {near:?}?"));
                let reason = format!("{said:?} is none of {known}{}", near.unwrap_or_default());
                return Err(text.fault(scope.text, reason));
            }
        }
        text.bind(scope)
    }
}

impl<T: Bind> Bind for Option<T> {
    fn bind(&mut self, scope: &Scope) -> Result<(), MappingFault> {
        self.iter_mut().try_for_each(|part| part.bind(scope))
    }
}

impl<T: Bind> Bind for Vec<T> {
    fn bind(&mut self, scope: &Scope) -> Result<(), MappingFault> {
        self.iter_mut().try_for_each(|part| part.bind(scope))
    }
}

impl<T: Bind> Bind for Box<T> {
    fn bind(&mut self, scope: &Scope) -> Result<(), MappingFault> {
        self.as_mut().bind(scope)
    }
}

/// Reads `words {column} words`; `{{` and `}}` are braces.
fn parts(written: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut words = String::new();
    let mut rest = written;
    while let Some(at) = rest.find(['{', '}']) {
        words.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            words.push_str(brace);
            rest = after;
            continue;
        }
        let (name, after) = match rest.split_once('}') {
            Some((name, after)) if brace == "{" && !name.trim().is_empty() && !name.contains('{') => {
                (name, after)
            }
            _ => {
                return Err(format!(
                    "{written:?} has a brace too many; a column stands in a pair of them, {{like this}}, and a brace itself is written twice"
                ));
            }
        };
        if !words.is_empty() {
            parts.push(Part::Words(std::mem::take(&mut words)));
        }
        parts.push(Part::Column { name: name.trim().to_owned(), place: usize::MAX });
        rest = after;
    }
    words.push_str(rest);
    if !words.is_empty() {
        parts.push(Part::Words(words));
    }
    Ok(parts)
}

/// The long form of a value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    text: String,
    #[serde(default)]
    values: HashMap<String, String>,
    otherwise: Option<String>,
    default: Option<String>,
    split: Option<String>,
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Table;

            fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
                formatter.write_str("a text such as \"{column}\", or { text = \"{column}\", values = { … } }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Table, E> {
                let values = HashMap::new();
                Ok(Table { text: text.to_owned(), values, otherwise: None, default: None, split: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Table, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(map))
            }
        }
        struct Any(Table);
        impl<'de> Deserialize<'de> for Any {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Form).map(Self)
            }
        }
        let read = toml::Spanned::<Any>::deserialize(deserializer)?;
        let span = read.span();
        let Table { text, values, otherwise, default, split } = read.into_inner().0;
        let split = split.filter(|split| !split.is_empty());
        let plain = Self::of_words(span, &text).map_err(D::Error::custom)?;
        Ok(Self { values, otherwise, default, split, ..plain })
    }
}

impl<'de, T> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer).map(|text| Self(text, PhantomData))
    }
}

/// A yes or no; none where the line says neither.
pub fn boolean(text: Option<&Text>, cells: &Cells) -> Result<Option<bool>, Wrong> {
    let Some(text) = text else { return Ok(None) };
    match text.of(cells).as_deref() {
        None => Ok(None),
        Some("true" | "TRUE" | "True") => Ok(Some(true)),
        Some("false" | "FALSE" | "False") => Ok(Some(false)),
        Some(_) => {
            Err(text
                .wrong(cells, "it is neither true nor false; give it values, such as { \"yes\" = \"true\" }"))
        }
    }
}
