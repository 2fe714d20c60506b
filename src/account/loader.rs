//! What accounts are made of, read for all events of a level at once and sorted into groups: the
//! claims of one event, property and scope.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, Asterisk, Func, Query};
use serde::Deserialize;
use uuid::Uuid;

use super::position::{Position, Subject, counts_people};
use super::rules::{self, Account};
use super::value::Value;
use crate::claim::entity::Model as Claim;
use crate::claim::origin::Origin;
use crate::claim::vocabulary::{NumberQualifier, ValueKind};
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::db::{DatabaseError, Reading};

/// The key of the groups of an event, or of one property of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroupsOf {
    /// The event.
    pub event: Uuid,
    /// The property; none for all.
    pub property: Option<String>,
}

/// For which crossing, direction and traffic claims speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    pub crossing: Option<Uuid>,
    pub direction: Option<Direction>,
    pub traffic: Option<TrafficClass>,
}

/// The claims of one event, property and scope.
#[derive(Debug)]
pub struct Group {
    pub event: Uuid,
    pub property: String,
    pub scope: Scope,
    subject: Subject,
    positions: Vec<Position>,
    claims: HashMap<Uuid, Arc<Claim>>,
}

impl Group {
    /// The account of the group, as it stood at a time when one is given; none when nobody had
    /// taken a position.
    #[must_use]
    pub fn account(&self, as_of: Option<DateTime<Utc>>) -> Option<Account> {
        rules::account(&self.subject, &self.positions, as_of)
    }

    /// One of its claims.
    #[must_use]
    pub fn claim(&self, id: Uuid) -> Option<&Arc<Claim>> {
        self.claims.get(&id)
    }

    /// The moment one of its claims speaks of, as far as it is known.
    #[must_use]
    pub fn as_of(&self, claim: Uuid) -> Option<DateTime<Utc>> {
        self.positions.iter().find(|position| position.claim == claim)?.as_of
    }
}

/// A claim with what the rules ask of it, as `account_positions` answers it.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    event_id: Uuid,
    asked_property: String,
    claim: Claim,
    origin: Origin,
    as_of: Option<DateTime<Utc>>,
    ended: Option<DateTime<Utc>>,
    functional: bool,
    unit: Option<String>,
    around: Option<Vec<Uuid>>,
}

impl Loader<GroupsOf> for Reading {
    type Value = Arc<Vec<Arc<Group>>>;
    type Error = DatabaseError;

    async fn load(&self, keys: &[GroupsOf]) -> Result<HashMap<GroupsOf, Self::Value>, DatabaseError> {
        let events: Vec<Uuid> = keys.iter().map(|key| key.event).collect();
        let properties: Vec<String> =
            keys.iter().map(|key| key.property.clone().unwrap_or_default()).collect();
        let found = Alias::new("found");
        let positions = Func::cust(Alias::new("account_positions")).arg(events).arg(properties);
        let statement =
            Query::select().column((found.clone(), Asterisk)).from_function(positions, found).take();
        let mut by_key: HashMap<GroupsOf, Vec<Found>> = HashMap::new();
        for found in self.ask::<Found>(statement).await? {
            let property = Some(found.asked_property.clone()).filter(|property| !property.is_empty());
            let key = GroupsOf { event: found.event_id, property };
            by_key.entry(key).or_default().push(found);
        }
        Ok(by_key
            .into_iter()
            .map(|(key, found)| (key, Arc::new(groups(found).into_iter().map(Arc::new).collect())))
            .collect())
    }
}

/// Sorts claims into groups, in the order of events, properties and scopes.
pub(super) fn groups(found: Vec<Found>) -> Vec<Group> {
    let mut groups: BTreeMap<(Uuid, String, Scope), Group> = BTreeMap::new();
    for found in found {
        let claim = &found.claim;
        let scope = Scope { crossing: claim.crossing_id, direction: claim.direction, traffic: claim.traffic };
        let key = (found.event_id, claim.property.clone(), scope);
        let group = groups.entry(key).or_insert_with(|| Group {
            event: found.event_id,
            property: claim.property.clone(),
            scope,
            subject: Subject {
                functional: found.functional,
                counts_people: counts_people(&claim.property, found.unit.as_deref()),
                ended: found.ended,
                ..Subject::default()
            },
            positions: Vec::new(),
            claims: HashMap::new(),
        });
        if let Some(place) = claim.value_location_id {
            group.subject.within.extend(found.around.into_iter().flatten().map(|around| (place, around)));
        }
        if let Some(value) = value(claim) {
            group.positions.push(Position {
                claim: claim.id,
                origin: found.origin,
                source: claim.source_id,
                article: claim.article_id,
                act: claim.act,
                as_of: found.as_of,
                value,
            });
        }
        group.claims.insert(claim.id, Arc::new(found.claim));
    }
    groups.into_values().collect()
}

/// The value of a claim, which a check of the table says is of its kind.
fn value(claim: &Claim) -> Option<Value> {
    Some(match claim.value_kind {
        ValueKind::Number => Value::number(
            claim.value_number,
            claim.value_low,
            claim.value_high,
            claim.value_unit.as_deref(),
            claim.value_qualifier.unwrap_or(NumberQualifier::Exact),
        ),
        ValueKind::Extent => Value::extent(&claim.value_extent()?),
        ValueKind::Code => Value::Code(claim.value_code.clone()?),
        ValueKind::Text => Value::text(claim.value_text.as_deref()?),
        ValueKind::Actor => Value::Actor(claim.value_actor_id?),
        ValueKind::Location => Value::Location(claim.value_location_id?),
        ValueKind::Boolean => Value::Boolean(claim.value_boolean?),
    })
}
