//! What EDTF means as bounds, worked out by hand.

use super::*;
use crate::extent::tests::{rows, shown};

/// The start and the end of `text`, each as `earliest until latest`.
fn read(text: &str) -> (String, String) {
    let extent: LocalExtent = text.parse().unwrap_or_else(|error| panic!("{error}"));
    (shown(extent.start), shown(extent.end))
}

fn refusal(text: &str) -> ExtentError {
    text.parse::<LocalExtent>().expect_err(text)
}

#[test]
fn a_date_begins_and_ends_within_itself() {
    let table = "
        2025-10-29 | 2025-10-29 until 2025-10-30
        2024-02-29 | 2024-02-29 until 2024-03-01
        2025-12-31 | 2025-12-31 until 2026-01-01
        2025-10    | 2025-10-01 until 2025-11-01
        2025       | 2025-01-01 until 2026-01-01
        201X       | 2010-01-01 until 2020-01-01
        20XX       | 2000-01-01 until 2100-01-01
        1950S2     | 1900-01-01 until 2000-01-01
        2025-21    | 2025-03-01 until 2025-06-01
        2025-24    | 2025-12-01 until 2026-03-01
        2025-33    | 2025-01-01 until 2025-04-01
        2025-41    | 2025-07-01 until 2026-01-01
        2025-10-XX | 2025-10-01 until 2025-11-01
        2025-10-2X | 2025-10-20 until 2025-10-30
        2025-XX    | 2025-01-01 until 2026-01-01
        2025-1X    | 2025-10-01 until 2026-01-01
        2025-XX-15 | 2025-01-15 until 2025-12-16
        0002       | 0002-01-01 until 0003-01-01
        9998       | 9998-01-01 until 9999-01-01
    ";
    for [text, days] in rows(table) {
        assert_eq!(read(text), (days.into(), days.into()), "{text}");
    }
}

#[test]
fn approximate_dates_are_wider_by_one_unit_of_their_precision() {
    let table = "
        2025-10-25~ | 2025-10-24 until 2025-10-27
        2025-10-01~ | 2025-09-30 until 2025-10-03
        2025-10~    | 2025-09-01 until 2025-12-01
        2025-10%    | 2025-09-01 until 2025-12-01
        2025-10?    | 2025-10-01 until 2025-11-01
        2025~       | 2024-01-01 until 2027-01-01
        201X~       | 2000-01-01 until 2030-01-01
        2010S3~     | 2000-01-01 until 2030-01-01
        20XX~       | 1900-01-01 until 2200-01-01
        1X5X~       | 1040-01-01 until 1970-01-01
        2025-21~    | 2024-12-01 until 2025-09-01
        2025-33~    | 2024-10-01 until 2025-07-01
        2025-37~    | 2024-09-01 until 2025-09-01
        2025-41~    | 2025-01-01 until 2026-07-01
        2025-10-XX~ | 2025-09-01 until 2025-12-01
        2025-XX~    | 2024-01-01 until 2027-01-01
        2025-XX-XX~ | 2024-01-01 until 2027-01-01
        2025-XX-15~ | 2025-01-14 until 2025-12-17
    ";
    for [text, days] in rows(table) {
        assert_eq!(read(text), (days.into(), days.into()), "{text}");
    }
}

#[test]
fn a_qualifier_within_a_date_widens_by_the_component_it_speaks_for() {
    // The last three meet a day that the month they reach does not have.
    let table = "
        2025-~10     | 2025-09-01 until 2025-12-01
        2025~-10     | 2024-10-01 until 2026-11-01
        ~2025-10-15  | 2024-10-15 until 2026-10-16
        2025-10~-15  | 2025-09-15 until 2025-11-16
        2025-~10-15  | 2025-09-15 until 2025-11-16
        2025-10-~15  | 2025-10-14 until 2025-10-17
        2025-~10-~15 | 2025-09-15 until 2025-11-16
        ~2025-10-~15 | 2024-10-15 until 2026-10-16
        ?2025-10-~15 | 2025-10-14 until 2025-10-17
        2025-?10-15  | 2025-10-15 until 2025-10-16
        2025-~01-30  | 2024-12-30 until 2025-03-01
        2025-~03-30  | 2025-02-28 until 2025-05-01
        ~2024-02-29  | 2023-02-28 until 2025-03-01
    ";
    for [text, days] in rows(table) {
        assert_eq!(read(text), (days.into(), days.into()), "{text}");
    }
}

