//! The clock of the engine. The same time, seed and input give the same bytes.

use jiff::Timestamp;

/// A clock.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;

    /// Whether time advances, so that a file can become too old while nothing happens.
    fn runs(&self) -> bool;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn runs(&self) -> bool {
        true
    }
}

/// A clock that always returns the same time, for runs that must give the same bytes.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn runs(&self) -> bool {
        false
    }
}
