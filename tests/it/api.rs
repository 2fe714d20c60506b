//! The API on the demonstration dataset: each case is a query in a file with its answer beside it.

use std::path::Path;

use dateline::graphql::Limits;
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use sqlx::{Acquire, Executor};

use crate::support::{Api, DEMONSTRATION, ids, import_all};

/// Asks every query under `cases/` and holds the answer to the one beside it.
#[tokio::test]
async fn every_case_has_its_answer() {
    let api = Api::demonstration().await;
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases");
    let mut asked = 0;
    let mut folders: Vec<_> = std::fs::read_dir(&cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "graphql")) {
            let query = std::fs::read_to_string(file).unwrap();
            let answer = api.ask(&query).await;
            insta::with_settings!({ snapshot_path => &folder, prepend_module_to_snapshot => false, omit_expression => true }, {
                assert_json_snapshot!(file.file_stem().unwrap().to_str().unwrap(), answer);
            });
            asked += 1;
        }
    }
    assert!(asked >= 20, "only {asked} cases were found");
}

#[tokio::test]
async fn the_walk_takes_one_statement_a_level() {
    let api = Api::demonstration().await;
    // Twelve levels, each a list or a reference of the one above.
    let deepest = r#"{ borderCrossing(slug: "torkham") { name closures(first: 5) { nodes { event { title reports(first: 5) { nodes {
        article { title source { name articles(first: 5) { nodes { claims(first: 5) { nodes { speaker { name
        events(first: 5) { nodes { title location { name parent { name } } } } } } } } } } } } } } } } } }"#;
    let (answer, statements) = api.ask_counting(deepest).await;
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    assert_eq!(statements, 12);
    // The walk of the README: crossing; closures and authorities; events and articles; participants and sources; actors.
    let walk = include_str!("cases/walk/torkham.graphql");
    assert_eq!(api.ask_counting(walk).await.1, 5);
}

#[tokio::test]
async fn the_number_of_statements_does_not_depend_on_the_length_of_lists() {
    let api = Api::demonstration().await;
    let query = |first: u32| {
        format!(
            "{{ events(first: {first}) {{ nodes {{ title location {{ name parent {{ name }} }} participants(first: {first}) {{ nodes {{ role actor {{ name }} }} }} \
             reports(first: {first}) {{ nodes {{ article {{ title source {{ name }} }} }} }} }} }} }}"
        )
    };
    let (short, few) = api.ask_counting(&query(1)).await;
    let (long, many) = api.ask_counting(&query(26)).await;
    assert!(long.to_string().len() > 10 * short.to_string().len());
    // events; locations, participants and reports; parents, actors and articles; sources.
    assert_eq!((few, many), (4, 4));
}

#[tokio::test]
async fn paging_forward_and_backward_gives_each_record_once_in_one_order() {
    let api = Api::demonstration().await;
    for field in [
        "events",
        "actors",
        "sources",
        "articles",
        "locations",
        "claims",
        "reports",
        "closures",
        "borderCrossings",
    ] {
        let whole = api.ask(&format!("{{ all: {field}(first: 500) {{ totalCount nodes {{ id }} }} }}")).await;
        let whole: Vec<String> = ids(&whole["data"]["all"]);
        assert!(!whole.is_empty(), "{field}");
        for (size, cursor) in [("first", "after"), ("last", "before")] {
            let mut seen: Vec<String> = Vec::new();
            let mut place = String::new();
            loop {
                let query = format!(
                    "{{ all: {field}({size}: 7{place}) {{ totalCount totalCountIsExact nodes {{ id }} \
                     pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
                );
                let answer = api.ask(&query).await;
                let page = &answer["data"]["all"];
                assert_eq!(page["totalCount"], whole.len(), "{field}: {answer}");
                let (more, next) = if size == "first" {
                    ("hasNextPage", "endCursor")
                } else {
                    ("hasPreviousPage", "startCursor")
                };
                let nodes = ids(page);
                seen = if size == "first" { [seen, nodes].concat() } else { [nodes, seen].concat() };
                if page["pageInfo"][more] == false {
                    break;
                }
                place = format!(", {cursor}: {}", page["pageInfo"][next]);
            }
            assert_eq!(seen, whole, "{field} by {size}");
        }
    }
}

