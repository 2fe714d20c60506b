//! Claims and their properties in the API.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use uuid::Uuid;

use super::loader::{PropertyByCode, Relays};
use super::origin::{self, OriginOf};
use super::query::{
    self, BY_AS_OF, BY_PUBLISHED, BY_RECORDED, ClaimCriterion, ClaimProperties, ClaimsOfKey, standing,
};
use super::value::ClaimValue;
use super::vocabulary::{ClaimAct, ValueKind};
use super::{claim_property, entity};
use crate::actor::graphql::Actor;
use crate::article::graphql::Article;
use crate::crossing::graphql::BorderCrossing;
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::event::graphql::Event;
use crate::extent::graphql::ExtentObject;
use crate::filter::{self, Branches, Fields, FilterInput, OfRecord, Records};
use crate::graphql::scalar::DateTime;
use crate::graphql::{
    ApiError, ApiResult, Bookkeeping, Connection, ExternalIdInput, OrderDirection, Paging, api_type,
    asked_text, by_key, connection, ids, loader, record_type, refer, refs, require, whole, words,
};
use crate::read::Order;
use crate::search::vocabulary::SearchableType;
use crate::search::words::Words;
use crate::source::graphql::{Source, SourceRef};

record_type!(Claim, entity);

/// What one article says one speaker said about one property of one event. Claims are never
/// edited: a wrong one is retracted with a reason and entered again.
#[Object]
impl Claim {
    #[graphql(flatten)]
    async fn bookkeeping(&self) -> Bookkeeping {
        self.kept()
    }

    /// What it is about.
    async fn event(&self, context: &Context<'_>) -> ApiResult<Event> {
        require(context, self.0.event_id).await
    }

    /// Which property of it.
    async fn property(&self, context: &Context<'_>) -> ApiResult<ClaimProperty> {
        property(context, &self.0.property).await
    }

    /// What it says. Of a DENY, what is denied.
    async fn value(&self) -> ClaimValue {
        ClaimValue(self.0.clone())
    }

    /// What the speaker does with it.
    async fn act(&self) -> ClaimAct {
        self.0.act
    }

    /// Who says it; null when the outlet says it in its own voice.
    async fn speaker(&self, context: &Context<'_>) -> Option<ApiResult<Actor>> {
        refer(context, self.0.speaker_id).await
    }

    /// Who is accused, asked or threatened; null when nobody is.
    async fn target(&self, context: &Context<'_>) -> Option<ApiResult<Actor>> {
        refer(context, self.0.target_id).await
    }

    /// The crossing, direction and traffic it speaks of; null when it is about the event as a whole.
    async fn scope(&self) -> Option<ClaimScope> {
        ClaimScope::of(self.0.crossing_id, self.0.direction, self.0.traffic)
    }

    /// Where it stands; with an article, the article's source.
    async fn source(&self, context: &Context<'_>) -> ApiResult<Source> {
        require(context, self.0.source_id).await
    }

    /// The article it stands in; null when a dataset itself makes the estimate.
    async fn article(&self, context: &Context<'_>) -> Option<ApiResult<Article>> {
        refer(context, self.0.article_id).await
    }

    /// The sources it passed through before, nearest the origin first.
    async fn relayed_from(&self, context: &Context<'_>) -> ApiResult<Vec<Source>> {
        whole(context, self.0.id, Relays).await
    }

    /// Who stands behind it, however many articles repeat it.
    async fn origin(&self, context: &Context<'_>) -> ApiResult<Origin> {
        match loader(context).load_one(OriginOf(self.0.id)).await? {
            Some(origin) => Ok(Origin(origin)),
            None => Err(ApiError::internal(&format!("claim {} has no origin", self.0.id))),
        }
    }

    /// The moment the speaker speaks about; null when not stated, and then the time of publication counts.
    async fn as_of(&self) -> Option<ExtentObject> {
        self.0.as_of().map(ExtentObject::from)
    }

    /// A few words of the article; null when none are kept.
    async fn quote(&self) -> Option<&str> {
        self.0.quote.as_deref()
    }

    /// Where in the article: a paragraph or a range of characters; null when nobody says.
    async fn locator(&self) -> Option<&str> {
        self.0.locator.as_deref()
    }

