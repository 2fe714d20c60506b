//! P3, P6, P7 and P9, by one client: pages far into a list, statistics against a plain `GROUP BY`, the
//! statements of a walk against its levels, and disagreements against events.

use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::Arguments;
use crate::base::DATABASE;
use crate::contest::Sample;
use crate::postgres::Postgres;
use crate::rival;
use crate::service::{Client, Served, body};
use crate::table::Table;

/// How often each question is asked, in turn with the one it is compared with.
const TIMES: usize = 300;
/// Records of a page (P3).
const PAGE: usize = 50;

/// A list that is long enough for 2,000 pages of it, shown as `list.graphql` shows its own.
const LONG_LIST: &str = "query($first: Int!, $after: String) {
  events(filter: { country: [\"XA\", \"XB\", \"XC\", \"XD\", \"XE\", \"XF\"] }, first: $first, after: $after) {
    nodes { id title kind extent { edtf } location { id name } participants(first: 5) { nodes { role actor { id name } } } }
  }
}";
const ITS_CURSORS: &str = "query($first: Int!, $after: String) {
  events(filter: { country: [\"XA\", \"XB\", \"XC\", \"XD\", \"XE\", \"XF\"] }, first: $first, after: $after) {
    pageInfo { endCursor hasNextPage }
  }
}";

/// Measures those that are asked for.
pub fn measure(
    arguments: &Arguments,
    postgres: &Postgres,
    served: &Served,
    table: &mut Table,
) -> anyhow::Result<()> {
    let mut client = served.client()?;
    if arguments.wants("P3") {
        far_pages(&mut client, table)?;
    }
    if arguments.wants("P6") {
        statistics(arguments, &mut client, postgres, table)?;
    }
    if arguments.wants("P7") {
        levels(&mut client, table)?;
    }
    if arguments.wants("P9") {
        disagreements(&mut client, postgres, table)?;
    }
    Ok(())
}

fn far_pages(client: &mut Client, table: &mut Table) -> anyhow::Result<()> {
    const MOST: usize = 500;
    let (mut before, mut after, mut left) = (0, Value::Null, true);
    while before < 1_999 * PAGE && left {
        let first = MOST.min(1_999 * PAGE - before);
        let info =
            &client.data(ITS_CURSORS, &json!({ "first": first, "after": after }))?["events"]["pageInfo"];
        (before, after, left) = (before + first, info["endCursor"].clone(), info["hasNextPage"] == true);
    }
    let number = before / PAGE + 1;
    let first = body(LONG_LIST, &json!({ "first": PAGE }));
    let far = body(LONG_LIST, &json!({ "first": PAGE, "after": after }));
    let (mut near, mut far) = in_turn(client, &first, &far)?;
    let (near, far) = (near.milliseconds(50), far.milliseconds(50));
    let ratio = far / near;
    table.add(
        "P3 far page",
        format!("{ratio:.2} of the first page's time: page {number} {far:.2} ms, page 1 {near:.2} ms"),
        "≤ 1.3",
        ratio <= 1.3,
    );
    Ok(())
}

fn statistics(
    arguments: &Arguments,
    client: &mut Client,
    postgres: &Postgres,
    table: &mut Table,
) -> anyhow::Result<()> {
    let places = [
        ("all", "", "", 0.1),
        ("one country", "filter: { country: [\"XA\"] }, ", include_str!("of_country.sql"), 1.0),
    ];
    for (name, filter, of_country, most) in places {
        let query = format!(
            "{{ eventStatistics({filter}groupBy: [MONTH, KIND]) {{ buckets {{ month kind events fatalitiesBest }} }} }}"
        );
        let grouped = format!(
            "select date_trunc('month', start_earliest at time zone 'UTC')::date as month, kind, count(*) as events, \
             sum(fatalities_best) as best from event {of_country} group by 1, 2"
        );
        let (buckets, rows) = (
            client.data(&query, &json!({}))?["eventStatistics"]["buckets"].clone(),
            counted(postgres, &grouped)?,
        );
        let sum = |name: &str| {
            buckets.as_array().map_or(0, |all| all.iter().filter_map(|one| one[name].as_i64()).sum())
        };
        let found =
            [i64::try_from(buckets.as_array().map_or(0, Vec::len))?, sum("events"), sum("fatalitiesBest")];
        ensure!(found == rows, "{query} has {found:?} buckets, events and deaths, the GROUP BY {rows:?}");
        let question = body(&query, &json!({}));
        let mut ours = Sample::default();
        for _ in 0..TIMES / 10 {
            ours.microseconds.push(timed(client, &question)?);
        }
        let mut theirs = rival::run(postgres, "grouped", &format!("{grouped};"), 1, arguments.seconds)?;
        let (ours, theirs) = (ours.milliseconds(50), theirs.milliseconds(50));
        let ratio = ours / theirs;
        table.add(
            &format!("P6 {name}"),
            format!("{ratio:.3} of the GROUP BY's time: {ours:.1} ms, {theirs:.1} ms, {} buckets", rows[0]),
            if most < 1.0 { "≤ 0.1" } else { "≤ 1" },
            ratio <= most,
        );
    }
    Ok(())
}

/// How many rows, events and deaths the groups have.
fn counted(postgres: &Postgres, grouped: &str) -> anyhow::Result<[i64; 3]> {
    let row = postgres.run(
        DATABASE,
        &format!("select count(*), sum(events), coalesce(sum(best), 0) from ({grouped}) grouped"),
    )?;
    let numbers: Vec<i64> = row.split('|').filter_map(|number| number.parse().ok()).collect();
    numbers.try_into().ok().with_context(|| format!("{row} is not three numbers"))
}

/// A walk with its number of levels, from lists of one record to lists of a hundred.
fn levels(client: &mut Client, table: &mut Table) -> anyhow::Result<()> {
    const LEVELS: u32 = 6;
    let mut found = Vec::new();
    for first in [1, 10, 100] {
        let query = format!(
            "{{ borderCrossing(slug: \"crossing-0\") {{ name closures(first: {first}) {{ nodes {{ direction event {{ title \
             participants(first: 3) {{ nodes {{ role actor {{ name }} }} }} reports(first: 3) {{ nodes {{ article {{ title \
             source {{ name }} }} }} }} }} }} }} }} }}"
        );
        found.push(client.ask(&body(&query, &json!({})))?);
    }
    table.add(
        "P7 statements",
        format!("{found:?} for {LEVELS} levels, with lists of 1, 10 and 100"),
        "equal",
        found.iter().all(|statements| *statements == LEVELS),
    );
    Ok(())
}

fn disagreements(client: &mut Client, postgres: &Postgres, table: &mut Table) -> anyhow::Result<()> {
    let claims = postgres.run(DATABASE, "select count(*) from claim")?;
    let ours =
        body("{ disagreements(first: 20) { nodes { agreement } pageInfo { endCursor } } }", &json!({}));
    let events = body("{ events(first: 20) { nodes { title } pageInfo { endCursor } } }", &json!({}));
    let (mut events, mut ours) = in_turn(client, &events, &ours)?;
    let (ours, events) = (ours.milliseconds(50), events.milliseconds(50));
    let ratio = ours / events;
    table.add(
        "P9 disagreements",
        format!("{ratio:.2} of the time of a page of events: {ours:.2} ms, {events:.2} ms, {claims} claims"),
        "≤ 3",
        ratio <= 3.0,
    );
    Ok(())
}

/// Asks two questions by turns.
fn in_turn(client: &mut Client, one: &[u8], other: &[u8]) -> anyhow::Result<(Sample, Sample)> {
    let (mut ones, mut others) = (Sample::default(), Sample::default());
    for turn in 0..TIMES + 20 {
        let took = (timed(client, one)?, timed(client, other)?);
        // The first are for caches and plans.
        if turn >= 20 {
            ones.microseconds.push(took.0);
            others.microseconds.push(took.1);
        }
    }
    Ok((ones, others))
}

fn timed(client: &mut Client, question: &[u8]) -> anyhow::Result<f64> {
    let asked = Instant::now();
    client.ask(question)?;
    Ok(asked.elapsed().as_secs_f64() * 1e6)
}
