//! The schema as the limits see it: what each field leads to, and how long its list may be.

use std::collections::{HashMap, HashSet};

use async_graphql::Name;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql_value::ConstValue;

use crate::graphql::DEFAULT_PAGE;

use crate::statistics::MOST_BUCKETS_WITH_RECORDS;
use crate::status::graphql::MOST_MONTHS;

/// The argument that is a batch of records to be written, where it is a list.
pub const BATCH: &str = "input";

/// How long a list is taken to be that has no pages, such as the names of an actor.
const SHORT_LIST: u64 = 5;

/// Types of which there are longer lists without pages, and how long these are taken to be.
const LONG_LISTS: [(&str, u64); 2] =
    [("EventBucket", MOST_BUCKETS_WITH_RECORDS as u64), ("ClosureMonth", MOST_MONTHS)];

/// The types that can be asked for, by name, and the schema's own size.
#[derive(Debug, Default)]
pub struct Contract {
    types: HashMap<Name, Fields>,
    introspection: Introspection,
}

/// The fields of a type, by name.
pub type Fields = HashMap<Name, Field>;

/// A field that can be asked for.
#[derive(Debug)]
pub struct Field {
    /// The type it leads to.
    pub leads_to: Name,
    /// How many records it leads to.
    pub length: Length,
    /// How many records its page has when nothing is said.
    pub default_page: u64,
    /// Whether it writes.
    pub writes: bool,
}

/// How many records a field leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// One, or a scalar.
    One,
    /// A page, whose size `first`, `last` or `limit` says, or the batch that is given.
    Page,
    /// The records of the page above: the `nodes` and `edges` of a connection, the `matches` of a resolution.
    OfPage,
    /// As many as `ids` are given.
    OfIds,
    /// About so many.
    About(u64),
}

/// How long the lists are by which a schema is asked for itself.
#[derive(Debug, Default)]
struct Introspection {
    types: u64,
    /// The fields of all types, input fields and values of enums included.
    members: u64,
    arguments: u64,
}

impl Contract {
    /// Reads the text of a schema.
    pub fn of(schema_text: &str) -> Self {
        let definitions = definitions(schema_text);
        let composite: HashSet<Name> = definitions
            .iter()
            .filter(|definition| is_composite(&definition.kind))
            .map(|definition| definition.name.node.clone())
            .collect();
        let introspection = Introspection::of(&definitions);
        let pages: HashSet<Name> = definitions
            .iter()
            .flat_map(|definition| fields(definition.kind.clone()))
            .filter(is_paged)
            .map(|field| innermost(&field.ty.node).clone())
            .collect();
        let types = definitions.into_iter().map(|TypeDefinition { name, kind, .. }| {
            let is_page = pages.contains(&name.node);
            let writes = name.node == "Mutation";
            let fields = fields(kind).into_iter().map(|field| {
                let leads_to = innermost(&field.ty.node).clone();
                let length = length(&field, is_page, composite.contains(&leads_to));
                let default_page = default_page(&field);
                (field.name.node, Field { leads_to, length, default_page, writes })
            });
            (name.node, fields.collect())
        });
        Self { types: types.collect(), introspection }
    }

    /// The fields of a type; none when there is no such type, or it has no fields.
    pub fn fields(&self, of: &str) -> Option<&Fields> {
        self.types.get(of)
    }

    /// How long a list of the introspection is, on average.
    pub fn introspection_length(&self, field: &str) -> u64 {
        let Introspection { types, members, arguments } = self.introspection;
        match field {
            "types" => types,
            "fields" | "inputFields" | "enumValues" => members.div_ceil(types.max(1)),
            "args" => arguments.div_ceil(members.max(1)),
            "possibleTypes" | "interfaces" | "directives" | "locations" => SHORT_LIST,
            _ => 1,
        }
    }
}

impl Introspection {
    fn of(definitions: &[TypeDefinition]) -> Self {
        let mut lengths = Self::default();
        for definition in definitions {
            lengths.types += 1;
            let (members, arguments) = match &definition.kind {
                TypeKind::Object(object) => (object.fields.len(), arguments(&object.fields)),
                TypeKind::Interface(interface) => (interface.fields.len(), arguments(&interface.fields)),
                TypeKind::Enum(list) => (list.values.len(), 0),
                TypeKind::InputObject(input) => (input.fields.len(), 0),
                TypeKind::Scalar | TypeKind::Union(_) => (0, 0),
            };
            lengths.members += members as u64;
            lengths.arguments += arguments as u64;
        }
        lengths
    }
}

fn arguments(fields: &[async_graphql::Positioned<FieldDefinition>]) -> usize {
    fields.iter().map(|field| field.node.arguments.len()).sum()
}

