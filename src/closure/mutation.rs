//! Writing closures.

use async_graphql::ID;

use super::graphql::Closure;
use super::vocabulary::{ClosureBasis, ClosureEffect, ClosureSeverity};
use crate::actor::graphql::ActorRef;
use crate::crossing::vocabulary::{Direction, TrafficClass};
use crate::event::input::EventRef;
use crate::extent::graphql::WrittenExtent;
use crate::location::graphql::LocationRef;
use crate::writing::RecordType;
use crate::writing::mutation::{record_inputs, record_mutations};

static CLOSURE: RecordType = RecordType { table: "closure", line: "closure", new_ids: &[] };

record_inputs! {
    /// A closure as it is written: whole. What an event closes or opens.
    ClosureInput,
    /// What changes in a closure.
    UpdateClosureInput,
    identity {
        /// Its id, where the client chooses one; else it is given one.
        id: ID,
        /// The slug of the dataset it comes from.
        dataset: String,
        /// Its own key in that dataset. Its id follows from both.
        external_id: String,
    }
    required {
        /// The event that closes or opens.
        event: EventRef,
        /// The place: a border crossing, or a border with all its crossings.
        place: LocationRef,
    }
    optional {
        /// Whether it closes or opens; `CLOSES` when left out.
        effect: ClosureEffect,
        /// In which direction; `BOTH` when left out.
        direction: Direction,
        /// For which traffic; all when left out or empty.
        traffic: Vec<TrafficClass>,
        /// How far it is closed, or opened; `FULL` when left out.
        severity: ClosureSeverity,
        /// Whether it was ordered or observed; `UNSPECIFIED` when left out.
        basis: ClosureBasis,
        /// Who decided it.
        decided_by: ActorRef,
        /// Why it was closed or opened, in words.
        reason: String,
        /// At which weekly times it applies, in the notation of OSM's opening hours: "Mo-Fr 08:00-17:00"; always
        /// when left out.
        schedule: String,
        /// When it applies.
        extent: WrittenExtent,
    }
}

record_mutations! {
    ClosureMutation: Closure, ClosureInput, UpdateClosureInput, CLOSURE;
    /// Makes a closure.
    create_closure;
    /// Changes a closure.
    update_closure;
    /// Deletes a closure. One that others still refer to, such as reports that speak for it, is kept: then the answer is the error `CONFLICT`, and
    /// names them.
    delete_closure;
    /// Makes closures, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, or its dataset and external id, the first of these that is given, else
    /// by its event, place, direction, traffic, effect and start.
    upsert_closures;
}
