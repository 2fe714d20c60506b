//! Places that were one, crossings among them, and sources and articles.

use serde_json::{Value, json};

use super::{data, merge, refusal, slug};
use crate::history::{assert_same, random::state, take_back};
use crate::support::{Api, import, import_all, write};

/// Two crossings that are one, with what hangs off them; a third whose sides are the other way round.
pub const GROUND: &str = r#"
{"type":"dataset","slug":"desk","title":"A desk"}
{"type":"location","slug":"west","name":"West","kind":"COUNTRY","country":"AF","timezone":"Asia/Kabul"}
{"type":"location","slug":"east","name":"East","kind":"COUNTRY","country":"PK","timezone":"Asia/Karachi"}
{"type":"location","slug":"line","name":"The line","kind":"BORDER","between":["west","east"]}
{"type":"location","slug":"town","name":"Town","kind":"CITY","country":"AF","parent":"west"}
{"type":"location","slug":"quarter","name":"Quarter","kind":"AREA","parent":"town"}
{"type":"location","slug":"village","name":"Towne","kind":"VILLAGE","country":"AF","parent":"west"}
{"type":"borderCrossing","slug":"gate","name":"The gate","parent":"line","sides":[{"label":"A","country":"AF","localName":"Darwaza"},{"label":"B","country":"PK","localName":"Gate"}]}
{"type":"borderCrossing","dataset":"desk","externalId":"x2","slug":"pass","name":"The pass","parent":"line","sides":[{"label":"A","country":"AF","localName":"Kotal"},{"label":"B","country":"PK","localName":"Gate"}]}
{"type":"borderCrossing","slug":"turned","name":"Turned","parent":"line","sides":[{"label":"A","country":"PK","localName":"X"},{"label":"B","country":"AF","localName":"Y"}]}
{"type":"source","slug":"paper","name":"The Paper","kind":"NEWSPAPER"}
{"type":"source","slug":"daily","name":"The Daily Paper","kind":"NEWSPAPER"}
{"type":"event","slug":"order","title":"An order","kind":"CLOSURE","extent":"2025-10-01","location":"pass"}
{"type":"event","slug":"clash","title":"A clash","kind":"ARMED_CLASH","extent":"2025-10-03","location":"quarter"}
{"type":"closure","dataset":"desk","externalId":"k1","event":"order","place":"pass","extent":"2025-10-01/..","basis":"ORDERED"}
{"type":"closure","dataset":"desk","externalId":"k2","event":"order","place":"gate","direction":"A_TO_B","extent":"2025-10-02/..","basis":"ORDERED"}
{"type":"article","dataset":"desk","externalId":"r1","source":"daily","url":"https://example.org/one","title":"Closed","dateline":"village"}
{"type":"article","dataset":"desk","externalId":"r2","source":"paper","url":"https://example.org/two","title":"Closed"}
{"type":"article","dataset":"desk","externalId":"r3","source":"paper","title":"After it","derivedFrom":[{"kind":"SYNDICATES","article":{"externalId":"r1"}},{"kind":"CITES","source":"daily"}]}
{"type":"report","dataset":"desk","externalId":"t1","event":"order","article":{"externalId":"r1"},"closures":[{"externalId":"k1"}]}
{"type":"report","dataset":"desk","externalId":"t2","event":"order","article":{"externalId":"r2"},"closures":[{"externalId":"k2"}]}
{"type":"report","event":"clash","source":"daily"}
{"type":"report","event":"clash","source":"paper"}
{"type":"claim","event":"order","property":"status","value":{"code":"CLOSED"},"scope":{"crossing":"pass","direction":"BOTH"},"article":{"dataset":"desk","externalId":"r1"},"asOf":"2025-10-02"}
{"type":"claim","event":"clash","property":"location","value":{"location":"town"},"article":{"dataset":"desk","externalId":"r2"},"relayedFrom":["daily","paper"]}
{"type":"claim","event":"clash","property":"location","value":{"location":"village"},"source":"daily"}
"#;

const STATUS: &str = "{ borderCrossing(slug: \"gate\") { id name sides { localName } status(at: \"2025-10-05T00:00:00Z\") { status } \
    closures { totalCount nodes { direction articles { nodes { title } } } } events { totalCount } mergedFrom { slug } \
    location { names { value kind } mergedFrom { slug name } } } \
    old: borderCrossing(slug: \"pass\") { id } key: borderCrossing(external: { dataset: \"desk\", externalId: \"x2\" }) { id } \
    borderCrossings { totalCount } events(filter: { crossing: [{ slug: \"pass\" }] }) { totalCount } \
    resolve(name: \"Kotal\", kind: BORDER_CROSSING) { matches { borderCrossing { slug } } } }";

