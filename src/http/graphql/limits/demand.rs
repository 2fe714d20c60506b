//! What a document asks for, were every page full and every fragment written out.
//!
//! A fragment is measured once, however often it is spread, and sums do not overflow: twenty lines
//! can ask for more fields than there are atoms, and are measured in twenty steps.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::{ConstValue, Number, Value};

use super::contract::{BATCH, Contract, Fields, Length};
use crate::graphql::LARGEST_PAGE;

/// So many bytes of a text cost as much as a field.
const CHARACTERS: u64 = 100;

/// Writing a record costs as much as so many fields.
const WRITE: u64 = 100;

/// What a part of a document asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// Its fields, with fragments written out.
    pub fields: u64,
    /// Those of them that have an alias.
    pub aliases: u64,
    /// The directives on any of it.
    pub directives: u64,
    /// How deep fields stand within each other, introspection left out.
    pub depth: u64,
    /// How many fields the answer may have, introspection left out.
    pub cost: u64,
    /// The part of the cost that comes with each record of the page that this is a part of.
    per_record: u64,
    /// How many fields the answer may have that are about the schema itself.
    pub introspection: u64,
}

impl Demand {
    /// Both, side by side.
    pub fn and(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
            cost: self.cost.saturating_add(other.cost),
            per_record: self.per_record.saturating_add(other.per_record),
            introspection: self.introspection.saturating_add(other.introspection),
        }
    }
}

/// A fragment that spreads itself, at once or by others.
#[derive(Debug)]
pub struct Cycle(pub Name);

/// Measures one document for the operation that is asked for.
pub struct Measure<'a> {
    contract: &'a Contract,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    operation: &'a OperationDefinition,
    /// What each variable costs wherever it is used.
    weights: HashMap<&'a Name, u64>,
    /// None while a fragment is being measured.
    fragments: HashMap<&'a Name, Option<Demand>>,
}

/// The type a selection is made from.
#[derive(Clone, Copy)]
enum From<'a> {
    Type(&'a Fields),
    /// One of the types by which a schema is asked for itself.
    Introspection,
    /// Not known; validation will say so.
    Unknown,
}

impl<'a> Measure<'a> {
    /// `variables` and the defaults of `operation` say how large its pages are.
    pub fn new(
        contract: &'a Contract,
        document: &'a ExecutableDocument,
        variables: &'a Variables,
        operation: &'a OperationDefinition,
    ) -> Self {
        let defaults = operation.variable_definitions.iter().filter_map(|defined| {
            Some((&defined.node.name.node, weight(&defined.node.default_value.as_ref()?.node)))
        });
        let given = variables.iter().map(|(name, value)| (name, weight(value)));
        let weights = defaults.chain(given).collect();
        Self { contract, document, variables, operation, weights, fragments: HashMap::new() }
    }

    /// What an operation of the document asks for.
    pub fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Demand, Cycle> {
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let root = self.contract.fields(root);
        let below = self.set(&operation.selection_set.node, root.map_or(From::Unknown, From::Type))?;
        Ok(directed(below, &operation.directives))
    }

    fn set(&mut self, set: &'a SelectionSet, from: From<'a>) -> Result<Demand, Cycle> {
        set.items.iter().try_fold(Demand::default(), |sum, item| {
            let demand = match &item.node {
                Selection::Field(field) => self.field(&field.node, from)?,
                Selection::InlineFragment(fragment) => {
                    let fragment = &fragment.node;
                    let from = fragment.type_condition.as_ref().map_or(from, |on| self.on(&on.node.on.node));
                    directed(self.set(&fragment.selection_set.node, from)?, &fragment.directives)
                }
                Selection::FragmentSpread(spread) => {
                    directed(self.fragment(&spread.node.fragment_name.node)?, &spread.node.directives)
                }
            };
            Ok(sum.and(demand))
        })
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Demand, Cycle> {
        match self.fragments.get(name) {
            Some(Some(demand)) => return Ok(*demand),
            Some(None) => return Err(Cycle(name.clone())),
            None => {}
        }
        // One that is not defined asks for nothing; validation will say so.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Demand::default()) };
        let FragmentDefinition { type_condition, directives, selection_set } = &fragment.node;
        self.fragments.insert(name, None);
        let from = self.on(&type_condition.node.on.node);
        let demand = directed(self.set(&selection_set.node, from)?, directives);
        self.fragments.insert(name, Some(demand));
        Ok(demand)
    }

    fn on(&self, name: &str) -> From<'a> {
        if name.starts_with("__") {
            return From::Introspection;
        }
        self.contract.fields(name).map_or(From::Unknown, From::Type)
    }

