//! The words of names.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What kind of name.
    NameKind {
        /// The name the record goes by.
        Primary,
        /// Another name.
        Alias,
        /// The name in another script's letters.
        Transliteration,
        /// Letters that stand for the name.
        Acronym,
        /// A name it no longer has.
        Former,
        /// The name in its own language and script.
        Native,
    }
}

vocabulary! {
    /// What kind of record a name is looked up for.
    NamedKind {
        /// Actors.
        Actor,
        /// Locations, border crossings among them.
        Location,
        /// Border crossings alone.
        BorderCrossing,
        /// Sources.
        Source,
    }
}
