//! The feed live, as server-sent events and over WebSockets.

use dateline::access::store;
use dateline::access::vocabulary::ReadAccess;
use dateline::http::{FollowerLimits, Origins};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;

use super::served::Served;
use crate::support::{import_all, write};

const CHANGED: &str =
    "subscription { changed { cursor operation recordType version record { ... on Event { title } } } }";

async fn event(served: &Served, title: &str) {
    let sql = format!("insert into event (id, title, kind) values (gen_random_uuid(), '{title}', 'OTHER')");
    write(&served.database, &sql).await;
}

#[tokio::test]
async fn what_is_committed_comes_as_events_and_goes_on_from_a_cursor() {
    let served = Served::new().await;
    event(&served, "before").await;
    let mut events = served.events(CHANGED, "text/event-stream").await;
    assert!(events.head.contains("200 OK") && events.head.contains("text/event-stream"), "{}", events.head);
    // The subscription begins some time after its head is there.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    event(&served, "one").await;
    event(&served, "two").await;
    let mut next = events.next().await.unwrap();
    // What is committed a moment before may come, too.
    if next.1["data"]["changed"]["record"]["title"] == "before" {
        next = events.next().await.unwrap();
    }
    let (kind, first) = next;
    let change = &first["data"]["changed"];
    assert_eq!(
        (kind.as_str(), &change["operation"], &change["record"]["title"]),
        ("next", &json!("CREATE"), &json!("one"))
    );
    assert_eq!(events.next().await.unwrap().1["data"]["changed"]["record"]["title"], "two");
    drop(events);
    event(&served, "three").await;
    let again = CHANGED.replace("changed {", &format!("changed(after: {}) {{", change["cursor"]));
    let mut events = served.events(&again, "text/event-stream").await;
    for title in ["two", "three"] {
        assert_eq!(events.next().await.unwrap().1["data"]["changed"]["record"]["title"], title);
    }
}

#[tokio::test]
async fn a_query_is_one_event_and_what_is_wrong_is_one_too() {
    let served = Served::new().await;
    for (query, expected) in [
        ("{ __typename }", json!({ "data": { "__typename": "Query" } })),
        ("subscription { changed { nothing } }", Value::Null),
        ("subscription { changed(after: \"x\") { version } }", Value::Null),
        ("subscription { a: changed { version } b: changed { version } }", Value::Null),
        ("subscription {", Value::Null),
    ] {
        let mut events = served.events(query, "text/event-stream").await;
        let (kind, answer) = events.next().await.unwrap();
        assert_eq!(kind, "next");
        match expected {
            Value::Null => {
                assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{query}: {answer}");
            }
            expected => assert_eq!(answer, expected),
        }
        assert_eq!(events.next().await.unwrap().0, "complete", "{query}");
        assert_eq!(events.next().await, None);
    }
    // Who takes JSON as well gets a query as JSON, and only what goes on as events.
    let both = "application/json, text/event-stream";
    assert!(served.events("{ __typename }", both).await.head.contains("application/json"));
    assert!(served.events(CHANGED, both).await.head.contains("text/event-stream"));
    assert!(served.events(CHANGED, "application/json").await.head.contains("406"));
}

#[tokio::test]
async fn several_operations_go_over_one_socket() {
    let served = Served::new().await;
    let mut socket = served.begun().await;
    socket.subscribe("events", "subscription { changed(filter: {recordType: [\"Event\"]}) { record { ... on Event { title } } } }").await;
    socket.subscribe("sources", "subscription { changed(filter: {recordType: [\"Source\"], operation: [DELETE]}) { recordType } }").await;
    socket.subscribe("query", "{ __typename }").await;
    assert_eq!(
        socket.next().await.unwrap(),
        json!({ "id": "query", "type": "next", "payload": { "data": { "__typename": "Query" } } })
    );
    assert_eq!(socket.next().await.unwrap(), json!({ "id": "query", "type": "complete" }));
    socket.send(&json!({ "type": "ping", "payload": { "a": 1 } })).await;
    assert_eq!(socket.next().await.unwrap(), json!({ "type": "pong", "payload": { "a": 1 } }));
    assert!(socket.is_silent().await);
    event(&served, "one").await;
    let one = json!({ "id": "events", "type": "next", "payload": { "data": { "changed": { "record": { "title": "one" } } } } });
    assert_eq!(socket.next().await.unwrap(), one);
    socket.send(&json!({ "id": "events", "type": "complete" })).await;
    socket.subscribe("wrong", "subscription { nothing }").await;
    let wrong = socket.next().await.unwrap();
    assert_eq!((&wrong["id"], &wrong["type"]), (&json!("wrong"), &json!("error")), "{wrong}");
    event(&served, "two").await;
    assert!(socket.is_silent().await, "what was completed is over, and after an error nothing comes");
    // The id is free again.
    socket.subscribe("events", CHANGED).await;
    socket.send(&json!({ "type": "ping" })).await;
    assert_eq!(socket.next().await.unwrap(), json!({ "type": "pong" }));
}

