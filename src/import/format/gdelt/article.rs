//! Articles on the web as GDELT names them: by address, with the host as their source. A file of events
//! and one of mentions that name the same article make the same records.

use uuid::Uuid;

use super::super::Wrong;
use super::{key, reference};
use crate::import::record::{ArticleDraft, ReportDraft, SourceDraft};
use crate::import::reference::NAMESPACE;
use crate::import::row::Rows;
use crate::source::vocabulary::SourceKind;

/// The report of the event by what stands at this address, which is mentioned; text that is no
/// address is kept as a citation.
pub fn report(
    address: &str,
    event: &str,
    locator: Option<String>,
    confidence: Option<f64>,
    rows: &mut Rows,
) -> Result<ReportDraft, Wrong> {
    let Some(host) = host(address) else {
        return Ok(citation(address.to_owned(), event, locator, confidence));
    };
    let source = format!("domain:{host}");
    rows.mention(&SourceDraft::new(key(&source), host.clone(), SourceKind::Unknown))?;
    // Addresses are too long for a key.
    let article = Uuid::new_v5(&NAMESPACE, address.as_bytes()).simple().to_string();
    rows.mention(&ArticleDraft {
        url: Some(address.to_owned()),
        title_given: Some(false),
        ..ArticleDraft::new(key(&article), reference(source), format!("An article of {host}"))
    })?;
    Ok(ReportDraft {
        article: Some(reference(&article)),
        locator,
        confidence,
        ..ReportDraft::new(key(format!("{event}#{article}")), reference(event))
    })
}

/// The report of the event by a citation.
pub fn citation(
    citation: String,
    event: &str,
    locator: Option<String>,
    confidence: Option<f64>,
) -> ReportDraft {
    let own = Uuid::new_v5(&NAMESPACE, citation.as_bytes()).simple();
    ReportDraft {
        citation: Some(citation),
        locator,
        confidence,
        ..ReportDraft::new(key(format!("{event}#{own}")), reference(event))
    }
}

/// The host of a web address, in lower case and without `www.`; none when it is no such address.
fn host(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (is_web && !host.is_empty() && !address.contains(char::is_whitespace)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_address_has_a_host() {
        for (address, expected) in [
            ("http://www.example.com/a?b=c", Some("example.com")),
            ("HTTPS://News.Example.org:8080", Some("news.example.org")),
            ("https://user@example.com#x", Some("example.com")),
            ("Example Monitoring Service", None),
            ("ftp://example.com/a", None),
            ("http://", None),
            ("http://www./", None),
            ("http://example.com/a b", None),
        ] {
            assert_eq!(host(address).as_deref(), expected, "{address}");
        }
    }
}
