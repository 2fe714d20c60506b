//! Arguments at fault are named; a crossing that nobody knows is null.

use serde_json::Value;

use super::case;
use crate::support::{Api, import_all};

#[tokio::test]
async fn arguments_at_fault_are_named() {
    let api = case(&[]).await;
    let faults = [
        ("status(at: \"+010000-01-01T00:00:00Z\")", "\"+010000-01-01T00:00:00Z\""),
        ("status(at: \"9999-01-01T00:00:00Z\")", "`at` lies in the year 9999"),
        ("status(at: \"0001-01-01T00:00:00Z\")", "`at` lies in the year 1"),
        ("status(horizonDays: -1)", "`horizonDays` is -1"),
        ("status(horizonDays: 2000000000)", "`horizonDays` is 2000000000"),
        (
            "timeline(from: \"2025-10-02T00:00:00Z\", to: \"2025-10-01T00:00:00Z\")",
            "`to` that is later than `from`",
        ),
        (
            "timeline(from: \"2025-10-02T00:00:00Z\", to: \"9999-10-01T00:00:00Z\")",
            "`to` lies in the year 9999",
        ),
        (
            "timeline(from: \"2025-10-02T00:00:00Z\", to: \"2025-10-03T00:00:00Z\", horizonDays: -5)",
            "`horizonDays` is -5",
        ),
        ("closures(inForceAt: \"9999-01-01T00:00:00Z\")", "`inForceAt` lies in the year 9999"),
    ];
    for (field, message) in faults {
        let answer =
            api.ask(&format!("{{ borderCrossing(slug: \"torkham\") {{ {field} {{ __typename }} }} }}")).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{field}: {answer}");
        assert!(error["message"].as_str().unwrap().contains(message), "{field}: {answer}");
    }
    for (filter, message) in [
        ("{at: \"2025-10-01T00:00:00Z\"}", "give `status`, too"),
        ("{traffic: CARGO}", "give `status`, too"),
        ("{status: [OPEN], horizonDays: -1}", "`horizonDays` is -1"),
        ("{status: [OPEN], at: \"9999-10-01T00:00:00Z\"}", "`at` lies in the year 9999"),
    ] {
        let answer = api.ask(&format!("{{ borderCrossings(filter: {filter}) {{ totalCount }} }}")).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{filter}: {answer}");
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains(message), "{filter}: {answer}");
    }
    let unknown = api.ask("{ borderCrossing(slug: \"nowhere\") { status { status } timeline(from: \"2025-10-01T00:00:00Z\", to: \"2025-10-02T00:00:00Z\") { status } } }").await;
    assert_eq!((&unknown["data"]["borderCrossing"], &unknown["errors"]), (&Value::Null, &Value::Null));
    // What clients write for what they leave out has the default, and the last of the years is answered.
    let nulls = api
        .ask("{ borderCrossing(slug: \"torkham\") { null: status(at: null, direction: null, traffic: null, horizonDays: null) { status } \
               last: status(at: \"9998-12-31T23:59:59Z\", horizonDays: 36525) { status } first: status(at: \"0002-01-01T00:00:00Z\") { certainty } } }")
        .await;
    assert_eq!(nulls["errors"], Value::Null, "{nulls}");
    assert_eq!(nulls["data"]["borderCrossing"]["null"]["status"], "UNKNOWN");
}

#[tokio::test]
async fn a_timeline_that_is_too_long_is_told_so() {
    let api = Api::empty().await;
    import_all(&api.database, include_str!("ground.ndjson")).await;
    let ask = async |from: &str, to: &str| {
        api.ask(&format!("{{ borderCrossing(slug: \"torkham\") {{ timeline(from: \"{from}\", to: \"{to}\") {{ from to status }} }} }}")).await
    };
    let quiet = ask("2016-01-01T00:00:00Z", "2026-01-01T00:00:00Z").await;
    assert_eq!(quiet["data"]["borderCrossing"]["timeline"].as_array().unwrap().len(), 1, "{quiet}");
    let long = ask("2005-01-01T00:00:00Z", "2026-01-01T00:00:00Z").await;
    assert_eq!(long["errors"][0]["extensions"]["code"], "TOO_COMPLEX", "{long}");
    let busy = r#"{"type":"event","slug":"hourly","title":"Hour by hour","kind":"RESTRICTION","location":"torkham"}
{"type":"closure","event":"hourly","place":"torkham","schedule":"00:00-01:00,02:00-03:00,04:00-05:00,06:00-07:00,08:00-09:00","extent":"2016-01-01/.."}"#;
    import_all(&api.database, busy).await;
    let busy = ask("2017-01-01T00:00:00Z", "2018-06-01T00:00:00Z").await;
    assert_eq!(busy["errors"][0]["extensions"]["code"], "TOO_COMPLEX", "{busy}");
    assert!(busy["errors"][0]["message"].as_str().unwrap().contains("1000 intervals"), "{busy}");
    let week = ask("2017-01-01T00:00:00Z", "2017-01-08T00:00:00Z").await;
    assert_eq!(week["data"]["borderCrossing"]["timeline"].as_array().unwrap().len(), 70, "{week}");
}
