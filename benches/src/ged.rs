//! Files in the layout of UCDP GED, with the skew of real ones: few places and actors have most of
//! the events, and one article is cited for several.

use std::fmt::Write as _;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use fastrand::Rng;

const HEADER: [&str; 41] = [
    "id",
    "year",
    "active_year",
    "type_of_violence",
    "conflict_new_id",
    "conflict_name",
    "dyad_new_id",
    "dyad_name",
    "side_a_new_id",
    "side_a",
    "side_b_new_id",
    "gwnob",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "low",
    "best",
    "high",
];

/// Countries with their Gleditsch–Ward numbers.
const COUNTRIES: [(&str, u32); 6] = [
    ("Syria", 652),
    ("Afghanistan", 700),
    ("Pakistan", 770),
    ("Nigeria", 475),
    ("Somalia", 520),
    ("Mexico", 70),
];

/// Writes a file of `rows` rows; the same file for the same number of rows.
pub fn write(file: &Path, rows: u64) -> anyhow::Result<()> {
    let mut rng = Rng::with_seed(20_251_029);
    let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(file)?));
    writer.write_record(HEADER)?;
    for id in 1..=rows {
        writer.write_record(row(id, rows, &mut rng))?;
    }
    writer.flush()?;
    Ok(())
}

fn row(id: u64, rows: u64, rng: &mut Rng) -> [String; 41] {
    let (country, number) = COUNTRIES[usize::try_from(skewed(rng, 6)).unwrap_or(0)];
    let (region, district, place) = (skewed(rng, 30), skewed(rng, 20), skewed(rng, 60));
    let (latitude, longitude) = (
        10.0 + f64::from(number % 20) + as_f64(region) / 10.0 + as_f64(place) / 1000.0,
        30.0 + f64::from(number % 40) + as_f64(district) / 10.0 + as_f64(place) / 1000.0,
    );
    let (side_a, side_b) = (number, 4000 + number * 10 + u32::try_from(skewed(rng, 40)).unwrap_or(0));
    let (a, b) = (format!("Government of {country}"), format!("Armed group {side_b}"));
    let (year, month, day) = (1990 + rng.u32(0..35), rng.u32(1..13), rng.u32(1..28));
    let date = format!("{year}-{month:02}-{day:02}");
    let [deaths_a, deaths_b, civilians, unknown] =
        [skewed(rng, 8), skewed(rng, 12), skewed(rng, 6), skewed(rng, 3)];
    let best = deaths_a + deaths_b + civilians + unknown;
    let mut articles = String::new();
    let cited = 1 + skewed(rng, 4);
    for nth in 0..cited {
        let outlet = skewed(rng, 120);
        // Two in three are cited once.
        let article = if rng.u8(0..3) == 0 { skewed(rng, rows / 8 + 1) } else { id * 10 + nth };
        let separator = if nth > 0 { ";" } else { "" };
        let _ = write!(
            articles,
            "{separator}\"Outlet {outlet},{date},Report {article} on clashes, and what followed in {country}\""
        );
    }
    [
        id.to_string(),
        year.to_string(),
        "1".into(),
        "1".into(),
        "299".into(),
        format!("{country}: Government"),
        (10_000 + side_b).to_string(),
        format!("{a} - {b}"),
        side_a.to_string(),
        a,
        side_b.to_string(),
        String::new(),
        b,
        cited.to_string(),
        articles,
        "Outlet".into(),
        date.clone(),
        "Report".into(),
        "Local council".into(),
        (1 + skewed(rng, 5)).to_string(),
        format!("Place {region}-{district}-{place} village"),
        format!("Province {region}"),
        format!("District {region}-{district}"),
        format!("{latitude:.6}"),
        format!("{longitude:.6}"),
        format!("POINT ({longitude:.6} {latitude:.6})"),
        "179714".into(),
        country.into(),
        number.to_string(),
        "Region".into(),
        "1".into(),
        "1".into(),
        date.clone(),
        date,
        deaths_a.to_string(),
        deaths_b.to_string(),
        civilians.to_string(),
        unknown.to_string(),
        (best - best / 4).to_string(),
        best.to_string(),
        (best + best / 3).to_string(),
    ]
}

/// A number below `bound`, the small ones far more often.
fn skewed(rng: &mut Rng, bound: u64) -> u64 {
    let [one, other] = [rng.u64(0..bound), rng.u64(0..bound)];
    one * other / bound
}

#[expect(clippy::cast_precision_loss, reason = "places are few")]
fn as_f64(number: u64) -> f64 {
    number as f64
}
