//! Finds implausible timestamps. They are forwarded unchanged and flagged.

use super::received::{Kept, Timestamp};
use crate::forward::ledger::{Flag, Indices};

/// 1973-03-03 in milliseconds, or the year 5138 in seconds.
const LEAST: i64 = 100_000_000_000;

/// A day in milliseconds: a device's clock can be in another time zone, but not further ahead.
const DAY: i64 = 86_400_000;

/// The anomaly of a timestamp that was received at `received_at`, in milliseconds since 1970.
fn timestamp_anomaly(timestamp: Option<Timestamp>, received_at: i64) -> Option<Flag> {
    match timestamp? {
        None => Some(Flag::TimestampUnreadable),
        Some(..0) => Some(Flag::TimestampNegative),
        Some(0..LEAST) => Some(Flag::TimestampInSeconds),
        Some(timestamp) if timestamp.saturating_sub(received_at) > DAY => Some(Flag::TimestampInFuture),
        Some(_) => None,
    }
}

/// The anomalies of the timestamps of a batch (no indices) and of its events.
pub(crate) fn timestamp_anomalies(
    batch: Option<Timestamp>,
    events: &Kept<'_>,
    received_at: i64,
) -> Vec<(Flag, Indices)> {
    let mut timestamp_anomalies: Vec<(Flag, Indices)> =
        timestamp_anomaly(batch, received_at).into_iter().map(|flag| (flag, Indices::default())).collect();
    let batches = timestamp_anomalies.len();
    for event in events.iter() {
        let Some(flag) = timestamp_anomaly(event.timestamp(), received_at) else { continue };
        match timestamp_anomalies[batches..].iter_mut().find(|(known, _)| *known == flag) {
            Some((_, events)) => events.push(event.index),
            None => timestamp_anomalies.push((flag, Indices::from_iter([event.index]))),
        }
    }
    timestamp_anomalies
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forward::record::Received;

    #[test]
    fn each_anomaly_has_its_flag() {
        let now = 1_700_000_000_000;
        let doubt_of = |value: &str| {
            let text = format!(r#"{{"timestamp_unixtime_ms":{value}}}"#);
            timestamp_anomaly(Received::of(&text, |received| received.timestamp), now)
        };
        assert_eq!(doubt_of("1699999999999"), None);
        assert_eq!(doubt_of("\"1700086400000\""), None);
        assert_eq!(doubt_of("null"), None);
        assert_eq!(doubt_of("1700086400001"), Some(Flag::TimestampInFuture));
        assert_eq!(doubt_of("9223372036854775807"), Some(Flag::TimestampInFuture));
        assert_eq!(doubt_of("1700000000"), Some(Flag::TimestampInSeconds));
        assert_eq!(doubt_of("0"), Some(Flag::TimestampInSeconds));
        assert_eq!(doubt_of("-1"), Some(Flag::TimestampNegative));
        assert_eq!(doubt_of("\"soon\""), Some(Flag::TimestampUnreadable));
        assert_eq!(doubt_of("1.5"), Some(Flag::TimestampUnreadable));
    }
}
