//! Writing actors and affiliations.

use async_graphql::ID;

use super::graphql::{Actor, ActorRef, Affiliation};
use super::vocabulary::ActorKind;
use crate::extent::graphql::WrittenExtent;
use crate::graphql::scalar::CountryCode;
use crate::naming::mutation::{IdentifierInput, NameInput};
use crate::writing::RecordType;
use crate::writing::mutation::{record_inputs, record_mutations};

static ACTOR: RecordType = RecordType { table: "actor", line: "actor", new_ids: &["id"] };
static AFFILIATION: RecordType = RecordType { table: "affiliation", line: "affiliation", new_ids: &[] };

record_inputs! {
    /// An actor as it is written: whole. What is left out is unknown.
    ActorInput,
    /// What changes in an actor.
    UpdateActorInput,
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
        /// What kind of actor it is.
        kind: ActorKind,
    }
    optional {
        /// A short public name, such as "pakistan": lower-case letters and digits in groups joined by hyphens.
        slug: String,
        /// Its country.
        country: CountryCode,
        /// Who it is, in a few words.
        description: String,
        /// Its names beyond its own.
        names: Vec<NameInput>,
        /// Its ids elsewhere.
        identifiers: Vec<IdentifierInput>,
    }
}

record_mutations! {
    ActorMutation: Actor, ActorInput, UpdateActorInput, ACTOR;
    /// Makes an actor.
    create_actor;
    /// Changes an actor.
    update_actor;
    /// Deletes an actor. One that others still refer to, such as participations and claims, is kept: then the answer is the error `CONFLICT`, and
    /// names them.
    delete_actor;
    /// Makes actors, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, its dataset and external id, or its slug, the first of these that is given.
    upsert_actors;
}

record_inputs! {
    /// An affiliation as it is written: whole. What is left out is unknown.
    AffiliationInput,
    /// What changes in an affiliation.
    UpdateAffiliationInput,
    identity {
        /// Its id, where the client chooses one; else it is given one.
        id: ID,
        /// The slug of the dataset it comes from.
        dataset: String,
        /// Its own key in that dataset. Its id follows from both.
        external_id: String,
    }
    required {
        /// Who belongs.
        member: ActorRef,
        /// To whom.
        group: ActorRef,
    }
    optional {
        /// In which role, such as "Minister of Information".
        role: String,
        /// When.
        extent: WrittenExtent,
    }
}

record_mutations! {
    AffiliationMutation: Affiliation, AffiliationInput, UpdateAffiliationInput, AFFILIATION;
    /// Makes an affiliation.
    create_affiliation;
    /// Changes an affiliation.
    update_affiliation;
    /// Deletes an affiliation.
    delete_affiliation;
    /// Makes affiliations, or brings those that are there to what is given: what is left out is taken away. One
    /// that is there is known by its id, or its dataset and external id, the first of these that is given, else
    /// by its member, group, role and start.
    upsert_affiliations;
}
