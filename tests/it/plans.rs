//! What a page costs: in a large base, skewed as real ones are, no page of any filter in any order
//! reads more than a small part of it.

use std::io::{Read, Seek, SeekFrom};

use serde_json::Value;
use sqlx::Executor;

use crate::support::{Api, import_all};

/// So many buffers of 8 KiB may be read for a page.
const MOST_BUFFERS: u64 = 10_000;

/// Every order of events.
const ORDERS: &[&str] = &["START", "END", "RECORDED", "FATALITIES", "TITLE"];

/// Filters of events, each of which is asked in order of time, both ways. The events of `country-9` and
/// `province-5`, of `actor-5`, `source-3` and `dataset-2` are all old, as those of some kinds.
const FILTERS: &[&str] = &[
    "{}",
    "{kind: [CLOSURE]}",
    "{kind: [EPIDEMIC]}",
    "{kind: [SHELLING]}",
    "{kind: [EPIDEMIC, SHELLING, CLOSURE]}",
    "{category: [VIOLENCE, HUMANITARIAN]}",
    "{category: [HUMANITARIAN]}",
    r#"{during: {from: "2020-01-01", to: "2020-01-05"}}"#,
    r#"{during: {from: "1962-03-01", to: "1962-03-05"}}"#,
    r#"{during: {from: "2020-01-01", to: "2020-01-05", match: CERTAIN}}"#,
    r#"{during: {from: "1900-01-01", to: "1900-01-05"}}"#,
    r#"{during: {to: "1961-01-01"}}"#,
    r#"{during: {from: "2024-01-01"}}"#,
    r#"{during: {from: "2020-01-01", to: "2020-02-01"}, kind: [RIOT]}"#,
    r#"{during: {from: "2020-01-01", to: "2020-02-01"}, kind: [EPIDEMIC]}"#,
    r#"{during: {from: "2020-01-01", to: "2020-02-01"}, within: {slug: "country-9"}}"#,
    r#"{during: {from: "2020-01-01", to: "2020-02-01"}, country: ["XA", "XJ"]}"#,
    r#"{during: {from: "1970-01-01", to: "1970-02-01"}, actor: {slug: ["actor-0"]}}"#,
    r#"{within: {slug: "country-0"}}"#,
    r#"{within: {slug: "country-9"}}"#,
    r#"{within: {slug: "province-5"}}"#,
    r#"{within: {slug: "town-100"}}"#,
    r#"{location: [{slug: "town-100"}]}"#,
    r#"{location: [{slug: "town-100"}, {slug: "town-1999"}, {slug: "town-7"}]}"#,
    r#"{country: ["XA"]}"#,
    r#"{country: ["XJ"]}"#,
    r#"{country: ["XA", "XJ"]}"#,
    r#"{country: ["XJ"], kind: [EPIDEMIC]}"#,
    r#"{country: ["XA"], kind: [RIOT], during: {from: "2010-01-01", to: "2012-01-01"}}"#,
    "{near: {latitude: 0.25, longitude: 5, km: 5}}",
    "{near: {latitude: 9.2, longitude: 94, km: 50}}",
    "{near: {latitude: 2, longitude: 20, km: 3000}}",
    "{box: {south: 9, west: 90, north: 9.02, east: 91}}",
    r#"{polygon: {type: "Polygon", coordinates: [[[90, 9], [90.5, 9], [90.5, 9.5], [90, 9]]]}}"#,
    r#"{actor: {slug: ["actor-0"]}}"#,
    r#"{actor: {slug: ["actor-5"]}}"#,
    r#"{actor: {slug: ["actor-5", "actor-12"]}}"#,
    r#"{actor: {slug: ["actor-5"], role: [PARTY]}}"#,
    r#"{actor: {slug: ["actor-0"], role: [MEDIATOR]}}"#,
    r#"{actor: {slug: ["actor-0", "actor-12"], role: [TARGET]}}"#,
    r#"{actor: {slug: ["actor-5"], includeMembers: true}}"#,
    r#"{actor: {slug: ["actor-0"]}, kind: [TALKS]}"#,
    r#"{source: [{slug: "source-3"}]}"#,
    r#"{source: [{slug: "source-10"}]}"#,
    r#"{source: [{slug: "source-3"}, {slug: "source-10"}]}"#,
    r#"{dataset: ["dataset-2"]}"#,
    r#"{dataset: ["dataset-2", "dataset-1"]}"#,
    r#"{text: "thousand"}"#,
    r#"{text: "happened"}"#,
    r"{modality: [ALLEGED]}",
    "{hasArticles: true}",
    "{fatalities: {min: 250}}",
    r#"{slug: ["event-100", "event-200"]}"#,
    r#"{or: [{country: ["XA"]}, {country: ["XJ"]}]}"#,
    r#"{or: [{kind: [EPIDEMIC]}, {within: {slug: "province-5"}}]}"#,
    "{not: {kind: [EPIDEMIC]}}",
    r#"{and: [{country: ["XA"]}, {not: {kind: [CLOSURE]}}]}"#,
    r#"{recorded: {from: "2020-01-01"}}"#,
];

