//! Traces, as a collector takes them.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::cli::{Served, dateline, request, run, said};
use crate::support::TestDatabase;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACE_BYTES: [u8; 16] = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes();
const SECRET: &str = "rather-secret";

/// A collector that takes everything: the first line of each request and its body.
fn collector() -> (String, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (send, taken) = mpsc::channel();
    thread::spawn(move || {
        while let Ok((mut connection, _)) = listener.accept() {
            let send = send.clone();
            thread::spawn(move || {
                let (mut bytes, mut chunk) = (Vec::new(), [0; 4_096]);
                while let Ok(length @ 1..) = connection.read(&mut chunk) {
                    bytes.extend_from_slice(&chunk[..length]);
                    while let Some((line, body, rest)) = whole(&bytes) {
                        bytes = rest;
                        send.send((line, body)).ok();
                        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
                    }
                }
            });
        }
    });
    (address, taken)
}

/// A request that is there as a whole, and what comes after it.
fn whole(bytes: &[u8]) -> Option<(String, Vec<u8>, Vec<u8>)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length: usize = head.split_once("content-length: ")?.1.lines().next()?.parse().ok()?;
    let body = bytes.get(end + 4..end + 4 + length)?.to_vec();
    Some((head.lines().next()?.to_owned(), body, bytes[end + 4 + length..].to_vec()))
}

fn holds(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|found| found == part)
}

#[tokio::test]
async fn a_request_is_a_trace_with_its_statements_and_without_what_it_asked() {
    let database = TestDatabase::new().await;
    let (address, taken) = collector();
    let mut command = dateline(Path::new("/nonexistent"));
    command.arg("serve").env("DATABASE_URL", database.url()).env("RUST_LOG", "info");
    command
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{address}"))
        .env("OTEL_BSP_SCHEDULE_DELAY", "50");
    let mut served = Served::start(&mut command);
    let body =
        serde_json::json!({ "query": format!("{{ event(slug: \"{SECRET}\") {{ id }} }}") }).to_string();
    let head = format!("POST /graphql HTTP/1.1\r\ntraceparent: 00-{TRACE}-00f067aa0ba902b7-01\r\nx-rest:");
    let (status, answer) = request(&served.address, &head, &body);
    assert_eq!((status.as_str(), answer.as_str()), ("HTTP/1.1 200 OK", r#"{"data":{"event":null}}"#));
    assert!(served.signal("-TERM").success());
    let (mut lines, mut spans) = (Vec::new(), Vec::new());
    while let Ok((line, body)) = taken.recv_timeout(Duration::from_secs(5)) {
        lines.push(line);
        spans.extend(body);
        if holds(&spans, b"POST /graphql") {
            break;
        }
    }
    assert!(lines.iter().all(|line| line == "post /v1/traces http/1.1"), "{lines:?}");
    for part in ["dateline", "POST /graphql", "statement", "postgresql", "http.response.status_code"] {
        assert!(holds(&spans, part.as_bytes()), "{part}");
    }
    assert!(holds(&spans, &TRACE_BYTES), "it does not continue the trace that it is part of");
    assert!(!holds(&spans, SECRET.as_bytes()), "it shows what was asked");
}

#[test]
fn a_collector_that_cannot_be_reached_by_its_address_is_named_at_once() {
    let mut command = dateline(Path::new("/nonexistent"));
    let output =
        run(command.arg("schema").env("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example:4318"));
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("OTEL_EXPORTER_OTLP_ENDPOINT has to begin with http://"),
        "{}",
        said(&output)
    );
    for off in [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")] {
        let mut command = dateline(Path::new("/nonexistent"));
        command
            .arg("schema")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example:4318")
            .env(off.0, off.1);
        assert!(run(&mut command).status.success(), "{off:?}");
    }
}
