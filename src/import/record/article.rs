//! Articles: the shape of their lines and their staging table.

use serde::Deserialize;

use super::{Draft, Fault, draft, no_slug};
use crate::article::vocabulary::DerivationKind;
use crate::extent::LocalExtent;
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};
use crate::import::table::{Column, DATASET, EXTERNAL_ID, Identity, Part, Table, Target};

draft! {
    /// One published document.
    ArticleDraft {
        required {
            source: Reference,
            title: String,
        }
        optional {
            url: Option<String>,
            title_given: Option<bool>,
            author: Option<String>,
            published: Option<LocalExtent>,
            published_note: Option<String>,
            language: Option<String>,
            dateline: Option<Reference>,
            summary: Option<String>,
            content_hash: Option<String>,
            derived_from: Option<Vec<DerivationDraft>>,
        }
    }
}

/// What an article comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivationDraft {
    pub kind: DerivationKind,
    pub article: Option<Reference>,
    pub source: Option<Reference>,
}

pub static ARTICLES: Table = Table {
    name: "article",
    columns: &[
        Column::Reference("source_id", "source", Target::Source),
        Column::Value("url", "text"),
        Column::Value("title", "text"),
        Column::Value("title_given", "boolean"),
        Column::Value("author", "text"),
        Column::Extent { prefix: "published_", optional: true },
        Column::Value("published_note", "text"),
        Column::Value("language", "text"),
        Column::Reference("dateline_id", "dateline", Target::Location),
        Column::Value("summary", "text"),
        Column::Value("content_hash", "text"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[DERIVATIONS],
    has_slug: false,
    same_record: Some("t.url = s.url"),
    identity: Identity::Natural(&["s.url"]),
    dates_at: Some("s.dateline_id"),
    checks: &[],
};

const DERIVATIONS: Part = Part {
    name: "article_derivation",
    owner: "article_id",
    owner_key: "s.id",
    columns: &[
        Column::Value("kind", "text"),
        Column::Reference("from_article_id", "derivedFrom.article", Target::Article),
        Column::Reference("from_source_id", "derivedFrom.source", Target::Source),
    ],
    keep: None,
    comes_along: true,
};

impl Draft for ArticleDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        no_slug(key)?;
        if key.id.is_none() && key.external_id.is_none() && self.url.is_none() {
            return Err(Fault::new(
                "externalId",
                "the line needs an externalId, a url or an id, so that it can be found again",
            ));
        }
        rows.record(&ARTICLES, key, |row| {
            row.reference(Some(&self.source), Target::Source)
                .value(self.url.as_ref())
                .value(Some(&self.title))
                .value(Some(self.title_given.unwrap_or(true)))
                .value(self.author.as_ref())
                .extent(self.published.as_ref())
                .value(self.published_note.as_ref())
                .value(self.language.as_ref())
                .reference(self.dateline.as_ref(), Target::Location)
                .value(self.summary.as_ref())
                .value(self.content_hash.as_ref())
        });
        for derivation in self.derived_from.iter().flatten() {
            if derivation.article.is_some() == derivation.source.is_some() {
                return Err(Fault::new("derivedFrom", "it names either an article or a source"));
            }
            rows.part(&DERIVATIONS, key.dataset.as_deref(), |row| {
                row.value(Some(derivation.kind.word()))
                    .reference(derivation.article.as_ref(), Target::Article)
                    .reference(derivation.source.as_ref(), Target::Source)
            });
        }
        Ok(())
    }
}
