//! Who may write what: every mutation there is, sent by everybody; and that keys of repeated requests are
//! their token's.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::Router;
use dateline::access::vocabulary::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tracing_subscriber::filter::LevelFilter;

use super::{Answer, ELSEWHERE, Expiry, HERE, ROLES, body, made, send};
use crate::support::Api;
use crate::writing::types::{Case, cases};

/// An id that no record has.
const NOBODY: &str = "01990000-0000-7000-8000-000000000000";

/// What stands for a type of record in the name of a mutation, and the least role that it takes.
const OF_RECORDS: [(&str, Role); 4] = [
    ("create", Role::Contributor),
    ("update", Role::Contributor),
    ("upsert", Role::Contributor),
    ("delete", Role::Editor),
];

/// The others, by their names.
const OTHERS: [(&str, Role); 4] = [
    ("createClaim", Role::Contributor),
    ("upsertClaims", Role::Contributor),
    ("retractClaim", Role::Contributor),
    ("revertChangeSet", Role::Editor),
];

/// Every mutation with its least role.
fn rows() -> BTreeMap<String, Role> {
    let named = |verb: &str, case: &Case| match verb {
        "upsert" => format!("upsert{}", case.plural),
        verb => format!("{verb}{}", case.name),
    };
    let of_records = cases().into_iter().flat_map(|case| {
        OF_RECORDS.map(|(verb, role)| (named(verb, &case), role)).into_iter().collect::<Vec<_>>()
    });
    of_records.chain(OTHERS.map(|(name, role)| (name.to_owned(), role))).collect()
}

/// Somebody who sends mutations, and what came of them.
struct Writer<'a> {
    router: &'a Router,
    bearer: Option<String>,
    peer: &'static str,
    codes: BTreeMap<String, String>,
    answers: String,
}

impl Writer<'_> {
    /// Sends a mutation; what it gave.
    async fn mutate(&mut self, name: &str, input_type: &str, input: &Value, gives: &str) -> Value {
        let query = format!("mutation($input: {input_type}) {{ {name}(input: $input) {{ {gives} }} }}");
        let request = body(&json!({ "query": query, "variables": { "input": input } }));
        let answer = send(self.router, request, self.bearer.as_deref(), self.peer).await;
        self.answers.push_str(&answer.body);
        let gave = answer.json()["data"][name].clone();
        let code = answer.code();
        assert_eq!(gave.is_null(), !code.is_empty(), "{name}: {}", answer.body);
        assert!(["", "UNAUTHENTICATED", "FORBIDDEN"].contains(&code.as_str()), "{name}: {}", answer.body);
        self.codes.insert(name.to_owned(), code);
        gave
    }

    /// Sends every mutation, each with an input that can be done; records that could not be made are
    /// written all the same.
    async fn everything(&mut self) {
        let mut records = Vec::new();
        for Case { name, plural, input, patch, .. } in cases() {
            let made = self
                .mutate(&format!("create{name}"), &format!("{name}Input!"), &input, "record { id version }")
                .await;
            let record = &made["record"];
            let id = record["id"].as_str().unwrap_or(NOBODY).to_owned();
            let whole = json!([input]);
            self.mutate(&format!("upsert{plural}"), &format!("[{name}Input!]!"), &whole, "unchanged").await;
            let mut change = json!({ "id": id, "version": record["version"].as_i64().unwrap_or(1) });
            change.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
            let update = (format!("update{name}"), format!("Update{name}Input!"));
            let changed = self.mutate(&update.0, &update.1, &change, "record { version }").await;
            records.push((name, id, changed["record"]["version"].as_i64().unwrap_or(1)));
        }
        self.claims().await;
        for (name, id, version) in records.into_iter().rev() {
            let input = json!({ "id": id, "version": version, "reason": "not needed" });
            self.mutate(&format!("delete{name}"), "DeleteInput!", &input, "id").await;
        }
    }

    /// Claims are never changed, and what retracted one is reverted.
    async fn claims(&mut self) {
        let claim = json!({ "event": { "slug": "istanbul-round-2-2025" }, "property": "fatalities",
            "source": { "slug": "did-press" }, "value": { "number": 3.0 } });
        let made = self.mutate("createClaim", "ClaimInput!", &claim, "record { id }").await;
        self.mutate("upsertClaims", "[ClaimInput!]!", &json!([claim]), "unchanged").await;
        let id = made["record"]["id"].as_str().unwrap_or(NOBODY);
        let retract = json!({ "id": id, "reason": "misread" });
        let retracted =
            self.mutate("retractClaim", "RetractClaimInput!", &retract, "changeSet { id by }").await;
        let change_set = json!({ "id": retracted["changeSet"]["id"].as_str().unwrap_or(NOBODY) });
        self.mutate("revertChangeSet", "RevertChangeSetInput!", &change_set, "changeSet { by }").await;
    }
}

/// What is logged on this thread, kept.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn started() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let lines = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false);
        (log, tracing::subscriber::set_default(lines.with_writer(move || writer.clone()).finish()))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// What neither an answer nor the log may have: the token of who asks, and hashes of tokens.
async fn secrets(api: &Api, bearer: Option<&str>) -> Vec<String> {
    let Some(token) = bearer.and_then(|bearer| bearer.strip_prefix("Bearer dl_")) else { return Vec::new() };
    let hashes: Vec<String> = sqlx::query_scalar("select encode(hash, 'hex') from token")
        .fetch_all(api.database.pool())
        .await
        .unwrap();
    assert_eq!(hashes.len(), 1);
    [vec![token.to_owned()], hashes].concat()
}

