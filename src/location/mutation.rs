//! Writing locations.

use async_graphql::{ID, InputObject};
use serde::Serialize;

use super::graphql::{Location, LocationRef};
use super::vocabulary::LocationKind;
use crate::graphql::scalar::CountryCode;
use crate::naming::mutation::{IdentifierInput, NameInput};
use crate::writing::RecordType;
use crate::writing::mutation::{record_inputs, record_mutations};

static LOCATION: RecordType = RecordType { table: "location", line: "location", new_ids: &["id"] };

/// A point on earth.
#[derive(InputObject, Serialize)]
pub struct PointInput {
    /// Degrees north of the equator, from -90 to 90.
    latitude: f64,
    /// Degrees east of Greenwich, from -180 to 180.
    longitude: f64,
}

record_inputs! {
    /// A location as it is written: whole. What is left out is unknown.
    LocationInput,
    /// What changes in a location. One that is a border crossing is changed by `updateBorderCrossing`.
    UpdateLocationInput,
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
        /// What kind of place it is; not `BORDER_CROSSING`, which is written by `createBorderCrossing`.
        kind: LocationKind,
    }
    optional {
        /// A short public name, such as "kabul": lower-case letters and digits in groups joined by hyphens.
        slug: String,
        /// Its country.
        country: CountryCode,
        /// The place that it lies in.
        parent: LocationRef,
        /// The two countries that it divides; only of a `BORDER`.
        between: Vec<LocationRef>,
        /// Its time zone, such as "Asia/Kabul"; left out, it is that of the place around it.
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
    LocationMutation: Location, LocationInput, UpdateLocationInput, LOCATION;
    /// Makes a location.
    create_location;
    /// Changes a location.
    update_location;
    /// Deletes a location. One that others still refer to, such as events and places within it, is kept: then the answer is the error `CONFLICT`, and
    /// names them.
    delete_location;
    /// Makes locations, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, its dataset and external id, or its slug, the first of these that is given.
    upsert_locations;
}
