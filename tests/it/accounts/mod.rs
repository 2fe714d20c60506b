//! Accounts and origins through the API: the cases of the field, the demonstration dataset, and
//! what a level of events costs.

mod kept;
mod origins;

use serde_json::{Value, json};

use crate::support::{Api, import_all};

const DAY_BY_DAY: &str = include_str!("f9_day_by_day.ndjson");
const ONE_ORIGIN: &str = include_str!("f9_one_origin.ndjson");
const DAYS_AND_REASONS: &str = include_str!("f3_days_and_reasons.ndjson");

/// The API over records of these lines alone.
async fn api(lines: &str) -> Api {
    let api = Api::empty().await;
    import_all(&api.database, lines).await;
    api
}

/// The accounts of one property, as it stands or as it stood: each its agreement, its variants as
/// (display, articles, sources, origins, denials), and what is superseded.
async fn account(api: &Api, event: &str, property: &str, as_of: Option<&str>) -> Value {
    let as_of = as_of.map(|moment| format!(", asOf: \"{moment}\"")).unwrap_or_default();
    let answer = api
        .ask(&format!(
            "{{ event(slug: \"{event}\") {{ accounts(property: [\"{property}\"]{as_of}) {{ agreement \
             variants {{ display articles sources origins denials }} superseded {{ value {{ display }} }} }} }} }}"
        ))
        .await;
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    let accounts = answer["data"]["event"]["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 1, "{answer}");
    let account = &accounts[0];
    let list = |field: &str| account[field].as_array().unwrap().clone();
    let variants: Vec<Value> = list("variants")
        .iter()
        .map(|v| json!([v["display"], v["articles"], v["sources"], v["origins"], v["denials"]]))
        .collect();
    let superseded: Vec<Value> =
        list("superseded").iter().map(|claim| claim["value"]["display"].clone()).collect();
    json!([account["agreement"], variants, superseded])
}

#[tokio::test]
async fn f9_day_by_day_nothing_is_overwritten() {
    let api = api(DAY_BY_DAY).await;
    let on_the_27th = Some("2025-10-27T23:59:59Z");
    assert_eq!(
        account(&api, "f9-round", "outcome", on_the_27th).await,
        json!(["DENIED", [["no agreement", 2, 2, 2, 1]], []])
    );
    assert_eq!(
        account(&api, "f9-round", "duration", on_the_27th).await,
        json!(["AGREED", [["at least 3 days", 2, 2, 2, 0]], []])
    );
    // The 29th, with its reports.
    for as_of in [Some("2025-10-29T23:59:59Z"), None] {
        assert_eq!(
            account(&api, "f9-round", "duration", as_of).await,
            json!([
                "DISPUTED",
                [["3 days", 2, 2, 2, 0], ["at least 3 days", 2, 2, 2, 0], ["4 days", 1, 1, 1, 0]],
                []
            ])
        );
        assert_eq!(
            account(&api, "f9-round", "outcome", as_of).await,
            json!([
                "SINGLE",
                [["no agreement", 1, 1, 1, 0]],
                ["no agreement", "no agreement", "no agreement"]
            ])
        );
    }
    assert_eq!(
        account(&api, "f9-round", "session_time", None).await,
        json!(["SINGLE", [["about 50 hours", 1, 1, 1, 0]], []])
    );
}

#[tokio::test]
async fn f9_one_origin_that_says_three_and_then_four_is_updated() {
    let api = api(ONE_ORIGIN).await;
    assert_eq!(
        account(&api, "f9c-round", "duration", None).await,
        json!(["UPDATED", [["4 days", 1, 1, 1, 0]], ["3 days"]])
    );
    assert_eq!(
        account(&api, "f9c-round", "duration", Some("2025-10-28T12:00:00Z")).await,
        json!(["SINGLE", [["3 days", 1, 1, 1, 0]], []])
    );
}

#[tokio::test]
async fn f3_the_days_are_disputed_and_the_reasons_varied() {
    let api = api(DAYS_AND_REASONS).await;
    let days = account(&api, "f3-closure", "duration", None).await;
    assert_eq!(days[0], "DISPUTED");
    let mut variants = days[1].as_array().unwrap().clone();
    variants.sort_by_key(|variant| variant[0].as_str().unwrap().to_owned());
    assert_eq!(variants, [json!(["25 days", 1, 1, 1, 0]), json!(["27 days", 1, 1, 1, 0])]);
    let reasons = account(&api, "f3-reopening", "reason", None).await;
    assert_eq!((reasons[0].as_str(), reasons[1].as_array().unwrap().len()), (Some("VARIED"), 2));
}

#[tokio::test]
async fn the_demonstration_shows_who_says_what() {
    let api = Api::demonstration().await;
    let second = "istanbul-round-2-2025";
    assert_eq!(
        account(&api, second, "duration", None).await,
        json!(["DISPUTED", [["4 days", 3, 3, 3, 0], ["3 days", 2, 2, 2, 0]], []])
    );
    // Four articles; two outlets that are known and two that are not, in their own voice; Tarar; the Taliban
    // government; officials and state media without names.
    let outcome = account(&api, second, "outcome", None).await;
    assert_eq!(outcome[0], "AGREED");
    assert_eq!(outcome[1], json!([["no agreement", 4, 4, 8, 0]]));
    assert!(outcome[2].as_array().unwrap().contains(&json!("continuing")), "{outcome}");
    assert_eq!(account(&api, second, "responsibility", None).await[0], "DISPUTED");
    assert_eq!(
        account(&api, "istanbul-round-3-2025", "outcome", None).await,
        json!(["DENIED", [["no agreement", 1, 1, 2, 1]], []])
    );
    let shelter = account(&api, "ttp-sheltering-in-afghanistan", "occurred", None).await;
    assert_eq!((&shelter[0], &shelter[1]), (&json!("DENIED"), &json!([["yes", 3, 3, 3, 1]])));
    assert_eq!(account(&api, "istanbul-round-3-2025", "duration", None).await[0], "SINGLE");
}

#[tokio::test]
async fn a_retracted_claim_is_in_no_account_and_its_retraction_can_be_taken_back() {
    let api = api(DAY_BY_DAY).await;
    let before = account(&api, "f9-round", "duration", None).await;
    let write = |set: &str| {
        format!(
            "with c as (insert into change_set (id, kind) values (gen_random_uuid(), 'API') returning set_config('dateline.change_set', id::text, true)) \
             update claim set {set} from c where property = 'duration' and value_number = 4 and act = 'ASSERT'"
        )
    };
    let run = async |set: &str| {
        sqlx::query(sqlx::AssertSqlSafe(write(set))).execute(api.database.pool()).await.unwrap();
    };
    run("retracted_at = now(), retraction_reason = 'misread'").await;
    assert_eq!(account(&api, "f9-round", "duration", None).await[0], "AGREED");
    run("retracted_at = null, retraction_reason = null").await;
    assert_eq!(account(&api, "f9-round", "duration", None).await, before);
}

#[tokio::test]
async fn the_claims_of_a_variant_page_both_ways() {
    let api = Api::demonstration().await;
    let page = async |arguments: &str| {
        let answer = api
            .ask(&format!(
                "{{ event(slug: \"istanbul-round-2-2025\") {{ accounts(property: [\"outcome\"]) {{ variants {{ \
                 claims({arguments}) {{ totalCount nodes {{ id }} pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }} }} }} }}"
            ))
            .await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        answer["data"]["event"]["accounts"][0]["variants"][0]["claims"].clone()
    };
    let ids =
        |page: &Value| page["nodes"].as_array().unwrap().iter().map(|c| c["id"].clone()).collect::<Vec<_>>();
    let whole = page("first: 500").await;
    for (size, cursor, end, more) in
        [("first", "after", "endCursor", "hasNextPage"), ("last", "before", "startCursor", "hasPreviousPage")]
    {
        let mut read: Vec<Value> = Vec::new();
        let mut arguments = format!("{size}: 3");
        loop {
            let part = page(&arguments).await;
            assert_eq!(part["totalCount"], whole["totalCount"]);
            if size == "first" {
                read.extend(ids(&part));
            } else {
                read.splice(0..0, ids(&part));
            }
            if part["pageInfo"][more] == false {
                break;
            }
            arguments = format!("{size}: 3, {cursor}: {}", part["pageInfo"][end]);
        }
        assert_eq!(read, ids(&whole), "{size}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_by_its_argument() {
    let api = Api::demonstration().await;
    for (arguments, told) in [
        (
            r#"property: ["duration", "lenght"]"#,
            "`property` has \"lenght\", which is no property's code: `claimProperties` lists them.",
        ),
        (r#"asOf: "9999-06-01T00:00:00Z""#, "`asOf` lies in the year 9999: give one from 2 to 9998."),
        (r#"asOf: "0001-06-01T00:00:00Z""#, "`asOf` lies in the year 1: give one from 2 to 9998."),
    ] {
        let answer = api
            .ask(&format!(
                "{{ event(slug: \"istanbul-round-2-2025\") {{ accounts({arguments}) {{ agreement }} }} }}"
            ))
            .await;
        assert_eq!(answer["errors"][0]["message"], told, "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        assert_eq!(answer["errors"][0]["path"], json!(["event", "accounts"]));
    }
    let nobody = api.ask(r#"{ event(slug: "no-such-event") { accounts { agreement } } }"#).await;
    assert_eq!(nobody, json!({ "data": { "event": null } }));
    // An event of which nothing is claimed has no accounts; the edges of the calendar can be asked for.
    for moment in ["0002-01-01T00:00:00Z", "9998-12-31T23:59:59Z"] {
        let answer = api
            .ask(&format!("{{ event(slug: \"istanbul-round-2-2025\") {{ accounts(property: [\"duration\"], asOf: \"{moment}\") {{ agreement }} }} }}"))
            .await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
    }
}

#[tokio::test]
async fn accounts_of_five_hundred_events_take_as_many_statements_as_those_of_one() {
    let mut lines =
        String::from("{\"type\":\"source\",\"slug\":\"paper\",\"name\":\"Paper\",\"kind\":\"NEWSPAPER\"}\n");
    for number in 0..500 {
        lines += &format!(
            "{{\"type\":\"event\",\"slug\":\"e{number}\",\"title\":\"Event\",\"kind\":\"TALKS\"}}\n\
             {{\"type\":\"claim\",\"event\":\"e{number}\",\"source\":\"paper\",\"property\":\"duration\",\"value\":{{\"number\":{}}}}}\n\
             {{\"type\":\"claim\",\"event\":\"e{number}\",\"source\":\"paper\",\"property\":\"duration\",\"value\":{{\"number\":4}}}}\n",
            number % 4
        );
    }
    let api = api(&lines).await;
    let query = |first: u32| {
        format!(
            "{{ events(first: {first}) {{ nodes {{ accounts {{ property {{ code }} agreement \
             variants {{ display origins claims(first: 1) {{ nodes {{ origin {{ source {{ name }} }} }} }} }} }} }} }} }}"
        )
    };
    let (one, few) = api.ask_counting(&query(1)).await;
    let (all, many) = api.ask_counting(&query(500)).await;
    assert_eq!((&one["errors"], &all["errors"]), (&Value::Null, &Value::Null));
    let accounts = all["data"]["events"]["nodes"].as_array().unwrap();
    assert_eq!(accounts.iter().filter(|event| event["accounts"][0]["agreement"] == "DISPUTED").count(), 500);
    // Events; their claims; properties and origins; sources.
    assert_eq!((few, many), (4, 4));
}

#[tokio::test]
async fn a_bound_is_read_once() {
    let claim = |value: &str| {
        format!(
            r#"{{"type":"event","slug":"talks","title":"Talks","kind":"TALKS"}}
{{"type":"source","slug":"paper","name":"Paper","kind":"NEWSPAPER"}}
{{"type":"claim","event":"talks","source":"paper","property":"fatalities","value":{value}}}"#
        )
    };
    for (value, shown) in [
        (r#"{"low":3,"qualifier":"AT_LEAST"}"#, "at least 3"),
        (r#"{"high":9,"qualifier":"AT_MOST"}"#, "at most 9"),
        (r#"{"number":3,"qualifier":"AT_LEAST"}"#, "at least 3"),
        (r#"{"low":3,"high":9}"#, "3 to 9"),
    ] {
        let answer = api(&claim(value)).await.ask("{ claims { nodes { value { display } } } }").await;
        assert_eq!(answer["data"]["claims"]["nodes"][0]["value"]["display"], shown, "{answer}");
    }
}
