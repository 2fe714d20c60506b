//! `dateline status`: whether crossings are open, at a terminal.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use async_graphql::{Request, Variables};
use clap::Args;
use sea_orm::{ActiveEnum, Iterable};
use serde_json::{Value, json};

use super::output::print;
use super::storage::{Storage, StorageArguments};
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::db::{Columns, Database};
use crate::graphql::scalar::{DateOrDateTime, DateTime};
use crate::graphql::{Limits, schema};
use crate::read::{Batches, loader, run};

/// Say whether crossings are open, and who says so
///
/// The answer is that of the API's field `status`: by the closures and claims that are on record,
/// and how sure they leave it. CERTAIN speaks of the records, not of the truth; STALE means that
/// nobody has spoken of it within the horizon, `NO_DATA` that there is nothing to go by.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  dateline status                                     every crossing, now
  dateline status torkham --traffic cargo             one crossing, and what its status rests on
  dateline status torkham --at 2025-10-29T12:00:00Z   at a moment
  dateline status --at 2025-10-29 --json              for programs: an array with an object a crossing")]
pub(super) struct Status {
    /// The crossing, by its slug; every crossing when left out
    crossing: Option<String>,
    /// The moment; now when left out
    ///
    /// A date and time with an offset, as in 2025-10-29T12:00:00+05:00, or a date, which stands for its
    /// first moment in UTC.
    #[arg(long, value_name = "TIME", value_parser = |text: &str| text.parse::<DateOrDateTime>())]
    at: Option<DateOrDateTime>,
    /// For which traffic; all when left out
    ///
    /// PEDESTRIAN, which covers MEDICAL, RETURNEES and DIPLOMATIC; PASSENGER; CARGO, which covers
    /// `TRANSIT_TRADE` and HUMANITARIAN. All is PEDESTRIAN, PASSENGER and CARGO together.
    #[arg(long, value_name = "CLASS", value_parser = vocabulary_word::<TrafficClass>)]
    traffic: Option<TrafficClass>,
    /// Which way, from one side of a crossing to the other: `A_TO_B`, `B_TO_A` or `BOTH`
    #[arg(long, value_name = "WAY", default_value = "BOTH", value_parser = vocabulary_word::<Direction>)]
    direction: Direction,
    /// How many days after the latest evidence an answer is STALE
    #[arg(long, value_name = "DAYS", default_value_t = crate::status::question::DEFAULT_HORIZON_DAYS)]
    horizon_days: i32,
    /// Print JSON, with the fields of the API
    #[arg(long)]
    json: bool,
}

