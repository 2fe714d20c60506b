//! The rules of accounts, each with its cases, and the laws that hold for all claims.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::position::{Position, Subject, counts_people};
use super::rules::{Account, account};
use super::value::Value;
use super::vocabulary::Agreement;
use crate::claim::origin::Origin;
use crate::claim::vocabulary::{ClaimAct, NumberQualifier};
use crate::extent::{Bounds, Extent};

const ONE_VALUE: Subject = Subject {
    functional: true,
    counts_people: false,
    ended: None,
    within: std::collections::BTreeSet::new(),
};
const SET: Subject = Subject {
    functional: false,
    counts_people: false,
    ended: None,
    within: std::collections::BTreeSet::new(),
};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Midnight of a day of October 2025.
fn day(day: u32) -> DateTime<Utc> {
    chrono::NaiveDate::from_ymd_opt(2025, 10, day).unwrap().and_time(chrono::NaiveTime::MIN).and_utc()
}

fn by(speaker: u128) -> Origin {
    Origin { actor: Some(id(speaker)), source: None, article: None }
}

/// A speaker's claim as of a day, in an article of his own.
fn says(speaker: u128, value: Value, on: u32) -> Position {
    Position {
        claim: id(speaker * 1_000 + u128::from(on)),
        origin: by(speaker),
        source: id(speaker + 100),
        article: Some(id(speaker + 200)),
        act: ClaimAct::Assert,
        as_of: Some(day(on)),
        value,
    }
}

fn act(act: ClaimAct, position: Position) -> Position {
    Position { act, ..position }
}

fn exactly(number: f64) -> Value {
    Value::number(Some(number), None, None, Some("day"), NumberQualifier::Exact)
}

fn number(number: f64, qualifier: NumberQualifier) -> Value {
    Value::number(Some(number), None, None, Some("day"), qualifier)
}

fn code(code: &str) -> Value {
    Value::Code(code.to_owned())
}

fn of(subject: &Subject, claims: &[Position]) -> Account {
    account(subject, claims, None).expect("somebody takes a position")
}

fn agreement(subject: &Subject, claims: &[Position]) -> Agreement {
    of(subject, claims).agreement
}

// Rule 1: positions.

#[test]
fn predictions_demands_questions_and_announcements_are_no_positions() {
    for word in [ClaimAct::Predict, ClaimAct::Demand, ClaimAct::Question, ClaimAct::Announce] {
        let aside = act(word, says(2, exactly(9.0), 1));
        assert_eq!(account(&ONE_VALUE, std::slice::from_ref(&aside), None), None, "{word:?}");
        let alone = of(&ONE_VALUE, &[says(1, exactly(3.0), 1)]);
        assert_eq!(of(&ONE_VALUE, &[says(1, exactly(3.0), 1), aside]), alone, "{word:?}");
    }
    for word in [ClaimAct::Assert, ClaimAct::Confirm, ClaimAct::Accuse] {
        assert_eq!(of(&ONE_VALUE, &[act(word, says(1, exactly(3.0), 1))]).variants[0].origins, 1, "{word:?}");
    }
}

#[test]
fn an_account_as_of_a_time_has_what_was_said_by_then() {
    let mut claims = vec![says(1, exactly(3.0), 1), says(2, exactly(4.0), 5)];
    claims.push(Position { as_of: None, claim: id(7), ..says(3, exactly(5.0), 1) });
    let then = account(&ONE_VALUE, &claims, Some(day(1))).unwrap();
    assert_eq!((then.agreement, then.variants.len()), (Agreement::Single, 1));
    assert_eq!(account(&ONE_VALUE, &claims, Some(day(5))).unwrap().agreement, Agreement::Disputed);
    assert_eq!(account(&ONE_VALUE, &claims, Some(day(1) - TimeDelta::seconds(1))), None);
}

// Rule 2: the latest of each origin.

#[test]
fn an_origin_stands_for_what_it_said_last() {
    let account = of(&ONE_VALUE, &[says(1, exactly(3.0), 1), says(1, exactly(4.0), 2)]);
    assert_eq!(account.agreement, Agreement::Updated);
    assert_eq!((account.variants.len(), account.superseded), (1, vec![id(1_001)]));
    // To say the same again is no change.
    assert_eq!(
        agreement(&ONE_VALUE, &[says(1, exactly(3.0), 1), says(1, exactly(3.0), 2)]),
        Agreement::Single
    );
}

