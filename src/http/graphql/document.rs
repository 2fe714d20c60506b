//! The document of a request, and which of its operations is asked for.
//!
//! It is read here and not by the schema, because what a request may do depends on its operation.
//! Whatever limits a document before it is validated belongs here, too.

use std::collections::HashMap;
use std::fmt::Write;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationType, Selection, SelectionSet,
};
use async_graphql::parser::{self, parse_query};
use async_graphql::{Name, ServerError};

use super::errors::{bad_input, too_complex};

/// A document that can be executed.
#[derive(Debug)]
pub(super) struct Document {
    pub parsed: ExecutableDocument,
    /// Whether the operation that is asked for reads or writes.
    pub kind: OperationType,
}

/// How many brackets may stand within each other: the parser descends into each.
const NESTED_BRACKETS: usize = 200;

/// Reads a document and chooses the operation named, or its only one; refuses one whose fields
/// stand deeper than `depth` within each other, since the execution descends into each.
pub(super) fn read(text: &str, operation_name: Option<&str>, depth: usize) -> Result<Document, ServerError> {
    if nested_brackets(text) > NESTED_BRACKETS {
        let message =
            format!("More than {NESTED_BRACKETS} brackets stand within each other; ask for less at once.");
        return Err(too_complex(message));
    }
    let parsed = parse_query(text).map_err(|error| syntax_error(text, &error))?;
    let found = Depths { document: &parsed, fragments: HashMap::new() }.deepest();
    if found > depth {
        let message = format!("The fields stand {found} deep within each other; the limit is {depth}.");
        return Err(too_complex(message));
    }
    let kind = kind(&parsed.operations, operation_name).map_err(bad_input)?;
    Ok(Document { parsed, kind })
}

/// How deep brackets stand within each other, those in strings and comments left out.
fn nested_brackets(text: &str) -> usize {
    let (mut open, mut deepest, mut in_string, mut in_comment) = (0_usize, 0, false, false);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\n' => in_comment = false,
            _ if in_comment => {}
            b'\\' if in_string => drop(bytes.next()),
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'#' => in_comment = true,
            b'{' | b'[' | b'(' => {
                open += 1;
                deepest = deepest.max(open);
            }
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// How deep fields stand within each other. A fragment is measured once, however often it is spread.
struct Depths<'a> {
    document: &'a ExecutableDocument,
    fragments: HashMap<&'a Name, usize>,
}

impl<'a> Depths<'a> {
    fn deepest(&mut self) -> usize {
        let document = self.document;
        document
            .operations
            .iter()
            .map(|(_, operation)| self.below(&operation.node.selection_set.node))
            .max()
            .unwrap_or(0)
    }

    fn below(&mut self, set: &'a SelectionSet) -> usize {
        let depths = set.items.iter().map(|item| match &item.node {
            Selection::Field(field) => 1 + self.below(&field.node.selection_set.node),
            Selection::InlineFragment(fragment) => self.below(&fragment.node.selection_set.node),
            Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
        });
        depths.max().unwrap_or(0)
    }

    fn fragment(&mut self, name: &'a Name) -> usize {
        if let Some(depth) = self.fragments.get(name) {
            return *depth;
        }
        // Stands for itself while it is measured: a cycle, which validation refuses, ends here.
        self.fragments.insert(name, 0);
        let document = self.document;
        let depth =
            document.fragments.get(name).map_or(0, |fragment| self.below(&fragment.node.selection_set.node));
        self.fragments.insert(name, depth);
        depth
    }
}

fn kind(operations: &DocumentOperations, wanted: Option<&str>) -> Result<OperationType, String> {
    match (operations, wanted) {
        (DocumentOperations::Single(only), None) => Ok(only.node.ty),
        (DocumentOperations::Single(_), Some(wanted)) => Err(format!(
            "The document has no operation named {wanted:?}: its only one has no name; leave `operationName` out."
        )),
        (DocumentOperations::Multiple(by_name), Some(wanted)) => {
            let operation = by_name.get(wanted).ok_or_else(|| {
                format!("The document has no operation named {wanted:?}; it has {}.", listed(by_name.keys()))
            });
            operation.map(|operation| operation.node.ty)
        }
        (DocumentOperations::Multiple(by_name), None) => {
            let only = by_name.values().next().filter(|_| by_name.len() == 1);
            only.map(|only| only.node.ty).ok_or_else(|| {
                let names = listed(by_name.keys());
                format!("The document has several operations; say which one by `operationName`: {names}.")
            })
        }
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
    use super::*;

    fn message(text: &str, operation_name: Option<&str>) -> String {
        read(text, operation_name, 40).unwrap_err().message
    }

    #[test]
    fn a_syntax_error_is_one_line_that_names_the_place() {
        assert_eq!(message("{ a(b: ) }", None), "Syntax error at line 1, column 8: expected value.");
        assert_eq!(
            message("a", None),
            "Syntax error at line 1, column 1: expected an operation or a fragment."
        );
        let error = read("{\n  a(: 1) }", None, 40).unwrap_err();
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
    fn the_operation_is_the_one_named_or_the_only_one() {
        let both = "query A { a } mutation B { b }";
        assert_eq!(read(both, Some("B"), 40).unwrap().kind, OperationType::Mutation);
        assert_eq!(read("query A { a }", None, 40).unwrap().kind, OperationType::Query);
        assert_eq!(message(both, Some("C")), r#"The document has no operation named "C"; it has "A", "B"."#);
        assert!(message(both, None).ends_with(r#"say which one by `operationName`: "A", "B"."#));
        assert!(message("{ a }", Some("A")).contains("leave `operationName` out"));
    }

    #[test]
    fn fields_are_counted_through_fragments_and_cycles_end() {
        let depth = |text: &str| {
            Depths { document: &parse_query(text).unwrap(), fragments: HashMap::new() }.deepest()
        };
        assert_eq!(depth("{ a { b { c } } d }"), 3);
        assert_eq!(depth("{ a { ...F } } fragment F on T { b { ... on U { c } } }"), 3);
        assert_eq!(depth("{ a { ...F } } fragment F on T { b { ...F } }"), 2);
        // Two to the hundredth fields, measured at once.
        let bomb: String =
            (0..100).map(|n| format!("fragment F{n} on T {{ a {{ ...F{0} ...F{0} }} }} ", n + 1)).collect();
        assert_eq!(depth(&format!("{{ ...F0 }} {bomb} fragment F100 on T {{ a }}")), 101);
    }

    #[test]
    fn what_is_nested_too_deep_is_refused_before_it_is_parsed() {
        let code = |text: &str| format!("{:?}", read(text, None, 40).unwrap_err().extensions);
        assert!(code(&format!("{}{}", "{ a ".repeat(100_000), "}".repeat(100_000))).contains("TOO_COMPLEX"));
        assert!(code(&format!("{}{}", "{ a ".repeat(41), "}".repeat(41))).contains("TOO_COMPLEX"));
        assert!(read(&format!("{}{}", "{ a ".repeat(40), "}".repeat(40)), None, 40).is_ok());
        assert_eq!(
            nested_brackets(
                r#"{ a(b: "{{{ \" {{{") # {{{
        }"#
            ),
            2
        );
    }
}