#[tokio::test]
async fn crossings_are_merged_with_their_places_and_so_are_their_statuses() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let before = state(&api).await;
    let merged = merge(&api, "LOCATION", "pass", "gate").await;
    let found = data(&api, STATUS).await;
    let gate = &found["borderCrossing"];
    assert_eq!(gate["sides"], json!([{ "localName": "Darwaza" }, { "localName": "Gate" }]));
    assert_eq!(gate["closures"]["totalCount"], 2);
    assert_eq!(gate["status"]["status"], "CLOSED");
    assert_eq!(gate["mergedFrom"], json!([{ "slug": "pass" }]));
    assert_eq!(
        gate["location"]["names"],
        json!([
            { "value": "The gate", "kind": "PRIMARY" },
            { "value": "Kotal", "kind": "ALIAS" },
            { "value": "The pass", "kind": "ALIAS" },
        ])
    );
    assert_eq!((&found["old"]["id"], &found["key"]["id"]), (&gate["id"], &gate["id"]));
    assert_eq!(
        (&found["borderCrossings"]["totalCount"], &found["events"]["totalCount"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(found["resolve"]["matches"][0]["borderCrossing"]["slug"], "gate");
    nothing_changes(&api, GROUND).await;
    take_back(&api.database, merged).await.unwrap();
    assert_same_but_runs(&state(&api).await, &before);
}

#[tokio::test]
async fn a_crossing_is_named_by_its_own_id_before_and_after_it_was_merged() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let ids = "{ pass: borderCrossing(slug: \"pass\") { id } gate: borderCrossing(slug: \"gate\") { id location { id } } \
        turned: location(slug: \"turned\") { id } }";
    let ids = data(&api, ids).await;
    let key = |record: &str| json!({ "id": ids[record]["id"] });
    super::merge_keys(&api, "LOCATION", &key("pass"), &key("gate")).await;
    let (_, _, message) = refusal(&api, "LOCATION", &key("pass"), &key("gate")).await;
    assert!(message.contains("part of the other already"), "{message}");
    let (_, _, message) = refusal(&api, "LOCATION", &key("pass"), &key("turned")).await;
    assert!(message.contains(ids["gate"]["location"]["id"].as_str().unwrap()), "{message}");
}

#[tokio::test]
async fn what_lies_in_a_place_lies_in_the_one_that_it_becomes_part_of() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let before = state(&api).await;
    let walk = "{ location(slug: \"village\") { name ancestors { slug } children { nodes { slug } } events { totalCount } mergedFrom { slug } } \
        events(filter: { within: { slug: \"town\" } }) { totalCount } article(url: \"https://example.org/one\") { dateline { slug } } \
        event(slug: \"clash\") { accounts { agreement variants { display } } } locations { totalCount } }";
    let merged = merge(&api, "LOCATION", "town", "village").await;
    let found = data(&api, walk).await;
    assert_eq!(found["location"]["children"]["nodes"], json!([{ "slug": "quarter" }]));
    assert_eq!((&found["location"]["name"], &found["events"]["totalCount"]), (&json!("Towne"), &json!(1)));
    // Both said the same place.
    assert_eq!(found["event"]["accounts"][0]["variants"].as_array().unwrap().len(), 1);
    nothing_changes(&api, GROUND).await;
    take_back(&api.database, merged).await.unwrap();
    assert_same_but_runs(&state(&api).await, &before);
}

