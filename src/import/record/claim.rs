//! Claims and their properties: the shapes of their lines and their staging tables.

use serde::{Deserialize, Deserializer};

use super::{Draft, Fault, draft, no_slug};
use crate::claim::vocabulary::{ClaimAct, NumberQualifier, ValueKind};
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::extent::LocalExtent;
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};
use crate::import::table::{Check, Column, DATASET, EXTERNAL_ID, Identity, Part, Table, Target};

draft! {
    /// What claims can be about.
    ClaimPropertyDraft {
        required {
            code: String,
            label: String,
            value_kind: ValueKind,
            functional: bool,
        }
        optional {
            unit: Option<String>,
            codes: Option<Vec<String>>,
            needs_scope: Option<bool>,
        }
    }
}

pub static CLAIM_PROPERTIES: Table = Table {
    name: "claim_property",
    columns: &[
        Column::Value("code", "text"),
        Column::Value("label", "text"),
        Column::Value("value_kind", "text"),
        Column::Value("unit", "text"),
        Column::Value("functional", "boolean"),
        Column::Value("needs_scope", "boolean"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[CODES],
    has_slug: false,
    same_record: Some("t.code = s.code"),
    identity: Identity::Natural(&["s.code"]),
    dates_at: None,
    checks: &[],
};

const CODES: Part = Part {
    name: "claim_property_code",
    owner: "property",
    owner_key: "s.code",
    columns: &[Column::Value("code", "text")],
    keep: None,
    comes_along: false,
};

impl Draft for ClaimPropertyDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        no_slug(key)?;
        let has_codes = self.codes.as_ref().is_some_and(|codes| !codes.is_empty());
        if has_codes != (self.value_kind == ValueKind::Code) {
            return Err(Fault::new("codes", "a property of kind CODE lists its codes, and no other does"));
        }
        rows.record(&CLAIM_PROPERTIES, key, |row| {
            row.value(Some(&self.code))
                .value(Some(&self.label))
                .value(Some(self.value_kind.word()))
                .value(self.unit.as_ref())
                .value(Some(self.functional))
                .value(Some(self.needs_scope.unwrap_or(false)))
        });
        for code in self.codes.iter().flatten() {
            rows.part(&CODES, None, |row| row.value(Some(code)));
        }
        Ok(())
    }
}

draft! {
    /// What one article says one speaker said.
    ClaimDraft {
        required {
            event: Reference,
            property: String,
            value: ValueDraft,
        }
        optional {
            article: Option<Reference>,
            source: Option<Reference>,
            speaker: Option<Reference>,
            target: Option<Reference>,
            relayed_from: Option<Vec<Reference>>,
            act: Option<ClaimAct>,
            scope: Option<ScopeDraft>,
            as_of: Option<LocalExtent>,
            locator: Option<String>,
            quote: Option<String>,
            note: Option<String>,
        }
    }
}

/// For which crossing, direction and traffic a claim speaks.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeDraft {
    pub crossing: Option<Reference>,
    pub direction: Option<Direction>,
    pub traffic: Option<TrafficClass>,
}

/// The value of a claim: the keys of exactly one kind.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueDraft {
    pub number: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Empty where it is null, which is no unit; left out, it is the property's.
    #[serde(default, deserialize_with = "unit_or_empty")]
    pub unit: Option<String>,
    pub qualifier: Option<NumberQualifier>,
    pub extent: Option<LocalExtent>,
    pub code: Option<String>,
    pub text: Option<String>,
    pub actor: Option<Reference>,
    pub location: Option<Reference>,
    pub boolean: Option<bool>,
}

/// Reads a unit that is there, be it null.
fn unit_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|unit| Some(unit.unwrap_or_default()))
}

impl ValueDraft {
    /// The one kind whose keys are given.
    fn kind(&self) -> Result<ValueKind, Fault> {
        let is_number = self.number.is_some() || self.low.is_some() || self.high.is_some();
        let given = [
            (is_number, ValueKind::Number),
            (self.extent.is_some(), ValueKind::Extent),
            (self.code.is_some(), ValueKind::Code),
            (self.text.is_some(), ValueKind::Text),
            (self.actor.is_some(), ValueKind::Actor),
            (self.location.is_some(), ValueKind::Location),
            (self.boolean.is_some(), ValueKind::Boolean),
        ];
        let mut kinds = given.into_iter().filter_map(|(is_given, kind)| is_given.then_some(kind));
        match (kinds.next(), kinds.next()) {
            (Some(kind), None)
                if kind == ValueKind::Number
                    || (self.unit.as_deref().is_none_or(str::is_empty) && self.qualifier.is_none()) =>
            {
                Ok(kind)
            }
            (Some(_), None) => Err(Fault::new("value", "only a number has a unit and a qualifier")),
            _ => Err(Fault::new(
                "value",
                "a value is exactly one of number, extent, code, text, actor, location and boolean",
            )),
        }
    }
}

