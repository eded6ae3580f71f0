//! Remarks about what was forwarded.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something unusual about a line or about events that were forwarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The line is longer than 128 KiB, which mParticle documents as the most a batch may have (LIM-1).
    Oversize,
    /// The window closed before its time because the next batch would have made the line longer than 128 KiB (BAT-1).
    ClosedBySize,
    /// The window closed before its time because all open windows together took too much memory.
    ClosedByPressure,
    /// The line is one of several of its session, which is longer than 128 KiB (U-22).
    SessionSplit,
    /// The session never ended and was released (U-10).
    SessionReleased,
    /// A timestamp that is no 64-bit integer: it counts as absent.
    TimestampUnreadable,
    /// A timestamp before 1970.
    TimestampNegative,
    /// A timestamp before 1973, as seconds give it that are taken for milliseconds.
    TimestampInSeconds,
    /// A timestamp more than a day after receipt.
    TimestampInFuture,
}

impl Flag {
    /// The flag for a person.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Oversize => "longer than 128 KiB, forwarded as they are",
            Self::ClosedBySize => "closed before their time at 128 KiB",
            Self::ClosedByPressure => "closed before their time for want of memory: raise `engine.buffer_bytes`",
            Self::SessionSplit => "parts of sessions longer than 128 KiB",
            Self::SessionReleased => "of sessions that never ended",
            Self::TimestampUnreadable => "with a timestamp that is no integer",
            Self::TimestampNegative => "with a timestamp before 1970",
            Self::TimestampInSeconds => "with a timestamp in seconds, it seems, instead of milliseconds",
            Self::TimestampInFuture => "with a timestamp more than a day ahead",
        }
    }

    /// Whether it is about a line, else about events and batches.
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
