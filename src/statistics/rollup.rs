//! Statistics read from sums that the database keeps by month, kind, dataset and country.
//!
//! What the sums cannot answer exactly is left to be counted live: both ways give the same numbers.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use sea_orm::Iterable;
use sea_orm::sea_query::Expr;
use uuid::Uuid;

use super::question::Question;
use super::vocabulary::StatisticsDimension;
use crate::event::query::{EventCriterion, EventFilter};
use crate::event::vocabulary::EventKind;
use crate::extent::query::During;
use crate::filter::{Filter, RecordCriterion};
use crate::graphql::RecordRef;

/// The conditions of a filter that the sums know about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    kinds: Option<Vec<String>>,
    datasets: Option<Vec<String>>,
    during: Option<During>,
    /// Events at a place in this country.
    country: Option<String>,
    /// Events within this place, which the sums know when it is a country.
    pub within: Option<RecordRef>,
}

impl Known {
    /// The filter in the terms of the sums; none when it asks for anything that these do not know.
    fn of(filter: &EventFilter) -> Option<Self> {
        let mut known = Self::default();
        for conjunct in filter.conjuncts() {
            let Filter::Is(criterion) = conjunct else { return None };
            match criterion {
                EventCriterion::Kind(words) => known.kinds = Some(known.of_kinds(words)),
                EventCriterion::Record(RecordCriterion::Dataset(slugs)) => {
                    once(&mut known.datasets, slugs.clone())?;
                }
                EventCriterion::During(during) => once(&mut known.during, *during)?,
                EventCriterion::Within(place) => once(&mut known.within, place.clone())?,
                // In several, what happens at a border would count twice.
                EventCriterion::Country(codes) => {
                    let [one] = codes.as_slice() else { return None };
                    once(&mut known.country, one.clone())?;
                }
                _ => return None,
            }
        }
        Some(known)
    }

    /// The kinds among these that were not left out before.
    fn of_kinds(&self, words: &[String]) -> Vec<String> {
        let left = |word: &&String| self.kinds.as_ref().is_none_or(|kinds| kinds.contains(word));
        words.iter().filter(left).cloned().collect()
    }
}

/// Sets what was not set yet; what is asked twice is left to be counted.
fn once<T>(condition: &mut Option<T>, asked: T) -> Option<()> {
    condition.replace(asked).is_none().then_some(())
}

/// Whether the sums can answer a question, and what they know of its filter.
pub fn known(question: &Question) -> Option<Known> {
    use StatisticsDimension as D;
    let sums_have = |dimension: &D| {
        matches!(dimension, D::Month | D::Quarter | D::Year | D::Kind | D::Category | D::Dataset | D::Country)
    };
    if question.with_reports || !question.group_by.iter().all(sums_have) {
        return None;
    }
    let known = Known::of(&question.filter)?;
    let is_of_months = known.during.is_none_or(|during| {
        !during.certain && [during.from, during.to].into_iter().flatten().all(begins_a_month)
    });
    let places = [known.country.is_some(), known.within.is_some(), question.group_by.contains(&D::Country)];
    let is_of_countries = match places.into_iter().filter(|place| *place).count() {
        0 => false,
        1 => true,
        // Which of the events of one place lie in another is in no sum.
        _ => return None,
    };
    // The sums of countries are by month and kind alone, or there would be nearly as many as events.
    (is_of_months && !(is_of_countries && asks_for_more(question, &known))).then_some(known)
}

/// Whether the question asks for more than sums by month and kind know.
fn asks_for_more(question: &Question, known: &Known) -> bool {
    known.during.is_some()
        || known.datasets.is_some()
        || question.group_by.contains(&StatisticsDimension::Dataset)
}

fn begins_a_month(moment: DateTime<Utc>) -> bool {
    moment.day() == 1 && moment.time() == NaiveTime::MIN
}

/// The column of the sums for a dimension.
fn key(dimension: StatisticsDimension) -> &'static str {
    use StatisticsDimension as D;
    match dimension {
        // A month that nobody knows is none.
        D::Month => "case when isfinite(summed.month) then summed.month end",
        D::Quarter => {
            "case when isfinite(summed.month) then date_trunc('quarter', summed.month::timestamp)::date end"
        }
        D::Year => {
            "case when isfinite(summed.month) then date_trunc('year', summed.month::timestamp)::date end"
        }
        D::Category => "of_kind.category",
        D::Dataset => "summed.dataset_id",
        D::Country => "nullif(in_country.code, '-')",
        _ => "summed.kind",
    }
}

/// The statement that adds the sums up, as one value of JSON: a list of buckets. `within` is the id
/// of the country that the filter names, where it names one.
pub fn statement(question: &Question, known: &Known, within: Option<Uuid>) -> Expr {
    let dimensions = || question.group_by.iter().copied();
    let keys: Vec<_> = dimensions().map(|d| format!("{} as {}", key(d), d.name())).collect();
    let by_country = question.group_by.contains(&StatisticsDimension::Country);
    let mut joins = Vec::new();
    if question.group_by.contains(&StatisticsDimension::Category) {
        joins.push("join unnest($2, $3) as of_kind (kind, category) on of_kind.kind = summed.kind");
    }
    if by_country {
        // The codes of countries, and the dash for none, without the ids of places.
        joins.push(
            "join country_set on country_set.id = summed.set_id \
             cross join lateral (select unnest(country_set.under) as code) in_country",
        );
    }
    let under = within.map(|id| id.to_string()).or_else(|| known.country.clone());
    let sets = match &under {
        None if by_country => "set_id > 0",
        None if asks_for_more(question, known) => "set_id = 0",
        None => "set_id = -1",
        Some(_) => "set_id = any(array(select id from country_set where $1 = any(under)))",
    };
    let mut chosen = vec![if by_country { "length(in_country.code) <= 2" } else { "true" }];
    if known.kinds.is_some() {
        chosen.push("summed.kind = any($4)");
    }
    if known.datasets.is_some() {
        chosen.push("summed.dataset_id in (select id from dataset where slug = any($5))");
    }
    let (from, to) = known.during.map_or((None, None), |during| (during.from, during.to));
    if to.is_some() {
        chosen.push("summed.month < $7");
    }
    if from.is_some() {
        chosen.push("(summed.until > $6 or summed.month >= $6)");
    }
    let text = include_str!("rollup.sql")
        .replace("{keys}", &keys.join(", "))
        .replace("{joins}", &joins.join(" "))
        .replace("{names}", &question.names())
        .replace("{sets}", sets)
        .replace("{chosen}", &chosen.join(" and "));
    let day = |moment: Option<DateTime<Utc>>| Expr::val(moment.map_or(NaiveDate::MAX, |at| at.date_naive()));
    let (kinds, categories): (Vec<_>, Vec<_>) =
        EventKind::iter().map(|kind| (kind.word(), kind.category().word())).unzip();
    Expr::cust_with_exprs(
        text,
        [
            Expr::val(under.unwrap_or_default()),
            Expr::val(kinds),
            Expr::val(categories),
            Expr::val(known.kinds.clone().unwrap_or_default()),
            Expr::val(known.datasets.clone().unwrap_or_default()),
            day(from),
            day(to),
        ],
    )
}
