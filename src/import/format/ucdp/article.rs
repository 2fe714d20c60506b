//! The articles an event of GED was coded from. Newer lines list them as `"outlet,date,headline"`,
//! joined by `;`; older ones hold free text, which is kept as a citation.

use chrono::{Days, NaiveDate};
use csv::StringRecord;
use uuid::Uuid;

use super::super::Wrong;
use super::super::columns::Columns;
use super::super::field::{Field, day};
use super::{field, key, reference};
use crate::extent::LocalExtent;
use crate::import::record::{ArticleDraft, ReportDraft, SourceDraft};
use crate::import::reference::NAMESPACE;
use crate::import::row::Rows;
use crate::source::vocabulary::SourceKind;

/// How many days an article may lie from an event before its date looks wrong.
const NEAR: Days = Days::new(180);

/// The longest name of an outlet; what is longer is no name.
const LONGEST_NAME: usize = 200;

/// The columns that say what was read.
pub struct ArticleColumns {
    articles: Field,
    office: Field,
    date: Field,
    headline: Field,
    count: Field,
}

/// What a line cites.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cited<'r> {
    pub citations: Vec<Citation<'r>>,
    /// How many sources the line counts, where it is another number.
    pub counted_otherwise: Option<i32>,
}

/// One citation.
#[derive(Debug, PartialEq, Eq)]
pub enum Citation<'r> {
    Article { outlet: &'r str, published: Option<NaiveDate>, headline: &'r str },
    Text(String),
}

impl ArticleColumns {
    /// Finds the columns.
    pub fn new(header: &Columns) -> Self {
        Self {
            articles: field(header, &["source_article"]),
            office: field(header, &["source_office"]),
            date: field(header, &["source_date"]),
            headline: field(header, &["source_headline"]),
            count: field(header, &["number_of_sources"]),
        }
    }

    /// What a line cites.
    pub fn cited<'r>(&self, record: &'r StringRecord) -> Result<Cited<'r>, Wrong> {
        let citations = match self.articles.text(record) {
            Some(text) => citations(text),
            None => self.in_parts(record).into_iter().collect(),
        };
        // -1 means that nobody counted.
        let counted = match self.count.text(record) {
            Some("-1" | "-1.0") => None,
            _ => self.count.count(record)?,
        };
        let listed = i32::try_from(citations.len()).ok();
        Ok(Cited { citations, counted_otherwise: counted.filter(|counted| Some(*counted) != listed) })
    }

    /// Some lines list outlets, dates and headlines, and no articles.
    fn in_parts<'r>(&self, record: &'r StringRecord) -> Option<Citation<'r>> {
        let parts = [self.office, self.date, self.headline].map(|part| part.text(record));
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| Citation::Text(parts.join(", ")))
    }
}

/// Reads a list of articles. Headlines hold commas, quotes and semicolons themselves, so only `";"`
/// divides two citations, and only the first two commas divide a citation.
fn citations(text: &str) -> Vec<Citation<'_>> {
    let whole = || vec![Citation::Text(text.to_owned())];
    let Some(mut rest) = text.strip_prefix('"') else { return whole() };
    let mut citations = Vec::new();
    while let Some((end, next)) = divider(rest) {
        citations.push(citation(&rest[..end]));
        rest = &rest[next..];
    }
    let last = rest.trim_end_matches([';', ' ']);
    citations.push(citation(last.strip_suffix('"').unwrap_or(last)));
    citations.retain(|citation| *citation != Citation::Text(String::new()));
    if citations.iter().all(|citation| matches!(citation, Citation::Text(_))) { whole() } else { citations }
}

/// Where the first citation of a list ends and where the next begins; none after the last.
fn divider(list: &str) -> Option<(usize, usize)> {
    list.match_indices("\";").find_map(|(end, divider)| {
        let next = list[end + divider.len()..].trim_start().strip_prefix('"')?;
        Some((end, list.len() - next.len()))
    })
}

fn citation(text: &str) -> Citation<'_> {
    let whole = || Citation::Text(text.trim().to_owned());
    let mut parts = text.splitn(3, ',').map(str::trim);
    let (Some(outlet), Some(date), Some(headline)) = (parts.next(), parts.next(), parts.next()) else {
        return whole();
    };
    let published = day(date);
    let is_date = date.is_empty() || published.is_some();
    let is_name = !outlet.is_empty() && outlet.len() <= LONGEST_NAME;
    if is_date && is_name { Citation::Article { outlet, published, headline } } else { whole() }
}

