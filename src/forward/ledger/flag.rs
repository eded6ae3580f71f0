//! Notes about unusual lines and events.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something unusual about a forwarded line or forwarded events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The line is longer than 128 KiB, the documented limit of a batch (LIM-1).
    Oversize,
    /// The window closed early because the next batch would have made the line longer than 128 KiB (BAT-1).
    ClosedBySize,
    /// The window closed early because all open windows together used too much memory.
    ClosedByPressure,
    /// The line is one of several lines of a session that is longer than 128 KiB (U-22).
    SessionSplit,
    /// The session did not end in time and was released (U-10).
    SessionReleased,
    /// A 64-bit integer that came with a fraction or an exponent, and is written as its exact digits (U-30).
    IntegerRespelled,
    /// A 64-bit integer past 2^53 that came with a fraction or an exponent: its digits may be a guess, so it stays as it came (U-30).
    DigitsLost,
    /// A number that is no 64-bit integer where one belongs: it stays as it came (U-30).
    IntegerUnreadable,
    /// The timestamp is not a 64-bit integer. It counts as missing.
    TimestampUnreadable,
    /// The timestamp is before 1970.
    TimestampNegative,
    /// The timestamp is before 1973. It is probably in seconds instead of milliseconds.
    TimestampInSeconds,
    /// The timestamp is more than a day after receipt.
    TimestampInFuture,
}

impl Flag {
    /// The flag in words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Oversize => "longer than 128 KiB, forwarded unchanged",
            Self::ClosedBySize => "closed early, because the next batch would have made the line longer than 128 KiB",
            Self::ClosedByPressure => {
                "closed early, because open windows used too much memory: raise `engine.buffer_bytes`"
            }
            Self::SessionSplit => "parts of sessions longer than 128 KiB",
            Self::SessionReleased => "of sessions that never ended",
            Self::IntegerRespelled => "with a 64-bit integer in another spelling, written as its digits",
            Self::DigitsLost => "with a 64-bit integer that came without its last digits",
            Self::IntegerUnreadable => "with a number that is no 64-bit integer where one belongs",
            Self::TimestampUnreadable => "with a timestamp that is no integer",
            Self::TimestampNegative => "with a timestamp before 1970",
            Self::TimestampInSeconds => "with a timestamp in seconds, it seems, instead of milliseconds",
            Self::TimestampInFuture => "with a timestamp more than a day ahead",
        }
    }

    /// Whether the flag concerns a line. Otherwise it concerns events and batches.
    pub fn is_of_line(self) -> bool {
        matches!(
            self,
            Self::Oversize | Self::ClosedBySize | Self::ClosedByPressure | Self::SessionSplit | Self::SessionReleased
        )
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
