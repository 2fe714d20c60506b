//! The deaths of an event of GED: the dataset's estimate, and the same as claims that it makes.

use csv::StringRecord;

use super::super::columns::Columns;
use super::super::field::Field;
use super::super::{FileFault, Wrong};
use super::{field, key, reference};
use crate::claim::vocabulary::ValueKind;
use crate::import::record::{ClaimDraft, ClaimPropertyDraft, EstimateDraft, SourceDraft, ValueDraft};
use crate::import::row::Rows;
use crate::source::vocabulary::SourceKind;

/// The external id of the source that makes the claims: the dataset itself.
const UCDP: &str = "ucdp";

/// The columns of deaths by whose they were, with the property of their claims and its label.
const SHARES: [(&str, &str, &str); 4] = [
    ("deaths_a", "fatalities_side_a", "People killed on side A"),
    ("deaths_b", "fatalities_side_b", "People killed on side B"),
    ("deaths_civilians", "fatalities_civilians", "Civilians killed"),
    ("deaths_unknown", "fatalities_unknown", "People killed whose side is not known"),
];

/// The columns that say how many died.
pub struct DeathColumns {
    low: Field,
    best: Field,
    high: Field,
    shares: [Field; 4],
    speaker: Field,
}

/// How many died.
#[derive(Debug)]
pub struct Deaths<'c> {
    columns: &'c DeathColumns,
    total: EstimateDraft,
    shares: [Option<i32>; 4],
}

impl std::fmt::Debug for DeathColumns {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DeathColumns")
    }
}

impl DeathColumns {
    /// Finds the columns.
    pub fn new(header: &Columns) -> Result<Self, FileFault> {
        let best = field(header, &["best", "best_est"]);
        Ok(Self {
            low: field(header, &["low", "low_est"]),
            best: Field { column: header.required(best.name)?, ..best },
            high: field(header, &["high", "high_est"]),
            shares: SHARES.map(|(column, ..)| field(header, &[column])),
            speaker: field(header, &["source_original"]),
        })
    }

    /// Reads the numbers of a line.
    pub fn read(&self, record: &StringRecord) -> Result<Deaths<'_>, Wrong> {
        let total = EstimateDraft {
            best: self.best.count(record)?,
            low: self.low.count(record)?,
            high: self.high.count(record)?,
        };
        let mut shares = [None; 4];
        for (share, column) in shares.iter_mut().zip(&self.shares) {
            *share = column.count(record)?;
        }
        Ok(Deaths { columns: self, total, shares })
    }
}

impl Deaths<'_> {
    /// The estimate, as the file gives it; none when it gives none.
    pub fn estimate(&self) -> Option<EstimateDraft> {
        let EstimateDraft { best, low, high } = self.total;
        (best.or(low).or(high).is_some()).then_some(self.total)
    }

    /// Enters the numbers as claims of the dataset.
    pub fn claim(&self, event: &str, record: &StringRecord, rows: &mut Rows) -> Result<(), Wrong> {
        let Some(total) = self.estimate() else { return Ok(()) };
        rows.mention(&SourceDraft {
            homepage: Some("https://ucdp.uu.se".to_owned()),
            ..SourceDraft::new(key(UCDP), "Uppsala Conflict Data Program".to_owned(), SourceKind::Dataset)
        })?;
        let speaker = self
            .columns
            .speaker
            .text(record)
            .map(|speaker| format!("By UCDP's reading, according to: {speaker}."));
        let (value, remark) = value(total);
        let note = match (&speaker, remark) {
            (Some(speaker), Some(remark)) => Some(format!("{speaker} {remark}")),
            (speaker, remark) => speaker.clone().or(remark),
        };
        rows.state(&claim(event, "fatalities", "fatalities", value, note))?;
        for ((column, property, label), share) in SHARES.into_iter().zip(self.shares) {
            let Some(share) = share.filter(|share| *share > 0) else { continue };
            rows.mention(&ClaimPropertyDraft::new(
                key(property),
                property.to_owned(),
                label.to_owned(),
                ValueKind::Number,
                true,
            ))?;
            let value = ValueDraft { number: Some(share.into()), ..ValueDraft::default() };
            rows.state(&claim(event, column, property, value, speaker.clone()))?;
        }
        Ok(())
    }
}

/// The value of the claim, and what it cannot say: in some lines the low estimate is above the best,
/// or the high one below, and a claim's numbers stand in order.
fn value(total: EstimateDraft) -> (ValueDraft, Option<String>) {
    let EstimateDraft { best, low, high } = total;
    let number = |number: Option<i32>| number.map(f64::from);
    let is_ordered = [low, best, high].into_iter().flatten().is_sorted();
    if is_ordered {
        let value = ValueDraft {
            number: number(best),
            low: number(low),
            high: number(high),
            ..ValueDraft::default()
        };
        return (value, None);
    }
    let bounds = [("low", low), ("high", high)]
        .into_iter()
        .filter_map(|(name, bound)| Some(format!("{name} {}", bound?)));
    let remark =
        format!("UCDP's other estimates do not enclose this one: {}.", bounds.collect::<Vec<_>>().join(", "));
    (ValueDraft { number: number(best.or(low)), ..ValueDraft::default() }, Some(remark))
}

fn claim(event: &str, column: &str, property: &str, value: ValueDraft, note: Option<String>) -> ClaimDraft {
    ClaimDraft {
        source: Some(reference(UCDP)),
        note,
        ..ClaimDraft::new(key(format!("{event}#{column}")), reference(event), property.to_owned(), value)
    }
}
