//! The document of a request, and which of its operations is asked for.
//!
//! It is read here and not by the schema, because what a request may do depends on its operation,
//! and because what it may ask for is limited before it is validated.

use std::fmt::Write;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, Selection};
use async_graphql::parser::{self, parse_query};
use async_graphql::{Name, ServerError};

use super::errors::{bad_input, quoted};

/// Reads a document.
pub(super) fn read(text: &str) -> Result<ExecutableDocument, ServerError> {
    parse_query(text).map_err(|error| syntax_error(text, &error))
}

/// The operation of this name, or the document's only one.
pub(super) fn operation<'a>(
    document: &'a ExecutableDocument,
    wanted: Option<&str>,
) -> Result<&'a OperationDefinition, ServerError> {
    let found = match (&document.operations, wanted) {
        (DocumentOperations::Single(only), None) => Ok(only),
        (DocumentOperations::Single(_), Some(wanted)) => Err(format!(
            "The document has no operation named {}: its only one has no name; leave `operationName` out.",
            quoted(wanted)
        )),
        (DocumentOperations::Multiple(by_name), Some(wanted)) => by_name.get(wanted).ok_or_else(|| {
            format!(
                "The document has no operation named {}; it has {}.",
                quoted(wanted),
                listed(by_name.keys())
            )
        }),
        (DocumentOperations::Multiple(by_name), None) => {
            let only = by_name.values().next().filter(|_| by_name.len() == 1);
            only.ok_or_else(|| {
                let names = listed(by_name.keys());
                format!("The document has several operations; say which one by `operationName`: {names}.")
            })
        }
    };
    found.map(|operation| &operation.node).map_err(bad_input)
}

/// Refuses a subscription that follows several things at once, or does not say at once what it follows: each goes
/// on for itself.
pub(super) fn check_subscription(operation: &OperationDefinition) -> Result<(), ServerError> {
    match operation.selection_set.node.items.as_slice() {
        [only] if matches!(only.node, Selection::Field(_)) => Ok(()),
        _ => Err(bad_input("A subscription names one field, itself and not by a fragment.".to_owned())),
    }
}

/// The names in the order of the alphabet, as a sentence lists them.
fn listed<'a>(names: impl Iterator<Item = &'a Name>) -> String {
    let mut names: Vec<&str> = names.map(Name::as_str).collect();
    names.sort_unstable();
    let mut list = String::new();
    for (index, name) in names.iter().take(10).enumerate() {
        let _ = write!(list, "{}{name:?}", if index == 0 { "" } else { ", " });
    }
    if names.len() > 10 {
        let _ = write!(list, " and {} more", names.len() - 10);
    }
    list
}

/// One line for what the parser draws in five.
fn syntax_error(text: &str, error: &parser::Error) -> ServerError {
    let message = match error {
        _ if text.trim().is_empty() => "The query is empty.".to_owned(),
        parser::Error::Syntax { message, start, .. } => {
            format!("Syntax error at line {}, column {}: {}.", start.line, start.column, expectation(message))
        }
        parser::Error::MultipleOperations { .. } => {
            "An operation without a name has to be the only one of its document.".to_owned()
        }
        parser::Error::OperationDuplicated { operation, .. } => {
            format!("The operation {operation:?} is defined twice.", operation = operation.as_str())
        }
        parser::Error::FragmentDuplicated { fragment, .. } => {
            format!("The fragment {fragment:?} is defined twice.", fragment = fragment.as_str())
        }
        parser::Error::MissingOperation => "The document has fragments only, and no operation.".to_owned(),
        parser::Error::RecursionLimitExceeded => "The document is nested too deeply.".to_owned(),
        other => other.to_string(),
    };
    ServerError { locations: error.positions().collect(), ..bad_input(message) }
}

/// The parser's last line, " = expected `selection_set`", with the grammar's names as words.
fn expectation(message: &str) -> String {
    let last = message.lines().filter_map(|line| line.trim_start().strip_prefix("= ")).next_back();
    let words = last.unwrap_or("this cannot be read").split(' ').map(|word| match word.trim_matches(',') {
        "EOI" => word.replace("EOI", "the end"),
        "executable_definition" => word.replace("executable_definition", "an operation or a fragment"),
        _ => word.trim_end_matches('_').replace('_', " "),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::types::OperationType;

    use super::*;

    fn message(text: &str, operation_name: Option<&str>) -> String {
        match read(text) {
            Err(error) => error.message,
            Ok(document) => operation(&document, operation_name).unwrap_err().message,
        }
    }

    #[test]
    fn a_syntax_error_is_one_line_that_names_the_place() {
        assert_eq!(message("{ a(b: ) }", None), "Syntax error at line 1, column 8: expected value.");
        assert_eq!(
            message("a", None),
            "Syntax error at line 1, column 1: expected an operation or a fragment."
        );
        let error = read("{\n  a(: 1) }").unwrap_err();
        assert!(
            error.message.starts_with("Syntax error at line 2, column 5: expected "),
            "{}",
            error.message
        );
        assert!(!error.message.contains('\n'));
        assert_eq!((error.locations[0].line, error.locations[0].column), (2, 5));
        assert_eq!(message(" \n", None), "The query is empty.");
    }

    #[test]
    fn a_subscription_follows_one_thing() {
        for (text, is_one) in [
            ("subscription { changed { version } }", true),
            ("subscription { a: changed { version } b: changed { version } }", false),
            ("subscription { ...F } fragment F on Subscription { changed { version } }", false),
            ("subscription { ... { changed { version } } }", false),
        ] {
            let document = read(text).unwrap();
            assert_eq!(check_subscription(operation(&document, None).unwrap()).is_ok(), is_one, "{text}");
        }
    }

    #[test]
    fn the_operation_is_the_one_named_or_the_only_one() {
        let both = "query A { a } mutation B { b }";
        let kind = |text: &str, name| operation(&read(text).unwrap(), name).unwrap().ty;
        assert_eq!(kind(both, Some("B")), OperationType::Mutation);
        assert_eq!(kind("query A { a }", None), OperationType::Query);
        assert_eq!(message(both, Some("C")), r#"The document has no operation named "C"; it has "A", "B"."#);
        assert!(message(both, None).ends_with(r#"say which one by `operationName`: "A", "B"."#));
        assert!(message("{ a }", Some("A")).contains("leave `operationName` out"));
    }
}
