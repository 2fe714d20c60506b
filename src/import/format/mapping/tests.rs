//! What mappings make of lines, and that no mapping and no line makes them panic.

use csv::StringRecord;
use proptest::prelude::*;

use super::*;
use crate::import::format::{Line, Normaliser as _, Wrong, suggestion};
use crate::import::row::Rows;

const CLOSURES: &str = include_str!("../../../../docs/import/border-closures.csv");
const MAPPING: &str = include_str!("../../../../docs/import/border-closures.toml");

/// What a mapping makes of a table of commas.
fn normalise(mapping: &str, table: &str) -> Vec<Result<Vec<(&'static str, String)>, Wrong>> {
    let mapping = Mapping::parse(mapping).unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(mapping.delimiter()).from_reader(table.as_bytes());
    let mapped = mapping.over(&Columns::of(reader.headers().unwrap())).unwrap();
    let mut rows = Rows::of(Some("desk"), 1);
    let mut lines = Vec::new();
    for (record, number) in reader.records().zip(2..) {
        rows.begin(number);
        let line = Line { number, text: String::new(), record: record.unwrap() };
        let outcome = mapped.normalise(&line, &mut rows);
        lines.push(outcome.map(|()| rows.finish().collect()));
    }
    lines
}

/// An event whose keys are these, with a dataset around it.
fn event(keys: &str) -> String {
    format!(
        "[dataset]\nslug = \"desk\"\ntitle = \"A desk\"\n[event]\nkey = \"{{id}}\"\nkind = \"OTHER\"\n{keys}"
    )
}

/// The one event of a table of two columns, `id` and `x`, where `x` says this.
fn event_of(keys: &str, x: &str) -> Result<String, Wrong> {
    let rows = normalise(&event(keys), &format!("id,x\n1,\"{x}\"\n")).remove(0)?;
    Ok(rows.into_iter().find(|(table, _)| *table == "event").expect("an event").1)
}

#[test]
fn values_are_texts_with_columns_and_tables() {
    for (title, x, expected) in [
        ("\"{x}\"", " said ", "said"),
        ("\"On {x}: {id}\"", "Monday", "On Monday: 1"),
        ("\"{{{x}}}\"", "braces", "{braces}"),
        ("{ text = \"{x}\", values = { \"a\" = \"A\" } }", "a", "A"),
        ("{ text = \"{x}\", values = { \"a\" = \"A\" } }", "b", "b"),
        ("{ text = \"{x}\", values = { \"a\" = \"A\" }, otherwise = \"?\" }", "b", "?"),
        ("{ text = \"{x}\", default = \"nothing said\" }", "NA", "nothing said"),
        ("\"{y|x}\"", "the second", "the second"),
    ] {
        let event = event_of(&format!("title = {title}"), x).unwrap();
        assert!(event.split('\t').any(|cell| cell == expected), "{title}: {event}");
    }
}

#[test]
fn a_text_says_nothing_where_one_of_its_columns_does() {
    let event = event_of("title = \"T\"\nsummary = \"Said: {x}\"", "NONE").unwrap();
    assert!(!event.contains("Said"), "{event}");
    let wrong = event_of("title = \"{x}\"", "").unwrap_err();
    assert_eq!(wrong.field.as_deref(), Some("x"));
    assert!(wrong.reason.contains("line 7 of the mapping"), "{}", wrong.reason);
}

#[test]
fn times_are_read_in_the_forms_that_are_named() {
    let dates = "[file]\ndates = [\"%d/%m/%Y\", \"%d.%m.%Y %H:%M\"]\n";
    for (extent, x, expected) in [
        ("\"{x}\"", "2025-10~", "2025-10~"),
        ("\"{x}\"", "11/10/2025", "2025-10-11"),
        ("{ start = \"{x}\" }", "11/10/2025", "2025-10-11/"),
        ("{ start = \"{x}\", without_end = \"ongoing\" }", "11/10/2025", "2025-10-11/.."),
        ("{ start = \"{x}\", without_end = \"same-day\" }", "11/10/2025", "2025-10-11"),
        ("{ start = \"{x}\", end = \"2025-10-20\" }", "11/10/2025", "2025-10-11/2025-10-20"),
        ("{ end = \"{x}\" }", "11/10/2025", "/2025-10-11"),
        ("\"{x}\"", "11.10.2025 14:30", "2025-10-11T14:30:00"),
    ] {
        let event = event_of(&format!("title = \"T\"\nextent = {extent}\n{dates}"), x).unwrap();
        assert!(event.split('\t').any(|cell| cell == expected), "{extent} of {x}: {event}");
    }
    for x in ["tomorrow", "32/10/2025", "2025-10-11T25:00:00"] {
        let wrong = event_of(&format!("title = \"T\"\nextent = \"{{x}}\"\n{dates}"), x).unwrap_err();
        assert!(wrong.reason.contains("%d/%m/%Y"), "{}", wrong.reason);
    }
}

#[test]
fn lines_of_one_key_are_one_event_and_each_brings_its_report() {
    let lines = normalise(MAPPING, CLOSURES);
    let of = |line: usize, table: &str| {
        lines[line].as_ref().unwrap().iter().filter(|(name, _)| *name == table).count()
    };
    assert_eq!((of(0, "event"), of(1, "event"), of(2, "event")), (1, 0, 1));
    assert_eq!((of(0, "closure"), of(1, "closure"), of(2, "closure")), (1, 0, 1));
    assert_eq!((of(0, "report"), of(1, "report"), of(2, "report")), (1, 2, 1));
    assert_eq!((of(0, "claim"), of(1, "claim"), of(2, "claim")), (2, 2, 0));
}

