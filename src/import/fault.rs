//! Faults of lines: what a broken constraint says about the line that broke it, as people would say it.

use super::table::{Column, Table};
use crate::db::sql_state;

/// What is wrong with a line, and with which of its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub field: Option<&'static str>,
    pub reason: String,
    pub kind: FaultKind,
}

impl Fault {
    /// The same, of a line for this table: only an article has an address of its own, the others have a homepage.
    #[must_use]
    pub fn of_table(self, table: &Table) -> Self {
        let has = |field| {
            table.columns.iter().any(|column| matches!(column, Column::Value(name, _) if *name == field))
        };
        match self.field {
            Some("url") if !has("url") => Self { field: Some("homepage"), ..self },
            _ => self,
        }
    }
}

/// Of what kind a fault is: callers who wait for an answer are told by a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// What is written there is wrong by itself.
    Wrong,
    /// It refers to what is not there.
    Missing,
    /// Another record has what it asks for.
    Taken,
}

/// Constraints, the field that breaks them, and what is wrong then.
const REASONS: &[(&str, &str, &str)] = &[
    ("dataset_slug_key", "slug", "another dataset has this slug"),
    ("source_slug_key", "slug", "another source has this slug"),
    ("actor_slug_key", "slug", "another actor has this slug"),
    ("location_slug_key", "slug", "another location has this slug"),
    ("event_slug_key", "slug", "another event has this slug"),
    (
        "slug_well_formed",
        "slug",
        "a slug is lower-case letters and digits in groups joined by hyphens, at most 200 characters",
    ),
    (
        "country_code_well_formed",
        "country",
        "a country is the two upper-case letters of ISO 3166-1, such as PK",
    ),
    ("web_address_well_formed", "url", "a web address begins with http:// or https:// and has no spaces"),
    ("article_url_taken", "url", "another article has this url"),
    ("article_content_hash_is_sha256", "contentHash", "it is not a SHA-256 of 64 hexadecimal digits"),
    ("article_derivation_not_from_itself", "derivedFrom", "an article cannot derive from itself"),
    (
        "article_derivation_given_twice",
        "derivedFrom",
        "the article comes from there already, under another id",
    ),
    ("location_timezone_known", "timezone", "it is no IANA time zone, such as Asia/Karachi"),
    ("location_latitude_on_earth", "point.latitude", "a latitude lies between -90 and 90"),
    ("location_longitude_on_earth", "point.longitude", "a longitude lies between -180 and 180"),
    ("location_point_is_whole", "point", "a point has a latitude and a longitude"),
    ("location_precision_positive", "precisionMetres", "it cannot be negative"),
    ("location_tree_has_no_cycle", "parent", "a place cannot lie within itself"),
    ("location_only_borders_divide", "between", "only a place of kind BORDER divides two countries"),
    ("location_border_divides_two", "between", "a border divides two different countries"),
    ("border_crossing_location", "slug", "the place of this slug is no crossing"),
    ("border_crossing_joins_two_sides", "sides", "the sides lie in two countries, or under two authorities"),
    ("event_extent_is_ordered", "extent", "it ends before it begins"),
    ("closure_extent_is_ordered", "extent", "it ends before it begins"),
    ("affiliation_extent_is_ordered", "extent", "it ends before it begins"),
    ("article_published_is_ordered", "published", "it ends before it begins"),
    ("claim_value_extent_is_ordered", "value.extent", "it ends before it begins"),
    ("claim_as_of_is_ordered", "asOf", "it ends before it begins"),
    ("event_fatalities_are_ordered", "fatalities", "low, best and high must not decrease"),
    (
        "event_fatalities_best_counts",
        "fatalities.best",
        "a number of deaths cannot be negative; leave it out when it is unknown",
    ),
    (
        "event_fatalities_low_counts",
        "fatalities.low",
        "a number of deaths cannot be negative; leave it out when it is unknown",
    ),
    (
        "event_fatalities_high_counts",
        "fatalities.high",
        "a number of deaths cannot be negative; leave it out when it is unknown",
    ),
    ("event_tree_has_no_cycle", "parent", "an event cannot be part of itself"),
    ("article_derivation_has_no_cycle", "derivedFrom", "an article cannot come from itself"),
    ("event_relation_joins_two_events", "other", "an event cannot be related to itself"),
    ("event_relation_given_twice", "kind", "these events already stand in this relation, under another id"),
    ("participation_given_twice", "role", "this actor already has this role in the event, under another id"),
    ("affiliation_joins_two_actors", "group", "an actor cannot belong to itself"),
    ("closure_place_is_a_crossing_or_border", "place", "the place must be a border crossing or a border"),
    ("report_given_twice", "article", "the article already reports this event, under another id"),
    ("report_confidence_is_a_share", "confidence", "it lies between 0 and 1"),
    ("report_closure_closure", "closures", "a report speaks for closures of its own event"),
    ("report_closure_given_twice", "closures", "a closure is named twice"),
    ("name_given_twice", "names", "a name is given twice"),
    ("name_value_given", "names", "a name is empty"),
    ("identifier_given_twice", "identifiers", "an identifier is given twice"),
    ("identifier_scheme_given", "identifiers", "a scheme is lower-case letters, digits, - and _"),
    ("identifier_value_given", "identifiers", "an identifier is empty"),
    ("claim_property_code_key", "code", "another property has this code"),
    (
        "claim_property_code_well_formed",
        "code",
        "a code is lower-case letters, digits and _, and begins with a letter",
    ),
    ("claim_property_code_is_upper_case", "codes", "a code of a value is upper-case letters, digits and _"),
    ("claim_property_unit_of_numbers", "unit", "only a property of kind NUMBER has a unit"),
    ("claim_property_of_kind", "valueKind", "claims of this property hold it to its kind and scope"),
    ("claim_code_allowed", "codes", "claims use a code that is left out"),
    ("claim_number_is_ordered", "value", "low, number and high must not decrease"),
    ("claim_text_given", "value.text", "it is empty"),
    ("claim_has_its_scope", "scope", "the property needs a scope with a crossing and a direction"),
    (
        "claim_quote_is_short",
        "quote",
        "a quote is a few words, at most 25: the text of an article is never stored",
    ),
    ("claim_article_of_source", "source", "the article is of another source"),
    (
        "claim_is_never_edited",
        "id",
        "a claim is never edited: leave the id out, and the new value is a new claim",
    ),
    ("claim_external_id_taken", "externalId", "another claim has this externalId"),
    (
        "merged_record_id_taken",
        "id",
        "the record with this id was merged into another, which is to be changed instead",
    ),
];