/// What is asked of the API, a page at a time.
const QUESTION: &str = "query ($slug: [String!], $after: String, $at: DateTime, $traffic: TrafficClass,
    $direction: Direction, $horizonDays: Int) {
  borderCrossings(filter: {slug: $slug}, first: 500, after: $after) {
    nodes {
      slug name
      status(at: $at, traffic: $traffic, direction: $direction, horizonDays: $horizonDays) {
        at status certainty origins lastEvidence
        closures { effect event { title } extent { text start { earliest latest } } }
        support { speaker { name } source { name } }
        dissent { value { code: display } speaker { name } source { name } }
        byTraffic { traffic direction status certainty }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}";

/// A word of a vocabulary, in whatever case.
fn vocabulary_word<W: ActiveEnum<Value = String> + Iterable>(text: &str) -> Result<W, String> {
    W::try_from_value(&text.to_uppercase()).map_err(|_| {
        let words: Vec<String> = W::iter().map(|word| word.to_value()).collect();
        format!("it is none of {}", words.join(", "))
    })
}

impl Status {
    pub async fn run(self, arguments: &StorageArguments) -> anyhow::Result<ExitCode> {
        let crossings = Storage::within(arguments, async |storage, database| {
            storage.migrate(storage.is_embedded()).await?;
            self.crossings(database).await
        })
        .await?;
        if let (Some(slug), []) = (&self.crossing, crossings.as_slice()) {
            bail!("no crossing has the slug \"{slug}\"; `dateline status` lists all there are");
        }
        print(&if self.json {
            format!("{}\n", serde_json::to_string_pretty(&crossings)?)
        } else {
            self.report(&crossings)
        })?;
        Ok(ExitCode::SUCCESS)
    }

    /// The crossings as the API answers them.
    async fn crossings(&self, database: &Database) -> anyhow::Result<Vec<Value>> {
        let (mut crossings, mut after) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({
                "slug": self.crossing.as_ref().map(|slug| [slug]),
                "after": after,
                "at": self.at.map(|at| async_graphql::ScalarType::to_value(&DateTime(at.0))),
                "traffic": self.traffic.map(TrafficClass::word),
                "direction": self.direction.word(),
                "horizonDays": self.horizon_days,
            });
            let mut page = ask(database, variables).await?["borderCrossings"].take();
            if let Value::Array(nodes) = page["nodes"].take() {
                crossings.extend(nodes);
            }
            if page["pageInfo"]["hasNextPage"] != true {
                return Ok(crossings);
            }
            after = page["pageInfo"]["endCursor"].take();
        }
    }

    /// What the user reads: a table, and of one crossing what its status rests on.
    fn report(&self, crossings: &[Value]) -> String {
        let Some(first) = crossings.first() else { return "There are no crossings yet.\n".to_owned() };
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_table(&mut text, first, crossings);
        if self.crossing.is_some() {
            let _ = write_grounds(&mut text, &first["status"]);
        }
        text
    }

    fn write_table(&self, text: &mut String, first: &Value, crossings: &[Value]) -> std::fmt::Result {
        let traffic = self.traffic.map_or_else(|| "all traffic".to_owned(), TrafficClass::word);
        let direction = self.direction.word();
        writeln!(text, "{}, {traffic}, {direction}:\n", word(&first["status"]["at"]))?;
        let header = ["crossing", "status", "certainty", "origins", "last evidence"].map(str::to_owned);
        let rows = crossings.iter().map(|crossing| {
            let status = &crossing["status"];
            let slug = crossing["slug"].as_str().unwrap_or_else(|| word(&crossing["name"]));
            [
                slug.to_owned(),
                word(&status["status"]).to_owned(),
                word(&status["certainty"]).to_owned(),
                status["origins"].to_string(),
                status["lastEvidence"].as_str().unwrap_or("none").to_owned(),
            ]
        });
        let rows: Vec<_> = std::iter::once(header).chain(rows).collect();
        let widths: [usize; 5] = std::array::from_fn(|column| {
            rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
        });
        for row in &rows {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            writeln!(text, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }
}

fn write_grounds(text: &mut String, status: &Value) -> std::fmt::Result {
    let all = |field: &'static str| status[field].as_array().into_iter().flatten();
    let mut section = |title: &str, lines: Vec<String>| {
        if lines.is_empty() {
            return Ok(());
        }
        writeln!(text, "\n{title}")?;
        lines.iter().try_for_each(|line| writeln!(text, "  {line}"))
    };
    let closures = all("closures").map(|closure| {
        let start = &closure["extent"]["start"];
        let began = match (start["earliest"].as_str(), start["latest"].as_str()) {
            (Some(earliest), Some(latest)) if earliest == latest => format!("from {latest}"),
            (Some(earliest), Some(latest)) => format!("began between {earliest} and {latest}"),
            (Some(earliest), None) => format!("began {earliest} or later"),
            (None, Some(latest)) => format!("began before {latest}"),
            (None, None) => "nobody says when it began".to_owned(),
        };
        format!("{} {} ({began})", word(&closure["effect"]), word(&closure["event"]["title"]))
    });
    section("Decided by", closures.collect())?;
    let supporting = all("support").map(|claim| said_by(claim).to_owned());
    section("The same is said by", supporting.collect())?;
    let dissenting =
        all("dissent").map(|claim| format!("{}: {}", said_by(claim), word(&claim["value"]["code"])));
    section("Otherwise", dissenting.collect())?;
    // A direction alone says nothing where both are the same.
    let mut cells: Vec<String> = Vec::new();
    for cell in all("byTraffic") {
        let line = format!(
            "{:<14} {:<10} {}",
            word(&cell["traffic"]),
            word(&cell["status"]),
            word(&cell["certainty"])
        );
        if cells.last() != Some(&line) {
            cells.push(line);
        }
    }
    section("By traffic", cells)
}

/// The speaker, else the source in its own voice.
fn said_by(claim: &Value) -> &str {
    claim["speaker"]["name"].as_str().unwrap_or_else(|| word(&claim["source"]["name"]))
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Asks the API's own schema, as the server would.
async fn ask(database: &Database, variables: Value) -> anyhow::Result<Value> {
    let (reading, batches) = (database.reading(Columns::ALL), Batches::default());
    let request = Request::new(QUESTION)
        .variables(Variables::from_json(variables))
        .data(loader(reading.clone(), batches.clone()));
    let api = schema(Limits::DEFAULT);
    let answer = run(api.execute(request), batches, || reading.next_level()).await;
    if let Some(error) = answer.errors.first() {
        bail!("{}", error.message);
    }
    answer.data.into_json().context("the answer is no JSON")
}
