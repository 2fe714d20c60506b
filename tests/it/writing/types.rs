//! Every type of record is made, changed and deleted; what stands on it holds it.

use serde_json::{Value, json};

use super::{done, refused};
use crate::support::Api;

/// A type of record: an input, a patch, and a field of the record with what the patch makes of it. Each
/// may refer to those before it.
#[derive(serde::Deserialize)]
pub struct Case {
    pub name: String,
    pub plural: String,
    pub input: Value,
    pub patch: Value,
    shows: String,
    expected: Value,
}

pub fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("types.json")).unwrap()
}

#[tokio::test]
async fn every_type_is_made_changed_brought_to_the_same_and_deleted() {
    let api = Api::demonstration().await;
    let mut made = Vec::new();
    for Case { name, plural, input, patch, shows, expected } in cases() {
        let create = format!(
            "mutation($input: {name}Input!) {{ create{name}(input: $input) {{ outcome record {{ id version }} }} }}"
        );
        let answer = done(&api, &create, json!({ "input": input })).await;
        assert_eq!(answer[format!("create{name}")]["outcome"], "CREATED", "{name}");
        let id = answer[format!("create{name}")]["record"]["id"].clone();
        let again = refused(&api, &create, json!({ "input": input })).await;
        assert_eq!(again.0, "CONFLICT", "{name}: {}", again.2);

        let upsert = format!(
            "mutation($input: [{name}Input!]!) {{ upsert{plural}(input: $input) {{ results {{ outcome record {{ id }} }} }} }}"
        );
        let same = done(&api, &upsert, json!({ "input": [input] })).await;
        assert_eq!(
            same[format!("upsert{plural}")]["results"],
            json!([{ "outcome": "UNCHANGED", "record": { "id": id } }]),
            "{name}"
        );

        let mut change = json!({ "id": id, "version": answer[format!("create{name}")]["record"]["version"] });
        change.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        let update = format!(
            "mutation($input: Update{name}Input!) {{ update{name}(input: $input) {{ outcome record {{ version {shows} }} }} }}"
        );
        let changed = done(&api, &update, json!({ "input": change })).await;
        let changed = &changed[format!("update{name}")];
        assert_eq!(changed["outcome"], "UPDATED", "{name}");
        assert_eq!(changed["record"][shows.split(' ').next().unwrap()], expected, "{name}");
        assert_eq!(refused(&api, &update, json!({ "input": change })).await.0, "CONFLICT", "{name}");
        made.push((name, id, changed["record"]["version"].clone()));
    }
    let delete = |name: &str| {
        format!(
            "mutation($input: DeleteInput!) {{ delete{name}(input: $input) {{ id tombstone {{ recordType reason by changeSet {{ id }} }} changeSet {{ id }} }} }}"
        )
    };
    let (_, event, version) = made.iter().find(|(name, ..)| name == "Event").unwrap().clone();
    let held = super::mutate(
        &api,
        &delete("Event"),
        json!({ "input": { "id": event, "version": version, "reason": "r" } }),
    )
    .await;
    let error = &held["errors"][0]["extensions"];
    assert_eq!(error["code"], "CONFLICT");
    let mut holding: Vec<_> = error["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["recordType"].as_str().unwrap())
        .collect();
    holding.sort_unstable();
    assert_eq!(holding, ["Closure", "EventRelation", "Participation", "Report"]);

    for (name, id, version) in made.iter().rev() {
        let input = json!({ "id": id, "version": version, "reason": "not needed" });
        let gone = done(&api, &delete(name), json!({ "input": input })).await;
        let gone = &gone[format!("delete{name}")];
        assert_eq!(gone["id"], *id);
        let tombstone = &gone["tombstone"];
        assert_eq!((&tombstone["recordType"], &tombstone["reason"]), (&json!(name), &json!("not needed")));
        assert_eq!(tombstone["changeSet"], gone["changeSet"]);
        let node = api.ask(&format!("{{ node(id: {id}) {{ id }} }}")).await;
        assert_eq!(node["data"]["node"], Value::Null, "{name}");
    }
    let left: i64 = sqlx::query_scalar("select count(*) from location where slug like 'made-%'")
        .fetch_one(api.database.pool())
        .await
        .unwrap();
    assert_eq!(left, 0, "a crossing goes with its place");
}

#[tokio::test]
async fn a_claim_is_made_and_retracted_and_never_changed() {
    let api = Api::demonstration().await;
    let claim = json!({ "event": { "slug": "istanbul-round-2-2025" }, "property": "fatalities", "source": { "slug": "did-press" },
        "speaker": { "slug": "pakistan" }, "value": { "number": 3.0, "qualifier": "AT_LEAST" }, "asOf": { "edtf": "2025-10-28" } });
    let create = "mutation($input: ClaimInput!) { createClaim(input: $input) { record { id version act event { accounts(property: [\"fatalities\"]) { agreement } } } } }";
    let made = done(&api, create, json!({ "input": claim })).await["createClaim"]["record"].clone();
    assert_eq!(made["event"]["accounts"], json!([{ "agreement": "SINGLE" }]));
    assert_eq!(refused(&api, create, json!({ "input": claim })).await.0, "CONFLICT");
    let retract = "mutation($input: RetractClaimInput!) { retractClaim(input: $input) { outcome changeSet { id reason }
        record { retractedAt retractionReason event { accounts(property: [\"fatalities\"]) { agreement } } } } }";
    let input = json!({ "input": { "id": made["id"], "reason": "misread" } });
    let retracted = done(&api, retract, input.clone()).await["retractClaim"].clone();
    assert_eq!(retracted["record"]["retractionReason"], "misread");
    assert_eq!(retracted["record"]["event"]["accounts"], json!([]));
    assert_eq!(refused(&api, retract, input).await.0, "CONFLICT");
    let blank = json!({ "input": { "id": made["id"], "reason": " " } });
    assert_eq!(refused(&api, retract, blank).await.1, "input.reason");
    // The way back is the one there is for all.
    let revert = "mutation($input: RevertChangeSetInput!) { revertChangeSet(input: $input, reason: \"was right\") { changeSet { kind reason reverts { id } } } }";
    let back = done(&api, revert, json!({ "input": { "id": retracted["changeSet"]["id"] } })).await;
    assert_eq!(
        back["revertChangeSet"]["changeSet"],
        json!({ "kind": "REVERT", "reason": "was right", "reverts": { "id": retracted["changeSet"]["id"] } })
    );
    let claim = api.ask(&format!("{{ claim(id: {}) {{ retractedAt }} }}", made["id"])).await;
    assert_eq!(claim["data"]["claim"]["retractedAt"], Value::Null);
}

#[tokio::test]
async fn a_revert_brings_back_what_was_deleted_and_names_what_stands_on_a_change() {
    let api = Api::empty().await;
    let create =
        "mutation($input: ActorInput!) { createActor(input: $input) { record { id } changeSet { id } } }";
    let input = json!({ "slug": "one", "name": "One", "kind": "PERSON", "names": [{ "value": "Uno", "kind": "ALIAS" }] });
    let made = done(&api, create, json!({ "input": input })).await["createActor"].clone();
    let id = &made["record"]["id"];
    let update = "mutation($input: UpdateActorInput!) { updateActor(input: $input) { changeSet { id } record { version } } }";
    let changed = done(&api, update, json!({ "input": { "id": id, "version": 1, "name": "Two" } })).await["updateActor"].clone();
    let revert =
        "mutation($input: RevertChangeSetInput!) { revertChangeSet(input: $input) { changeSet { id } } }";
    let answer = super::mutate(&api, revert, json!({ "input": { "id": made["changeSet"]["id"] } })).await;
    let error = &answer["errors"][0]["extensions"];
    assert_eq!((&error["code"], &error["field"]), (&json!("CONFLICT"), &json!("input.id")));
    assert!(
        error["records"].as_array().unwrap().iter().any(|record| record["id"] == *id
            && record["why"] == "CHANGED"
            && record["changeSet"] == changed["changeSet"]["id"]),
        "{error}"
    );

    let delete = "mutation($input: DeleteInput!) { deleteActor(input: $input) { changeSet { id } } }";
    let input = json!({ "id": id, "version": changed["record"]["version"], "reason": "by mistake" });
    let gone = done(&api, delete, json!({ "input": input })).await["deleteActor"]["changeSet"]["id"].clone();
    done(&api, revert, json!({ "input": { "id": gone } })).await;
    let back = api.ask(&format!("{{ node(id: {id}) {{ ... on Actor {{ name version names {{ value }} }} }} tombstone(id: {id}) {{ id }} }}")).await;
    assert_eq!(back["data"]["node"]["names"], json!([{ "value": "Two" }, { "value": "Uno" }]));
    assert_eq!(back["data"]["tombstone"], Value::Null);
    for unknown in ["no id", "01990000-0000-7000-8000-000000000000"] {
        assert_eq!(refused(&api, revert, json!({ "input": { "id": unknown } })).await.0, "NOT_FOUND");
    }
}
