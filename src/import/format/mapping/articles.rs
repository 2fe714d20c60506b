//! What a line says of the articles that report its event.

use std::borrow::Cow;

use super::places::{Found, applies, number, said};
use super::sections::{Article, SpeaksFor, Unmatched};
use super::table::{Reader, external, key};
use crate::import::format::Wrong;
use crate::import::record::{ArticleDraft, ReportDraft};
use crate::import::reference::Reference;

impl Reader<'_, '_> {
    /// Mentions the articles of a line and their reports; gives the first.
    pub fn articles(
        &mut self,
        map: &Article,
        event: Option<&Found>,
        closures: &[Reference],
    ) -> Result<Option<Found>, Wrong> {
        let cells = self.cells;
        let closures = (map.speaks_for == SpeaksFor::Line && !closures.is_empty()).then_some(closures);
        let Some(each) = &map.each else {
            return self.article(map, event, closures);
        };
        let mut first = None;
        for piece in each.text.list(cells) {
            let mut within = cells.clone();
            within.push(Some(Cow::Owned(piece.to_string())));
            if let Some(pattern) = &self.mapped.reading.each {
                let groups = pattern.groups_of(Some(&piece), each.unmatched, &each.text, cells)?;
                if each.unmatched == Unmatched::Cite && groups.iter().all(Option::is_none) {
                    self.citation(&piece, event)?;
                    continue;
                }
                within.extend(groups);
            }
            let mut reader = Reader {
                mapped: self.mapped,
                cells: &within,
                rows: &mut *self.rows,
                is_stated: self.is_stated,
            };
            let article = reader.article(map, event, closures)?;
            first = first.or(article);
        }
        Ok(first)
    }

    fn citation(&mut self, text: &str, event: Option<&Found>) -> Result<(), Wrong> {
        let Some(event) = event else { return Ok(()) };
        let own = key(&format!("{}#{text}", event.key));
        self.mention(&ReportDraft {
            citation: Some(text.to_owned()),
            ..ReportDraft::new(own, event.reference.clone())
        })
    }

    fn article(
        &mut self,
        map: &Article,
        event: Option<&Found>,
        closures: Option<&[Reference]>,
    ) -> Result<Option<Found>, Wrong> {
        let cells = self.cells;
        if !applies(map.when.as_ref(), cells) {
            return Ok(None);
        }
        let (url, title) = (said(map.url.as_ref(), cells), said(map.title.as_ref(), cells));
        let published = map
            .published
            .as_ref()
            .map(|time| time.of(cells, &self.mapped.reading.dates))
            .transpose()?
            .flatten();
        let Some(source) = self.source(&map.source)? else {
            return match map.url.as_ref().or(map.title.as_ref()).filter(|_| url.is_some() || title.is_some())
            {
                Some(text) => Err(text.wrong(cells, "the line names an article and not its source")),
                None => Ok(None),
            };
        };
        let day = published.as_ref().and_then(|published| published.edtf.clone());
        let given = title.is_some();
        let title = title.unwrap_or_else(|| match &day {
            Some(day) => format!("Report by {} of {day}", source.key),
            None => format!("Report by {}", source.key),
        });
        let own = said(map.key.as_ref(), cells)
            .or_else(|| url.clone())
            .unwrap_or_else(|| format!("{}#{}#{title}", source.key, day.unwrap_or_default()));
        let draft = ArticleDraft {
            url,
            title_given: Some(given),
            author: said(map.author.as_ref(), cells),
            published,
            published_note: said(map.published_note.as_ref(), cells),
            language: said(map.language.as_ref(), cells),
            summary: said(map.summary.as_ref(), cells),
            ..ArticleDraft::new(key(&own), source.reference, title)
        };
        self.mention(&draft)?;
        let article = Found { reference: external(&own), key: own };
        if let Some(event) = event {
            let own = key(&format!("{}#{}", event.key, article.key));
            let report = ReportDraft {
                article: Some(article.reference.clone()),
                relevance: map.relevance.as_ref().map(|word| word.of(cells)).transpose()?.flatten(),
                locator: said(map.locator.as_ref(), cells),
                closures: closures.map(<[Reference]>::to_vec),
                confidence: number(map.confidence.as_ref(), cells)?,
                ..ReportDraft::new(own, event.reference.clone())
            };
            self.mention(&report)?;
        }
        Ok(Some(article))
    }
}
