//! Merging a record into another: all or nothing, as one change set.

use serde::Serialize;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::transaction::{Answer, Failure, Note, Work, WriteOutcome};
use crate::access::vocabulary::Role;
use crate::db::sql_state;
use crate::graphql::ApiError;
use crate::history::vocabulary::ChangeSetKind;
use crate::history::{RevertError, alone};
use crate::import::few;
use crate::merging::graphql::MergeableRef;
use crate::merging::vocabulary::MergeKind;
use crate::merging::{FROM, hold, merge, refuse};

/// Two records that are to be one.
#[derive(Debug, Serialize)]
pub struct Merger {
    pub kind: MergeKind,
    /// Which gives way.
    pub from: MergeableRef,
    /// Which stays.
    pub into: MergeableRef,
}

impl Work for Merger {
    const NAME: &'static str = "merge";
    const ROLE: Role = Role::Editor;
    const CHANGE_SET: ChangeSetKind = ChangeSetKind::Merge;

    async fn run(&self, connection: &mut PgConnection, _: Uuid, _: &Note) -> Result<Answer, Failure> {
        alone(connection).await.map_err(busy)?;
        let (from, into) = (self.from.clone().into(), self.into.clone().into());
        let (from, into) = hold(connection, self.kind, &from, &into).await?;
        refuse(connection, self.kind, from, into).await?;
        merge(connection, self.kind, from, into).await.map_err(broken)?;
        Ok(Answer::of(into, WriteOutcome::Updated))
    }
}

/// An import has looked up already what it refers to.
fn busy(error: RevertError) -> Failure {
    match error {
        RevertError::Database(error) => Failure::Database(error),
        _ => {
            ApiError::conflict(FROM, "An import or a revert is running; try again when it has ended.").into()
        }
    }
}

/// A rule of the tables that would be broken.
fn broken(error: sqlx::Error) -> Failure {
    match (sql_state(&error), few::fault_of(&error)) {
        (Some(state), Some(reason)) if state.starts_with("23") => {
            let message = format!("As one record, they would break a rule: {reason}.");
            ApiError::conflict(FROM, message).into()
        }
        _ => Failure::Database(error),
    }
}
