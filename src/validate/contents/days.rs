//! Counts by day and by hour of the day, in UTC.

use std::collections::BTreeMap;

/// The number of days that are counted apart, the latest ones; earlier ones are counted by the hour only.
const DAYS: usize = 8000;

const HOUR: i64 = 3_600_000;

/// Counts by day and by hour of the day. Memory is bounded.
#[derive(Debug, Clone, Default)]
pub struct Days {
    days: BTreeMap<i64, u64>,
    /// The day of the last count, which is often that of the next, and what was counted for it since.
    last: (i64, u64),
    hours: [u64; 24],
}

impl Days {
    /// Counts `count` things at a time in milliseconds since 1970-01-01 UTC.
    pub(super) fn add(&mut self, time: i64, count: u64) {
        let hours = time.div_euclid(HOUR);
        let day = hours.div_euclid(24);
        self.hours[hours.rem_euclid(24) as usize] += count;
        if day != self.last.0 {
            self.flush();
            self.last.0 = day;
        }
        self.last.1 += count;
    }

    /// Adds the counts of another one.
    pub(super) fn merge(&mut self, other: Self) {
        self.flush();
        for (day, count) in other.days() {
            self.put(day, count);
        }
        self.hours.iter_mut().zip(other.hours).for_each(|(own, more)| *own += more);
    }

    /// Each day since 1970-01-01 that has a count, in their order.
    pub fn days(&self) -> BTreeMap<i64, u64> {
        let mut all = self.clone();
        all.flush();
        all.days
    }

    /// The counts of the hours of the day.
    pub fn hours(&self) -> [u64; 24] {
        self.hours
    }

    fn flush(&mut self) {
        let (day, count) = self.last;
        self.put(day, count);
        self.last.1 = 0;
    }

    /// The counts of [`Self::days`] and [`Self::hours`].
    pub(in crate::validate) fn of(days: BTreeMap<i64, u64>, hours: [u64; 24]) -> Self {
        Self { days, hours, ..Self::default() }
    }

    fn put(&mut self, day: i64, count: u64) {
        if count > 0 {
            *self.days.entry(day).or_default() += count;
            if self.days.len() > DAYS {
                self.days.pop_first();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_hours_are_those_of_utc_and_parts_add_up() {
        let (mut one, mut other) = (Days::default(), Days::default());
        for time in [0, HOUR - 1, HOUR, -1, 25 * HOUR, 0] {
            one.add(time, 1);
            other.add(time, 10);
        }
        one.merge(other);
        assert_eq!(one.days(), BTreeMap::from([(-1, 11), (0, 44), (1, 11)]));
        assert_eq!((one.hours()[0], one.hours()[1], one.hours()[23]), (33, 22, 11));
        let days = DAYS as i64 + 1000;
        (0..days).rev().for_each(|day| one.add(day * 24 * HOUR, 1));
        assert_eq!((one.days().len(), one.days().keys().next().copied()), (DAYS, Some(1000)));
    }
}
