//! Weekly schedules in the notation of OSM's `opening_hours`, read in the time zone of a place.

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use opening_hours::{DateTimeRange, OpeningHours, RuleKind};

use super::vocabulary::ThreeValued;

/// When in the week a row applies.
#[derive(Clone, Debug)]
pub enum Weekly {
    /// At all times.
    Always,
    /// At the times of a schedule.
    At(Box<Schedule>),
    /// Nobody can tell: its schedule or its time zone cannot be read.
    Unreadable,
}

/// A schedule on the clocks of a place.
#[derive(Clone, Debug)]
pub struct Schedule {
    hours: OpeningHours,
    zone: Tz,
}

/// Says why a text is no schedule; none when it is one.
#[must_use]
pub fn fault(text: &str) -> Option<String> {
    let error = text.parse::<OpeningHours>().err()?.to_string();
    let reason: Vec<_> = error.split_whitespace().collect();
    // The parser repeats what it read, however long that is.
    let reason: String = reason.join(" ").chars().take(200).collect();
    Some(format!(
        "it is no schedule in the notation of opening_hours, such as \"Mo,We,Fr 08:00-17:00\": {reason}"
    ))
}

impl Weekly {
    /// Reads a row's schedule, if it has one, on the clocks of its place; without a zone in UTC.
    #[must_use]
    pub fn read(schedule: Option<&str>, zone: Option<&str>) -> Self {
        let Some(text) = schedule else { return Self::Always };
        match (text.parse::<OpeningHours>(), zone.map_or(Ok(Tz::UTC), str::parse)) {
            (Ok(hours), Ok(zone)) => Self::At(Box::new(Schedule { hours, zone })),
            _ => Self::Unreadable,
        }
    }

    /// Whether it applies at a moment.
    #[must_use]
    pub fn at(&self, moment: DateTime<Utc>) -> ThreeValued {
        match self {
            Self::Always => ThreeValued::Yes,
            Self::Unreadable => ThreeValued::Possibly,
            Self::At(schedule) => schedule.at(moment),
        }
    }

    /// Whether it has applied at any time from one moment until another.
    #[must_use]
    pub fn has_applied(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        self.at(from).is_possible()
            || self.changes(from, until, 1).iter().any(|change| self.at(*change).is_possible())
    }

    /// The moments within `[from, to)` at which that may change, no more than `limit` and one.
    #[must_use]
    pub fn changes(&self, from: DateTime<Utc>, to: DateTime<Utc>, limit: usize) -> Vec<DateTime<Utc>> {
        match self {
            Self::At(schedule) => schedule.changes(from, to, limit),
            Self::Always | Self::Unreadable => Vec::new(),
        }
    }
}

impl Schedule {
    fn at(&self, moment: DateTime<Utc>) -> ThreeValued {
        match self.hours.state(self.clock(moment)).0 {
            RuleKind::Open => ThreeValued::Yes,
            RuleKind::Closed => ThreeValued::No,
            RuleKind::Unknown => ThreeValued::Possibly,
        }
    }

    fn changes(&self, from: DateTime<Utc>, to: DateTime<Utc>, limit: usize) -> Vec<DateTime<Utc>> {
        let day = TimeDelta::days(1);
        let hours = self.hours.iter_range(self.clock(from) - day, self.clock(to) + day);
        let on_clocks = hours
            .flat_map(|DateTimeRange { range, .. }| [range.start, range.end])
            .flat_map(|clock| self.moments(clock));
        // A clock that is set forward or back changes what applies without showing a boundary.
        on_clocks
            .chain(self.settings_of_clocks(from, to))
            .filter(|moment| (from..to).contains(moment))
            .take(limit.saturating_add(1))
            .collect()
    }

    /// What the clocks of the place show.
    fn clock(&self, moment: DateTime<Utc>) -> NaiveDateTime {
        moment.with_timezone(&self.zone).naive_local()
    }

    /// The moments at which the clocks show this: two when they are set back, none in a gap.
    fn moments(&self, clock: NaiveDateTime) -> Vec<DateTime<Utc>> {
        let found = self.zone.from_local_datetime(&clock);
        let mut moments: Vec<_> =
            [found.earliest(), found.latest()].into_iter().flatten().map(|moment| moment.to_utc()).collect();
        moments.dedup();
        moments
    }

