//! The values of a request's variables, held against the types that its operation gives them.
//!
//! A value of the wrong type is an error of the request, before anything is executed, and names the
//! place in the variables. Scalars of our own are read where they are used.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type, TypeKind, TypeSystemDefinition};
use async_graphql::{Name, ServerError, Value, Variables};

use super::errors::{bad_input, quoted};

/// The types of a schema that a value can have, by name.
#[derive(Debug)]
pub struct Inputs(HashMap<Name, Input>);

#[derive(Debug)]
enum Input {
    /// One of these words.
    Enum(HashSet<Name>),
    /// These fields, each with its type and whether it has a default.
    Object(HashMap<Name, (Type, bool)>),
}

impl Inputs {
    /// Reads the text of a schema.
    pub fn of(schema_text: &str) -> Self {
        let definitions = parse_schema(schema_text).map(|document| document.definitions).unwrap_or_default();
        let inputs = definitions.into_iter().filter_map(|definition| {
            let TypeSystemDefinition::Type(definition) = definition else { return None };
            let input = match definition.node.kind {
                TypeKind::Enum(words) => {
                    Input::Enum(words.values.into_iter().map(|word| word.node.value.node).collect())
                }
                TypeKind::InputObject(object) => {
                    let fields = object.fields.into_iter().map(|field| field.node);
                    let fields =
                        fields.map(|field| (field.name.node, (field.ty.node, field.default_value.is_some())));
                    Input::Object(fields.collect())
                }
                _ => return None,
            };
            Some((definition.node.name.node, input))
        });
        Self(inputs.collect())
    }

    /// Refuses values that are not of their variable's type.
    pub fn check(&self, operation: &OperationDefinition, variables: &Variables) -> Result<(), ServerError> {
        for defined in &operation.variable_definitions {
            let (name, ty) = (&defined.node.name.node, &defined.node.var_type.node);
            match variables.get(name) {
                Some(value) => self.fits(ty, value, &format!("${name}")).map_err(bad_input)?,
                None if ty.nullable || defined.node.default_value.is_some() => {}
                None => return Err(bad_input(format!("The variable ${name} of type {ty} is not given."))),
            }
        }
        Ok(())
    }

    fn fits(&self, ty: &Type, value: &Value, place: &str) -> Result<(), String> {
        let wrong = || Err(format!("The value of {place} is no {}.", named(ty)));
        match (&ty.base, value) {
            (_, Value::Null) if ty.nullable => Ok(()),
            (_, Value::Null) => Err(format!("The value of {place} is null, and its type is {ty}.")),
            (BaseType::List(item), Value::List(values)) => {
                let mut values = values.iter().enumerate();
                values.try_for_each(|(index, value)| self.fits(item, value, &format!("{place}[{index}]")))
            }
            // One value stands for a list of one.
            (BaseType::List(item), value) => self.fits(item, value, place),
            (BaseType::Named(name), value) => match (self.0.get(name), value) {
                (Some(Input::Enum(words)), Value::String(word)) if words.contains(word.as_str()) => Ok(()),
                (Some(Input::Enum(words)), Value::Enum(word)) if words.contains(word) => Ok(()),
                (Some(Input::Object(fields)), Value::Object(values)) => self.fit(fields, values, place),
                (None, value) if is_scalar(name, value) => Ok(()),
                _ => wrong(),
            },
        }
    }

    fn fit(
        &self,
        fields: &HashMap<Name, (Type, bool)>,
        values: &async_graphql::indexmap::IndexMap<Name, Value>,
        place: &str,
    ) -> Result<(), String> {
        if let Some(unknown) = values.keys().find(|name| !fields.contains_key(*name)) {
            return Err(format!("The value of {place} has no field {}.", quoted(unknown)));
        }
        for (name, (ty, has_default)) in fields {
            match values.get(name) {
                Some(value) => self.fits(ty, value, &format!("{place}.{name}"))?,
                None if ty.nullable || *has_default => {}
                None => {
                    return Err(format!(
                        "The value of {place} lacks the field {name:?}.",
                        name = name.as_str()
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Whether a value is of one of GraphQL's own scalars, or of one that is none of these.
fn is_scalar(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("Int", Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        ("ID", Value::Number(number)) => number.is_i64() || number.is_u64(),
        ("Float", Value::Number(_))
        | ("String" | "ID", Value::String(_))
        | ("Boolean", Value::Boolean(_)) => true,
        ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
        _ => true,
    }
}

/// The type of a value that is not null.
fn named(ty: &Type) -> String {
    Type { base: ty.base.clone(), nullable: true }.to_string()
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;
    use crate::graphql::schema_text;

    #[test]
    fn a_value_of_another_type_is_named_by_its_place() {
        let inputs = Inputs::of(&schema_text());
        for (ty, value, said) in [
            ("ID!", json!("a"), ""),
            ("ID!", json!(7), ""),
            ("ID!", json!(null), "The value of $v is null, and its type is ID!."),
            ("ID!", json!(0.5), "The value of $v is no ID."),
            ("Int", json!(null), ""),
            ("Int", json!(2_147_483_647), ""),
            ("Int!", json!(2_147_483_648_i64), "The value of $v is no Int."),
            ("Int", json!("1"), "The value of $v is no Int."),
            ("Float", json!(1), ""),
            ("Boolean", json!("true"), "The value of $v is no Boolean."),
            ("[ID!]", json!(["a", null]), "The value of $v[1] is null, and its type is ID!."),
            ("[ID!]", json!("a"), ""),
            ("EventKind", json!("CLOSURE"), ""),
            ("[EventKind!]", json!(["CLOSURE", "NOTHING"]), "The value of $v[1] is no EventKind."),
            ("EventFilter", json!({ "kind": ["CLOSURE"], "during": { "from": "2025-10-01" } }), ""),
            ("EventFilter", json!({ "kinds": [] }), "The value of $v has no field \"kinds\"."),
            ("EventFilter", json!([]), "The value of $v is no EventFilter."),
            ("EventFilter", json!({ "kind": ["NOTHING"] }), "The value of $v.kind[0] is no EventKind."),
            ("ExternalIdInput", json!({ "dataset": "a" }), "The value of $v lacks the field \"externalId\"."),
            // Ours are read where they are used.
            ("DateOrDateTime", json!("never"), ""),
        ] {
            let document = parse_query(format!("query A($v: {ty}) {{ __typename }}")).unwrap();
            let (_, operation) = document.operations.iter().next().unwrap();
            let variables = Variables::from_json(json!({ "v": value }));
            let found = inputs.check(&operation.node, &variables).err().map(|error| error.message);
            assert_eq!(found.unwrap_or_default(), said, "{ty} {value}");
        }
    }

    #[test]
    fn a_variable_that_must_be_given_is() {
        let inputs = Inputs::of(&schema_text());
        let document = parse_query("query A($a: Int, $b: Int! = 1, $c: Int!) { __typename }").unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let error = inputs.check(&operation.node, &Variables::default()).unwrap_err();
        assert_eq!(error.message, "The variable $c of type Int! is not given.");
    }
}
