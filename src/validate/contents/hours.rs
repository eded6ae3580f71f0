//! Days and hours in which files were forwarded, from the times in their names, in UTC.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The number of days that are known, the latest ones: more than twenty years.
const DAYS: usize = 8_000;

/// The largest number of listed gaps.
const SHOWN: usize = 10;

/// The hours of each day in which files were forwarded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::validate) struct Hours {
    /// One bit for each hour with a file, by the number of the day since 1970-01-01.
    pub(in crate::validate) days: BTreeMap<i64, u32>,
}

/// The number of a day since 1970-01-01.
pub(in crate::validate) fn day_of(date: Date) -> i64 {
    TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_or(0, |time| time.as_second().div_euclid(86_400))
}

/// The day with this number.
pub(in crate::validate) fn date_of_day(day: i64) -> Option<Date> {
    let time = Timestamp::from_second(day.checked_mul(86_400)?).ok()?;
    Some(TimeZone::UTC.to_datetime(time).date())
}

impl Hours {
    /// Adds a file that was forwarded at this time.
    pub(in crate::validate) fn add(&mut self, forwarded_at: Timestamp) {
        let hours = forwarded_at.as_second().div_euclid(3_600);
        self.put(hours.div_euclid(24), 1 << hours.rem_euclid(24));
    }

    /// Adds hours of a day.
    pub(in crate::validate) fn put(&mut self, day: i64, hours: u32) {
        *self.days.entry(day).or_default() |= hours & 0xff_ffff;
        if self.days.len() > DAYS {
            self.days.pop_first();
        }
    }

    pub(in crate::validate) fn merge(&mut self, other: Self) {
        other.days.into_iter().for_each(|(day, hours)| self.put(day, hours));
    }

    /// Days without a file between the first and the last day: their number, and the first of them.
    pub(in crate::validate) fn missing_days(&self) -> (u64, Vec<String>) {
        let (mut count, mut shown) = (0, Vec::new());
        for (day, next) in self.days.keys().zip(self.days.keys().skip(1)) {
            count += next.saturating_sub(*day).saturating_sub(1).unsigned_abs();
            let missing = (day + 1..*next).take(SHOWN - shown.len()).filter_map(date_of_day);
            shown.extend(missing.map(|date| date.to_string()));
        }
        (count, shown)
    }

    /// Hours without a file on days that have one, between the first and the last file: their number, and the first of
    /// them.
    pub(in crate::validate) fn missing_hours(&self) -> (u64, Vec<String>) {
        let (first, last) = (self.days.keys().next(), self.days.keys().next_back());
        let (mut count, mut shown) = (0, Vec::new());
        for (day, hours) in &self.days {
            let begin = if Some(day) == first { hours.trailing_zeros() } else { 0 };
            let end = if Some(day) == last { 32 - hours.leading_zeros() } else { 24 };
            for hour in (begin..end).filter(|hour| hours & (1 << hour) == 0) {
                count += 1;
                if shown.len() < SHOWN {
                    shown.extend(date_of_day(*day).map(|date| format!("{date} {hour:02}h")));
                }
            }
        }
        (count, shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_lies_between_files() {
        let mut days = Hours::default();
        for time in ["2026-03-01T22:10:00Z", "2026-03-02T01:00:00Z", "2026-03-05T00:59:00Z", "2026-03-05T02:00:00Z"] {
            days.add(time.parse().unwrap());
        }
        assert_eq!(days.missing_days(), (2, vec!["2026-03-03".to_owned(), "2026-03-04".to_owned()]));
        let (count, shown) = days.missing_hours();
        assert_eq!(count, 1 + 23 + 1, "the evening of the first day, the rest of the second, one hour of the last");
        assert_eq!(shown[..2], ["2026-03-01 23h", "2026-03-02 00h"]);
        assert_eq!((days.days.len(), Hours::default().missing_hours().0), (3, 0));
        assert_eq!(date_of_day(day_of("2026-03-01".parse().unwrap())).unwrap().to_string(), "2026-03-01");
    }
}
