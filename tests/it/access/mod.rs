//! Tokens and roles: who is let in, who is refused and how, and that no secret is shown.

mod withheld;
mod writers;

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use dateline::access::store::{self, CannotMake, Expiry};
use dateline::access::token::{RANDOM_BYTES, TokenText};
use dateline::access::vocabulary::{ReadAccess, Role};
use dateline::graphql::Limits;
use dateline::http::{Origins, Service, router};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};
use tower::ServiceExt;

use crate::support::{Api, TestDatabase};

const VIEWER: &str = "{ viewer { name role } service { readAccess } }";
const ROLES: [Role; 4] = [Role::Reader, Role::Contributor, Role::Editor, Role::Admin];

/// A token, made.
async fn made(database: &TestDatabase, name: &str, role: Role, expiry: Expiry) -> TokenText {
    let mut random = [0; RANDOM_BYTES];
    for (place, byte) in random.iter_mut().zip(name.bytes().cycle()) {
        *place = byte;
    }
    let text = TokenText::of_random(random);
    store::make(database.pool(), &text, name, role, expiry).await.unwrap();
    text
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(self.body.lines().next().unwrap()).unwrap()
    }

    fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

async fn send(
    router: &Router,
    mut request: Request<Body>,
    authorization: Option<&str>,
    peer: &str,
) -> Answer {
    if let Some(authorization) = authorization {
        request.headers_mut().append("authorization", authorization.parse().unwrap());
    }
    request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}

const HERE: &str = "127.0.0.1:4000";
const ELSEWHERE: &str = "192.0.2.7:4000";

fn query(query: &str) -> Request<Body> {
    body(&json!({ "query": query }))
}

fn body(parameters: &Value) -> Request<Body> {
    let request = Request::post("/graphql").header("host", "localhost:8080");
    request.header("content-type", "application/json").body(Body::from(parameters.to_string())).unwrap()
}

fn file() -> Request<Body> {
    let line = r#"{"type":"actor","slug":"a","name":"A","kind":"PERSON"}"#;
    Request::post("/import?format=dateline").header("host", "localhost:8080").body(Body::from(line)).unwrap()
}