/// The types of a schema's text. The text is the program's own; were it not to be read, no page
/// would count, which a test would notice.
fn definitions(schema_text: &str) -> Vec<TypeDefinition> {
    let Ok(document) = parse_schema(schema_text) else { return Vec::new() };
    let definitions = document.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some(definition.node),
        TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
    });
    definitions.collect()
}

fn is_composite(kind: &TypeKind) -> bool {
    matches!(kind, TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_))
}

fn fields(kind: TypeKind) -> Vec<FieldDefinition> {
    let fields = match kind {
        TypeKind::Object(object) => object.fields,
        TypeKind::Interface(interface) => interface.fields,
        _ => Vec::new(),
    };
    fields.into_iter().map(|field| field.node).collect()
}

/// Whether a field leads to a page: it takes a size or a batch, and its type holds the records.
fn is_paged(field: &FieldDefinition) -> bool {
    let takes_size = |argument: &InputValueDefinition| match argument.name.node.as_str() {
        "first" | "limit" => true,
        BATCH => matches!(argument.ty.node.base, BaseType::List(_)),
        _ => false,
    };
    matches!(field.ty.node.base, BaseType::Named(_))
        && field.arguments.iter().any(|argument| takes_size(&argument.node))
}

/// The default that a field's `limit` declares; pages of connections have one size by default.
fn default_page(field: &FieldDefinition) -> u64 {
    let limit = field.arguments.iter().find(|argument| argument.node.name.node == "limit");
    match limit.and_then(|limit| limit.node.default_value.as_ref()).map(|default| &default.node) {
        Some(ConstValue::Number(size)) => size.as_u64().unwrap_or(DEFAULT_PAGE.into()),
        _ => DEFAULT_PAGE.into(),
    }
}

fn length(field: &FieldDefinition, of_page: bool, leads_to_records: bool) -> Length {
    let has = |name: &str| field.arguments.iter().any(|argument| argument.node.name.node == name);
    match &field.ty.node.base {
        BaseType::Named(_) if is_paged(field) => Length::Page,
        BaseType::List(_) if of_page => Length::OfPage,
        BaseType::List(_) if has("ids") => Length::OfIds,
        BaseType::List(item) if leads_to_records => {
            let long = LONG_LISTS.iter().find(|(name, _)| innermost(item) == name);
            Length::About(long.map_or(SHORT_LIST, |(_, length)| *length))
        }
        // A list of words is one value of the answer.
        BaseType::List(_) | BaseType::Named(_) => Length::One,
    }
}

fn innermost(ty: &Type) -> &Name {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => innermost(item),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::schema_text;

    #[test]
    fn every_list_of_the_schema_has_a_length() {
        let contract = Contract::of(&schema_text());
        let length = |of: &str, field: &str| contract.fields(of).unwrap()[field].length;
        assert_eq!(length("Query", "events"), Length::Page);
        assert_eq!(length("EventConnection", "nodes"), Length::OfPage);
        assert_eq!(length("EventConnection", "edges"), Length::OfPage);
        assert_eq!(length("EventConnection", "pageInfo"), Length::One);
        assert_eq!(length("EventEdge", "node"), Length::One);
        assert_eq!(length("Query", "nodes"), Length::OfIds);
        assert_eq!(length("Query", "resolve"), Length::Page);
        assert_eq!(length("Resolution", "matches"), Length::OfPage);
        assert_eq!(length("Resolution", "ambiguous"), Length::One);
        assert_eq!(length("Mutation", "upsertEvents"), Length::Page);
        assert_eq!(length("EventBatchPayload", "results"), Length::OfPage);
        assert_eq!(length("Mutation", "createEvent"), Length::One);
        assert_eq!(contract.fields("Query").unwrap()["resolve"].default_page, 5);
        assert_eq!(contract.fields("Query").unwrap()["events"].default_page, 20);
        assert_eq!(length("BorderCrossing", "sides"), Length::About(SHORT_LIST));
        assert_eq!(length("EventStatistics", "buckets"), Length::About(1_000));
        assert_eq!(length("BorderCrossing", "modes"), Length::One);
        assert_eq!(contract.fields("BorderCrossing").unwrap()["sides"].leads_to, "CrossingSide");
        assert!(contract.introspection_length("types") > 50);
        assert!((2..20).contains(&contract.introspection_length("fields")));
    }

    /// Were a type named so without being one, its lists would count as pages of nothing; were a
    /// page reached by another way too, its lists would count once there.
    #[test]
    fn what_holds_a_page_is_reached_by_pages_alone() {
        let contract = Contract::of(&schema_text());
        for (name, fields) in &contract.types {
            for (field, definition) in fields {
                let holds_page =
                    ["Connection", "BatchPayload"].iter().any(|ending| definition.leads_to.ends_with(ending))
                        || definition.leads_to == "Resolution";
                assert_eq!(holds_page, definition.length == Length::Page, "{name}.{field}");
            }
        }
    }
}
