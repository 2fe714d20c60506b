//! Laws that hold for every extent, tried on generated ones.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Value, json};

use super::{Bounds, LocalExtent, Moment};

/// A year, month, day or season of EDTF, with unspecified digits and qualifiers anywhere.
fn date() -> impl Strategy<Value = String> {
    let qualifier = "[?~%]?";
    let year = prop_oneof![
        8 => "[0-2X][0-9X][0-9X][0-9X]",
        1 => "-[0-4][0-9]{3}",
        1 => "[12][0-9]{3}S[1-4]",
        1 => "Y-?[1-9][0-9]{4,6}(S[1-3])?",
        1 => "Y-?[1-9][0-9]{0,2}E[0-9]{1,2}",
    ];
    let field = |digits: &'static str| prop::option::of((qualifier, digits, qualifier));
    let month = field("0[1-9]|1[0-2]|2[1-9]|3[0-9]|4[01]|[01X]X");
    let day = field("0[1-9]|[12][0-9]|3[01]|[0-3X]X|X[0-9]");
    (qualifier, year, qualifier, month, day).prop_map(|(before, year, after, month, day)| {
        let year = format!("{before}{year}{after}");
        [month, day]
            .into_iter()
            .map_while(|field| field)
            .fold(year, |date, (before, digits, after)| format!("{date}-{before}{digits}{after}"))
    })
}

/// Mostly valid EDTF: dates, times, intervals and sets.
fn edtf() -> impl Strategy<Value = String> {
    let endpoint = || prop_oneof![5 => date(), 1 => Just(String::new()), 1 => Just("..".to_owned())];
    let member = prop_oneof![
        3 => date(),
        1 => date().prop_map(|date| format!("..{date}")),
        1 => date().prop_map(|date| format!("{date}..")),
        1 => (date(), date()).prop_map(|(first, last)| format!("{first}..{last}")),
    ];
    let members = prop::collection::vec(member, 1..4).prop_map(|members| members.join(","));
    prop_oneof![
        4 => date(),
        4 => (endpoint(), endpoint()).prop_map(|(start, end)| format!("{start}/{end}")),
        1 => (date(), date()).prop_map(|(start, end)| format!("..{start}/{end}..")),
        2 => (members, any::<bool>()).prop_map(|(members, all)| {
            if all { format!("{{{members}}}") } else { format!("[{members}]") }
        }),
        1 => "[0-2][0-9]{3}-(0[1-9]|1[0-2])-[0-2][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](Z|[+-][01][0-9](:[0-5][0-9])?)?",
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        date().prop_map(Value::from),
        edtf().prop_map(Value::from),
        "[12][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9](:[0-6][0-9](\\.[0-9]{1,10})?)?(Z|[+-][0-9]{2}(:[0-9]{2})?)?"
            .prop_map(Value::from),
    ];
    let key = prop_oneof![
        8 => prop::sample::select(vec!["edtf", "start", "end", "ongoing", "text"]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ];
    leaf.prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// Whether two moments are in order, where that can be seen before the zone is known.
fn in_order(one: Option<Moment>, two: Option<Moment>) -> bool {
    let (Some(one), Some(two)) = (one, two) else {
        return true;
    };
    one.partial_cmp(&two).is_none_or(std::cmp::Ordering::is_le)
}

fn assert_ordered(extent: &LocalExtent) -> Result<(), TestCaseError> {
    prop_assert!(in_order(extent.start.earliest, extent.start.latest));
    prop_assert!(in_order(extent.end.earliest, extent.end.latest));
    prop_assert!(in_order(extent.start.earliest, extent.end.latest));
    prop_assert!(!extent.ongoing || extent.end.latest.is_none());
    Ok(())
}

fn contains(wide: Bounds<Moment>, narrow: Bounds<Moment>) -> bool {
    let earlier =
        wide.earliest.is_none() || narrow.earliest.is_some() && in_order(wide.earliest, narrow.earliest);
    let later = wide.latest.is_none() || narrow.latest.is_some() && in_order(narrow.latest, wide.latest);
    earlier && later
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn edtf_gives_ordered_bounds(text in edtf()) {
        if let Ok(extent) = text.parse::<LocalExtent>() {
            assert_ordered(&extent)?;
        }
    }

    #[test]
    fn the_canonical_form_reads_as_the_same_extent(text in edtf()) {
        if let Ok(extent) = text.parse::<LocalExtent>() {
            let canonical = extent.edtf.clone().unwrap();
            prop_assert_eq!(canonical.parse::<LocalExtent>(), Ok(extent));
        }
    }

    #[test]
    fn a_question_mark_moves_no_bound_and_a_tilde_only_widens(date in "[12][0-9]{2}[0-9X](-(0[1-9]|1[0-2]|2[1-9]|3[0-9])|-XX)?") {
        let plain: LocalExtent = date.parse().unwrap();
        let uncertain: LocalExtent = format!("{date}?").parse().unwrap();
        let approximate: LocalExtent = format!("{date}~").parse().unwrap();
        prop_assert_eq!(plain.start, uncertain.start);
        prop_assert!(contains(approximate.start, plain.start));
        prop_assert_ne!(approximate.start, plain.start);
        let both: LocalExtent = format!("{date}%").parse().unwrap();
        prop_assert_eq!(both.start, approximate.start);
    }

    #[test]
    fn a_pair_of_one_date_is_that_date(date in date()) {
        let pair = json!({"start": [date, date], "end": [date, date]});
        if let Ok(bounds) = serde_json::from_value::<LocalExtent>(pair) {
            let edtf: LocalExtent = date.parse().unwrap();
            prop_assert_eq!((bounds.start, bounds.end), (edtf.start, edtf.end));
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}", near in "[0-9X?~%/.,TYESZ:+\\[\\]{}-]{0,30}") {
        let _ = text.parse::<LocalExtent>();
        let _ = near.parse::<LocalExtent>();
    }

    #[test]
    fn no_json_panics_and_all_that_is_read_is_ordered(value in json()) {
        if let Ok(extent) = serde_json::from_value::<LocalExtent>(value) {
            assert_ordered(&extent)?;
        }
    }
}

#[test]
fn the_generator_writes_mostly_edtf() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let read = (0..1_000)
        .filter(|_| {
            let tree = edtf().new_tree(&mut runner).unwrap();
            tree.current().parse::<LocalExtent>().is_ok()
        })
        .count();
    assert!(read > 300, "only {read} of 1000");
}
