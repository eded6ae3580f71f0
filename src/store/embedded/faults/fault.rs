//! The faults of the built-in S3.

use std::str::FromStr;

/// A fault, as seen by a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// 500 InternalError; nothing is stored.
    InternalError,
    /// 503 SlowDown; nothing is stored.
    SlowDown,
    /// 429 without an S3 error code; nothing is stored.
    TooManyRequests,
    /// 409 ConditionalRequestConflict; nothing is stored.
    Conflict,
    /// The connection breaks before anything is stored.
    ResetBefore,
    /// The object is stored, but the connection breaks before the answer.
    ResetAfter,
    /// The object is stored, but the answer takes more than a second.
    SlowAnswer,
    /// The object is stored, but no answer is sent.
    NoAnswer,
    /// Status 200 with an error as the body; half of the objects are stored nevertheless.
    ErrorIn200,
    /// 412 for the write that stored the object, as when a proxy sends a request twice.
    OwnWriteRefused,
    /// The object is stored, the connection breaks, and the first read of the object is cut off.
    TruncatedRead,
    /// From the middle of the run on, 503.
    Outage,
    /// From the middle of the run on, 400 ExpiredToken.
    ExpiredToken,
    /// From the middle of the run on, 301 PermanentRedirect to another region.
    WrongRegion,
    /// From the middle of the run on, 400 AuthorizationHeaderMalformed: the request is signed for another region.
    WrongSigningRegion,
    /// From the middle of the run on, 403 RequestTimeTooSkewed.
    SkewedClock,
}

/// An unknown fault name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown fault `{}` (known: {})", .0.escape_debug(), Fault::ALL.map(Fault::name).join(", "))]
pub struct UnknownFault(String);

impl Fault {
    /// All faults.
    pub const ALL: [Self; 16] = [
        Self::InternalError,
        Self::SlowDown,
        Self::TooManyRequests,
        Self::Conflict,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::SlowAnswer,
        Self::NoAnswer,
        Self::ErrorIn200,
        Self::OwnWriteRefused,
        Self::TruncatedRead,
        Self::Outage,
        Self::ExpiredToken,
        Self::WrongRegion,
        Self::WrongSigningRegion,
        Self::SkewedClock,
    ];

    /// The fault's name, for instance `reset-after`.
    pub fn name(self) -> &'static str {
        self.name_and_sentence().0
    }

    /// The effect in a few words.
    pub fn sentence(self) -> &'static str {
        self.name_and_sentence().1
    }

    /// Whether the fault starts in the middle of a run and lasts until a person fixes it. Other faults end by
    /// themselves.
    pub fn lasts(self) -> bool {
        matches!(
            self,
            Self::Outage | Self::ExpiredToken | Self::WrongRegion | Self::WrongSigningRegion | Self::SkewedClock
        )
    }

    /// Whether an object can be stored although its writer receives no success.
    pub fn loses_answers(self) -> bool {
        matches!(
            self,
            Self::ResetAfter | Self::NoAnswer | Self::ErrorIn200 | Self::OwnWriteRefused | Self::TruncatedRead
        )
    }

    fn name_and_sentence(self) -> (&'static str, &'static str) {
        match self {
            Self::InternalError => ("internal-error", "500 InternalError, nothing stored"),
            Self::SlowDown => ("slow-down", "503 SlowDown, nothing stored"),
            Self::TooManyRequests => ("too-many-requests", "429, nothing stored"),
            Self::Conflict => ("conflict", "409 ConditionalRequestConflict, nothing stored"),
            Self::ResetBefore => ("reset-before", "the connection breaks before the object is stored"),
            Self::ResetAfter => ("reset-after", "the object is stored, the connection breaks before the answer"),
            Self::SlowAnswer => ("slow-answer", "the object is stored, the answer takes more than a second"),
            Self::NoAnswer => ("no-answer", "the object is stored, no answer comes before the deadline"),
            Self::ErrorIn200 => ("error-in-200", "200 with an error as the body, half of the objects stored"),
            Self::OwnWriteRefused => ("own-write-refused", "412 for the write that stored the object itself"),
            Self::TruncatedRead => ("truncated-read", "as reset-after, and the first read of the object is cut off"),
            Self::Outage => ("outage", "503 from the middle of the run on"),
            Self::ExpiredToken => ("expired-token", "400 ExpiredToken from the middle of the run on"),
            Self::WrongRegion => ("wrong-region", "301 PermanentRedirect from the middle of the run on"),
            Self::WrongSigningRegion => {
                ("wrong-signing-region", "400 AuthorizationHeaderMalformed from the middle of the run on")
            }
            Self::SkewedClock => ("skewed-clock", "403 RequestTimeTooSkewed from the middle of the run on"),
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        Self::ALL.into_iter().find(|fault| fault.name() == name).ok_or_else(|| UnknownFault(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse(), Ok(fault));
        }
        assert!("reset".parse::<Fault>().unwrap_err().to_string().contains("reset-before, reset-after"));
    }
}
