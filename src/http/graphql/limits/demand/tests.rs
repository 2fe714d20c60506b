//! Documents, and what they ask for.

use std::sync::LazyLock;

use async_graphql::parser::parse_query;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::graphql::schema_text;

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::of(&schema_text()));

fn demand(text: &str, variables: serde_json::Value) -> Demand {
    let document = parse_query(text).unwrap();
    let variables = Variables::from_json(variables);
    let (_, operation) = document.operations.iter().next().unwrap();
    let mut measure = Measure::new(&CONTRACT, &document, &variables, &operation.node);
    measure.operation(&operation.node).unwrap()
}

fn cost(text: &str) -> u64 {
    demand(text, json!({})).cost
}

#[test]
fn every_field_counts_once_for_each_record_of_its_page() {
    assert_eq!(cost("{ service { version } }"), 2);
    assert_eq!(cost("{ events { totalCount } }"), 2);
    assert_eq!(cost("{ events { nodes { id } } }"), 2 + 20);
    assert_eq!(cost("{ events(first: 3) { totalCount nodes { id title } } }"), 3 + 3 * 2);
    assert_eq!(cost("{ events(last: 3) { edges { cursor node { id } } } }"), 2 + 3 * 3);
    assert_eq!(cost("{ events(first: 0) { nodes { id } } }"), 2);
    let nested = "{ events(first: 10) { nodes { claims(first: 7) { nodes { id } } } } }";
    assert_eq!(cost(nested), 2 + 10 * (2 + 7));
    // Two lists of one page hold each record twice.
    assert_eq!(cost("{ events(first: 3) { nodes { id } edges { node { id } } } }"), 3 + 3 + 3 * 2);
    assert_eq!(cost(r#"{ nodes(ids: ["a", "b"]) { id } }"#), 1 + 2 + 2);
    assert_eq!(cost(r#"{ borderCrossing(slug: "a") { sides { country } } }"#), 2 + 5);
    let resolve = |limit: &str| {
        cost(&format!(
            "{{ resolve(name: \"a\", kind: ACTOR{limit}) {{ ambiguous matches {{ score actor {{ name }} }} }} }}"
        ))
    };
    assert_eq!(resolve(""), 3 + 5 * 3);
    assert_eq!(resolve(", limit: 7"), 3 + 7 * 3);
}

#[test]
fn a_page_is_as_large_as_its_variable_or_its_default_says() {
    let text = "query A($n: Int = 7) { events(first: $n) { nodes { id } } }";
    assert_eq!(demand(text, json!({})).cost, 2 + 7);
    assert_eq!(demand(text, json!({ "n": 3 })).cost, 2 + 3);
    assert_eq!(demand(text, json!({ "n": null })).cost, 2 + 20);
    for impossible in [json!(-1), json!(2_147_483_647), json!("7"), json!(1e300), json!(true)] {
        assert_eq!(demand(text, json!({ "n": impossible })).cost, 2 + 500);
    }
    assert_eq!(cost("{ events(first: -1) { nodes { id } } }"), 2 + 500);
}

#[test]
fn long_arguments_count_for_each_record_they_are_asked_of() {
    let text = "query A($p: [String!]) { events(first: 10) { nodes { claims(first: 0, filter: {property: $p}) { totalCount } } } }";
    assert_eq!(
        cost(&format!("{{ events(first: 10) {{ nodes {{ {}: id }} }} }}", "a".repeat(200))),
        2 + 10 * 3
    );
    assert_eq!(demand(text, json!({ "p": "short" })).cost, 2 + 10 * 2);
    assert_eq!(demand(text, json!({ "p": ["a", "b", "c"] })).cost, 2 + 10 * (2 + 3));
    assert_eq!(demand(text, json!({ "p": "long ".repeat(100) })).cost, 2 + 10 * (2 + 5));
    assert_eq!(
        cost(&format!(
            "{{ events(first: 0, filter: {{slug: [\"{}\"]}}) {{ totalCount }} }}",
            "a".repeat(300)
        )),
        2 + 1 + 3
    );
}

#[test]
fn fragments_count_where_they_are_spread() {
    let text = "{ events(first: 3) { ...Page } a: events(first: 4) { ...Page ... { nodes { id } } } }
        fragment Page on EventConnection { totalCount nodes { ...E ...E } } fragment E on Event { id @skip(if: true) }";
    let demand = demand(text, json!({}));
    assert_eq!(demand.cost, (3 + 3 * 2) + (4 + 4 * 2 + 4));
    assert_eq!((demand.fields, demand.aliases, demand.directives, demand.depth), (12, 1, 4, 3));
}

#[test]
fn a_batch_costs_by_its_records_and_a_write_more_than_a_field() {
    let one = r#"mutation { deleteEvent(input: {id: "a", version: 1, reason: "b"}) { id } }"#;
    assert_eq!(cost(one), 1 + 1 + WRITE);
    let batch = "mutation($input: [EventInput!]!) { upsertEvents(input: $input) { created results { index record { id } } } }";
    let input = vec![json!({ "title": "a", "kind": "TALKS" }); 40];
    assert_eq!(demand(batch, json!({ "input": input })).cost, (1 + 40) + 2 + 40 * 3 + 40 * WRITE);
}

#[test]
fn a_bomb_is_measured_in_as_many_steps_as_it_has_lines() {
    let bomb: String = (0..100)
        .map(|n| format!("fragment F{n} on Event {{ parent {{ ...F{0} ...F{0} }} }} ", n + 1))
        .collect();
    let demand = demand(
        &format!("{{ events {{ nodes {{ ...F0 }} }} }} {bomb} fragment F100 on Event {{ id }}"),
        json!({}),
    );
    assert_eq!((demand.fields, demand.cost, demand.depth), (u64::MAX, u64::MAX, 103));
}

#[test]
fn a_fragment_that_spreads_itself_is_found() {
    let found = |text: &str| {
        let document = parse_query(text).unwrap();
        let variables = Variables::default();
        let (_, operation) = document.operations.iter().next().unwrap();
        let mut measure = Measure::new(&CONTRACT, &document, &variables, &operation.node);
        measure.operation(&operation.node).unwrap_err().0.to_string()
    };
    assert_eq!(found("{ ...A } fragment A on Query { ...A }"), "A");
    assert_eq!(
        found(
            "{ ...A } fragment A on Query { events { nodes { ...B } } } fragment B on Event { parent { ...B } }"
        ),
        "B"
    );
}

#[test]
fn the_schema_itself_is_counted_apart() {
    let demand = demand("{ __schema { types { name } } service { version } }", json!({}));
    assert_eq!((demand.cost, demand.depth), (3, 2));
    assert_eq!(demand.introspection, CONTRACT.introspection_length("types") + 1);
}

proptest! {
    #[test]
    fn a_larger_page_never_costs_less(small in 0_u32..500, more in 0_u32..500, inner in 0_u32..500) {
        let text = |n: u32| format!("{{ events(first: {n}) {{ nodes {{ claims(first: {inner}) {{ nodes {{ id }} }} }} }} }}");
        prop_assert!(cost(&text(small)) <= cost(&text((small + more).min(500))));
    }
}