#[test]
fn an_interval_begins_within_its_first_date_and_ends_within_its_second() {
    let table = "
        2025-10-25/2025-10-28   | 2025-10-25 until 2025-10-26 | 2025-10-28 until 2025-10-29
        2025-10-25?/2025-10-28  | 2025-10-25 until 2025-10-26 | 2025-10-28 until 2025-10-29
        2025-10-25~/2025-10-28  | 2025-10-24 until 2025-10-27 | 2025-10-28 until 2025-10-29
        2025-10-25/2025-10~     | 2025-10-25 until 2025-10-26 | 2025-09-01 until 2025-12-01
        2025-10-25/2025-10-25   | 2025-10-25 until 2025-10-26 | 2025-10-25 until 2025-10-26
        2025-10/2025-10-05      | 2025-10-01 until 2025-11-01 | 2025-10-05 until 2025-10-06
        2024/2025-06            | 2024-01-01 until 2025-01-01 | 2025-06-01 until 2025-07-01
        2025-10-11/..           | 2025-10-11 until 2025-10-12 | open
        2025-10-11/             | 2025-10-11 until 2025-10-12 | open
        2025-10~/..             | 2025-09-01 until 2025-12-01 | open
        ../2025-10              | open                        | 2025-10-01 until 2025-11-01
        /2025-10                | open                        | 2025-10-01 until 2025-11-01
        ..2025-10-05/2025-10-28 | open until 2025-10-06       | 2025-10-28 until 2025-10-29
        2025-10-05/2025-10-28.. | 2025-10-05 until 2025-10-06 | 2025-10-28 until open
    ";
    for [text, start, end] in rows(table) {
        assert_eq!(read(text), (start.into(), end.into()), "{text}");
    }
}

#[test]
fn only_an_open_end_is_ongoing() {
    let rows = [
        ("2025-10-11/..", true),
        ("2025-10-11/", false),
        ("2025-10-11/2025-10-12..", false),
        ("../2025-10-11", false),
        ("2025-10-11", false),
        ("[2025-10-11..]", false),
    ];
    for (text, ongoing) in rows {
        assert_eq!(text.parse::<LocalExtent>().unwrap().ongoing, ongoing, "{text}");
    }
}

#[test]
fn a_set_is_one_of_its_members_or_reaches_over_all_of_them() {
    let table = "
        [2025-10-01..2025-10-14]  | 2025-10-01 until 2025-10-15 | 2025-10-01 until 2025-10-15
        [2025-10-20,2025-10-05]   | 2025-10-05 until 2025-10-21 | 2025-10-05 until 2025-10-21
        [2025-10-05~,2025-10-20]  | 2025-10-04 until 2025-10-21 | 2025-10-04 until 2025-10-21
        [..2025-10-05]            | open until 2025-10-06       | open until 2025-10-06
        [2025-10-05..]            | 2025-10-05 until open       | 2025-10-05 until open
        [2025-10-05..,2025-10-01] | 2025-10-01 until open       | 2025-10-01 until open
        {2025-10-01..2025-10-14}  | 2025-10-01 until 2025-10-02 | 2025-10-14 until 2025-10-15
        {2025-10-20,2025-10-05}   | 2025-10-05 until 2025-10-06 | 2025-10-20 until 2025-10-21
        {2025-10,2025-10-15}      | 2025-10-01 until 2025-10-16 | 2025-10-15 until 2025-11-01
        {..2025-10-05}            | open until 2025-10-06       | 2025-10-05 until 2025-10-06
        {2025-10-05..}            | 2025-10-05 until 2025-10-06 | 2025-10-05 until open
        {2025}                    | 2025-01-01 until 2026-01-01 | 2025-01-01 until 2026-01-01
    ";
    for [text, start, end] in rows(table) {
        assert_eq!(read(text), (start.into(), end.into()), "{text}");
    }
}

