//! What is withheld from anonymous readers leaves no trace: everything is asked before a `TOKEN_ONLY` dataset
//! is there and after, and the answers are compared.

use std::collections::BTreeMap;
use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use dateline::access::vocabulary::Role;
use dateline::feed::give_positions;
use futures_util::StreamExt;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Expiry, made};
use crate::merging::{attempt, merge, refusal};
use crate::support::{Api, import_all, write};

/// A dataset that is for those with a token; every word of its own begins with Zzzzz.
const CLOSED: &str = include_str!("closed.ndjson");
/// Records of others that refer to it; every word of theirs begins with Yyyyy.
const BESIDE: &str = include_str!("beside.ndjson");

/// Answers by what was asked.
type Answers = BTreeMap<String, String>;

/// Asks everything, with a token or without, a few questions at a time.
async fn everything(api: &Api, token: Option<&str>) -> Answers {
    give_positions(&api.database).await.unwrap();
    let read = async |asked: String| {
        let request = if asked.starts_with('/') {
            Request::get(&asked).body(Body::empty())
        } else {
            let body = json!({ "query": asked }).to_string();
            Request::post("/graphql").header("content-type", "application/json").body(Body::from(body))
        };
        let mut request = request.unwrap();
        if let Some(token) = token {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        let response = api.router.clone().oneshot(request).await.unwrap();
        let answer = response.into_body().collect().await.unwrap().to_bytes();
        let answer = String::from_utf8(answer.to_vec()).unwrap();
        assert!(!answer.contains("\"INTERNAL\""), "{asked}: {answer}");
        (asked, answer)
    };
    let exports = ["ndjson", "csv", "geojson"]
        .into_iter()
        .flat_map(|format| ["", "&filter=%7B%7D"].map(|filter| format!("/export?format={format}{filter}")));
    let questions = queries().into_iter().chain(exports);
    futures_util::stream::iter(questions).map(read).buffer_unordered(4).collect().await
}

/// Every case of the tests of the API, and every list, filter and count there is.
fn queries() -> Vec<String> {
    let mut queries = Vec::new();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases");
    for folder in std::fs::read_dir(cases).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|ending| ending == "graphql") {
                queries.push(std::fs::read_to_string(file).unwrap());
            }
        }
    }
    assert!(queries.len() > 60, "only {} cases were found", queries.len());
    queries.extend(BROAD.iter().map(|query| (*query).to_owned()));
    let listed = "first: 200) { totalCount edges { cursor node { __typename } } } }";
    for (list, filters) in LISTS {
        for filter in *filters {
            queries.push(format!("{{ {list}(filter: {{ {filter} }}, {listed}"));
            if !filter.is_empty()
                && list != &"borderCrossings"
                && list != &"reports"
                && list != &"disagreements"
            {
                queries.push(format!("{{ {list}(filter: {{ not: {{ {filter} }} }}, {listed}"));
            }
        }
    }
    for order in ["START", "END", "RECORDED", "FATALITIES", "TITLE"] {
        queries.push(format!("{{ events(orderBy: {{ field: {order}, direction: DESC }}, {listed}"));
    }
    for dimension in [
        "MONTH", "YEAR", "WEEK", "KIND", "CATEGORY", "COUNTRY", "ADMIN1", "ACTOR", "SOURCE", "DATASET",
        "CROSSING", "GEOHASH",
    ] {
        for filter in
            ["", "within: { slug: \"pakistan\" }", "during: { from: \"2025-10-01\", to: \"2025-11-01\" }"]
        {
            queries.push(format!(
                "{{ eventStatistics(filter: {{ {filter} }}, groupBy: [{dimension}]) {{ buckets {{ month kind category country \
                 events fatalitiesBest fatalitiesLow fatalitiesHigh articles sources actor {{ id }} source {{ id }} dataset {{ slug }} }} }} }}"
            ));
        }
    }
    for name in ["Torkham", "Attaullah Tarar", "Zzzzzactor", "Zzzzzgate", "Yyyyyquarter", "Zzzzz paper"] {
        for kind in ["ACTOR", "LOCATION", "SOURCE", "BORDER_CROSSING"] {
            queries.push(format!(
                "{{ resolve(name: \"{name}\", kind: {kind}) {{ ambiguous matches {{ score matched }} }} }}"
            ));
        }
    }
    for text in [
        "zzzzzevent",
        "crossing closed trucks",
        "talks",
        "zzzzznote",
        "yyyyyarticle",
        "zzzzzdescription",
        "torkham",
    ] {
        queries.push(format!(
            "{{ search(text: \"{text}\", first: 100) {{ totalCount edges {{ cursor score highlights node {{ __typename }} }} }} }}"
        ));
    }
    queries
}

