//! Laws that every status and timeline keeps, whatever the records.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::question::{Question, Scope};
use super::record::{Ended, Records, Row, StatusClaim, TICK, Testimony, Voice};
use super::schedule::Weekly;
use super::vocabulary::CrossingStatusCode;
use super::{Span, each_cell, status, timeline};
use crate::claim::origin::Origin;
use crate::claim::vocabulary::ClaimAct;
use crate::closure::vocabulary::{ClosureBasis, ClosureEffect, ClosureSeverity};
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::event::vocabulary::Modality;
use crate::extent::Bounds;

const POSITIONS: [ClaimAct; 3] = [ClaimAct::Assert, ClaimAct::Confirm, ClaimAct::Deny];
const NO_POSITIONS: [ClaimAct; 5] =
    [ClaimAct::Accuse, ClaimAct::Question, ClaimAct::Predict, ClaimAct::Demand, ClaimAct::Announce];

/// A moment in the first weeks of 2025.
fn quarter(number: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(1_735_689_600, 0).unwrap() + TimeDelta::hours(6 * i64::from(number))
}

fn moment() -> impl Strategy<Value = DateTime<Utc>> {
    (0_u32..100).prop_map(quarter)
}

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

/// One of very few ids, so that records meet.
fn few() -> impl Strategy<Value = Uuid> {
    (1_u128..4).prop_map(Uuid::from_u128)
}

fn direction() -> impl Strategy<Value = Direction> {
    prop::sample::select(vec![Direction::Both, Direction::AToB, Direction::BToA])
}

fn traffic() -> impl Strategy<Value = TrafficClass> {
    prop::sample::select(vec![
        TrafficClass::Pedestrian,
        TrafficClass::Returnees,
        TrafficClass::Cargo,
        TrafficClass::Passenger,
    ])
}

fn act(acts: &'static [ClaimAct]) -> impl Strategy<Value = ClaimAct> {
    prop::sample::select(acts)
}

fn extent() -> impl Strategy<Value = (Bounds<DateTime<Utc>>, Bounds<DateTime<Utc>>, bool)> {
    let bound = || prop::option::weighted(0.8, 0_u32..100);
    (prop::array::uniform4(bound()), any::<bool>()).prop_map(|(mut bounds, ongoing)| {
        let mut known: Vec<u32> = bounds.iter().flatten().copied().collect();
        known.sort_unstable();
        for bound in bounds.iter_mut().rev().flatten() {
            *bound = known.pop().unwrap();
        }
        let [first, second, third, fourth] = bounds.map(|bound| bound.map(quarter));
        let end = Bounds { earliest: third, latest: fourth.filter(|_| !ongoing) };
        (Bounds { earliest: first, latest: second }, end, ongoing)
    })
}

fn weekly() -> impl Strategy<Value = Weekly> {
    prop::sample::select(vec![
        None,
        None,
        None,
        Some("Mo,We,Fr"),
        Some("Sa 08:00-17:00"),
        Some("no schedule"),
    ])
    .prop_map(|text| Weekly::read(text, Some("Asia/Karachi")))
}

fn testimony() -> impl Strategy<Value = Testimony> {
    (moment(), prop::option::of(act(&POSITIONS))).prop_map(|(moment, act)| Testimony { moment, act })
}

fn origin() -> impl Strategy<Value = Origin> {
    few().prop_map(|source| Origin { source: Some(source), ..Origin::default() })
}

fn row() -> impl Strategy<Value = Row> {
    let who = (id(), few(), prop::option::of(few()), prop::collection::vec(few(), 0..2), any::<bool>());
    let what = (
        prop::sample::select(vec![ClosureEffect::Closes, ClosureEffect::Opens]),
        prop::sample::select(vec![ClosureSeverity::Full, ClosureSeverity::Full, ClosureSeverity::Partial]),
        prop::sample::select(vec![ClosureBasis::Ordered, ClosureBasis::Unspecified, ClosureBasis::Observed]),
        prop::sample::select(vec![
            Modality::Occurred,
            Modality::Ongoing,
            Modality::Occurred,
            Modality::Alleged,
            Modality::Announced,
        ]),
        direction(),
        prop::collection::vec(traffic(), 0..3),
    );
    let evidence = || prop::collection::vec(testimony(), 0..3);
    let voices = prop::collection::vec((prop::option::of(few()), origin()), 0..3);
    (who, what, extent(), weekly(), evidence(), evidence(), voices).prop_map(
        |(
            (id, event, decided_by, ends, alleged),
            what,
            (start, end, ongoing),
            weekly,
            evidence,
            end_evidence,
            voices,
        )| {
            let (effect, severity, basis, modality, direction, traffic) = what;
            let ends = ends.into_iter().map(|event| Ended { event, alleged }).collect();
            let voices = voices.into_iter().map(|(article, origin)| Voice { article, origin }).collect();
            Row {
                id,
                event,
                modality,
                effect,
                direction,
                traffic,
                severity,
                basis,
                decided_by,
                start,
                end,
                ongoing,
                weekly,
                ends,
                evidence,
                end_evidence,
                voices,
            }
        },
    )
}

fn claim(acts: &'static [ClaimAct]) -> impl Strategy<Value = StatusClaim> {
    let value = prop::sample::select(vec![
        CrossingStatusCode::Open,
        CrossingStatusCode::Restricted,
        CrossingStatusCode::Closed,
    ]);
    let scope = (direction(), prop::option::of(traffic()));
    let as_of = (prop::option::weighted(0.9, moment()), 0_i64..3);
    (id(), act(acts), value, scope, as_of, origin(), prop::option::of(few())).prop_map(
        |(id, act, value, (direction, traffic), (since, days), origin, article)| {
            let moment = since.map(|since| since + TimeDelta::days(days));
            StatusClaim { id, act, value, direction, traffic, since, moment, origin, article }
        },
    )
}

