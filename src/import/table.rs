//! A staging table holds what a file says, line by line, before it is merged: one for each table
//! of records, described here as data, from which the SQL of staging and merging is made.

/// A table of records, as an import sees it.
#[derive(Debug)]
pub struct Table {
    /// Its name in Postgres.
    pub name: &'static str,
    /// Its columns, in the order in which rows are staged.
    pub columns: &'static [Column],
    /// What belongs to a record and stands in tables of its own.
    pub parts: &'static [Part],
    /// Whether a slug names its records; then `slug` is one of its columns.
    pub has_slug: bool,
    /// When a row `t` of the table is the record that a line `s` without id and external id means.
    pub same_record: Option<&'static str>,
    /// What makes up the id of such a line's record when it is new.
    pub identity: Identity,
    /// The location, as an expression over `s`, in whose time zone its dates are read.
    pub dates_at: Option<&'static str>,
    /// What must hold beyond the table's own constraints.
    pub checks: &'static [Check],
}

/// What makes up the id of a record whose line gives neither id nor external id.
#[derive(Debug)]
pub enum Identity {
    /// Its slug: the line needs one key or another.
    Keyed,
    /// These expressions over `s`.
    Natural(&'static [&'static str]),
    /// All its content, its external id included: another content is another record, and retracts
    /// the one that had the same external id.
    Content,
}

/// A column of a table of records.
#[derive(Debug)]
pub enum Column {
    /// A value: name and type.
    Value(&'static str, &'static str),
    /// A reference to a record: name, the field it is written in, the table it leads to.
    Reference(&'static str, &'static str, Target),
    /// A value that may be left out: name, type, and the expression over `s` that fills it in.
    Filled(&'static str, &'static str, &'static str),
    /// A reference that may be left out, likewise.
    FilledReference(&'static str, &'static str, Target, &'static str),
    /// The seven columns of an extent: their prefix, and whether it may be absent.
    Extent { prefix: &'static str, optional: bool },
    /// A value that follows from the others: name and expression over `s`.
    Derived(&'static str, &'static str),
}

/// Rows that belong to a record: its names, the relays of a claim.
#[derive(Debug)]
pub struct Part {
    /// Its name in Postgres.
    pub name: &'static str,
    /// The column that says whose they are.
    pub owner: &'static str,
    /// What that column holds, over the owner's staged row `s`.
    pub owner_key: &'static str,
    /// Their columns, in the order in which rows are staged.
    pub columns: &'static [Column],
    /// A condition on rows `p` that are not the import's to remove.
    pub keep: Option<&'static str>,
    /// Whether a merge can bring some along from another record: then `came_from_id` says which.
    pub comes_along: bool,
}

/// A condition that lines break: the field at fault, and a statement that finds them as
/// `(line, place, value, reason)` in batch `$1` of the staging table.
#[derive(Debug)]
pub struct Check {
    /// The field at fault.
    pub field: &'static str,
    /// The statement.
    pub find: &'static str,
}

/// What a reference can lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Dataset,
    Source,
    Actor,
    Location,
    Crossing,
    Event,
    Closure,
    Article,
}

impl Table {
    /// Whether its records come from datasets; all do but the datasets themselves.
    #[must_use]
    pub fn is_in_datasets(&self) -> bool {
        self.columns.iter().any(|column| matches!(column, Column::Reference("dataset_id", ..)))
    }

    /// The name of its staging table.
    #[must_use]
    pub fn stage(&self) -> String {
        stage(self.name)
    }
}

/// The name of the staging table of a table.
#[must_use]
pub fn stage(table: &str) -> String {
    format!("stage_{table}")
}

impl Target {
    /// The table of what it leads to.
    #[must_use]
    pub fn table(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Source => "source",
            Self::Actor => "actor",
            Self::Location => "location",
            Self::Crossing => "border_crossing",
            Self::Event => "event",
            Self::Closure => "closure",
            Self::Article => "article",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Crossing => "border crossing",
            other => other.table(),
        }
    }

    /// The statement that lists `(id, slug)` of the records there are, and of those that were merged, by the
    /// ids that they had; none where nothing has slugs.
    #[must_use]
    pub fn slugs(self) -> Option<&'static str> {
        match self {
            Self::Dataset => Some("select id, slug::text from dataset"),
            Self::Source => Some(
                "select id, slug::text from source \
                 union all select from_id, slug::text from merged_record where record_type = 'source'",
            ),
            Self::Actor => Some(
                "select id, slug::text from actor \
                 union all select from_id, slug::text from merged_record where record_type = 'actor'",
            ),
            Self::Location => Some(
                "select id, slug::text from location \
                 union all select from_id, slug::text from merged_record where record_type = 'location'",
            ),
            Self::Crossing => Some(
                "select c.id, l.slug::text from border_crossing c join location l on l.id = c.location_id \
                 union all select from_id, slug::text from merged_record where record_type = 'border_crossing'",
            ),
            Self::Event => Some("select id, slug::text from event"),
            Self::Closure | Self::Article => None,
        }
    }
}

