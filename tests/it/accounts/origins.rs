//! Origins: whom a claim goes back to, however it travelled.

use serde_json::{Value, json};

use super::api;
use crate::support::{Api, TestDatabase, import, import_all};

const GROUND: &str = r#"
{"type":"dataset","slug":"desk","title":"A desk"}
{"type":"source","slug":"paper","name":"Paper","kind":"NEWSPAPER"}
{"type":"source","slug":"station","name":"Station","kind":"BROADCASTER"}
{"type":"source","slug":"wire","name":"Wire","kind":"WIRE"}
{"type":"source","slug":"unknown","name":"Unknown","kind":"UNKNOWN"}
{"type":"actor","slug":"minister","name":"Minister","kind":"PERSON"}
{"type":"actor","slug":"official","name":"Official","kind":"UNNAMED_ROLE"}
{"type":"event","slug":"talks","title":"Talks","kind":"TALKS"}
{"type":"article","dataset":"desk","externalId":"wire","source":"wire","title":"Wire"}
{"type":"article","dataset":"desk","externalId":"paper","source":"paper","title":"Paper"}
{"type":"article","dataset":"desk","externalId":"unknown","source":"unknown","title":"Unknown"}
"#;

/// An article of the station that derives in some way, and the one claim it makes.
fn derived(kind: &str, from: &str) -> String {
    format!(
        r#"{GROUND}
{{"type":"article","dataset":"desk","externalId":"derived","source":"station","title":"Derived","derivedFrom":[{{"kind":"{kind}",{from}}}]}}
{{"type":"claim","dataset":"desk","event":"talks","article":{{"externalId":"derived"}},"property":"duration","value":{{"number":4}}}}"#
    )
}

/// The one claim of the base, made in the way the keys say.
fn made(keys: &str) -> String {
    format!(
        r#"{GROUND}{{"type":"claim","dataset":"desk","event":"talks",{keys},"property":"duration","value":{{"number":4}}}}"#
    )
}

/// The origin of the one claim: actor, source and article by name.
async fn origin(lines: &str) -> Value {
    let api = api(lines).await;
    let answer =
        api.ask("{ claims { nodes { origin { actor { name } source { name } article { title } } } } }").await;
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    let origin = &answer["data"]["claims"]["nodes"][0]["origin"];
    json!([origin["actor"]["name"], origin["source"]["name"], origin["article"]["title"]])
}

