//! A first mapping for a file: guesses from the names of its columns and from its first lines, each
//! with what the lines say, for people to go on from.

use std::collections::HashSet;
use std::io::BufRead;

use crate::import::format::{Cut, FileFault, Line, Lines, shown};

/// How many lines are looked at.
const LOOKED_AT: usize = 200;
/// How many values of a column are shown.
const SHOWN: usize = 3;

/// What columns are called that mean something, most telling first.
const NAMES: &[(Meaning, &[&str])] = &[
    (Meaning::Latitude, &["geometry latitude", "latitude", "lat", "y"]),
    (Meaning::Longitude, &["geometry longitude", "longitude", "long", "lon", "lng", "x"]),
    (Meaning::Key, &["event id", "id", "key", "uid", "uuid", "event no", "nr", "number", "feature id"]),
    (Meaning::Start, &["date start", "start date", "start", "closed from", "from", "begin", "since"]),
    (Meaning::End, &["date end", "end date", "end", "closed to", "closed until", "to", "until"]),
    (Meaning::Published, &["published", "date published", "publication date", "article date", "report date"]),
    (Meaning::Date, &["event date", "date", "day", "when", "statusasof", "status as of"]),
    (Meaning::Url, &["url", "link", "article url", "source url", "href"]),
    (Meaning::Headline, &["headline", "article title", "article"]),
    (
        Meaning::Title,
        &["title", "event title", "event", "name", "crossing", "name eng", "name english", "name en"],
    ),
    (Meaning::Source, &["source", "outlet", "publisher", "newspaper", "media", "reported by"]),
    (Meaning::Initiator, &["actor", "actor1", "actor 1", "side a", "perpetrator", "attacker", "initiator"]),
    (Meaning::Target, &["actor2", "actor 2", "side b", "target", "victim"]),
    (Meaning::Country, &["country", "country name"]),
    (Meaning::Province, &["province", "admin1", "adm 1", "region", "state", "governorate"]),
    (Meaning::Place, &["location", "place", "city", "town", "village", "settlement", "where"]),
    (Meaning::Deaths, &["fatalities", "deaths", "killed", "dead", "best"]),
    (Meaning::Summary, &["summary", "notes", "description", "note"]),
];

/// What a column seems to mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Key,
    Title,
    Summary,
    Date,
    Start,
    End,
    Place,
    Province,
    Country,
    Latitude,
    Longitude,
    Initiator,
    Target,
    Source,
    Headline,
    Url,
    Published,
    Deaths,
}

/// A column, and what the first lines say in it.
struct Column {
    name: String,
    samples: Vec<String>,
    values: usize,
    distinct: HashSet<String>,
    numbers: usize,
    urls: usize,
    /// How many values each form of dates fits.
    dates: [usize; DATES.len()],
    meaning: Option<Meaning>,
}

/// Forms of dates that are looked for; the first is EDTF, which needs no form.
const DATES: [&str; 8] =
    ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d %B %Y", "%d-%b-%Y", "%Y-%m-%d %H:%M", "%Y%m%d"];

/// Writes a first mapping for a file that begins with `head`.
///
/// # Errors
/// When the file cannot be read, or has no columns.
pub fn suggestion(head: &[u8], contents: impl BufRead, file_name: &str) -> Result<String, FileFault> {
    let text = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head);
    let delimiter = delimiter(text);
    let is_geojson = text.trim_ascii_start().starts_with(b"{");
    let cut = if is_geojson { Cut::Features } else { Cut::Csv(delimiter) };
    let mut lines = Lines::new(contents, cut)?;
    // A name with braces cannot stand in braces, and of two with one name the first counts.
    let mut columns: Vec<Column> = lines.header().names().iter().map(|name| Column::new(name)).collect();
    if columns.is_empty() {
        return Err(FileFault::Header("the file is empty: it has no columns to map".to_owned()));
    }
    let (mut line, mut looked_at) = (Line::default(), 0);
    while looked_at < LOOKED_AT && lines.next(&mut line)? {
        looked_at += 1;
        for (column, value) in columns.iter_mut().zip(&line.record) {
            column.see(value.trim());
        }
    }
    let header = lines.header().clone();
    let mut place = 0;
    columns.retain(|column| {
        let is_usable = !column.name.contains(['{', '}'])
            && !column.name.is_empty()
            && header.place(&column.name) == Some(place);
        place += 1;
        is_usable
    });
    guess(&mut columns);
    let delimiter = (!is_geojson && delimiter != b',').then_some(delimiter);
    Ok(Draft { columns: &columns, text: String::new() }.write(file_name, looked_at, delimiter))
}