/// The fault of a line that the error tells of; none when the fault is not a line's.
#[must_use]
pub fn of_line(error: &sqlx::Error) -> Option<Fault> {
    let state = sql_state(error)?;
    // Data exceptions, broken constraints, and what the table itself refuses.
    if !(state.starts_with("22") || state.starts_with("23") || state.starts_with("DL")) {
        return None;
    }
    let database = error.as_database_error()?;
    let constraint = database.constraint().unwrap_or_default();
    let kind = kind(constraint);
    let fault = |field, reason: &str| Some(Fault { field, reason: reason.to_owned(), kind });
    if let Some((_, field, reason)) = REASONS.iter().find(|(name, ..)| *name == constraint) {
        return fault(Some(field), reason);
    }
    if constraint.ends_with("_external_id_taken") {
        return fault(Some("externalId"), "another record of the dataset has this externalId");
    }
    if let Some(field) = given(constraint) {
        return fault(Some(field), "it is empty");
    }
    if constraint.ends_with("_fkey") && state == "23503" {
        return fault(None, "another record still refers to what this line takes away");
    }
    if state.starts_with("DL") {
        return fault(None, database.message());
    }
    fault(None, UNTOLD)
}

/// What is said where no reason is known: Postgres's own words are about tables, and are not shown.
const UNTOLD: &str = "it has a value that cannot be stored, such as a number or a year far out of range";

/// Constraints by which a record keeps others from what it has; besides those whose names say so.
const KEPT_BY_ANOTHER: [&str; 4] = [
    "event_relation_given_twice",
    "participation_given_twice",
    "report_given_twice",
    "claim_property_code_key",
];

/// Of what kind a fault is that breaks this constraint.
fn kind(constraint: &str) -> FaultKind {
    let is_kept = constraint.ends_with("_slug_key")
        || constraint.ends_with("_taken")
        || constraint.ends_with("_fkey")
        || KEPT_BY_ANOTHER.contains(&constraint);
    if is_kept { FaultKind::Taken } else { FaultKind::Wrong }
}

/// The field that a constraint of the form `event_title_given` asks for.
fn given(constraint: &str) -> Option<&'static str> {
    ["title", "name", "label"].into_iter().find(|field| constraint.ends_with(&format!("_{field}_given")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables that lines do not write, or only through others.
    const KEPT_BY_THE_PROGRAM: [&str; 8] = [
        "change_",
        "country_set",
        "event_sum",
        "idempotent_request",
        "import_",
        "merged_record",
        "spelling",
        "token",
    ];

    /// What lines cannot break: readers and the merge make rows of this form only.
    const NEVER_BROKEN: [&str; 14] = [
        "article_derivation_from_one",
        "article_of_source",
        "border_crossing_is_a_crossing",
        "claim_has_one_value",
        "claim_number_is_qualified",
        "claim_property_code_given_twice",
        "claim_property_shape",
        "claim_relay_given_twice",
        "claim_relay_position_counts",
        "claim_retraction_has_a_reason",
        "closure_of_event",
        "location_of_kind",
        "report_by_one",
        "report_of_event",
    ];

    /// The names of all constraints and unique indexes in the migrations.
    fn constraints() -> Vec<String> {
        let name = regex::Regex::new(
            r"constraint (?:= ')?([a-z_0-9]+)'?\s*(?:check|unique|exclude|;)|create unique index ([a-z_0-9]+)",
        );
        let name = name.expect("a pattern");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migration/sql");
        let steps =
            std::fs::read_dir(folder).expect("the migrations").map(|step| step.expect("a step").path());
        let up = steps.filter(|step| step.to_string_lossy().ends_with(".up.sql"));
        let texts = up.map(|step| std::fs::read_to_string(step).expect("a step"));
        texts
            .flat_map(|text| {
                let found = name.captures_iter(&text);
                let found = found.filter_map(|found| found.get(1).or(found.get(2)));
                found.map(|name| name.as_str().to_owned()).collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn every_constraint_that_a_line_can_break_has_a_reason() {
        let names = constraints();
        assert!(names.len() > 80, "{names:?}");
        let without: Vec<_> = names
            .iter()
            .filter(|name| {
                let is_told = REASONS.iter().any(|(told, ..)| told == name)
                    || name.ends_with("_external_id_taken")
                    || given(name).is_some();
                // Vocabularies are read before, with an error that lists them; names and identifiers are
                // written with the record they are of.
                let is_out_of_reach = name.ends_with("_known")
                    || name.ends_with("_of_one_record")
                    || NEVER_BROKEN.contains(&name.as_str())
                    || KEPT_BY_THE_PROGRAM.iter().any(|prefix| name.starts_with(prefix));
                !is_told && !is_out_of_reach
            })
            .collect();
        assert_eq!(without, Vec::<&String>::new());
    }

    #[test]
    fn every_reason_is_given_once() {
        let mut names: Vec<_> = REASONS.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
    }
}
