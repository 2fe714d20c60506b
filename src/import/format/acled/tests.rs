//! What rows of ACLED become; the rows are made up.

use csv::StringRecord;
use proptest::prelude::*;

use super::*;

const OLD: &str = "data_id,iso,event_id_cnty,event_id_no_cnty,event_date,year,time_precision,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,region,country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,notes,fatalities,timestamp,iso3";
const NEW: &str = "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp";
const ROW: &str = "XPL1,2022-04-22,2022,1,Political violence,Battles,Armed clash,Military Forces of Exampleland (2020-),,State forces,Example Front,Example Youth; Students (Exampleland),Rebel group,State forces-Rebel group,,586,South Asia,Exampleland,North,Upper,,Northtown,34.5,71.25,1,Example Wire; Example Post ,National,They fought.,3,,1650900000";

fn record(row: &str) -> StringRecord {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_bytes());
    reader.records().next().unwrap().unwrap()
}

/// The row, with other values in some columns.
fn with(changes: &[(&str, &str)]) -> StringRecord {
    let cells = record(NEW)
        .into_iter()
        .zip(&record(ROW))
        .map(|(name, value)| {
            let change = changes.iter().find(|(column, _)| *column == name);
            change.map_or(value, |(_, other)| *other).to_owned()
        })
        .collect::<Vec<_>>();
    StringRecord::from(cells)
}

fn normalise(record: StringRecord) -> Result<Vec<(&'static str, String)>, Wrong> {
    let mut rows = Rows::of(Some(SLUG), 1);
    rows.begin(2);
    let line = Line { number: 2, text: String::new(), record };
    let acled = Acled::of(&Columns::of(&self::record(NEW))).unwrap();
    acled.normalise(&line, &mut rows)?;
    Ok(rows.finish().collect())
}

