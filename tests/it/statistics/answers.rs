//! What statistics answer, whichever way they are counted.

use serde_json::Value;

use super::{events, one_of, world};
use crate::support::{Api, Dice, write};

/// Asks for statistics; the buckets.
async fn buckets(api: &Api, arguments: &str, fields: &str) -> Vec<Value> {
    let answer = api.ask(&format!("{{ eventStatistics({arguments}) {{ buckets {{ {fields} }} }} }}")).await;
    assert_eq!(answer["errors"], Value::Null, "{arguments}: {answer}");
    answer["data"]["eventStatistics"]["buckets"].as_array().unwrap().clone()
}

/// A filter that the sums may know, or not quite.
fn filter(dice: &mut Dice) -> String {
    let mut parts = Vec::new();
    if dice.below(2) == 0 {
        parts.push(format!("kind: [{}]", one_of(dice, &["TALKS", "TALKS, ATTACK", ""])));
    }
    if dice.below(3) == 0 {
        parts.push("category: [BORDER, DIPLOMACY]".to_owned());
    }
    if dice.below(3) == 0 {
        parts.push(format!("dataset: [{}]", one_of(dice, &["\"d0\"", "\"d0\", \"d1\"", "\"none\""])));
    }
    match dice.below(4) {
        0 => parts.push(format!("country: [{}]", one_of(dice, &["\"PK\"", "\"PK\", \"AF\"", "\"TR\""]))),
        1 => parts.push(format!(
            "within: {{ slug: \"{}\" }}",
            one_of(dice, &["pk", "af", "tr", "kp", "nowhere", "border"])
        )),
        _ => {}
    }
    if dice.below(2) == 0 {
        let from =
            one_of(dice, &["", "from: \"2025-02-01\"", "from: \"2025-03-01\"", "from: \"2025-02-14\""]);
        let to =
            one_of(dice, &["", "to: \"2025-04-01\"", "to: \"2025-05-01\"", "to: \"2025-04-30T22:00:00Z\""]);
        let sure = one_of(dice, &["", "match: POSSIBLE", "match: CERTAIN"]);
        parts.push(format!("during: {{ {from} {to} {sure} }}"));
    }
    format!("{{ {} }}", parts.join(", "))
}

#[tokio::test]
async fn both_ways_of_counting_give_the_same() {
    let api = world().await;
    let mut dice = Dice(5);
    write(&api.database, &events(&mut dice, 0, 300)).await;
    let dimensions = ["MONTH", "QUARTER", "YEAR", "KIND", "CATEGORY", "COUNTRY", "DATASET"];
    let fields = "month quarter year kind category country dataset { slug } events fatalitiesBest fatalitiesLow fatalitiesHigh";
    let mut seen = 0;
    for round in 0..150 {
        if round == 75 {
            write(&api.database, "perform fold_event_sums()").await;
        }
        let mut group_by = vec![one_of(&mut dice, &dimensions[..3]); usize::from(dice.below(2) == 0)];
        for _ in 0..=dice.below(2) {
            let dimension = one_of(&mut dice, &dimensions[3..]);
            if !group_by.contains(&dimension) {
                group_by.push(dimension);
            }
        }
        let arguments = format!("groupBy: [{}], filter: {}", group_by.join(", "), filter(&mut dice));
        let summed = buckets(&api, &arguments, fields).await;
        // Articles are in no sum, so that these are counted.
        let mut counted = buckets(&api, &arguments, &format!("{fields} articles")).await;
        for bucket in &mut counted {
            bucket.as_object_mut().unwrap().remove("articles");
        }
        assert_eq!(summed, counted, "{arguments}");
        seen += summed.len();
    }
    assert!(seen > 500, "only {seen} buckets were compared");
}

