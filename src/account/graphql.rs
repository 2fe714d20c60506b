//! Accounts in the API: the versions of a fact side by side, with who says them.

use std::sync::Arc;

use async_graphql::{Context, Object};
use chrono::Utc;
use futures_util::future::try_join;
use uuid::Uuid;

use super::loader::{Group, GroupsOf, Scope};
use super::rules;
use super::vocabulary::Agreement;
use crate::claim::entity;
use crate::claim::graphql::{Claim, ClaimProperty, ClaimScope, property};
use crate::claim::loader::PropertyByCode;
use crate::claim::value::ClaimValue;
use crate::claim::vocabulary::NumberQualifier;
use crate::event::graphql::Event;
use crate::extent::is_in_calendar;
use crate::graphql::scalar::DateTime;
use crate::graphql::{ApiError, ApiResult, Connection, Paging, listed, loader, require};

/// The claims of one event, property and scope, and what the rules make of them.
pub struct Account {
    group: Arc<Group>,
    account: Arc<rules::Account>,
}

/// The accounts of an event, by property and scope: of the properties asked for, or of all.
pub async fn accounts(
    context: &Context<'_>,
    event: Uuid,
    properties: Option<Vec<String>>,
    as_of: Option<DateTime>,
) -> ApiResult<Vec<Account>> {
    let as_of = as_of.map(moment).transpose()?;
    let keys: Vec<GroupsOf> = match &properties {
        None => vec![GroupsOf { event, property: None }],
        Some(codes) => codes.iter().map(|code| GroupsOf { event, property: Some(code.clone()) }).collect(),
    };
    let found = loader(context).load_many(keys);
    let (found, ()) = try_join(async { Ok(found.await?) }, known(context, properties.as_deref())).await?;
    let mut accounts: Vec<Account> = found
        .into_values()
        .flat_map(|groups| groups.iter().cloned().collect::<Vec<_>>())
        .filter_map(|group| {
            let account = Arc::new(group.account(as_of)?);
            Some(Account { group, account })
        })
        .collect();
    accounts.sort_by(|one, two| {
        (&one.group.property, one.group.scope).cmp(&(&two.group.property, two.group.scope))
    });
    Ok(accounts)
}

/// Refuses a moment that no record can have.
fn moment(moment: DateTime) -> ApiResult<chrono::DateTime<Utc>> {
    if is_in_calendar(moment.0) {
        return Ok(moment.0);
    }
    Err(ApiError::BadUserInput(
        "`asOf` lies outside of the calendar, which has the years 2 to 9998.".to_owned(),
    ))
}

/// Refuses codes that are no property's.
async fn known(context: &Context<'_>, codes: Option<&[String]>) -> ApiResult<()> {
    let keys: Vec<_> = codes.unwrap_or_default().iter().cloned().map(PropertyByCode).collect();
    let properties = loader(context).load_many(keys.iter().cloned()).await?;
    match keys.iter().find(|key| !properties.contains_key(key)) {
        None => Ok(()),
        Some(PropertyByCode(code)) => Err(ApiError::BadUserInput(format!(
            "`property` has {code:?}, which is no property's code: `claimProperties` lists them."
        ))),
    }
}

/// What is claimed of one property of one event, every version side by side with those who say so.
/// Repeating is not confirming: versions are counted by their origins too. Nothing here says which
/// version is true.
#[Object]
impl Account {
    /// The event.
    async fn event(&self, context: &Context<'_>) -> ApiResult<Event> {
        require(context, self.group.event).await
    }

    /// The property.
    async fn property(&self, context: &Context<'_>) -> ApiResult<ClaimProperty> {
        property(context, &self.group.property).await
    }

    /// The crossing, direction and traffic it is about; null when it is about the event as a whole.
    async fn scope(&self) -> Option<ClaimScope> {
        let Scope { crossing, direction, traffic } = self.group.scope;
        ClaimScope::of(crossing, direction, traffic)
    }

    /// How the versions stand to each other.
    async fn agreement(&self) -> Agreement {
        self.account.agreement
    }

    /// The versions, those with the most origins first.
    async fn variants(&self) -> Vec<Variant> {
        let variants = 0..self.account.variants.len();
        variants
            .map(|place| Variant { of: self.group.clone(), account: self.account.clone(), place })
            .collect()
    }

    /// Claims that count no more, in order of time: their origin has spoken later, or they were
    /// made before the event was over and others after.
    async fn superseded(&self) -> Vec<Claim> {
        self.account
            .superseded
            .iter()
            .filter_map(|claim| self.group.claim(*claim))
            .cloned()
            .map(Claim)
            .collect()
    }
}

/// One of the variants of an account.
pub struct Variant {
    of: Arc<Group>,
    account: Arc<rules::Account>,
    place: usize,
}

impl Variant {
    fn variant(&self) -> &rules::Variant {
        &self.account.variants[self.place]
    }

    /// A claim that shows the value, with the value as it is read.
    fn shown(&self) -> ApiResult<ClaimValue> {
        let variant = self.variant();
        let claim = self.of.claim(variant.shown_by);
        let claim =
            claim.ok_or_else(|| ApiError::internal(&"a variant is shown by a claim it does not have"))?;
        let read_otherwise = variant
            .value
            .least_of_at_least()
            .filter(|_| claim.value_qualifier != Some(NumberQualifier::AtLeast));
        Ok(ClaimValue(match read_otherwise {
            None => claim.clone(),
            Some(least) => Arc::new(entity::Model {
                value_number: Some(least),
                value_low: None,
                value_high: None,
                value_qualifier: Some(NumberQualifier::AtLeast),
                ..(**claim).clone()
            }),
        }))
    }
}

fn count(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// One version of a fact: a value, and who stands for it or against it. Values that mean the same
/// are one version.
#[Object]
impl Variant {
    /// The value as people read it: "at least 3 days".
    async fn display(&self, context: &Context<'_>) -> ApiResult<String> {
        self.shown()?.shown(context).await
    }

    /// The value. A number that was given before the event was over is read as `AT_LEAST`.
    async fn value(&self) -> ApiResult<ClaimValue> {
        self.shown()
    }

    /// In how many articles it is said.
    async fn articles(&self) -> i32 {
        count(self.variant().articles)
    }

    /// In how many sources it is said.
    async fn sources(&self) -> i32 {
        count(self.variant().sources)
    }

    /// How many origins say it: speakers, sources in their own voice. However many articles repeat
    /// one origin, it counts once.
    async fn origins(&self) -> i32 {
        count(self.variant().origins)
    }

    /// How many origins deny it.
    async fn denials(&self) -> i32 {
        count(self.variant().denials)
    }

    /// The claims that say it or deny it, in the order of the time they speak of, else of publication.
    async fn claims(
        &self,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Claim>> {
        let claims = self.variant().claims.iter().filter_map(|id| {
            let moment = self.of.as_of(*id).map_or(i64::MIN, |moment| moment.timestamp_micros());
            Some((moment, *id, Claim(self.of.claim(*id)?.clone())))
        });
        listed(claims.collect(), Paging { first, after, last, before })
    }
}