/// The rows of one table.
fn of<'r>(rows: &'r [(&'static str, String)], table: &str) -> Vec<&'r str> {
    rows.iter().filter(|(name, _)| *name == table).map(|(_, row)| row.as_str()).collect()
}

#[test]
fn a_row_becomes_its_event_and_all_that_hangs_on_it() {
    let rows = normalise(with(&[])).unwrap();
    let counts = ["event", "location", "actor", "participation", "source", "report", "claim"];
    // Country, two levels and the town; two outlets and ACLED itself.
    assert_eq!(counts.map(|table| of(&rows, table).len()), [1, 4, 4, 4, 3, 2, 1]);
    let event = of(&rows, "event")[0];
    assert!(
        event.contains("Armed clash in Northtown: Military Forces of Exampleland (2020-) and Example Front"),
        "{event}"
    );
    assert!(
        event.contains("Battles / Armed clash")
            && event.contains("They fought.")
            && event.contains("1650900000")
    );
    assert!(of(&rows, "source").iter().any(|source| source.contains("\tExample Post\t")));
}

#[test]
fn both_layouts_have_the_columns_and_another_file_is_told_what_it_lacks() {
    assert!([OLD, NEW].iter().all(|header| Acled::of(&Columns::of(&record(header))).is_ok()));
    let fault = Acled::of(&Columns::of(&record("event_id_cnty,sub_event_type"))).err().unwrap().to_string();
    assert!(fault.starts_with("the file has no column \"event_date\""), "{fault}");
}

#[test]
fn dates_and_precisions_become_extents() {
    for (written, precision, expected) in [
        ("2022-04-22", "1", "2022-04-22"),
        ("22 April 2022", "", "2022-04-22"),
        ("01 December 2022", "1", "2022-12-01"),
        ("28 December 2022", "2", "[2022-12-25..2022-12-31]"),
        ("2022-01-01", "2", "[2021-12-29..2022-01-04]"),
        ("2022-02-15", "3", "2022-02"),
    ] {
        let rows = normalise(with(&[("event_date", written), ("time_precision", precision)])).unwrap();
        let event = of(&rows, "event")[0];
        assert!(event.split('\t').any(|cell| cell == expected), "{written} {precision}: {event}");
    }
}

#[test]
fn every_sub_event_has_its_kind_and_an_unknown_one_that_of_its_type() {
    for (whole, sub, expected) in [
        ("Battles", "Armed clash", "ARMED_CLASH"),
        ("Explosions/Remote violence", "Air/drone strike", "AIRSTRIKE"),
        ("Violence against civilians", "Attack", "ATTACK_ON_CIVILIANS"),
        ("Protests", "A new sub-event", "DEMONSTRATION"),
        ("A new type", "A new sub-event", "OTHER"),
        ("Riots", "", "RIOT"),
    ] {
        let rows = normalise(with(&[("event_type", whole), ("sub_event_type", sub)])).unwrap();
        assert!(of(&rows, "event")[0].split('\t').any(|cell| cell == expected), "{whole} / {sub}");
    }
}

#[test]
fn kinds_of_actors_are_read_from_numbers_labels_and_names() {
    for (inter, name, expected) in [
        ("2", "Example Front", "ARMED_GROUP"),
        ("Rebel group", "Example Front", "ARMED_GROUP"),
        ("Identity militia", "Example Guard", "ARMED_GROUP"),
        ("8", "Example Mission", "ORGANISATION"),
        ("External/Other forces", "Example Mission", "ORGANISATION"),
        ("0", "Students (Exampleland)", "COMMUNITY"),
        ("", "Somebody", "ORGANISATION"),
    ] {
        let rows = normalise(with(&[("inter1", inter), ("actor1", name)])).unwrap();
        let actors = of(&rows, "actor");
        assert!(actors[0].contains(name) && actors[0].contains(expected), "{inter}: {actors:?}");
    }
}

#[test]
fn a_number_that_is_a_convention_says_so() {
    for (notes, deaths, is_placeholder) in [
        ("Three were killed.", "3", false),
        ("Fatalities unknown, coded as 3.", "3", true),
        ("An unknown number of fatalities.", "10", true),
        ("Fatalities coded as 10", "10", true),
        ("The vehicle was coded as 3, five died.", "5", false),
        ("", "0", false),
    ] {
        let rows = normalise(with(&[("notes", notes), ("fatalities", deaths)])).unwrap();
        assert_eq!(of(&rows, "claim")[0].contains("PLACEHOLDER"), is_placeholder, "{notes}");
    }
}

#[test]
fn deaths_that_nobody_knows_are_no_claim() {
    let rows = normalise(with(&[("fatalities", "NA")])).unwrap();
    assert!(of(&rows, "claim").is_empty());
}

#[test]
fn tags_and_the_targeting_of_civilians_are_claims() {
    let tags = "crowd size=about 200; women targeted: politicians;crowd size=about 200";
    let rows = normalise(with(&[("tags", tags), ("civilian_targeting", "Civilian targeting")])).unwrap();
    assert_eq!(of(&rows, "claim").len(), 4);
    assert_eq!(of(&rows, "claim_property").len(), 2);
}

#[test]
fn an_actor_or_a_source_named_twice_in_a_row_is_told_once() {
    let same = [("assoc_actor_2", "Example Front;Example Front"), ("source", "Example Wire;Example Wire ")];
    let rows = normalise(with(&same)).unwrap();
    assert_eq!((of(&rows, "participation").len(), of(&rows, "report").len()), (2, 1));
}

#[test]
fn places_of_one_name_in_two_provinces_or_precisions_are_two() {
    let mut rows = Rows::of(Some(SLUG), 1);
    let acled = Acled::of(&Columns::of(&record(NEW))).unwrap();
    let mut places = Vec::new();
    for (number, changes) in [
        [("admin1", "North"), ("geo_precision", "1")],
        [("admin1", "South"), ("geo_precision", "1")],
        [("admin1", "North"), ("geo_precision", "3")],
    ]
    .iter()
    .zip(1..)
    .map(|(changes, number)| (number, changes))
    {
        rows.begin(number);
        places.push(acled.location(&with(changes), &mut rows).unwrap());
    }
    assert!(places[0] != places[1] && places[0] != places[2]);
}

#[test]
fn what_is_wrong_is_named_with_its_column() {
    for (column, value, expected) in [
        ("event_id_cnty", "", "the line needs it"),
        ("event_date", "2022-13-45", "no date"),
        ("event_date", "22/04/2022", "no date"),
        ("time_precision", "4", "1 (day)"),
        ("geo_precision", "x", "1 (town)"),
        ("latitude", "91", "between -90 and 90"),
        ("longitude", "NaN", "between -180 and 180"),
        ("latitude", "", "it is empty"),
        ("fatalities", "-1", "negative"),
        ("fatalities", "three", "whole number"),
        ("timestamp", "today", "whole number"),
        ("iso", "PAK", "whole number"),
        ("inter1", "9", "types of actors"),
        ("country", "", "the line needs it"),
    ] {
        let wrong = normalise(with(&[(column, value)])).expect_err(column);
        assert_eq!(wrong.field.as_deref(), Some(column));
        assert!(wrong.reason.contains(expected), "{column}: {}", wrong.reason);
    }
}

proptest! {
    #[test]
    fn no_row_makes_it_panic(changes in prop::collection::vec((0..31_usize, any::<String>()), 0..8), keep in 0..40_usize) {
        let mut cells: Vec<String> = record(ROW).iter().map(str::to_owned).collect();
        for (place, value) in changes {
            cells[place] = value;
        }
        cells.truncate(keep);
        let _ = normalise(StringRecord::from(cells));
    }
}
