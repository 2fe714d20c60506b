//! P1 and P2, the throughput of reading: clients of the served program against clients of `pgbench`,
//! who ask for the same JSON by one hand-written statement.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;
use fastrand::Rng;
use serde_json::{Value, json};

use crate::Arguments;
use crate::base::DATABASE;
use crate::postgres::Postgres;
use crate::rival;
use crate::service::{Served, body};
use crate::table::Table;

/// How often each side has its turn; they take turns, since machines are shared.
const ROUNDS: u64 = 4;
/// The least share of the rival's throughput.
const LEAST: f64 = 0.6;

/// Questions to the program and to Postgres by itself that have the same answer.
pub struct Contest {
    /// The measure.
    pub name: &'static str,
    /// The document.
    pub query: &'static str,
    /// Its variables, with random values.
    pub variables: fn(&mut Rng) -> Value,
    /// The statement, with the names of variables after colons.
    pub sql: &'static str,
    /// Lines of `pgbench` that set these variables to such random values.
    pub random: &'static str,
}

const WALK: Contest = Contest {
    name: "P1 walk",
    query: include_str!("walk.graphql"),
    variables: |rng| json!({ "slug": format!("crossing-{}", rng.u32(0..300)) }),
    sql: include_str!("walk.sql"),
    random: "\\set crossing random(0, 299)\n",
};

const LIST: Contest = Contest {
    name: "P2 list",
    query: include_str!("list.graphql"),
    variables: |rng| {
        let (kind, country) = (rng.usize(0..KINDS.len()), rng.usize(0..COUNTRIES.len()));
        let year = rng.u32(2010..2025);
        json!({
            "kind": KINDS[kind], "country": COUNTRIES[country],
            "from": format!("{year}-01-01"), "to": format!("{}-01-01", year + 2)
        })
    },
    sql: include_str!("list.sql"),
    random: "\\set kind random(1, 8)\n\\set country random(1, 6)\n\\set year random(2010, 2024)\n",
};

/// The kinds and countries with the most events, as `list.sql` names them.
const KINDS: [&str; 8] = [
    "ARMED_CLASH",
    "ATTACK",
    "SHELLING",
    "AIRSTRIKE",
    "DEMONSTRATION",
    "ATTACK_ON_CIVILIANS",
    "BOMBING",
    "RIOT",
];
const COUNTRIES: [&str; 6] = ["XA", "XB", "XC", "XD", "XE", "XF"];

/// How long each question took that was asked.
#[derive(Default)]
pub struct Sample {
    /// From the first question to the last answer.
    pub seconds: f64,
    /// For each.
    pub microseconds: Vec<f64>,
    /// Seconds of processor time that Postgres took for all of them.
    pub postgres: f64,
    /// Those that the program took.
    pub program: f64,
}

impl Sample {
    fn add(&mut self, other: Self) {
        self.seconds += other.seconds;
        self.microseconds.extend(other.microseconds);
        self.postgres += other.postgres;
        self.program += other.program;
    }

    /// Milliseconds of processor time for each question.
    fn each(&self, seconds: f64) -> f64 {
        seconds * 1e3 / number(self.microseconds.len())
    }

    fn throughput(&self) -> f64 {
        number(self.microseconds.len()) / self.seconds
    }

    /// Milliseconds that so many in a hundred of the questions took at most.
    pub fn milliseconds(&mut self, hundredths: usize) -> f64 {
        self.microseconds.sort_unstable_by(f64::total_cmp);
        let place = self.microseconds.len() * hundredths / 100;
        self.microseconds.get(place).map_or(0.0, |took| took / 1e3)
    }
}

/// Measures the throughputs that are asked for.
pub fn measure(
    arguments: &Arguments,
    postgres: &Postgres,
    served: &Served,
    table: &mut Table,
) -> anyhow::Result<()> {
    for contest in [WALK, LIST] {
        if arguments.wants(&contest.name[..2]) {
            hold(&contest, arguments, postgres, served, table)?;
        }
    }
    Ok(())
}

