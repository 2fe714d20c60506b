//! What a status rests on, gathered for all crossings and closures of a level.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveEnum;
use sea_orm::sea_query::Expr;
use serde::Deserialize;
use uuid::Uuid;

use super::force;
use super::question::DEFAULT_HORIZON_DAYS;
use super::record::{Ended, Records, Row, StatusClaim, Testimony, Voice, last_moment};
use super::schedule::Weekly;
use super::vocabulary::{CrossingStatusCode, ThreeValued};
use crate::claim;
use crate::claim::origin::Origin;
use crate::claim::vocabulary::ClaimAct;
use crate::closure;
use crate::crossing::graphql::traffic_classes;
use crate::crossing::vocabulary::Direction;
use crate::db::{DatabaseError, Reading};
use crate::event::vocabulary::Modality;
use crate::extent::Bounds;

/// The key of what is known of the crossing at a location.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KnownOf(pub Uuid);

/// What is known of a crossing: the values that the rules take, and the records they came from.
#[derive(Debug, Default)]
pub struct Known {
    /// What the rules take.
    pub records: Records,
    /// The closures behind the rows.
    pub closures: HashMap<Uuid, Arc<closure::entity::Model>>,
    /// The claims.
    pub claims: HashMap<Uuid, Arc<claim::entity::Model>>,
}

/// The key of a closure as the rules take it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowOf(pub Uuid);

/// The key of the closures whose extent allows a moment, and which nevertheless are not in force
/// then: their weekly schedule makes a pause, or they were only observed, and too long ago.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdleAt(pub DateTime<Utc>);

/// The key of the moment of a request, by the clock of the database.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Now;

impl Loader<KnownOf> for Reading {
    type Value = Arc<Known>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[KnownOf]) -> Result<HashMap<KnownOf, Arc<Known>>, DatabaseError> {
        let locations: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let around = Expr::cust_with_expr(
            "c.place_id in (select ancestor_id from location_ancestor where location_id = any ($1))",
            locations.clone(),
        );
        let of_crossings = Expr::cust_with_expr(include_str!("crossings.sql"), locations);
        let (closures, crossings) =
            futures_util::try_join!(self.closures(around), self.facts::<Crossings>(of_crossings))?;
        Ok(crossings.gather(&closures.gather()))
    }
}

impl Loader<RowOf> for Reading {
    type Value = Arc<Row>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[RowOf]) -> Result<HashMap<RowOf, Arc<Row>>, DatabaseError> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let closures = self.closures(Expr::cust_with_expr("c.id = any ($1)", ids)).await?;
        Ok(closures.gather().into_iter().map(|(row, _)| (RowOf(row.id), Arc::new(row))).collect())
    }
}

impl Loader<IdleAt> for Reading {
    type Value = Vec<Uuid>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[IdleAt]) -> Result<HashMap<IdleAt, Vec<Uuid>>, DatabaseError> {
        let asked = keys.iter().map(async |key| {
            let doubtful = Expr::cust_with_values(
                "(c.schedule is not null or (c.basis = 'OBSERVED' and c.end_latest is null)) \
                 and coalesce(c.start_earliest <= $1, true) and coalesce(c.end_latest >= $2, true)",
                [key.0, key.0],
            );
            let closures = self.closures(doubtful).await?;
            let horizon = TimeDelta::days(DEFAULT_HORIZON_DAYS.into());
            let idle = closures.gather().into_iter().map(|(row, _)| row);
            let idle = idle.filter(|row| force(row, key.0, horizon) == ThreeValued::No);
            Ok::<_, DatabaseError>((*key, idle.map(|row| row.id).collect()))
        });
        Ok(futures_util::future::try_join_all(asked).await?.into_iter().collect())
    }
}

impl Loader<Now> for Reading {
    type Value = DateTime<Utc>;
    type Error = DatabaseError;

    async fn load(&self, _: &[Now]) -> Result<HashMap<Now, DateTime<Utc>>, DatabaseError> {
        let now: DateTime<Utc> = self.facts(Expr::cust("to_json(now())")).await?;
        Ok(HashMap::from([(Now, now)]))
    }
}

