//! The columns of a table of text, by name or by place.

use std::collections::HashMap;

use csv::StringRecord;

use super::FileFault;

/// What datasets write where they know nothing.
const UNKNOWN: [&str; 6] = ["", "NA", "N/A", "None", "NONE", "NULL"];

/// The columns of a file, by the names of its header.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

/// One column of a file, found once and read often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    place: Option<usize>,
}

impl Columns {
    /// The columns that a header names.
    #[must_use]
    pub fn of(header: &StringRecord) -> Self {
        let names: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        // Of two columns with one name the first counts.
        let places = names.iter().enumerate().rev().map(|(place, name)| (fold(name), place)).collect();
        Self { names, places }
    }

    /// A name that two columns have.
    #[must_use]
    pub fn twice(&self) -> Option<&str> {
        let mut names: Vec<&str> =
            self.names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        names.windows(2).find(|two| two[0] == two[1]).map(|two| two[0])
    }

    /// The names, as the header spells them.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The column of a name that a file has; upper and lower case and underscores at the end do not
    /// matter, since releases differ in them (`Lat`, `LAT`, `Lat_`).
    ///
    /// # Errors
    /// When there is none.
    pub fn required(&self, name: &str) -> Result<Column, FileFault> {
        let column = self.optional(name);
        match column.place {
            Some(_) => Ok(column),
            None if self.names.is_empty() => {
                Err(FileFault::Header("the file is empty: it has no header".to_owned()))
            }
            None => Err(FileFault::Header(format!(
                "the file has no column {name:?}; it has {}",
                super::shown(&self.names.join(", "))
            ))),
        }
    }

    /// The column of a name that a file may have.
    #[must_use]
    pub fn optional(&self, name: &str) -> Column {
        Column { place: self.places.get(&fold(name)).copied() }
    }

    /// Adds a column behind the others; false when there is one of that name.
    pub fn add(&mut self, name: &str) -> bool {
        if self.place(name).is_some() {
            return false;
        }
        self.places.insert(fold(name), self.names.len());
        self.names.push(name.trim().to_owned());
        true
    }

    /// The place of the column of a name, from 0.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.get(&fold(name)).copied()
    }

    /// Whether there are columns of all these names.
    #[must_use]
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.places.contains_key(&fold(name)))
    }

    /// The column that stands first of several names.
    #[must_use]
    pub fn any(&self, names: &[&str]) -> Column {
        names
            .iter()
            .map(|name| self.optional(name))
            .find(|column| column.place.is_some())
            .unwrap_or(Column { place: None })
    }
}

fn fold(name: &str) -> String {
    name.trim().trim_end_matches('_').to_lowercase()
}

impl Column {
    /// The column at a place, from 0, of files without header.
    #[must_use]
    pub const fn at(place: usize) -> Self {
        Self { place: Some(place) }
    }

    /// Whether the file has it.
    #[must_use]
    pub fn is_found(self) -> bool {
        self.place.is_some()
    }

    /// What a record says there, without the spaces around it; none where it says nothing.
    #[must_use]
    pub fn of(self, record: &StringRecord) -> Option<&str> {
        let value = record.get(self.place?)?.trim();
        (!UNKNOWN.contains(&value)).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_renamed_between_releases_are_found() {
        for name in ["Lat", "LAT", "Lat_", " lat "] {
            let columns = Columns::of(&StringRecord::from(vec!["id", name]));
            assert_eq!(columns.optional("lat"), Column::at(1), "{name}");
        }
    }

    #[test]
    fn what_means_nothing_is_none() {
        for nothing in ["", " ", "NA", "None", "NONE", " NA "] {
            assert_eq!(Column::at(0).of(&StringRecord::from(vec![nothing])), None, "{nothing:?}");
        }
        assert_eq!(Column::at(0).of(&StringRecord::from(vec![" SOHR "])), Some("SOHR"));
        assert_eq!(Column::at(7).of(&StringRecord::from(vec!["short"])), None);
    }

    #[test]
    fn a_column_that_is_missing_is_named() {
        let columns = Columns::of(&StringRecord::from(vec!["id", "year"]));
        let fault = columns.required("best").expect_err("there is none").to_string();
        assert!(fault.contains("\"best\"") && fault.contains("id, year"), "{fault}");
    }
}
