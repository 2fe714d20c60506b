//! The parameters of a GraphQL request: the document, which of its operations, its variables.

use async_graphql::{Extensions, Value as GraphqlValue, Variables};
use axum::extract::Query;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::{Map, Value};

use super::super::media_type::MediaType;
use super::super::refusal::Refusal;

const SHAPE: &str = r#"{"query": "…", "variables": {…}, "operationName": "…"}"#;

/// What a request asks for.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// The document; none where it is only named.
    pub query: Option<String>,
    /// The name of a document that the operator trusts.
    pub document_id: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Variables,
    pub extensions: Extensions,
}

/// Refuses a body that does not say it is JSON in UTF-8. Forms and plain text, which a page of
/// another origin may send without asking, are refused with the rest.
pub(super) fn require_json(headers: &HeaderMap) -> Result<(), Refusal> {
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        let message = "The body has to be sent as it is, without `content-encoding`.";
        return Err(Refusal::bad(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(MediaType::parse);
    let message = match given {
        Some(given) if given.essence != "application/json" => {
            format!("The body has to be application/json, not {}.", given.essence)
        }
        Some(given) if !given.is_utf8() => "The body has to be in UTF-8.".to_owned(),
        Some(_) => return Ok(()),
        None => "Send the header `content-type: application/json`.".to_owned(),
    };
    Err(Refusal::bad(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

impl Parameters {
    /// Reads a JSON body. What it has besides is ignored.
    pub fn from_body(body: &[u8]) -> Result<Self, Refusal> {
        // A byte order mark, which some programs write before every text.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        if body.trim_ascii().is_empty() {
            return Err(bad(format!("The body is empty; send {SHAPE}.")));
        }
        let body: Value = serde_json::from_slice(body).map_err(|error| not_json("The body", &error))?;
        match body {
            Value::Object(members) => Self::from_members(members),
            Value::Array(_) => {
                Err(bad("Several requests in one are not answered; send one at a time.".to_owned()))
            }
            _ => Err(bad(format!("The body has to be an object: {SHAPE}."))),
        }
    }

    /// Reads `?query=…&variables=…&operationName=…`, where variables are JSON.
    pub fn from_address(uri: &Uri) -> Result<Self, Refusal> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| bad("The parameters of the address cannot be read.".to_owned()))?;
        let mut members = Map::new();
        for (name, text) in pairs {
            let value = match name.as_str() {
                "query" | "documentId" | "operationName" => Value::String(text),
                // An empty parameter is one that was left out.
                "variables" | "extensions" if text.trim().is_empty() => Value::Null,
                "variables" | "extensions" => serde_json::from_str(&text)
                    .map_err(|error| not_json(&format!("The parameter `{name}`"), &error))?,
                _ => continue,
            };
            if members.insert(name.clone(), value).is_some() {
                return Err(bad(format!("The parameter `{name}` is given twice.")));
            }
        }
        Self::from_members(members)
    }

    /// Reads the members of an object.
    pub fn from_members(mut members: Map<String, Value>) -> Result<Self, Refusal> {
        let query = text(&mut members, "query")?;
        let document_id = text(&mut members, "documentId")?;
        // Some clients send an empty name for none; no operation can have it.
        let operation_name = text(&mut members, "operationName")?.filter(|name| !name.is_empty());
        let variables = Variables::from_json(Value::Object(object(&mut members, "variables")?));
        let extensions = object(&mut members, "extensions")?
            .into_iter()
            .filter_map(|(name, value)| Some((name, GraphqlValue::from_json(value).ok()?)))
            .collect();
        let extensions = Extensions(extensions);
        if query.is_none() && document_id.is_none() && extensions.0.is_empty() {
            return Err(bad("There is no `query`.".to_owned()));
        }
        Ok(Self { query, document_id, operation_name, variables, extensions })
    }
}

fn text(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match members.remove(name) {
        Some(Value::String(text)) => Ok(Some(text)),
        None | Some(Value::Null) => Ok(None),
        Some(_) => Err(bad(format!("`{name}` has to be a string or null."))),
    }
}

fn object(members: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, Refusal> {
    match members.remove(name) {
        Some(Value::Object(object)) => Ok(object),
        None | Some(Value::Null) => Ok(Map::new()),
        Some(_) => Err(bad(format!("`{name}` has to be an object or null."))),
    }
}

fn bad(message: String) -> Refusal {
    Refusal::bad(StatusCode::BAD_REQUEST, message)
}

/// Says the place once, where serde says it at the end of the reason.
fn not_json(what: &str, error: &serde_json::Error) -> Refusal {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    bad(format!("{what} is not JSON: {reason} at line {}, column {}.", error.line(), error.column()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body_error(body: &str) -> String {
        Parameters::from_body(body.as_bytes()).unwrap_err().error().message
    }

    fn address(address: &str) -> Result<Parameters, String> {
        let uri: Uri = address.parse().unwrap();
        Parameters::from_address(&uri).map_err(|refusal| refusal.error().message)
    }

    #[test]
    fn what_is_no_json_is_named_by_line_and_column() {
        assert_eq!(
            body_error("{\"query\":\n  {{ }"),
            "The body is not JSON: key must be a string at line 2, column 4."
        );
        assert!(
            body_error("{\"query\": \"")
                .starts_with("The body is not JSON: EOF while parsing a string at line 1")
        );
        assert!(body_error("  ").starts_with("The body is empty"));
    }

    #[test]
    fn parameters_of_another_type_are_refused() {
        assert_eq!(body_error("[]"), "Several requests in one are not answered; send one at a time.");
        assert_eq!(body_error("{}"), "There is no `query`.");
        assert_eq!(body_error(r#"{"query": 7}"#), "`query` has to be a string or null.");
        assert_eq!(
            body_error(r#"{"query": "", "variables": [7]}"#),
            "`variables` has to be an object or null."
        );
        assert_eq!(
            body_error(r#"{"query": "", "extensions": 7}"#),
            "`extensions` has to be an object or null."
        );
        assert_eq!(
            body_error(r#"{"query": "", "operationName": {}}"#),
            "`operationName` has to be a string or null."
        );
    }

    #[test]
    fn null_is_left_out_and_what_is_unknown_is_ignored() {
        let body =
            r#"{"query": "{a}", "variables": null, "operationName": null, "extensions": null, "id": 1}"#;
        let parameters = Parameters::from_body(body.as_bytes()).unwrap();
        assert_eq!(parameters.query.as_deref(), Some("{a}"));
        assert!(parameters.operation_name.is_none());
        let parameters =
            Parameters::from_body("\u{feff}{\"query\": \"{a}\", \"operationName\": \"\"}".as_bytes());
        assert!(parameters.unwrap().operation_name.is_none());
    }

    #[test]
    fn the_address_has_the_same_parameters() {
        let read = address("/graphql?query=%7B+a+%7D&variables=%7B%22n%22:1%7D&operationName=A&v=2").unwrap();
        assert_eq!((read.query.as_deref(), read.operation_name.as_deref()), (Some("{ a }"), Some("A")));
        assert_eq!(read.variables[&async_graphql::Name::new("n")], GraphqlValue::from(1));
        assert_eq!(address("/graphql").unwrap_err(), "There is no `query`.");
        assert_eq!(address("/graphql?query=a&query=b").unwrap_err(), "The parameter `query` is given twice.");
        assert_eq!(
            address("/graphql?query=a&variables=%7B").unwrap_err(),
            "The parameter `variables` is not JSON: EOF while parsing an object at line 1, column 1."
        );
    }
}
