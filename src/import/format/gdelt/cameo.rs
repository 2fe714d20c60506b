//! CAMEO, the codes by which GDELT says what happened and who did it, in words of ours.

use super::super::country::of_alpha_3;
use crate::actor::vocabulary::ActorKind as A;
use crate::event::vocabulary::EventKind as E;

/// The beginning of a code of events, the kind it is, and what titles call it. The longest that fits
/// counts, so that a code stands before those it is the beginning of only in length.
const EVENTS: &[(&str, E, &str)] = &[
    ("01", E::Statement, "Statement"),
    ("02", E::Statement, "Appeal"),
    ("03", E::Statement, "Intent to cooperate"),
    ("04", E::Talks, "Talks"),
    ("041", E::Call, "Call"),
    ("042", E::Visit, "Visit"),
    ("043", E::Visit, "Hosting of a visit"),
    ("045", E::Mediation, "Mediation"),
    ("05", E::Other, "Diplomatic cooperation"),
    ("051", E::Statement, "Praise"),
    ("052", E::Statement, "Defence in words"),
    ("053", E::Statement, "Call for support"),
    ("055", E::Statement, "Apology"),
    ("056", E::Statement, "Forgiveness"),
    ("057", E::Accord, "Agreement"),
    ("06", E::Other, "Material cooperation"),
    ("07", E::AidDelivery, "Aid"),
    ("072", E::Other, "Military aid"),
    ("074", E::Deployment, "Military protection"),
    ("075", E::Other, "Asylum"),
    ("08", E::Other, "Concession"),
    ("0841", E::Release, "Release"),
    ("0871", E::Ceasefire, "Ceasefire"),
    ("0874", E::Withdrawal, "Military retreat"),
    ("09", E::Other, "Investigation"),
    ("10", E::Demand, "Demand"),
    ("11", E::Statement, "Disapproval"),
    ("112", E::Accusation, "Accusation"),
    ("12", E::Rejection, "Rejection"),
    ("13", E::Threat, "Threat"),
    ("14", E::Demonstration, "Protest"),
    ("143", E::Strike, "Strike or boycott"),
    ("144", E::Blockade, "Obstruction"),
    ("145", E::Riot, "Violent protest"),
    ("15", E::Mobilisation, "Show of force"),
    ("16", E::Other, "Reduction of relations"),
    ("163", E::Sanction, "Embargo or sanctions"),
    ("17", E::Other, "Coercion"),
    ("1711", E::Seizure, "Confiscation"),
    ("1723", E::Curfew, "Curfew"),
    ("173", E::Arrest, "Arrest or charge"),
    ("174", E::Deportation, "Expulsion"),
    ("175", E::AttackOnCivilians, "Violent repression"),
    ("18", E::Attack, "Assault"),
    ("181", E::Abduction, "Abduction or hijacking"),
    ("1821", E::SexualViolence, "Sexual assault"),
    ("1822", E::AttackOnCivilians, "Torture"),
    ("183", E::Bombing, "Bombing"),
    ("1831", E::SuicideBombing, "Suicide bombing"),
    ("184", E::AttackOnCivilians, "Use of human shields"),
    ("185", E::Attack, "Attempted assassination"),
    ("186", E::Assassination, "Assassination"),
    ("19", E::ArmedClash, "Fighting"),
    ("191", E::Blockade, "Blockade"),
    ("192", E::TerritoryChange, "Occupation of territory"),
    ("194", E::Shelling, "Shelling"),
    ("195", E::Airstrike, "Airstrike"),
    ("196", E::AccordViolation, "Breach of a ceasefire"),
    ("20", E::AttackOnCivilians, "Mass violence"),
    ("201", E::Deportation, "Mass expulsion"),
    ("204", E::Attack, "Use of weapons of mass destruction"),
];

