//! Account rows are what the claims make them, whoever wrote what; and the lists that stand on them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{DAY_BY_DAY, DAYS_AND_REASONS, api};
use crate::support::{Api, Dice, TestDatabase, import_all, write};

/// Every account row as `event property agreement`.
async fn kept(database: &TestDatabase) -> BTreeSet<String> {
    let rows: Vec<String> = sqlx::query_scalar(
        "select concat_ws(' ', e.slug, a.property, coalesce(l.slug, '-'), coalesce(a.direction, '-'), coalesce(a.traffic, '-'), a.agreement) \
         from account a join event e on e.id = a.event_id \
         left join border_crossing x on x.id = a.crossing_id left join location l on l.id = x.location_id \
         where a.event_start = coalesce(e.start_earliest, '-infinity')",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    let all: i64 =
        sqlx::query_scalar("select count(*) from account").fetch_one(database.pool()).await.unwrap();
    assert_eq!(i64::try_from(rows.len()).unwrap(), all, "a row with another start than its event");
    rows.into_iter().collect()
}

/// The same, from the claims, as the API answers it.
async fn computed(api: &Api) -> BTreeSet<String> {
    let answer = api
        .ask("{ events(first: 500) { nodes { slug accounts { property { code } agreement scope { crossing { slug } direction traffic } } } } }")
        .await;
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut rows = BTreeSet::new();
    for event in answer["data"]["events"]["nodes"].as_array().unwrap() {
        for account in event["accounts"].as_array().unwrap() {
            let scope = &account["scope"];
            rows.insert(
                [
                    word(&event["slug"]),
                    word(&account["property"]["code"]),
                    word(&scope["crossing"]["slug"]),
                    word(&scope["direction"]),
                    word(&scope["traffic"]),
                    word(&account["agreement"]),
                ]
                .join(" "),
            );
        }
    }
    rows
}

const GROUND: &str = r#"
{"type":"location","slug":"pk","name":"A","kind":"COUNTRY","country":"PK"}
{"type":"location","slug":"af","name":"B","kind":"COUNTRY","country":"AF"}
{"type":"location","slug":"city","name":"C","kind":"CITY","parent":"pk"}
{"type":"borderCrossing","slug":"gate","name":"Gate","sides":[{"label":"A","country":"PK","localName":"Gate"},{"label":"B","country":"AF","localName":"Darwaza"}]}
{"type":"source","slug":"s0","name":"S0","kind":"NEWSPAPER"}
{"type":"source","slug":"s1","name":"S1","kind":"UNKNOWN"}
{"type":"source","slug":"s2","name":"S2","kind":"WIRE"}
{"type":"actor","slug":"a0","name":"A0","kind":"PERSON"}
{"type":"actor","slug":"a1","name":"A1","kind":"UNNAMED_ROLE"}
"#;

/// Articles, some of which come from others, events and claims about them.
fn world(dice: &mut Dice) -> String {
    let mut lines = vec![GROUND.trim().to_owned(), r#"{"type":"dataset","slug":"d","title":"D"}"#.to_owned()];
    for article in 0..12 {
        let derived = match dice.below(3) {
            0 if article > 0 => format!(
                r#","derivedFrom":[{{"kind":"{}","article":{{"externalId":"{}"}}}}]"#,
                ["SYNDICATES", "CITES"][usize::try_from(dice.below(2)).unwrap()],
                dice.below(article)
            ),
            _ => String::new(),
        };
        lines.push(format!(
            r#"{{"type":"article","dataset":"d","externalId":"{article}","source":"s{}","title":"T","published":"2025-10-{:02}"{derived}}}"#,
            article % 3,
            1 + dice.below(9)
        ));
    }
    for event in 0..20 {
        lines.push(format!(
            r#"{{"type":"event","slug":"e{event}","title":"E","kind":"TALKS","extent":"2025-10-01/2025-10-{:02}"}}"#,
            1 + dice.below(9)
        ));
    }
    for claim in 0..300 {
        let value = match dice.below(6) {
            0 => format!(r#""duration","value":{{"number":{}}}"#, 1 + dice.below(3)),
            1 => format!(r#""fatalities","value":{{"number":{}}}"#, 1 + dice.below(3)),
            2 => format!(
                r#""outcome","value":{{"code":"{}"}}"#,
                ["AGREEMENT", "NO_AGREEMENT"][usize::try_from(dice.below(2)).unwrap()]
            ),
            3 => format!(
                r#""location","value":{{"location":"{}"}}"#,
                ["pk", "af", "city"][usize::try_from(dice.below(3)).unwrap()]
            ),
            4 => format!(r#""reason","value":{{"text":"r{}"}}"#, dice.below(2)),
            _ => format!(
                r#""status","scope":{{"crossing":"gate","direction":"{}"}},"value":{{"code":"{}"}}"#,
                ["A_TO_B", "BOTH"][usize::try_from(dice.below(2)).unwrap()],
                ["OPEN", "CLOSED"][usize::try_from(dice.below(2)).unwrap()]
            ),
        };
        let speaker =
            ["", r#","speaker":"a0""#, r#","speaker":"a1""#][usize::try_from(dice.below(3)).unwrap()];
        let act = ["ASSERT", "ASSERT", "DENY", "PREDICT"][usize::try_from(dice.below(4)).unwrap()];
        let relay = if dice.below(5) == 0 { r#","relayedFrom":["s2"]"# } else { "" };
        lines.push(format!(
            r#"{{"type":"claim","dataset":"d","externalId":"c{claim}","event":"e{}","article":{{"externalId":"{}"}},"act":"{act}"{speaker}{relay},"property":{value}}}"#,
            dice.below(20),
            dice.below(12)
        ));
    }
    lines.join("\n")
}

#[tokio::test]
async fn kept_rows_are_what_the_claims_make_them_whatever_is_written() {
    let mut dice = Dice(7);
    let api = api(&world(&mut dice)).await;
    let mut seen = kept(&api.database).await;
    assert!(seen.len() > 60, "{}", seen.len());
    assert_eq!(seen, computed(&api).await);
    // Other claims under the same keys retract the old ones.
    import_all(&api.database, &world(&mut dice)).await;
    let after = kept(&api.database).await;
    assert_ne!(seen, after);
    assert_eq!(after, computed(&api).await);
    seen = after;
    for change in [
        "update claim set retracted_at = now(), retraction_reason = 'misread' where retracted_at is null and external_id like 'c1%'",
        "update claim set retracted_at = null, retraction_reason = null where external_id like 'c1%' and retraction_reason = 'misread'",
        "update source set kind = case kind when 'UNKNOWN' then 'NEWSPAPER' else 'UNKNOWN' end",
        "update actor set kind = case kind when 'PERSON' then 'UNNAMED_ROLE' else 'PERSON' end",
        "delete from article_derivation",
        "insert into article_derivation (article_id, kind, from_source_id) select a.id, 'SYNDICATES', s.id from article a, source s where s.slug = 's2'",
        "update event set start_earliest = '2025-09-30', start_latest = '2025-10-01', end_earliest = '2025-10-30', end_latest = '2025-11-01'",
        "update article set published_start_earliest = '2025-09-01'",
        "update location set parent_id = null where slug = 'city'",
        "update claim_property set functional = not functional",
    ] {
        write(&api.database, change).await;
        let stale: bool = sqlx::query_scalar("select exists (select from account_stale)")
            .fetch_one(api.database.pool())
            .await
            .unwrap();
        assert!(stale, "{change}");
        api.database.refresh_accounts().await.unwrap();
        let after = kept(&api.database).await;
        assert_eq!(after, computed(&api).await, "{change}");
        assert_ne!(after, seen, "{change} changes nothing");
        seen = after;
    }
}

#[tokio::test]
async fn what_was_claimed_before_there_were_accounts_is_computed_by_the_migration() {
    let api = Api::demonstration().await;
    let before = kept(&api.database).await;
    assert_eq!(before, computed(&api).await);
    api.database.migrate_down(1).await.unwrap();
    api.database.migrate_up().await.unwrap();
    assert_eq!(kept(&api.database).await, before);
}

#[tokio::test]
async fn an_import_that_is_taken_back_leaves_its_accounts_as_they_were() {
    let database = TestDatabase::new().await;
    import_all(&database, DAY_BY_DAY).await;
    let before = kept(&database).await;
    // Nothing changes, and nothing is written.
    import_all(&database, DAY_BY_DAY).await;
    assert_eq!(kept(&database).await, before);
    let stale: i64 =
        sqlx::query_scalar("select count(*) from account_stale").fetch_one(database.pool()).await.unwrap();
    assert_eq!(stale, 0);
}

/// The events and properties of the disagreements that a filter leaves.
async fn disagreements(api: &Api, filter: &str) -> Vec<String> {
    let answer = api
        .ask(&format!(
            "{{ disagreements(filter: {{{filter}}}, first: 500) {{ totalCount nodes {{ event {{ slug }} property {{ code }} agreement \
             variants {{ display origins }} }} }} }}"
        ))
        .await;
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    let nodes = answer["data"]["disagreements"]["nodes"].as_array().unwrap();
    assert_eq!(answer["data"]["disagreements"]["totalCount"], nodes.len());
    assert!(nodes.iter().all(|node| !node["variants"].as_array().unwrap().is_empty()), "{answer}");
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    nodes
        .iter()
        .map(|node| {
            [word(&node["event"]["slug"]), word(&node["property"]["code"]), word(&node["agreement"])]
                .join(" ")
        })
        .collect()
}

#[tokio::test]
async fn disagreements_are_found_across_the_base_and_by_every_filter() {
    let api = Api::demonstration().await;
    import_all(&api.database, DAYS_AND_REASONS).await;
    let all = disagreements(&api, "").await;
    assert!(all.contains(&"istanbul-round-2-2025 duration DISPUTED".to_owned()), "{all:?}");
    assert!(all.contains(&"istanbul-round-3-2025 outcome DENIED".to_owned()), "{all:?}");
    assert!(all.contains(&"f3-closure duration DISPUTED".to_owned()), "{all:?}");
    assert!(all.iter().all(|row| row.ends_with(" DISPUTED") || row.ends_with(" DENIED")), "{all:?}");
    let days = ["istanbul-round-2-2025 duration DISPUTED"];
    let october = r#"property: ["duration", "outcome"], during: { from: "2025-10-01", to: "2025-11-01" }"#;
    assert_eq!(disagreements(&api, october).await, days);
    let rows = [
        (r#"property: ["duration"], kind: [TALKS]"#, &days[..]),
        (r#"property: ["duration"], within: { slug: "istanbul" }"#, &days),
        (r#"property: ["duration"], within: { slug: "pakistan" }"#, &[]),
        (r#"property: ["duration"], within: { slug: "no-such-place" }"#, &[]),
        (r#"property: ["duration"], within: { id: "nothing" }"#, &[]),
        (r#"property: ["duration"], actor: { slug: ["qatar"], role: [MEDIATOR] }"#, &days),
        (r#"property: ["duration"], actor: { slug: ["qatar"], role: [VICTIM] }"#, &[]),
        (
            r#"property: ["duration"], source: [{ slug: "realist-english" }, { slug: "no-such-source" }]"#,
            &days,
        ),
        (r#"property: ["duration"], source: [{ slug: "did-press" }]"#, &[]),
        (r#"property: ["duration"], dataset: ["pak-afg-2025"]"#, &days),
        (r#"property: ["duration"], dataset: ["case-f3"]"#, &["f3-closure duration DISPUTED"]),
        (r#"dataset: ["case-f3"], agreement: [VARIED]"#, &["f3-reopening reason VARIED"]),
        (r#"property: ["duration"], agreement: []"#, &[]),
    ];
    for (filter, expected) in rows {
        assert_eq!(disagreements(&api, filter).await, *expected, "{filter}");
    }
    let unknown =
        api.ask(r#"{ disagreements(filter: { property: ["lenght"] }) { nodes { agreement } } }"#).await;
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[tokio::test]
async fn members_of_an_actor_count_when_asked_for() {
    let api = api(r#"{"type":"actor","slug":"state","name":"State","kind":"STATE"}
{"type":"actor","slug":"ministry","name":"Ministry","kind":"GOVERNMENT_BODY"}
{"type":"actor","slug":"minister","name":"Minister","kind":"PERSON"}
{"type":"affiliation","member":"ministry","group":"state"}
{"type":"affiliation","member":"minister","group":"ministry"}
{"type":"source","slug":"paper","name":"Paper","kind":"NEWSPAPER"}
{"type":"event","slug":"talks","title":"Talks","kind":"TALKS"}
{"type":"participation","event":"talks","actor":"minister","role":"PARTY"}
{"type":"claim","event":"talks","source":"paper","property":"duration","value":{"number":3}}
{"type":"claim","event":"talks","source":"paper","property":"duration","value":{"number":4}}"#)
    .await;
    for (members, found) in [
        ("", 0),
        (", includeMembers: false", 0),
        (", includeMembers: null", 0),
        (", includeMembers: true", 1),
    ] {
        let filter = format!("actor: {{ slug: [\"state\"]{members} }}");
        assert_eq!(disagreements(&api, &filter).await.len(), found, "{filter}");
    }
}

#[tokio::test]
async fn disagreements_page_both_ways_and_take_no_more_statements_when_longer() {
    let api = Api::demonstration().await;
    let all = disagreements(&api, "").await;
    let mut read = Vec::new();
    let mut after = String::new();
    loop {
        let answer = api
            .ask(&format!(
                "{{ disagreements(first: 2{after}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ event {{ slug }} property {{ code }} agreement }} }} }}"
            ))
            .await;
        let page = &answer["data"]["disagreements"];
        for node in page["nodes"].as_array().unwrap() {
            read.push(format!(
                "{} {} {}",
                node["event"]["slug"].as_str().unwrap(),
                node["property"]["code"].as_str().unwrap(),
                node["agreement"].as_str().unwrap()
            ));
        }
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = format!(", after: {}", page["pageInfo"]["endCursor"]);
    }
    assert_eq!(read, all);
    let query = |first: u32| {
        format!(
            "{{ disagreements(first: {first}) {{ nodes {{ event {{ title }} property {{ code }} variants {{ display origins }} }} }} }}"
        )
    };
    let ((_, few), (_, many)) = (api.ask_counting(&query(1)).await, api.ask_counting(&query(500)).await);
    // Accounts; events, properties and claims; the names of actors and places that were claimed.
    assert_eq!((few <= 3, many), (true, 3));
}

#[tokio::test]
async fn events_say_whether_they_are_disputed() {
    let api = Api::demonstration().await;
    let answer = api
        .ask("{ all: events(first: 500) { nodes { slug disputed } } yes: events(first: 500, filter: {disputed: true}) { nodes { slug } } \
              no: events(first: 500, filter: {disputed: false}) { nodes { slug } } null: events(filter: {disputed: null}) { totalCount } }")
        .await;
    let slugs = |field: &str, of: Option<bool>| -> Vec<Value> {
        let nodes = answer["data"][field]["nodes"].as_array().unwrap();
        nodes
            .iter()
            .filter(|node| of.is_none_or(|of| node["disputed"] == of))
            .map(|node| node["slug"].clone())
            .collect()
    };
    assert_eq!(slugs("yes", None), slugs("all", Some(true)));
    assert_eq!(slugs("no", None), slugs("all", Some(false)));
    assert!(slugs("yes", None).contains(&json!("istanbul-round-2-2025")));
    assert!(slugs("no", None).contains(&json!("istanbul-round-3-2025")), "denied is not disputed");
    assert_eq!(answer["data"]["null"]["totalCount"], slugs("all", None).len());
}
