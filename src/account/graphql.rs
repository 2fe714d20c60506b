//! Accounts in the API: the versions of a fact side by side, with who says them.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object};
use chrono::Utc;
use futures_util::future::{BoxFuture, try_join};
use uuid::Uuid;

use super::entity;
use super::loader::{Group, GroupsOf, Scope};
use super::query::{Disagreements, IsDisputed};
use super::rules;
use super::vocabulary::Agreement;
use crate::actor::graphql::ActorMatch;
use crate::claim;
use crate::claim::graphql::{Claim, ClaimProperty, ClaimScope, property};
use crate::claim::loader::PropertyByCode;
use crate::claim::value::ClaimValue;
use crate::claim::vocabulary::NumberQualifier;
use crate::event::graphql::Event;
use crate::event::vocabulary::EventKind;
use crate::extent::graphql::DuringInput;
use crate::extent::graphql::given_moment;
use crate::graphql::scalar::DateTime;
use crate::graphql::{ApiError, ApiResult, Connection, Paging, connection, listed, loader, require, words};
use crate::location::graphql::LocationRef;
use crate::source::graphql::SourceRef;

/// An account: what it is about, how it stands, and its claims where they have been read.
pub struct Account {
    event: Uuid,
    property: String,
    scope: Scope,
    agreement: Agreement,
    read: Option<Read>,
}

/// The claims of one event, property and scope, and what the rules make of them.
#[derive(Clone)]
struct Read {
    group: Arc<Group>,
    account: Arc<rules::Account>,
}

impl Read {
    /// None when nobody takes a position, or took one by then.
    fn of(group: &Arc<Group>, as_of: Option<chrono::DateTime<Utc>>) -> Option<Self> {
        Some(Self { group: group.clone(), account: Arc::new(group.account(as_of)?) })
    }
}

impl From<Arc<entity::Model>> for Account {
    fn from(row: Arc<entity::Model>) -> Self {
        let (event, property, scope) = (row.event_id, row.property.clone(), row.scope());
        Self { event, property, scope, agreement: row.agreement, read: None }
    }
}

impl Account {
    fn as_read(read: Read) -> Self {
        let Group { event, property, scope, .. } = &*read.group;
        let agreement = read.account.agreement;
        Self { event: *event, property: property.clone(), scope: *scope, agreement, read: Some(read) }
    }

    /// Its claims, read now where they have not been; none when they were taken back meanwhile.
    async fn read(&self, context: &Context<'_>) -> ApiResult<Option<Read>> {
        if let Some(read) = &self.read {
            return Ok(Some(read.clone()));
        }
        let key = GroupsOf { event: self.event, property: Some(self.property.clone()) };
        let groups = loader(context).load_one(key).await?;
        let group = groups.iter().flat_map(|groups| groups.iter()).find(|group| group.scope == self.scope);
        Ok(group.and_then(|group| Read::of(group, None)))
    }
}

/// The accounts of an event, by property and scope: of the properties asked for, or of all.
pub fn accounts<'c>(
    context: &'c Context<'_>,
    event: Uuid,
    properties: Option<Vec<String>>,
    as_of: Option<DateTime>,
) -> BoxFuture<'c, ApiResult<Vec<Account>>> {
    Box::pin(read_accounts(context, event, properties, as_of))
}

async fn read_accounts(
    context: &Context<'_>,
    event: Uuid,
    properties: Option<Vec<String>>,
    as_of: Option<DateTime>,
) -> ApiResult<Vec<Account>> {
    let as_of = as_of.map(|moment| given_moment("asOf", moment)).transpose()?;
    let keys: Vec<GroupsOf> = match &properties {
        None => vec![GroupsOf { event, property: None }],
        Some(codes) => codes.iter().map(|code| GroupsOf { event, property: Some(code.clone()) }).collect(),
    };
    let found = loader(context).load_many(keys);
    let (found, ()) = try_join(async { Ok(found.await?) }, known(context, properties.as_deref())).await?;
    let mut accounts: Vec<Account> = found
        .into_values()
        .flat_map(|groups| groups.iter().cloned().collect::<Vec<_>>())
        .filter_map(|group| Read::of(&group, as_of).map(Account::as_read))
        .collect();
    accounts.sort_by(|one, two| (&one.property, one.scope).cmp(&(&two.property, two.scope)));
    Ok(accounts)
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
        require(context, self.event).await
    }

    /// The property.
    async fn property(&self, context: &Context<'_>) -> ApiResult<ClaimProperty> {
        property(context, &self.property).await
    }

    /// The crossing, direction and traffic it is about; null when it is about the event as a whole.
    async fn scope(&self) -> Option<ClaimScope> {
        let Scope { crossing, direction, traffic } = self.scope;
        ClaimScope::of(crossing, direction, traffic)
    }

    /// How the versions stand to each other.
    async fn agreement(&self) -> Agreement {
        self.agreement
    }

    /// The versions, those with the most origins first.
    async fn variants(&self, context: &Context<'_>) -> ApiResult<Vec<Variant>> {
        let Some(read) = self.read(context).await? else { return Ok(Vec::new()) };
        let places = 0..read.account.variants.len();
        Ok(places.map(|place| Variant { of: read.clone(), place }).collect())
    }

    /// Claims that count no more, in order of time: their origin has spoken later, or they were
    /// made before the event was over and others after.
    async fn superseded(&self, context: &Context<'_>) -> ApiResult<Vec<Claim>> {
        let Some(read) = self.read(context).await? else { return Ok(Vec::new()) };
        let claims = read.account.superseded.iter().filter_map(|claim| read.group.claim(*claim));
        Ok(claims.cloned().map(Claim).collect())
    }
}

