//! `dateline schema`: prints the contract.

use std::process::ExitCode;

use clap::Args;

use super::output::print;
use crate::graphql::schema_text;

/// Print the GraphQL schema
///
/// In the schema definition language, as schema.graphql in the repository holds it and /schema.graphql
/// serves it. It needs no database.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Example:
  dateline schema > schema.graphql")]
pub(super) struct Schema {}

impl Schema {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        print(&schema_text())?;
        Ok(ExitCode::SUCCESS)
    }
}