/// Lists with their filters.
const LISTS: &[(&str, &[&str])] = &[
    (
        "events",
        &[
            "",
            "disputed: true",
            "disputed: false",
            "hasArticles: true",
            "dataset: [\"closed\"]",
            "kind: [ATTACK, TALKS]",
            "category: [VIOLENCE]",
            "within: { slug: \"kabul\" }",
            "within: { slug: \"zz-town\" }",
            "country: [\"AF\"]",
            "crossing: [{ slug: \"torkham\" }]",
            "source: [{ slug: \"rta\" }]",
            "source: [{ slug: \"did-press\" }]",
            "actor: { slug: [\"united-nations\"] }",
            "actor: { slug: [\"united-nations\"], role: [WITNESS] }",
            "actor: { slug: [\"zz-actor\"] }",
            "actor: { slug: [\"pakistan\"] }",
            "fatalities: { min: 1 }",
            "text: \"zzzzzevent\"",
            "text: \"talks\"",
            "during: { from: \"2025-10-19\", to: \"2025-10-22\" }",
            "near: { latitude: 34.5, longitude: 69.2, km: 50 }",
            "parent: { slug: \"pakistan-afghanistan-talks-2025\" }",
            "slug: [\"zz-event\", \"yy-part\"]",
        ],
    ),
    (
        "actors",
        &[
            "",
            "text: \"zzzzzactor\"",
            "text: \"torkham\"",
            "kind: [PERSON]",
            "country: [\"PK\"]",
            "dataset: [\"closed\"]",
        ],
    ),
    (
        "locations",
        &[
            "",
            "text: \"zzzzztown\"",
            "within: { slug: \"kabul\" }",
            "within: { slug: \"afghanistan\" }",
            "country: [\"AF\"]",
        ],
    ),
    ("sources", &["", "kind: [NEWSPAPER]", "text: \"zzzzzpaper\"", "country: [\"PK\"]"]),
    (
        "articles",
        &["", "source: [{ slug: \"rta\" }]", "text: \"zzzzzarticle\"", "published: { from: \"2025-10-30\" }"],
    ),
    ("reports", &[""]),
    (
        "closures",
        &[
            "",
            "effect: [OPENS]",
            "crossing: [{ slug: \"torkham\" }]",
            "inForceAt: \"2025-10-29T12:00:00Z\"",
            "during: { from: \"2025-10-19\" }",
        ],
    ),
    (
        "claims",
        &[
            "",
            "property: [\"duration\"]",
            "property: [\"zz_property\"]",
            "source: [{ slug: \"rta\" }]",
            "act: [DENY]",
            "text: \"zzzzznote\"",
            "retracted: true",
        ],
    ),
    (
        "borderCrossings",
        &[
            "",
            "status: [OPEN], traffic: CARGO, at: \"2025-10-29T12:00:00Z\"",
            "status: [CLOSED], at: \"2025-10-29T12:00:00Z\"",
            "mode: [FOOT]",
        ],
    ),
    (
        "disagreements",
        &[
            "",
            "agreement: [SINGLE]",
            "agreement: [DISPUTED, DENIED]",
            "property: [\"duration\"]",
            "source: [{ slug: \"rta\" }]",
        ],
    ),
];

