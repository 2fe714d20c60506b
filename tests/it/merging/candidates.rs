//! Candidates: what is proposed, what is not, and to whom.

use serde_json::{Value, json};

use super::{data, merge};
use crate::support::{Api, import_all};
use crate::writing::{mutate, send};

const GROUND: &str = r#"
{"type":"dataset","slug":"desk","title":"A desk"}
{"type":"actor","slug":"front","name":"Front of Zarnia","kind":"ARMED_GROUP","country":"AF","identifiers":[{"scheme":"wikidata","value":"Q1"}]}
{"type":"actor","dataset":"desk","externalId":"1","name":"FRONT OF ZARNIA","kind":"ARMED_GROUP","identifiers":[{"scheme":"wikidata","value":"Q1"}]}
{"type":"actor","slug":"tehreek","name":"Tehreek-e-Zarnia","kind":"POLITICAL_PARTY"}
{"type":"actor","slug":"tehrik","name":"Tehrik-i-Zarnia","kind":"ORGANISATION"}
{"type":"actor","slug":"ministry-a","name":"Ministry of Ferries","kind":"GOVERNMENT_BODY","country":"AF"}
{"type":"actor","slug":"ministry-b","name":"Ministry of Ferries","kind":"GOVERNMENT_BODY","country":"PK"}
{"type":"actor","slug":"wing","name":"The Wing","kind":"ARMED_GROUP"}
{"type":"actor","slug":"wing-of","name":"The Wing","kind":"ARMED_GROUP"}
{"type":"affiliation","member":"wing","group":"wing-of"}
{"type":"location","slug":"north","name":"Karz","kind":"VILLAGE","country":"AF","point":{"latitude":34.0,"longitude":71.0}}
{"type":"location","slug":"near","name":"Karz","kind":"CITY","country":"AF","point":{"latitude":34.05,"longitude":71.0}}
{"type":"location","slug":"far","name":"Karz","kind":"VILLAGE","country":"AF","point":{"latitude":31.0,"longitude":65.0}}
{"type":"location","slug":"province","name":"Kabul","kind":"ADMIN1","country":"AF"}
{"type":"location","slug":"city","name":"Kabul","kind":"CITY","country":"AF","parent":"province"}
{"type":"source","slug":"paper","name":"The Paper","kind":"NEWSPAPER","homepage":"https://www.example.org/"}
{"type":"source","slug":"online","name":"Example","kind":"NEWSPAPER","homepage":"http://example.org"}
{"type":"article","dataset":"desk","externalId":"r1","source":"paper","url":"https://example.org/one","title":"One"}
{"type":"article","dataset":"desk","externalId":"r2","source":"paper","url":"http://www.example.org/one/?from=feed","title":"One!"}
{"type":"article","dataset":"desk","externalId":"r3","source":"online","url":"https://m.example.org/one","title":"One"}
"#;

async fn candidates(api: &Api, kind: &str) -> Value {
    let query = format!(
        "{{ mergeCandidates(kind: {kind}) {{ score from {{ ...keys }} into {{ ...keys }} matches {{ by value }} }} }} \
         fragment keys on Record {{ externalId ... on Actor {{ slug }} ... on Location {{ slug }} ... on Source {{ slug }} }}"
    );
    let answer = mutate(api, &query, Value::Null).await;
    assert_eq!(answer["errors"], Value::Null, "{answer:#}");
    answer["data"]["mergeCandidates"].clone()
}

/// The pairs by their keys.
fn pairs(candidates: &Value) -> Vec<(String, String)> {
    let key = |record: &Value| {
        let key = record["slug"].as_str().or(record["externalId"].as_str());
        key.unwrap_or_default().to_owned()
    };
    let pairs = candidates.as_array().unwrap().iter();
    pairs.map(|pair| (key(&pair["from"]), key(&pair["into"]))).collect()
}

fn pair(from: &str, into: &str) -> (String, String) {
    (from.to_owned(), into.to_owned())
}

#[tokio::test]
async fn what_shares_ids_names_and_addresses_is_proposed_and_what_cannot_be_one_is_not() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let actors = candidates(&api, "ACTOR").await;
    assert_eq!(pairs(&actors), [pair("1", "front"), pair("tehreek", "tehrik")]);
    let by: Vec<_> = actors[0]["matches"].as_array().unwrap().iter().map(|shared| &shared["by"]).collect();
    assert_eq!(by, ["IDENTIFIER", "NAME"]);
    assert_eq!(actors[0]["matches"][0]["value"], "wikidata Q1");
    assert!(actors[0]["score"].as_f64() > actors[1]["score"].as_f64());
    assert_eq!(pairs(&candidates(&api, "LOCATION").await), [pair("near", "north")]);
    assert_eq!(pairs(&candidates(&api, "SOURCE").await), [pair("paper", "online")]);
    assert_eq!(pairs(&candidates(&api, "ARTICLE").await), [pair("r1", "r2")]);
    // What is merged is no candidate any more.
    merge(&api, "LOCATION", "near", "north").await;
    assert_eq!(candidates(&api, "LOCATION").await, json!([]));
}

#[tokio::test]
async fn candidates_are_for_those_who_may_write_and_only_proposed() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let before = data(&api, "{ changeSets { totalCount } }").await;
    let query = "{ mergeCandidates(kind: ACTOR) { score } }";
    let refused = send(&api, "192.0.2.7:4000", json!({ "query": query })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    candidates(&api, "ACTOR").await;
    assert_eq!(data(&api, "{ changeSets { totalCount } }").await, before);
    let wrong = mutate(&api, "{ mergeCandidates(kind: ACTOR, first: 101) { score } }", Value::Null).await;
    assert_eq!(wrong["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}
