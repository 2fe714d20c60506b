//! The served program, and a client that asks it over a connection that stays open.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::postgres::Postgres;
use crate::processor;

/// `dateline serve`, stopped when it is dropped.
pub struct Served {
    process: Child,
    address: SocketAddr,
}

impl Served {
    /// Serves a database as the program does by itself, on a port of its own.
    pub fn start(program: &Path, postgres: &Postgres, database: &str) -> anyhow::Result<Self> {
        let log = postgres.folder().join("serve.log");
        let mut process = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", &postgres.url(database)])
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| program.display().to_string())?;
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let said = std::fs::read_to_string(&log)?;
            let address = said.split("serving http://").nth(1).and_then(|rest| rest.split('/').next());
            if let Some(address) = address {
                return Ok(Self { process, address: address.parse()? });
            }
            if process.try_wait()?.is_some() || Instant::now() > deadline {
                process.kill().ok();
                bail!("the program does not serve: {said}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Seconds of processor time that it has taken.
    pub fn processor_seconds(&self) -> anyhow::Result<f64> {
        processor::of_process(self.process.id())
    }

    /// A client with a connection of its own.
    pub fn client(&self) -> anyhow::Result<Client> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        Ok(Client { stream: BufReader::with_capacity(64 << 10, stream), answer: Vec::new() })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// A client that sends a question when the one before is answered.
pub struct Client {
    stream: BufReader<TcpStream>,
    answer: Vec<u8>,
}

impl Client {
    /// Asks, and reads the whole answer; how many statements answered.
    pub fn ask(&mut self, body: &[u8]) -> anyhow::Result<u32> {
        let mut request = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request)?;
        let (mut line, mut length, mut statements) = (String::new(), None, 0);
        self.stream.read_line(&mut line)?;
        ensure!(line.starts_with("HTTP/1.1 200"), "{line}");
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            match name {
                "content-length" => length = value.parse::<usize>().ok(),
                "server-timing" => statements = counted(value).unwrap_or(0),
                _ => {}
            }
        }
        self.answer.resize(length.context("an answer says its length")?, 0);
        self.stream.read_exact(&mut self.answer)?;
        Ok(statements)
    }

    /// Asks for a document with variables; the data.
    pub fn data(&mut self, query: &str, variables: &Value) -> anyhow::Result<Value> {
        self.ask(&body(query, variables))?;
        let answer: Value = serde_json::from_slice(&self.answer)?;
        ensure!(answer.get("errors").is_none(), "{query} {variables}: {answer}");
        Ok(answer["data"].clone())
    }

    /// The body of the last answer.
    pub fn answer(&self) -> &[u8] {
        &self.answer
    }
}

/// The body of a request.
pub fn body(query: &str, variables: &Value) -> Vec<u8> {
    json!({ "query": query, "variables": variables }).to_string().into_bytes()
}

/// The number of statements in the header `server-timing`.
fn counted(timing: &str) -> Option<u32> {
    timing.split("sql;desc=\"").nth(1)?.split(' ').next()?.parse().ok()
}