/// Filters that leave many events, wherever they stand, and that any order can therefore be walked for.
const COMMON: &[&str] = &["{}", r#"{country: ["XA"]}"#, "{modality: [ALLEGED]}", "{hasArticles: true}"];

/// Orders of other lists.
const OTHERS: &[&str] = &[
    "actors(first: 20) { nodes { id } }",
    "actors(first: 20, orderBy: {field: RECORDED, direction: DESC}) { nodes { id } }",
    r#"actors(first: 20, filter: {text: "actor 17"}) { nodes { id } }"#,
    r#"locations(first: 20, filter: {within: {slug: "country-9"}}) { nodes { id } }"#,
    r#"locations(first: 20, filter: {country: ["XJ"], kind: [ADMIN1]}) { nodes { id } }"#,
    "locations(first: 20, filter: {near: {latitude: 9, longitude: 90, km: 100}}, orderBy: {field: DISTANCE}) { nodes { id } }",
    r#"locations(first: 20, filter: {text: "town 77"}) { nodes { id } }"#,
    r#"articles(first: 20, filter: {source: [{slug: "source-3"}]}) { nodes { id } }"#,
    r#"articles(first: 20, filter: {published: {from: "1962-01-01", to: "1962-02-01"}}) { nodes { id } }"#,
    r#"location(slug: "country-9") { events(first: 20) { nodes { id } } }"#,
    r#"location(slug: "country-0") { events(first: 20, filter: {kind: [RIOT]}) { nodes { id } } }"#,
    r#"actor(slug: "actor-5") { events(first: 20) { nodes { id } } }"#,
    r#"actor(slug: "actor-0") { events(first: 20, filter: {during: {from: "2020-01-01", to: "2020-02-01"}}) { nodes { id } } }"#,
];

/// Filters of lists that are long enough to page far into.
const DEEP: &[&str] = &[
    "{}",
    r#"{within: {slug: "country-9"}}"#,
    r#"{country: ["XA", "XB"]}"#,
    r#"{actor: {slug: ["actor-0"]}}"#,
];

/// A dataset that is not for everybody.
const WITHHELD: &str = r#"
{"type":"dataset","slug":"withheld","title":"A desk's own","redistribution":"TOKEN_ONLY"}
{"type":"actor","dataset":"withheld","externalId":"1","name":"Somebody","kind":"PERSON"}
"#;

/// A change set of many revisions, and one of a single one, without what triggers would make of them.
const LONG_CHANGE_SET: &str = "
begin;
set local session_replication_role = replica;
insert into change_set (id, kind) select lpad(to_hex(n), 32, '0')::uuid, 'IMPORT' from generate_series(1, 2) n;
insert into revision (change_set_id, record_type, record_id, version, operation)
select lpad(to_hex(case when n > 1 then 1 else 2 end), 32, '0')::uuid, 'event', gen_random_uuid(), 1, 'CREATE' from generate_series(1, 50000) n;
commit;
analyze revision, change_set;
";

// One test, since another beside it would write its plans into the same log.
#[tokio::test]
async fn no_page_reads_more_than_a_small_part_of_the_base() {
    let base = Base::generated().await;
    let mut found = Vec::new();
    for filter in FILTERS {
        for direction in ["ASC", "DESC"] {
            found.extend(
                base.excess(&events(filter, &format!("{{field: START, direction: {direction}}}"), "")).await,
            );
        }
    }
    for order in ORDERS {
        for filter in COMMON {
            for direction in ["ASC", "DESC"] {
                let order = format!("{{field: {order}, direction: {direction}}}");
                found.extend(base.excess(&events(filter, &order, "")).await);
            }
        }
    }
    for query in OTHERS {
        found.extend(base.excess(&format!("{{ {query} }}")).await);
    }
    for filter in DEEP {
        found.extend(base.deeper(filter).await);
    }
    found.extend(base.excess_of_history().await);
    assert!(found.is_empty(), "{}", found.join("\n"));
    for (filter, count, exact) in [
        ("{}", 100_000, false),
        ("{not: {slug: []}}", 100_000, false),
        ("{modality: [ALLEGED]}", 12_000, true),
    ] {
        let query = format!("{{ events(filter: {filter}, first: 1) {{ totalCount totalCountIsExact }} }}");
        let answer = base.api.ask(&query).await;
        let events = &answer["data"]["events"];
        assert_eq!(
            (&events["totalCount"], &events["totalCountIsExact"]),
            (&count.into(), &exact.into()),
            "{filter}"
        );
    }
}

fn events(filter: &str, order: &str, cursor: &str) -> String {
    format!("{{ events(filter: {filter}, orderBy: {order}, first: 20{cursor}) {{ nodes {{ id }} }} }}")
}

/// The generated base, and the log in which Postgres writes how it ran each statement.
struct Base {
    api: Api,
}

impl Base {
    async fn generated() -> Self {
        let api = Api::empty().await;
        let mut connection = api.database.pool().acquire().await.unwrap();
        connection.execute(include_str!("plans.sql")).await.unwrap();
        connection.execute("vacuum analyze").await.unwrap();
        for setting in [
            "session_preload_libraries = 'auto_explain'",
            "auto_explain.log_min_duration = 0",
            "auto_explain.log_analyze = on",
            "auto_explain.log_timing = off",
            "auto_explain.log_buffers = on",
            "auto_explain.log_format = json",
        ] {
            let set = format!(
                "do $$ begin execute format('alter database %I set {}', current_database()); end $$",
                setting.replace('\'', "''")
            );
            connection.execute(sqlx::AssertSqlSafe(set)).await.unwrap();
        }
        drop(connection);
        // Connections that are there already would not know.
        let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        let mut connection = api.database.pool().acquire().await.unwrap();
        connection.execute(cut).await.unwrap();
        connection.detach();
        Self { api }
    }

    /// How many buffers the statements of a query read.
    async fn buffers(&self, query: &str) -> u64 {
        let mut log = std::fs::File::open(self.api.database.log_file()).unwrap();
        let before = log.seek(SeekFrom::End(0)).unwrap();
        let answer = self.api.ask(query).await;
        assert_eq!(answer["errors"], Value::Null, "{query}: {answer}");
        log.seek(SeekFrom::Start(before)).unwrap();
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        let plans: Vec<Value> = text
            .split("plan:")
            .skip(1)
            .filter_map(|rest| serde_json::Deserializer::from_str(rest).into_iter().next()?.ok())
            .collect();
        assert!(!plans.is_empty(), "{query} has no plan in the log: {text}");
        let read = |plan: &Value, name: &str| plan["Plan"][name].as_u64().unwrap_or(0);
        plans.iter().map(|plan| read(plan, "Shared Hit Blocks") + read(plan, "Shared Read Blocks")).sum()
    }

    /// What is wrong with the cost of a page far into a list, against that of the first.
    async fn deeper(&self, filter: &str) -> Option<String> {
        let order = "{field: START, direction: DESC}";
        let mut cursor = String::new();
        for _ in 0..8 {
            let query = format!(
                "{{ events(filter: {filter}, orderBy: {order}, first: 500{cursor}) {{ pageInfo {{ endCursor }} }} }}"
            );
            let answer = self.api.ask(&query).await;
            cursor = format!(", after: {}", answer["data"]["events"]["pageInfo"]["endCursor"]);
        }
        let first = self.buffers(&events(filter, order, "")).await;
        let later = self.buffers(&events(filter, order, &cursor)).await;
        (later > first + first / 2 + 100)
            .then(|| format!("{filter}: {first} buffers for the first page, {later} for the 200th"))
    }

    /// What is wrong with the cost of the history, for readers from whom a dataset is withheld.
    async fn excess_of_history(&self) -> Option<String> {
        import_all(&self.api.database, WITHHELD).await;
        self.api.database.pool().execute(LONG_CHANGE_SET).await.unwrap();
        let list = "{ changeSets(first: 10) { nodes { id revisions(first: 20) { nodes { operation } } } } }";
        let answer = self.api.ask(list).await;
        let sets = answer["data"]["changeSets"]["nodes"].as_array().unwrap();
        let longest = sets.iter().map(|set| set["revisions"]["nodes"].as_array().unwrap().len()).max();
        assert_eq!((sets.len(), longest), (2, Some(20)), "{answer}");
        self.excess(list).await
    }

    async fn excess(&self, query: &str) -> Option<String> {
        let buffers = self.buffers(query).await;
        (buffers > MOST_BUFFERS).then(|| format!("{buffers} buffers: {query}"))
    }
}
