//! Actors that were one.

use serde_json::{Value, json};

use super::{MERGE, data, input, merge, slug};
use crate::history::{assert_same, random::state, take_back};
use crate::support::{Api, import, import_all};
use crate::writing::done;

/// Two actors that are one, and a third; `old` is in everything that an actor can be in.
pub const GROUND: &str = r#"
{"type":"dataset","slug":"desk","title":"A desk"}
{"type":"source","slug":"paper","name":"The Paper","kind":"NEWSPAPER"}
{"type":"actor","dataset":"desk","externalId":"a7","slug":"old","name":"Front of Zarnia","kind":"ARMED_GROUP","description":"A front","names":[{"value":"FZ","kind":"ACRONYM"},{"value":"The Front","kind":"ALIAS"}],"identifiers":[{"scheme":"wikidata","value":"Q1"},{"scheme":"ucdp","value":"77"}]}
{"type":"actor","slug":"new","name":"Zarnian Front","kind":"ARMED_GROUP","names":[{"value":"The Front","kind":"ALIAS"}],"identifiers":[{"scheme":"wikidata","value":"Q1"}]}
{"type":"actor","slug":"chief","name":"A chief","kind":"PERSON"}
{"type":"location","slug":"valley","name":"Valley","kind":"AREA"}
{"type":"location","slug":"west","name":"West","kind":"COUNTRY","country":"AF"}
{"type":"location","slug":"east","name":"East","kind":"COUNTRY","country":"PK"}
{"type":"location","slug":"line","name":"The line","kind":"BORDER","between":["west","east"]}
{"type":"borderCrossing","slug":"gate","name":"The gate","parent":"line","sides":[{"label":"A","country":"AF","localName":"Darwaza","authority":"old"},{"label":"B","country":"PK","localName":"Gate"}]}
{"type":"event","slug":"talks","title":"Talks","kind":"TALKS","extent":"2025-10-01","location":"valley"}
{"type":"event","slug":"clash","title":"A clash","kind":"ARMED_CLASH","extent":"2025-10-03","location":"valley"}
{"type":"participation","dataset":"desk","externalId":"p1","event":"talks","actor":"old","role":"PARTY"}
{"type":"participation","dataset":"desk","externalId":"p2","event":"talks","actor":"new","role":"PARTY"}
{"type":"participation","event":"clash","actor":"old","role":"INITIATOR"}
{"type":"participation","event":"clash","actor":"new","role":"INITIATOR"}
{"type":"participation","event":"clash","actor":"old","role":"TARGET"}
{"type":"affiliation","member":"chief","group":"old","role":"Chief"}
{"type":"affiliation","dataset":"desk","externalId":"d2","member":"chief","group":"new","role":"Chief"}
{"type":"affiliation","member":"old","group":"new","role":"Part"}
{"type":"closure","event":"clash","place":"gate","decidedBy":"old","extent":"2025-10-03/.."}
{"type":"article","dataset":"desk","externalId":"r1","source":"paper","title":"Talks end"}
{"type":"claim","dataset":"desk","externalId":"c1","event":"talks","property":"responsibility","value":{"actor":"old"},"article":{"dataset":"desk","externalId":"r1"},"speaker":"old","target":"old","act":"ACCUSE"}
{"type":"claim","event":"talks","property":"duration","value":{"number":3},"article":{"dataset":"desk","externalId":"r1"},"speaker":"old"}
{"type":"claim","event":"talks","property":"duration","value":{"number":3},"article":{"dataset":"desk","externalId":"r1"},"speaker":"new"}
"#;

/// All that follows an actor.
const WALK: &str = "{ actor(slug: \"new\") { id slug name description names { value kind } identifiers { scheme value } \
    mergedFrom { slug name externalId dataset { slug } changeSet { kind } } \
    events(first: 9) { totalCount nodes { slug } } statements(first: 9) { totalCount } members { nodes { role member { slug } } } \
    affiliations { role } } \
    actors { totalCount nodes { slug } } \
    clash: event(slug: \"clash\") { participants { totalCount nodes { role actor { slug } } } } \
    borderCrossing(slug: \"gate\") { sides { authority { slug } } closures { nodes { decidedBy { slug } } } } \
    event(slug: \"talks\") { participants { nodes { actor { slug } } } accounts { property { code } agreement variants { display origins claims { nodes { speaker { slug } target { slug } } } } } } }";