#[test]
fn of_equal_times_all_stay() {
    let again = Position { claim: id(5), article: Some(id(6)), ..says(1, exactly(4.0), 1) };
    // Two articles quote one origin differently.
    assert_eq!(agreement(&ONE_VALUE, &[says(1, exactly(3.0), 1), again]), Agreement::Disputed);
}

#[test]
fn an_unknown_time_is_neither_before_nor_after() {
    let undated = Position { as_of: None, claim: id(5), ..says(1, exactly(4.0), 1) };
    let account = of(&ONE_VALUE, &[says(1, exactly(3.0), 1), undated.clone()]);
    assert_eq!((account.agreement, account.superseded), (Agreement::Disputed, Vec::new()));
    let ended = Subject { ended: Some(day(9)), ..ONE_VALUE };
    assert_eq!(of(&ended, std::slice::from_ref(&undated)).variants[0].value, undated.value);
}

// Rule 3: unfinished business.

#[test]
fn a_number_from_before_the_end_reads_as_at_least() {
    let ended = Subject { ended: Some(day(4)), ..ONE_VALUE };
    assert_eq!(agreement(&ended, &[says(1, exactly(3.0), 3), says(2, exactly(4.0), 4)]), Agreement::Agreed);
    assert_eq!(agreement(&ended, &[says(1, exactly(5.0), 3), says(2, exactly(4.0), 4)]), Agreement::Disputed);
    assert_eq!(agreement(&ended, &[says(1, exactly(3.0), 4), says(2, exactly(4.0), 4)]), Agreement::Disputed);
    let read = of(&ended, &[says(1, exactly(3.0), 3), says(2, exactly(3.0), 4)]);
    assert_eq!(read.variants.len(), 2);
    assert!(read.variants.iter().any(|variant| variant.value.least_of_at_least() == Some(3.0)));
}

#[test]
fn any_other_value_that_early_is_set_aside_once_somebody_speaks_as_of_the_end() {
    let ended = Subject { ended: Some(day(4)), ..ONE_VALUE };
    let early = says(1, code("CONTINUING"), 3);
    assert_eq!(of(&ended, std::slice::from_ref(&early)).superseded, [] as [Uuid; 0]);
    let account = of(&ended, &[early.clone(), says(2, code("NO_AGREEMENT"), 4)]);
    assert_eq!((account.agreement, account.superseded), (Agreement::Single, vec![early.claim]));
    // A prediction of that day is no word on the end.
    let foretold = act(ClaimAct::Predict, says(2, code("NO_AGREEMENT"), 4));
    assert_eq!(of(&ended, &[early, foretold]).superseded, [] as [Uuid; 0]);
}

#[test]
fn a_count_of_people_reads_as_at_least_against_one_a_day_newer() {
    let people = Subject { counts_people: true, ..ONE_VALUE };
    assert_eq!(agreement(&people, &[says(1, exactly(3.0), 1), says(2, exactly(5.0), 2)]), Agreement::Agreed);
    assert_eq!(
        agreement(&people, &[says(1, exactly(5.0), 1), says(2, exactly(3.0), 2)]),
        Agreement::Disputed
    );
    assert_eq!(
        agreement(&people, &[says(1, exactly(3.0), 1), says(2, exactly(5.0), 1)]),
        Agreement::Disputed
    );
    assert_eq!(
        agreement(&ONE_VALUE, &[says(1, exactly(3.0), 1), says(2, exactly(5.0), 2)]),
        Agreement::Disputed
    );
    assert!(counts_people("fatalities", None) && counts_people("evacuated", Some("person")));
    assert!(!counts_people("stranded_vehicles", None));
}

// Rule 4: variants.

#[test]
fn what_means_the_same_is_one_variant_with_its_counts() {
    let same = [
        (Value::text("Talks  failed."), Value::text("talks failed")),
        (exactly(3.0), Value::number(None, Some(3.0), Some(3.0), Some("Day"), NumberQualifier::Exact)),
        (exactly(0.0), exactly(-0.0)),
        (
            number(3.0, NumberQualifier::AtLeast),
            Value::number(None, Some(3.0), None, Some("day"), NumberQualifier::AtLeast),
        ),
    ];
    for (one, two) in same {
        assert_eq!(of(&SET, &[says(1, one.clone(), 1), says(2, two, 1)]).variants.len(), 1, "{one:?}");
    }
    let mut third = says(3, exactly(3.0), 1);
    third.article = says(2, exactly(3.0), 1).article;
    third.source = says(2, exactly(3.0), 1).source;
    let account = of(
        &ONE_VALUE,
        &[says(1, exactly(3.0), 1), says(2, exactly(3.0), 1), third, says(4, exactly(4.0), 1)],
    );
    let variant = &account.variants[0];
    assert_eq!((variant.claims.len(), variant.articles, variant.sources, variant.origins), (3, 2, 2, 3));
}

