//! Lists by status and by what is in force, and what they cost.

use serde_json::{Value, json};

use super::case;
use crate::support::{Api, import_all};

/// Crossings on one border, every third of which is closed for cargo.
async fn gates(number: usize) -> Api {
    let api = case(&[]).await;
    let mut lines = vec![
        r#"{"type":"article","id":"00000000-0000-4000-8000-00000000abcd","source":"outlet-1","title":"Gates","published":"2025-03-01"}"#.to_owned(),
    ];
    for gate in 0..number {
        let slug = format!("gate-{gate:03}");
        lines.push(
            json!({"type": "borderCrossing", "slug": slug, "name": format!("Gate {gate:03}"), "parent": "border", "modes": ["ROAD"],
                   "sides": [{"label": "A", "country": "PK", "localName": "G"}, {"label": "B", "country": "AF", "localName": "D"}]})
            .to_string(),
        );
        if gate % 3 == 0 {
            let event = format!("closure-of-{slug}");
            lines.push(
                json!({"type": "event", "slug": event, "title": event, "kind": "CLOSURE", "location": slug})
                    .to_string(),
            );
            lines.push(json!({"type": "closure", "event": event, "place": slug, "traffic": ["CARGO"], "extent": "2025-03-01/.."}).to_string());
            lines.push(json!({"type": "report", "event": event, "article": {"id": "00000000-0000-4000-8000-00000000abcd"}}).to_string());
        }
    }
    import_all(&api.database, &lines.join("\n")).await;
    api
}

#[tokio::test]
async fn five_hundred_crossings_take_as_many_statements_as_one() {
    let api = gates(499).await;
    let query = |first: u32| {
        format!(
            "{{ borderCrossings(first: {first}) {{ nodes {{ name status(at: \"2025-03-10T00:00:00Z\", traffic: CARGO) {{ status certainty origins byTraffic {{ status }} closures {{ id }} }} }} }} }}"
        )
    };
    let (one, few) = api.ask_counting(&query(1)).await;
    let (all, many) = api.ask_counting(&query(500)).await;
    assert_eq!((few, many), (2, 2));
    assert_eq!((&one["errors"], &all["errors"]), (&Value::Null, &Value::Null));
    let nodes = all["data"]["borderCrossings"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.iter().filter(|node| node["status"]["status"] == "CLOSED").count(), 167);
    // Without a moment the request's own is asked for on the same level.
    let now = api.ask_counting("{ borderCrossings(first: 5) { nodes { status { at status } } } }").await;
    assert_eq!(now.1, 2);
    let moments: Vec<_> = now.0["data"]["borderCrossings"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| &node["status"]["at"])
        .collect();
    assert!(moments.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn crossings_that_are_closed_for_cargo_are_paged_like_any_list() {
    let api = gates(30).await;
    let filter = "status: [CLOSED], at: \"2025-03-10T00:00:00Z\", traffic: CARGO";
    let mut place = String::new();
    let mut seen = Vec::new();
    loop {
        let query = format!(
            "{{ borderCrossings(filter: {{ {filter} }}, first: 4{place}) {{ totalCount nodes {{ slug }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let (answer, statements) = api.ask_counting(&query).await;
        let page = &answer["data"]["borderCrossings"];
        assert_eq!(page["totalCount"], 10, "{answer}");
        assert!(statements <= 4, "{statements}");
        seen.extend(
            page["nodes"].as_array().unwrap().iter().map(|node| node["slug"].as_str().unwrap().to_owned()),
        );
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        place = format!(", after: {}", page["pageInfo"]["endCursor"]);
    }
    let expected: Vec<_> = (0..30).step_by(3).map(|gate| format!("gate-{gate:03}")).collect();
    assert_eq!(seen, expected);
    for (filter, count) in [
        (format!("{{ {filter}, country: [\"PK\"], mode: [ROAD] }}"), 10),
        (format!("{{ {filter}, country: [\"IR\"] }}"), 0),
        (format!("{{ {filter}, slug: [\"gate-000\", \"gate-001\"] }}"), 1),
        ("{ status: [UNKNOWN], at: \"2025-03-10T00:00:00Z\", traffic: PEDESTRIAN }".to_owned(), 31),
        ("{ status: [CLOSED], traffic: CARGO }".to_owned(), 10),
        ("{ country: [\"AF\"] }".to_owned(), 31),
        ("{ mode: [RIVER] }".to_owned(), 0),
        ("{ status: [] }".to_owned(), 0),
    ] {
        let answer = api.ask(&format!("{{ borderCrossings(filter: {filter}) {{ totalCount }} }}")).await;
        assert_eq!(answer["data"]["borderCrossings"]["totalCount"], count, "{filter}: {answer}");
    }
}

#[tokio::test]
async fn closures_in_force_are_those_that_say_so_themselves() {
    let api =
        case(&[include_str!("f5.ndjson"), include_str!("f6.ndjson").replace("practice", "custom").as_str()])
            .await;
    let announced = r#"{"type":"event","slug":"plan","title":"A plan","kind":"CLOSURE","modality":"ANNOUNCED","location":"torkham"}
{"type":"closure","event":"plan","place":"torkham","extent":"2020-04/.."}"#;
    import_all(&api.database, announced).await;
    for at in [
        "2020-04-15T07:00:00Z",
        "2020-04-16T07:00:00Z",
        "2020-04-19T07:00:00Z",
        "2020-07-11T07:00:00Z",
        "2020-07-12T07:00:00Z",
        "2020-12-01T00:00:00Z",
    ] {
        let answer = api
            .ask(&format!(
                "{{ all: closures(first: 100) {{ nodes {{ id inForce(at: \"{at}\") }} }} some: closures(filter: {{inForceAt: \"{at}\"}}) {{ totalCount nodes {{ id }} }} \
                 borderCrossing(slug: \"torkham\") {{ closures(inForceAt: \"{at}\") {{ totalCount nodes {{ id }} }} }} }}"
            ))
            .await;
        let data = &answer["data"];
        let expected: Vec<_> = data["all"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["inForce"] != "NO")
            .map(|row| json!({ "id": row["id"] }))
            .collect();
        assert_eq!(data["some"]["nodes"], json!(expected), "{at}: {answer}");
        assert_eq!(data["borderCrossing"]["closures"]["nodes"], json!(expected), "{at}");
        assert_eq!(data["some"]["totalCount"], expected.len());
    }
}