    fn field(&mut self, field: &'a Field, from: From<'a>) -> Result<Demand, Cycle> {
        let name = field.name.node.as_str();
        let defined = match from {
            From::Type(fields) => fields.get(name),
            _ => None,
        };
        let (leads_to, length) = match (from, defined) {
            (From::Introspection, _) => {
                (From::Introspection, Length::About(self.contract.introspection_length(name)))
            }
            _ if name == "__schema" || name == "__type" => (From::Introspection, Length::One),
            (_, Some(defined)) => (self.on(&defined.leads_to), defined.length),
            (_, None) => (From::Unknown, Length::One),
        };
        let below = self.set(&field.selection_set.node, leads_to)?;
        let default_page = defined.map_or(0, |defined| defined.default_page);
        let (cost, per_record) = self.cost(field, length, default_page, below);
        let writes = defined.is_some_and(|defined| defined.writes);
        let written = match self.given(field, BATCH) {
            _ if !writes => 0,
            Given::List(length) => length,
            _ => 1,
        };
        let cost = cost.saturating_add(written.saturating_mul(WRITE));
        let demand = Demand {
            fields: below.fields.saturating_add(1),
            aliases: below.aliases.saturating_add(field.alias.is_some().into()),
            depth: below.depth + 1,
            cost,
            per_record,
            ..below
        };
        let demand = match (from, leads_to) {
            (From::Type(_) | From::Unknown, From::Introspection) => {
                Demand { depth: 1, cost: 1, introspection: below.cost, ..demand }
            }
            _ => demand,
        };
        Ok(directed(demand, &field.directives))
    }

    /// What the answer may cost with this field, and with each record of its page.
    fn cost(&self, field: &Field, length: Length, default_page: u64, below: Demand) -> (u64, u64) {
        // Its key comes back with every record.
        let key = 1 + field.response_key().node.len() as u64 / CHARACTERS;
        let own =
            field.arguments.iter().map(|(_, value)| self.weight(&value.node)).fold(key, u64::saturating_add);
        // A connection asked for by another way than its field has no page: it counts as one record.
        let whole = below.cost.saturating_add(below.per_record);
        let with = |length: u64, of: u64| own.saturating_add(length.saturating_mul(of));
        match length {
            Length::One => (with(1, whole), 0),
            Length::Page => {
                let size = self.page_size(field).unwrap_or(default_page);
                (with(size, below.per_record).saturating_add(below.cost), 0)
            }
            Length::OfPage => (own, whole),
            Length::OfIds => (with(self.number_of_ids(field), whole), 0),
            Length::About(length) => (with(length, whole), 0),
        }
    }

    /// What the value of an argument costs: short ones nothing, since their field is counted; long
    /// lists and texts something, since each record that the field is asked of gets them anew.
    fn weight(&self, value: &Value) -> u64 {
        match value {
            Value::Variable(name) => self.weights.get(name).copied().unwrap_or(0),
            Value::String(text) => text.len() as u64 / CHARACTERS,
            Value::List(items) => items.iter().fold(0, |sum, item| sum.saturating_add(1 + self.weight(item))),
            Value::Object(fields) => {
                fields.values().fold(0, |sum, value| sum.saturating_add(self.weight(value)))
            }
            _ => 0,
        }
    }

    /// A size that no page can have is one that execution refuses; here it counts as the largest.
    fn page_size(&self, field: &Field) -> Option<u64> {
        let largest = u64::from(LARGEST_PAGE);
        let sizes = ["first", "last", "limit", BATCH];
        let given = sizes.into_iter().filter_map(|name| match self.given(field, name) {
            Given::Nothing => None,
            Given::Number(size) => Some(size.min(largest)),
            Given::List(length) if name == BATCH => Some(length.min(largest)),
            Given::List(_) | Given::Other => Some(largest),
        });
        given.max()
    }

    fn number_of_ids(&self, field: &Field) -> u64 {
        match self.given(field, "ids") {
            Given::List(length) => length,
            _ => 1,
        }
    }

    /// What is given for an argument, by itself or by a variable.
    fn given(&self, field: &Field, argument: &str) -> Given {
        match field.get_argument(argument).map(|value| &value.node) {
            None | Some(Value::Null) => Given::Nothing,
            Some(Value::Number(number)) => Given::number(number),
            Some(Value::List(items)) => Given::List(items.len() as u64),
            Some(Value::Variable(name)) => self.variable(name),
            Some(_) => Given::Other,
        }
    }

    fn variable(&self, name: &Name) -> Given {
        match self.value_of(name) {
            None | Some(ConstValue::Null) => Given::Nothing,
            Some(ConstValue::Number(number)) => Given::number(number),
            Some(ConstValue::List(items)) => Given::List(items.len() as u64),
            Some(_) => Given::Other,
        }
    }

    /// The value of a variable, or its default.
    fn value_of(&self, name: &Name) -> Option<&ConstValue> {
        let default = || {
            let mut defined = self.operation.variable_definitions.iter();
            let defined = defined.find(|defined| defined.node.name.node == *name)?;
            defined.node.default_value.as_ref().map(|value| &value.node)
        };
        self.variables.get(name).or_else(default)
    }
}

/// The same as [`Measure::weight`] for a value without variables.
fn weight(value: &ConstValue) -> u64 {
    match value {
        ConstValue::String(text) => text.len() as u64 / CHARACTERS,
        ConstValue::List(items) => items.iter().fold(0, |sum, item| sum + 1 + weight(item)),
        ConstValue::Object(fields) => fields.values().fold(0, |sum, value| sum + weight(value)),
        _ => 0,
    }
}

/// What a request gives for an argument, as far as sizes go.
enum Given {
    Nothing,
    Number(u64),
    List(u64),
    Other,
}

impl Given {
    /// Negative numbers and fractions are no sizes.
    fn number(number: &Number) -> Self {
        number.as_u64().map_or(Self::Other, Self::Number)
    }
}

fn directed(demand: Demand, directives: &[Positioned<Directive>]) -> Demand {
    Demand { directives: demand.directives.saturating_add(directives.len() as u64), ..demand }
}

#[cfg(test)]
mod tests;
