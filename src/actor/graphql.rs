//! Actors in the API.

use async_graphql::{Context, ID, InputObject, Object};
use uuid::Uuid;

use super::loader::{Affiliations, EventsOfActor, Members, Statements};
use super::query::{ActorCriterion, ActorSet, BY_NAME, BY_RECORDED};
use super::vocabulary::ActorKind;
use super::{affiliation, entity};
use crate::claim::graphql::{Claim, ClaimFilter};
use crate::event;
use crate::event::graphql::{Event, EventFilter};
use crate::event::vocabulary::ParticipantRole;
use crate::extent::graphql::ExtentObject;
use crate::extent::query::During;
use crate::filter::{self, Branches, Fields, FilterInput, OfRecord, RecordCriterion, Records, countries};
use crate::graphql::scalar::{CountryCode, DateTime};
use crate::graphql::{
    ApiResult, Bookkeeping, Connection, ExternalIdInput, NamedOrder, Paging, api_type, asked_text, by_key,
    connection, ids, record_ref, record_type, require, whole, words,
};
use crate::merging::graphql::MergedRecord;
use crate::merging::loader::MergedFrom;
use crate::naming::graphql::{Identifier, Name};
use crate::naming::loader::{Identifiers, Names, Owner};
use crate::search::vocabulary::SearchableType;
use crate::search::words::Words;

record_type!(Actor, entity);

/// Who acts or speaks: a state, a government body, an armed group, a person, or a role that a
/// report leaves unnamed.
#[Object]
impl Actor {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// What was merged into this actor, in the order of merging: its ids, slugs and keys lead here.
    async fn merged_from(&self, context: &Context<'_>) -> ApiResult<Vec<MergedRecord>> {
        whole(context, self.0.id, MergedFrom { column: "actor_id" }).await
    }

    /// Its short public name, such as "attaullah-tarar"; null on imported records that nobody has named.
    async fn slug(&self) -> Option<&str> {
        self.0.slug.as_deref()
    }

    /// The name it goes by.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// All its names, the primary one first.
    async fn names(&self, context: &Context<'_>) -> ApiResult<Vec<Name>> {
        whole(context, self.0.id, Names(Owner::Actor)).await
    }

    /// What kind of actor.
    async fn kind(&self) -> ActorKind {
        self.0.kind
    }

    /// Where it belongs; null when unknown or in no one country.
    async fn country(&self) -> Option<CountryCode> {
        self.0.country.as_ref().map(CountryCode::from)
    }

    /// Who it is, in the editors' own words; null when nobody has said.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Its ids elsewhere.
    async fn identifiers(&self, context: &Context<'_>) -> ApiResult<Vec<Identifier>> {
        whole(context, self.0.id, Identifiers(Owner::Actor)).await
    }

    /// What it belongs to, latest start first.
    async fn affiliations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those that possibly held at this moment.")] at: Option<DateTime>,
    ) -> ApiResult<Vec<Affiliation>> {
        let at = at.map(|moment| During::moment(moment.0));
        whole(context, self.0.id, Affiliations { at }).await
    }

    /// Who belongs to it, latest start first.
    async fn members(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Affiliation>> {
        connection(context, self.0.id, Members, Paging { first, after, last, before }).await
    }

    /// The events it took part in, latest start first.
    async fn events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only in these roles.")] role: Option<Vec<ParticipantRole>>,
        filter: Option<Box<EventFilter>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Event>> {
        let events =
            EventsOfActor { roles: words(role, ParticipantRole::word), filter: EventFilter::read(filter)? };
        connection(context, self.0.id, events, Paging { first, after, last, before }).await
    }

    /// What it is quoted as saying, in the order of recording.
    async fn statements(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which claims; live ones when left out.")] filter: Option<Box<ClaimFilter>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Claim>> {
        let statements = Statements(ClaimFilter::read(filter)?);
        connection(context, self.0.id, statements, Paging { first, after, last, before }).await
    }
}

api_type!(Affiliation, affiliation);

