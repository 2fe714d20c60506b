//! The filter of an export: the API's own input `EventFilter`, written as JSON, so that whatever the
//! one can say the other can.

use async_graphql::parser::parse_query;
use async_graphql::{InputType, Pos, Value as GraphqlValue, Variables};
use serde_json::{Value, json};

use crate::event::graphql::EventFilter as Input;
use crate::event::query::EventFilter;
use crate::graphql::schema_text;
use crate::http::Inputs;

/// How an operation of the API takes a filter.
const TAKEN: &str = "query ($filter: EventFilter!) { __typename }";

/// Reads a filter.
///
/// # Errors
/// A sentence that names the place in the filter and what is wrong there.
pub fn read(text: &str) -> Result<EventFilter, String> {
    let json: Value =
        serde_json::from_str(text).map_err(|error| format!("The filter is not JSON: {error}."))?;
    check(&json)?;
    let value =
        GraphqlValue::from_json(json).map_err(|error| format!("The filter cannot be read: {error}."))?;
    let input = Input::parse(Some(value)).map_err(|error| {
        let said = error.into_server_error(Pos::default()).message;
        format!("The filter cannot be read: {said}")
    })?;
    Input::read(Some(Box::new(input))).map_err(|error| error.code_and_message().1)
}

/// Holds the value against the schema, as the API does with the values of variables.
fn check(json: &Value) -> Result<(), String> {
    let variables = Variables::from_json(json!({ "filter": json }));
    let Ok(document) = parse_query(TAKEN) else { return Ok(()) };
    let inputs = Inputs::of(&schema_text());
    for (_, operation) in document.operations.iter() {
        inputs.check(&operation.node, &variables).map_err(|error| error.message)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_says_what_the_api_can_say() {
        let filter =
            read(r#"{"kind": ["CLOSURE"], "category": ["BORDER"], "during": {"from": "2025-10-01"}}"#)
                .unwrap();
        let said = format!("{filter:?}");
        assert!(said.contains(r#"Kind(["CLOSURE"])"#) && said.contains("During("), "{said}");
    }

    #[test]
    fn a_wrong_filter_is_named_by_its_place() {
        for (filter, said) in [
            ("{", "The filter is not JSON: EOF while parsing an object at line 1 column 1."),
            ("[]", "The value of $filter is no EventFilter."),
            ("null", "The value of $filter is null, and its type is EventFilter!."),
            (r#"{"kinds": []}"#, "The value of $filter has no field \"kinds\"."),
            (r#"{"kind": ["NOTHING"]}"#, "The value of $filter.kind[0] is no EventKind."),
        ] {
            assert_eq!(read(filter).unwrap_err(), said, "{filter}");
        }
        let time = read(r#"{"during": {"from": "never"}}"#).unwrap_err();
        assert!(time.contains("never") && time.contains("neither a date"), "{time}");
        for year in ["-5000", "+10000"] {
            let far = read(&format!(r#"{{"during": {{"to": "{year}-01-01"}}}}"#)).unwrap_err();
            assert!(far.contains("give a year from -4711 to 9999"), "{far}");
        }
        read(r#"{"during": {"from": "-4711-01-01", "to": "9999-12-31T23:59:59Z"}}"#).unwrap();
    }
}