#[test]
fn a_denial_stands_with_what_it_denies() {
    let ended = Subject { ended: Some(day(4)), ..ONE_VALUE };
    let account = of(&ended, &[says(1, exactly(3.0), 3), act(ClaimAct::Deny, says(2, exactly(3.0), 5))]);
    assert_eq!(account.agreement, Agreement::Denied);
    let [variant] = &account.variants[..] else { panic!("{account:?}") };
    assert_eq!((variant.origins, variant.denials, variant.claims.len()), (1, 1, 2));
    // What nobody says can be denied too.
    let account = of(&ONE_VALUE, &[says(1, exactly(3.0), 1), act(ClaimAct::Deny, says(2, exactly(9.0), 1))]);
    assert_eq!((account.agreement, account.variants.len()), (Agreement::Agreed, 2));
    assert_eq!((account.variants[1].origins, account.variants[1].denials), (0, 1));
}

// Rule 5: the agreement, and what is compatible.

#[test]
fn the_first_agreement_that_applies_counts() {
    let (no, yes) = (code("NO_AGREEMENT"), code("AGREEMENT"));
    let deny = |speaker, value: &Value, on| act(ClaimAct::Deny, says(speaker, value.clone(), on));
    let cases: &[(Agreement, &Subject, Vec<Position>)] = &[
        (Agreement::Single, &ONE_VALUE, vec![says(1, no.clone(), 1)]),
        (
            Agreement::Single,
            &SET,
            vec![says(1, no.clone(), 1), Position { claim: id(9), ..says(1, yes.clone(), 1) }],
        ),
        (Agreement::Agreed, &ONE_VALUE, vec![says(1, no.clone(), 1), says(2, no.clone(), 2)]),
        (Agreement::Varied, &SET, vec![says(1, no.clone(), 1), says(2, yes.clone(), 1)]),
        (
            Agreement::Updated,
            &SET,
            vec![says(1, no.clone(), 1), says(1, yes.clone(), 2), says(2, no.clone(), 1)],
        ),
        (Agreement::Updated, &ONE_VALUE, vec![says(1, no.clone(), 1), deny(1, &no, 2)]),
        (
            Agreement::Denied,
            &SET,
            vec![says(1, no.clone(), 1), says(1, yes.clone(), 2), says(2, no.clone(), 1), deny(3, &no, 1)],
        ),
        (Agreement::Single, &ONE_VALUE, vec![says(1, no.clone(), 1), deny(1, &no, 1)]),
        (
            Agreement::Disputed,
            &ONE_VALUE,
            vec![says(1, no.clone(), 1), says(2, yes.clone(), 1), deny(3, &no, 1)],
        ),
    ];
    for (expected, subject, claims) in cases {
        assert_eq!(agreement(subject, claims), *expected, "{claims:#?}");
    }
}

#[test]
fn numbers_are_compatible_when_their_intervals_overlap() {
    use NumberQualifier::{About, AtLeast, AtMost, Exact, Placeholder};
    let rows = [
        (number(3.0, AtLeast), exactly(4.0), true),
        (number(3.0, AtLeast), exactly(2.0), false),
        (exactly(3.0), exactly(4.0), false),
        (number(3.0, AtMost), exactly(3.0), true),
        (number(3.0, AtMost), exactly(4.0), false),
        (number(3.0, AtMost), number(4.0, AtLeast), false),
        (number(10.0, Placeholder), exactly(4.0), true),
        (number(50.0, About), exactly(45.0), true),
        (number(50.0, About), exactly(55.0), true),
        (number(50.0, About), exactly(56.0), false),
        (number(-50.0, About), exactly(-54.0), true),
        (Value::number(Some(50.0), Some(40.0), Some(60.0), Some("day"), About), exactly(41.0), true),
        (Value::number(None, Some(2.0), Some(5.0), Some("day"), Exact), exactly(5.0), true),
        (exactly(3.0), Value::number(Some(72.0), None, None, Some("hour"), Exact), true),
    ];
    for (one, two, compatible) in rows {
        let expected = if compatible { Agreement::Agreed } else { Agreement::Disputed };
        assert_eq!(
            agreement(&ONE_VALUE, &[says(1, one.clone(), 1), says(2, two.clone(), 1)]),
            expected,
            "{one:?} {two:?}"
        );
    }
}