/// An actor belongs to an actor, in a role, over a time.
#[Object]
impl Affiliation {
    /// The UUID of the record, the same for ever; `node` finds any record by it.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts its changes, from 1; an update and a deletion give it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Who belongs.
    async fn member(&self, context: &Context<'_>) -> ApiResult<Actor> {
        require(context, self.0.member_id).await
    }

    /// To whom.
    async fn group(&self, context: &Context<'_>) -> ApiResult<Actor> {
        require(context, self.0.group_id).await
    }

    /// As what, such as "Minister of Information"; null when unknown.
    async fn role(&self) -> Option<&str> {
        self.0.role.as_deref()
    }

    /// When; null when nobody says.
    async fn extent(&self) -> Option<ExtentObject> {
        self.0.extent().map(ExtentObject::from)
    }
}

/// Which actors. All that is given must hold; a list means any of it.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ActorFilter {
    /// All of these must hold.
    and: Option<Vec<ActorFilter>>,
    /// Any of these must hold.
    or: Option<Vec<ActorFilter>>,
    /// This must not hold: every actor that it would not give.
    not: Option<Box<ActorFilter>>,
    #[graphql(flatten)]
    record: OfRecord,
    /// Any of these slugs.
    slug: Option<Vec<String>>,
    /// Any of these kinds.
    kind: Option<Vec<ActorKind>>,
    /// Belonging to any of these countries.
    country: Option<Vec<CountryCode>>,
    /// With all these words in one of its names or in its description; case and accents do not matter, "words in quotes" stand
    /// side by side, a word after a minus is not in it. At most 1,000 characters.
    text: Option<String>,
}

impl FilterInput for ActorFilter {
    type Criterion = ActorCriterion;

    fn branches(&mut self) -> Branches<Self> {
        Branches { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn fields(self, fields: &mut Fields<ActorCriterion>) -> ApiResult<()> {
        self.record.add_to(fields)?;
        fields.list("slug", self.slug, |slugs| RecordCriterion::Slug(slugs).into())?;
        fields.add(words(self.kind, ActorKind::word), ActorCriterion::Kind);
        fields.check("country", self.country, |codes, path| {
            Ok(ActorCriterion::Country(countries(codes, path)?))
        })?;
        fields.check("text", self.text, |text, path| {
            Ok(ActorCriterion::Text(Words::new(SearchableType::Actor, asked_text(text, path)?)))
        })
    }
}

/// Which actors took part, and in which roles. All that is given must hold; a list means any of it.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ActorMatch {
    /// Any of these ids.
    id: Option<Vec<ID>>,
    /// Any of these slugs.
    slug: Option<Vec<String>>,
    /// In any of these roles.
    role: Option<Vec<ParticipantRole>>,
    /// Whether those count too who belong to them, directly or through others.
    #[graphql(default_with = "Some(false)")]
    include_members: Option<bool>,
}

impl ActorMatch {
    /// Turns it into what the database is asked.
    #[must_use]
    pub fn read(self) -> event::query::ActorMatch {
        let named = self.id.is_some() || self.slug.is_some();
        event::query::ActorMatch {
            actors: named.then(|| ActorSet {
                ids: self.id.as_deref().map(ids),
                slugs: self.slug,
                or_members: self.include_members.unwrap_or(false),
            }),
            roles: words(self.role, ParticipantRole::word),
        }
    }
}

record_ref! {
    /// An actor, by one of its keys.
    ActorRef
}

#[derive(Default)]
pub struct ActorQuery;

#[Object]
impl ActorQuery {
    /// One actor, by exactly one of its keys; null when there is none.
    async fn actor(
        &self,
        context: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
        external: Option<ExternalIdInput>,
    ) -> ApiResult<Option<Actor>> {
        by_key(context, id, slug.map(|slug| ("slug", slug)), external, "`id`, `slug` and `external`").await
    }

    /// Actors, by name unless another order is asked for.
    async fn actors(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which actors; all when left out.")] filter: Option<ActorFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<NamedOrder>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Actor>> {
        let order = NamedOrder::read(order_by, BY_NAME, BY_RECORDED, None)?;
        let actors = Records { filter: filter::read(filter)?, order };
        connection(context, Uuid::nil(), actors, Paging { first, after, last, before }).await
    }
}
