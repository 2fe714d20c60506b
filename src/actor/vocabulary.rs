//! The words of actors.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What kind of actor.
    ActorKind {
        /// A state.
        State,
        /// A ministry, army, court or other body of a state.
        GovernmentBody,
        /// An armed group.
        ArmedGroup,
        /// A political party.
        PoliticalParty,
        /// Any other organisation.
        Organisation,
        /// A company.
        Company,
        /// An intergovernmental organisation.
        Igo,
        /// A non-governmental organisation.
        Ngo,
        /// A news medium that speaks or acts.
        Media,
        /// A person.
        Person,
        /// A community or group of people.
        Community,
        /// A speaker whom the report does not name, such as "a security official".
        UnnamedRole,
    }
}
