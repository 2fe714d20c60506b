//! The tables under history: in which order they stand, and what Postgres's catalogue says of them.

use serde::Deserialize;
use sqlx::postgres::PgConnection;

/// Every table of records, each after those it refers to; then the tables of their parts.
///
/// Rows come in this order and go in the opposite one.
pub const IN_ORDER: [&str; 20] = [
    "dataset",
    "source",
    "actor",
    "affiliation",
    "location",
    "border_crossing",
    "event",
    "participation",
    "event_relation",
    "closure",
    "article",
    "report",
    "claim_property",
    "claim",
    "claim_property_code",
    "name",
    "identifier",
    "article_derivation",
    "report_closure",
    "claim_relay",
];

/// Parts are added and removed, never updated.
pub const PARTS: [&str; 6] =
    ["claim_property_code", "name", "identifier", "article_derivation", "report_closure", "claim_relay"];

/// What the catalogue says.
#[derive(Debug, Deserialize)]
pub struct Catalogue {
    pub tables: Vec<Table>,
    pub references: Vec<Reference>,
}

/// A table under history.
#[derive(Debug, Deserialize)]
pub struct Table {
    pub name: String,
    /// The type of its rows.
    pub row_type: String,
    /// The columns that a revert brings back.
    pub columns: Vec<String>,
    /// The columns that the database computes.
    pub computed: Vec<String>,
    /// What no two rows share.
    pub keys: Vec<Key>,
}

/// A key that no two rows of a table share.
#[derive(Debug, Deserialize)]
pub struct Key {
    pub columns: Vec<String>,
    /// The column of it that can be null.
    pub word: Option<String>,
    /// The column of it that can hold any id for a while.
    pub reference: Option<String>,
}

/// A foreign key between tables under history.
#[derive(Debug, Deserialize)]
pub struct Reference {
    pub child: String,
    pub parent: String,
    /// Whether what refers goes with what is referred to.
    pub cascades: bool,
    /// The child's columns with the parent's.
    pub columns: Vec<(String, String)>,
}

impl Catalogue {
    /// Reads it.
    pub async fn read(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let answer: String = sqlx::query_scalar(include_str!("catalogue.sql")).fetch_one(connection).await?;
        serde_json::from_str(&answer).map_err(|error| sqlx::Error::Decode(error.into()))
    }

    /// The tables of these names, each after those it refers to.
    pub fn in_order(&self, names: &[String]) -> Vec<&Table> {
        let touched = IN_ORDER.iter().filter(|name| names.iter().any(|given| given == *name));
        touched.filter_map(|name| self.tables.iter().find(|table| table.name == *name)).collect()
    }
}

impl Table {
    /// Whether its rows are parts of records.
    pub fn has_parts(&self) -> bool {
        PARTS.contains(&self.name.as_str())
    }
}

impl Reference {
    /// Whether a record that is referred to by it cannot be deleted. Parts go with their record; but a
    /// report that spoke for one closure would, without it, speak for all.
    pub fn holds(&self) -> bool {
        !self.cascades || (self.child == "report_closure" && self.parent == "closure")
    }

    /// The child's column that holds the parent's id; none where another key is meant.
    pub fn id_column(&self) -> Option<&str> {
        self.columns.iter().find(|(_, parent)| parent == "id").map(|(child, _)| child.as_str())
    }
}