/// One of the variants of an account.
pub struct Variant {
    of: Read,
    place: usize,
}

impl Variant {
    fn variant(&self) -> &rules::Variant {
        &self.of.account.variants[self.place]
    }

    /// A claim that shows the value, with the value as it is read.
    fn shown(&self) -> ApiResult<ClaimValue> {
        let variant = self.variant();
        let claim = self.of.group.claim(variant.shown_by);
        let claim =
            claim.ok_or_else(|| ApiError::internal(&"a variant is shown by a claim it does not have"))?;
        let read_otherwise = variant
            .value
            .least_of_at_least()
            .filter(|_| claim.value_qualifier != Some(NumberQualifier::AtLeast));
        Ok(ClaimValue(match read_otherwise {
            None => claim.clone(),
            Some(least) => Arc::new(claim::entity::Model {
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
            let moment = self.of.group.as_of(*id).map_or(i64::MIN, |moment| moment.timestamp_micros());
            Some((moment, *id, Claim(self.of.group.claim(*id)?.clone())))
        });
        listed(claims.collect(), Paging { first, after, last, before })
    }
}

/// Which accounts. All that is given must hold; a list means any of it.
#[derive(InputObject, Clone, Debug, Default)]
pub struct DisagreementFilter {
    /// Of any of these properties, by code.
    property: Option<Vec<String>>,
    /// Of any of these agreements; when left out, `DISPUTED` and `DENIED`.
    agreement: Option<Vec<Agreement>>,
    /// Of events of any of these kinds.
    kind: Option<Vec<EventKind>>,
    /// Of events in this range of time.
    during: Option<DuringInput>,
    /// Of events in this place, or in a place within it.
    within: Option<LocationRef>,
    /// Of events that these actors took part in.
    actor: Option<ActorMatch>,
    /// With a claim that stands in any of these sources.
    source: Option<Vec<SourceRef>>,
    /// With a claim from any of these datasets, by slug.
    dataset: Option<Vec<String>>,
}

impl DisagreementFilter {
    /// Checks the filter and turns it into what the database is asked.
    fn read(filter: Option<Self>) -> ApiResult<Disagreements> {
        let Some(filter) = filter else { return Ok(Disagreements::default()) };
        Ok(Disagreements {
            properties: filter.property,
            agreements: words(filter.agreement, Agreement::word),
            kinds: words(filter.kind, EventKind::word),
            during: filter.during.map(|during| during.during("filter.during")).transpose()?,
            within: filter.within.map(Into::into),
            actor: filter.actor.map(ActorMatch::read),
            sources: filter.source.map(|sources| sources.into_iter().map(Into::into).collect()),
            datasets: filter.dataset,
        })
    }
}

/// Whether only one of the values claimed of a property of this event can be true, and two cannot
/// both be.
pub fn is_disputed<'c>(context: &'c Context<'_>, event: Uuid) -> BoxFuture<'c, ApiResult<bool>> {
    Box::pin(async move { Ok(loader(context).load_one(IsDisputed(event)).await?.is_some()) })
}

#[derive(Default)]
pub struct AccountQuery;

#[Object]
impl AccountQuery {
    /// Where versions of a fact stand against each other, across all events, those of the latest
    /// event first: the accounts that are `DISPUTED` or `DENIED`, unless the filter names others.
    async fn disagreements(
        &self,
        context: &Context<'_>,
        filter: Option<DisagreementFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Account>> {
        let properties = filter.as_ref().and_then(|filter| filter.property.clone());
        let disagreements = DisagreementFilter::read(filter)?;
        let page = connection(context, Uuid::nil(), disagreements, Paging { first, after, last, before });
        let (page, ()) = try_join(page, known(context, properties.as_deref())).await?;
        Ok(page)
    }
}
