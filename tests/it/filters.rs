//! Filters and orders: what they leave, in which order, and that pages of them agree with the whole.

use serde_json::Value;

use crate::support::Api;

#[tokio::test]
async fn every_field_of_a_filter_of_events_leaves_what_it_says() {
    let api = Api::demonstration().await;
    let answer = api.ask("{ events(first: 500) { totalCount } }").await;
    let all = answer["data"]["events"]["totalCount"].as_u64().unwrap();
    for filter in FILTERS {
        let query = format!(
            "{{ is: events(first: 500, filter: {filter}) {{ totalCount nodes {{ id }} }} \
               isnt: events(first: 500, filter: {{not: {filter}}}) {{ totalCount nodes {{ id }} }} \
               twice: events(first: 500, filter: {{not: {{not: {filter}}}}}) {{ nodes {{ id }} }} \
               and: events(first: 500, filter: {{and: [{filter}]}}) {{ nodes {{ id }} }} \
               or: events(first: 500, filter: {{or: [{filter}]}}) {{ nodes {{ id }} }} }}"
        );
        let answer = api.ask(&query).await;
        assert_eq!(answer["errors"], Value::Null, "{filter}: {answer}");
        let data = &answer["data"];
        let count = |name: &str| data[name]["nodes"].as_array().unwrap().len() as u64;
        assert!(count("is") > 0 && count("is") < all, "{filter} leaves {} of {all}", count("is"));
        assert_eq!(count("is") + count("isnt"), all, "{filter}");
        for same in ["twice", "and", "or"] {
            assert_eq!(data[same]["nodes"], data["is"]["nodes"], "{same} {filter}");
        }
    }
}

/// Filters of events that leave some of the demonstration and not all.
const FILTERS: &[&str] = &[
    r#"{slug: ["istanbul-round-2-2025"]}"#,
    "{kind: [CLOSURE]}",
    "{kind: [CLOSURE, TALKS]}",
    "{category: [BORDER, DIPLOMACY]}",
    "{modality: [ALLEGED, ANNOUNCED]}",
    r#"{during: {from: "2025-10-20"}}"#,
    r#"{during: {to: "2025-10-20"}}"#,
    r#"{during: {from: "2025-10-20", to: "2025-11-01"}}"#,
    r#"{during: {from: "2025-10-20", to: "2025-11-01", match: CERTAIN}}"#,
    r#"{published: {from: "2025-10-28", to: "2025-10-30"}}"#,
    r#"{within: {slug: "pakistan"}}"#,
    r#"{location: [{slug: "torkham"}]}"#,
    r#"{location: [{slug: "torkham"}, {slug: "doha"}]}"#,
    r#"{country: ["PK"]}"#,
    r#"{country: ["PK", "AF"]}"#,
    "{near: {latitude: 34.1, longitude: 71.1, km: 100}}",
    "{box: {south: 30, west: 60, north: 36, east: 75}}",
    r#"{polygon: {type: "Polygon", coordinates: [[[60, 30], [75, 30], [75, 36], [60, 36], [60, 30]]]}}"#,
    r#"{actor: {slug: ["pakistan"]}}"#,
    r#"{actor: {slug: ["pakistan", "qatar"]}}"#,
    r#"{actor: {slug: ["pakistan"], includeMembers: true}}"#,
    r#"{actor: {slug: ["qatar", "turkiye"], role: [MEDIATOR]}}"#,
    "{actor: {role: [MEDIATOR]}}",
    r#"{crossing: [{slug: "torkham"}]}"#,
    r#"{parent: {slug: "pakistan-afghanistan-talks-2025"}}"#,
    r#"{text: "talks"}"#,
    "{disputed: true}",
];

#[tokio::test]
async fn what_is_wrong_with_a_filter_is_said_with_its_path() {
    let api = Api::empty().await;
    let text = "x".repeat(10_000);
    let many = vec!["{kind: [TALKS]}"; 201].join(", ");
    let cases = [
        ("{and: []}".to_owned(), "`filter.and` is empty"),
        ("{or: [{not: {or: []}}]}".to_owned(), "`filter.or[0].not.or` is empty"),
        (
            "{and: [{kind: [TALKS]}, {near: {latitude: 1, longitude: 1, km: 0}}]}".to_owned(),
            "`filter.and[1].near.km` is 0",
        ),
        ("{near: {latitude: 1, longitude: 1, km: 1000000}}".to_owned(), "`filter.near.km` is 1000000"),
        ("{near: {latitude: 91, longitude: 1, km: 1}}".to_owned(), "`filter.near.latitude` is 91"),
        ("{box: {south: 1, west: 1, north: 0, east: 2}}".to_owned(), "`filter.box` has its `south` north"),
        ("{box: {south: 1, west: 1, north: 2, east: 200}}".to_owned(), "`filter.box.east` is 200"),
        (
            r#"{polygon: {type: "Polygon", coordinates: [[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]]}}"#
                .to_owned(),
            "`filter.polygon` crosses or touches itself, where [0.0, 0.0] to [4.0, 4.0] meets [4.0, 0.0] to [0.0, 4.0]",
        ),
        (
            r#"{polygon: {type: "Polygon", coordinates: [[[0, 0], [4, 0], [4, 4]]]}}"#.to_owned(),
            "`filter.polygon` has a ring that is not closed",
        ),
        (format!("{{text: \"{text}\"}}"), "`filter.text` has 10000 characters"),
        (r#"{text: "  "}"#.to_owned(), "`filter.text` is empty"),
        (r#"{country: ["PK", "pk"]}"#.to_owned(), "`filter.country` has \"pk\""),
        ("{fatalities: {min: 3, max: 2}}".to_owned(), "`filter.fatalities` has a `min` of 3"),
        (
            r#"{recorded: {from: "2025-10-02", to: "2025-10-01"}}"#.to_owned(),
            "`filter.recorded` ends before it begins",
        ),
        (format!("{{or: [{many}]}}"), "`filter` has more than 200 conditions"),
    ];
    for (filter, said) in cases {
        let answer = api.ask(&format!("{{ events(filter: {filter}) {{ totalCount }} }}")).await;
        let error = &answer["errors"][0];
        let message = error["message"].as_str().unwrap_or_default();
        assert!(message.starts_with(said), "{filter}: {answer}");
        let code = if said.contains("more than") { "TOO_COMPLEX" } else { "BAD_USER_INPUT" };
        assert_eq!(error["extensions"]["code"], code, "{message}");
    }
    for (order, missing) in [("DISTANCE", "`filter.near`"), ("RELEVANCE", "`filter.text`")] {
        let answer = api.ask(&format!("{{ events(orderBy: {{field: {order}}}) {{ totalCount }} }}")).await;
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("`orderBy.field` is {order}, and {missing}")), "{message}");
    }
}