#[tokio::test]
async fn months_and_kinds_of_all_and_of_a_country_are_read_from_the_sums() {
    let api = world().await;
    write(&api.database, &events(&mut Dice(5), 0, 50)).await;
    // A sum that no event stands behind shows who reads the sums.
    let marks = "insert into event_sum select s, '1999-01-01', u, 'CALL', null, 1007, 0, 0, 0, 0, 0, 0 \
                 from (values (0, date '1999-02-01'), (-1, null), ((select set_id from location_country where location_id = id_of('pk')), null)) v (s, u)";
    write(&api.database, marks).await;
    let read = [
        "groupBy: [MONTH, KIND]",
        "groupBy: [MONTH, KIND], filter: { country: [\"PK\"] }",
        "groupBy: [MONTH, KIND], filter: { within: { slug: \"pk\" } }",
        "groupBy: [YEAR, COUNTRY]",
        "groupBy: [CATEGORY, QUARTER], filter: { kind: [CALL], during: { from: \"1999-01-01\", to: \"1999-02-01\" } }",
    ];
    for arguments in read {
        let found = buckets(&api, arguments, "events").await;
        assert!(found.iter().any(|bucket| bucket["events"] == 1007), "{arguments}");
    }
    let counted = [
        "groupBy: [DAY]",
        "groupBy: [MONTH, KIND], filter: { within: { slug: \"kp\" } }",
        "groupBy: [MONTH, COUNTRY], filter: { country: [\"PK\"] }",
        "groupBy: [MONTH], filter: { country: [\"PK\"], during: { from: \"1999-01-01\" } }",
        "groupBy: [DATASET, COUNTRY]",
        "groupBy: [MONTH], filter: { during: { from: \"1999-01-02\" } }",
        "groupBy: [MONTH], filter: { during: { from: \"1999-01-01\", match: CERTAIN } }",
        "groupBy: [MONTH], filter: { disputed: false }",
    ];
    for arguments in counted {
        let found = buckets(&api, arguments, "events").await;
        assert!(found.iter().all(|bucket| bucket["events"] != 1007), "{arguments}");
    }
}

#[tokio::test]
async fn records_are_asked_of_a_thousand_buckets_at_most() {
    let api = world().await;
    let crowd = "insert into event (id, title, kind) values (id_of('e'), 'E', 'TALKS'); \
                 insert into actor (id, slug, name, kind) select id_of('a' || n), 'a' || n, 'A', 'PERSON' from generate_series(1, 1001) n; \
                 insert into participation (id, event_id, actor_id, role) \
                   select id_of('p' || n), id_of('e'), id_of('a' || n), 'PARTY' from generate_series(1, 1001) n; \
                 insert into participation (id, event_id, actor_id, role) values (id_of('q'), id_of('e'), id_of('a1'), 'HOST')";
    write(&api.database, crowd).await;
    assert_eq!(
        buckets(&api, "groupBy: [ACTOR]", "events").await,
        vec![serde_json::json!({ "events": 1 }); 1001]
    );
    let answer = api.ask("{ eventStatistics(groupBy: [ACTOR]) { buckets { actor { name } } } }").await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TOO_COMPLEX", "{answer}");
    write(&api.database, "delete from participation where actor_id in (id_of('a1'))").await;
    assert_eq!(buckets(&api, "groupBy: [ACTOR]", "actor { name }").await.len(), 1000);
}

#[tokio::test]
async fn statistics_of_nothing_are_no_buckets() {
    let api = Api::empty().await;
    for group_by in ["MONTH", "KIND, COUNTRY, YEAR", "DAY, ACTOR", "CROSSING, GEOHASH"] {
        assert!(buckets(&api, &format!("groupBy: [{group_by}]"), "events articles").await.is_empty());
    }
    let week = "groupBy: [DAY], emptyBuckets: true, filter: { during: { from: \"2025-10-29\", to: \"2025-11-05\" } }";
    assert_eq!(buckets(&api, week, "day events").await.len(), 7);
    assert!(buckets(&api, "groupBy: [DAY], emptyBuckets: true", "day").await.is_empty());
}