#[test]
fn spellings_of_one_outlet_are_one_source_only_when_the_mapping_says_so() {
    let table = "id,by\n1,Example Wire \n2,Example Wire\n3,The Example Wire\n4,007\n";
    let sources = |source: &str| {
        let lines = normalise(&event(&format!("title = \"T\"\n[article]\nsource = {source}\n")), table);
        let rows: Vec<_> = lines.into_iter().flat_map(Result::unwrap).collect();
        rows.into_iter().filter(|(table, _)| *table == "source").map(|(_, row)| row).collect::<Vec<_>>()
    };
    let apart = sources("\"{by}\"");
    assert_eq!(apart.len(), 3, "{apart:?}");
    assert!(apart[2].contains("\t007\t"), "leading zeros stay: {apart:?}");
    let joined =
        sources("{ name = { text = \"{by}\", values = { \"The Example Wire\" = \"Example Wire\" } } }");
    assert_eq!(joined.len(), 2, "{joined:?}");
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_place() {
    for (rest, expected) in [
        (
            "[[actor]]\nname = \"{x}\"\n",
            "line 8, column 1 of the mapping: an actor of the event needs its role",
        ),
        ("[[closure]]\n", "line 8, column 1 of the mapping: a closure needs its place"),
        (
            "[[claim]]\nproperty = \"status\"\ncode = \"OPEN\"\ndirection = \"BOTH\"\n",
            "line 8, column 1 of the mapping: a claim with a direction",
        ),
        ("[crossing]\nname = \"{x}\"\n", "line 8, column 1 of the mapping: a crossing is named by"),
        ("[[column]]\ntext = \"{x}\"\n", "line 9, column 8 of the mapping: a column needs a name"),
        (
            "[[column]]\ntext = \"{x}\"\npattern = '(.*)'\n",
            "line 10, column 11 of the mapping: the pattern has no named group",
        ),
    ] {
        let mapping = event(&format!("title = \"T\"\n{rest}"));
        let fault = Mapping::parse(&mapping).expect_err(rest).to_string();
        assert!(fault.starts_with(expected), "{fault}\nnot {expected}");
    }
    let lonely =
        "[dataset]\nslug = \"a\"\ntitle = \"A\"\n[[claim]]\nproperty = \"fatalities\"\nnumber = \"{x}\"\n";
    let fault = Mapping::parse(lonely).expect_err("no event").to_string();
    assert!(fault.contains("add a section [event]"), "{fault}");
}

#[test]
fn a_column_of_a_mapping_cannot_hide_one_of_the_file() {
    let mapping = event("title = \"T\"\n[[column]]\nname = \"X\"\ntext = \"{id}\"\n");
    let columns = Columns::of(&StringRecord::from(vec!["id", "x"]));
    let fault = Mapping::parse(&mapping).unwrap().over(&columns).err().expect("taken").to_string();
    assert!(fault.starts_with("line 9, column 8 of the mapping: there is a column \"X\" already"), "{fault}");
}

proptest! {
    #[test]
    fn no_line_makes_it_panic(cells in prop::collection::vec(any::<String>(), 0..16)) {
        let mapping = Mapping::parse(MAPPING).unwrap();
        let header: StringRecord = CLOSURES.lines().next().unwrap().split(';').collect();
        let mapped = mapping.over(&Columns::of(&header)).unwrap();
        let mut rows = Rows::of(Some("desk"), 1);
        rows.begin(2);
        let line = Line { number: 2, text: String::new(), record: StringRecord::from(cells) };
        let _ = mapped.normalise(&line, &mut rows);
    }

    #[test]
    fn no_text_of_a_mapping_makes_it_panic(at in 0..MAPPING.len(), length in 0..40_usize, with in "[\\[\\]{}\"'=a-z\n.|<>?]{0,12}") {
        let mut mapping = MAPPING.to_owned();
        let boundary = |at: usize| (at..=MAPPING.len()).find(|at| MAPPING.is_char_boundary(*at)).unwrap();
        mapping.replace_range(boundary(at)..boundary((at + length).min(MAPPING.len())), &with);
        let header: StringRecord = CLOSURES.lines().next().unwrap().split(';').collect();
        if let Ok(mapping) = Mapping::parse(&mapping) {
            let _ = mapping.over(&Columns::of(&header));
        }
    }

    #[test]
    fn every_suggestion_is_a_mapping_of_its_file(
        names in prop::collection::vec("[a-zA-Z _{}\"\\\\é.|-]{0,12}|id|date|lat|lon|title|source|url|killed|start|end|country|place|actor1", 1..10),
        lines in prop::collection::vec(prop::collection::vec("[0-9]{1,4}|2025-10-1[0-9]|1[0-9]/10/2025|https://example.org|[a-z\"é ]{0,40}", 1..10), 0..5),
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        writer.write_record(&names).unwrap();
        for line in &lines {
            writer.write_record(line).unwrap();
        }
        let table = writer.into_inner().unwrap();
        if let Ok(suggested) = suggestion(&table, table.as_slice(), "a.csv") {
            let mapping = Mapping::parse(&suggested).map_err(|fault| TestCaseError::fail(format!("{fault}\n{suggested}")))?;
            let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(mapping.delimiter()).from_reader(table.as_slice());
            let over = mapping.over(&Columns::of(reader.headers().unwrap()));
            prop_assert!(over.is_ok(), "{:?}\n{}", over.err(), suggested);
        }
    }
}