fn address(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn closed(database: &TestDatabase) -> Router {
    let service = Service::new((**database).clone(), Limits::DEFAULT, Origins::default());
    router(service.with_read_access(ReadAccess::Token))
}

#[tokio::test]
async fn a_token_says_who_asks() {
    let api = Api::empty().await;
    let nobody = send(&api.router, query(VIEWER), None, ELSEWHERE).await;
    assert_eq!(nobody.json()["data"], json!({ "viewer": null, "service": { "readAccess": "OPEN" } }));
    for role in ROLES {
        let token = made(&api.database, &role.word(), role, Expiry::Never).await;
        let answer =
            send(&api.router, query(VIEWER), Some(&format!("Bearer {}", token.revealed())), ELSEWHERE).await;
        assert_eq!(answer.json()["data"]["viewer"], json!({ "name": role.word(), "role": role.word() }));
    }
}

#[tokio::test]
async fn a_token_that_is_none_is_refused_and_not_taken_for_nobody() {
    let api = Api::empty().await;
    let valid = made(&api.database, "valid", Role::Admin, Expiry::Never).await.revealed().to_owned();
    let revoked = made(&api.database, "revoked", Role::Admin, Expiry::Days(3)).await.revealed().to_owned();
    assert!(store::revoke(api.database.pool(), "revoked").await.unwrap());
    let expired = made(&api.database, "expired", Role::Admin, Expiry::Days(3)).await.revealed().to_owned();
    let past = "update token set created_at = now() - interval '4 days', expires_at = now() - interval '1 second' where name = 'expired'";
    api.database.pool().execute(past).await.unwrap();
    let unknown = TokenText::of_random([0; RANDOM_BYTES]).revealed().to_owned();
    for (authorization, said) in [
        (format!("Bearer {unknown}"), "There is no such token."),
        (format!("Bearer {revoked}"), "The token was revoked; ask for a new one."),
        (format!("Bearer {expired}"), "The token has expired; ask for a new one."),
        (format!("Bearer {valid}0"), "takes `Bearer` and a token"),
        (format!("Basic {valid}"), "takes `Bearer` and a token"),
        ("Bearer".to_owned(), "takes `Bearer` and a token"),
        ("Bearer ' or true --".to_owned(), "takes `Bearer` and a token"),
        (String::new(), "takes `Bearer` and a token"),
    ] {
        for request in [
            query("{ __typename }"),
            address("/export"),
            file(),
            address("/graphql?query={__typename}"),
            address("/schema.graphql"),
        ] {
            let path = request.uri().path().to_owned();
            let answer = send(&api.router, request, Some(&authorization), HERE).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED".to_owned()),
                "{path}"
            );
            assert!(answer.body.contains(said), "{path}: {}", answer.body);
            assert_eq!(
                answer.headers["www-authenticate"],
                "Bearer realm=\"dateline\", error=\"invalid_token\""
            );
            assert!(!answer.body.contains("dl_"), "{}", answer.body);
        }
    }
    let mut twice = query("{ __typename }");
    twice.headers_mut().append("authorization", format!("Bearer {valid}").parse().unwrap());
    let answer = send(&api.router, twice, Some(&format!("Bearer {valid}")), HERE).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn closed_reading_takes_a_token_for_everything_that_reads() {
    let database = TestDatabase::new().await;
    let router = closed(&database);
    let introspection = "{ __schema { types { name } } }";
    let reads = || {
        [
            query("{ __typename }"),
            query(introspection),
            address("/export"),
            address("/schema.graphql"),
            address("/graphql?query={__typename}"),
        ]
    };
    for request in reads() {
        let answer = send(&router, request, None, HERE).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED".to_owned()));
        assert_eq!(answer.headers["www-authenticate"], "Bearer realm=\"dateline\"");
        assert!(!answer.body.contains("data\""), "{}", answer.body);
    }
    for role in ROLES {
        let token = made(&database, &role.word(), role, Expiry::Never).await;
        for request in reads() {
            let answer =
                send(&router, request, Some(&format!("Bearer {}", token.revealed())), ELSEWHERE).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        }
    }
    // What says nothing of any record stays as it is.
    for path in ["/healthz", "/graphiql/small"] {
        assert_eq!(send(&router, address(path), None, ELSEWHERE).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn files_come_from_editors_and_from_this_machine_while_reading_is_open() {
    for read_access in [ReadAccess::Open, ReadAccess::Token] {
        let database = TestDatabase::new().await;
        let service = Service::new((*database).clone(), Limits::DEFAULT, Origins::default());
        let router = router(service.with_read_access(read_access));
        for peer in [HERE, ELSEWHERE] {
            let is_let_in = read_access == ReadAccess::Open && peer == HERE;
            let expected = if is_let_in { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
            assert_eq!(send(&router, file(), None, peer).await.status, expected, "{read_access:?} {peer}");
        }
        for role in ROLES {
            let token = made(&database, &role.word(), role, Expiry::Never).await;
            for peer in [HERE, ELSEWHERE] {
                let answer = send(&router, file(), Some(&format!("Bearer {}", token.revealed())), peer).await;
                if role >= Role::Editor {
                    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
                } else {
                    assert_eq!(
                        (answer.status, answer.code()),
                        (StatusCode::FORBIDDEN, "FORBIDDEN".to_owned())
                    );
                    assert!(answer.body.contains("the role is editor or a higher one"), "{}", answer.body);
                }
            }
        }
    }
}

#[tokio::test]
async fn editors_see_the_statements_of_a_request_and_nobody_else_does() {
    let api = Api::demonstration().await;
    let asked = || {
        let mut request = query(
            "{ borderCrossing(slug: \"torkham\") { closures(first: 5) { nodes { event { title } } } } }",
        );
        request.headers_mut().insert("dateline-explain", "1".parse().unwrap());
        request
    };
    let nobody = send(&api.router, asked(), None, HERE).await;
    assert_eq!((nobody.status, nobody.code().as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
    for role in ROLES {
        let token = made(&api.database, &role.word(), role, Expiry::Never).await;
        let answer =
            send(&api.router, asked(), Some(&format!("Bearer {}", token.revealed())), ELSEWHERE).await;
        if role < Role::Editor {
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "FORBIDDEN"));
            continue;
        }
        let statements = answer.json()["extensions"]["explain"].as_array().unwrap().clone();
        // The crossing, its two closures, their two events.
        let rows: Vec<_> = statements.iter().map(|statement| statement["rows"].clone()).collect();
        assert_eq!(rows, [json!([1]), json!([2]), json!([2])]);
        for statement in statements {
            assert!(statement["statement"].as_str().unwrap().starts_with("SELECT "), "{statement}");
            assert!(statement["milliseconds"].as_f64().unwrap() > 0.0, "{statement}");
        }
    }
    let unasked = send(&api.router, query(VIEWER), None, HERE).await;
    assert_eq!(unasked.json()["extensions"], Value::Null);
}

#[tokio::test]
async fn only_the_hash_of_a_token_is_stored() {
    let database = TestDatabase::new().await;
    let token = made(&database, "me", Role::Admin, Expiry::Never).await;
    let rows: Vec<String> =
        sqlx::query_scalar("select to_jsonb(t)::text from token t").fetch_all(database.pool()).await.unwrap();
    let secret = &token.revealed()["dl_".len()..];
    assert_eq!(rows.len(), 1);
    assert!(!rows[0].contains(secret), "{rows:?}");
}

#[tokio::test]
async fn a_name_is_one_tokens_until_that_is_revoked() {
    let database = TestDatabase::new().await;
    let make = async |name: &str, expiry| {
        let text = TokenText::of_random(*uuid::Uuid::now_v7().into_bytes().repeat(2).first_chunk().unwrap());
        store::make(database.pool(), &text, name, Role::Reader, expiry).await
    };
    make("desk", Expiry::Never).await.unwrap();
    assert!(matches!(make("desk", Expiry::Never).await, Err(CannotMake::NameTaken)));
    assert!(store::revoke(database.pool(), "desk").await.unwrap());
    assert!(!store::revoke(database.pool(), "desk").await.unwrap());
    make("desk", Expiry::Never).await.unwrap();
    for name in ["", " desk", "a\nb", &"x".repeat(101)] {
        assert!(matches!(make(name, Expiry::Never).await, Err(CannotMake::Name)), "{name:?}");
    }
    let past = Expiry::At("2020-01-01T00:00:00Z".parse().unwrap());
    assert!(matches!(make("late", past).await, Err(CannotMake::Past)));
    let states: Vec<_> =
        store::list(database.pool()).await.unwrap().into_iter().map(|token| token.state).collect();
    assert_eq!(states, ["valid", "revoked"]);
}

#[tokio::test]
async fn a_database_that_fails_lets_nobody_in_and_says_nothing_of_it() {
    let api = Api::empty().await;
    let token = made(&api.database, "me", Role::Admin, Expiry::Never).await;
    api.database.pool().execute(AssertSqlSafe("alter table token rename to gone".to_owned())).await.unwrap();
    let answer = send(&api.router, query(VIEWER), Some(&format!("Bearer {}", token.revealed())), HERE).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL".to_owned()));
    assert!(!answer.body.contains("relation") && !answer.body.contains("dl_"), "{}", answer.body);
}
