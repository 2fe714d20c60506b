//! Parquet: the columns of the flat rows with their types, in row groups of a bounded number of rows.

use std::io;
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::flat::FlatWriter;
use super::row::{Cell, Column, Kind};

/// Rows that gather before they become a row group.
const ROWS: usize = 10_000;

/// Writes Parquet.
#[derive(Default)]
pub struct Parquet {
    /// There from the beginning to the end, with the schema.
    writer: Option<(ArrowWriter<Vec<u8>>, SchemaRef)>,
    columns: Vec<ColumnBuilder>,
    gathered: usize,
}

/// The values of one column, on their way into a row group.
enum ColumnBuilder {
    Text(StringBuilder),
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Real(Float64Builder),
    Moment(TimestampMicrosecondBuilder),
    Texts(ListBuilder<StringBuilder>),
}

impl FlatWriter for Parquet {
    fn begin(&mut self, columns: &[Column], into: &mut Vec<u8>) -> io::Result<()> {
        let fields: Vec<_> = columns.iter().map(field).collect();
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let schema = Arc::new(Schema::new(fields));
        self.columns = columns.iter().map(|column| ColumnBuilder::of(column.kind)).collect();
        self.writer = Some((ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties))?, schema));
        self.hand_on(into);
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>], into: &mut Vec<u8>) -> io::Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.append(cell);
        }
        self.gathered += 1;
        if self.gathered == ROWS { self.group(into) } else { Ok(()) }
    }

    fn end(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        self.group(into)?;
        if let Some((writer, _)) = self.writer.take() {
            into.extend(writer.into_inner()?);
        }
        Ok(())
    }
}

impl Parquet {
    /// Writes what has gathered as a row group.
    fn group(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        let Some((writer, schema)) = self.writer.as_mut().filter(|_| self.gathered > 0) else {
            return Ok(());
        };
        let arrays = self.columns.iter_mut().map(ColumnBuilder::finish).collect();
        let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(io::Error::other)?;
        writer.write(&batch)?;
        writer.flush()?;
        self.gathered = 0;
        self.hand_on(into);
        Ok(())
    }

    /// Hands on what the writer has written; it counts the bytes itself.
    fn hand_on(&mut self, into: &mut Vec<u8>) {
        if let Some((writer, _)) = &mut self.writer {
            into.append(writer.inner_mut());
        }
    }
}

fn field(column: &Column) -> Field {
    let data_type = match column.kind {
        Kind::Boolean => DataType::Boolean,
        Kind::Integer => DataType::Int64,
        Kind::Real => DataType::Float64,
        Kind::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Kind::Texts => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
        Kind::Text | Kind::Id | Kind::Json | Kind::Extent => DataType::Utf8,
    };
    Field::new(&column.name, data_type, true)
}

impl ColumnBuilder {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Boolean => Self::Boolean(BooleanBuilder::new()),
            Kind::Integer => Self::Integer(Int64Builder::new()),
            Kind::Real => Self::Real(Float64Builder::new()),
            Kind::Moment => Self::Moment(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Texts => Self::Texts(ListBuilder::new(StringBuilder::new())),
            Kind::Text | Kind::Id | Kind::Json | Kind::Extent => Self::Text(StringBuilder::new()),
        }
    }

    fn append(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Text(values), Cell::Text(text) | Cell::Json(text)) => values.append_value(text),
            (Self::Text(values), Cell::Id(id)) => values.append_value(id.to_string()),
            (Self::Boolean(values), Cell::Boolean(boolean)) => values.append_value(*boolean),
            (Self::Integer(values), Cell::Integer(number)) => values.append_value(*number),
            (Self::Real(values), Cell::Real(number)) => values.append_value(*number),
            (Self::Moment(values), Cell::Moment(moment)) => values.append_value(moment.timestamp_micros()),
            (Self::Texts(values), Cell::Texts(texts)) => values.append_value(texts.iter().map(Some)),
            // Null; a cell of another kind than its column does not occur.
            (Self::Text(values), _) => values.append_null(),
            (Self::Boolean(values), _) => values.append_null(),
            (Self::Integer(values), _) => values.append_null(),
            (Self::Real(values), _) => values.append_null(),
            (Self::Moment(values), _) => values.append_null(),
            (Self::Texts(values), _) => values.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(values) => Arc::new(values.finish()),
            Self::Boolean(values) => Arc::new(values.finish()),
            Self::Integer(values) => Arc::new(values.finish()),
            Self::Real(values) => Arc::new(values.finish()),
            Self::Moment(values) => Arc::new(values.finish()),
            Self::Texts(values) => Arc::new(values.finish()),
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Int64Type, TimestampMicrosecondType};
    use axum::body::Bytes;
    use chrono::DateTime;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;

    #[test]
    fn rows_come_back_with_their_types_and_groups_are_handed_on() {
        let columns = [
            ("title", Kind::Text),
            ("articles", Kind::Integer),
            ("start", Kind::Moment),
            ("actors", Kind::Texts),
        ];
        let columns = columns.map(|(name, kind)| Column { name: name.to_owned(), kind });
        let (mut writer, mut file) = (Parquet::default(), Vec::new());
        let moment = DateTime::from_timestamp_micros(1_700_000_000_000_001).unwrap();
        writer.begin(&columns, &mut file).unwrap();
        for number in 0..25_000 {
            let before = file.len();
            let actors = Cell::Texts(vec!["a".to_owned(), format!("{number}")]);
            let title = if number % 2 == 0 { Cell::Text("t") } else { Cell::Null };
            writer.row(&[title, Cell::Integer(number), Cell::Moment(moment), actors], &mut file).unwrap();
            // Nothing waits longer than until its group is full.
            assert_eq!(file.len() > before, (number + 1) % 10_000 == 0, "{number}");
        }
        writer.end(&mut file).unwrap();

        let read = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file)).unwrap();
        assert_eq!(read.metadata().num_row_groups(), 3);
        let batches: Vec<_> = read.build().unwrap().map(Result::unwrap).collect();
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 25_000);
        let first = &batches[0];
        assert!(first.column(0).as_string::<i32>().is_null(1));
        assert_eq!(first.column(1).as_primitive::<Int64Type>().value(7), 7);
        assert_eq!(
            first.column(2).as_primitive::<TimestampMicrosecondType>().value(7),
            1_700_000_000_000_001
        );
        assert_eq!(first.column(3).as_list::<i32>().value(7).as_string::<i32>().value(1), "7");
    }
}
