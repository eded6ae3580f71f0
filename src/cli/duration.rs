//! Durations on the command line.

use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::SignedDuration;

/// Parses a duration: `30s`, `20m`, `2h`; a number without a unit is in seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<u64>().ok().map(Duration::from_secs);
    let written = || text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    let duration =
        seconds.or_else(written).ok_or("write it as `30s`, `20m` or `2h`; a number without a unit is in seconds")?;
    match duration <= MOST {
        true => Ok(duration),
        false => Err("at most 30 days".to_owned()),
    }
}

/// The same, in whole seconds.
pub(crate) fn seconds(text: &str) -> Result<u64, String> {
    parse(text).map(|duration| duration.as_secs())
}

/// The same, within bounds in seconds.
pub(crate) fn seconds_within(text: &str, bounds: RangeInclusive<u64>) -> Result<u64, String> {
    let seconds = seconds(text)?;
    bounds.contains(&seconds).then_some(seconds).ok_or_else(|| format!("from {}s to {}s", bounds.start(), bounds.end()))
}

const MOST: Duration = Duration::from_secs(30 * 86_400);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_is_seconds() {
        let seconds = |text: &str| parse(text).map(|duration| duration.as_secs());
        assert_eq!(
            ["30", "30s", "20m", "2h", "1h30m", "0"].map(|text| seconds(text).unwrap()),
            [30, 30, 1_200, 7_200, 5_400, 0]
        );
        for wrong in ["", "x", "-5s", "31d", "1000h", "5 parsecs"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
