//! A row as Postgres sends records in binary: its columns one behind the other, each with its type and
//! without a name. `serde` makes a value of it by position.

use chrono::{DateTime, SecondsFormat};
use serde::de::value::{Error, U64Deserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

/// The columns of a row, or the elements of an array, that nobody has taken yet.
///
/// A structure takes as many as it has fields, the next one for each, and leaves out what is null: an
/// `Option` is none then, and anything else has its default, or is missed. A structure that is a field
/// of another takes its columns from the same row; the first of them is its id, which is never null.
pub(super) struct Cells<'de> {
    bytes: Bytes<'de>,
    /// The type of all of them, in an array; in a row each says its own.
    kind: Option<u32>,
    /// How many there are; only an array asks.
    left: usize,
}

impl<'de> Cells<'de> {
    /// All columns of a row.
    pub fn of(row: &'de [u8]) -> Result<Self, Error> {
        let mut bytes = Bytes(row);
        let left = bytes.length()?;
        Ok(Self { bytes, kind: None, left })
    }

    /// All elements of an array.
    fn of_array(array: &'de [u8]) -> Result<Self, Error> {
        let mut bytes = Bytes(array);
        let [dimensions, _has_nulls, kind] = [bytes.int()?, bytes.int()?, bytes.int()?];
        let left = match dimensions {
            0 => 0,
            1 => {
                let length = bytes.length()?;
                let _first = bytes.int()?;
                length
            }
            _ => return Err(Error::custom("an array of arrays")),
        };
        Ok(Self { bytes, kind: Some(kind.unsigned_abs()), left })
    }

    /// The next one, which is not null.
    pub fn content(&mut self) -> Result<&'de [u8], Error> {
        self.take()?.1.ok_or_else(|| Error::custom("null where there must be a value"))
    }

    /// The type of the next one, and its bytes, unless it is null.
    fn take(&mut self) -> Result<(u32, Option<&'de [u8]>), Error> {
        let kind = match self.kind {
            Some(kind) => kind,
            None => self.bytes.int()?.unsigned_abs(),
        };
        // A negative length is that of a null.
        let length = usize::try_from(self.bytes.int()?).ok();
        Ok((kind, length.map(|length| self.bytes.take(length)).transpose()?))
    }

    /// Takes the next one if it is null.
    fn skip_null(&mut self) -> bool {
        let before = if self.kind.is_some() { 0 } else { 4 };
        let is_null = self.bytes.0.get(before..before + 4) == Some(&[0xff; 4]);
        if is_null {
            self.bytes.0 = &self.bytes.0[before + 4..];
        }
        is_null
    }
}

/// The object ids of types, which are the same in every database (`pg_type.dat`), and how each is sent;
/// words of enums and domains of text, whose ids are not, are text.
mod kind {
    pub const BOOL: u32 = 16;
    pub const INT8: u32 = 20;
    pub const INT2: u32 = 21;
    pub const INT4: u32 = 23;
    pub const JSON: u32 = 114;
    pub const FLOAT8: u32 = 701;
    /// Microseconds since the beginning of the year 2000.
    pub const TIMESTAMPTZ: u32 = 1184;
    pub const UUID: u32 = 2950;
    /// A version, which is 1, and text.
    pub const JSONB: u32 = 3802;
}

/// The beginning of the year 2000, in microseconds of Unix time.
const YEAR_2000: i64 = 946_684_800_000_000;

impl<'de> Deserializer<'de> for &mut Cells<'de> {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (kind, Some(content)) = self.take()? else { return visitor.visit_unit() };
        let mut bytes = Bytes(content);
        match kind {
            kind::BOOL => visitor.visit_bool(bytes.array()? != [0]),
            kind::INT2 => visitor.visit_i16(i16::from_be_bytes(bytes.array()?)),
            kind::INT4 => visitor.visit_i32(bytes.int()?),
            kind::INT8 => visitor.visit_i64(i64::from_be_bytes(bytes.array()?)),
            kind::FLOAT8 => visitor.visit_f64(f64::from_be_bytes(bytes.array()?)),
            kind::UUID => visitor.visit_borrowed_bytes(content),
            kind::TIMESTAMPTZ => visitor.visit_string(moment(i64::from_be_bytes(bytes.array()?))?),
            kind::JSON => json(content, visitor),
            kind::JSONB => json(content.strip_prefix(&[1]).unwrap_or(content), visitor),
            _ => visitor.visit_borrowed_str(text(content)?),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Fields { cells: self, fields: 0..fields.len() as u64 })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.skip_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(text(self.content()?)?.into_deserializer())
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Cells::of_array(self.content()?)?)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct map identifier ignored_any
    }
}

