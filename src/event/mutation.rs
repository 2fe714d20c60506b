//! Writing events.

use async_graphql::{ID, InputObject};
use serde::Serialize;

use super::graphql::{Event, EventRef};
use super::vocabulary::{EventKind, Modality};
use crate::extent::graphql::WrittenExtent;
use crate::location::graphql::LocationRef;
use crate::writing::RecordType;
use crate::writing::graphql::{record_inputs, record_mutations};

static EVENT: RecordType = RecordType { table: "event", line: "event", new_ids: &["id"] };

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
    /// Makes events, or brings those that are there to what is given. One that is there is known by its id, its
    /// dataset and external id, or its slug, the first of these that is given; what is left out is taken away.
    upsert_events;
}