impl Reading {
    /// The closures that a condition on the table `c` chooses.
    async fn closures(&self, chosen: Expr) -> Result<Closures, DatabaseError> {
        let (before, after) = include_str!("closures.sql").split_once("{chosen}").unwrap_or_default();
        self.facts(Expr::cust_with_exprs(format!("{before}$1{after}"), [chosen])).await
    }
}

/// The answer of `closures.sql`.
#[derive(Deserialize)]
struct Closures {
    #[serde(rename = "closures")]
    chosen: Vec<ChosenClosure>,
    endings: Vec<Ending>,
    reports: Vec<Reported>,
    claims: Vec<Spoken>,
    named: Vec<Named>,
    origins: Vec<OriginOfArticle>,
}

#[derive(Deserialize)]
struct ChosenClosure {
    closure: closure::entity::Model,
    modality: Modality,
    timezone: Option<String>,
}

#[derive(Deserialize)]
struct Ending {
    event_id: Uuid,
    other_id: Uuid,
    alleged: bool,
}

#[derive(Deserialize)]
struct Reported {
    id: Uuid,
    event_id: Uuid,
    article_id: Option<Uuid>,
    source_id: Option<Uuid>,
    #[serde(flatten)]
    published: WrittenExtent,
}

#[derive(Deserialize)]
struct Spoken {
    event_id: Uuid,
    act: ClaimAct,
    #[serde(flatten)]
    as_of: WrittenExtent,
}

#[derive(Deserialize)]
struct Named {
    report_id: Uuid,
    closure_id: Uuid,
}

#[derive(Deserialize)]
struct OriginOfArticle {
    article_id: Uuid,
    origin: Origin,
}

/// The answer of `crossings.sql`.
#[derive(Deserialize)]
struct Crossings {
    places: Vec<Place>,
    claims: Vec<SpokenOfCrossing>,
    origins: Vec<OriginOfClaim>,
}

#[derive(Deserialize)]
struct Place {
    location_id: Uuid,
    ancestor_id: Uuid,
}

#[derive(Deserialize)]
struct SpokenOfCrossing {
    location_id: Uuid,
    claim: claim::entity::Model,
    #[serde(flatten)]
    published: WrittenExtent,
}

#[derive(Deserialize)]
struct OriginOfClaim {
    claim_id: Uuid,
    origin: Origin,
}

/// The bounds of a time at which somebody spoke.
#[derive(Clone, Copy, Deserialize)]
struct WrittenExtent {
    start_earliest: Option<DateTime<Utc>>,
    start_latest: Option<DateTime<Utc>>,
    end_earliest: Option<DateTime<Utc>>,
    end_latest: Option<DateTime<Utc>>,
}

impl WrittenExtent {
    fn last_moment(self) -> Option<DateTime<Utc>> {
        let bound = |earliest, latest| last_moment(Bounds { earliest, latest });
        let (start, end) =
            (bound(self.start_earliest, self.start_latest), bound(self.end_earliest, self.end_latest));
        // An end that is known only from one side does not say how late it may be.
        if self.end_latest.is_some() { end } else { start.max(end) }
    }
}

impl Closures {
    /// Each closure as the rules take it.
    fn gather(self) -> Vec<(Row, Arc<closure::entity::Model>)> {
        let origins: HashMap<Uuid, Origin> =
            self.origins.iter().map(|found| (found.article_id, found.origin)).collect();
        let mut named: HashMap<Uuid, HashSet<Uuid>> = HashMap::new();
        for Named { report_id, closure_id } in &self.named {
            named.entry(*report_id).or_default().insert(*closure_id);
        }
        let mut reports: HashMap<Uuid, Vec<&Reported>> = HashMap::new();
        for report in &self.reports {
            reports.entry(report.event_id).or_default().push(report);
        }
        let mut spoken: HashMap<Uuid, Vec<Testimony>> = HashMap::new();
        for Spoken { event_id, act, as_of } in &self.claims {
            let testimony = as_of.last_moment().map(|moment| Testimony { moment, act: Some(*act) });
            spoken.entry(*event_id).or_default().extend(testimony);
        }
        let (mut ends, mut ended_by): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) = Default::default();
        for Ending { event_id, other_id, alleged } in &self.endings {
            ends.entry(*event_id).or_default().push(Ended { event: *other_id, alleged: *alleged });
            ended_by.entry(*other_id).or_default().push(*event_id);
        }
        let reports_of = |event: &Uuid| reports.get(event).into_iter().flatten().copied();
        let testimony =
            |report: &Reported| report.published.last_moment().map(|moment| Testimony { moment, act: None });