/// The three letters of roles and beliefs in a code of actors, what they are called, and the kind of
/// actor they make.
const ROLES: &[(&str, &str, A)] = &[
    ("AGR", "agriculture", A::Community),
    ("BUD", "Buddhist", A::Community),
    ("BUS", "business", A::Company),
    ("CHR", "Christian", A::Community),
    ("COP", "police", A::GovernmentBody),
    ("CRM", "criminals", A::Organisation),
    ("CVL", "civilians", A::Community),
    ("DEV", "development", A::Organisation),
    ("EDU", "education", A::Community),
    ("ELI", "elites", A::Community),
    ("ENV", "environment", A::Organisation),
    ("GOV", "government", A::GovernmentBody),
    ("HIN", "Hindu", A::Community),
    ("HLH", "health", A::Community),
    ("HRI", "human rights", A::Organisation),
    ("IGO", "intergovernmental organisation", A::Igo),
    ("IMG", "international militants", A::ArmedGroup),
    ("INS", "insurgents", A::ArmedGroup),
    ("INT", "international", A::Organisation),
    ("JEW", "Jewish", A::Community),
    ("JUD", "judiciary", A::GovernmentBody),
    ("LAB", "labour", A::Community),
    ("LEG", "legislature", A::GovernmentBody),
    ("MED", "media", A::Media),
    ("MIL", "military", A::GovernmentBody),
    ("MNC", "multinational company", A::Company),
    ("MOD", "moderates", A::Community),
    ("MOS", "Muslim", A::Community),
    ("NGM", "non-governmental movement", A::Ngo),
    ("NGO", "non-governmental organisation", A::Ngo),
    ("OPP", "opposition", A::PoliticalParty),
    ("PTY", "party", A::PoliticalParty),
    ("RAD", "radicals", A::ArmedGroup),
    ("REB", "rebels", A::ArmedGroup),
    ("REF", "refugees", A::Community),
    ("REL", "religious body", A::Organisation),
    ("SEP", "separatists", A::ArmedGroup),
    ("SET", "settlers", A::Community),
    ("SPY", "intelligence service", A::GovernmentBody),
    ("UAF", "unidentified armed force", A::ArmedGroup),
    ("UIS", "unidentified state", A::State),
];

/// An actor, as its code tells.
#[derive(Debug, PartialEq, Eq)]
pub struct Coded {
    pub name: String,
    pub kind: A,
    pub country: Option<&'static str>,
}

/// The kind of a code of events, and what titles call it; none when it is no such code.
#[must_use]
pub fn event(code: &str) -> Option<(E, &'static str)> {
    if !(2..=4).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let found =
        EVENTS.iter().filter(|(begin, ..)| code.starts_with(begin)).max_by_key(|(begin, ..)| begin.len());
    found.map(|(_, kind, called)| (*kind, *called))
}

/// What a code of actors says: three letters at a time, countries, roles, beliefs and groups. The same
/// code is always the same actor, whatever a line calls it.
#[must_use]
pub fn actor(code: &str) -> Coded {
    let mut coded = Coded { name: String::new(), kind: A::Community, country: None };
    let mut kind = None;
    let mut rest = code;
    while !rest.is_empty() {
        let end = rest.char_indices().nth(3).map_or(rest.len(), |(end, _)| end);
        let (letters, after) = rest.split_at(end);
        rest = after;
        let word = if let Some((country, name)) = of_alpha_3(letters) {
            coded.country = coded.country.or(Some(country));
            name
        } else if let Ok(place) = ROLES.binary_search_by_key(&letters, |(letters, ..)| letters) {
            kind = kind.or(Some(ROLES[place].2));
            ROLES[place].1
        } else {
            letters
        };
        if !coded.name.is_empty() {
            coded.name.push_str(", ");
        }
        coded.name.push_str(word);
    }
    coded.kind = kind.unwrap_or(if coded.country.is_some() { A::State } else { A::Community });
    coded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_of_a_code_tells_its_kind() {
        for (code, kind) in [
            ("01", E::Statement),
            ("042", E::Visit),
            ("0841", E::Release),
            ("0842", E::Other),
            ("112", E::Accusation),
            ("1121", E::Accusation),
            ("190", E::ArmedClash),
            ("195", E::Airstrike),
            ("1951", E::Airstrike),
        ] {
            assert_eq!(event(code).map(|(kind, _)| kind), Some(kind), "{code}");
        }
        // A code that lost its leading zero means something else, or nothing.
        for code in ["42", "4", "", "21", "04x", "04200"] {
            assert_eq!(event(code), None, "{code:?}");
        }
    }

    #[test]
    fn every_root_of_cameo_is_there_and_none_twice() {
        for root in 1..=20 {
            assert!(event(&format!("{root:02}")).is_some(), "{root:02}");
        }
        assert!(EVENTS.is_sorted_by(|(one, ..), (next, ..)| one < next));
        assert!(ROLES.is_sorted_by(|(one, ..), (next, ..)| one < next));
        assert!(ROLES.iter().all(|(letters, ..)| of_alpha_3(letters).is_none()));
    }

    #[test]
    fn codes_of_actors_are_put_into_words() {
        for (code, name, kind, country) in [
            ("ZWE", "Zimbabwe", A::State, Some("ZW")),
            ("ZWEGOV", "Zimbabwe, government", A::GovernmentBody, Some("ZW")),
            ("MNCUSAMED", "multinational company, United States, media", A::Company, Some("US")),
            ("IGOMOSOIC", "intergovernmental organisation, Muslim, OIC", A::Igo, None),
            ("scoGOV", "sco, government", A::GovernmentBody, None),
            ("AFR", "AFR", A::Community, None),
            ("Ääöü", "Ääö, ü", A::Community, None),
        ] {
            assert_eq!(actor(code), Coded { name: name.to_owned(), kind, country }, "{code}");
        }
    }
}