    /// An editor's remark; null when there is none.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When it was taken back; null while it stands.
    async fn retracted_at(&self) -> Option<DateTime> {
        self.0.retracted_at.map(DateTime)
    }

    /// Why it was taken back; null while it stands.
    async fn retraction_reason(&self) -> Option<&str> {
        self.0.retraction_reason.as_deref()
    }
}

/// The property of this code, which a foreign key says is there.
pub async fn property(context: &Context<'_>, code: &str) -> ApiResult<ClaimProperty> {
    match loader(context).load_one(PropertyByCode(code.to_owned())).await? {
        Some(property) => Ok(ClaimProperty(property)),
        None => Err(ApiError::internal(&format!("property {code} is not there"))),
    }
}

/// The origin of a claim.
pub struct Origin(origin::Origin);

/// Who stands behind a claim: its speaker; without one, the first source it was relayed by; else
/// the source of the article that its own syndicates, rewrites or translates, or of its own. What
/// is not named is null. An unnamed speaker counts together with the source or the article he
/// spoke to, and so has two.
#[Object]
impl Origin {
    /// The speaker; null when an outlet speaks in its own voice.
    async fn actor(&self, context: &Context<'_>) -> Option<ApiResult<Actor>> {
        refer(context, self.0.actor).await
    }

    /// The source; null when a named actor speaks, and where the source is not known.
    async fn source(&self, context: &Context<'_>) -> Option<ApiResult<Source>> {
        refer(context, self.0.source).await
    }

    /// The article that stands for its source, which is not known; else null.
    async fn article(&self, context: &Context<'_>) -> Option<ApiResult<Article>> {
        refer(context, self.0.article).await
    }
}

/// The scope of a claim.
pub struct ClaimScope {
    crossing_id: Option<Uuid>,
    direction: Option<Direction>,
    traffic: Option<TrafficClass>,
}

impl ClaimScope {
    /// The scope of these; none when none of them is given.
    #[must_use]
    pub fn of(
        crossing_id: Option<Uuid>,
        direction: Option<Direction>,
        traffic: Option<TrafficClass>,
    ) -> Option<Self> {
        (crossing_id.is_some() || direction.is_some() || traffic.is_some()).then_some(Self {
            crossing_id,
            direction,
            traffic,
        })
    }
}

/// For which crossing, direction and traffic a claim speaks.
#[Object]
impl ClaimScope {
    /// The crossing; null when none is named.
    async fn crossing(&self, context: &Context<'_>) -> Option<ApiResult<BorderCrossing>> {
        refer(context, self.crossing_id).await
    }

    /// Which way; null when not said.
    async fn direction(&self) -> Option<Direction> {
        self.direction
    }

    /// Which traffic; null for all.
    async fn traffic(&self) -> Option<TrafficClass> {
        self.traffic
    }
}

api_type!(ClaimProperty, claim_property);

/// What claims can be about: a property of events.
#[Object]
impl ClaimProperty {
    /// The UUID of the record, the same for ever; `node` finds any record by it.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts its changes, from 1; an update and a deletion give it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The name by which claims and queries mean it: "duration".
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name people read: "How long it lasted".
    async fn label(&self) -> &str {
        &self.0.label
    }

    /// The kind of its values.
    async fn value_kind(&self) -> ValueKind {
        self.0.value_kind
    }

    /// What its numbers count: "day"; null for a bare count, and where values are no numbers.
    async fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref()
    }

    /// Whether only one value can be true. False where the values form a set, such as mediators.
    async fn functional(&self) -> bool {
        self.0.functional
    }
}

/// Which claims. All that is given must hold; a list means any of it. Where `retracted` is nowhere
/// said, only claims that stand.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ClaimFilter {
    /// All of these must hold.
    and: Option<Vec<ClaimFilter>>,
    /// Any of these must hold.
    or: Option<Vec<ClaimFilter>>,
    /// This must not hold: every claim that it would not give.
    not: Option<Box<ClaimFilter>>,
    #[graphql(flatten)]
    record: OfRecord,
    /// About any of these properties, by code.
    property: Option<Vec<String>>,
    /// Of any of these acts.
    act: Option<Vec<ClaimAct>>,
    /// Made by any of these actors.
    speaker: Option<Vec<ID>>,
    /// Standing in any of these sources.
    source: Option<Vec<SourceRef>>,
    /// Standing in any of these articles.
    article: Option<Vec<ID>>,
    /// With all these words in text, quote or note, as `search` reads them: English words by their stem,
    /// without case and accents; "words in quotes" side by side, `or` between alternatives, a word after
    /// a minus not at all. At most 1,000 characters.
    text: Option<String>,
    /// True: only retracted claims. False: only those that stand.
    retracted: Option<bool>,
}