#[tokio::test]
async fn a_page_is_cut_for_each_parent_and_not_for_all_together() {
    let api = Api::demonstration().await;
    let answer = api
        .ask("{ events(first: 100) { nodes { claims(first: 2) { totalCount nodes { id } pageInfo { hasNextPage } } } } }")
        .await;
    let mut full = 0;
    for event in answer["data"]["events"]["nodes"].as_array().unwrap() {
        let claims = &event["claims"];
        let total = claims["totalCount"].as_u64().unwrap();
        assert_eq!(claims["nodes"].as_array().unwrap().len() as u64, total.min(2));
        assert_eq!(claims["pageInfo"]["hasNextPage"], total > 2);
        full += u32::from(total > 2);
    }
    assert!(full > 3);
}

#[tokio::test]
async fn every_record_is_found_again_by_its_id() {
    let api = Api::demonstration().await;
    let lists = "{ borderCrossings { nodes { id __typename } } closures { nodes { id __typename } } \
        events(first: 100) { nodes { id __typename participants { nodes { id __typename } } relations { id __typename } } } \
        actors(first: 100) { nodes { id __typename affiliations { id __typename } } } locations(first: 100) { nodes { id __typename } } \
        sources { nodes { id __typename } } articles { nodes { id __typename } } reports { nodes { id __typename } } \
        claims { nodes { id __typename } } claimProperties { id __typename } datasets { id __typename } importRuns { nodes { id __typename } } }";
    let mut records = Vec::new();
    collect(&api.ask(lists).await, &mut records);
    let types: std::collections::BTreeSet<_> = records.iter().map(|(_, name)| name.clone()).collect();
    assert_eq!(types.len(), 15, "{types:?}");
    for some in records.chunks(500) {
        let ids: Vec<_> = some.iter().map(|(id, _)| id.clone()).collect();
        let answer = api.ask(&format!("{{ nodes(ids: {}) {{ id __typename }} }}", json!(ids))).await;
        let found: Vec<_> = answer["data"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| {
                (node["id"].as_str().unwrap().to_owned(), node["__typename"].as_str().unwrap().to_owned())
            })
            .collect();
        assert_eq!(found, some);
    }
}