#[test]
fn a_time_is_a_point_and_its_offset_makes_it_an_instant() {
    let rows = [
        ("2025-10-29T08:00:00+05:00", "2025-10-29T03:00:00Z"),
        ("2025-10-29T08:00:00+04:30", "2025-10-29T03:30:00Z"),
        ("2025-10-29T23:00:00-04", "2025-10-30T03:00:00Z"),
        ("2025-10-29T08:00:00Z", "2025-10-29T08:00:00Z"),
        ("2025-10-29T08:00:00", "2025-10-29T08:00:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    ];
    for (text, expected) in rows {
        let point = format!("{expected} until {expected}");
        assert_eq!(read(text), (point.clone(), point), "{text}");
    }
}

#[test]
fn the_canonical_form_keeps_what_was_written() {
    let rows = [
        ("2025-10-25?/2025-10-28", "2025-10-25?/2025-10-28"),
        ("2025-10~", "2025-10~"),
        ("?2025-?10-?25", "2025-10-25?"),
        ("2025-10-11/..", "2025-10-11/.."),
        ("[2025-10-01..2025-10-14]", "[2025-10-01..2025-10-14]"),
        ("2025-10-29T08:00:00+05:00", "2025-10-29T08:00:00+05:00"),
    ];
    for (text, canonical) in rows {
        let extent: LocalExtent = text.parse().unwrap();
        assert_eq!(extent.edtf.as_deref(), Some(canonical));
    }
}

#[test]
fn a_reversed_interval_is_named_as_such() {
    for text in [
        "2025-10-28/2025-10-25",
        "2025-10-28~/2025-10-25?",
        "2026/2025-10-25",
        "[2025-10-14..2025-10-01]",
        "{2025-09-01,2025-10-14..2025-10-01}",
    ] {
        assert!(matches!(refusal(text), ExtentError::Reversed { .. }), "{text}");
    }
    assert_eq!(
        refusal("2025-10-28/2025-10-25").to_string(),
        "the interval is reversed: \"2025-10-25\" is before \"2025-10-28\". Write the earlier date first"
    );
}

#[test]
fn years_that_cannot_be_stored_are_refused() {
    for text in [
        "Y17E7",
        "Y17E70",
        "Y-17E7",
        "Y170000002",
        "Y20000",
        "XXXX",
        "0001",
        "9999",
        "-0043-03",
        "Y9E18S1",
        "9998~",
        "-4713",
        "0002~",
        "XXXX~",
        "2025/Y17E7",
        "..Y-17E7/2025",
        "[2025,Y17E7]",
    ] {
        assert_eq!(refusal(text), ExtentError::OutsideCalendar { text: text.into() });
    }
}

#[test]
fn what_is_not_edtf_is_refused_with_its_place() {
    let rows = [
        ("", 1),
        ("2025-13", 6),
        ("2025-02-30", 9),
        ("2025/10/29", 8),
        ("29 October 2025", 3),
        ("2025-10-29 ", 11),
        ("2025–26", 5),
        ("../..", 1),
        ("/", 1),
        ("2025-10-29T08:00:00.5Z", 20),
    ];
    for (text, place) in rows {
        match refusal(text) {
            ExtentError::NotEdtf { position, .. } => assert_eq!(position, place, "{text}"),
            other => panic!("{text}: {other}"),
        }
    }
    assert_eq!(
        refusal("2025-13").to_string(),
        "\"2025-13\" is not EDTF: month must be 01-12 or a sub-year code 21-41 (at character 6). \
         Write a date such as 2025-10-29, 2025-10 or 2025-10-25/2025-10-28; \
         what EDTF cannot say, give as start and end"
    );
}

#[test]
fn times_and_sets_in_intervals_are_sent_to_the_bounds() {
    for text in ["2025-10-25T18:00:00Z/..", "2025-10-25/2025-10-28T01:00:00+05:00"] {
        assert_eq!(refusal(text), ExtentError::TimeInsideInterval { text: text.into() });
    }
    for text in ["[2025-10-01..2025-10-14]/..", "2025/{2026,2027}"] {
        assert_eq!(refusal(text), ExtentError::SetWithInterval { text: text.into() });
    }
}