        let rows = self.chosen.into_iter().map(|ChosenClosure { closure, modality, timezone }| {
            let speaking = reports_of(&closure.event_id)
                .filter(|report| named.get(&report.id).is_none_or(|named| named.contains(&closure.id)));
            let (mut evidence, mut voices) = (Vec::new(), Vec::new());
            for report in speaking {
                evidence.extend(testimony(report));
                voices.extend(voice(report, &origins));
            }
            evidence.extend(spoken.get(&closure.event_id).into_iter().flatten().copied());
            let ending = ended_by.get(&closure.event_id).into_iter().flatten();
            let row = Row {
                id: closure.id,
                event: closure.event_id,
                modality,
                effect: closure.effect,
                direction: closure.direction,
                traffic: traffic_classes(&closure.traffic),
                severity: closure.severity,
                basis: closure.basis,
                decided_by: closure.decided_by_id,
                start: Bounds { earliest: closure.start_earliest, latest: closure.start_latest },
                end: Bounds { earliest: closure.end_earliest, latest: closure.end_latest },
                ongoing: closure.ongoing,
                weekly: Weekly::read(closure.schedule.as_deref(), timezone.as_deref()),
                ends: ends.get(&closure.event_id).cloned().unwrap_or_default(),
                evidence,
                end_evidence: ending.flat_map(reports_of).filter_map(testimony).collect(),
                voices,
            };
            (row, Arc::new(closure))
        });
        rows.collect()
    }
}

/// Who reports; a citation does not tell.
fn voice(report: &Reported, origins: &HashMap<Uuid, Origin>) -> Option<Voice> {
    let of_source = || report.source_id.map(|id| Origin { source: Some(id), ..Origin::default() });
    let origin = report.article_id.and_then(|article| origins.get(&article).copied()).or_else(of_source)?;
    Some(Voice { article: report.article_id, origin })
}

impl Crossings {
    /// What is known of each crossing: its own closures and claims, and the closures of its border.
    fn gather(self, rows: &[(Row, Arc<closure::entity::Model>)]) -> HashMap<KnownOf, Arc<Known>> {
        let mut at_place: HashMap<Uuid, Vec<&(Row, Arc<closure::entity::Model>)>> = HashMap::new();
        for row in rows {
            at_place.entry(row.1.place_id).or_default().push(row);
        }
        let mut known: HashMap<Uuid, Known> = HashMap::new();
        for Place { location_id, ancestor_id } in self.places {
            let known = known.entry(location_id).or_default();
            for (row, closure) in at_place.get(&ancestor_id).into_iter().flatten().copied() {
                known.records.rows.push(row.clone());
                known.closures.insert(row.id, closure.clone());
            }
        }
        let origins: HashMap<Uuid, Origin> =
            self.origins.into_iter().map(|found| (found.claim_id, found.origin)).collect();
        for SpokenOfCrossing { location_id, claim, published } in self.claims {
            let Some(read) = status_claim(&claim, published, &origins) else { continue };
            let known = known.entry(location_id).or_default();
            known.records.claims.push(read);
            known.claims.insert(claim.id, Arc::new(claim));
        }
        known.into_iter().map(|(location, known)| (KnownOf(location), Arc::new(known))).collect()
    }
}

/// A claim as the rules take it; none when its value is no status, or nobody stands behind it.
fn status_claim(
    claim: &claim::entity::Model,
    published: WrittenExtent,
    origins: &HashMap<Uuid, Origin>,
) -> Option<StatusClaim> {
    let as_of = claim.as_of().map_or(published, |as_of| WrittenExtent {
        start_earliest: as_of.start.earliest,
        start_latest: as_of.start.latest,
        end_earliest: as_of.end.earliest,
        end_latest: as_of.end.latest,
    });
    Some(StatusClaim {
        id: claim.id,
        act: claim.act,
        value: CrossingStatusCode::try_from_value(claim.value_code.as_ref()?).ok()?,
        direction: claim.direction.unwrap_or(Direction::Both),
        traffic: claim.traffic,
        since: as_of.start_earliest,
        moment: as_of.last_moment(),
        origin: *origins.get(&claim.id)?,
        article: claim.article_id,
    })
}
