//! Lines of GED, and what they mean.

use proptest::prelude::*;

use super::*;

const NAMES: &str = "id,type_of_violence,side_a_new_id,side_a,side_b_new_id,side_b,number_of_sources,source_article,\
    where_prec,where_coordinates,adm_1,adm_2,latitude,longitude,country,country_id,date_prec,date_start,date_end,\
    deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low";
const LINE: [&str; 26] = [
    "7",
    "1",
    "21",
    "Government of Exampleland",
    "22",
    "Red Band",
    "1",
    "\"Example Wire,2017-03-02,Shots\"",
    "1",
    "Milltown town",
    "North",
    "Mill",
    "10.5",
    "20.25",
    "Exampleland",
    "652",
    "1",
    "2017-03-01",
    "2017-03-01",
    "1",
    "2",
    "0",
    "0",
    "3",
    "4",
    "3",
];

fn normaliser() -> Ged {
    Ged::new(&Columns::of(&NAMES.split(',').collect())).expect("every column is there")
}

/// What a line becomes: its rows, each with the name of its table.
fn rows(fields: &[&str]) -> Result<Vec<(&'static str, String)>, Wrong> {
    let mut rows = Rows::of(Some("ucdp-ged"), 100);
    rows.begin(1);
    let line = Line { number: 1, record: fields.iter().collect(), ..Line::default() };
    normaliser().normalise(&line, &mut rows)?;
    Ok(rows.finish().collect())
}

fn with(name: &str, value: &'static str) -> [&'static str; 26] {
    let place = NAMES.split(',').position(|column| column == name).expect(name);
    let mut line = LINE;
    line[place] = value;
    line
}

#[test]
fn a_line_at_fault_names_its_column() {
    for (column, value) in [
        ("id", ""),
        ("type_of_violence", "4"),
        ("type_of_violence", ""),
        ("side_b", ""),
        ("where_prec", "8"),
        ("latitude", "north"),
        ("longitude", "181"),
        ("date_start", "2017-02-29"),
        ("date_end", "2017-02-28"),
        ("best", "-3"),
        ("deaths_unknown", "1.5"),
        ("number_of_sources", "-2"),
    ] {
        let wrong = rows(&with(column, value)).expect_err(column);
        assert_eq!((wrong.field.as_deref(), wrong.value.as_deref()), (Some(column), Some(value)));
    }
}

#[test]
fn what_is_not_known_is_left_out() {
    let unknown = [
        "number_of_sources",
        "source_article",
        "where_prec",
        "where_coordinates",
        "adm_1",
        "adm_2",
        "latitude",
        "country",
        "country_id",
        "date_prec",
        "deaths_a",
        "best",
        "low",
        "high",
        "side_a_new_id",
    ];
    for column in unknown {
        for nothing in ["", "NA", "None", " "] {
            assert!(rows(&with(column, nothing)).is_ok(), "{column} {nothing:?}");
        }
    }
}

#[test]
fn only_exact_dates_say_that_an_event_lasted() {
    let day = |day| NaiveDate::from_ymd_opt(2017, 3, day).expect("a day");
    for (last, precision, edtf) in [
        (1, Some("1"), "2017-03-01"),
        (1, Some("5"), "2017-03-01"),
        (4, Some("1"), "2017-03-01/2017-03-04"),
        (4, Some("2"), "[2017-03-01..2017-03-04]"),
        (4, Some("5"), "[2017-03-01..2017-03-04]"),
        (4, None, "[2017-03-01..2017-03-04]"),
    ] {
        assert_eq!(extent((day(1), day(last)), precision).edtf.as_deref(), Some(edtf));
    }
}

proptest! {
    #[test]
    fn no_line_breaks_the_normaliser(
        changes in prop::collection::vec((0..LINE.len(), "\\PC{0,12}|[\";,0-9-]{0,24}"), 0..6),
        length in 0..=LINE.len() + 2,
    ) {
        let mut fields: Vec<&str> = LINE.to_vec();
        for (place, text) in &changes {
            fields[*place] = text;
        }
        fields.resize(length, "7");
        if let Ok(rows) = rows(&fields) {
            let (said, made) = (fields.iter().map(|field| field.len()).sum::<usize>(), rows.iter().map(|(_, row)| row.len()).sum::<usize>());
            prop_assert!(made <= 16_384 + 64 * said, "{made} bytes of {said}");
        }
    }
}