/// What divides the columns, by what the header has most of.
fn delimiter(text: &[u8]) -> u8 {
    let header = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| header.split(|byte| *byte == delimiter).count();
    // Of equals the last counts.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

impl Column {
    fn new(name: &str) -> Self {
        let name = name.to_owned();
        Self {
            name,
            samples: Vec::new(),
            values: 0,
            distinct: HashSet::new(),
            numbers: 0,
            urls: 0,
            dates: [0; DATES.len()],
            meaning: None,
        }
    }

    fn see(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        self.values += 1;
        self.distinct.insert(value.to_owned());
        self.numbers += usize::from(value.parse::<f64>().is_ok_and(f64::is_finite));
        self.urls += usize::from(value.starts_with("http://") || value.starts_with("https://"));
        for (count, form) in self.dates.iter_mut().zip(DATES) {
            let is_date = chrono::NaiveDate::parse_from_str(value, form).is_ok()
                || chrono::NaiveDateTime::parse_from_str(value, form).is_ok();
            *count += usize::from(is_date);
        }
        let sample: String = shown(value).chars().take(30).collect();
        if self.samples.len() < SHOWN && !self.samples.contains(&sample) {
            self.samples.push(sample);
        }
    }

    /// The form that fits all its values.
    fn date_form(&self) -> Option<&'static str> {
        let fitting =
            self.dates.iter().zip(DATES).find(|(count, _)| **count == self.values && self.values > 0);
        fitting.map(|(_, form)| form)
    }

    fn are_numbers(&self) -> bool {
        self.values > 0 && self.numbers == self.values
    }

    fn fits(&self, meaning: Meaning) -> bool {
        match meaning {
            Meaning::Latitude | Meaning::Longitude | Meaning::Deaths => self.are_numbers(),
            Meaning::Date | Meaning::Start | Meaning::End | Meaning::Published => self.date_form().is_some(),
            Meaning::Url => self.values > 0 && self.urls == self.values,
            Meaning::Title | Meaning::Headline | Meaning::Source | Meaning::Place => {
                self.values > 0 && self.urls == 0 && !self.are_numbers()
            }
            _ => self.values > 0,
        }
    }

    /// What it says, as a comment.
    fn said(&self) -> String {
        let samples: Vec<String> = self.samples.iter().map(|sample| format!("{sample:?}")).collect();
        if samples.is_empty() { "empty in the lines seen".to_owned() } else { samples.join(", ") }
    }
}

/// Gives meanings to columns, by their names and then by their values.
fn guess(columns: &mut [Column]) {
    let folded = |name: &str| {
        let words: String =
            name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (meaning, names) in NAMES {
        for name in *names {
            let free = columns.iter_mut().find(|column| {
                column.meaning.is_none() && folded(&column.name) == *name && column.fits(*meaning)
            });
            if let Some(column) = free {
                column.meaning = Some(*meaning);
                break;
            }
        }
    }
    for meaning in [Meaning::Url, Meaning::Date] {
        let is_given = |column: &Column| {
            column.meaning == Some(meaning)
                || (meaning == Meaning::Date && column.meaning == Some(Meaning::Start))
        };
        if !columns.iter().any(is_given) {
            let free = columns.iter_mut().find(|column| column.meaning.is_none() && column.fits(meaning));
            if let Some(column) = free {
                column.meaning = Some(meaning);
            }
        }
    }
}

/// The text of a mapping under way.
struct Draft<'c> {
    columns: &'c [Column],
    text: String,
}

impl Draft<'_> {
    fn write(mut self, file_name: &str, looked_at: usize, delimiter: Option<u8>) -> String {
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
            .filter(|form| *form != DATES[0])
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
        let most = columns().map(|column| column.distinct.len()).max()?;
        let is_most = |column: &&Column| column.distinct.len() == most;
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
                    () if column.values > 0 && column.urls == column.values => "addresses: ",
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