/// Mentions what is cited, and that it reports the event.
pub fn report(
    cited: &Cited<'_>,
    event: &str,
    days: (NaiveDate, NaiveDate),
    rows: &mut Rows,
) -> Result<(), Wrong> {
    for (citation, number) in cited.citations.iter().zip(1..) {
        let report = match citation {
            Citation::Article { outlet, published, headline } => {
                let article = mention_article(outlet, *published, headline, days, rows)?;
                ReportDraft {
                    article: Some(reference(&article)),
                    ..ReportDraft::new(key(format!("{event}#{article}")), reference(event))
                }
            }
            Citation::Text(text) => ReportDraft {
                citation: Some(text.clone()),
                ..ReportDraft::new(key(format!("{event}#citation-{number}")), reference(event))
            },
        };
        // A line cites some articles twice.
        rows.mention(&report)?;
    }
    Ok(())
}

/// Mentions an article and its outlet; returns its external id.
fn mention_article(
    outlet: &str,
    published: Option<NaiveDate>,
    headline: &str,
    days: (NaiveDate, NaiveDate),
    rows: &mut Rows,
) -> Result<String, Wrong> {
    let source = format!("outlet:{outlet}");
    rows.mention(&SourceDraft::new(key(&source), outlet.to_owned(), SourceKind::Unknown))?;
    let date = published.map(|day| day.to_string()).unwrap_or_default();
    // Headlines are too long for a key.
    let content = format!("{outlet}\n{date}\n{headline}");
    let article = Uuid::new_v5(&NAMESPACE, content.as_bytes()).simple().to_string();
    let title = if headline.is_empty() { "An article without a headline" } else { headline };
    rows.mention(&ArticleDraft {
        title_given: Some(!headline.is_empty()),
        published: published.map(LocalExtent::day),
        published_note: published.filter(|day| is_far(*day, days)).map(|_| {
            "As the dataset gives it; more than 180 days from an event that the article is cited for, so it may be mistyped".to_owned()
        }),
        ..ArticleDraft::new(key(&article), reference(source), title.to_owned())
    })?;
    Ok(article)
}

/// Whether a day lies far from the days of an event.
fn is_far(day: NaiveDate, (first, last): (NaiveDate, NaiveDate)) -> bool {
    let earliest = first.checked_sub_days(NEAR).unwrap_or(NaiveDate::MIN);
    let latest = last.checked_add_days(NEAR).unwrap_or(NaiveDate::MAX);
    !(earliest..=latest).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article<'r>(outlet: &'r str, date: &str, headline: &'r str) -> Citation<'r> {
        Citation::Article { outlet, published: day(date), headline }
    }

    #[test]
    fn lists_of_articles_are_read_whole() {
        let one = || article("Example Wire", "2017-03-02", "Shots");
        for (list, expected) in [
            ("\"Example Wire,2017-03-02,Shots\"", vec![one()]),
            ("\"Example Wire ,2017-03-02, Shots \"; ", vec![one()]),
            ("\"Example Wire,2017-03-02,Shots\";\"Example Wire,2017-03-02,Shots\"", vec![one(), one()]),
            (
                "\"Example Wire,2017-03-02,Shots\"; \"Example Post,2017-03-03,\"No\"; then, ’yes’\"",
                vec![one(), article("Example Post", "2017-03-03", "\"No\"; then, ’yes’")],
            ),
            ("\"Example Wire,,Shots\"", vec![article("Example Wire", "", "Shots")]),
            ("\"Example Wire,2017-03-02,\"", vec![article("Example Wire", "2017-03-02", "")]),
            (
                "\"Example Wire,2017-03-02,Shots\";\"Example Wire, 2 March\"",
                vec![one(), Citation::Text("Example Wire, 2 March".to_owned())],
            ),
            ("Example Wire, 2 March 2017", vec![Citation::Text("Example Wire, 2 March 2017".to_owned())]),
            (
                "\"Shots\", Example Wire, 1997",
                vec![Citation::Text("\"Shots\", Example Wire, 1997".to_owned())],
            ),
            ("\"", vec![Citation::Text("\"".to_owned())]),
        ] {
            assert_eq!(citations(list), expected, "{list}");
        }
    }

    #[test]
    fn a_date_far_from_the_event_looks_wrong() {
        let days = (day("2017-03-01").expect("a day"), day("2017-03-04").expect("a day"));
        for (published, is_wrong) in [
            ("2017-03-02", false),
            ("2017-08-31", false),
            ("2017-09-01", true),
            ("2016-03-02", true),
            ("1753-01-01", true),
        ] {
            assert_eq!(is_far(day(published).expect("a day"), days), is_wrong, "{published}");
        }
    }
}