#[tokio::test]
async fn a_claim_goes_back_to_its_speaker_its_first_relay_or_its_article() {
    let cases = [
        (r#""article":{"externalId":"paper"}"#, json!([null, "Paper", null])),
        (r#""source":"paper""#, json!([null, "Paper", null])),
        (r#""article":{"externalId":"unknown"}"#, json!([null, null, "Unknown"])),
        (r#""article":{"externalId":"paper"},"speaker":"minister""#, json!(["Minister", null, null])),
        (
            r#""article":{"externalId":"paper"},"speaker":"minister","relayedFrom":["wire"]"#,
            json!(["Minister", null, null]),
        ),
        (r#""article":{"externalId":"paper"},"relayedFrom":["wire","station"]"#, json!([null, "Wire", null])),
        (r#""article":{"externalId":"paper"},"speaker":"official""#, json!(["Official", "Paper", null])),
        (
            r#""article":{"externalId":"paper"},"speaker":"official","relayedFrom":["wire","station"]"#,
            json!(["Official", "Wire", null]),
        ),
        (r#""article":{"externalId":"unknown"},"speaker":"official""#, json!(["Official", null, "Unknown"])),
    ];
    for (keys, expected) in cases {
        assert_eq!(origin(&made(keys)).await, expected, "{keys}");
    }
}

#[tokio::test]
async fn syndicating_rewriting_and_translating_move_the_origin_and_quoting_and_citing_do_not() {
    for kind in ["SYNDICATES", "REWRITES", "TRANSLATES"] {
        assert_eq!(
            origin(&derived(kind, r#""article":{"externalId":"wire"}"#)).await,
            json!([null, "Wire", null]),
            "{kind}"
        );
    }
    for kind in ["QUOTES", "CITES"] {
        assert_eq!(
            origin(&derived(kind, r#""article":{"externalId":"wire"}"#)).await,
            json!([null, "Station", null]),
            "{kind}"
        );
    }
    assert_eq!(origin(&derived("REWRITES", r#""source":"wire""#)).await, json!([null, "Wire", null]));
    assert_eq!(
        origin(&derived("REWRITES", r#""article":{"externalId":"unknown"}"#)).await,
        json!([null, null, "Unknown"])
    );
    // A copy of what an unnamed speaker told the wire is the wire's.
    let spoken = derived("SYNDICATES", r#""article":{"externalId":"wire"}"#)
        .replace(r#""property":"duration""#, r#""speaker":"official","property":"duration""#);
    assert_eq!(origin(&spoken).await, json!(["Official", "Wire", null]));
    // Through two articles to the root.
    let chain = derived("TRANSLATES", r#""article":{"externalId":"paper"}"#).replace(
        r#""source":"paper","title":"Paper"}"#,
        r#""source":"paper","title":"Paper","derivedFrom":[{"kind":"SYNDICATES","article":{"externalId":"wire"}}]}"#,
    );
    assert_eq!(origin(&chain).await, json!([null, "Wire", null]));
}

#[tokio::test]
async fn a_copy_adds_an_article_and_a_source_and_no_origin() {
    let counts = async |api: &Api| {
        let answer = api.ask(r#"{ event(slug: "talks") { accounts { agreement variants { articles sources origins } } } }"#).await;
        answer["data"]["event"]["accounts"].clone()
    };
    let api = api(&made(r#""article":{"externalId":"wire"}"#)).await;
    let one = |articles: u32| json!([{ "agreement": "SINGLE", "variants": [{ "articles": articles, "sources": articles, "origins": 1 }] }]);
    assert_eq!(counts(&api).await, one(1));
    let copy = derived("SYNDICATES", r#""article":{"externalId":"wire"}"#);
    import_all(&api.database, &copy).await;
    assert_eq!(counts(&api).await, one(2));
}

#[tokio::test]
async fn an_article_that_comes_from_itself_costs_the_line_that_says_so() {
    let database = TestDatabase::new().await;
    let lines = format!(
        r#"{GROUND}{{"type":"article","dataset":"desk","externalId":"a","source":"paper","title":"A","derivedFrom":[{{"kind":"REWRITES","article":{{"externalId":"b"}}}}]}}
{{"type":"article","dataset":"desk","externalId":"b","source":"station","title":"B","derivedFrom":[{{"kind":"CITES","article":{{"externalId":"a"}}}}]}}"#
    );
    let summary = import(&database, &lines).await;
    let told: Vec<_> = summary.rejects.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|told| told.ends_with("an article cannot come from itself")), "{told:?}");
    let kept: i64 = sqlx::query_scalar("select count(*) from article_derivation")
        .fetch_one(database.pool())
        .await
        .unwrap();
    assert_eq!(kept, 0);
    // Nor does a writer of SQL get past it.
    let write = "with c as (insert into change_set (id, kind) values (gen_random_uuid(), 'API') returning set_config('dateline.change_set', id::text, true)) \
                 insert into article_derivation (article_id, kind, from_article_id) \
                 select a.id, 'CITES', b.id from c, article a, article b where (a.title, b.title) in (('Wire', 'Paper'), ('Paper', 'Wire'))";
    let refused = sqlx::query(write).execute(database.pool()).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().constraint(), Some("article_derivation_has_no_cycle"));
}

#[tokio::test]
async fn two_papers_of_one_day_in_two_zones_are_of_one_time() {
    let article = |key: &str, source: &str, dateline: &str, number: u8| {
        format!(
            r#"{{"type":"article","dataset":"desk","externalId":"{key}","source":"{source}","title":"{key}","published":"2025-06-10"{dateline}}}
{{"type":"claim","dataset":"desk","event":"talks","article":{{"externalId":"{key}"}},"speaker":"minister","property":"duration","value":{{"number":{number}}}}}
"#
        )
    };
    let lines = [
        GROUND,
        r#"{"type":"location","slug":"peshawar","name":"Peshawar","kind":"CITY","timezone":"Asia/Karachi"}"#,
        "\n",
        &article("here", "paper", r#","dateline":"peshawar""#, 3),
        &article("there", "station", "", 4),
    ];
    let api = api(&lines.concat()).await;
    let answer = api.ask(r#"{ event(slug: "talks") { accounts { agreement superseded { id } } } }"#).await;
    assert_eq!(
        answer["data"]["event"]["accounts"],
        json!([{ "agreement": "DISPUTED", "superseded": [] }]),
        "{answer}"
    );
}
