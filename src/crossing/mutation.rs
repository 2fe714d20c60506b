//! Writing border crossings: each together with the place that it is.

use async_graphql::{ID, InputObject};
use serde::Serialize;

use super::graphql::BorderCrossing;
use super::vocabulary::{CrossingMode, SideLabel};
use crate::actor::graphql::ActorRef;
use crate::graphql::scalar::CountryCode;
use crate::location::graphql::LocationRef;
use crate::location::mutation::PointInput;
use crate::naming::mutation::{IdentifierInput, NameInput};
use crate::writing::RecordType;
use crate::writing::mutation::{record_inputs, record_mutations};

static CROSSING: RecordType =
    RecordType { table: "border_crossing", line: "borderCrossing", new_ids: &["id", "placeId"] };

/// One side of a crossing.
#[derive(InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CrossingSideInput {
    /// Which side it is, for directions: A or B.
    label: SideLabel,
    /// The country on this side.
    country: CountryCode,
    /// What the crossing is called on this side.
    local_name: String,
    /// Who controls this side; left out when it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<ActorRef>,
}

record_inputs! {
    /// A border crossing as it is written: whole, with its place. What is left out is unknown.
    BorderCrossingInput,
    /// What changes in a border crossing or its place.
    UpdateBorderCrossingInput,
    identity {
        /// Its id, where the client chooses one; else it is given one.
        id: ID,
        /// The slug of the dataset it comes from.
        dataset: String,
        /// Its own key in that dataset. Its id follows from both.
        external_id: String,
    }
    required {
        /// The name it goes by.
        name: String,
        /// Its two sides, one labelled A and one labelled B. In an update both are given anew.
        sides: Vec<CrossingSideInput>,
    }
    optional {
        /// A short public name, such as "torkham": lower-case letters and digits in groups joined by hyphens.
        slug: String,
        /// How it is crossed.
        modes: Vec<CrossingMode>,
        /// The border that it lies on.
        parent: LocationRef,
        /// Its time zone, such as "Asia/Karachi"; left out, it is that of the place around it.
        timezone: String,
        /// Where it lies.
        point: PointInput,
        /// How far off the point may be, in metres.
        precision_metres: f64,
        /// Its names beyond its own.
        names: Vec<NameInput>,
        /// Its ids elsewhere.
        identifiers: Vec<IdentifierInput>,
    }
}

record_mutations! {
    BorderCrossingMutation: BorderCrossing, BorderCrossingInput, UpdateBorderCrossingInput, CROSSING;
    /// Makes a border crossing.
    create_border_crossing;
    /// Changes a border crossing.
    update_border_crossing;
    /// Deletes a border crossing with its place. One that others still refer to, such as closures, is kept: then the answer is the error `CONFLICT`, and
    /// names them.
    delete_border_crossing;
    /// Makes border crossings, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, its dataset and external id, or its slug, the first of these that is given.
    upsert_border_crossings;
}
