//! Counts the sizes of files and the delays of events for the histograms of a report.

use serde::Deserialize;
use serde_json::Value;

use crate::conform::bucket::{Object, lines};
use crate::report::Histogram;

/// The counts over all cases.
pub(super) struct Spread {
    pub(super) sizes: Histogram,
    pub(super) lateness: Histogram,
}

/// The times of a line. A line with another structure has none.
#[derive(Deserialize)]
struct Batch {
    timestamp_unixtime_ms: Option<Value>,
    events: Option<Vec<Event>>,
}

#[derive(Deserialize)]
struct Event {
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    timestamp_unixtime_ms: Option<Value>,
}

impl Default for Spread {
    fn default() -> Self {
        Self { sizes: Histogram::of_sizes(), lateness: Histogram::of_lateness() }
    }
}

impl Spread {
    /// Adds the counts of another case.
    pub(super) fn merge(&mut self, other: &Self) {
        self.sizes.merge(&other.sizes);
        self.lateness.merge(&other.lateness);
    }

    /// Counts the objects, and the events that have a time and whose batch has one.
    pub(super) fn add(&mut self, objects: &[Object]) {
        for object in objects {
            self.sizes.add(i64::try_from(object.size).unwrap_or(i64::MAX));
            let Ok(text) = &object.text else { continue };
            for batch in lines(text).filter_map(|line| serde_json::from_slice::<Batch>(line).ok()) {
                let Some(received) = milliseconds(batch.timestamp_unixtime_ms) else { continue };
                let data = batch.events.into_iter().flatten().filter_map(|event| event.data);
                for happened in data.filter_map(|data| milliseconds(data.timestamp_unixtime_ms)) {
                    self.lateness.add(received.saturating_sub(happened));
                }
            }
        }
    }
}

/// A time in a number or a string (DTO-3).
fn milliseconds(value: Option<Value>) -> Option<i64> {
    let value = value?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ndjson::Compression;

    #[test]
    fn times_are_counted_in_either_spelling_and_what_has_none_is_not() {
        let text =
            br#"{"timestamp_unixtime_ms":"5000","events":[{"data":{"timestamp_unixtime_ms":4000}},{"data":{}},{}]}
{"timestamp_unixtime_ms":5000,"events":[{"data":{"timestamp_unixtime_ms":"6000"}}]}
{"events":[{"data":{"timestamp_unixtime_ms":1}}]}
{"timestamp_unixtime_ms":1}
[]
"#;
        let object =
            |text| Object { key: "a".to_owned(), size: 2_000, compression: Compression::Plain, headers: None, text };
        let mut spread = Spread::default();
        spread.add(&[object(Ok(text.to_vec())), object(Err("damaged".to_owned()))]);
        let counts = |histogram: &Histogram| histogram.bars.iter().map(|bar| bar.count).collect::<Vec<_>>();
        assert_eq!(counts(&spread.lateness)[..3], [1, 1, 0], "one a second after its batch, one a second before");
        assert_eq!(spread.lateness.total(), 2);
        assert_eq!(counts(&spread.sizes)[..3], [0, 2, 0]);
    }
}
