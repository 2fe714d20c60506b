//! The sections of a mapping, as its TOML has them. docs/import/csv.md describes them for its writers.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use toml::Spanned;

use super::fault::MappingFault;
use super::text::{Bind, Scope, Text, Word};
use super::time::Time;
use crate::actor::vocabulary::ActorKind;
use crate::claim::vocabulary::{ClaimAct, NumberQualifier, ValueKind};
use crate::closure::vocabulary::{ClosureBasis, ClosureEffect, ClosureSeverity};
use crate::crossing::vocabulary::{CrossingMode, Direction, TrafficClass};
use crate::dataset::vocabulary::Redistribution;
use crate::event::vocabulary::{EventKind, Modality, ParticipantRole};
use crate::location::vocabulary::LocationKind;
use crate::naming::vocabulary::NameKind;
use crate::report::vocabulary::Relevance;
use crate::source::vocabulary::SourceKind;

/// Defines a section: keys that it needs, keys that it may have, and keys that are no values of lines.
macro_rules! section {
    (
        $(#[doc = $doc:literal])+ $name:ident {
            required { $($field:ident: $kind:ty),* $(,)? }
            optional { $($option:ident: $option_kind:ty),* $(,)? }
            plain { $($plain:ident: $plain_kind:ty),* $(,)? }
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(pub $field: $kind,)*
            $(#[serde(default)] pub $option: $option_kind,)*
            $(#[serde(default)] pub $plain: $plain_kind,)*
        }

        impl Bind for $name {
            fn bind(&mut self, scope: &Scope) -> Result<(), MappingFault> {
                $(self.$field.bind(scope)?;)*
                $(self.$option.bind(scope)?;)*
                let _ = scope;
                Ok(())
            }
        }
    };
}

/// The dataset that the records belong to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    pub slug: Spanned<String>,
    pub title: String,
    pub licence: Option<String>,
    pub redistribution: Option<Redistribution>,
    pub homepage: Option<String>,
}

/// How the file is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// What divides the columns of CSV.
    pub delimiter: Option<Spanned<String>>,
    /// What cells say that say nothing.
    pub nothing: Option<Vec<String>>,
    /// How dates are written, beside EDTF.
    pub dates: Vec<Spanned<String>>,
}

section! {
    /// A column that the file does not have: made of others, or of a piece of one by a pattern.
    Made {
        required { text: Text }
        optional {}
        plain {
            name: Option<Spanned<String>>,
            pattern: Option<Spanned<String>>,
            unmatched: Unmatched,
            values: HashMap<String, String>,
            otherwise: Option<String>,
            default: Option<String>,
        }
    }
}

/// What becomes of a text that a pattern does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unmatched {
    /// The line is rejected.
    #[default]
    Reject,
    /// Its columns say nothing.
    Nothing,
    /// Of an article: a report that cites the text as it is.
    Cite,
}

section! {
    /// A property of claims that is not built in.
    Property {
        required {}
        optional {}
        plain {
            code: String,
            label: String,
            value_kind: Option<ValueKind>,
            functional: bool,
            unit: Option<String>,
            codes: Option<Vec<String>>,
            needs_scope: bool,
        }
    }
}

section! {
    /// Another name of a record.
    Name {
        required { value: Text, kind: Word<NameKind> }
        optional { language: Option<Text> }
        plain {}
    }
}

section! {
    /// The id of a record elsewhere.
    Identifier {
        required { scheme: Text, value: Text }
        optional {}
        plain {}
    }
}

section! {
    /// A place, with the place it lies in.
    Location {
        required {}
        optional {
            slug: Option<Text>,
            key: Option<Text>,
            name: Option<Text>,
            kind: Option<Word<LocationKind>>,
            country: Option<Text>,
            latitude: Option<Text>,
            longitude: Option<Text>,
            precision_metres: Option<Text>,
            timezone: Option<Text>,
            parent: Option<Box<Location>>,
            names: Vec<Name>,
            identifiers: Vec<Identifier>,
            when: Option<Text>,
        }
        plain {}
    }
}

section! {
    /// One side of a crossing.
    Side {
        required { country: Text, local_name: Text }
        optional { authority: Option<Actor> }
        plain {}
    }
}

section! {
    /// The crossing that a line is about.
    Crossing {
        required {}
        optional {
            slug: Option<Text>,
            key: Option<Text>,
            name: Option<Text>,
            a: Option<Side>,
            b: Option<Side>,
            modes: Option<Word<CrossingMode>>,
            parent: Option<Location>,
            timezone: Option<Text>,
            latitude: Option<Text>,
            longitude: Option<Text>,
            precision_metres: Option<Text>,
            names: Vec<Name>,
            identifiers: Vec<Identifier>,
            when: Option<Text>,
        }
        plain {}
    }
}

