//! What a document may ask for: checked before it is executed, and before it is validated, since
//! validation writes fragments out.

mod contract;
mod demand;
mod tokens;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use async_graphql::{ServerError, Variables};

use super::errors::{bad_input, too_complex};
use crate::graphql::Limits;
use contract::Contract;
use demand::{Cycle, Demand, Measure};
use tokens::Tokens;

/// How deep brackets may stand within each other: the parser descends into each.
const BRACKETS: u64 = 200;

/// How long a name may be: it comes back with every record, and in every message about it.
const NAME: u64 = 200;

/// All that can be asked about a schema, as tools ask it.
const WHOLE_SCHEMA: &str = include_str!("whole_schema.graphql");

/// Lets through what is within the limits.
#[derive(Debug)]
pub struct Gate {
    contract: Contract,
    limits: Limits,
    /// How many fields about the schema an answer may have.
    introspection: u64,
}

impl Gate {
    /// A gate before the schema of this text.
    ///
    /// Introspection has room for twice the whole schema, whatever the other limits are: tools
    /// always get it, and nobody gets it a hundred times over.
    pub fn new(schema_text: &str, limits: Limits) -> Self {
        let contract = Contract::of(schema_text);
        let introspection = whole_schema(&contract).saturating_mul(2);
        Self { contract, limits, introspection }
    }

    /// Refuses a text that would take the parser long.
    pub fn check_text(&self, text: &str) -> Result<(), ServerError> {
        let tokens = Tokens::of(text);
        within("The document has", tokens.count as u64, "tokens", self.limits.tokens.into())?;
        within("The document has", tokens.brackets as u64, "brackets within each other", BRACKETS)?;
        within("A name of the document has", tokens.longest as u64, "characters", NAME)
    }

    /// Refuses a document that asks for too much; says what `operation`, the one asked for, costs.
    ///
    /// The other operations are measured, too, because they are validated with it.
    pub fn check(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Result<u64, ServerError> {
        let mut measure = Measure::new(&self.contract, document, variables, operation);
        let mut measured = |operation| {
            let refused =
                |Cycle(name)| bad_input(format!("The fragment {:?} spreads itself.", name.as_str()));
            measure.operation(operation).map_err(refused)
        };
        let asked = measured(operation)?;
        let mut all = Demand::default();
        for (_, operation) in document.operations.iter() {
            all = all.and(measured(&operation.node)?);
        }
        let limits = &self.limits;
        let written_out = "With its fragments written out the document has";
        within(written_out, all.fields, "fields", limits.fields.into())?;
        within(written_out, all.aliases, "aliases", limits.aliases.into())?;
        within(written_out, all.directives, "directives", limits.directives.into())?;
        within("The document has", all.depth, "fields within each other", limits.depth.into())?;
        within("Were every page full, the answer would have", asked.cost, "fields", limits.cost.into())?;
        within("The answer would have", asked.introspection, "fields about the schema", self.introspection)?;
        Ok(asked.cost.saturating_add(asked.introspection))
    }
}

/// How many fields an answer about the whole schema has.
fn whole_schema(contract: &Contract) -> u64 {
    let Ok(document) = parse_query(WHOLE_SCHEMA) else { return 0 };
    let variables = Variables::default();
    let operation = document.operations.iter().next().map(|(_, operation)| &operation.node);
    let demand = operation
        .map(|operation| Measure::new(contract, &document, &variables, operation).operation(operation));
    demand.and_then(Result::ok).map_or(0, |demand| demand.introspection)
}

/// "The document has 501 aliases, and 100 are allowed; …"
fn within(what: &str, asked: u64, of: &str, limit: u64) -> Result<(), ServerError> {
    if asked <= limit {
        return Ok(());
    }
    // What was too large to count is not shown as a number that somebody chose.
    let asked = if asked == u64::MAX { "countless".to_owned() } else { grouped(asked) };
    Err(too_complex(format!("{what} {asked} {of}; the limit is {}. Ask for less at once.", grouped(limit))))
}

/// 1,234,567
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::document::{operation, read};
    use super::*;
    use crate::graphql::schema_text;

