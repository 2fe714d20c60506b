//! Lines of GDELT, and what they mean.

use proptest::prelude::*;

use super::*;
use crate::import::format::Format;

const EVENT: &str = "5001\t20240105\t202401\t2024\t2024.0137\tZAFGOV\tEXAMPLE MINISTER\tZAF\t\t\t\t\tGOV\t\t\tCOP\tPOLICE\t\t\t\t\t\tCOP\t\t\t1\t042\t042\t04\t1\t1.9\t2\t1\t2\t-1.5\t0\t\t\t\t\t\t\t\t0\t\t\t\t\t\t\t\t4\tMilltown, North, South Africa\tSF\tSF01\t9\t-30.5\t25.25\t-1234567\t20240105120000\thttps://example.com/a";
const MENTION: &str = "5001\t20240105120000\t20240105120000\t1\texample.com\thttps://example.com/a\t3\t-1\t40\t55\t1\t50\t900\t-1.5\t\t";

fn rows(normaliser: &dyn Normaliser, fields: &[&str]) -> Result<Vec<(&'static str, String)>, Wrong> {
    let mut rows = Rows::of(Some("gdelt"), 100);
    rows.begin(1);
    let line = Line { number: 1, record: fields.iter().collect(), ..Line::default() };
    normaliser.normalise(&line, &mut rows)?;
    Ok(rows.finish().collect())
}

#[test]
fn files_are_told_by_their_columns() {
    assert_eq!(Format::detect(format!("{EVENT}\n").as_bytes()), Some(Format::GdeltEvents));
    assert_eq!(Format::detect(format!("{MENTION}\r\n{MENTION}").as_bytes()), Some(Format::GdeltMentions));
    assert_eq!(Format::detect(EVENT.replacen('\t', " ", 1).as_bytes()), None);
    assert_eq!(Format::detect(MENTION.replacen("5001", "id", 1).as_bytes()), None);
}

#[test]
fn a_line_at_fault_names_its_column() {
    for (place, value, column) in [
        (0, "", "GlobalEventID"),
        (1, "2024-01-05", "Day"),
        (26, "", "EventCode"),
        (26, "99", "EventCode"),
        (30, "11", "GoldsteinScale"),
        (31, "-1", "NumMentions"),
        (51, "6", "ActionGeo_Type"),
        (57, "east", "ActionGeo_Long"),
        (59, "20240105", "DATEADDED"),
    ] {
        let mut fields: Vec<&str> = EVENT.split('\t').collect();
        fields[place] = value;
        let wrong = rows(&Events, &fields).expect_err(column);
        assert_eq!((wrong.field.as_deref(), wrong.value.as_deref()), (Some(column), Some(value)));
    }
    for (place, value, column) in [
        (0, "", "GlobalEventID"),
        (5, "", "MentionIdentifier"),
        (6, "x", "SentenceID"),
        (11, "-5", "Confidence"),
    ] {
        let mut fields: Vec<&str> = MENTION.split('\t').collect();
        fields[place] = value;
        let wrong = rows(&Mentions, &fields).expect_err(column);
        assert_eq!((wrong.field.as_deref(), wrong.value.as_deref()), (Some(column), Some(value)));
    }
}

#[test]
fn an_actor_without_code_and_name_takes_no_part() {
    let mut fields: Vec<&str> = EVENT.split('\t').collect();
    (fields[15], fields[16]) = ("", "");
    let rows = rows(&Events, &fields).expect("the line is sound");
    assert_eq!(rows.iter().filter(|(table, _)| *table == "participation").count(), 1);
}

proptest! {
    #[test]
    fn no_line_breaks_the_normalisers(
        changes in prop::collection::vec((0..COLUMNS, "\\PC{0,12}|[/:.,0-9-]{0,20}"), 0..6),
        length in prop_oneof![Just(COLUMNS), Just(mentions::COLUMNS), 0..=COLUMNS + 2],
    ) {
        for (line, normaliser) in [(EVENT, &Events as &dyn Normaliser), (MENTION, &Mentions)] {
            let mut fields: Vec<&str> = line.split('\t').collect();
            for (place, text) in &changes {
                if let Some(field) = fields.get_mut(*place) {
                    *field = text;
                }
            }
            if length != COLUMNS {
                fields.resize(length, "7");
            }
            if let Ok(rows) = rows(normaliser, &fields) {
                let (said, made) = (fields.iter().map(|field| field.len()).sum::<usize>(), rows.iter().map(|(_, row)| row.len()).sum::<usize>());
                prop_assert!(made <= 16_384 + 64 * said, "{made} bytes of {said}");
            }
        }
    }
}
