//! Counts of values in fixed ranges.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Counts of values in fixed ranges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Histogram {
    /// The unit of the values.
    pub unit: Unit,
    /// The ranges, in ascending order.
    pub bars: Vec<Bar>,
}

/// The unit of a histogram's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Milliseconds.
    Milliseconds,
}

/// One range and its count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bar {
    /// The upper end of the range, inclusive; absent for the last range, which has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<i64>,
    /// The number of values in the range.
    pub count: u64,
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

const LATENESS: [i64; 10] = [0, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY];
const SIZES: [i64; 9] = [1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 8 << 20, 64 << 20, 512 << 20];

impl Histogram {
    /// An empty histogram of delays. Negative delays have a range of their own.
    pub fn of_lateness() -> Self {
        Self::new(Unit::Milliseconds, &LATENESS)
    }

    /// An empty histogram of object sizes.
    pub fn of_sizes() -> Self {
        Self::new(Unit::Bytes, &SIZES)
    }

    fn new(unit: Unit, bounds: &[i64]) -> Self {
        let ends = bounds.iter().copied().map(Some).chain([None]);
        Self { unit, bars: ends.map(|up_to| Bar { up_to, count: 0 }).collect() }
    }

    /// Counts a value.
    pub fn add(&mut self, value: i64) {
        if let Some(bar) = self.bars.iter_mut().find(|bar| bar.up_to.is_none_or(|end| value <= end)) {
            bar.count += 1;
        }
    }

    /// Adds the counts of a histogram with the same ranges.
    pub fn merge(&mut self, other: &Self) {
        self.bars.iter_mut().zip(&other.bars).for_each(|(own, more)| own.count += more.count);
    }

    /// The number of all values.
    pub fn total(&self) -> u64 {
        self.bars.iter().fold(0, |total, bar| total.saturating_add(bar.count))
    }

    /// The labels of the ranges, in order.
    pub fn labels(&self) -> impl Iterator<Item = String> {
        let last = self.bars.iter().rev().find_map(|bar| bar.up_to);
        self.bars.iter().map(move |bar| match (bar.up_to, last) {
            (Some(end), _) => format!("≤ {}", self.unit.shown(end)),
            (None, Some(last)) => format!("> {}", self.unit.shown(last)),
            (None, None) => "any".to_owned(),
        })
    }
}

impl Unit {
    fn shown(self, value: i64) -> String {
        let steps: &[(i64, &str)] = match self {
            Self::Bytes => &[(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B")],
            Self::Milliseconds => &[(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"), (1, "ms")],
        };
        match steps.iter().find(|(step, _)| value >= *step && value % step == 0) {
            Some((step, name)) => format!("{} {name}", value / step),
            None => value.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_the_range_that_it_ends() {
        let mut lateness = Histogram::of_lateness();
        for value in [i64::MIN, 0, 1, 1_000, 1_001, i64::MAX] {
            lateness.add(value);
        }
        let counts: Vec<u64> = lateness.bars.iter().map(|bar| bar.count).collect();
        assert_eq!(counts, [2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(lateness.total(), 6);
        let labels: Vec<String> = lateness.labels().collect();
        assert_eq!(labels[..3], ["≤ 0", "≤ 1 s", "≤ 10 s"]);
        assert_eq!(labels[10], "> 30 d");
        assert_eq!(Histogram::of_sizes().labels().next().as_deref(), Some("≤ 1 KiB"));
    }
}
