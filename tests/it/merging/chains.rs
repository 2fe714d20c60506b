//! What was merged, merged again, changed and imported.

use serde_json::{Value, json};

use super::actors::GROUND;
use super::places::assert_same_but_runs;
use super::{data, merge, refusal, slug};
use crate::history::{random::state, take_back};
use crate::support::{Api, import, import_all, write};
use crate::writing::{done, mutate, refused};

#[tokio::test]
async fn keys_lead_to_the_end_of_a_chain_whichever_way_it_was_made() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let before = state(&api).await;
    let first = merge(&api, "ACTOR", "old", "new").await;
    // What stays was merged before: its key leads to the end.
    let second = merge(&api, "ACTOR", "chief", "old").await;
    let slugs = async || {
        let found = data(&api, "{ a: actor(slug: \"old\") { slug } b: actor(slug: \"chief\") { slug } c: actor(slug: \"new\") { slug mergedFrom { slug } } }").await;
        ["a", "b", "c"].map(|key| found[key]["slug"].as_str().unwrap().to_owned())
    };
    assert_eq!(slugs().await, ["new", "new", "new"]);
    let (code, _, message) = refusal(&api, "ACTOR", &slug("old"), &slug("new")).await;
    assert_eq!(code, "CONFLICT", "{message}");
    take_back(&api.database, second).await.unwrap();
    assert_eq!(slugs().await, ["new", "chief", "new"]);
    let (code, _, message) = refusal(&api, "ACTOR", &slug("old"), &slug("chief")).await;
    assert_eq!((code.as_str(), message.contains("already")), ("CONFLICT", true), "{message}");
    // The end moves on, and what led there moves with it.
    let third = merge(&api, "ACTOR", "new", "chief").await;
    assert_eq!(slugs().await, ["chief", "chief", "chief"]);
    take_back(&api.database, third).await.unwrap();
    take_back(&api.database, first).await.unwrap();
    assert_same_but_runs(&state(&api).await, &before);
}

#[tokio::test]
async fn a_merge_is_not_taken_back_under_what_was_written_since() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let first = merge(&api, "ACTOR", "old", "new").await;
    merge(&api, "ACTOR", "new", "chief").await;
    let revert = "mutation($id: ID!) { revertChangeSet(input: { id: $id }) { changeSet { id } } }";
    let (code, ..) = refused(&api, revert, json!({ "id": first })).await;
    assert_eq!(code, "CONFLICT");
}

#[tokio::test]
async fn what_others_were_merged_into_is_not_deleted_under_them() {
    let api = Api::empty().await;
    let lone = r#"{"type":"actor","slug":"one","name":"One","kind":"PERSON"}
{"type":"actor","slug":"two","name":"Two","kind":"PERSON"}"#;
    import_all(&api.database, lone).await;
    let merged = merge(&api, "ACTOR", "one", "two").await;
    let two = data(&api, "{ actor(slug: \"two\") { id version } }").await["actor"].clone();
    let delete = "mutation($input: DeleteInput!) { deleteActor(input: $input) { id } }";
    let input = json!({ "input": { "id": two["id"], "version": two["version"], "reason": "gone" } });
    let answer = mutate(&api, delete, input).await;
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "CONFLICT", "{answer}");
    assert!(error["message"].as_str().unwrap().contains("revert those merges first"), "{error}");
    assert!(error.to_string().contains(&merged.to_string()), "the change set to revert is named: {error}");
}

#[tokio::test]
async fn nobody_changes_or_makes_anew_what_was_merged() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    let old = data(&api, "{ actor(slug: \"old\") { id version } }").await["actor"].clone();
    merge(&api, "ACTOR", "old", "new").await;
    let id = &old["id"];
    let update = "mutation($input: UpdateActorInput!) { updateActor(input: $input) { outcome } }";
    let input = json!({ "input": { "id": id, "version": old["version"], "name": "X" } });
    let (code, field, message) = refused(&api, update, input).await;
    assert_eq!((code.as_str(), field.as_str()), ("CONFLICT", "input.id"));
    assert!(message.contains("merged into"), "{message}");
    let delete = "mutation($input: DeleteInput!) { deleteActor(input: $input) { id } }";
    let input = json!({ "input": { "id": id, "version": 1, "reason": "gone" } });
    assert_eq!(refused(&api, delete, input).await.0, "CONFLICT");
    let create = "mutation($input: ActorInput!) { createActor(input: $input) { record { id } } }";
    for key in
        [json!({ "slug": "old" }), json!({ "id": id }), json!({ "dataset": "desk", "externalId": "a7" })]
    {
        let mut input = json!({ "name": "Again", "kind": "PERSON" });
        input.as_object_mut().unwrap().extend(key.as_object().unwrap().clone());
        assert_eq!(refused(&api, create, json!({ "input": input })).await.0, "CONFLICT", "{key}");
    }
    // Another record does not get its slug.
    let input = json!({ "input": { "slug": "old", "dataset": "desk", "externalId": "a9", "name": "Again", "kind": "PERSON" } });
    assert_eq!(refused(&api, create, input).await.0, "CONFLICT");
    // A script that states it is answered with the record that it is part of.
    let upsert = "mutation($input: [ActorInput!]!) { upsertActors(input: $input) { unchanged results { outcome record { slug name } } } }";
    let input = json!({ "input": [{ "dataset": "desk", "externalId": "a7", "slug": "old", "name": "Renamed", "kind": "PERSON" }] });
    let answer = done(&api, upsert, input).await;
    assert_eq!(
        answer["upsertActors"],
        json!({ "unchanged": 1, "results": [{ "outcome": "UNCHANGED", "record": { "slug": "new", "name": "Zarnian Front" } }] })
    );
}

