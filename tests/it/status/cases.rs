//! Reports of one crossing that contradict and complete each other, and what must come out.

use serde_json::{Value, json};

use super::{case, expect, status, word};
use crate::support::Api;

#[tokio::test]
async fn f1_a_closure_is_lifted_hour_by_hour() {
    let api = case(&[include_str!("f1.ndjson")]).await;
    expect(
        &api,
        &[
            ("2023-09-10T12:00:00+05:00", "", "CLOSED CERTAIN"),
            ("2023-09-15T07:59:59+05:00", "PEDESTRIAN", "CLOSED CERTAIN"),
            ("2023-09-15T08:30:00+05:00", "PEDESTRIAN", "OPEN CERTAIN"),
            ("2023-09-15T08:30:00+05:00", "CARGO", "CLOSED CERTAIN"),
            ("2023-09-15T08:30:00+05:00", "", "RESTRICTED CERTAIN"),
            ("2023-09-15T09:30:00+05:00", "", "OPEN CERTAIN"),
        ],
    )
    .await;
    let claims = api
        .ask("{ event(slug: \"closure\") { claims { nodes { value { display } property { code } } } } }")
        .await;
    let nine = json!([{ "value": { "display": "9 days" }, "property": { "code": "duration" } }]);
    assert_eq!(claims["data"]["event"]["claims"]["nodes"], nine);

    let timeline = api
        .ask(r#"{ borderCrossing(slug: "torkham") { timeline(from: "2023-09-15T02:00:00Z", to: "2023-09-15T05:00:00Z") { from to status } } }"#)
        .await;
    assert_eq!(
        timeline["data"]["borderCrossing"]["timeline"],
        json!([
            { "from": "2023-09-15T02:00:00Z", "to": "2023-09-15T03:00:00Z", "status": "CLOSED" },
            { "from": "2023-09-15T03:00:00Z", "to": "2023-09-15T04:00:00Z", "status": "RESTRICTED" },
            { "from": "2023-09-15T04:00:00Z", "to": "2023-09-15T05:00:00Z", "status": "OPEN" },
        ])
    );
}

#[tokio::test]
async fn f2_one_side_opens_and_the_other_does_not() {
    let api = case(&[include_str!("f2.ndjson")]).await;
    let thursday = status(
        &api,
        "at: \"2023-02-23T12:00:00+05:00\"",
        "status certainty closures { event { slug } } dissent { speaker { slug } value { code } }",
    )
    .await;
    assert_eq!(
        thursday,
        json!({
            "status": "CLOSED", "certainty": "DISPUTED",
            "closures": [{ "event": { "slug": "closure-by-pakistan" } }],
            "dissent": [{ "speaker": { "slug": "taliban-government" }, "value": { "code": "OPEN" } }],
        })
    );
    let friday = status(
        &api,
        "at: \"2023-02-24T12:00:00+05:00\"",
        "status closures { effect severity reason } dissent { id }",
    )
    .await;
    assert_eq!(
        friday,
        json!({
            "status": "RESTRICTED", "dissent": [],
            "closures": [{ "effect": "OPENS", "severity": "PARTIAL", "reason": "each side lets in its own nationals only" }],
        })
    );
    let saturday = status(
        &api,
        "at: \"2023-02-25T12:00:00+05:00\"",
        "status origins closures { decidedBy { slug } } reports { nodes { article { source { slug } } } }",
    )
    .await;
    assert_eq!(
        saturday,
        json!({
            "status": "OPEN", "origins": 1, "closures": [{ "decidedBy": null }],
            "reports": { "nodes": [{ "article": { "source": { "slug": "broadcaster" } } }] },
        })
    );
}

#[tokio::test]
async fn f3_cargo_passes_before_people_and_patients_before_both() {
    let api = case(&[include_str!("f3.ndjson")]).await;
    expect(
        &api,
        &[
            ("2025-03-18T12:00:00+05:00", "CARGO", "CLOSED"),
            ("2025-03-20T12:00:00+05:00", "CARGO", "OPEN"),
            ("2025-03-20T12:00:00+05:00", "TRANSIT_TRADE", "OPEN"),
            ("2025-03-20T12:00:00+05:00", "MEDICAL", "OPEN"),
            ("2025-03-20T12:00:00+05:00", "PEDESTRIAN", "CLOSED"),
            ("2025-03-22T12:00:00+05:00", "PEDESTRIAN", "OPEN"),
        ],
    )
    .await;
    let detail = status(
        &api,
        "at: \"2025-03-20T12:00:00+05:00\", traffic: PEDESTRIAN, direction: A_TO_B",
        "byTraffic { traffic direction status }",
    )
    .await;
    let cell =
        |traffic: &str, status: &str| json!({ "traffic": traffic, "direction": "A_TO_B", "status": status });
    assert_eq!(
        detail["byTraffic"],
        json!([
            cell("PEDESTRIAN", "CLOSED"),
            cell("MEDICAL", "OPEN"),
            cell("RETURNEES", "CLOSED"),
            cell("DIPLOMATIC", "CLOSED"),
        ])
    );
}

#[tokio::test]
async fn f4_a_relayed_word_is_one_origin_and_dissent() {
    let api = case(&[include_str!("f4.ndjson")]).await;
    let at = "2025-11-01T12:00:00+05:00";
    expect(
        &api,
        &[
            (at, "RETURNEES", "OPEN CERTAIN"),
            (at, "CARGO", "CLOSED DISPUTED"),
            (at, "PEDESTRIAN", "CLOSED CERTAIN"),
        ],
    )
    .await;
    let cargo = status(
        &api,
        &format!("at: \"{at}\", traffic: CARGO"),
        "origins dissent { speaker { slug } relayedFrom { slug } article { source { slug } } } support { id }",
    )
    .await;
    assert_eq!(
        cargo["dissent"],
        json!([{
            "speaker": { "slug": "pakistani-authorities" }, "relayedFrom": [{ "slug": "dawn" }, { "slug": "trt" }],
            "article": { "source": { "slug": "outlet-1" } },
        }])
    );
    // The deputy commissioner and the third outlet.
    assert_eq!((cargo["support"].as_array().unwrap().len(), &cargo["origins"]), (2, &json!(2)));
    // The authorities and the deputy commissioner; the third outlet has its word on people on foot.
    let returnees = status(&api, &format!("at: \"{at}\", traffic: RETURNEES"), "origins").await;
    assert_eq!(returnees["origins"], 2);
    let crossed =
        api.ask("{ claims(filter: {property: [\"people_crossed\"]}) { nodes { value { number } } } }").await;
    assert_eq!(crossed["data"]["claims"]["nodes"], json!([{ "value": { "number": 7935.0 } }]));
}

#[tokio::test]
async fn f5_a_weekly_schedule_opens_within_a_closure() {
    let api = case(&[include_str!("f5.ndjson")]).await;
    expect(
        &api,
        &[
            ("2020-04-15T12:00:00+05:00", "CARGO", "OPEN"),
            ("2020-04-16T12:00:00+05:00", "CARGO", "CLOSED"),
            // Wednesday in Karachi, and still Tuesday in UTC.
            ("2020-04-15T00:30:00+05:00", "CARGO", "OPEN"),
            ("2020-04-19T12:00:00+05:00", "RETURNEES", "OPEN"),
            ("2020-04-20T12:00:00+05:00", "RETURNEES", "CLOSED"),
            ("2020-04-21T12:00:00+05:00", "RETURNEES", "OPEN"),
            ("2020-04-19T12:00:00+05:00", "PEDESTRIAN", "CLOSED"),
        ],
    )
    .await;
}

#[tokio::test]
async fn f6_what_is_observed_decides_and_what_is_ordered_is_shown() {
    let api = case(&[include_str!("f6.ndjson")]).await;
    for (day, ordered) in [("2020-07-08", vec!["CLOSES"]), ("2020-07-11", vec!["CLOSES", "OPENS"])] {
        let answer = status(
            &api,
            &format!("at: \"{day}T12:00:00+05:00\", traffic: PEDESTRIAN"),
            "status closures { basis effect severity } shown { basis effect }",
        )
        .await;
        assert_eq!(answer["status"], "RESTRICTED");
        assert_eq!(
            answer["closures"],
            json!([{ "basis": "OBSERVED", "effect": "OPENS", "severity": "PARTIAL" }])
        );
        let mut shown: Vec<_> =
            answer["shown"].as_array().unwrap().iter().map(|row| row["effect"].as_str().unwrap()).collect();
        shown.sort_unstable();
        assert_eq!(shown, ordered, "{day}");
    }
}

#[tokio::test]
async fn f7_hours_that_nobody_knows_leave_it_possible() {
    let api = case(&[include_str!("f7.ndjson")]).await;
    let at = "2021-08-15T12:00:00+05:00";
    expect(&api, &[(at, "CARGO", "RESTRICTED POSSIBLE"), (at, "PEDESTRIAN", "CLOSED")]).await;
    let denied = api
        .ask("{ event(slug: \"hours\") { claims { nodes { act property { code } value { actor { slug } } } } } }")
        .await;
    assert_eq!(
        denied["data"]["event"]["claims"]["nodes"],
        json!([{ "act": "DENY", "property": { "code": "decided_by" }, "value": { "actor": { "slug": "federal-government" } } }])
    );
}

#[tokio::test]
async fn f8_open_for_some_and_for_trade_is_restricted_for_all() {
    let api = case(&[include_str!("f8.ndjson")]).await;
    let at = "2021-09-15T12:00:00+05:00";
    expect(&api, &[(at, "CARGO", "OPEN"), (at, "PEDESTRIAN", "RESTRICTED"), (at, "", "RESTRICTED")]).await;
}

#[tokio::test]
async fn f10_the_past_is_not_stale_for_having_been_reported_late() {
    let api = case(&[include_str!("f10.ndjson")]).await;
    let (march, april) = ("2025-03-31T12:00:00+05:00", "2025-04-05T12:00:00+05:00");
    expect(&api, &[(march, "", "CLOSED CERTAIN"), (april, "", "CLOSED STALE")]).await;
    crate::support::import_all(&api.database, include_str!("f10-reopened.ndjson")).await;
    expect(
        &api,
        &[
            (march, "", "CLOSED CERTAIN"),
            (april, "", "CLOSED CERTAIN"),
            ("2025-05-02T12:00:00+05:00", "", "OPEN CERTAIN"),
            ("2025-06-05T12:00:00+05:00", "", "OPEN STALE"),
        ],
    )
    .await;
}

#[tokio::test]
async fn the_demonstration_answers_for_torkhams_cargo_as_promised() {
    let api = Api::demonstration().await;
    expect(
        &api,
        &[
            ("2025-10-20T12:00:00Z", "CARGO", "CLOSED CERTAIN"),
            ("2025-10-29T12:00:00Z", "CARGO", "CLOSED CERTAIN"),
            ("2026-01-01T12:00:00Z", "CARGO", "CLOSED STALE"),
            ("2025-09-01T12:00:00Z", "CARGO", "UNKNOWN NO_DATA"),
        ],
    )
    .await;
    let answer = status(
        &api,
        "at: \"2025-10-29T12:00:00Z\", traffic: CARGO",
        "origins lastEvidence closures { inForce(at: \"2025-10-29T12:00:00Z\") place { slug } articles { nodes { externalId } } } \
         reports { totalCount nodes { article { externalId } } } dissent { id }",
    )
    .await;
    let mut articles: Vec<_> = answer["reports"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|report| report["article"]["externalId"].as_str().unwrap())
        .collect();
    articles.sort_unstable();
    let all_three = [
        "istanbul-collapse-four-days",
        "istanbul-collapse-truce-in-place",
        "istanbul-three-days-no-agreement",
    ];
    assert_eq!(articles, all_three);
    assert_eq!((&answer["reports"]["totalCount"], &answer["origins"]), (&json!(3), &json!(3)));
    assert_eq!(answer["dissent"], json!([]));
    assert!(answer["closures"].as_array().unwrap().iter().all(|closure| closure["inForce"] == "YES"));
}

#[tokio::test]
async fn claims_decide_where_no_row_does_and_what_is_predicted_never() {
    let claim = |id: &str, source: &str, act: &str, code: &str, at: &str| {
        json!({"type": "claim", "dataset": "case", "externalId": id, "event": "seen", "property": "status", "act": act,
               "value": {"code": code}, "source": source, "scope": {"crossing": "torkham", "direction": "BOTH"}, "asOf": at})
        .to_string()
    };
    let ground = "{\"type\":\"dataset\",\"slug\":\"case\",\"title\":\"A case\"}\n{\"type\":\"event\",\"slug\":\"seen\",\"title\":\"What was seen\",\"kind\":\"OBSERVATION\",\"location\":\"torkham\"}";
    let api = case(&[ground]).await;
    let at = "2025-03-10T12:00:00+05:00";
    assert_eq!(word(&api, at, "").await, "UNKNOWN NO_DATA");
    let idle = ["PREDICT", "DEMAND", "ANNOUNCE", "QUESTION", "ACCUSE", "DENY"]
        .map(|act| claim(act, "outlet-3", act, "CLOSED", "2025-03-09"));
    crate::support::import_all(&api.database, &idle.join("\n")).await;
    assert_eq!(word(&api, at, "").await, "UNKNOWN NO_DATA");
    crate::support::import_all(&api.database, &claim("1", "outlet-1", "ASSERT", "OPEN", "2025-03-08")).await;
    assert_eq!(word(&api, at, "").await, "OPEN CERTAIN");
    // The same key again retracts the first and enters the second.
    crate::support::import_all(&api.database, &claim("1", "outlet-1", "ASSERT", "CLOSED", "2025-03-08"))
        .await;
    assert_eq!(word(&api, at, "").await, "CLOSED DISPUTED");
    crate::support::import_all(&api.database, &claim("2", "outlet-2", "ASSERT", "OPEN", "2025-03-09")).await;
    assert_eq!(word(&api, at, "").await, "OPEN DISPUTED");
    assert_eq!(word(&api, "2025-06-10T12:00:00+05:00", "").await, "OPEN STALE");
    assert_eq!(word(&api, "2025-03-01T12:00:00+05:00", "").await, "UNKNOWN NO_DATA");
    // What was only announced, or never happened, has no status.
    for modality in ["ANNOUNCED", "CANCELLED", "DID_NOT_HAPPEN"] {
        let seen = json!({"type": "event", "slug": "seen", "title": "What was seen", "kind": "OBSERVATION",
                          "location": "torkham", "modality": modality});
        crate::support::import_all(&api.database, &seen.to_string()).await;
        assert_eq!(word(&api, at, "").await, "UNKNOWN NO_DATA", "{modality}");
    }
}

#[tokio::test]
async fn a_schedule_that_cannot_be_read_leaves_it_possible() {
    let api = case(&[include_str!("f10.ndjson")]).await;
    let mut connection = api.database.pool().acquire().await.unwrap();
    for sql in [
        "with c as (insert into change_set (id, kind) values (gen_random_uuid(), 'API') returning set_config('dateline.change_set', id::text, false)) select 1 from c",
        "update closure set schedule = 'whenever they like'",
    ] {
        sqlx::query(sql).execute(&mut *connection).await.unwrap();
    }
    assert_eq!(word(&api, "2025-03-20T12:00:00+05:00", "").await, "CLOSED POSSIBLE");
    let closures = api
        .ask("{ closures(filter: {inForceAt: \"2025-03-20T12:00:00Z\"}) { totalCount nodes { schedule inForce(at: \"2025-03-20T12:00:00Z\") } } }")
        .await;
    assert_eq!(
        closures["data"]["closures"],
        json!({ "totalCount": 1, "nodes": [{ "schedule": "whenever they like", "inForce": "POSSIBLY" }] })
    );
    assert_eq!(closures["errors"], Value::Null);
}
