//! The value of the option `--clock`.

use jiff::Timestamp;

/// Reads an RFC 3339 time.
pub(crate) fn parse(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| {
        "write it as RFC 3339, such as `2026-03-01T00:00:02Z`, no later than 9999-12-30T22:00:00Z".to_owned()
    })
}
