//! Filters by time, held against the relations that the library of EDTF itself finds.

use std::collections::BTreeSet;

use edtf_core::{Edtf, Relation};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::support::{Api, import_all};

const EVENTS: usize = 200;
const RANGES: usize = 40;

/// A year, a month or a day of three years.
fn date() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => "202[4-6]",
        3 => "202[4-6]-(0[1-9]|1[0-2])",
        3 => "202[4-6]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
    ]
}

/// A date or an interval, whose end may be open.
fn extent() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => date(),
        3 => (date(), date()).prop_map(|(start, end)| format!("{start}/{end}")),
        1 => date().prop_map(|start| format!("{start}/..")),
        1 => date().prop_map(|end| format!("../{end}")),
    ]
    .prop_filter("reversed", |text| Edtf::parse(text).is_ok())
}

/// The first day of a range, and the first after it.
fn range() -> impl Strategy<Value = (String, String, String)> {
    let day = "202[4-6]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])";
    (day, day).prop_filter("reversed", |(from, to)| from <= to).prop_map(|(from, last)| {
        let (month, day) = last.split_at(8);
        let next = format!("{month}{:02}", day.parse::<u32>().unwrap() + 1);
        (from.clone(), next, format!("{from}/{last}"))
    })
}

#[tokio::test]
async fn filters_by_time_agree_with_the_relations_of_edtf() {
    let api = Api::empty().await;
    let mut runner = TestRunner::deterministic();
    let extents: Vec<String> =
        (0..EVENTS).map(|_| extent().new_tree(&mut runner).unwrap().current()).collect();
    let lines = extents.iter().enumerate().map(|(n, extent)| {
        json!({ "type": "event", "slug": format!("e{n}"), "title": extent, "kind": "VISIT", "extent": extent })
    });
    import_all(&api.database, &lines.map(|line| format!("{line}\n")).collect::<String>()).await;

    let mut compared = 0;
    for _ in 0..RANGES {
        let (from, to, whole) = range().new_tree(&mut runner).unwrap().current();
        let range = Edtf::parse(&whole).unwrap();
        let found = async |sure: &str| -> BTreeSet<String> {
            let query = format!(
                "{{ events(first: 500, filter: {{during: {{from: \"{from}\", to: \"{to}\", match: {sure}}}}}) {{ nodes {{ slug }} }} }}"
            );
            let answer = api.ask(&query).await;
            let nodes = answer["data"]["events"]["nodes"].as_array().unwrap();
            nodes.iter().map(|node| node["slug"].as_str().unwrap().to_owned()).collect()
        };
        let (possible, certain) = (found("POSSIBLE").await, found("CERTAIN").await);
        for (n, text) in extents.iter().enumerate() {
            let slug = format!("e{n}");
            let relations = Edtf::parse(text).unwrap().relation(&range);
            let apart = relations.is_definite(Relation::Before) || relations.is_definite(Relation::After);
            assert_eq!(possible.contains(&slug), !apart, "{text} in {whole}");
            // A day alone is wholly known: what is possible of it is certain.
            if text.len() == 10 && !text.contains('/') {
                assert_eq!(certain.contains(&slug), !apart, "{text} in {whole}");
            }
            compared += 1;
        }
        assert!(certain.is_subset(&possible), "{whole}");
    }
    assert_eq!(compared, EVENTS * RANGES);
}
