//! Mentions: a line says that an article mentions an event, where in its text, and how sure GDELT is.
//! The event must be there, so the file of events comes first.

use std::fmt::Write;

use super::super::field::Field;
use super::super::{Line, Normaliser, Wrong};
use super::{article, at, whole};
use crate::import::row::Rows;

/// How many columns a line has.
pub const COLUMNS: usize = 16;

/// The kind of a mention whose identifier is a web address.
const WEB: &str = "1";

const EVENT: Field = at(0, "GlobalEventID");
const KIND: Field = at(3, "MentionType");
const SOURCE: Field = at(4, "MentionSourceName");
const IDENTIFIER: Field = at(5, "MentionIdentifier");
const SENTENCE: Field = at(6, "SentenceID");
const CHARACTERS: [(Field, &str); 3] = [
    (at(7, "Actor1CharOffset"), "actor 1"),
    (at(8, "Actor2CharOffset"), "actor 2"),
    (at(9, "ActionCharOffset"), "action"),
];
const CONFIDENCE: Field = at(11, "Confidence");

/// Says what a line of mentions means.
pub struct Mentions;

impl Normaliser for Mentions {
    fn normalise(&self, line: &Line, rows: &mut Rows) -> Result<(), Wrong> {
        let record = &line.record;
        whole(record, COLUMNS)?;
        let event = EVENT.required(record)?;
        let identifier = IDENTIFIER.required(record)?;
        let confidence = CONFIDENCE.number(record, 0.0, 100.0)?.map(|percent| percent / 100.0);
        let locator = locator(line)?;
        let report = if KIND.text(record) == Some(WEB) {
            article::report(identifier, event, locator, confidence, rows)?
        } else {
            let citation = match SOURCE.text(record) {
                Some(source) => format!("{source}: {identifier}"),
                None => identifier.to_owned(),
            };
            article::citation(citation, event, locator, confidence)
        };
        rows.state(&report)?;
        Ok(())
    }
}

/// Where in the article: its sentence, and the characters at which the actors and the action stand.
fn locator(line: &Line) -> Result<Option<String>, Wrong> {
    let record = &line.record;
    let mut locator = String::new();
    if let Some(sentence) = SENTENCE.count(record)? {
        let _ = write!(locator, "sentence {sentence}");
    }
    for (column, what) in CHARACTERS {
        // -1 means that it is not there.
        let place = match column.text(record) {
            Some("-1") => None,
            _ => column.count(record)?,
        };
        if let Some(place) = place {
            let divider = if locator.is_empty() { "" } else { ", " };
            let _ = write!(locator, "{divider}{what} at character {place}");
        }
    }
    Ok((!locator.is_empty()).then_some(locator))
}
