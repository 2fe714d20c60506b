//! A vocabulary is a closed list of words: one Rust enum that is also the GraphQL enum, the JSON
//! word of an import and, under the same spelling, the list of a Postgres domain.

/// Defines a vocabulary.
///
/// Every word is spelled `LIKE_THIS` in GraphQL, in JSON and in Postgres; a test holds the
/// enum to its Postgres domain.
macro_rules! vocabulary {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $word_doc:literal])+ $word:ident),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            sea_orm::EnumIter, sea_orm::DeriveActiveEnum, async_graphql::Enum,
            serde::Serialize, serde::Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[doc = $word_doc])+ $word),+ }

        impl $name {
            /// The word as GraphQL, JSON and Postgres spell it.
            #[must_use]
            pub fn word(self) -> String {
                sea_orm::ActiveEnum::to_value(&self)
            }
        }
    };
}

pub(crate) use vocabulary;
