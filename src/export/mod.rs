//! Export: records become files. What is asked for is chosen once, in one snapshot of the base, and
//! then read a statement a type of record; rows are written as they come, so that memory is constant
//! however many there are and a slow reader slows Postgres and nobody else.
//!
//! `ndjson` says everything and can be imported again; the other formats are flat, a row an event.

mod csv;
mod extent;
mod filter;
mod flat;
mod format;
mod geojson;
mod json;
mod ndjson;
#[cfg(feature = "parquet")]
mod parquet;
mod row;
mod selection;

pub use filter::read as read_filter;
pub use format::Format;
pub use selection::{Reader, Selection};

use std::future::Future;
use std::io;

use futures_util::TryStreamExt;
use serde_json::{Map, Value};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr, Statement};
use uuid::Uuid;

use crate::db::{Database, DatabaseError, Snapshot};
use ndjson::{LINE_TYPES, LineWriter};
use selection::Restriction;

/// The line of one record in the native format, as an export for the operator writes it; none when there
/// is no such record, or no line for it.
///
/// # Errors
/// When the database fails.
pub(crate) async fn line_of(
    connection: &mut PgConnection,
    line_type: &str,
    id: Uuid,
) -> Result<Option<Map<String, Value>>, sqlx::Error> {
    let known = LINE_TYPES.iter().find(|known| known.name == line_type);
    let known = known.ok_or_else(|| sqlx::Error::Protocol(format!("no line is of type {line_type}")))?;
    let line = ndjson::line_of(connection, known, id).await?;
    line.map(|line| serde_json::from_slice(&line).map_err(|error| sqlx::Error::Decode(error.into())))
        .transpose()
}

/// How many bytes gather before they are handed on.
const CHUNK: usize = 64 << 10;

/// Where the bytes of an export go.
pub trait Sink {
    /// Takes the next bytes, and is told how many records are in all that it has taken. Ready when
    /// more may come.
    fn take(&mut self, bytes: Vec<u8>, records: u64) -> impl Future<Output = io::Result<()>> + Send;
}

/// An export that did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The dataset that was named is not there.
    #[error("there is no dataset {0:?}; `{{ datasets {{ nodes {{ slug }} }} }}` in the API lists them")]
    NoDataset(String),
    /// The format is not in this build of the program.
    #[error("{0}")]
    NotBuilt(&'static str),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DatabaseError),
    /// The bytes could not be handed on.
    #[error("the export cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl From<sqlx::Error> for ExportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// An export that is ready to be written: what it holds is chosen, and does not change any more.
#[derive(Debug)]
pub struct Export {
    snapshot: Snapshot,
    format: Format,
    restriction: Restriction,
}

impl Export {
    /// Chooses what is exported.
    ///
    /// # Errors
    /// When the dataset is not there, the format not built in, or the database fails.
    pub async fn open(
        database: &Database,
        selection: &Selection,
        format: Format,
    ) -> Result<Self, ExportError> {
        format.is_built()?;
        let mut snapshot = database.snapshot().await?;
        let restriction = selection.choose(snapshot.connection(), format == Format::Ndjson).await?;
        snapshot.read_only().await?;
        Ok(Self { snapshot, format, restriction })
    }

    /// Writes it; returns how many records there were.
    ///
    /// # Errors
    /// When the database fails or the sink refuses; what it has taken is not whole then.
    pub async fn write(mut self, sink: &mut (impl Sink + Send)) -> Result<u64, ExportError> {
        let mut gathered = Gathered { bytes: Vec::with_capacity(CHUNK * 2), records: 0, sink };
        match self.format.flat_writer() {
            None => {
                for line_type in &LINE_TYPES {
                    self.lines(line_type, &mut gathered).await?;
                }
            }
            Some(writer) => self.flat(writer, &mut gathered).await?,
        }
        gathered.hand_on().await?;
        let records = gathered.records;
        self.snapshot.close().await;
        Ok(records)
    }

    /// Writes the lines of one type.
    async fn lines(
        &mut self,
        line_type: &ndjson::LineType,
        gathered: &mut Gathered<'_, impl Sink>,
    ) -> Result<(), ExportError> {
        let sql = AssertSqlSafe(self.restriction.applied(line_type.sql)).into_sql_str();
        let statement = self.snapshot.connection().prepare(sql).await?;
        let writer = LineWriter::new(line_type.name, &row::columns(statement.columns())?);
        let mut rows = statement.query().fetch(self.snapshot.connection());
        while let Some(row) = rows.try_next().await? {
            writer.line(&row, &mut gathered.bytes)?;
            gathered.record().await?;
        }
        Ok(())
    }

    /// Writes the rows of a flat format.
    async fn flat(
        &mut self,
        mut writer: Box<dyn flat::FlatWriter>,
        gathered: &mut Gathered<'_, impl Sink>,
    ) -> Result<(), ExportError> {
        let sql = AssertSqlSafe(self.restriction.applied(flat::SQL)).into_sql_str();
        let statement = self.snapshot.connection().prepare(sql).await?;
        let columns = row::columns(statement.columns())?;
        let reader = flat::FlatReader::new(&columns);
        writer.begin(&columns, &mut gathered.bytes)?;
        let mut rows = statement.query().fetch(self.snapshot.connection());
        while let Some(row) = rows.try_next().await? {
            writer.row(&reader.cells(&row)?, &mut gathered.bytes)?;
            gathered.record().await?;
        }
        drop(rows);
        writer.end(&mut gathered.bytes)?;
        Ok(())
    }
}

/// Bytes on their way to the sink.
struct Gathered<'s, S> {
    bytes: Vec<u8>,
    records: u64,
    sink: &'s mut S,
}

impl<S: Sink> Gathered<'_, S> {
    /// One more record has been written.
    async fn record(&mut self) -> io::Result<()> {
        self.records += 1;
        if self.bytes.len() >= CHUNK { self.hand_on().await } else { Ok(()) }
    }

    async fn hand_on(&mut self) -> io::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::replace(&mut self.bytes, Vec::with_capacity(CHUNK * 2));
        self.sink.take(bytes, self.records).await
    }
}