#[tokio::test]
async fn a_socket_is_closed_with_the_code_that_says_why() {
    let served = Served::new().await;
    let init = r#"{"type":"connection_init"}"#;
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": CHANGED } }).to_string();
    for (sent, code, reason) in [
        (vec!["{"], 4400, "Invalid message"),
        (vec![r#"{"type":"start"}"#], 4400, "Invalid message"),
        (vec![init, r#"{"type":"subscribe","id":"1"}"#], 4400, "Invalid message"),
        (vec![subscribe.as_str()], 4401, "Unauthorized"),
        (
            vec![r#"{"type":"connection_init","payload":{"authorization":"Bearer x"}}"#],
            4403,
            "Forbidden: The header",
        ),
        (vec![], 4408, "Connection initialisation timeout"),
        (vec![init, &subscribe, &subscribe], 4409, "Subscriber for 1 already exists"),
        (vec![init, init], 4429, "Too many initialisation requests"),
    ] {
        let mut socket = served.open(&[]).await.unwrap();
        for text in &sent {
            socket.send_text(text).await;
        }
        let closed = loop {
            match socket.next().await {
                Ok(message) => assert_eq!(message["type"], "connection_ack"),
                Err(closed) => break closed,
            }
        };
        assert!(closed.0 == code && closed.1.starts_with(reason), "{sent:?}: {closed:?}");
    }
    let mut socket = served.open(&[]).await.unwrap();
    socket.send_bytes().await;
    assert_eq!(socket.next().await.unwrap_err().0, 4400);
    let mut socket = served.open(&[("sec-websocket-protocol", "")]).await.unwrap();
    assert_eq!(socket.next().await.unwrap_err().0, 4406);
}

#[tokio::test]
async fn pages_of_other_origins_open_no_socket_unless_they_were_named() {
    let status = |opened: Result<_, Error>| match opened {
        Ok(_) => 101,
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(error) => panic!("{error}"),
    };
    let served =
        Served::with(|service| service, Origins::new(vec!["https://map.example".parse().unwrap()])).await;
    let own = format!("http://{}", served.address);
    for (origin, expected) in
        [(own.as_str(), 101), ("https://map.example", 101), ("https://evil.example", 403), ("null", 403)]
    {
        assert_eq!(status(served.open(&[("origin", origin)]).await), expected, "{origin}");
    }
    let navigated = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
    ];
    assert_eq!(status(served.open(&navigated).await), 403);
    assert_eq!(status(served.open(&[("authorization", "Bearer x")]).await), 401);
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_no_more() {
    let limits = FollowerLimits { max_subscribers: 10, max_subscribers_per_address: 2 };
    let served = Served::with(|service| service.with_followers(limits), Origins::default()).await;
    let first = served.begun().await;
    let _second = served.events(CHANGED, "text/event-stream").await;
    let Err(Error::Http(refused)) = served.open(&[]).await else { panic!("a third is refused") };
    assert_eq!(refused.status(), 429);
    assert!(served.events(CHANGED, "text/event-stream").await.head.contains("429"));
    drop(first);
    for _ in 0..100 {
        if served.open(&[]).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the place came free");
}

#[tokio::test]
async fn a_closed_dataset_is_not_in_the_feed_of_anonymous_readers() {
    let served = Served::new().await;
    let bearer = served.bearer("a reader").await;
    let query = "subscription { changed(filter: {recordType: [\"Source\"]}) { recordType recordId } }";
    let (mut anybody, mut reader) =
        (served.begun().await, served.begun_with(json!({ "authorization": bearer })).await);
    for socket in [&mut anybody, &mut reader] {
        socket.subscribe("1", query).await;
        assert!(socket.is_silent().await);
    }
    import_all(
        &served.database,
        r#"{"type":"dataset","slug":"closed","title":"Closed","redistribution":"TOKEN_ONLY"}
           {"type":"source","dataset":"closed","externalId":"s","name":"Secret","kind":"NEWSPAPER"}"#,
    )
    .await;
    import_all(&served.database, r#"{"type":"source","slug":"open","name":"Open","kind":"NEWSPAPER"}"#).await;
    let sources: Vec<(String, String)> =
        sqlx::query_as("select id::text, name from source").fetch_all(served.database.pool()).await.unwrap();
    let closed = &sources.iter().find(|source| source.1 == "Secret").unwrap().0;
    let open = &sources.iter().find(|source| source.1 == "Open").unwrap().0;
    let first = anybody.changed().await;
    assert_eq!(
        first,
        json!({ "recordType": "Source", "recordId": open }),
        "of the closed dataset nothing comes"
    );
    let mut seen = Vec::new();
    while !seen.contains(open) {
        seen.push(reader.changed().await["recordId"].as_str().unwrap().to_owned());
    }
    assert!(seen.contains(closed));
}

#[tokio::test]
async fn who_reads_by_a_token_reads_no_longer_than_it_is_valid() {
    let served =
        Served::with(|service| service.with_read_access(ReadAccess::Token), Origins::default()).await;
    let mut nobody = served.open(&[]).await.unwrap();
    nobody.send(&json!({ "type": "connection_init" })).await;
    assert_eq!(nobody.next().await.unwrap_err().0, 4403);
    let bearer = served.bearer("a reader").await;
    let mut socket = served.open(&[("authorization", &bearer)]).await.unwrap();
    socket.send(&json!({ "type": "connection_init" })).await;
    assert_eq!(socket.next().await.unwrap()["type"], "connection_ack");
    store::revoke(served.database.pool(), "a reader").await.unwrap();
    socket.subscribe("1", CHANGED).await;
    let answer = socket.next().await.unwrap();
    assert_eq!(
        (&answer["type"], &answer["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("UNAUTHENTICATED"))
    );
}

#[tokio::test]
async fn followers_are_told_when_the_server_stops() {
    let mut served = Served::new().await;
    let mut socket = served.begun().await;
    socket.subscribe("1", CHANGED).await;
    let mut events = served.events(CHANGED, "text/event-stream").await;
    served.stop().await;
    assert_eq!(socket.next().await.unwrap_err().0, 1001);
    assert_eq!(events.next().await, None, "without `complete`: the client is to come again");
}

#[tokio::test]
async fn who_takes_their_leave_is_answered() {
    let served = Served::new().await;
    let mut socket = served.begun().await;
    socket.subscribe("1", CHANGED).await;
    socket.close().await;
    assert_eq!(socket.next().await.unwrap_err().0, 1000);
}
