//! What the bounds that people write mean, worked out by hand.

use super::*;
use crate::extent::tests::{rows, shown};

type Pair<'a> = [Option<&'a str>; 2];

const OPEN: Pair<'static> = [None, None];

const fn pair<'a>(earliest: &'a str, latest: &'a str) -> Pair<'a> {
    [Some(earliest), Some(latest)]
}

fn read(start: Pair, end: Pair, ongoing: bool) -> Result<LocalExtent, ExtentError> {
    let owned = |pair: Pair| Some(pair.map(|bound| bound.map(str::to_owned)));
    LocalExtent::try_from(ExtentInput {
        start: owned(start),
        end: owned(end),
        ongoing: Some(ongoing),
        ..ExtentInput::default()
    })
}

#[test]
fn a_bound_is_the_edge_of_its_date_or_the_time_itself() {
    let table = "
        2025-10-01                | 2025-10-14                | 2025-10-01 until 2025-10-15
        2025-10-01                | 2025-10-01                | 2025-10-01 until 2025-10-02
        2025-09                   | 2025-10                   | 2025-09-01 until 2025-11-01
        2024                      | 2024                      | 2024-01-01 until 2025-01-01
        202X                      | 2025-21                   | 2020-01-01 until 2025-06-01
        null                      | 2025-10-14                | open until 2025-10-15
        2025-10-14                | null                      | 2025-10-14 until open
        null                      | null                      | open
        2025-10-01T08:00:00       | 2025-10-01T09:30          | 2025-10-01T08:00:00 until 2025-10-01T09:30:00
        2023-09-15T08:00:00+05:00 | 2023-09-15T08:00:00+05:00 | 2023-09-15T03:00:00Z until 2023-09-15T03:00:00Z
        2023-09-15T08:00+05       | 2023-09-15T03:00:00.25Z   | 2023-09-15T03:00:00Z until 2023-09-15T03:00:00.250000Z
        2023-09-15T03:00:00.1234569Z | 2024                   | 2023-09-15T03:00:00.123456Z until 2025-01-01
        2016-12-31T23:59:60       | null                      | 2017-01-01 until open
        2025-10-01                | 2025-10-01T12:00:00       | 2025-10-01 until 2025-10-01T12:00:00
        2025-10-01                | 2025-09-01T00:00:00Z      | 2025-10-01 until 2025-09-01T00:00:00Z
    ";
    for [earliest, latest, expected] in rows(table) {
        let written = [earliest, latest].map(|bound| (bound != "null").then_some(bound));
        let start = read(written, OPEN, false).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((shown(start.start), shown(start.end)), (expected.into(), "open".into()));
        let end = read(OPEN, written, false).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((shown(end.start), shown(end.end)), ("open".into(), expected.into()));
    }
}

#[test]
fn a_pair_must_be_in_order() {
    for (earliest, latest) in [
        ("2025-10-14", "2025-10-01"),
        ("2025-10-02", "2025-10-01"),
        ("2025-10-02T00:00:00", "2025-10-01"),
        ("2025-10-02T00:00:01", "2025-10-02T00:00:00"),
        ("2025-10-02T03:00:00Z", "2025-10-02T07:59:59+05:00"),
    ] {
        let refusal = read(OPEN, pair(earliest, latest), false).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            format!(
                "the end is reversed: its earliest bound \"{earliest}\" is after its latest bound \
                 \"{latest}\". Write the earlier one first"
            )
        );
    }
}

#[test]
fn an_end_cannot_be_over_before_the_start() {
    let noon = "2025-10-02T12:00:00Z";
    let refused = [
        (pair("2025-10-28", "2025-10-29"), pair("2025-10-26", "2025-10-27")),
        (pair("2025-10-28", "2025-10-29"), pair("2025-10-20", "2025-10-21")),
        (pair(noon, noon), pair("2025-10-02T11:00:00Z", noon)),
        (pair(noon, noon), [None, Some(noon)]),
    ];
    for (start, end) in refused {
        let refusal = read(start, end, false).unwrap_err();
        assert!(matches!(refusal, ExtentError::EndBeforeStart { .. }), "{refusal}");
    }
    let accepted = [
        (pair("2025-10-28", "2025-10-29"), pair("2025-10-27", "2025-10-28")),
        (pair(noon, noon), pair(noon, noon)),
        // Undecided without the zone; the database decides.
        (pair("2025-10-28", "2025-10-29"), pair(noon, noon)),
    ];
    for (start, end) in accepted {
        assert!(read(start, end, false).is_ok());
    }
}

#[test]
fn an_ongoing_extent_may_say_only_how_long_it_has_lasted_at_least() {
    let start = pair("2025-10-11", "2025-10-11");
    assert!(read(start, OPEN, true).unwrap().ongoing);
    assert!(read(start, [Some("2025-11-01"), None], true).is_ok());
    assert_eq!(
        read(start, pair("2025-11-01", "2025-11-02"), true).unwrap_err().to_string(),
        "an ongoing extent has no latest end, but \"2025-11-02\" is given. \
         Leave that bound null, or leave ongoing out"
    );
}

#[test]
fn a_bound_that_is_no_plain_date_or_time_is_refused() {
    for bound in [
        "",
        "..",
        "soon",
        "2025-10~",
        "2025-10-29?",
        "2025-10-01/2025-10-14",
        "[2025-10-01]",
        "2025-02-30",
        "2025-10-29T",
        "2025-10-29T25:00:00Z",
        "2025-10-29T08:00:00+5",
        "2025-10T08:00:00Z",
        "2025-10-29T08:00:00Zulu",
        "2025-10-29T08:00:00ä",
    ] {
        let refusal = read(pair(bound, "2030"), OPEN, false).unwrap_err();
        assert!(matches!(refusal, ExtentError::NotBound { .. }), "{refusal}");
    }
    let refusal = read(pair("Y17E7", "2030"), OPEN, false).unwrap_err();
    assert_eq!(refusal, ExtentError::OutsideCalendar { text: "Y17E7".into() });
}

#[test]
fn edtf_keeps_its_text_and_excludes_bounds() {
    let around = ExtentInput {
        edtf: Some("2025-10~".into()),
        text: Some("around October".into()),
        ..ExtentInput::default()
    };
    let extent = LocalExtent::try_from(around.clone()).unwrap();
    assert_eq!(shown(extent.start), "2025-09-01 until 2025-12-01");
    assert_eq!(extent.edtf.as_deref(), Some("2025-10~"));
    assert_eq!(extent.text.as_deref(), Some("around October"));
    let both = ExtentInput { ongoing: Some(true), ..around };
    assert_eq!(LocalExtent::try_from(both), Err(ExtentError::EdtfAndBounds));
}
