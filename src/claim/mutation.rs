//! Writing claims and the properties that they are about. A claim is made and retracted, and never changed.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use serde::Serialize;

use super::graphql::{Claim, ClaimProperty};
use super::vocabulary::{ClaimAct, NumberQualifier, ValueKind};
use crate::actor::graphql::ActorRef;
use crate::article::graphql::ArticleRef;
use crate::crossing::graphql::BorderCrossingRef;
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::event::input::EventRef;
use crate::extent::graphql::WrittenExtent;
use crate::graphql::ApiResult;
use crate::location::graphql::LocationRef;
use crate::source::graphql::SourceRef;
use crate::writing::RecordType;
use crate::writing::graphql::{BatchPayload, Payload};
use crate::writing::mutation::{Beside, create, record_inputs, record_mutations, retract, upsert};

static CLAIM: RecordType = RecordType { table: "claim", line: "claim", new_ids: &[] };
static PROPERTY: RecordType = RecordType { table: "claim_property", line: "claimProperty", new_ids: &[] };

/// For which crossing, direction and traffic a claim speaks.
#[derive(InputObject, Serialize)]
pub struct ClaimScopeInput {
    /// The crossing.
    #[serde(skip_serializing_if = "Option::is_none")]
    crossing: Option<BorderCrossingRef>,
    /// The direction.
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<Direction>,
    /// The traffic; all when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    traffic: Option<TrafficClass>,
}

/// The value of a claim: the fields of exactly one kind, which is that of its property.
#[derive(InputObject, Serialize)]
pub struct ClaimValueInput {
    /// A number; with `low` and `high` where the speaker gives a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<f64>,
    /// The lowest number possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<f64>,
    /// The highest number possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<f64>,
    /// The unit of the number; that of the property when left out, none when null.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    unit: MaybeUndefined<String>,
    /// How exact the number is; `EXACT` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    qualifier: Option<NumberQualifier>,
    /// A time.
    #[serde(skip_serializing_if = "Option::is_none")]
    extent: Option<WrittenExtent>,
    /// One of the codes of the property.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// A text, in a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// An actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<ActorRef>,
    /// A location.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<LocationRef>,
    /// Yes or no.
    #[serde(skip_serializing_if = "Option::is_none")]
    boolean: Option<bool>,
}

/// A claim as it is written: whole. What one article says one speaker said about one property of one event.
#[derive(InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimInput {
    /// The slug of the dataset it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset: Option<String>,
    /// Its own key in that dataset. Another claim under the same key takes the place of the one before, which is
    /// retracted.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    /// The event that it is about.
    event: EventRef,
    /// The code of the property that it is about, such as "fatalities".
    property: String,
    /// What is said. Of a `DENY`, what is denied.
    value: ClaimValueInput,
    /// The article it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<ArticleRef>,
    /// The source that says it, where it stands in no article.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceRef>,
    /// Who says it; left out when the outlet says it in its own voice.
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker: Option<ActorRef>,
    /// Who is accused, asked or threatened.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<ActorRef>,
    /// The sources it passed through, nearest the origin first.
    #[serde(skip_serializing_if = "Option::is_none")]
    relayed_from: Option<Vec<SourceRef>>,
    /// What the speaker does with it; `ASSERT` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<ClaimAct>,
    /// For which crossing, direction and traffic it speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<ClaimScopeInput>,
    /// The moment the speaker speaks about; that of the publication when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<WrittenExtent>,
    /// Where in the article, such as "paragraph 3".
    #[serde(skip_serializing_if = "Option::is_none")]
    locator: Option<String>,
    /// A few words of the article, at most 25.
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<String>,
    /// What an editor has to say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Which claim to retract.
#[derive(InputObject)]
pub struct RetractClaimInput {
    /// The claim's id.
    id: ID,
    /// Why, in words; it is shown with the claim.
    reason: String,
}

#[derive(Default)]
pub struct ClaimMutation;

#[Object]
impl ClaimMutation {
    /// Makes a claim. One that says the same is there at most once.
    async fn create_claim(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The record, whole.")] input: ClaimInput,
        #[graphql(desc = "Why, in words; the change set keeps it.")] reason: Option<String>,
        #[graphql(
            desc = "A key of the client's own, such as a UUID. The same request with the same key is done once, and answered as the first time, for a day."
        )]
        idempotency_key: Option<String>,
    ) -> Option<ApiResult<Payload<Claim>>> {
        Some(create(context, &CLAIM, &input, Beside { reason, idempotency_key }).await)
    }

    /// Retracts a claim: it stays, and counts no more. A claim is never changed nor deleted: a wrong one is
    /// retracted and made again as it should be.
    async fn retract_claim(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which claim, and why.")] input: RetractClaimInput,
        #[graphql(
            desc = "A key of the client's own, such as a UUID. The same request with the same key is done once, and answered as the first time, for a day."
        )]
        idempotency_key: Option<String>,
    ) -> Option<ApiResult<Payload<Claim>>> {
        Some(retract(context, &CLAIM, (input.id, input.reason), idempotency_key).await)
    }

    /// Makes claims. One that says the same is there at most once; one that says something else under the same
    /// dataset and external id takes the place of the one before, which is retracted.
    async fn upsert_claims(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The records, each whole: 1 to 500.")] input: Vec<ClaimInput>,
        #[graphql(desc = "Whether nothing is written when one of them is rejected.", default = false)]
        atomic: bool,
        #[graphql(
            desc = "Whether nothing is written at all: the answer says what would be.",
            default = false
        )]
        dry_run: bool,
        #[graphql(desc = "Why, in words; the change set keeps it.")] reason: Option<String>,
        #[graphql(
            desc = "A key of the client's own, such as a UUID. The same request with the same key is done once, and answered as the first time, for a day."
        )]
        idempotency_key: Option<String>,
    ) -> Option<ApiResult<BatchPayload<Claim>>> {
        let beside = Beside { reason, idempotency_key };
        Some(upsert(context, &CLAIM, &input, (atomic, dry_run), beside).await)
    }
}

record_inputs! {
    /// A property of claims as it is written: whole.
    ClaimPropertyInput,
    /// What changes in a property of claims. Its claims hold it to its kind and scope.
    UpdateClaimPropertyInput,
    identity {
        /// Its id, where the client chooses one; else it is given one.
        id: ID,
        /// The slug of the dataset it comes from.
        dataset: String,
        /// Its own key in that dataset. Its id follows from both.
        external_id: String,
    }
    required {
        /// The name by which claims and queries mean it: "duration".
        code: String,
        /// The name people read: "How long it lasted".
        label: String,
        /// What kind of value its claims have.
        value_kind: ValueKind,
        /// Whether one value is true, or several can be.
        functional: bool,
    }
    optional {
        /// The unit of its numbers; none when left out.
        unit: String,
        /// The values allowed, of a property of kind `CODE`.
        codes: Vec<String>,
        /// Whether its claims must say for which crossing and direction they speak; false when left out.
        needs_scope: bool,
    }
}

record_mutations! {
    ClaimPropertyMutation: ClaimProperty, ClaimPropertyInput, UpdateClaimPropertyInput, PROPERTY;
    /// Makes a property of claims.
    create_claim_property;
    /// Changes a property of claims.
    update_claim_property;
    /// Deletes a property of claims. One that others still refer to, such as claims, is kept: then the answer is the error `CONFLICT`, and
    /// names them.
    delete_claim_property;
    /// Makes properties of claims, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, or its dataset and external id, the first of these that is given, else
    /// by its code.
    upsert_claim_properties;
}