    fn checked(text: &str, limits: Limits) -> Result<u64, ServerError> {
        let gate = Gate::new(&schema_text(), limits);
        gate.check_text(text)?;
        let document = read(text)?;
        gate.check(&document, operation(&document, None)?, &Variables::default())
    }

    fn refused(text: &str) -> String {
        let error = checked(text, Limits::DEFAULT).unwrap_err();
        assert_eq!(super::super::errors::code(&error), "TOO_COMPLEX");
        error.message
    }

    #[test]
    fn each_limit_is_named_with_what_was_asked_and_what_is_allowed() {
        for (text, message) in [
            ("a ".repeat(5_001), "The document has 5,001 tokens; the limit is 5,000. Ask for less at once."),
            (
                format!("{}{}", "{a".repeat(201), "}".repeat(201)),
                "The document has 201 brackets within each other; the limit is 200. Ask for less at once.",
            ),
            (
                format!("{{ {} }}", "a".repeat(201)),
                "A name of the document has 201 characters; the limit is 200. Ask for less at once.",
            ),
            (
                format!("{}{}", "{a".repeat(31), "}".repeat(31)),
                "The document has 31 fields within each other; the limit is 30. Ask for less at once.",
            ),
            (
                format!("{{ {} }}", "a ".repeat(2_001)),
                "With its fragments written out the document has 2,001 fields; the limit is 2,000. Ask for less at once.",
            ),
            (
                format!("{{ {} }}", "a: b ".repeat(101)),
                "With its fragments written out the document has 101 aliases; the limit is 100. Ask for less at once.",
            ),
            (
                format!("{{ a {} }}", "@b ".repeat(101)),
                "With its fragments written out the document has 101 directives; the limit is 100. Ask for less at once.",
            ),
            (
                "{ events(first: 500) { nodes { claims(first: 500) { nodes { id } } } } }".to_owned(),
                "Were every page full, the answer would have 251,002 fields; the limit is 200,000. Ask for less at once.",
            ),
        ] {
            assert_eq!(refused(&text), message);
        }
    }

    #[test]
    fn a_bomb_is_refused_and_a_cycle_named() {
        for (levels, width) in [(24, 2), (8, 8), (40, 2)] {
            let lines = (0..levels).map(|n| {
                format!("fragment F{n} on Query {{ {} }} ", format!("...F{} ", n + 1).repeat(width))
            });
            let bomb = format!(
                "{{ ...F0 }} {} fragment F{levels} on Query {{ __typename }}",
                lines.collect::<String>()
            );
            assert!(refused(&bomb).contains(" fields; the limit is 2,000."));
        }
        let cycle =
            checked("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", Limits::DEFAULT);
        assert_eq!(cycle.unwrap_err().message, "The fragment \"A\" spreads itself.");
    }

    #[test]
    fn the_bomb_may_be_in_an_operation_that_is_not_asked_for() {
        let bomb = "query A { __typename } query B { ...F0 } fragment F0 on Query { ...F1 ...F1 } fragment F1 on Query { ...F2 ...F2 }
            fragment F2 on Query { a b }";
        let document = read(bomb).unwrap();
        let gate = Gate::new(&schema_text(), Limits { fields: 8, ..Limits::DEFAULT });
        let error = gate
            .check(&document, operation(&document, Some("A")).unwrap(), &Variables::default())
            .unwrap_err();
        assert!(error.message.contains("has 9 fields"), "{}", error.message);
    }

    #[test]
    fn the_whole_schema_is_within_the_narrowest_limits_and_not_many_times_over() {
        let narrow = Limits { cost: 1, depth: 1, ..Limits::DEFAULT };
        assert!(checked(WHOLE_SCHEMA, narrow).unwrap() > 1_000);
        let types = "types { fields { type { fields { type { fields { type { fields { name } } } } } } } }";
        assert!(refused(&format!("{{ __schema {{ {types} }} }}")).contains("fields about the schema"));
        let aliases: String = (0..90)
            .map(|n| format!("t{n}: types {{ fields {{ name description args {{ name }} }} }} "))
            .collect();
        assert!(refused(&format!("{{ __schema {{ {aliases} }} }}")).contains("fields about the schema"));
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
