//! The faults that the server can be told to have: each has a name, and strikes by a seed.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// A fault, as a client sees it.
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
    /// The object is stored, and the connection breaks before the answer.
    ResetAfter,
    /// The object is stored, and the answer takes more than a second.
    SlowAnswer,
    /// The object is stored, and no answer ever comes.
    NoAnswer,
    /// 200 whose body is an error; half of the objects are stored all the same.
    ErrorIn200,
    /// 412 for the very write that stored the object, as when something on the way sent it twice.
    OwnWriteRefused,
    /// The object is stored, the connection breaks, and a read of the object breaks off the first time.
    TruncatedRead,
    /// From the middle of the run on, 503 for good.
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

/// No fault has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no fault; there are {}", .0.escape_debug(), Fault::ALL.map(Fault::name).join(", "))]
pub struct UnknownFault(String);

impl Fault {
    /// All of them.
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

    /// Its name, for instance `reset-after`.
    pub fn name(self) -> &'static str {
        self.told().0
    }

    /// What happens, in a few words.
    pub fn sentence(self) -> &'static str {
        self.told().1
    }

    /// Whether it begins in the middle of a run and stays, so that a person has to mend it; the others pass.
    pub fn lasts(self) -> bool {
        matches!(
            self,
            Self::Outage | Self::ExpiredToken | Self::WrongRegion | Self::WrongSigningRegion | Self::SkewedClock
        )
    }

    /// Whether an object may be stored without its writer being told.
    pub fn loses_answers(self) -> bool {
        matches!(
            self,
            Self::ResetAfter | Self::NoAnswer | Self::ErrorIn200 | Self::OwnWriteRefused | Self::TruncatedRead
        )
    }

    fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::InternalError => ("internal-error", "500 InternalError, nothing stored"),
            Self::SlowDown => ("slow-down", "503 SlowDown, nothing stored"),
            Self::TooManyRequests => ("too-many-requests", "429, nothing stored"),
            Self::Conflict => ("conflict", "409 ConditionalRequestConflict, nothing stored"),
            Self::ResetBefore => ("reset-before", "the connection breaks before the object is stored"),
            Self::ResetAfter => ("reset-after", "the object is stored, the connection breaks before the answer"),
            Self::SlowAnswer => ("slow-answer", "the object is stored, the answer takes more than a second"),
            Self::NoAnswer => ("no-answer", "the object is stored, no answer comes before the deadline"),
            Self::ErrorIn200 => ("error-in-200", "200 whose body is an error, half of the objects stored"),
            Self::OwnWriteRefused => ("own-write-refused", "412 for the very write that stored the object"),
            Self::TruncatedRead => ("truncated-read", "as reset-after, and the first look at the object breaks off"),
            Self::Outage => ("outage", "503 for good from the middle of the run on"),
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

/// One bucket's trouble: a fault and whom it strikes.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) fault: Fault,
    seed: u64,
    victim: String,
    met: Mutex<Met>,
}

#[derive(Debug, Default)]
struct Met {
    /// Attempts at each key, by method.
    attempts: HashMap<(bool, String), u32>,
    let_through: u64,
    struck: u64,
}

/// So many attempts at one object are struck by a fault that passes, at most.
const MOST_IN_A_ROW: u32 = 3;

impl Trouble {
    /// `victim` is the access key id whose requests are struck; everybody else is left alone.
    pub(super) fn new(fault: Fault, seed: u64, victim: String) -> Self {
        Self { fault, seed, victim, met: Mutex::default() }
    }

    /// How many requests were struck so far.
    pub(super) fn struck(&self) -> u64 {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).struck
    }

    pub(super) fn is_victim(&self, authorization: &str) -> bool {
        authorization.contains(&format!("Credential={}/", self.victim))
    }

    /// Whether this attempt to put or get `key` is struck. What strikes depends on seed, key and attempt alone, and not on
    /// the order in which requests come; only the first key that comes is always struck, and a fault that lasts begins
    /// after a few objects.
    pub(super) fn strikes(&self, is_put: bool, key: &str) -> bool {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = met.attempts.is_empty();
        let attempts = met.attempts.entry((is_put, key.to_owned())).or_default();
        let attempt = *attempts;
        *attempts += 1;
        let strikes = if self.fault.lasts() {
            met.let_through > self.seed % 4
        } else if is_put {
            attempt < MOST_IN_A_ROW && (is_first || self.dice(key, attempt).is_multiple_of(2))
        } else {
            self.fault == Fault::TruncatedRead && attempt == 0
        };
        if strikes {
            met.struck += 1;
        } else {
            met.let_through += 1;
        }
        strikes
    }

    /// Whether an object whose answer is an error is stored all the same.
    pub(super) fn stores(&self, key: &str) -> bool {
        self.dice(key, u32::MAX).is_multiple_of(2)
    }

    fn dice(&self, key: &str, attempt: u32) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, key, attempt).hash(&mut hasher);
        hasher.finish()
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

    #[test]
    fn a_fault_that_passes_ends_and_one_that_lasts_does_not() {
        for seed in 0..20 {
            let passing = Trouble::new(Fault::SlowDown, seed, String::new());
            assert!(passing.strikes(true, "a"), "something is always struck");
            for _ in 1..MOST_IN_A_ROW {
                passing.strikes(true, "a");
            }
            assert!((MOST_IN_A_ROW..20).all(|_| !passing.strikes(true, "a")), "it passes");

            let lasting = Trouble::new(Fault::ExpiredToken, seed, String::new());
            let struck: Vec<bool> = (0..20).map(|key| lasting.strikes(true, &key.to_string())).collect();
            assert!(!struck[0] && struck[19] && struck.is_sorted());
        }
    }
}