#[tokio::test]
async fn a_name_that_came_with_a_merge_goes_when_an_editor_says_so_and_stays_when_a_file_does_not_know_it() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    merge(&api, "ACTOR", "old", "new").await;
    let line = r#"{"type":"actor","slug":"new","name":"Zarnian Front","kind":"ARMED_GROUP","description":"Changed"}"#;
    import_all(&api.database, line).await;
    let names = async || {
        let found =
            data(&api, "{ actor(slug: \"new\") { id version names { value } } }").await["actor"].clone();
        let names: Vec<_> = found["names"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name["value"].as_str().unwrap().to_owned())
            .collect();
        (found, names)
    };
    let (actor, found) = names().await;
    assert_eq!(
        found,
        ["Zarnian Front", "FZ", "Front of Zarnia"],
        "the file took its own name away, and no other"
    );
    let update = "mutation($input: UpdateActorInput!) { updateActor(input: $input) { outcome } }";
    let input = json!({ "input": { "id": actor["id"], "version": actor["version"], "names": [{ "value": "FZ", "kind": "ACRONYM" }] } });
    done(&api, update, input).await;
    assert_eq!(names().await.1, ["Zarnian Front", "FZ"]);
}

#[tokio::test]
async fn files_reach_the_record_that_stays_by_any_key_of_the_other() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    merge(&api, "ACTOR", "old", "new").await;
    let more = r#"
{"type":"event","slug":"march","title":"A march","kind":"DEMONSTRATION","extent":"2025-11-01"}
{"type":"participation","event":"march","actor":"old","role":"ORGANISER"}
{"type":"participation","dataset":"desk","externalId":"p8","event":"march","actor":{"dataset":"desk","externalId":"a7"},"role":"PARTY"}
{"type":"participation","dataset":"desk","externalId":"p9","event":"march","actor":"new","role":"PARTY"}
{"type":"claim","event":"march","property":"occurred","value":{"boolean":true},"source":"paper","speaker":"old"}
{"type":"affiliation","member":"chief","group":"old","role":"Founder"}
{"type":"borderCrossing","slug":"gate","name":"The gate","parent":"line","sides":[{"label":"A","country":"AF","localName":"Darwaza","authority":"old"},{"label":"B","country":"PK","localName":"Gate"}]}
"#;
    let imported = import(&api.database, more).await;
    assert!(imported.rejects.is_empty(), "{:#?}", imported.rejects);
    let found = data(&api, "{ event(slug: \"march\") { participants { nodes { role actor { slug } } } claims { nodes { speaker { slug } } } } }").await;
    let roles = found["event"]["participants"]["nodes"].as_array().unwrap();
    assert_eq!(roles.len(), 2, "one as organiser, and one as party however often it is said: {roles:?}");
    assert!(roles.iter().all(|role| role["actor"]["slug"] == "new"));
    assert_eq!(found["event"]["claims"]["nodes"][0]["speaker"]["slug"], "new");
    let again = import(&api.database, more).await;
    assert!(again.rejects.is_empty(), "{:#?}", again.rejects);
    assert_eq!((again.created(), again.updated()), (0, 0), "{:#?}", again.tables);
}

#[tokio::test]
async fn an_import_whose_record_was_merged_is_not_taken_back_before_the_merge() {
    let api = Api::empty().await;
    let first = import_all(&api.database, GROUND).await;
    let merged = merge(&api, "ACTOR", "old", "new").await;
    assert!(take_back(&api.database, first.run).await.is_err());
    take_back(&api.database, merged).await.unwrap();
    take_back(&api.database, first.run).await.unwrap();
    assert_eq!(data(&api, "{ actors { totalCount } }").await["actors"]["totalCount"], 0);
}

#[tokio::test]
async fn nobody_edits_a_claim_under_the_name_of_a_merge() {
    let api = Api::empty().await;
    import_all(&api.database, GROUND).await;
    merge(&api, "ACTOR", "old", "new").await;
    for sql in [
        "update claim set speaker_id = (select id from actor where slug = ''chief'')",
        "update claim set note = ''later'' where speaker_id is not null",
        "delete from claim_relay",
    ] {
        let sql = format!(
            "begin execute '{sql}'; raise exception 'it was done'; \
             exception when check_violation or raise_exception then \
               if sqlerrm = 'it was done' and '{sql}' not like '%relay%' then raise exception 'it was done'; end if; end"
        );
        write(&api.database, &sql).await;
    }
    let speakers = data(&api, "{ claims { nodes { speaker { slug } note } } }").await;
    for claim in speakers["claims"]["nodes"].as_array().unwrap() {
        assert_eq!((&claim["speaker"]["slug"], &claim["note"]), (&json!("new"), &Value::Null));
    }
}
