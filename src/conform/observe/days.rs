//! Days and hours in which files were forwarded, from the times in their names.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The largest number of days, more than thirty years.
const DAYS: usize = 12_000;

/// The largest number of listed gaps.
const SHOWN: usize = 10;

/// The hours of each day in which files were forwarded, in UTC.
#[derive(Debug, Default)]
pub struct Days {
    /// One bit for each hour with a file.
    hours: BTreeMap<Date, u32>,
}

impl Days {
    /// Adds a file that was forwarded at this time.
    pub fn add(&mut self, forwarded_at: Timestamp) {
        let at = TimeZone::UTC.to_datetime(forwarded_at);
        if self.hours.len() < DAYS || self.hours.contains_key(&at.date()) {
            *self.hours.entry(at.date()).or_default() |= 1 << at.hour();
        }
    }

    fn first(&self) -> Option<Date> {
        self.hours.keys().next().copied()
    }

    fn last(&self) -> Option<Date> {
        self.hours.keys().next_back().copied()
    }

    /// The number of days with a file.
    pub fn count(&self) -> u64 {
        self.hours.len() as u64
    }

    /// Days without a file between the first and the last day: their number, and the first of them.
    pub fn missing_days(&self) -> (u64, Vec<Date>) {
        let (mut count, mut shown) = (0, Vec::new());
        for (day, next) in self.hours.keys().zip(self.hours.keys().skip(1)) {
            let mut missing = day.tomorrow().ok().filter(|missing| missing < next);
            count += next.since(*day).map_or(0, |span| span.get_days().unsigned_abs().saturating_sub(1).into());
            while let Some(date) = missing.filter(|_| shown.len() < SHOWN) {
                shown.push(date);
                missing = date.checked_add(1.day()).ok().filter(|missing| missing < next);
            }
        }
        (count, shown)
    }

    /// Hours without a file on days that have one, between the first and the last file: their number, and the first of
    /// them.
    pub fn missing_hours(&self) -> (u64, Vec<String>) {
        let (first, last) = (self.first(), self.last());
        let (mut count, mut shown) = (0, Vec::new());
        for (day, hours) in &self.hours {
            let begin = if Some(*day) == first { hours.trailing_zeros() } else { 0 };
            let end = if Some(*day) == last { 32 - hours.leading_zeros() } else { 24 };
            for hour in (begin..end).filter(|hour| hours & (1 << hour) == 0) {
                count += 1;
                if shown.len() < SHOWN {
                    shown.push(format!("{day} {hour:02}h"));
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
        let mut days = Days::default();
        for time in ["2026-03-01T22:10:00Z", "2026-03-02T01:00:00Z", "2026-03-05T00:59:00Z", "2026-03-05T02:00:00Z"] {
            days.add(time.parse().unwrap());
        }
        assert_eq!(days.missing_days(), (2, vec!["2026-03-03".parse().unwrap(), "2026-03-04".parse().unwrap()]));
        let (count, shown) = days.missing_hours();
        assert_eq!(count, 1 + 23 + 1, "the evening of the first day, the rest of the second, one hour of the last");
        assert_eq!(shown[..2], ["2026-03-01 23h", "2026-03-02 00h"]);
        assert_eq!(days.count(), 3);
        assert_eq!(Days::default().missing_hours().0, 0);
    }
}
