//! The time that the engine works with: the same time, seed and input give the same bytes.

use jiff::Timestamp;

/// A source of the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Whether time passes by itself, so that a file can become too old while nothing happens.
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

/// A clock that always gives the same time, for runs that must give the same bytes again.
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
