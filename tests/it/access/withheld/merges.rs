//! What is withheld, merged; and what was merged, withheld later.

use serde_json::{Value, json};

use super::{Answers, CLOSED, assert_same, everything, withheld};
use crate::merging::{attempt, merge, refusal};
use crate::support::{Api, import_all};

#[tokio::test]
async fn what_is_withheld_is_merged_without_a_trace_and_never_with_what_is_not() {
    let api = Api::demonstration().await;
    let without = everything(&api, None).await;
    import_all(&api.database, CLOSED).await;
    let twin = r#"{"type":"actor","dataset":"closed","slug":"zz-twin","name":"Zzzzztwin","kind":"PERSON"}"#;
    import_all(&api.database, twin).await;
    for (from, into, said) in
        [("zz-actor", "pakistan", "gives way is withheld"), ("pakistan", "zz-actor", "stays is withheld")]
    {
        let slug = |slug: &str| json!({ "slug": slug });
        let (code, _, message) = refusal(&api, "ACTOR", &slug(from), &slug(into)).await;
        assert_eq!(code, "CONFLICT");
        assert!(message.contains(said), "{message}");
    }
    let id = |slug: &str| format!("select id from actor where slug = '{slug}'");
    let gone: uuid::Uuid =
        sqlx::query_scalar(sqlx::AssertSqlSafe(id("zz-actor"))).fetch_one(api.database.pool()).await.unwrap();
    let answer = attempt(&api, "ACTOR", &json!({ "slug": "zz-actor" }), &json!({ "slug": "zz-twin" })).await;
    assert_eq!(
        answer,
        json!({ "data": { "merge": { "record": null, "changeSet": null } } }),
        "not even who merged them"
    );
    let merged: uuid::Uuid = sqlx::query_scalar("select id from change_set where kind = 'MERGE'")
        .fetch_one(api.database.pool())
        .await
        .unwrap();
    assert_same(&without, &everything(&api, None).await, "two that are withheld are merged");
    let keys = format!(
        "{{ node(id: \"{gone}\") {{ id }} actor(slug: \"zz-actor\") {{ id }} changeSet(id: \"{merged}\") {{ id }} \
           resolve(name: \"Zzzzzactor\", kind: ACTOR) {{ matches {{ matched }} }} }}"
    );
    let answer = api.ask(&keys).await["data"].clone();
    for key in ["node", "actor", "changeSet"] {
        assert_eq!(answer[key], Value::Null, "{answer}");
    }
    // What is kept of what is withheld is what is found anew.
    let kept = withheld(&api).await;
    sqlx::query("call withhold_anew()").execute(api.database.pool()).await.unwrap();
    assert_eq!(kept, withheld(&api).await);
    // Those who may know find it.
    let known = api.by_a_reader().await.ask(&keys).await;
    assert_ne!(known["data"]["node"], Value::Null, "{known}");
    assert_eq!(known["data"]["node"], known["data"]["actor"]);
}

/// Records of a dataset that is closed only later.
const OPEN: &str = r#"
{"type":"dataset","slug":"closed","title":"A desk","redistribution":"OPEN"}
{"type":"actor","dataset":"closed","externalId":"zz-1","slug":"zz-actor","name":"Zzzzzactor","kind":"PERSON","names":[{"value":"Zzzzzalias","kind":"ALIAS"}],"identifiers":[{"scheme":"wikidata","value":"Zzzzzid"}]}
{"type":"location","dataset":"closed","externalId":"zz-2","slug":"zz-town","name":"Zzzzztown","kind":"CITY","country":"AF"}
{"type":"source","dataset":"closed","externalId":"zz-3","slug":"zz-paper","name":"Zzzzzpaper","kind":"NEWSPAPER"}
"#;

#[tokio::test]
async fn what_came_with_a_merge_goes_where_its_dataset_is_closed_later() {
    let api = Api::demonstration().await;
    import_all(&api.database, OPEN).await;
    merge(&api, "ACTOR", "zz-actor", "united-nations").await;
    merge(&api, "LOCATION", "zz-town", "kabul").await;
    merge(&api, "SOURCE", "zz-paper", "rta").await;
    let tells = async || {
        let answers = everything(&api, None).await;
        answers.into_iter().filter(|(_, answer)| answer.contains("Zzzzz")).collect::<Answers>()
    };
    let told = tells().await;
    assert!(told.len() >= 8, "{:#?}", told.keys());
    import_all(&api.database, &OPEN.lines().nth(1).unwrap().replace("OPEN", "TOKEN_ONLY")).await;
    let still = tells().await;
    assert!(still.is_empty(), "{still:#?}");
    let keys = "{ actor(slug: \"zz-actor\") { names { value } mergedFrom { name } } }";
    assert_eq!(api.ask(keys).await["data"]["actor"], Value::Null);
    let known = api.by_a_reader().await.ask(keys).await;
    assert_eq!(known["data"]["actor"]["mergedFrom"], json!([{ "name": "Zzzzzactor" }]));
    assert!(known.to_string().contains("Zzzzzalias"), "{known}");
}
