//! What a column seems to mean, by its name and by what the first lines say in it.

use std::collections::HashSet;

use crate::import::format::shown;

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
pub(super) enum Meaning {
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
pub(super) struct Column {
    pub name: String,
    samples: Vec<String>,
    values: usize,
    distinct: HashSet<String>,
    numbers: usize,
    urls: usize,
    /// How many values each form of dates fits.
    dates: [usize; DATES.len()],
    pub meaning: Option<Meaning>,
}

/// The form of dates that needs not be told.
pub(super) const EDTF: &str = "%Y-%m-%d";
/// Forms of dates that are looked for.
const DATES: [&str; 8] =
    [EDTF, "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d %B %Y", "%d-%b-%Y", "%Y-%m-%d %H:%M", "%Y%m%d"];

impl Column {
    pub fn new(name: &str) -> Self {
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

    pub fn see(&mut self, value: &str) {
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
    pub fn date_form(&self) -> Option<&'static str> {
        let fitting =
            self.dates.iter().zip(DATES).find(|(count, _)| **count == self.values && self.values > 0);
        fitting.map(|(_, form)| form)
    }

    pub fn are_numbers(&self) -> bool {
        self.values > 0 && self.numbers == self.values
    }

    pub fn are_addresses(&self) -> bool {
        self.values > 0 && self.urls == self.values
    }

    /// How many different values it has.
    pub fn variety(&self) -> usize {
        self.distinct.len()
    }

    pub fn fits(&self, meaning: Meaning) -> bool {
        match meaning {
            Meaning::Latitude | Meaning::Longitude | Meaning::Deaths => self.are_numbers(),
            Meaning::Date | Meaning::Start | Meaning::End | Meaning::Published => self.date_form().is_some(),
            Meaning::Url => self.are_addresses(),
            Meaning::Title | Meaning::Headline | Meaning::Source | Meaning::Place => {
                self.values > 0 && self.urls == 0 && !self.are_numbers()
            }
            _ => self.values > 0,
        }
    }

    /// What it says, as a comment.
    pub fn said(&self) -> String {
        let samples: Vec<String> = self.samples.iter().map(|sample| format!("{sample:?}")).collect();
        if samples.is_empty() { "empty in the lines seen".to_owned() } else { samples.join(", ") }
    }
}

/// Gives meanings to columns, by their names and then by their values.
pub(super) fn guess(columns: &mut [Column]) {
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
