//! The clock of the engine. The same time, seed and input give the same bytes.

use std::sync::atomic::{AtomicI64, Ordering};

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

/// The clock of a run with a spool: the time at which the newest records were taken, so that it is the same when they come again.
#[derive(Debug)]
pub(super) struct RecordedClock(AtomicI64);

impl RecordedClock {
    pub(super) fn new(time: Timestamp) -> Self {
        Self(AtomicI64::new(time.as_microsecond()))
    }

    /// Advances to this time. It never goes back.
    pub(super) fn advance(&self, time: Timestamp) {
        self.0.fetch_max(time.as_microsecond(), Ordering::Relaxed);
    }
}

impl Clock for RecordedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).unwrap_or_default()
    }

    fn runs(&self) -> bool {
        false
    }
}