    /// The moments at which the clocks of the place are set forward or back.
    fn settings_of_clocks(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let offset = |second: i64| {
            DateTime::from_timestamp(second, 0)
                .map(|moment| self.zone.offset_from_utc_datetime(&moment.naive_utc()).fix())
        };
        let (mut before, last) = (from.timestamp() - 1, to.timestamp());
        let mut settings = Vec::new();
        while before < last {
            let after = (before + WEEK).min(last);
            if offset(before) != offset(after) {
                let (mut early, mut late) = (before, after);
                while late - early > 1 {
                    let middle = early.midpoint(late);
                    *if offset(middle) == offset(before) { &mut early } else { &mut late } = middle;
                }
                settings.extend(DateTime::from_timestamp(late, 0));
            }
            before = after;
        }
        settings
    }
}

/// In seconds. Clocks are not set twice within one.
const WEEK: i64 = 7 * 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn a_schedule_has_applied_only_after_its_first_time() {
        let weekly = Weekly::read(Some("Su 02:00-03:00"), Some("UTC"));
        // A Saturday, and the Sunday after it.
        let start = moment("2025-03-01T00:00:00Z");
        assert!(!weekly.has_applied(start, moment("2025-03-01T10:00:00Z")));
        assert!(weekly.has_applied(start, moment("2025-03-02T10:00:00Z")));
        assert!(weekly.has_applied(moment("2025-03-02T02:30:00Z"), moment("2025-03-02T03:00:00Z")));
    }

    #[test]
    fn a_schedule_is_read_on_the_clocks_of_its_place() {
        let weekly = Weekly::read(Some("Mo,We,Fr 08:00-17:00"), Some("Asia/Karachi"));
        // Wednesday 15 April 2020, at +05:00.
        assert_eq!(weekly.at(moment("2020-04-15T02:59:59Z")), ThreeValued::No);
        assert_eq!(weekly.at(moment("2020-04-15T03:00:00Z")), ThreeValued::Yes);
        assert_eq!(weekly.at(moment("2020-04-15T12:00:00Z")), ThreeValued::No);
        assert_eq!(weekly.at(moment("2020-04-16T06:00:00Z")), ThreeValued::No);
        let changes = weekly.changes(moment("2020-04-15T00:00:00Z"), moment("2020-04-18T00:00:00Z"), 100);
        let expected =
            ["2020-04-15T03:00:00Z", "2020-04-15T12:00:00Z", "2020-04-17T03:00:00Z", "2020-04-17T12:00:00Z"];
        for change in expected {
            assert!(changes.contains(&moment(change)), "{change} of {changes:?}");
        }
    }

    #[test]
    fn clocks_that_are_set_back_show_an_hour_twice() {
        let weekly = Weekly::read(Some("02:30-03:00"), Some("Europe/Berlin"));
        for twice in ["2025-10-26T00:45:00Z", "2025-10-26T01:45:00Z"] {
            assert_eq!(weekly.at(moment(twice)), ThreeValued::Yes);
        }
        let changes = weekly.changes(moment("2025-10-26T00:00:00Z"), moment("2025-10-26T03:00:00Z"), 100);
        for change in
            ["2025-10-26T00:30:00Z", "2025-10-26T01:00:00Z", "2025-10-26T01:30:00Z", "2025-10-26T02:00:00Z"]
        {
            assert!(changes.contains(&moment(change)), "{change} of {changes:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_possible_and_never_breaks() {
        for (schedule, zone) in [("whenever", None), ("Mo-Fr", Some("Mars/Olympus")), ("", None)] {
            let weekly = Weekly::read(Some(schedule), zone);
            if let Weekly::At(_) = weekly {
                panic!("{schedule} was read");
            }
            assert_eq!(weekly.at(moment("2025-10-26T00:00:00Z")), ThreeValued::Possibly);
        }
        assert!(fault("Mo-Fr 25:99").is_some());
        assert_eq!(fault("Sa"), None);
    }
}