fn hold(
    contest: &Contest,
    arguments: &Arguments,
    postgres: &Postgres,
    served: &Served,
    table: &mut Table,
) -> anyhow::Result<()> {
    let bytes = same_answers(contest, postgres, served)?;
    let script = format!("{}{}", contest.random, contest.sql);
    let (mut ours, mut theirs) = (Sample::default(), Sample::default());
    for round in 0..=ROUNDS {
        let taken = || Ok::<_, anyhow::Error>((postgres.processor_seconds()?, served.processor_seconds()?));
        let before = taken()?;
        let mut us = asked(contest, served, arguments.clients, arguments.seconds, round)?;
        let between = taken()?;
        let mut them = rival::run(postgres, "contest", &script, arguments.clients, arguments.seconds)?;
        let after = taken()?;
        us.postgres = between.0 - before.0;
        us.program = between.1 - before.1;
        them.postgres = after.0 - between.0;
        // The first round is for caches and plans.
        if round > 0 {
            ours.add(us);
            theirs.add(them);
        }
    }
    let ratio = ours.throughput() / theirs.throughput();
    table.add(
        contest.name,
        format!(
            "{ratio:.2} of the statement's throughput: {:.0}/s and {:.0}/s with {} clients, {bytes:.1} kB; \
             p50 {:.1} and {:.1} ms, p99 {:.1} and {:.1} ms; processor time of an answer {:.2} ms \
             ({:.2} of them Postgres) and {:.2} ms",
            ours.throughput(),
            theirs.throughput(),
            arguments.clients,
            ours.milliseconds(50),
            theirs.milliseconds(50),
            ours.milliseconds(99),
            theirs.milliseconds(99),
            ours.each(ours.postgres + ours.program),
            ours.each(ours.postgres),
            theirs.each(theirs.postgres),
        ),
        "≥ 0.6",
        ratio >= LEAST,
    );
    Ok(())
}

/// Asks the program with so many clients, for so many seconds.
fn asked(
    contest: &Contest,
    served: &Served,
    clients: usize,
    seconds: u64,
    round: u64,
) -> anyhow::Result<Sample> {
    let began = Instant::now();
    let end = began + Duration::from_secs(seconds);
    let client = |number: usize| -> anyhow::Result<Vec<f64>> {
        let (mut client, mut took) = (served.client()?, Vec::new());
        let mut rng = Rng::with_seed(round * 1_000 + number as u64);
        while Instant::now() < end {
            let question = body(contest.query, &(contest.variables)(&mut rng));
            let asked = Instant::now();
            client.ask(&question)?;
            took.push(asked.elapsed().as_secs_f64() * 1e6);
        }
        Ok(took)
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..clients).map(|number| scope.spawn(move || client(number))).collect();
        let mut sample = Sample::default();
        for client in clients {
            let took = client.join().map_err(|_| anyhow::anyhow!("a client panicked"))?;
            sample.microseconds.extend(took?);
        }
        sample.seconds = began.elapsed().as_secs_f64();
        Ok(sample)
    })
}

/// That both sides answer a few questions alike; how many kilobytes an answer has on average.
fn same_answers(contest: &Contest, postgres: &Postgres, served: &Served) -> anyhow::Result<f64> {
    const QUESTIONS: u32 = 40;
    let (mut client, mut rng, mut bytes) = (served.client()?, Rng::with_seed(1), 0);
    for _ in 0..QUESTIONS {
        let variables = (contest.variables)(&mut rng);
        let ours = client.data(contest.query, &variables)?;
        bytes += client.answer().len();
        let theirs = postgres.run(DATABASE, &with_values(contest, &variables))?;
        let theirs: Value = serde_json::from_str(&theirs)?;
        ensure!(ours == theirs["data"], "{variables}: the program says {ours}, the statement {theirs}");
    }
    Ok(number(bytes) / f64::from(QUESTIONS) / 1e3)
}

/// A count as a number to divide.
fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// The statement with the values of variables in the places of their names.
fn with_values(contest: &Contest, variables: &Value) -> String {
    let text = |name: &str| variables[name].as_str().unwrap_or_default();
    let place =
        |list: &[&str], name| list.iter().position(|word| *word == text(name)).map_or(0, |place| place + 1);
    let values = [
        (":crossing", text("slug").replace("crossing-", "")),
        (":kind", place(&KINDS, "kind").to_string()),
        (":country", place(&COUNTRIES, "country").to_string()),
        (":year", text("from").chars().take(4).collect()),
    ];
    let mut sql = contest.sql.trim_end().trim_end_matches(';').to_owned();
    for (name, value) in values {
        sql = sql.replace(name, &value);
    }
    sql
}