#[test]
fn extents_are_compatible_when_their_possible_ranges_overlap() {
    let extent = |from: Option<u32>, until: Option<u32>, exact: bool| {
        let start = Bounds { earliest: from.map(day), latest: None };
        let end = Bounds { earliest: until.filter(|_| exact).map(day), latest: until.map(day) };
        Value::extent(&Extent { start, end, ongoing: false, edtf: None, text: None })
    };
    let rows = [
        (extent(Some(1), Some(3), false), extent(Some(2), Some(4), false), true),
        (extent(Some(1), Some(2), false), extent(Some(2), Some(3), false), false),
        // An end at one exact moment is in.
        (extent(Some(1), Some(2), true), extent(Some(2), Some(3), false), true),
        (extent(None, Some(2), false), extent(Some(2), None, false), false),
        (extent(None, None, false), extent(Some(2), Some(3), false), true),
    ];
    for (one, two, compatible) in rows {
        let expected = if compatible { Agreement::Agreed } else { Agreement::Disputed };
        for pair in [[one.clone(), two.clone()], [two, one]] {
            let [one, two] = pair;
            assert_eq!(
                agreement(&ONE_VALUE, &[says(1, one.clone(), 1), says(2, two, 1)]),
                expected,
                "{one:?}"
            );
        }
    }
}

#[test]
fn a_place_is_compatible_with_the_place_around_it() {
    let (city, country, elsewhere) = (Value::Location(id(1)), Value::Location(id(2)), Value::Location(id(3)));
    let subject = Subject { within: [(id(1), id(2))].into(), ..ONE_VALUE };
    assert_eq!(
        agreement(&subject, &[says(1, city.clone(), 1), says(2, country.clone(), 1)]),
        Agreement::Agreed
    );
    assert_eq!(agreement(&subject, &[says(1, country, 1), says(2, city.clone(), 1)]), Agreement::Agreed);
    assert_eq!(agreement(&subject, &[says(1, city, 1), says(2, elsewhere, 1)]), Agreement::Disputed);
}

#[test]
fn codes_actors_and_booleans_are_compatible_when_equal_and_texts_always() {
    let pairs = [
        (code("OPEN"), code("CLOSED"), Agreement::Disputed),
        (Value::Actor(id(1)), Value::Actor(id(2)), Agreement::Disputed),
        (Value::Boolean(true), Value::Boolean(false), Agreement::Disputed),
        (Value::text("one"), Value::text("two"), Agreement::Agreed),
    ];
    for (one, two, expected) in pairs {
        assert_eq!(
            agreement(&ONE_VALUE, &[says(1, one.clone(), 1), says(2, one.clone(), 1)]),
            Agreement::Agreed
        );
        assert_eq!(agreement(&ONE_VALUE, &[says(1, one, 1), says(2, two, 1)]), expected);
    }
}

// Laws.

fn values() -> impl Strategy<Value = Value> {
    let qualifier = prop_oneof![
        Just(NumberQualifier::Exact),
        Just(NumberQualifier::AtLeast),
        Just(NumberQualifier::AtMost),
        Just(NumberQualifier::About),
        Just(NumberQualifier::Placeholder),
    ];
    (0..4_u8, prop::option::of(Just("day")), qualifier).prop_map(|(figure, unit, qualifier)| {
        Value::number(Some(f64::from(figure)), None, None, unit, qualifier)
    })
}

fn acts() -> impl Strategy<Value = ClaimAct> {
    prop_oneof![
        4 => Just(ClaimAct::Assert),
        1 => Just(ClaimAct::Confirm),
        2 => Just(ClaimAct::Deny),
        1 => Just(ClaimAct::Accuse),
        1 => Just(ClaimAct::Predict),
        1 => Just(ClaimAct::Demand),
    ]
}

