//! Media types, as `Content-Type` names one and `Accept` ranks several.

/// One media type: `application/json; charset=utf-8`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MediaType {
    /// Type and subtype in lower case; either may be `*` in a range.
    pub essence: String,
    /// The value of `charset`, in lower case.
    charset: Option<String>,
    /// The value of `q`: how much it is wanted, from 0 (not at all) to 1.
    quality: f32,
}

impl MediaType {
    /// Reads one media type; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next()?.to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        if kind.is_empty() || subtype.is_empty() || essence.contains(char::is_whitespace) {
            return None;
        }
        let (mut charset, mut quality) = (None, 1.0);
        for part in parts {
            let Some((name, value)) = part.split_once('=') else { continue };
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "charset" => charset = Some(value.to_ascii_lowercase()),
                "q" => quality = value.parse::<f32>().ok()?.clamp(0.0, 1.0),
                _ => {}
            }
        }
        Some(Self { essence, charset, quality })
    }

    /// Whether its text is UTF-8, said or not.
    pub fn is_utf8(&self) -> bool {
        self.charset.as_deref().is_none_or(|charset| matches!(charset, "utf-8" | "utf8"))
    }

    /// How exactly this range names `essence`: 3 by name, 2 by its type, 1 by `*/*`, 0 not at all.
    fn precision(&self, essence: &str) -> u8 {
        let kind = essence.split('/').next().unwrap_or_default();
        match self.essence.as_str() {
            _ if !self.is_utf8() => 0,
            named if named == essence => 3,
            range if range.strip_suffix("/*") == Some(kind) => 2,
            "*/*" => 1,
            _ => 0,
        }
    }
}

/// How much a list of ranges wants `essence`, and how exactly it names it; `None` when not at all.
pub(super) fn wanted(ranges: &[MediaType], essence: &str) -> Option<(f32, u8)> {
    let best = ranges.iter().max_by_key(|range| range.precision(essence))?;
    let precision = best.precision(essence);
    (precision > 0 && best.quality > 0.0).then_some((best.quality, precision))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charset_may_be_quoted_and_in_any_case() {
        let media_type = MediaType::parse(r#"Application/JSON; Charset="UTF-8""#).unwrap();
        assert_eq!(media_type.essence, "application/json");
        assert!(media_type.is_utf8());
        assert!(!MediaType::parse("application/json; charset=latin1").unwrap().is_utf8());
    }

    #[test]
    fn what_is_no_media_type_is_none() {
        for text in ["", "json", "application/", "/json", "a b/c", "text/html;q=much"] {
            assert_eq!(MediaType::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_most_exact_range_decides() {
        let ranges: Vec<_> = ["*/*", "application/*;q=0.5", "application/json;q=0"]
            .into_iter()
            .filter_map(MediaType::parse)
            .collect();
        assert_eq!(wanted(&ranges, "application/json"), None);
        assert_eq!(wanted(&ranges, "application/xml"), Some((0.5, 2)));
        assert_eq!(wanted(&ranges, "text/html"), Some((1.0, 1)));
    }
}