pub static CLAIMS: Table = Table {
    name: "claim",
    columns: &[
        Column::Reference("event_id", "event", Target::Event),
        Column::Value("property", "text"),
        Column::Value("value_kind", "text"),
        Column::Derived(
            "needs_scope",
            "(select p.needs_scope from claim_property p where p.code = s.property)",
        ),
        Column::Reference("article_id", "article", Target::Article),
        Column::FilledReference(
            "source_id",
            "source",
            Target::Source,
            "coalesce((select a.source_id from article a where a.id = s.article_id), s.source_id)",
        ),
        Column::Reference("speaker_id", "speaker", Target::Actor),
        Column::Reference("target_id", "target", Target::Actor),
        Column::Value("act", "text"),
        Column::Reference("crossing_id", "scope.crossing", Target::Crossing),
        Column::Value("direction", "text"),
        Column::Value("traffic", "text"),
        Column::Value("value_number", "double precision"),
        Column::Value("value_low", "double precision"),
        Column::Value("value_high", "double precision"),
        Column::Filled(
            "value_unit",
            "text",
            // Staged without any letter it is none.
            "case s.value_kind when 'NUMBER' then nullif(coalesce(s.value_unit, \
             (select p.unit from claim_property p where p.code = s.property)), '') end",
        ),
        Column::Value("value_qualifier", "text"),
        Column::Extent { prefix: "value_", optional: true },
        Column::Value("value_code", "text"),
        Column::Value("value_text", "text"),
        Column::Reference("value_actor_id", "value.actor", Target::Actor),
        Column::Reference("value_location_id", "value.location", Target::Location),
        Column::Value("value_boolean", "boolean"),
        Column::Extent { prefix: "as_of_", optional: true },
        Column::Value("locator", "text"),
        Column::Value("quote", "text"),
        Column::Value("note", "text"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[RELAYS],
    has_slug: false,
    same_record: None,
    identity: Identity::Content,
    dates_at: Some("(select e.location_id from event e where e.id = s.event_id)"),
    checks: &[
        Check {
            field: "property",
            find: "select s.line, s.place, s.property, 'no property has this code; declare it in a line of type claimProperty' \
                   from stage_claim s where s.batch = $1 and not exists (select from claim_property p where p.code = s.property)",
        },
        Check {
            field: "value",
            find: "select s.line, s.place, s.value_kind, format('the property %s takes a value of kind %s', s.property, p.value_kind) \
                   from stage_claim s join claim_property p on p.code = s.property where s.batch = $1 and p.value_kind <> s.value_kind",
        },
        Check {
            field: "value.code",
            find: "select s.line, s.place, s.value_code, format('the property %s takes one of %s', s.property, \
                   (select string_agg(c.code, ', ' order by c.code) from claim_property_code c where c.property = s.property)) \
                   from stage_claim s where s.batch = $1 and s.value_code is not null and not exists \
                   (select from claim_property_code c where c.property = s.property and c.code = s.value_code)",
        },
        Check {
            field: "source",
            find: "select s.line, s.place, s.source_id_written, 'the article is of another source; leave the source out' \
                   from stage_claim s join article a on a.id = s.article_id where s.batch = $1 and s.source_id <> a.source_id",
        },
    ],
};

const RELAYS: Part = Part {
    name: "claim_relay",
    owner: "claim_id",
    owner_key: "s.id",
    columns: &[
        Column::Value("position", "integer"),
        Column::Reference("source_id", "relayedFrom", Target::Source),
    ],
    keep: None,
    comes_along: false,
};

impl Draft for ClaimDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        no_slug(key)?;
        if self.article.is_none() && self.source.is_none() {
            return Err(Fault::new(
                "article",
                "a claim stands in an article, or in a source that makes it itself",
            ));
        }
        let value = &self.value;
        let kind = value.kind()?;
        let qualifier =
            (kind == ValueKind::Number).then(|| value.qualifier.unwrap_or(NumberQualifier::Exact).word());
        let scope = self.scope.as_ref();
        rows.record(&CLAIMS, key, |row| {
            row.reference(Some(&self.event), Target::Event)
                .value(Some(&self.property))
                .value(Some(kind.word()))
                .reference(self.article.as_ref(), Target::Article)
                .reference(self.source.as_ref(), Target::Source)
                .reference(self.speaker.as_ref(), Target::Actor)
                .reference(self.target.as_ref(), Target::Actor)
                .value(Some(self.act.unwrap_or(ClaimAct::Assert).word()))
                .reference(scope.and_then(|scope| scope.crossing.as_ref()), Target::Crossing)
                .value(scope.and_then(|scope| scope.direction).map(Direction::word))
                .value(scope.and_then(|scope| scope.traffic).map(TrafficClass::word))
                .value(value.number)
                .value(value.low)
                .value(value.high)
                .value(value.unit.as_ref())
                .value(qualifier)
                .extent(value.extent.as_ref())
                .value(value.code.as_ref())
                .value(value.text.as_ref())
                .reference(value.actor.as_ref(), Target::Actor)
                .reference(value.location.as_ref(), Target::Location)
                .value(value.boolean)
                .extent(self.as_of.as_ref())
                .value(self.locator.as_ref())
                .value(self.quote.as_ref())
                .value(self.note.as_ref())
        });
        for (source, position) in self.relayed_from.iter().flatten().zip(1..) {
            rows.part(&RELAYS, key.dataset.as_deref(), |row| {
                row.value(Some(position)).reference(Some(source), Target::Source)
            });
        }
        Ok(())
    }
}