fn text(content: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(content).map_err(Error::custom)
}

fn moment(microseconds: i64) -> Result<String, Error> {
    let moment = microseconds.checked_add(YEAR_2000).and_then(DateTime::from_timestamp_micros);
    let moment = moment.ok_or_else(|| Error::custom("a moment that is none"))?;
    Ok(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

fn json<'de, V: Visitor<'de>>(text: &'de [u8], visitor: V) -> Result<V::Value, Error> {
    serde_json::Deserializer::from_slice(text).deserialize_any(visitor).map_err(Error::custom)
}

/// The fields of a structure, by their places in it.
struct Fields<'a, 'de> {
    cells: &'a mut Cells<'de>,
    fields: std::ops::Range<u64>,
}

impl<'de> MapAccess<'de> for Fields<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        for place in self.fields.by_ref() {
            if !self.cells.skip_null() {
                let place: U64Deserializer<Error> = place.into_deserializer();
                return seed.deserialize(place).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.cells)
    }
}

/// The elements of an array.
impl<'de> SeqAccess<'de> for Cells<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(self).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// Bytes that are taken from the front.
struct Bytes<'de>(&'de [u8]);

impl<'de> Bytes<'de> {
    fn take(&mut self, length: usize) -> Result<&'de [u8], Error> {
        let (taken, rest) =
            self.0.split_at_checked(length).ok_or_else(|| Error::custom("a row ends early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], Error> {
        self.take(LENGTH)?.try_into().map_err(Error::custom)
    }

    fn int(&mut self) -> Result<i32, Error> {
        self.array().map(i32::from_be_bytes)
    }

    fn length(&mut self) -> Result<usize, Error> {
        usize::try_from(self.int()?).map_err(Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop};
    use serde::Deserialize;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    const TEXT: u32 = 25;

    /// A row as Postgres sends it.
    fn row(columns: &[(u32, Option<&[u8]>)]) -> Vec<u8> {
        let mut row = u32::try_from(columns.len()).unwrap().to_be_bytes().to_vec();
        for (kind, content) in columns {
            row.extend(kind.to_be_bytes());
            row.extend(content.map_or(-1, |content| i32::try_from(content.len()).unwrap()).to_be_bytes());
            row.extend(content.unwrap_or_default());
        }
        row
    }

    fn read<'de, T: Deserialize<'de>>(row: &'de [u8]) -> Result<T, Error> {
        T::deserialize(&mut Cells::of(row)?)
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "UPPERCASE")]
    enum Word {
        Main,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Inner {
        id: Uuid,
        word: Word,
        at: DateTime<chrono::Utc>,
        note: Option<String>,
        #[serde(default)]
        version: i32,
        words: Vec<String>,
        tree: Option<Value>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Outer {
        number: u32,
        inner: Inner,
    }

    #[test]
    fn a_row_fills_a_structure_and_those_within_it() {
        let id = Uuid::from_u128(7);
        let mut words = [1_u32, 0, TEXT, 2, 1].map(u32::to_be_bytes).concat();
        for word in ["a", ""] {
            words.extend(u32::try_from(word.len()).unwrap().to_be_bytes());
            words.extend(word.as_bytes());
        }
        let whole = [
            (kind::INT8, Some(&[0, 0, 0, 0, 0, 0, 1, 0][..])),
            (kind::UUID, Some(id.as_bytes())),
            (TEXT, Some(b"MAIN")),
            (kind::TIMESTAMPTZ, Some(&1_500_000_i64.to_be_bytes())),
            (TEXT, None),
            (kind::INT4, None),
            (1009, Some(&words)),
            (kind::JSONB, Some(b"\x01{\"a\":[1]}")),
        ];
        let expected = Outer {
            number: 256,
            inner: Inner {
                id,
                word: Word::Main,
                at: "2000-01-01T00:00:01.5Z".parse().unwrap(),
                note: None,
                version: 0,
                words: vec!["a".to_owned(), String::new()],
                tree: Some(json!({ "a": [1] })),
            },
        };
        assert_eq!(read::<Outer>(&row(&whole)).unwrap(), expected);
        let mut missed = whole;
        missed[2].1 = None;
        assert_eq!(read::<Outer>(&row(&missed)).unwrap_err().to_string(), "missing field `word`");
        let cut = row(&whole);
        assert_eq!(read::<Outer>(&cut[..cut.len() - 1]).unwrap_err().to_string(), "a row ends early");
    }

    proptest::proptest! {
        #[test]
        fn what_is_no_row_is_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(read::<Outer>(&bytes));
            drop(Cells::of_array(&bytes).and_then(|mut elements| elements.next_element::<String>()));
        }
    }
}