#[tokio::test]
async fn articles_become_one_with_their_reports_and_sources_with_their_articles() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let before = state(&api).await;
    let key = |key: &str| json!({ "external": { "dataset": "desk", "externalId": key } });
    // Of two sources, they are two articles.
    let (code, field, message) = refusal(&api, "ARTICLE", &key("r1"), &key("r2")).await;
    assert_eq!((code.as_str(), field.as_str()), ("CONFLICT", "input.from"));
    assert!(message.contains("two sources"), "{message}");

    let sources = merge(&api, "SOURCE", "daily", "paper").await;
    let relays = data(&api, "{ claims { nodes { source { slug } relayedFrom { slug } } } source(slug: \"daily\") { slug articles { totalCount } names { value } } }").await;
    for claim in relays["claims"]["nodes"].as_array().unwrap() {
        assert_eq!(claim["source"]["slug"], "paper");
    }
    assert_eq!(relays["source"]["articles"]["totalCount"], 3);
    let clash = data(&api, "{ event(slug: \"clash\") { reports { totalCount } } }").await;
    assert_eq!(clash["event"]["reports"]["totalCount"], 1);
    nothing_changes(&api, GROUND).await;

    let articles = super::merge_keys(&api, "ARTICLE", &key("r1"), &key("r2")).await;
    let found = data(
        &api,
        "{ one: article(url: \"https://example.org/one\") { id url reports { nodes { closures { direction } } } mergedFrom { name } } \
           two: article(url: \"https://example.org/two\") { id } \
           three: article(external: { dataset: \"desk\", externalId: \"r3\" }) { derivedFrom { kind article { id } } } \
           articles { totalCount } reports: event(slug: \"order\") { reports { totalCount } } }",
    )
    .await;
    assert_eq!(found["one"]["id"], found["two"]["id"]);
    assert_eq!(found["one"]["url"], "https://example.org/two");
    // Each spoke for one of the closures, and so for both.
    assert_eq!(found["one"]["reports"]["nodes"][0]["closures"].as_array().unwrap().len(), 2);
    assert_eq!(found["three"]["derivedFrom"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&found["articles"]["totalCount"], &found["reports"]["reports"]["totalCount"]),
        (&json!(2), &json!(1))
    );
    nothing_changes(&api, GROUND).await;
    take_back(&api.database, articles).await.unwrap();
    take_back(&api.database, sources).await.unwrap();
    assert_same_but_runs(&state(&api).await, &before);
}

/// Imports a file again, of which every record is there already.
pub async fn nothing_changes(api: &Api, file: &str) {
    let again = import(&api.database, file).await;
    assert!(again.rejects.is_empty(), "{:#?}", again.rejects);
    assert_eq!((again.created(), again.updated()), (0, 0), "{:#?}", again.tables);
}

/// Compares all but which imports were run.
pub fn assert_same_but_runs(found: &crate::history::State, expected: &crate::history::State) {
    let without = |state: &crate::history::State| {
        let mut state = state.clone();
        state.remove("import_run");
        state
    };
    assert_same(&without(found), &without(expected));
}

#[tokio::test]
async fn what_cannot_be_one_is_refused_and_the_reason_says_what_to_do() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    // Past all files: they say a crossing with its sides.
    let gap = "insert into location (id, slug, name, kind) values (gen_random_uuid(), 'gap', 'Gap', 'BORDER_CROSSING')";
    write(&api.database, gap).await;
    let before = state(&api).await;
    let unknown = json!({ "id": "01990000-0000-7000-8000-000000000000" });
    let cases: [(&str, Value, Value, &str, &str); 11] = [
        ("LOCATION", slug("town"), slug("town"), "BAD_USER_INPUT", "the same location"),
        ("LOCATION", slug("nowhere"), slug("town"), "NOT_FOUND", "There is no location"),
        ("LOCATION", slug("town"), unknown, "NOT_FOUND", "There is no location"),
        ("ACTOR", slug("town"), slug("quarter"), "NOT_FOUND", "There is no actor"),
        ("LOCATION", slug("gate"), slug("town"), "CONFLICT", "A border crossing is merged with"),
        ("LOCATION", slug("line"), slug("town"), "CONFLICT", "A border is merged with"),
        ("LOCATION", slug("turned"), slug("gate"), "CONFLICT", "the other way round"),
        ("LOCATION", slug("gate"), slug("gap"), "CONFLICT", "has no sides"),
        ("LOCATION", slug("town"), slug("quarter"), "CONFLICT", "lies within"),
        ("LOCATION", slug("west"), slug("east"), "CONFLICT", "a border divides two"),
        ("ARTICLE", slug("x"), slug("y"), "BAD_USER_INPUT", "no slug"),
    ];
    for (kind, from, into, code, message) in cases {
        let (found, field, said) = refusal(&api, kind, &from, &into).await;
        assert_eq!(found, code, "{from} {into}: {said}");
        assert!(said.contains(message), "{from} {into}: {said}");
        assert!(field.starts_with("input."), "{field}");
    }
    assert_same(&state(&api).await, &before);
}