section! {
    /// An actor; with a role, one who takes part in the event.
    Actor {
        required {}
        optional {
            slug: Option<Text>,
            key: Option<Text>,
            name: Option<Text>,
            kind: Option<Word<ActorKind>>,
            country: Option<Text>,
            description: Option<Text>,
            names: Vec<Name>,
            identifiers: Vec<Identifier>,
            role: Option<Word<ParticipantRole>>,
            alleged: Option<Text>,
            when: Option<Text>,
        }
        plain {}
    }
}

section! {
    /// A source in its long form.
    SourceTable {
        required {}
        optional {
            slug: Option<Text>,
            key: Option<Text>,
            name: Option<Text>,
            kind: Option<Word<SourceKind>>,
            country: Option<Text>,
            homepage: Option<Text>,
        }
        plain {}
    }
}

/// A source: a table, or its name alone.
#[derive(Debug)]
pub struct Source(pub SourceTable);

section! {
    /// The event's own estimate of deaths.
    Fatalities {
        required {}
        optional { best: Option<Text>, low: Option<Text>, high: Option<Text> }
        plain {}
    }
}

section! {
    /// The event that a line is about.
    Event {
        required { key: Text, title: Text, kind: Word<EventKind> }
        optional {
            summary: Option<Text>,
            native_type: Option<Text>,
            modality: Option<Word<Modality>>,
            extent: Option<Time>,
            location: Option<Location>,
            fatalities: Option<Fatalities>,
            version: Option<Text>,
            when: Option<Text>,
        }
        plain {}
    }
}

section! {
    /// What the event closes or opens.
    Closure {
        required {}
        optional {
            key: Option<Text>,
            border: Option<Text>,
            effect: Option<Word<ClosureEffect>>,
            direction: Option<Word<Direction>>,
            traffic: Option<Word<TrafficClass>>,
            severity: Option<Word<ClosureSeverity>>,
            basis: Option<Word<ClosureBasis>>,
            decided_by: Option<Actor>,
            reason: Option<Text>,
            schedule: Option<Text>,
            extent: Option<Time>,
            when: Option<Text>,
        }
        plain {}
    }
}

section! {
    /// Where the pieces of an article stand.
    Each {
        required { text: Text }
        optional {}
        plain { split: Option<String>, pattern: Option<Spanned<String>>, unmatched: Unmatched }
    }
}

section! {
    /// The article that a line cites, or the articles.
    Article {
        required { source: Source }
        optional {
            key: Option<Text>,
            url: Option<Text>,
            title: Option<Text>,
            author: Option<Text>,
            published: Option<Time>,
            published_note: Option<Text>,
            language: Option<Text>,
            summary: Option<Text>,
            relevance: Option<Word<Relevance>>,
            locator: Option<Text>,
            confidence: Option<Text>,
            when: Option<Text>,
        }
        plain {
            each: Option<Each>,
            speaks_for: SpeaksFor,
        }
    }
}

/// Which closures the reports of a line speak for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpeaksFor {
    /// All of the event.
    #[default]
    All,
    /// Those of the line.
    Line,
}

section! {
    /// What somebody says about the event.
    Claim {
        required { property: Text }
        optional {
            number: Option<Text>,
            low: Option<Text>,
            high: Option<Text>,
            unit: Option<Text>,
            qualifier: Option<Word<NumberQualifier>>,
            code: Option<Text>,
            text: Option<Text>,
            boolean: Option<Text>,
            extent: Option<Time>,
            actor: Option<Actor>,
            location: Option<Location>,
            key: Option<Text>,
            source: Option<Source>,
            speaker: Option<Actor>,
            target: Option<Actor>,
            relayed_from: Vec<Source>,
            act: Option<Word<ClaimAct>>,
            direction: Option<Word<Direction>>,
            traffic: Option<Word<TrafficClass>>,
            as_of: Option<Time>,
            locator: Option<Text>,
            quote: Option<Text>,
            note: Option<Text>,
            when: Option<Text>,
        }
        plain {}
    }
}

impl Bind for Source {
    fn bind(&mut self, scope: &Scope) -> Result<(), MappingFault> {
        self.0.bind(scope)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// As it is written.
        enum Written {
            Name(String),
            Table(Box<SourceTable>),
        }
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Written;

            fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
                formatter.write_str("a source: its name, or { name = \"{outlet}\", kind = \"NEWSPAPER\" }")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Written, E> {
                Ok(Written::Name(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
                SourceTable::deserialize(MapAccessDeserializer::new(map))
                    .map(|table| Written::Table(Box::new(table)))
            }
        }
        impl<'de> Deserialize<'de> for Written {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Form)
            }
        }
        let read = Spanned::<Written>::deserialize(deserializer)?;
        let span = read.span();
        Ok(Self(match read.into_inner() {
            Written::Table(table) => *table,
            Written::Name(name) => {
                let name = Some(Text::of_words(span, &name).map_err(D::Error::custom)?);
                SourceTable { slug: None, key: None, name, kind: None, country: None, homepage: None }
            }
        }))
    }
}
