//! The words of events: kinds and their categories, modalities, roles and relations.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What happened. The kinds fall into ten categories; imported records keep their dataset's own type beside it.
    EventKind {
        /// A border, crossing or road is closed.
        Closure,
        /// A closed place is opened again.
        Reopening,
        /// Passage is limited without being closed.
        Restriction,
        /// Passage is barred by people or vehicles.
        Blockade,
        /// Forces or aircraft enter another's territory or airspace.
        Incursion,
        /// Somebody notes the state of a place, with no other event behind it.
        Observation,
        /// Parties negotiate.
        Talks,
        /// A third party mediates.
        Mediation,
        /// An official visit.
        Visit,
        /// An official telephone call or message.
        Call,
        /// Parties agree to stop fighting.
        Ceasefire,
        /// Any other agreement.
        Accord,
        /// Forces leave.
        Withdrawal,
        /// Prisoners or hostages are freed.
        Release,
        /// An agreement is broken.
        AccordViolation,
        /// A public statement with a date of its own, to which others react.
        Statement,
        /// Somebody is publicly accused.
        Accusation,
        /// Something is publicly demanded.
        Demand,
        /// Somebody is threatened.
        Threat,
        /// An offer or demand is turned down.
        Rejection,
        /// An armed attack of a kind not named below.
        Attack,
        /// Armed sides fight each other.
        ArmedClash,
        /// A strike from the air, drones included.
        Airstrike,
        /// Shelling by artillery, mortars or missiles.
        Shelling,
        /// An explosive device or mine.
        Bombing,
        /// A bomber dies with the bomb.
        SuicideBombing,
        /// Violence aimed at civilians.
        AttackOnCivilians,
        /// Abduction or forced disappearance.
        Abduction,
        /// Sexual violence.
        SexualViolence,
        /// The killing of a chosen person.
        Assassination,
        /// Arrest or detention.
        Arrest,
        /// People are expelled from a country.
        Deportation,
        /// Curfew or lockdown.
        Curfew,
        /// Sanctions or embargo.
        Sanction,
        /// Property or goods are seized.
        Seizure,
        /// Forces are called up.
        Mobilisation,
        /// Territory changes hands.
        TerritoryChange,
        /// Forces are moved into place.
        Deployment,
        /// A peaceful protest.
        Demonstration,
        /// A violent protest or mob.
        Riot,
        /// A strike of workers or traders.
        Strike,
        /// People flee.
        Displacement,
        /// People return.
        Return,
        /// Aid is delivered.
        AidDelivery,
        /// Aid workers or aid are kept from people.
        AccessRestriction,
        /// A natural or technical disaster.
        Disaster,
        /// An outbreak of disease.
        Epidemic,
        /// Anything else.
        Other,
    }
}

vocabulary! {
    /// A group of event kinds.
    EventCategory {
        /// Closures, reopenings and what else happens at borders.
        Border,
        /// Talks, mediation, visits and calls.
        Diplomacy,
        /// Agreements, and their keeping and breaking.
        Agreement,
        /// Statements to which others react.
        Statement,
        /// Armed and other physical violence.
        Violence,
        /// Force by authority: arrests, deportations, sanctions.
        Coercion,
        /// Forces and territory.
        Mobilisation,
        /// Protests, riots and strikes.
        Protest,
        /// People in need, and aid.
        Humanitarian,
        /// Anything else.
        Other,
    }
}

impl EventKind {
    /// The category this kind belongs to.
    #[must_use]
    pub fn category(self) -> EventCategory {
        use EventCategory as C;
        use EventKind as K;
        match self {
            K::Closure | K::Reopening | K::Restriction | K::Blockade | K::Incursion | K::Observation => {
                C::Border
            }
            K::Talks | K::Mediation | K::Visit | K::Call => C::Diplomacy,
            K::Ceasefire | K::Accord | K::Withdrawal | K::Release | K::AccordViolation => C::Agreement,
            K::Statement | K::Accusation | K::Demand | K::Threat | K::Rejection => C::Statement,
            K::Attack
            | K::ArmedClash
            | K::Airstrike
            | K::Shelling
            | K::Bombing
            | K::SuicideBombing
            | K::AttackOnCivilians
            | K::Abduction
            | K::SexualViolence
            | K::Assassination => C::Violence,
            K::Arrest | K::Deportation | K::Curfew | K::Sanction | K::Seizure => C::Coercion,
            K::Mobilisation | K::TerritoryChange | K::Deployment => C::Mobilisation,
            K::Demonstration | K::Riot | K::Strike => C::Protest,
            K::Displacement
            | K::Return
            | K::AidDelivery
            | K::AccessRestriction
            | K::Disaster
            | K::Epidemic => C::Humanitarian,
            K::Other => C::Other,
        }
    }
}

vocabulary! {
    /// Whether an event happened, or how else it is meant.
    Modality {
        /// It happened.
        Occurred,
        /// It is happening.
        Ongoing,
        /// It was announced.
        Announced,
        /// Somebody says that it happened; others may deny it.
        Alleged,
        /// It was called off.
        Cancelled,
        /// It was expected or claimed, and did not happen.
        DidNotHappen,
    }
}

impl Modality {
    /// Of events that happened, or may have: only these close or open anything.
    pub const MAY_COUNT: [Self; 3] = [Self::Occurred, Self::Ongoing, Self::Alleged];
}

vocabulary! {
    /// The part an actor takes in an event.
    ParticipantRole {
        /// Who acts.
        Initiator,
        /// Who is acted on.
        Target,
        /// A party to talks, to an agreement or to a fight.
        Party,
        /// Who mediates.
        Mediator,
        /// On whose ground it takes place.
        Host,
        /// Who vouches for an agreement.
        Guarantor,
        /// Who organises it.
        Organiser,
        /// In whose power it lies.
        Authority,
        /// Who takes part for a party.
        Delegate,
        /// Who is harmed.
        Victim,
        /// Who saw it.
        Witness,
        /// Who is affected in another way.
        Affected,
    }
}

vocabulary! {
    /// How one event stands to another: *event* KIND *other*.
    EventRelationKind {
        /// The event is part of the other, beside its parent.
        PartOf,
        /// The event follows the other.
        Follows,
        /// The event is caused by the other.
        CausedBy,
        /// The event responds to the other.
        ResponseTo,
        /// The event ends the other.
        Ends,
        /// The event violates the other, an agreement.
        Violates,
        /// Both are one event, entered twice.
        SameAs,
    }
}
