//! Writing events, who takes part in them, and how they stand to each other.

use async_graphql::{ID, InputObject};
use serde::Serialize;

use super::graphql::{Event, EventRelation, Participation};
use super::input::EventRef;
use super::vocabulary::{EventKind, EventRelationKind, Modality, ParticipantRole};
use crate::actor::graphql::ActorRef;
use crate::extent::graphql::WrittenExtent;
use crate::location::graphql::LocationRef;
use crate::writing::RecordType;
use crate::writing::mutation::{record_inputs, record_mutations};

static EVENT: RecordType = RecordType { table: "event", line: "event", new_ids: &["id"] };
static PARTICIPATION: RecordType = RecordType { table: "participation", line: "participation", new_ids: &[] };
static EVENT_RELATION: RecordType =
    RecordType { table: "event_relation", line: "eventRelation", new_ids: &[] };

/// Deaths by the estimate of the record's own dataset.
#[derive(InputObject, Serialize)]
pub struct FatalitiesInput {
    /// The best estimate; left out when it is unknown, which is not zero.
    best: Option<i32>,
    /// The lowest.
    low: Option<i32>,
    /// The highest.
    high: Option<i32>,
}

record_inputs! {
    /// An event as it is written: whole. What is left out is unknown.
    EventInput,
    /// What changes in an event.
    UpdateEventInput,
    identity {
        /// Its id, where the client chooses one; else it is given one.
        id: ID,
        /// The slug of the dataset it comes from.
        dataset: String,
        /// Its own key in that dataset. Its id follows from both.
        external_id: String,
    }
    required {
        /// What happened, in a few words.
        title: String,
        /// What kind of event it is.
        kind: EventKind,
    }
    optional {
        /// A short public name, such as "istanbul-round-2-2025": lower-case letters and digits in groups
        /// joined by hyphens.
        slug: String,
        /// What happened, in a few sentences of one's own.
        summary: String,
        /// The type its dataset gives it, in the dataset's words.
        native_type: String,
        /// Whether it happened; `OCCURRED` when nothing is said.
        modality: Modality,
        /// When it happened.
        extent: WrittenExtent,
        /// Where it happened.
        location: LocationRef,
        /// The event that it is part of.
        parent: EventRef,
        /// Deaths by the dataset's own estimate. What articles say is claimed.
        fatalities: FatalitiesInput,
    }
}

record_mutations! {
    EventMutation: Event, EventInput, UpdateEventInput, EVENT;
    /// Makes an event.
    create_event;
    /// Changes an event.
    update_event;
    /// Deletes an event. One that others still refer to, such as its reports and claims, is kept: then the answer is the error `CONFLICT`, and
    /// names them.
    delete_event;
    /// Makes events, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, its dataset and external id, or its slug, the first of these that is given.
    upsert_events;
}

record_inputs! {
    /// A participation as it is written: whole.
    ParticipationInput,
    /// What changes in a participation.
    UpdateParticipationInput,
    identity {
        /// Its id, where the client chooses one; else it is given one.
        id: ID,
        /// The slug of the dataset it comes from.
        dataset: String,
        /// Its own key in that dataset. Its id follows from both.
        external_id: String,
    }
    required {
        /// The event.
        event: EventRef,
        /// Who takes part.
        actor: ActorRef,
        /// In which role.
        role: ParticipantRole,
    }
    optional {
        /// Whether that is only alleged; false when left out.
        alleged: bool,
    }
}

record_mutations! {
    ParticipationMutation: Participation, ParticipationInput, UpdateParticipationInput, PARTICIPATION;
    /// Makes a participation.
    create_participation;
    /// Changes a participation.
    update_participation;
    /// Deletes a participation.
    delete_participation;
    /// Makes participations, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, or its dataset and external id, the first of these that is given, else
    /// by its event, actor and role.
    upsert_participations;
}

record_inputs! {
    /// A relation of two events as it is written, whole: `event` stands so to `other`.
    EventRelationInput,
    /// What changes in a relation of two events.
    UpdateEventRelationInput,
    identity {
        /// Its id, where the client chooses one; else it is given one.
        id: ID,
        /// The slug of the dataset it comes from.
        dataset: String,
        /// Its own key in that dataset. Its id follows from both.
        external_id: String,
    }
    required {
        /// The event that, say, `ENDS` the other.
        event: EventRef,
        /// How it stands.
        kind: EventRelationKind,
        /// The event that, say, is ended.
        other: EventRef,
    }
    optional {
        /// Whether that is only alleged; false when left out.
        alleged: bool,
    }
}

record_mutations! {
    EventRelationMutation: EventRelation, EventRelationInput, UpdateEventRelationInput, EVENT_RELATION;
    /// Makes a relation of two events.
    create_event_relation;
    /// Changes a relation of two events.
    update_event_relation;
    /// Deletes a relation of two events.
    delete_event_relation;
    /// Makes relations of events, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, or its dataset and external id, the first of these that is given, else
    /// by its two events and its kind.
    upsert_event_relations;
}
