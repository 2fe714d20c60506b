//! Extents of whole days, made without writing EDTF and reading it again.

use chrono::NaiveDate;

use super::calendar::first_moment;
use super::{Bounds, LocalExtent, Moment};

impl LocalExtent {
    /// It began and ended on this day: EDTF `2016-01-02`.
    #[must_use]
    pub fn day(day: NaiveDate) -> Self {
        Self::of_days(between(day, day), between(day, day), day.to_string())
    }

    /// It lasted from the first day to the last: EDTF `2016-01-02/2016-01-05`.
    #[must_use]
    pub fn from_day_to_day(first: NaiveDate, last: NaiveDate) -> Self {
        Self::of_days(between(first, first), between(last, last), format!("{first}/{last}"))
    }

    /// It began and ended somewhere in these days, nobody knows where: EDTF `[2016-01-02..2016-01-05]`.
    #[must_use]
    pub fn within_days(first: NaiveDate, last: NaiveDate) -> Self {
        let any = between(first, last);
        Self::of_days(any, any, format!("[{first}..{last}]"))
    }

    fn of_days(start: Bounds<Moment>, end: Bounds<Moment>, edtf: String) -> Self {
        Self { start, end, ongoing: false, edtf: Some(edtf), text: None }
    }
}

/// From the first moment of one day to the last of another.
fn between(first: NaiveDate, last: NaiveDate) -> Bounds<Moment> {
    let midnight = |day| Moment::Local(first_moment(day));
    Bounds { earliest: Some(midnight(first)), latest: last.succ_opt().map(midnight) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> impl Strategy<Value = NaiveDate> {
        (2i32..=9998, 1u32..=366)
            .prop_filter_map("no such day", |(year, of_year)| NaiveDate::from_yo_opt(year, of_year))
    }

    proptest! {
        #[test]
        fn days_are_what_their_edtf_says(one in day(), other in day()) {
            let (first, last) = (one.min(other), one.max(other));
            let mut extents = vec![LocalExtent::day(first)];
            if first < last {
                extents.push(LocalExtent::from_day_to_day(first, last));
                extents.push(LocalExtent::within_days(first, last));
            }
            for extent in extents {
                let edtf = extent.edtf.clone().expect("it has one");
                prop_assert_eq!(edtf.parse::<LocalExtent>(), Ok(extent), "{}", edtf);
            }
        }
    }
}
