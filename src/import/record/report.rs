//! Reports: the shape of their lines and their staging table.

use super::{Draft, Fault, draft, no_slug};
use crate::import::reference::Reference;
use crate::import::row::{Key, Rows};
use crate::import::table::{Column, DATASET, EXTERNAL_ID, Identity, Part, Table, Target};
use crate::report::vocabulary::Relevance;

draft! {
    /// An article, a source or a citation reports an event.
    ReportDraft {
        required {
            event: Reference,
        }
        optional {
            article: Option<Reference>,
            source: Option<Reference>,
            citation: Option<String>,
            relevance: Option<Relevance>,
            locator: Option<String>,
            closures: Option<Vec<Reference>>,
            confidence: Option<f64>,
        }
    }
}

pub static REPORTS: Table = Table {
    name: "report",
    columns: &[
        Column::Reference("article_id", "article", Target::Article),
        Column::Reference("source_id", "source", Target::Source),
        Column::Value("citation", "text"),
        Column::Reference("event_id", "event", Target::Event),
        Column::Value("relevance", "text"),
        Column::Value("locator", "text"),
        Column::Value("confidence", "double precision"),
        DATASET,
        EXTERNAL_ID,
    ],
    parts: &[CLOSURES],
    has_slug: false,
    same_record: Some("t.article_id = s.article_id and t.event_id = s.event_id"),
    identity: Identity::Natural(&["s.article_id", "s.source_id", "s.citation", "s.event_id"]),
    dates_at: None,
    checks: &[],
};

const CLOSURES: Part = Part {
    name: "report_closure",
    owner: "report_id",
    owner_key: "s.id",
    columns: &[
        Column::Reference("closure_id", "closures", Target::Closure),
        Column::Derived("event_id", "s.event_id"),
    ],
    keep: None,
    comes_along: true,
};

impl Draft for ReportDraft {
    fn key(&self) -> Key {
        self.written_key()
    }

    fn rows(&self, key: &Key, rows: &mut Rows) -> Result<(), Fault> {
        no_slug(key)?;
        let given = [self.article.is_some(), self.source.is_some(), self.citation.is_some()];
        if given.into_iter().filter(|given| *given).count() != 1 {
            return Err(Fault::new("article", "a report has exactly one of article, source and citation"));
        }
        rows.record(&REPORTS, key, |row| {
            row.reference(self.article.as_ref(), Target::Article)
                .reference(self.source.as_ref(), Target::Source)
                .value(self.citation.as_ref())
                .reference(Some(&self.event), Target::Event)
                .value(Some(self.relevance.unwrap_or(Relevance::Main).word()))
                .value(self.locator.as_ref())
                .value(self.confidence)
        });
        for closure in self.closures.iter().flatten() {
            rows.part(&CLOSURES, key.dataset.as_deref(), |row| row.reference(Some(closure), Target::Closure));
        }
        Ok(())
    }
}