/// The columns that every table of records has last: its dataset and its key there.
pub const DATASET: Column = Column::Reference("dataset_id", "dataset", Target::Dataset);
/// See [`DATASET`].
pub const EXTERNAL_ID: Column = Column::Value("external_id", "text");

/// The names of a record whose id stands in `owner`.
#[must_use]
pub const fn names(owner: &'static str) -> Part {
    Part {
        name: "name",
        owner,
        owner_key: "s.id",
        columns: &[
            Column::Value("value", "text"),
            Column::Value("language", "text"),
            Column::Value("kind", "text"),
        ],
        keep: Some("p.kind = 'PRIMARY'"),
        comes_along: true,
    }
}

/// The identifiers of a record whose id stands in `owner`.
#[must_use]
pub const fn identifiers(owner: &'static str) -> Part {
    Part {
        name: "identifier",
        owner,
        owner_key: "s.id",
        columns: &[Column::Value("scheme", "text"), Column::Value("value", "text")],
        keep: None,
        comes_along: true,
    }
}

/// The bounds of an extent, as their columns are called.
pub const BOUNDS: [&str; 4] = ["start_earliest", "start_latest", "end_earliest", "end_latest"];

impl Column {
    /// The staging columns it takes: names and types.
    #[must_use]
    pub fn staged(&self) -> Vec<(String, &'static str)> {
        match self {
            Self::Value(name, kind) | Self::Filled(name, kind, _) => vec![((*name).to_owned(), *kind)],
            // The id where it can be computed, and what was written: the slug where it cannot.
            Self::Reference(name, ..) | Self::FilledReference(name, ..) => {
                vec![((*name).to_owned(), "uuid"), (format!("{name}_written"), "text")]
            }
            Self::Extent { prefix, .. } => BOUNDS
                .iter()
                .map(|bound| (format!("{prefix}{bound}"), "text"))
                .chain([
                    (format!("{prefix}ongoing"), "boolean"),
                    (format!("{prefix}edtf"), "text"),
                    (format!("{prefix}time_text"), "text"),
                ])
                .collect(),
            Self::Derived(..) => Vec::new(),
        }
    }

    /// What it leads to, when it is a reference: name, field and target.
    #[must_use]
    pub fn reference(&self) -> Option<(&'static str, &'static str, Target)> {
        match self {
            Self::Reference(name, field, target) | Self::FilledReference(name, field, target, _) => {
                Some((name, field, *target))
            }
            _ => None,
        }
    }

    /// The bounds of an extent, over its staged row `row`.
    #[must_use]
    pub fn bounds(&self, row: &str) -> Vec<String> {
        match self {
            Self::Extent { prefix, .. } => {
                BOUNDS.iter().map(|bound| format!("{row}.{prefix}{bound}")).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The columns of the table it fills, each with the expression over its staged row `row` that
    /// fills it; dates are read in the time zone `z.zone`.
    #[must_use]
    pub fn merged(&self, row: &str) -> Vec<(String, String)> {
        match self {
            Self::Value(name, _) | Self::Reference(name, ..) => {
                vec![((*name).to_owned(), format!("{row}.{name}"))]
            }
            Self::Derived(name, expression)
            | Self::Filled(name, _, expression)
            | Self::FilledReference(name, _, _, expression) => {
                vec![((*name).to_owned(), (*expression).to_owned())]
            }
            Self::Extent { prefix, optional } => BOUNDS
                .iter()
                .map(|bound| (format!("{prefix}{bound}"), format!("instant({row}.{prefix}{bound}, z.zone)")))
                .chain([
                    (
                        format!("{prefix}ongoing"),
                        if *optional {
                            format!("{row}.{prefix}ongoing")
                        } else {
                            format!("coalesce({row}.{prefix}ongoing, false)")
                        },
                    ),
                    (format!("{prefix}edtf"), format!("{row}.{prefix}edtf")),
                    (format!("{prefix}time_text"), format!("{row}.{prefix}time_text")),
                ])
                .collect(),
        }
    }
}