impl FilterInput for ClaimFilter {
    type Criterion = ClaimCriterion;

    fn branches(&mut self) -> Branches<Self> {
        Branches { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn fields(self, fields: &mut Fields<ClaimCriterion>) -> ApiResult<()> {
        self.record.add_to(fields)?;
        fields.list("property", self.property, ClaimCriterion::Property)?;
        fields.add(words(self.act, ClaimAct::word), ClaimCriterion::Act);
        fields.list("speaker", self.speaker, |given| ClaimCriterion::Speaker(ids(&given)))?;
        fields.list("source", self.source, |sources| ClaimCriterion::Source(refs(sources)))?;
        fields.list("article", self.article, |given| ClaimCriterion::Article(ids(&given)))?;
        fields.check("text", self.text, |text, path| {
            Ok(ClaimCriterion::Text(Words::new(SearchableType::Claim, asked_text(text, path)?)))
        })?;
        fields.add(self.retracted, ClaimCriterion::Retracted);
        Ok(())
    }
}

impl ClaimFilter {
    /// Checks the filter and turns it into what the database is asked; without one, claims that stand.
    pub fn read(filter: Option<Box<Self>>) -> ApiResult<query::ClaimFilter> {
        Ok(standing(filter::read(filter.map(|filter| *filter))?))
    }
}

/// What claims can be ordered by. Ties are settled by id.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimOrderField {
    /// The earliest moment they speak of; those that do not say stand before all others.
    AsOf,
    /// The earliest moment their article can have been published; those without a date before all others.
    Published,
    /// When they were recorded here.
    Recorded,
}

/// An order of claims.
#[derive(InputObject, Clone, Copy, Debug)]
pub struct ClaimOrder {
    /// What to order by.
    field: ClaimOrderField,
    /// Which end comes first.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl ClaimOrder {
    fn read(given: Option<Self>) -> Order {
        let Some(Self { field, direction }) = given else { return BY_RECORDED };
        direction.of(match field {
            ClaimOrderField::AsOf => BY_AS_OF,
            ClaimOrderField::Published => BY_PUBLISHED,
            ClaimOrderField::Recorded => BY_RECORDED,
        })
    }
}

#[derive(Default)]
pub struct ClaimQuery;

#[Object]
impl ClaimQuery {
    /// One claim, by exactly one of its keys; null when there is none. Of the claims that had an
    /// external id, the one that stands, else the one retracted last.
    async fn claim(
        &self,
        context: &Context<'_>,
        id: Option<ID>,
        external: Option<ExternalIdInput>,
    ) -> ApiResult<Option<Claim>> {
        match (id, external) {
            // Several claims may have had the key, of which one stands at most.
            (None, Some(external)) => {
                Ok(whole(context, Uuid::nil(), ClaimsOfKey(external)).await?.into_iter().next())
            }
            (id, external) => by_key(context, id, None, external, "`id` and `external`").await,
        }
    }

    /// Claims, in the order of recording unless another is asked for.
    async fn claims(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which claims; live ones when left out.")] filter: Option<Box<ClaimFilter>>,
        #[graphql(desc = "In which order.")] order_by: Option<ClaimOrder>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> ApiResult<Connection<Claim>> {
        let claims = Records { filter: ClaimFilter::read(filter)?, order: ClaimOrder::read(order_by) };
        connection(context, Uuid::nil(), claims, Paging { first, after, last, before }).await
    }

    /// One property by its code; null when there is none.
    async fn claim_property(&self, context: &Context<'_>, code: String) -> ApiResult<Option<ClaimProperty>> {
        Ok(loader(context).load_one(PropertyByCode(code)).await?.map(ClaimProperty))
    }

    /// All properties, by code: the built-in ones and those that users added.
    async fn claim_properties(&self, context: &Context<'_>) -> ApiResult<Vec<ClaimProperty>> {
        whole(context, Uuid::nil(), ClaimProperties).await
    }
}
