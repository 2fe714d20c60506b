//! The text of a first mapping, with a comment beside each guess.

use super::column::{Column, EDTF, Meaning};
use crate::import::format::shown;

/// The text of a mapping under way.
pub(super) struct Draft<'c> {
    columns: &'c [Column],
    text: String,
}

impl<'c> Draft<'c> {
    pub fn new(columns: &'c [Column]) -> Self {
        Self { columns, text: String::new() }
    }

    /// The whole mapping, after so many lines of the file were looked at.
    pub fn write(mut self, file_name: &str, looked_at: usize, delimiter: Option<u8>) -> String {
        self.line(&format!(
            "# A first mapping for {}, guessed from its columns and its first {looked_at} lines.",
            shown(file_name)
        ));
        self.line("# Read it through: what is wrong is changed, what is missing is added from the end of this file.");
        self.line("# docs/import/csv.md describes every key. A value is a text with columns in braces.");
        self.line("\n[dataset]\nslug = \"my-dataset\"    # choose one; lower-case letters, digits and hyphens\ntitle = \"My dataset\"   # choose one\n# licence = \"CC-BY-4.0\"");
        let mut forms: Vec<&str> = self
            .columns
            .iter()
            .filter(|column| column.meaning.is_some())
            .filter_map(Column::date_form)
            .filter(|form| *form != EDTF)
            .collect();
        forms.sort_unstable();
        forms.dedup();
        if delimiter.is_some() || !forms.is_empty() {
            self.line("\n[file]");
        }
        if let Some(delimiter) = delimiter {
            self.line(&format!("delimiter = {}", quoted(&char::from(delimiter).to_string())));
        }
        if !forms.is_empty() {
            self.line(&format!(
                "dates = [{}]",
                forms.iter().map(|form| quoted(form)).collect::<Vec<_>>().join(", ")
            ));
        }
        self.event();
        self.places();
        self.actors();
        self.article();
        self.claims();
        self.rest();
        self.text
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn column(&self, meaning: Meaning) -> Option<&'_ Column> {
        self.columns.iter().find(|column| column.meaning == Some(meaning))
    }

    /// Writes `key = "{column}"`, with what the column says.
    fn key(&mut self, key: &str, meaning: Meaning) -> bool {
        let Some((name, said)) = self.column(meaning).map(|column| (column.name.clone(), column.said()))
        else {
            return false;
        };
        self.line(&format!("{key} = {}    # {said}", braced(&name)));
        true
    }

    /// The column that tells most lines apart: of equals the title, else the first.
    fn most_telling(&self) -> Option<&'_ Column> {
        let is_place =
            |column: &&Column| matches!(column.meaning, Some(Meaning::Latitude | Meaning::Longitude));
        let columns = || self.columns.iter().filter(|column| !is_place(column));
        let most = columns().map(Column::variety).max()?;
        let is_most = |column: &&Column| column.variety() == most;
        self.column(Meaning::Title)
            .filter(is_most)
            .or_else(|| columns().find(is_most))
            .or(self.columns.first())
    }

    fn event(&mut self) {
        self.line("\n[event]");
        let first = self.most_telling().map_or_else(|| "\"?\"".to_owned(), |column| braced(&column.name));
        if !self.key("key", Meaning::Key) {
            self.line(&format!(
                "key = {first}    # what tells events apart; lines with one key are about one event"
            ));
        }
        if !self.key("title", Meaning::Title) && !self.key("title", Meaning::Headline) {
            self.line(&format!("title = {first}    # your own words, such as \"Closure of {{crossing}}\""));
        }
        self.line("kind = \"OTHER\"    # or from a column: { text = \"{type}\", values = { \"strike\" = \"AIRSTRIKE\" }, otherwise = \"OTHER\" }");
        self.key("summary", Meaning::Summary);
        if self.column(Meaning::Start).is_some() {
            self.line("[event.extent]");
            self.key("start", Meaning::Start);
            self.key("end", Meaning::End);
            self.line("without_end = \"unknown\"    # or \"ongoing\", or \"same-day\"");
        } else {
            self.key("extent", Meaning::Date);
        }
        if self.column(Meaning::Deaths).is_some() {
            self.line("[event.fatalities]    # the dataset's own estimate");
            self.key("best", Meaning::Deaths);
        }
    }

    fn places(&mut self) {
        let (has_place, has_point) = (
            self.column(Meaning::Place).is_some(),
            self.column(Meaning::Latitude).is_some() && self.column(Meaning::Longitude).is_some(),
        );
        let around: Vec<Meaning> = [Meaning::Province, Meaning::Country]
            .into_iter()
            .filter(|meaning| self.column(*meaning).is_some())
            .collect();
        if !has_place && !has_point && around.is_empty() {
            return;
        }
        self.line("\n[event.location]");
        if has_place {
            self.key("name", Meaning::Place);
        } else if has_point {
            let name = [Meaning::Title, Meaning::Key]
                .into_iter()
                .find_map(|meaning| self.column(meaning))
                .or(self.columns.first());
            let name = name.map_or_else(|| "\"?\"".to_owned(), |column| braced(&column.name));
            self.line(&format!("name = {name}"));
        }
        if has_place || has_point {
            self.line("kind = \"CITY\"");
        }
        if has_point {
            self.key("latitude", Meaning::Latitude);
            self.key("longitude", Meaning::Longitude);
        }
        let mut section = "event.location".to_owned();
        for meaning in around {
            section += ".parent";
            self.line(&format!("[{section}]"));
            self.key("name", meaning);
            self.line(if meaning == Meaning::Country { "kind = \"COUNTRY\"" } else { "kind = \"ADMIN1\"" });
        }
    }

    fn actors(&mut self) {
        for (meaning, role) in [(Meaning::Initiator, "INITIATOR"), (Meaning::Target, "TARGET")] {
            if self.column(meaning).is_some() {
                self.line("\n[[actor]]");
                self.key("name", meaning);
                self.line(&format!("kind = \"ORGANISATION\"\nrole = \"{role}\""));
            }
        }
    }

    fn article(&mut self) {
        if self.column(Meaning::Source).is_none() {
            return;
        }
        self.line("\n[article]");
        self.key("source", Meaning::Source);
        self.key("url", Meaning::Url);
        self.key("title", Meaning::Headline);
        self.key("published", Meaning::Published);
    }

    fn claims(&mut self) {
        if self.column(Meaning::Deaths).is_some() {
            self.line("\n[[claim]]    # the same number as what the article of the line, or the dataset, says\nproperty = \"fatalities\"");
            self.key("number", Meaning::Deaths);
        }
    }

    fn rest(&mut self) {
        let rest: Vec<String> = self
            .columns
            .iter()
            .filter(|column| !self.text.contains(&braced(&column.name)))
            .map(|column| {
                let what = match () {
                    () if column.are_addresses() => "addresses: ",
                    () if column.date_form().is_some() => "dates: ",
                    () if column.are_numbers() => "numbers: ",
                    () => "",
                };
                format!("# {}    # {what}{}", braced(&column.name), column.said())
            })
            .collect();
        if !rest.is_empty() {
            self.line("\n# Columns that are not used yet:");
            for line in rest {
                self.line(&line);
            }
        }
    }
}

/// A column as a value.
fn braced(name: &str) -> String {
    quoted(&format!("{{{name}}}"))
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted + "\""
}
