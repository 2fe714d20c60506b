//! Statistics: sums are what the events make them, and both ways of counting agree.

mod answers;
pub mod sums;

pub use sums::assert_in_step;

use crate::support::{Api, Dice, write};

/// Countries, divisions, a border with a crossing, a place in two steps, one in none, and two datasets.
const PLACES: &str = "
    insert into dataset (id, slug, title) select id_of('d' || n), 'd' || n, 'D' from generate_series(0, 1) n;
    insert into location (id, slug, name, kind, country) values
      (id_of('pk'), 'pk', 'A', 'COUNTRY', 'PK'), (id_of('af'), 'af', 'B', 'COUNTRY', 'AF'),
      (id_of('tr'), 'tr', 'C', 'COUNTRY', 'TR'), (id_of('sea'), 'sea', 'D', 'WATER', null),
      (id_of('islet'), 'islet', 'E', 'CITY', 'TR');
    insert into location (id, slug, name, kind, parent_id) values
      (id_of('kp'), 'kp', 'F', 'ADMIN1', id_of('pk')), (id_of('city'), 'city', 'G', 'CITY', id_of('kp'));
    insert into location (id, slug, name, kind, between_a_id, between_b_id) values
      (id_of('border'), 'border', 'H', 'BORDER', id_of('pk'), id_of('af'));
    insert into location (id, slug, name, kind, parent_id) values
      (id_of('gate'), 'gate', 'I', 'BORDER_CROSSING', id_of('border'))";

/// A base with these places, and an `id_of` that gives their ids.
async fn world() -> Api {
    let api = Api::empty().await;
    let id_of = "create function id_of(word text) returns uuid language sql immutable \
                 as $$ select uuid_generate_v5(uuid_ns_oid(), word) $$";
    sqlx::query(id_of).execute(api.database.pool()).await.unwrap();
    write(&api.database, PLACES).await;
    api
}

/// One of some words.
fn one_of<'a>(dice: &mut Dice, words: &[&'a str]) -> &'a str {
    words[usize::try_from(dice.below(words.len() as u64)).unwrap()]
}

/// A place, or none.
fn place(dice: &mut Dice) -> String {
    match one_of(dice, &["pk", "af", "tr", "sea", "islet", "kp", "city", "border", "gate", ""]) {
        "" => "null".to_owned(),
        slug => format!("id_of('{slug}')"),
    }
}

/// The columns of an event that statistics look at, as SQL: a start and an end that are in order,
/// and often on the border of a month.
fn columns(dice: &mut Dice) -> String {
    let start = match dice.below(6) {
        0 => "null::timestamptz".to_owned(),
        n => format!("timestamptz '2025-0{n}-01Z' - interval '{} hours'", dice.below(3)),
    };
    let end = match dice.below(4) {
        0 => "null::timestamptz".to_owned(),
        1 => format!("{start} + interval '{} days'", dice.below(100)),
        _ => start.clone(),
    };
    let deaths = |dice: &mut Dice, from: u64| match dice.below(3) {
        0 => "null".to_owned(),
        _ => (from + dice.below(5)).to_string(),
    };
    format!(
        "kind = '{}', dataset_id = {}, location_id = {}, start_earliest = {start}, end_latest = {end}, \
         fatalities_low = {}, fatalities_best = {}, fatalities_high = {}",
        one_of(dice, &["TALKS", "CLOSURE", "ATTACK"]),
        one_of(dice, &["null", "id_of('d0')", "id_of('d1')"]),
        place(dice),
        deaths(dice, 0),
        deaths(dice, 5),
        deaths(dice, 10),
    )
}

/// New events, each with other columns.
fn events(dice: &mut Dice, first: u64, number: u64) -> String {
    let mut sql = format!(
        "insert into event (id, title, kind) select id_of('e' || n), 'E', 'OTHER' from generate_series({first}, {}) n",
        first + number - 1
    );
    for event in first..first + number {
        sql += &format!("; update event set {} where id = id_of('e{event}')", columns(dice));
    }
    sql
}
