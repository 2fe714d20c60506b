//! What the words of ACLED mean: its sub-events, its types of actors, and how it says that a number
//! is a convention. Data; docs/import/acled.md shows the same tables.

use crate::actor::vocabulary::ActorKind;
use crate::event::vocabulary::{EventKind, ParticipantRole};

/// Sub-events, each with the kind of event it is.
pub const SUB_EVENTS: [(&str, EventKind); 25] = [
    ("Armed clash", EventKind::ArmedClash),
    ("Government regains territory", EventKind::TerritoryChange),
    ("Non-state actor overtakes territory", EventKind::TerritoryChange),
    ("Chemical weapon", EventKind::Attack),
    ("Air/drone strike", EventKind::Airstrike),
    ("Suicide bomb", EventKind::SuicideBombing),
    ("Shelling/artillery/missile attack", EventKind::Shelling),
    ("Remote explosive/landmine/IED", EventKind::Bombing),
    ("Grenade", EventKind::Bombing),
    ("Peaceful protest", EventKind::Demonstration),
    ("Protest with intervention", EventKind::Demonstration),
    ("Excessive force against protesters", EventKind::Demonstration),
    ("Violent demonstration", EventKind::Riot),
    ("Mob violence", EventKind::Riot),
    ("Agreement", EventKind::Accord),
    ("Arrests", EventKind::Arrest),
    ("Change to group/activity", EventKind::Other),
    ("Disrupted weapons use", EventKind::Other),
    ("Headquarters or base established", EventKind::Deployment),
    ("Looting/property destruction", EventKind::Other),
    ("Non-violent transfer of territory", EventKind::TerritoryChange),
    ("Other", EventKind::Other),
    ("Sexual violence", EventKind::SexualViolence),
    ("Attack", EventKind::AttackOnCivilians),
    ("Abduction/forced disappearance", EventKind::Abduction),
];

/// Types of events: the kind of those whose sub-event is none of the above, and the roles of the
/// first and the second actor. Where ACLED's order of actors says nothing, both are parties.
pub const EVENTS: [(&str, EventKind, [ParticipantRole; 2]); 6] = {
    use ParticipantRole::{Initiator, Party, Target};
    [
        ("Battles", EventKind::ArmedClash, [Party, Party]),
        ("Explosions/Remote violence", EventKind::Attack, [Initiator, Target]),
        ("Protests", EventKind::Demonstration, [Initiator, Party]),
        ("Riots", EventKind::Riot, [Initiator, Party]),
        ("Strategic developments", EventKind::Other, [Party, Party]),
        ("Violence against civilians", EventKind::AttackOnCivilians, [Initiator, Target]),
    ]
};

/// Types of actors: the number, how the labels of `inter1` and `inter2` begin, and the kind.
pub const INTERS: [(&str, &[&str], ActorKind); 8] = [
    ("1", &["state"], ActorKind::GovernmentBody),
    ("2", &["rebel"], ActorKind::ArmedGroup),
    ("3", &["political"], ActorKind::ArmedGroup),
    ("4", &["communal", "identity"], ActorKind::ArmedGroup),
    ("5", &["riot"], ActorKind::Community),
    ("6", &["protest"], ActorKind::Community),
    ("7", &["civilian"], ActorKind::Community),
    ("8", &["external", "other"], ActorKind::Organisation),
];

/// How names of actors begin that tell the kind by themselves; so an associated actor, which has no
/// type of its own, becomes what it is where it stands first.
pub const NAMES: [(&str, ActorKind); 21] = [
    ("Military Forces of ", ActorKind::GovernmentBody),
    ("Police Forces of ", ActorKind::GovernmentBody),
    ("Government of ", ActorKind::GovernmentBody),
    ("Civilians (", ActorKind::Community),
    ("Protesters (", ActorKind::Community),
    ("Rioters (", ActorKind::Community),
    ("Unidentified ", ActorKind::ArmedGroup),
    ("Aid Workers (", ActorKind::Community),
    ("Farmers (", ActorKind::Community),
    ("Fishers (", ActorKind::Community),
    ("Health Workers (", ActorKind::Community),
    ("Journalists (", ActorKind::Community),
    ("Labor Group (", ActorKind::Community),
    ("Labour Group (", ActorKind::Community),
    ("Lawyers (", ActorKind::Community),
    ("Muslim Group (", ActorKind::Community),
    ("Christian Group (", ActorKind::Community),
    ("Refugees/IDPs (", ActorKind::Community),
    ("Students (", ActorKind::Community),
    ("Teachers (", ActorKind::Community),
    ("Women (", ActorKind::Community),
];

/// How notes say that the number of deaths is a convention and not a count.
const PLACEHOLDERS: [&str; 19] = [
    "fatalities unknown",
    "fatalities are unknown",
    "fatalities were unknown",
    "fatalities is unknown",
    "fatalities not known",
    "unknown fatalities",
    "unknown number of fatalities",
    "unspecified number of fatalities",
    "undetermined number of fatalities",
    "casualties unknown",
    "unknown casualties",
    "unknown number of casualties",
    "fatalities coded as",
    "coded as an estimate",
    "fatalities coded",
    "exact number unknown",
    "fatalities assumed",
    "fatalities between",
    "fatalities split",
];

/// Whether the notes say that the number of deaths is a convention.
#[must_use]
pub fn says_placeholder(notes: &str, deaths: i32) -> bool {
    let notes = notes.to_lowercase();
    let is_coded = notes.match_indices("coded as ").any(|(at, phrase)| {
        let number = &notes[at + phrase.len()..];
        let digits = number.find(|character: char| !character.is_ascii_digit()).unwrap_or(number.len());
        number[..digits].parse() == Ok(deaths)
    });
    is_coded || PLACEHOLDERS.iter().any(|phrase| notes.contains(phrase))
}
