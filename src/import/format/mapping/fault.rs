//! What is wrong with a mapping, and where in its text.

use std::ops::Range;

/// A mapping that cannot be used: the place in its text, what is wrong there, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column} of the mapping: {reason}")]
pub struct MappingFault {
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
    /// What is wrong, and what would mend it.
    pub reason: String,
}

impl MappingFault {
    /// A fault at a place in the text of a mapping.
    #[must_use]
    pub fn at(text: &str, span: Range<usize>, reason: impl Into<String>) -> Self {
        let before = text.get(..span.start).unwrap_or_default();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line: line(text, span.start), column, reason: reason.into() }
    }

    /// What the reader of TOML says.
    #[must_use]
    pub fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        Self::at(text, error.span().unwrap_or_default(), reworded(error.message()))
    }
}

/// The line of a place in a text, from 1.
#[must_use]
pub fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

/// What serde says, as people would say it, with the key that was perhaps meant.
fn reworded(message: &str) -> String {
    let message = message.trim_end().replace('\n', "; ");
    let Some(rest) = message.strip_prefix("unknown field `") else {
        return message.replace('`', "\"").replace("missing field", "this needs the key");
    };
    let (key, expected) = rest.split_once('`').unwrap_or((rest, ""));
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let near = nearest(key, known.iter().copied())
        .map(|near| format!("did you mean {near:?}? "))
        .unwrap_or_default();
    format!("there is no key {key:?} here; {near}the keys are {}", known.join(", "))
}

/// The name that is most like another.
pub fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let likely = names.map(|other| (other, likeness(other))).filter(|(_, likeness)| *likeness > 0.7);
    likely.max_by(|one, two| one.1.total_cmp(&two.1)).map(|(other, _)| other)
}