/// The mutations that the schema has.
async fn there(api: &Api) -> BTreeSet<String> {
    let schema = api.ask("{ __schema { mutationType { fields { name } } } }").await;
    let fields = schema["data"]["__schema"]["mutationType"]["fields"].as_array().unwrap().clone();
    fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
}

/// Who wrote, and nobody else: as the change sets name them.
async fn writers(api: &Api) -> Vec<Option<String>> {
    sqlx::query_scalar("select distinct by from change_set where kind <> 'IMPORT'")
        .fetch_all(api.database.pool())
        .await
        .unwrap()
}

/// Sends every mutation as somebody does, in a base of their own, and holds what comes of it to the rows.
async fn all_by(role: Option<Role>, peer: &'static str, rows: &BTreeMap<String, Role>, log: &Log) {
    let api = Api::demonstration().await;
    let bearer = match role {
        None => None,
        Some(role) => {
            let token = made(&api.database, &role.word(), role, Expiry::Never).await;
            Some(format!("Bearer {}", token.revealed()))
        }
    };
    let (codes, answers) = (BTreeMap::new(), String::new());
    let mut writer = Writer { router: &api.router, bearer: bearer.clone(), peer, codes, answers };
    writer.everything().await;

    let there = there(&api).await;
    assert_eq!(
        rows.keys().cloned().collect::<BTreeSet<_>>(),
        there,
        "each mutation has a row that says who may"
    );
    assert_eq!(writer.codes.keys().cloned().collect::<BTreeSet<_>>(), there, "each mutation is sent");
    for (name, least) in rows {
        let expected = match role {
            // On this machine, while reading is open, no token is needed.
            None if peer == HERE => "",
            None => "UNAUTHENTICATED",
            Some(role) if role < *least => "FORBIDDEN",
            Some(_) => "",
        };
        assert_eq!(writer.codes[name], expected, "{name} by {role:?} at {peer}");
    }
    let may_write = writer.codes.values().any(String::is_empty);
    let written = if may_write { vec![role.map(Role::word)] } else { Vec::new() };
    assert_eq!(writers(&api).await, written, "{role:?} at {peer}");
    for secret in secrets(&api, bearer.as_deref()).await {
        assert!(!writer.answers.contains(&secret), "an answer to {role:?} has a secret");
        assert!(!log.text().contains(&secret), "the log has a secret of {role:?}");
    }
}

#[tokio::test]
async fn every_mutation_is_done_for_the_roles_that_may_and_refused_to_the_others() {
    let rows = rows();
    let (log, _guard) = Log::started();
    let everybody = ROLES.map(|role| (Some(role), ELSEWHERE)).into_iter();
    let everybody = everybody.chain([(None, ELSEWHERE), (None, HERE)]);
    join_all(everybody.map(|(role, peer)| all_by(role, peer, &rows, &log))).await;
    assert!(log.text().contains("answered"), "what is logged is heard");
}

const KEYED: &str = "mutation($title: String!, $reason: String) { createEvent(input: { title: $title, kind: TALKS }, \
    reason: $reason, idempotencyKey: \"the-key\") { record { id } } }";

async fn keyed(api: &Api, variables: Value, bearer: Option<&str>) -> Answer {
    send(&api.router, body(&json!({ "query": KEYED, "variables": variables })), bearer, HERE).await
}

#[tokio::test]
async fn a_key_is_its_tokens_and_says_nothing_to_another() {
    let api = Api::empty().await;
    let mut bearers = vec![None];
    for name in ["one", "two"] {
        let token = made(&api.database, name, Role::Contributor, Expiry::Never).await;
        bearers.push(Some(format!("Bearer {}", token.revealed())));
    }
    let mut ids = BTreeSet::new();
    for (title, bearer) in ["a", "b", "c"].iter().zip(&bearers) {
        let first = keyed(&api, json!({ "title": title }), bearer.as_deref()).await;
        assert_eq!(first.code(), "", "{}", first.body);
        let again = keyed(&api, json!({ "title": title }), bearer.as_deref()).await;
        assert_eq!(again.body, first.body);
        ids.insert(first.json()["data"]["createEvent"]["record"]["id"].to_string());
    }
    assert_eq!(ids.len(), 3, "each made its own");
    for bearer in &bearers {
        let other = keyed(&api, json!({ "title": "d" }), bearer.as_deref()).await;
        assert_eq!(other.code(), "CONFLICT", "{}", other.body);
        // Why it is done is part of the request.
        let why = keyed(&api, json!({ "title": "a", "reason": "another" }), bearer.as_deref()).await;
        assert_eq!(why.code(), "CONFLICT", "{}", why.body);
    }
}

#[tokio::test]
async fn a_write_that_the_database_fails_shows_an_id_and_nothing_else() {
    let api = Api::empty().await;
    let token = made(&api.database, "me", Role::Admin, Expiry::Never).await;
    let bearer = format!("Bearer {}", token.revealed());
    let (log, _guard) = Log::started();
    sqlx::query("alter table idempotent_request rename to gone").execute(api.database.pool()).await.unwrap();
    let answer = keyed(&api, json!({ "title": "a" }), Some(&bearer)).await;
    assert_eq!(answer.code(), "INTERNAL", "{}", answer.body);
    for internal in ["idempotent_request", "relation", "sqlx", "select", "dl_"] {
        assert!(!answer.body.contains(internal), "{}", answer.body);
    }
    let message = answer.json()["errors"][0]["message"].as_str().unwrap().to_owned();
    let id = message
        .split(|letter: char| !letter.is_ascii_hexdigit() && letter != '-')
        .find(|word| word.len() == 36);
    let text = log.text();
    assert!(text.contains(id.expect("the message has an id")), "the log has the id: {text}");
    for secret in secrets(&api, Some(&bearer)).await {
        assert!(!text.contains(&secret), "the log has a secret");
    }
}
