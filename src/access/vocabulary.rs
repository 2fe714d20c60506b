//! What the holder of a token may do, and whether anybody may read without one.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What the holder of a token may do. Each role may do what those before it may.
    Role {
        /// Reads everything, datasets marked `TOKEN_ONLY` included.
        Reader,
        /// Adds records.
        Contributor,
        /// Changes what others added, and imports files.
        Editor,
        /// Does everything.
        Admin,
    }
}

/// Whether anybody may read without a token.
#[derive(async_graphql::Enum, ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadAccess {
    /// Everybody may read, but for datasets marked `TOKEN_ONLY`.
    #[default]
    Open,
    /// Only those with a token may read.
    Token,
}

impl ValueEnum for Role {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Reader, Self::Contributor, Self::Editor, Self::Admin]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (word, help) = match self {
            Self::Reader => ("reader", "Reads everything, datasets marked TOKEN_ONLY included"),
            Self::Contributor => ("contributor", "Adds records, too"),
            Self::Editor => ("editor", "Changes what others added, and imports files, too"),
            Self::Admin => ("admin", "Does everything"),
        };
        Some(PossibleValue::new(word).help(help))
    }
}