/// Walks from records to all that hangs off them.
const BROAD: &[&str] = &[
    "{ events(first: 100) { nodes { id title disputed version updatedAt parent { id } location { id } fatalities { best }
       participants(first: 100) { totalCount nodes { id role actor { id name } } } relations { id kind other { id } }
       reports(first: 50) { totalCount nodes { id article { id } source { id } } } claims(first: 50) { totalCount nodes { id } } } } }",
    "{ events(first: 100) { nodes { id accounts { agreement property { code } variants { display articles sources origins } } } } }",
    "{ events(first: 100) { nodes { id articles(first: 20) { totalCount nodes { id } } parts(first: 20) { totalCount nodes { id } } closures(first: 20) { totalCount nodes { id } } } } }",
    "{ actors(first: 100) { nodes { id name names { value kind } identifiers { value } affiliations { id role } members(first: 20) { totalCount nodes { id } }
       events(first: 50) { totalCount nodes { id } } statements(first: 50) { totalCount nodes { id } } } } }",
    "{ locations(first: 100) { nodes { id name names { value } parent { id } ancestors { id } children(first: 50) { totalCount nodes { id } }
       crossing { id } events(first: 50) { totalCount nodes { id } } } } }",
    "{ sources(first: 100) { nodes { id name articles(first: 50) { totalCount nodes { id } } } } }",
    "{ articles(first: 100) { nodes { id derivedFrom { kind article { id } source { id } } claims(first: 100) { totalCount nodes { id } } events(first: 50) { totalCount nodes { id } } } } }",
    "{ borderCrossings(first: 50) { totalCount nodes { id name closures(first: 50) { totalCount nodes { id } } events(first: 50) { totalCount nodes { id } }
       status(at: \"2025-10-29T12:00:00Z\") { status certainty closures { id } dissent { id } }
       timeline(from: \"2025-10-01T00:00:00Z\", to: \"2025-12-01T00:00:00Z\") { status certainty }
       closureStatistics(from: \"2025-10-01T00:00:00Z\", to: \"2025-12-01T00:00:00Z\") { month closed } } } }",
    "{ claims(first: 300) { nodes { id origin { actor { id } source { id } article { id } } relayedFrom { id } speaker { id } article { id } revisions { totalCount } } } }",
    "{ claimProperties { code } claimProperty(code: \"zz_property\") { code } datasets { slug } dataset(slug: \"closed\") { slug } }",
    "{ event(slug: \"zz-event\") { id } actor(slug: \"zz-actor\") { id } source(slug: \"zz-paper\") { id } location(slug: \"yy-quarter\") { id }
       borderCrossing(slug: \"zz-gate\") { id } gate: location(slug: \"zz-gate\") { id } article(external: { dataset: \"closed\", externalId: \"zz-1\" }) { id } }",
    "{ changeSets(first: 50) { totalCount nodes { id kind reason importRun { id } reverts { id } revertedBy { id } revisions(first: 500) { totalCount nodes { recordType recordId operation before } } } } }",
    "{ changes(first: 500) { edges { cursor node { operation recordType recordId version before dataset { slug } changeSet { id } record { id } } } } }",
    "{ actors(first: 100) { nodes { mergedFrom { id slug name externalId changeSet { id } } } } sources(first: 100) { nodes { mergedFrom { id name } } }
       locations(first: 100) { nodes { mergedFrom { id slug name } } } articles(first: 100) { nodes { mergedFrom { id name } } } }",
    "{ changes(first: 500, filter: { operation: [MERGE, UNMERGE] }) { nodes { recordId version before mergedInto { id } } } }",
    "{ changes(first: 500, filter: { operation: [UPDATE, DELETE] }) { nodes { recordType recordId version } } }",
    "{ changes(first: 500, filter: { recordType: [\"Dataset\", \"Name\", \"Affiliation\", \"ClaimRelay\"] }) { nodes { recordType recordId version } } }",
    "{ changes(first: 500, filter: { dataset: [\"closed\"] }) { nodes { recordType recordId version } } }",
    "{ importRuns(first: 50) { totalCount nodes { id fileName fileHash read created dataset { slug } changeSet { id } rejects { totalCount } } } }",
    "{ events(first: 100) { nodes { id revisions(first: 50) { totalCount nodes { version operation before change { id } } } } } }",
];

/// Says where two rounds of answers differ.
fn differences(one: &Answers, other: &Answers) -> Vec<String> {
    assert!(one.keys().eq(other.keys()));
    let differing = one.iter().filter(|(asked, answer)| other[*asked] != **answer);
    differing.map(|(asked, answer)| format!("{asked}\n  {answer}\n  {}", other[asked])).collect()
}

fn assert_same(one: &Answers, other: &Answers, when: &str) {
    let differences = differences(one, other);
    assert!(differences.is_empty(), "{when}: {} differ\n{}", differences.len(), differences.join("\n\n"));
    for (asked, answer) in other {
        assert!(!answer.contains("Zzzzz") && !answer.contains("Yyyyy"), "{when}: {asked}\n{answer}");
    }
}

#[tokio::test]
async fn a_closed_dataset_leaves_no_trace_for_anonymous_readers() {
    let api = Api::demonstration().await;
    let reader = made(&api.database, "reader", Role::Reader, Expiry::Never).await;
    let reader = Some(reader.revealed());
    let without = everything(&api, None).await;
    for (asked, answer) in &without {
        let answer: Value = serde_json::from_str(answer).unwrap_or_default();
        let is_refused = answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT";
        let is_ours = BROAD.contains(&asked.as_str())
            || asked.contains("first: 200")
            || asked.contains("buckets { month kind category");
        assert!(!is_refused || !is_ours, "{asked}: {answer}");
    }
    let closed = import_all(&api.database, CLOSED).await;
    assert_same(&without, &everything(&api, None).await, "the dataset is there");
    import_all(&api.database, BESIDE).await;
    assert_same(&without, &everything(&api, None).await, "others refer to it");
    let with_both = everything(&api, reader).await;
    let seen = differences(&without, &with_both).len();
    assert!(seen > 150, "only {seen} answers tell of it to those who may know");

    // Nothing is found by its id, either.
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar(
        "select id from withheld_record union select dataset_id from withheld_dataset union select id from import_run where id = $1 \
         union select record_id from revision where change_set_id = $1",
    )
    .bind(closed.run)
    .fetch_all(api.database.pool())
    .await
    .unwrap();
    assert!(ids.len() > 40, "{}", ids.len());
    let answer = api
        .ask(&format!("{{ nodes(ids: {}) {{ id }} changeSet(id: \"{}\") {{ id }} }}", json!(ids), closed.run))
        .await;
    assert!(answer["data"]["nodes"].as_array().unwrap().iter().all(Value::is_null), "{answer}");
    assert_eq!(answer["data"]["changeSet"], Value::Null);

    // Open to all, it is seen by all; closed again, by nobody.
    let dataset = CLOSED.lines().next().unwrap();
    import_all(&api.database, &dataset.replace("TOKEN_ONLY", "OPEN")).await;
    let mut opened = everything(&api, None).await;
    let mut known = with_both.clone();
    for answers in [&mut opened, &mut known] {
        // But for what says that it was opened.
        answers.retain(|asked, _| {
            !["changeSets", "changes(", "importRuns", "/export?format=ndjson"]
                .iter()
                .any(|name| asked.contains(name))
        });
    }
    let differing = differences(&known, &opened);
    assert!(differing.is_empty(), "{}", differing.join("\n\n"));
    import_all(&api.database, dataset).await;
    assert_same(&without, &everything(&api, None).await, "it is closed again");
    let mut silent: Value = serde_json::from_str(dataset).unwrap();
    silent.as_object_mut().unwrap().remove("redistribution").unwrap();
    silent["title"] = json!("By another title");
    import_all(&api.database, &silent.to_string()).await;
    assert_same(&without, &everything(&api, None).await, "silence opens nothing");
}

#[tokio::test]
async fn what_no_longer_refers_to_a_closed_dataset_is_seen_again() {
    let api = Api::demonstration().await;
    import_all(&api.database, CLOSED).await;
    import_all(&api.database, BESIDE).await;
    let seen = async |slug: &str| {
        api.ask(&format!("{{ event(slug: \"{slug}\") {{ id }} }}")).await["data"]["event"] != Value::Null
    };
    assert!(!seen("yy-part").await && !seen("yy-part-of-part").await && !seen("yy-in-town").await);
    write(&api.database, "update event set parent_id = null where slug = 'yy-part'").await;
    assert!(seen("yy-part").await && seen("yy-part-of-part").await && !seen("yy-in-town").await);
    write(
        &api.database,
        "update event set parent_id = (select id from event where slug = 'zz-other') where slug = 'yy-part'",
    )
    .await;
    assert!(!seen("yy-part").await && !seen("yy-part-of-part").await);
    write(&api.database, "update event set dataset_id = null where slug = 'zz-other'").await;
    assert!(seen("zz-other").await && seen("yy-part-of-part").await);
    // What is kept of them is what is found anew.
    let kept = withheld(&api).await;
    sqlx::query("call withhold_anew()").execute(api.database.pool()).await.unwrap();
    assert_eq!(kept, withheld(&api).await);
}

async fn withheld(api: &Api) -> Vec<uuid::Uuid> {
    sqlx::query_scalar("select id from withheld_record order by id")
        .fetch_all(api.database.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_dataset_that_is_gone_is_withheld_from_the_history_too() {
    let api = Api::demonstration().await;
    let without = everything(&api, None).await;
    let closed = import_all(&api.database, CLOSED).await;
    let mut connection = api.database.pool().acquire().await.unwrap();
    let mut transaction = sqlx::Acquire::begin(&mut connection).await.unwrap();
    let change_set = dateline::history::change_set_of(&mut transaction, closed.run).await.unwrap();
    dateline::history::revert(&mut transaction, change_set, None, Some("Zzzzzreason")).await.unwrap();
    transaction.commit().await.unwrap();
    assert_same(&without, &everything(&api, None).await, "the import is reverted");
    // Nor is there a tombstone of what was deleted, but for those who may know.
    let gone: Vec<uuid::Uuid> = sqlx::query_scalar("select id from tombstone order by id limit 50")
        .fetch_all(api.database.pool())
        .await
        .unwrap();
    assert!(gone.len() > 20, "{}", gone.len());
    let asked =
        gone.iter().enumerate().map(|(place, id)| format!("t{place}: tombstone(id: \"{id}\") {{ id }}"));
    let asked = format!("{{ {} }}", asked.collect::<Vec<_>>().join(" "));
    let shown = |answer: &Value| {
        let tombstones = answer["data"].as_object().unwrap().values();
        tombstones.filter(|tombstone| !tombstone.is_null()).count()
    };
    assert_eq!(shown(&api.ask(&asked).await), 0);
    assert_eq!(shown(&api.by_a_reader().await.ask(&asked).await), gone.len());
}

#[tokio::test]
async fn every_table_that_is_read_is_seen_through_the_eyes_of_anonymous_readers() {
    let api = Api::empty().await;
    // What the API does not read, and what says nothing of any record.
    let others = "{country_set,idempotent_request,location_country,location_country_now,listed_actor,listed_country,listed_event,listed_place,\
        listed_source,record_reference,seaql_migrations,spatial_ref_sys,geography_columns,geometry_columns,token,withheld_dataset,withheld_record}";
    let columns = |schema: &str| {
        format!(
            "select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped \
             where c.relnamespace = '{schema}'::regnamespace and c.relkind in ('r', 'v') and c.relname <> all ('{others}') order by 1"
        )
    };
    let read = async |schema: &str| -> Vec<String> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(columns(schema))).fetch_all(api.database.pool()).await.unwrap()
    };
    assert_eq!(
        read("anonymous").await,
        read("public").await,
        "a view of the schema `anonymous` is missing or stale"
    );
}

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