fn collect(value: &Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            if let (Some(Value::String(id)), Some(Value::String(name))) =
                (fields.get("id"), fields.get("__typename"))
            {
                into.push((id.clone(), name.clone()));
            }
            fields.values().for_each(|field| collect(field, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}

#[tokio::test]
async fn a_crossing_without_closures_and_a_time_nobody_knows_are_answered() {
    let api = Api::empty().await;
    let lines = r#"{"type":"borderCrossing","slug":"gate","name":"The gate","sides":[{"label":"A","country":"PK","localName":"Gate"},{"label":"B","country":"AF","localName":"Darwaza"}]}
{"type":"event","slug":"some-day","title":"Some day","kind":"OTHER"}"#;
    import_all(&api.database, lines).await;
    let answer = api
        .ask("{ borderCrossing(slug: \"gate\") { closures { totalCount nodes { id } } location { parent { id } ancestors { id } timezone point { latitude } } sides { authority { id } } } \
               events { nodes { extent { edtf start { earliest } end { latest } ongoing } location { id } } } }")
        .await;
    assert_eq!(
        answer["data"],
        json!({
            "borderCrossing": {
                "closures": { "totalCount": 0, "nodes": [] },
                "location": { "parent": null, "ancestors": [], "timezone": null, "point": null },
                "sides": [{ "authority": null }, { "authority": null }],
            },
            "events": { "nodes": [{
                "extent": { "edtf": null, "start": { "earliest": null }, "end": { "latest": null }, "ongoing": false },
                "location": null,
            }] },
        })
    );
}

#[tokio::test]
async fn possible_and_certain_times_differ_as_they_should() {
    let api = Api::empty().await;
    let event = |slug: &str, extent: &str| {
        json!({"type": "event", "slug": slug, "title": slug, "kind": "OTHER", "extent": extent}).to_string()
    };
    let lines = [
        event("day", "2025-10-29"),
        event("about-october", "2025-10~"),
        event("since", "2025-10-11/.."),
        event("unknown-end", "2025-10-11/"),
        event("talks", "2025-10-25/2025-10-28"),
    ];
    import_all(&api.database, &lines.join("\n")).await;
    let cases = [
        ("2025-10-29", "2025-10-30", "POSSIBLE", vec!["about-october", "day", "since", "unknown-end"]),
        ("2025-10-29", "2025-10-30", "CERTAIN", vec!["day", "since"]),
        ("2025-10-26", "2025-10-27", "CERTAIN", vec!["since", "talks"]),
        ("2025-10-01", "2025-11-01", "CERTAIN", vec!["day", "since", "talks", "unknown-end"]),
        (
            "2025-09-01",
            "2025-12-01",
            "CERTAIN",
            vec!["about-october", "day", "since", "talks", "unknown-end"],
        ),
        ("2026-01-01", "2026-02-01", "CERTAIN", vec!["since"]),
        ("2026-01-01", "2026-02-01", "POSSIBLE", vec!["since", "unknown-end"]),
        ("2024-01-01", "2025-01-01", "POSSIBLE", vec![]),
    ];
    for (from, to, sure, expected) in cases {
        let query = format!(
            "{{ events(filter: {{during: {{from: \"{from}\", to: \"{to}\", match: {sure}}}}}) {{ nodes {{ slug }} }} }}"
        );
        let answer = api.ask(&query).await;
        let mut found: Vec<_> = answer["data"]["events"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["slug"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{sure} from {from} to {to}");
    }
}

#[tokio::test]
async fn a_retracted_claim_is_shown_only_to_those_who_ask() {
    let api = Api::demonstration().await;
    let mut connection = api.database.pool().acquire().await.unwrap();
    let retract = "with c as (insert into change_set (id, kind) values (gen_random_uuid(), 'API') returning set_config('dateline.change_set', id::text, false)) \
                   select 1 from c";
    sqlx::query(retract).execute(&mut *connection).await.unwrap();
    sqlx::query("update claim set retracted_at = now(), retraction_reason = 'misread' where id = (select min(id::text)::uuid from claim)")
        .execute(&mut *connection)
        .await
        .unwrap();
    let answer = api
        .ask("{ null: claims(filter: {retracted: null}) { totalCount } live: claims { totalCount } too: claims(filter: {act: [ASSERT, CONFIRM, DENY, ACCUSE, QUESTION, PREDICT, DEMAND, ANNOUNCE]}) { totalCount } \
               gone: claims(filter: {retracted: true}) { nodes { retractionReason } } }")
        .await;
    let total = |field: &str| answer["data"][field]["totalCount"].as_u64().unwrap();
    // Clients write null for what they leave out.
    assert_eq!((total("null"), total("too")), (total("live"), total("live")));
    assert_eq!(answer["data"]["gone"]["nodes"], json!([{ "retractionReason": "misread" }]));
}

#[tokio::test]
async fn a_request_past_its_time_is_told_so_and_its_sql_is_gone() {
    let api = Api::within(Limits { timeout_ms: 300, ..Limits::DEFAULT }).await;
    let mut connection = api.database.pool().acquire().await.unwrap();
    let mut lock = connection.begin().await.unwrap();
    lock.execute("lock table event in access exclusive mode").await.unwrap();
    let answer = api.ask("{ events { nodes { title } } }").await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TIMEOUT", "{answer}");
    // Postgres looks every quarter of a second whether anybody still waits.
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let mut left = 1;
    for _ in 0..40 {
        left = sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut *lock).await.unwrap();
        if left == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(left, 0, "the statement goes on");
    lock.rollback().await.unwrap();
    assert_eq!(api.ask("{ events { totalCount } }").await["data"]["events"]["totalCount"], 0);
}

#[tokio::test]
async fn a_database_that_comes_back_is_used_again() {
    let api = Api::demonstration().await;
    let query = "{ sources { totalCount } }";
    assert_eq!(api.ask(query).await["data"]["sources"]["totalCount"], 8);
    // What a restart of Postgres does to every connection in the pool.
    let mut connection = api.database.pool().acquire().await.unwrap();
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::query(cut).execute(&mut *connection).await.unwrap();
    assert_eq!(api.ask(query).await["data"]["sources"]["totalCount"], 8);
}

#[tokio::test]
async fn schema_graphql_is_in_step_with_the_code() {
    let committed = include_str!("../../schema.graphql");
    assert!(committed == dateline::graphql::schema_text(), "schema.graphql is stale: run `make schema`");
}

#[tokio::test]
async fn every_type_field_and_word_is_described() {
    let api = Api::empty().await;
    let answer = api
        .ask("{ __schema { types { name kind description fields { name description } inputFields { name description } enumValues { name description } } } }")
        .await;
    let mut silent = Vec::new();
    let mut described = 0;
    for kind in answer["data"]["__schema"]["types"].as_array().unwrap() {
        let name = kind["name"].as_str().unwrap();
        // `ID` and the introspection are GraphQL's own.
        if name.starts_with("__") || name == "ID" {
            continue;
        }
        if kind["description"].as_str().is_none_or(str::is_empty) {
            silent.push(name.to_owned());
        }
        for part in ["fields", "inputFields", "enumValues"] {
            for item in kind[part].as_array().into_iter().flatten() {
                described += 1;
                if item["description"].as_str().is_none_or(str::is_empty) {
                    silent.push(format!("{name}.{}", item["name"].as_str().unwrap()));
                }
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
    assert!(described > 300);
}

#[tokio::test]
async fn the_demonstration_shows_what_it_promises() {
    let api = Api::demonstration().await;
    let walk = api
        .ask(r#"{ borderCrossing(slug: "torkham") { closures(during: {from: "2025-10-20", to: "2025-10-21", match: CERTAIN}) { nodes {
                  extent { ongoing } place { slug } articles { nodes { externalId source { name } } } } } } }"#)
        .await;
    let closures = walk["data"]["borderCrossing"]["closures"]["nodes"].as_array().unwrap();
    assert_eq!(closures.len(), 2);
    assert!(closures.iter().all(|closure| closure["extent"]["ongoing"] == true));
    let mut articles: Vec<_> = closures
        .iter()
        .flat_map(|closure| closure["articles"]["nodes"].as_array().unwrap())
        .map(|article| article["externalId"].as_str().unwrap())
        .collect();
    articles.sort_unstable();
    articles.dedup();
    assert_eq!(articles.len(), 3);

    let talks = api
        .ask(r#"{ second: event(slug: "istanbul-round-2-2025") { extent { edtf } parent { slug } participants(role: [MEDIATOR]) { nodes { actor { slug } } } claims(first: 500) { nodes { speaker { slug } } } }
                  third: event(slug: "istanbul-round-3-2025") { extent { edtf } parent { slug } } }"#)
        .await;
    let second = &talks["data"]["second"];
    assert_eq!(second["extent"]["edtf"], "2025-10-25?/2025-10-28");
    assert_eq!(second["parent"]["slug"], "pakistan-afghanistan-talks-2025");
    let mut mediators: Vec<_> = second["participants"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["actor"]["slug"].as_str().unwrap())
        .collect();
    mediators.sort_unstable();
    assert_eq!(mediators, ["qatar", "turkiye"]);
    assert!(
        second["claims"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|claim| claim["speaker"]["slug"] == "attaullah-tarar")
    );
    assert_eq!(talks["data"]["third"]["extent"]["edtf"], "2025-11-06/2025-11-07");
    assert_eq!(DEMONSTRATION.lines().filter(|line| line.contains("\"type\":\"article\"")).count(), 5);
}