fn records() -> impl Strategy<Value = Records> {
    (prop::collection::vec(row(), 0..6), prop::collection::vec(claim(&POSITIONS), 0..5))
        .prop_map(|(rows, claims)| Records { rows, claims })
}

fn scope() -> impl Strategy<Value = Scope> {
    (direction(), prop::option::of(traffic()), 0_i64..15).prop_map(|(direction, traffic, days)| Scope {
        direction,
        traffic,
        horizon: TimeDelta::days(days),
    })
}

fn question() -> impl Strategy<Value = Question> {
    (moment(), scope()).prop_map(|(at, scope)| Question { at, scope })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_order_of_rows_and_claims_never_matters(
        (records, rows, claims) in records().prop_flat_map(|records| (
            Just(records.clone()), Just(records.rows).prop_shuffle(), Just(records.claims).prop_shuffle(),
        )),
        question in question(),
    ) {
        let shuffled = Records { rows, claims };
        prop_assert_eq!(status(&records, question), status(&shuffled, question));
        prop_assert_eq!(each_cell(&records, question), each_cell(&shuffled, question));
    }

    #[test]
    fn a_timeline_has_no_gap_and_no_overlap_and_agrees_with_the_status(
        records in records(), scope in scope(), moments in prop::array::uniform2(0_u32..120), odd in prop::collection::vec(0_i64..3_000_000_000, 20),
    ) {
        let [one, two] = moments.map(quarter);
        let span = Span { from: one.min(two), to: one.max(two) + TimeDelta::hours(1) };
        let intervals = timeline(&records, span, scope).unwrap();
        prop_assert_eq!(intervals.first().unwrap().span.from, span.from);
        prop_assert_eq!(intervals.last().unwrap().span.to, span.to);
        for pair in intervals.windows(2) {
            prop_assert_eq!(pair[0].span.to, pair[1].span.from);
            prop_assert_ne!(&pair[0].answer, &pair[1].answer);
        }
        for interval in &intervals {
            let Span { from, to } = interval.span;
            prop_assert!(from < to);
            let middle = from + TimeDelta::seconds((to - from).num_seconds() / 2);
            let elsewhere = odd.iter().map(|odd| from + TimeDelta::milliseconds(*odd)).filter(|at| *at < to);
            for at in [from, from + TICK, middle, to - TICK].into_iter().filter(|at| *at < to).chain(elsewhere) {
                prop_assert_eq!(&status(&records, Question { at, scope }), &interval.answer, "at {}", at);
            }
        }
    }

    #[test]
    fn what_is_predicted_demanded_announced_doubted_or_accused_changes_nothing(
        records in records(), idle in prop::collection::vec(claim(&NO_POSITIONS), 1..4), row in any::<prop::sample::Index>(),
        testimony in (moment(), act(&NO_POSITIONS)), question in question(),
    ) {
        let mut with = records.clone();
        with.claims.extend(idle);
        if !with.rows.is_empty() {
            let row = row.index(with.rows.len());
            with.rows[row].evidence.push(Testimony { moment: testimony.0, act: Some(testimony.1) });
        }
        prop_assert_eq!(status(&with, question), status(&records, question));
    }

    #[test]
    fn a_retracted_claim_leaves_the_answer_as_it_was(records in records(), wrong in claim(&POSITIONS), question in question()) {
        let before = status(&records, question);
        let mut records = records;
        records.claims.insert(0, wrong.clone());
        let _ = status(&records, question);
        records.claims.retain(|claim| claim.id != wrong.id);
        prop_assert_eq!(status(&records, question), before);
    }

    #[test]
    fn nothing_is_open_unless_a_row_or_a_claim_says_so(records in records(), question in question()) {
        let answer = status(&records, question);
        let said = !answer.grounds.deciding.is_empty() || !answer.grounds.support.is_empty();
        let disputed = !answer.grounds.dissent.is_empty();
        prop_assert_eq!(answer.status == CrossingStatusCode::Unknown, !(said || disputed));
        let opening = |row: &Row| row.effect == ClosureEffect::Opens || row.end.latest.is_some() || matches!(row.weekly, Weekly::At(_));
        let opened = records.rows.iter().any(opening)
            || records.claims.iter().any(|claim| claim.value == CrossingStatusCode::Open && claim.act != ClaimAct::Deny);
        prop_assert!(answer.status != CrossingStatusCode::Open || opened);
        prop_assert_eq!(status(&Records::default(), question).status, CrossingStatusCode::Unknown);
    }

    #[test]
    fn a_copy_of_an_article_never_raises_the_origins(records in records(), row in any::<prop::sample::Index>(), question in question()) {
        prop_assume!(!records.rows.is_empty());
        let mut records = records;
        records.claims.iter_mut().for_each(|claim| claim.article = None);
        let mut with = records.clone();
        let row = row.index(with.rows.len());
        let copies: Vec<Voice> = with.rows[row].voices.iter().map(|voice| Voice { article: Some(Uuid::from_u128(99)), ..*voice }).collect();
        with.rows[row].voices.extend(copies);
        prop_assert_eq!(status(&with, question).grounds.origins, status(&records, question).grounds.origins);
    }
}
