//! Names and identifiers in the API.

use async_graphql::{Context, Object, SimpleObject};

use super::resolve::{Match, Named, ambiguous};
use super::vocabulary::{NameKind, NamedKind};
use super::{identifier, name};
use crate::actor::graphql::Actor;
use crate::crossing::graphql::BorderCrossing;
use crate::crossing::loader::CrossingAt;
use crate::graphql::{ApiError, ApiResult, api_type, asked_text, loader, refer, whole};
use crate::location::graphql::Location;
use crate::source::graphql::Source;

api_type!(Name, name);

/// A name of an actor, location or source. Names are not unique: two records may share one.
#[Object]
impl Name {
    /// The name.
    async fn value(&self) -> &str {
        &self.0.value
    }

    /// Its language, BCP 47: "ps"; null when unknown.
    async fn language(&self) -> Option<&str> {
        self.0.language.as_deref()
    }

    /// What kind of name.
    async fn kind(&self) -> NameKind {
        self.0.kind
    }
}

api_type!(Identifier, identifier);

/// The id that a record has elsewhere.
#[Object]
impl Identifier {
    /// Whose id it is: wikidata, geonames, osm, unlocode, iso3166, pcode, acled, ucdp, gdelt or another.
    async fn scheme(&self) -> &str {
        &self.0.scheme
    }

    /// The id there.
    async fn value(&self) -> &str {
        &self.0.value
    }
}

/// The records that go by a name, nearly; nothing is chosen among them.
#[derive(SimpleObject)]
pub struct Resolution {
    /// The best matches, best first, each record once; empty when nothing comes near.
    matches: Vec<ResolutionMatch>,
    /// Whether the best two records are too close to choose between: their scores differ by less than
    /// 0.1, or by less than 0.2 where the best scores less than 0.92.
    ambiguous: bool,
}

/// A record that goes by a name, nearly.
pub struct ResolutionMatch {
    kind: NamedKind,
    found: Match,
}

/// A record that goes by a name, nearly.
#[Object]
impl ResolutionMatch {
    /// How near its name comes: 1 for the same letters, whatever their case, accents and
    /// punctuation; 0.95 for a transliteration that sounds the same; 0.92 for a place but for the word
    /// for what it is, as Aleppo is to Aleppo Governorate; less for names that have all the words and
    /// others, and for what is only alike, down to 0.36.
    async fn score(&self) -> f64 {
        self.found.score
    }

    /// The name of the record that came nearest, as it is written there; of a border crossing,
    /// perhaps what one of its sides is called.
    async fn matched(&self) -> &str {
        &self.found.matched
    }

    /// What kind of name that is; `ALIAS` for what a side of a crossing is called.
    async fn matched_kind(&self) -> NameKind {
        self.found.kind
    }

    /// The actor; null when another kind was asked for.
    async fn actor(&self, context: &Context<'_>) -> Option<ApiResult<Actor>> {
        let id = (self.kind == NamedKind::Actor).then_some(self.found.record_id);
        refer(context, id).await
    }

    /// The location; null when actors or sources were asked for.
    async fn location(&self, context: &Context<'_>) -> Option<ApiResult<Location>> {
        refer(context, self.place()).await
    }

    /// The border crossing at the location; null when there is none.
    async fn border_crossing(&self, context: &Context<'_>) -> Option<ApiResult<BorderCrossing>> {
        let found = whole::<BorderCrossing, _>(context, self.place()?, CrossingAt).await;
        found.map(|crossings| crossings.into_iter().next()).transpose()
    }

    /// The source; null when another kind was asked for.
    async fn source(&self, context: &Context<'_>) -> Option<ApiResult<Source>> {
        let id = (self.kind == NamedKind::Source).then_some(self.found.record_id);
        refer(context, id).await
    }
}

impl ResolutionMatch {
    fn place(&self) -> Option<uuid::Uuid> {
        let is_place = matches!(self.kind, NamedKind::Location | NamedKind::BorderCrossing);
        is_place.then_some(self.found.record_id)
    }
}

/// So many matches at most.
const MOST_MATCHES: i32 = 50;

#[derive(Default)]
pub struct NamingQuery;

#[Object]
impl NamingQuery {
    /// Who or what goes by a name as somebody spells it: "Tehreek-e-Taliban" finds
    /// Tehrik-i-Taliban Pakistan, "Chaman" the crossing of Spin Boldak. All names of the records
    /// count, with those of both sides of crossings. Nothing is guessed: see `ambiguous`.
    async fn resolve(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The name, of at most 1,000 characters.")] name: String,
        #[graphql(desc = "What kind of record.")] kind: NamedKind,
        #[graphql(desc = "The best so many matches, from 1 to 50.", default = 5)] limit: i32,
    ) -> ApiResult<Resolution> {
        let name = asked_text(name, "name")?;
        let wanted = match usize::try_from(limit) {
            Ok(wanted) if (1..=MOST_MATCHES).contains(&limit) => wanted,
            _ => {
                return Err(ApiError::BadUserInput(format!(
                    "`limit` is {limit}: ask for 1 to {MOST_MATCHES} matches."
                )));
            }
        };
        // All that could be asked for, so that aliases with several limits are one question, and
        // the second tells whether the first stands alone.
        let named = Named { name, kind, limit: MOST_MATCHES.unsigned_abs() };
        let found = loader(context).load_one(named).await?.unwrap_or_default();
        let matches = found.iter().take(wanted).map(|found| ResolutionMatch { kind, found: found.clone() });
        Ok(Resolution { matches: matches.collect(), ambiguous: ambiguous(&found) })
    }
}