fn claims() -> impl Strategy<Value = Vec<Position>> {
    let one = (0..4_u128, prop::option::of(0..5_u128), prop::option::of(1..6_u32), acts(), values());
    prop::collection::vec(one, 1..12).prop_map(|claims| {
        let positions =
            claims.into_iter().zip(1..).map(|((speaker, article, on, act, value), place)| Position {
                claim: id(place),
                origin: by(speaker),
                // An article is of one source.
                source: id(article.map_or(300, |article| 100 + article / 2)),
                article: article.map(|article| id(200 + article)),
                act,
                as_of: on.map(day),
                value,
            });
        positions.collect()
    })
}

fn subjects() -> impl Strategy<Value = Subject> {
    (any::<bool>(), any::<bool>(), prop::option::of(1..6_u32)).prop_map(
        |(functional, counts_people, ended)| Subject {
            functional,
            counts_people,
            ended: ended.map(day),
            ..Subject::default()
        },
    )
}

proptest! {
    #[test]
    fn the_order_of_claims_never_matters(
        subject in subjects(),
        (claims, shuffled) in claims().prop_flat_map(|claims| (Just(claims.clone()), Just(claims).prop_shuffle())),
    ) {
        prop_assert_eq!(account(&subject, &claims, None), account(&subject, &shuffled, None));
    }

    #[test]
    fn a_syndicated_copy_never_raises_the_origins(subject in subjects(), claims in claims(), place in any::<prop::sample::Index>()) {
        let copied = &claims[place.index(claims.len())];
        // Another article of another source, of the same origin and with the same word.
        let copy = Position { claim: id(99), article: Some(id(999)), source: id(998), ..copied.clone() };
        let with_it: Vec<_> = claims.iter().cloned().chain([copy]).collect();
        let origins = |account: Option<Account>| {
            account.map(|account| {
                let mut variants: Vec<_> =
                    account.variants.into_iter().map(|variant| (variant.value, variant.origins, variant.denials)).collect();
                variants.sort();
                (account.agreement, variants)
            })
        };
        prop_assert_eq!(origins(account(&subject, &claims, None)), origins(account(&subject, &with_it, None)));
    }

    #[test]
    fn sources_are_no_more_than_articles_and_articles_than_claims(subject in subjects(), claims in claims()) {
        let in_articles: Vec<_> = claims.into_iter().filter(|claim| claim.article.is_some()).collect();
        for variant in account(&subject, &in_articles, None).into_iter().flat_map(|account| account.variants) {
            prop_assert!(variant.sources <= variant.articles && variant.articles <= variant.claims.len());
            prop_assert!(variant.origins + variant.denials <= variant.claims.len());
        }
    }

    #[test]
    fn every_position_stands_in_one_place(subject in subjects(), claims in claims()) {
        let account = account(&subject, &claims, None);
        let mut placed: Vec<Uuid> = account
            .into_iter()
            .flat_map(|account| account.variants.into_iter().flat_map(|variant| variant.claims).chain(account.superseded))
            .collect();
        placed.sort_unstable();
        let mut positions: Vec<_> = claims
            .iter()
            .filter(|claim| !matches!(claim.act, ClaimAct::Predict | ClaimAct::Demand | ClaimAct::Question | ClaimAct::Announce))
            .map(|claim| claim.claim)
            .collect();
        positions.sort_unstable();
        prop_assert_eq!(placed, positions);
    }

    #[test]
    fn taking_a_claim_back_restores_the_answer_from_before_it(subject in subjects(), claims in claims(), place in any::<prop::sample::Index>()) {
        let before = account(&subject, &claims, None);
        let wrong = Position { claim: id(99), ..claims[place.index(claims.len())].clone() };
        let mut then = claims.clone();
        then.insert(place.index(claims.len()), wrong);
        then.retain(|claim| claim.claim != id(99));
        prop_assert_eq!(account(&subject, &then, None), before);
    }

    #[test]
    fn compatibility_has_no_direction_and_holds_of_a_value_with_itself(one in values(), two in values()) {
        let within = std::collections::BTreeSet::new();
        prop_assert!(one.is_compatible(&one, &within));
        prop_assert_eq!(one.is_compatible(&two, &within), two.is_compatible(&one, &within));
        // What fits a value fits its reading as "at least".
        prop_assert!(!one.is_compatible(&two, &within) || one.at_least().is_compatible(&two, &within));
    }
}