#[tokio::test]
async fn everything_that_spoke_of_the_one_speaks_of_the_other_and_is_counted_once() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let old = data(&api, "{ actor(slug: \"old\") { id } }").await["actor"]["id"].clone();
    let done = done(&api, MERGE, input("ACTOR", &slug("old"), &slug("new"))).await;
    assert_eq!(done["merge"]["record"]["__typename"], "Actor");
    assert_eq!(done["merge"]["changeSet"]["kind"], "MERGE");
    assert_eq!(done["merge"]["changeSet"]["reason"], "they are one");

    let found = data(&api, WALK).await;
    let actor = &found["actor"];
    assert_eq!((&actor["name"], &actor["description"]), (&json!("Zarnian Front"), &Value::Null));
    assert_eq!(
        actor["names"],
        json!([
            { "value": "Zarnian Front", "kind": "PRIMARY" },
            { "value": "FZ", "kind": "ACRONYM" },
            { "value": "Front of Zarnia", "kind": "ALIAS" },
            { "value": "The Front", "kind": "ALIAS" },
        ])
    );
    assert_eq!(
        actor["identifiers"],
        json!([{ "scheme": "ucdp", "value": "77" }, { "scheme": "wikidata", "value": "Q1" }])
    );
    assert_eq!(
        actor["mergedFrom"],
        json!([{ "slug": "old", "name": "Front of Zarnia", "externalId": "a7", "dataset": { "slug": "desk" }, "changeSet": { "kind": "MERGE" } }])
    );
    assert_eq!(actor["events"]["totalCount"], 2);
    assert_eq!(actor["statements"]["totalCount"], 3);
    assert_eq!(actor["members"]["nodes"], json!([{ "role": "Chief", "member": { "slug": "chief" } }]));
    assert_eq!(actor["affiliations"], json!([]), "nobody belongs to themselves");
    assert_eq!(found["actors"]["totalCount"], 2);
    // The two participations in one role are one; the third was another role.
    assert_eq!(found["clash"]["participants"]["totalCount"], 2);
    assert_eq!(found["event"]["participants"]["nodes"], json!([{ "actor": { "slug": "new" } }]));
    assert_eq!(found["borderCrossing"]["sides"][0]["authority"]["slug"], "new");
    assert_eq!(found["borderCrossing"]["closures"]["nodes"][0]["decidedBy"]["slug"], "new");
    // Two claims of the same speaker have one origin.
    let accounts = found["event"]["accounts"].as_array().unwrap();
    let duration = accounts.iter().find(|account| account["property"]["code"] == "duration").unwrap();
    assert_eq!((&duration["variants"][0]["origins"], &duration["agreement"]), (&json!(1), &json!("SINGLE")));

    // Every key of the one leads to the other.
    let id = actor["id"].as_str().unwrap();
    let keys = data(
        &api,
        &format!(
            "{{ node(id: {old}) {{ id }} nodes(ids: [{old}]) {{ id }} byId: actor(id: {old}) {{ id }} bySlug: actor(slug: \"old\") {{ id }} \
               byKey: actor(external: {{ dataset: \"desk\", externalId: \"a7\" }}) {{ id }} \
               list: actors(filter: {{ id: [{old}] }}) {{ nodes {{ id }} }} named: actors(filter: {{ slug: [\"old\"] }}) {{ nodes {{ id }} }} }}"
        ),
    )
    .await;
    for (key, answer) in keys.as_object().unwrap() {
        let answer = if key == "nodes" { &answer[0] } else { answer };
        let answer = answer.get("nodes").map_or(answer, |nodes| &nodes[0]);
        assert_eq!(answer["id"], id, "{key}");
    }
    let filters = data(
        &api,
        &format!(
            "{{ a: events(filter: {{ actor: {{ id: [{old}] }} }}) {{ totalCount }} b: events(filter: {{ actor: {{ slug: [\"old\"] }} }}) {{ totalCount }} \
               c: events(filter: {{ actor: {{ slug: [\"old\", \"chief\"] }} }}) {{ totalCount }} \
               d: claims(filter: {{ speaker: [{old}] }}) {{ totalCount }} \
               resolve(name: \"Front of Zarnia\", kind: ACTOR) {{ matches {{ actor {{ id }} }} ambiguous }} \
               search(text: \"zarnia\") {{ nodes {{ ... on Actor {{ id }} }} }} }}"
        ),
    )
    .await;
    assert_eq!(
        ["a", "b", "c", "d"].map(|key| filters[key]["totalCount"].clone()),
        [2, 2, 2, 3].map(Value::from)
    );
    assert_eq!(filters["resolve"]["matches"][0]["actor"]["id"], id);
    assert_eq!(filters["search"]["nodes"], json!([{ "id": id }]));
}

#[tokio::test]
async fn the_revert_of_a_merge_restores_every_row_and_answer_and_can_be_reverted() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let before = state(&api).await;
    let merged = merge(&api, "ACTOR", "old", "new").await;
    let after = state(&api).await;
    assert_ne!(before, after);
    let undone = take_back(&api.database, merged).await.unwrap();
    assert_same(&state(&api).await, &before);
    let redone = take_back(&api.database, undone.change_set).await.unwrap();
    assert_same(&state(&api).await, &after);
    take_back(&api.database, redone.change_set).await.unwrap();
    assert_same(&state(&api).await, &before);
    let history = data(
        &api,
        "{ actor(slug: \"old\") { version mergedFrom { id } revisions { nodes { operation version } } } }",
    )
    .await;
    let revisions = history["actor"]["revisions"]["nodes"].as_array().unwrap();
    let operations: Vec<_> =
        revisions.iter().map(|revision| revision["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["UNMERGE", "MERGE", "UNMERGE", "MERGE", "CREATE"]);
    assert_eq!(history["actor"]["version"], 5);
}

#[tokio::test]
async fn the_same_file_after_a_merge_adds_nothing_changes_nothing_and_fails_nowhere() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let before = state(&api).await;
    let merged = merge(&api, "ACTOR", "old", "new").await;
    let after = state(&api).await;
    let again = import(&api.database, GROUND).await;
    assert!(again.rejects.is_empty(), "{:#?}", again.rejects);
    // The line of the one that stays states it whole, and so takes away what came with the merge.
    assert_eq!((again.created(), again.updated()), (0, 0), "{:#?}", again.tables);
    let mut now = state(&api).await;
    now.remove("import_run");
    let mut then = after.clone();
    then.remove("import_run");
    assert_same(&now, &then);
    take_back(&api.database, merged).await.unwrap();
    let mut restored = state(&api).await;
    let mut before = before.clone();
    restored.remove("import_run");
    before.remove("import_run");
    assert_same(&restored, &before);
}
